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
	pulumitest.Conform(t, pulumitest.Suite[application.Args, *application.Application]{
		Token: application.Token,
		New:   application.New,
		Args: func(ctx *pulumi.Context) *application.Args {
			args := everything()
			args.Name = ""
			args.Image = fixture.Text(ctx, image)
			args.Namespace = fixture.Text(ctx, "team")
			args.Env = pulumi.StringMap{"MODE": pulumi.String("fast"), "HOST": fixture.Text(ctx, "shop")}
			return args
		},
		RefusesNil: failure.Configuration,
		Defaults:   []string{"name"},
		// In the clear among the arguments: the component makes it a secret.
		Secrets:  []string{canary},
		Metadata: fixture.Metadata(),
		Options:  []pulumitest.Option{fixture.Cluster()},
	})
}

func TestApplicationWithAnIdentityConforms(t *testing.T) {
	t.Parallel()
	pulumitest.Conform(t, pulumitest.Suite[application.Args, *application.Application]{
		Token: application.Token,
		New:   application.New,
		Args: func(ctx *pulumi.Context) *application.Args {
			identity := annotated()
			identity.Annotations["cloud.example.com/role"] = fixture.Text(ctx, role)
			// The identity names the service account, whatever the component is called.
			return identified(identity, func(a *application.Args) { a.Name, a.Port = "web", 8080 })
		},
		RefusesNil: failure.Configuration,
		Metadata:   fixture.Metadata(),
		Options:    []pulumitest.Option{fixture.Cluster()},
	})
}
