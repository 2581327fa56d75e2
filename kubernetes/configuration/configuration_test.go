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

	"github.com/ashlar-iac/ashlar/core/pulumitest"
	"github.com/ashlar-iac/ashlar/kubernetes/configuration"
	"github.com/ashlar-iac/ashlar/kubernetes/internal/fixture"
)

// configMap creates a ConfigMap and returns it with the output Name of the component.
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
		Labels:    pulumi.StringMap{"team": pulumi.String("payments")},
	})
	require.Equal(t, name, got.Name)
	require.Regexp(t, `^settings-[0-9a-f]{10}$`, got.Name)
	require.Equal(t, "team", got.Namespace)
	require.NotNil(t, got.Immutable)
	require.True(t, *got.Immutable, "a change in place would not trigger a rollout")
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
			reason: "a second run creates no other object",
			change: func(*configuration.ConfigMapArgs) {},
			same:   true,
		},
		"Output": {
			reason: "outputs and plain values are the same content",
			change: func(a *configuration.ConfigMapArgs) {
				a.Data = pulumi.StringMap{"d": pulumi.String(""), "a": pulumi.String("bc").ToStringOutput()}.ToStringMapOutput()
			},
			same: true,
		},
		"Labels": {
			reason: "labels are updated in place",
			change: func(a *configuration.ConfigMapArgs) { a.Labels = pulumi.StringMap{"team": pulumi.String("payments")} },
			same:   true,
		},
		"Namespace": {
			reason: "the namespace is not content",
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
			reason: "an empty value is content",
			change: func(a *configuration.ConfigMapArgs) { a.Data = pulumi.StringMap{"a": pulumi.String("bc")} },
		},
		"Boundary": {
			reason: "keys and values are separated",
			change: func(a *configuration.ConfigMapArgs) {
				a.Data = pulumi.StringMap{"ab": pulumi.String("c"), "d": pulumi.String("")}
			},
		},
		"Separator": {
			reason: "entries are separated",
			change: func(a *configuration.ConfigMapArgs) {
				a.Data = pulumi.StringMap{"a": pulumi.String(`bc","d":"`)}
			},
		},
		"Swapped": {
			reason: "each key has its value",
			change: func(a *configuration.ConfigMapArgs) {
				a.Data = pulumi.StringMap{"d": pulumi.String("bc"), "a": pulumi.String("")}
			},
		},
		"Prefix": {
			reason: "the name has the given prefix",
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
			reason: "data is always secret",
			args:   &configuration.SecretArgs{Data: pulumi.StringMap{"token": pulumi.String(fixture.Canary)}},
			typ:    corev1.SecretTypeOpaque,
		},
		"Marked": {
			reason: "an entry that is marked as secret stays secret",
			args: &configuration.SecretArgs{Data: pulumi.StringMap{
				"token": pulumi.ToSecret(pulumi.String(fixture.Canary)).(pulumi.StringOutput),
			}},
			typ: corev1.SecretTypeOpaque,
		},
		"Output": {
			reason: "the map can be an output",
			args:   &configuration.SecretArgs{Data: pulumi.StringMap{"token": pulumi.String(fixture.Canary)}.ToStringMapOutput()},
			typ:    corev1.SecretTypeOpaque,
		},
		"Type": {
			reason: "the type can be set",
			args: &configuration.SecretArgs{
				Type: "kubernetes.io/basic-auth", Data: pulumi.StringMap{"token": pulumi.String(fixture.Canary), "username": pulumi.String("web")},
			},
			typ: corev1.SecretTypeBasicAuth,
		},
	}
	for name, tc := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			tc.args.Namespace = pulumi.String("team")
			tc.args.Labels = pulumi.StringMap{"team": pulumi.String("payments")}
			r := pulumitest.Run(t, func(ctx *pulumi.Context) error {
				s, err := configuration.NewSecret(ctx, "settings", tc.args)
				require.NoError(t, err, tc.reason)
				require.False(t, pulumi.IsSecret(s.Name), "a secret name would make everything that refers to it secret")
				require.Equal(t, "settings"+fixture.Suffix, pulumitest.Await[string](t, s.Name))
				return nil
			}, fixture.Cluster())
			fixture.RequireChildren(t, r, configuration.SecretToken)
			require.Empty(t, r.Leaks(fixture.Canary), tc.reason)
			require.True(t, r.One(t, configuration.SecretToken).Inputs["data"].ContainsSecrets(), tc.reason)

			object := r.One(t, ":core/v1:Secret")
			require.True(t, object.Inputs["stringData"].IsSecret(), tc.reason)
			got := pulumitest.Decode[corev1.Secret](t, object)
			require.Equal(t, fixture.Canary, got.StringData["token"], tc.reason)
			require.Empty(t, got.Name, "the provider generates a name, so that new content gets another one")
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
			Data:      pulumi.StringMap{"known": pulumi.String(fixture.Canary), "unknown": pulumitest.Unknown[pulumi.StringOutput]()},
		})
		return err
	}, fixture.Cluster(), pulumitest.Preview())
	require.Empty(t, r.Leaks(fixture.Canary))
	require.True(t, r.One(t, ":core/v1:Secret").Inputs["stringData"].IsSecret(), "also in a preview")
}

