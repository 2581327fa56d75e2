package configuration_test

import (
	"maps"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
	"github.com/stretchr/testify/require"
	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/util/validation"

	"github.com/ashlar-iac/ashlar/core/config"
	"github.com/ashlar-iac/ashlar/core/pulumitest"
	"github.com/ashlar-iac/ashlar/kubernetes/configuration"
	"github.com/ashlar-iac/ashlar/kubernetes/internal/fixture"
)

// canary stands for a value that only a Secret may hold.
const canary = "canary-5d41402abc4b2a76"

// configMap creates a ConfigMap and returns it with the component's name.
func configMap(t *testing.T, args *configuration.ConfigMapArgs) (name string, object corev1.ConfigMap) {
	t.Helper()
	r := pulumitest.Run(t, func(ctx *pulumi.Context) error {
		c, err := configuration.NewConfigMap(ctx, "settings", args)
		require.NoError(t, err)
		name = pulumitest.Await[string](t, c.Name)
		return nil
	}, fixture.Cluster())
	fixture.RequireChildren(t, r, configuration.ConfigMapToken)
	return name, pulumitest.Decode[corev1.ConfigMap](t, r.One(t, ":core/v1:ConfigMap"))
}

func TestConfigMapIsImmutable(t *testing.T) {
	t.Parallel()
	name, got := configMap(t, &configuration.ConfigMapArgs{
		Namespace: pulumi.String("team"),
		Data:      pulumi.StringMap{"mode": pulumi.String("fast")},
		Labels:    map[string]string{"team": "payments"},
	})
	require.Equal(t, name, got.Name)
	require.Regexp(t, `^settings-[0-9a-f]{10}$`, got.Name)
	require.Equal(t, "team", got.Namespace)
	require.NotNil(t, got.Immutable)
	require.True(t, *got.Immutable, "a change in place would not roll out")
	if diff := cmp.Diff(map[string]string{"mode": "fast"}, got.Data); diff != "" {
		t.Errorf("data (-want +got):\n%s", diff)
	}
	if diff := cmp.Diff(map[string]string{"team": "payments"}, got.Labels); diff != "" {
		t.Errorf("labels (-want +got):\n%s", diff)
	}
}

func TestConfigMapNameFollowsContent(t *testing.T) {
	t.Parallel()
	base := func() *configuration.ConfigMapArgs {
		return &configuration.ConfigMapArgs{
			Namespace: pulumi.String("team"),
			Data:      pulumi.StringMap{"a": pulumi.String("bc"), "d": pulumi.String("")},
		}
	}
	name, _ := configMap(t, base())
	tests := map[string]struct {
		reason string
		change func(*configuration.ConfigMapArgs)
		same   bool
	}{
		"Nothing": {
			reason: "a second run makes no other object",
			change: func(*configuration.ConfigMapArgs) {},
			same:   true,
		},
		"Output": {
			reason: "how a value comes to be known does not matter",
			change: func(a *configuration.ConfigMapArgs) {
				a.Data = pulumi.StringMap{"d": pulumi.String(""), "a": pulumi.String("bc").ToStringOutput()}.ToStringMapOutput()
			},
			same: true,
		},
		"Labels": {
			reason: "labels are changed in place",
			change: func(a *configuration.ConfigMapArgs) { a.Labels = map[string]string{"team": "payments"} },
			same:   true,
		},
		"Namespace": {
			reason: "the namespace is no content",
			change: func(a *configuration.ConfigMapArgs) { a.Namespace = pulumi.String("other") },
			same:   true,
		},
		"Value": {
			reason: "a value is content",
			change: func(a *configuration.ConfigMapArgs) {
				a.Data = pulumi.StringMap{"a": pulumi.String("bd"), "d": pulumi.String("")}
			},
		},
		"Key": {
			reason: "a key is content",
			change: func(a *configuration.ConfigMapArgs) {
				a.Data = pulumi.StringMap{"b": pulumi.String("bc"), "d": pulumi.String("")}
			},
		},
		"EmptyEntry": {
			reason: "an entry without a value is content as well",
			change: func(a *configuration.ConfigMapArgs) { a.Data = pulumi.StringMap{"a": pulumi.String("bc")} },
		},
		"Boundary": {
			reason: "keys and values do not run into each other",
			change: func(a *configuration.ConfigMapArgs) {
				a.Data = pulumi.StringMap{"ab": pulumi.String("c"), "d": pulumi.String("")}
			},
		},
		"Separator": {
			reason: "nor do entries",
			change: func(a *configuration.ConfigMapArgs) {
				a.Data = pulumi.StringMap{"a": pulumi.String(`bc","d":"`)}
			},
		},
		"Swapped": {
			reason: "which key has which value matters",
			change: func(a *configuration.ConfigMapArgs) {
				a.Data = pulumi.StringMap{"d": pulumi.String("bc"), "a": pulumi.String("")}
			},
		},
		"Prefix": {
			reason: "the name starts with what was asked for",
			change: func(a *configuration.ConfigMapArgs) { a.Name = "web" },
		},
	}
	for test, tc := range tests {
		t.Run(test, func(t *testing.T) {
			t.Parallel()
			args := base()
			tc.change(args)
			got, _ := configMap(t, args)
			if tc.same {
				require.Equal(t, name, got, tc.reason)
			} else {
				require.NotEqual(t, name, got, tc.reason)
			}
			require.Empty(t, validation.IsDNS1123Subdomain(got), "the name is valid")
			prefix := "settings-"
			if args.Name != "" {
				prefix = args.Name + "-"
			}
			require.True(t, strings.HasPrefix(got, prefix), tc.reason)
		})
	}
}

