package configuration_test

import (
	"testing"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/ashlar-iac/ashlar/core/failure"
	"github.com/ashlar-iac/ashlar/core/pulumitest"
	"github.com/ashlar-iac/ashlar/kubernetes/configuration"
	"github.com/ashlar-iac/ashlar/kubernetes/internal/fixture"
)

func TestConfigMapConforms(t *testing.T) {
	t.Parallel()
	pulumitest.Conform(t, pulumitest.Suite[configuration.ConfigMapArgs, *configuration.ConfigMap]{
		Token: configuration.ConfigMapToken,
		New:   configuration.NewConfigMap,
		Args: func(ctx *pulumi.Context) *configuration.ConfigMapArgs {
			return &configuration.ConfigMapArgs{
				Namespace: fixture.Text(ctx, "team"),
				Data:      pulumi.StringMap{"mode": pulumi.String("fast"), "database": fixture.Text(ctx, "shop")},
				Labels:    map[string]string{"team": "payments"},
			}
		},
		RefusesNil: failure.Configuration,
		Defaults:   []string{"name"},
		Metadata:   fixture.Metadata(),
		Options:    []pulumitest.Option{fixture.Cluster()},
	})
}

func TestSecretConforms(t *testing.T) {
	t.Parallel()
	pulumitest.Conform(t, pulumitest.Suite[configuration.SecretArgs, *configuration.Secret]{
		Token: configuration.SecretToken,
		New:   configuration.NewSecret,
		Args: func(ctx *pulumi.Context) *configuration.SecretArgs {
			return &configuration.SecretArgs{
				Namespace: fixture.Text(ctx, "team"),
				Type:      "kubernetes.io/basic-auth",
				// In the clear: the component makes it a secret.
				Data:   pulumi.StringMap{"username": fixture.Text(ctx, "shop"), "password": pulumi.String(canary)},
				Labels: map[string]string{"team": "payments"},
			}
		},
		RefusesNil: failure.Configuration,
		Secrets:    []string{canary},
		Metadata:   fixture.Metadata(),
		Options:    []pulumitest.Option{fixture.Cluster()},
	})
}
