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
	fixture.Conform(t, pulumitest.Suite[configuration.ConfigMapArgs, *configuration.ConfigMap]{
		Token: configuration.ConfigMapToken,
		New:   configuration.NewConfigMap,
		Args: func(ctx *pulumi.Context) *configuration.ConfigMapArgs {
			return &configuration.ConfigMapArgs{
				Namespace: fixture.Text(ctx, "team"),
				Data:      pulumi.StringMap{"mode": pulumi.String("fast"), "database": fixture.Text(ctx, "shop")},
				Labels:    pulumi.StringMap{"team": fixture.Text(ctx, "payments")},
			}
		},
		RefusesNil: failure.Configuration,
		Defaults:   []string{"name"},
	}, func(*pulumi.Context) *configuration.ConfigMapArgs {
		return &configuration.ConfigMapArgs{Namespace: pulumi.String("team"), Data: pulumi.StringMap{"mode": pulumi.String("fast")}}
	})
}

func TestSecretConforms(t *testing.T) {
	t.Parallel()
	fixture.Conform(t, pulumitest.Suite[configuration.SecretArgs, *configuration.Secret]{
		Token: configuration.SecretToken,
		New:   configuration.NewSecret,
		Args: func(ctx *pulumi.Context) *configuration.SecretArgs {
			return &configuration.SecretArgs{
				Namespace: fixture.Text(ctx, "team"),
				Type:      configuration.SecretTypeBasicAuth,
				// In the clear: the component makes it a secret.
				Data:   pulumi.StringMap{"username": fixture.Text(ctx, "shop"), "password": pulumi.String(fixture.Canary)},
				Labels: pulumi.StringMap{"team": fixture.Text(ctx, "payments")},
			}
		},
		RefusesNil: failure.Configuration,
		Defaults:   []string{"type"},
		Secrets:    []string{fixture.Canary},
	}, func(*pulumi.Context) *configuration.SecretArgs {
		return &configuration.SecretArgs{Namespace: pulumi.String("team"), Data: pulumi.StringMap{"token": pulumi.String("x")}}
	})
}