func TestConfigMapPreview(t *testing.T) {
	t.Parallel()
	r := pulumitest.Run(t, func(ctx *pulumi.Context) error {
		_, err := configuration.NewConfigMap(ctx, "settings", &configuration.ConfigMapArgs{
			Namespace: pulumitest.Unknown[pulumi.StringOutput](),
			Data:      pulumi.StringMap{"known": pulumi.String("a"), "unknown": pulumitest.Unknown[pulumi.StringOutput]()},
		})
		return err
	}, fixture.Cluster(), pulumitest.Preview())
	r.One(t, ":core/v1:ConfigMap")
}

func TestSecret(t *testing.T) {
	t.Parallel()
	tests := map[string]struct {
		reason string
		args   *configuration.SecretArgs
		typ    corev1.SecretType
	}{
		"Clear": {
			reason: "data is secret, marked or not",
			args:   &configuration.SecretArgs{Data: pulumi.StringMap{"token": pulumi.String(canary)}},
			typ:    corev1.SecretTypeOpaque,
		},
		"Marked": {
			reason: "an entry that is marked stays so",
			args: &configuration.SecretArgs{Data: pulumi.StringMap{
				"token": pulumi.ToSecret(pulumi.String(canary)).(pulumi.StringOutput),
			}},
			typ: corev1.SecretTypeOpaque,
		},
		"Output": {
			reason: "the whole map may come from another resource",
			args:   &configuration.SecretArgs{Data: pulumi.StringMap{"token": pulumi.String(canary)}.ToStringMapOutput()},
			typ:    corev1.SecretTypeOpaque,
		},
		"Type": {
			reason: "other types of Secret hold other keys",
			args: &configuration.SecretArgs{
				Type: "kubernetes.io/basic-auth", Data: pulumi.StringMap{"token": pulumi.String(canary)},
			},
			typ: corev1.SecretTypeBasicAuth,
		},
	}
	for name, tc := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			tc.args.Namespace = pulumi.String("team")
			tc.args.Labels = map[string]string{"team": "payments"}
			r := pulumitest.Run(t, func(ctx *pulumi.Context) error {
				s, err := configuration.NewSecret(ctx, "settings", tc.args)
				require.NoError(t, err, tc.reason)
				require.False(t, pulumi.IsSecret(s.Name), "a name that is secret would make its users secret")
				require.Equal(t, "settings"+fixture.Suffix, pulumitest.Await[string](t, s.Name))
				return nil
			}, fixture.Cluster())
			fixture.RequireChildren(t, r, configuration.SecretToken)
			require.Empty(t, r.Leaks(canary), tc.reason)
			require.True(t, r.One(t, configuration.SecretToken).Inputs["data"].ContainsSecrets(), tc.reason)

			object := r.One(t, ":core/v1:Secret")
			require.True(t, object.Inputs["stringData"].IsSecret(), tc.reason)
			got := pulumitest.Decode[corev1.Secret](t, object)
			require.Equal(t, map[string]string{"token": canary}, got.StringData, tc.reason)
			require.Empty(t, got.Name, "the provider makes up a name, so that new content can have another one")
			require.Equal(t, "team", got.Namespace)
			require.Equal(t, tc.typ, got.Type, tc.reason)
			require.NotNil(t, got.Immutable)
			require.True(t, *got.Immutable)
			require.Equal(t, map[string]string{"team": "payments"}, got.Labels)
		})
	}
}

