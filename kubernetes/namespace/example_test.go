package namespace_test

import (
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/ashlar-iac/ashlar/kubernetes/namespace"
)

// A namespace whose pods must meet the restricted standard.
func Example() {
	pulumi.Run(func(ctx *pulumi.Context) error {
		_, err := namespace.New(ctx, "payments", nil)
		return err
	})
}

// A namespace for agents that need the host, such as a log collector. Workloads
// that would meet a stricter standard still show in warnings.
func ExampleNew_privileged() {
	pulumi.Run(func(ctx *pulumi.Context) error {
		ns, err := namespace.New(ctx, "agents", &namespace.Args{
			PodSecurity: namespace.PodSecurity{Enforce: "privileged", Audit: "baseline", Warn: "baseline"},
			Labels:      map[string]string{"team": "platform"},
		})
		if err != nil {
			return err
		}
		ctx.Export("namespace", ns.Name)
		return nil
	})
}
