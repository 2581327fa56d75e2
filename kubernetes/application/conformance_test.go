package application_test

import (
	"testing"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/ashlar-iac/ashlar/core/failure"
	"github.com/ashlar-iac/ashlar/core/pulumitest"
	"github.com/ashlar-iac/ashlar/kubernetes/application"
	"github.com/ashlar-iac/ashlar/kubernetes/internal/fixture"
)

func TestApplicationConforms(t *testing.T) {
	t.Parallel()
	fixture.Conform(t, pulumitest.Suite[application.ApplicationArgs, *application.Application]{
		Token: application.ApplicationToken,
		New:   application.NewApplication,
		Args: func(ctx *pulumi.Context) *application.ApplicationArgs {
			args := everything()
			args.Name = ""
			args.Image = fixture.Text(ctx, fixture.Image)
			args.Namespace = fixture.Text(ctx, "team")
			args.Env = pulumi.StringMap{"MODE": pulumi.String("fast"), "HOST": fixture.Text(ctx, "shop")}
			args.Files["/etc/host"] = fixture.Text(ctx, "content")
			args.Labels = pulumi.StringMap{"team": fixture.Text(ctx, "payments")}
			args.Network.AllowFrom[0].Namespace = fixture.Text(ctx, "ingress")
			return args
		},
		RefusesNil: failure.Configuration,
		Defaults:   []string{"name", "kind", "resources", "security", "service", "network"},
		// In the clear among the arguments: the component makes it a secret.
		Secrets: []string{fixture.Canary},
	}, func(*pulumi.Context) *application.ApplicationArgs { return minimal() })
}

func TestApplicationWithAnIdentityConforms(t *testing.T) {
	t.Parallel()
	// The identity is for one service account, whatever the name of the component.
	fixture.Conform(t, pulumitest.Suite[application.ApplicationArgs, *application.Application]{
		Token: application.ApplicationToken,
		New:   application.NewApplication,
		Args: func(ctx *pulumi.Context) *application.ApplicationArgs {
			identity := annotated()
			identity.Annotations["cloud.example.com/role"] = fixture.Text(ctx, role)
			return identified(identity, func(a *application.ApplicationArgs) { a.Name, a.Port = "web", 8080 })
		},
		RefusesNil: failure.Configuration,
	}, func(*pulumi.Context) *application.ApplicationArgs {
		return identified(agent(), func(a *application.ApplicationArgs) { a.Name = "web" })
	})
}