func TestSecretPreview(t *testing.T) {
	t.Parallel()
	r := pulumitest.Run(t, func(ctx *pulumi.Context) error {
		_, err := configuration.NewSecret(ctx, "settings", &configuration.SecretArgs{
			Namespace: pulumitest.Unknown[pulumi.StringOutput](),
			Data:      pulumi.StringMap{"known": pulumi.String(canary), "unknown": pulumitest.Unknown[pulumi.StringOutput]()},
		})
		return err
	}, fixture.Cluster(), pulumitest.Preview())
	require.Empty(t, r.Leaks(canary))
	require.True(t, r.One(t, ":core/v1:Secret").Inputs["stringData"].IsSecret(), "also what is not known yet")
}

func TestNothingToConfigureIsRefused(t *testing.T) {
	t.Parallel()
	tests := map[string]struct {
		reason string
		create func(*pulumi.Context) error
	}{
		"ConfigMap": {
			reason: "nil arguments lack everything that is required",
			create: func(ctx *pulumi.Context) error {
				_, err := configuration.NewConfigMap(ctx, "settings", nil)
				return err
			},
		},
		"Secret": {
			reason: "nil arguments lack everything that is required",
			create: func(ctx *pulumi.Context) error {
				_, err := configuration.NewSecret(ctx, "settings", nil)
				return err
			},
		},
	}
	for name, tc := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			r := pulumitest.Run(t, func(ctx *pulumi.Context) error {
				err := tc.create(ctx)
				var invalid *config.Error
				require.ErrorAs(t, err, &invalid, tc.reason)
				require.ErrorContains(t, err, "data: required, but missing")
				require.ErrorContains(t, err, "namespace: required, but missing")
				return nil
			}, fixture.Cluster())
			require.Empty(t, r.Resources, "nothing is registered")
		})
	}
}

func TestConfigurationLeavesItsArgumentsAlone(t *testing.T) {
	t.Parallel()
	data := pulumi.StringMap{"token": pulumi.String(canary)}
	labels := map[string]string{"team": "payments"}
	object := &configuration.ConfigMapArgs{Namespace: pulumi.String("team"), Data: data, Labels: labels}
	secret := &configuration.SecretArgs{Namespace: pulumi.String("team"), Data: data, Labels: labels}
	wantObject, wantSecret := *object, *secret
	wantData, wantLabels := maps.Clone(data), maps.Clone(labels)
	pulumitest.Run(t, func(ctx *pulumi.Context) error {
		if _, err := configuration.NewConfigMap(ctx, "settings", object); err != nil {
			return err
		}
		_, err := configuration.NewSecret(ctx, "settings", secret)
		return err
	}, fixture.Cluster())
	require.Equal(t, wantObject, *object)
	require.Equal(t, wantSecret, *secret)
	require.Equal(t, wantData, data)
	require.Equal(t, wantLabels, labels)
}
