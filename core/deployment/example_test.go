package deployment_test

import (
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/ashlar-iac/ashlar/core/deployment"
)

// A module of one's own: its section is ashlar:greeter.
func ExampleNewModule() {
	type greeter struct {
		deployment.Switch
		// Name is who is greeted.
		Name string `pulumi:"name" jsonschema:"required,default=world"`
	}
	greet := deployment.NewModule("greeter", nil, func(ctx *deployment.Context, c *greeter) error {
		ctx.Logger().Info("greeting", "name", c.Name)
		ctx.Publish("greeting", pulumi.String("hello "+c.Name))
		return nil
	})
	// In main, where pulumi.Run reads the stack.
	program := func(ctx *pulumi.Context) error { return deployment.Run(ctx, greet) }
	_ = program
}