func TestNilArgumentsAreRejected(t *testing.T) {
	t.Parallel()
	want := []string{"data: no content: set data or fromFiles", "namespace: required, but missing"}
	const reason = "nil arguments lack all required arguments"
	fixture.RequireRejected(t, configuration.NewConfigMap, nil, want, reason)
	fixture.RequireRejected(t, configuration.NewSecret, nil, want, reason)
}

func TestConfigurationDoesNotModifyItsArguments(t *testing.T) {
	t.Parallel()
	data := pulumi.StringMap{"token": pulumi.String(fixture.Canary)}
	labels := pulumi.StringMap{"team": pulumi.String("payments")}
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

func TestContentThatTheAPIServerRejects(t *testing.T) {
	t.Parallel()
	const key = "invalid key: use at most 253 letters, digits, dashes, underscores and dots, not two dots at the start"
	long := strings.Repeat("a", 1<<20+1)
	content := func(pairs ...string) pulumi.StringMap {
		out := pulumi.StringMap{}
		for i := 0; i < len(pairs); i += 2 {
			out[pairs[i]] = pulumi.String(pairs[i+1])
		}
		return out
	}
	team := pulumi.String("team")
	fixture.RequireRejected(t, configuration.NewConfigMap, &configuration.ConfigMapArgs{
		Namespace: team, Data: content("a b", "", "..a", "", "a", long), Name: "a..b",
	}, []string{
		"data: longer than 1024 KiB in total: shorten or split the values",
		`data["..a"]: ` + key, `data["a b"]: ` + key,
		`name: found the string "a..b": use at most 253 lower case letters, digits, dashes and dots, with a letter or digit ` +
			`around each dot and at both ends`,
	}, "keys have a form, and a ConfigMap a size")
	fixture.RequireRejected(t, configuration.NewSecret, &configuration.SecretArgs{
		Namespace: team, Data: content("tls.crt", "", "", ""), Type: configuration.SecretTypeTLS,
	}, []string{"data: type kubernetes.io/tls requires tls.key", `data[""]: ` + key}, "types require keys")
	fixture.RequireRejected(t, configuration.NewSecret, &configuration.SecretArgs{
		Namespace: team, Data: content("token", ""), Type: "kubernetes.io/service-account-token",
	}, []string{"type: tokens of service accounts are created by Kubernetes: use mountServiceAccountToken"},
		"the API server requires a reference to the service account")

	for _, tc := range []struct {
		reason string
		typ    configuration.SecretType
		data   pulumi.StringMapInput
		want   string
	}{
		{"the size of a secret is known when it resolves", "", content("a", long), "longer than 1024 KiB in total"},
		{"so are the keys of an output", "", content("a b", fixture.Canary).ToStringMapOutput(), `invalid key "a b"`},
		{"and the keys that a type requires", "kubernetes.io/ssh-auth", content("a", fixture.Canary).ToStringMapOutput(),
			"type kubernetes.io/ssh-auth requires ssh-privatekey"},
		{"credentials of registries are JSON", "kubernetes.io/dockerconfigjson", content(".dockerconfigjson", fixture.Canary),
			"invalid .dockerconfigjson: use JSON"},
	} {
		_, err := pulumitest.Record(func(ctx *pulumi.Context) error {
			_, err := configuration.NewSecret(ctx, "settings", &configuration.SecretArgs{Namespace: team, Data: tc.data, Type: tc.typ})
			return err
		}, fixture.Cluster())
		require.ErrorContains(t, err, tc.want, tc.reason)
		require.NotContains(t, err.Error(), fixture.Canary)
	}
}
