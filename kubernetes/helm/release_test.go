package helm_test

import (
	"encoding/base64"
	"slices"
	"testing"

	"github.com/pulumi/pulumi/sdk/v3/go/common/resource"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
	"github.com/stretchr/testify/require"
	appsv1 "k8s.io/api/apps/v1"
	corev1 "k8s.io/api/core/v1"

	"github.com/ashlar-iac/ashlar/core"
	"github.com/ashlar-iac/ashlar/core/metadata"
	"github.com/ashlar-iac/ashlar/core/pulumitest"
	"github.com/ashlar-iac/ashlar/kubernetes/crd"
	"github.com/ashlar-iac/ashlar/kubernetes/helm"
	"github.com/ashlar-iac/ashlar/kubernetes/internal/fixture"
	"github.com/ashlar-iac/ashlar/kubernetes/namespace"
)

// shop returns the arguments of the chart of the tests.
func shop(change func(*helm.ReleaseArgs)) *helm.ReleaseArgs {
	args := &helm.ReleaseArgs{Path: "testdata/shop", Namespace: pulumi.String("team")}
	if change != nil {
		change(args)
	}
	return args
}

// install registers a release and returns what it registers.
func install(t *testing.T, args func(*pulumi.Context) *helm.ReleaseArgs, opts ...pulumitest.Option) *pulumitest.Recording {
	t.Helper()
	return pulumitest.Run(t, func(ctx *pulumi.Context) error {
		r, err := helm.NewRelease(ctx, "web", args(ctx))
		require.NoError(t, err)
		require.Equal(t, "1.0.0", pulumitest.Await[string](t, r.Version))
		return nil
	}, append(opts, fixture.Cluster())...)
}

func known(change func(*helm.ReleaseArgs)) func(*pulumi.Context) *helm.ReleaseArgs {
	return func(*pulumi.Context) *helm.ReleaseArgs { return shop(change) }
}

func TestReleaseRegistersEveryObject(t *testing.T) {
	t.Parallel()
	r := install(t, known(nil))
	fixture.RequireChildren(t, r, helm.ReleaseToken)
	var got []string
	for _, res := range r.Resources[1:] {
		got = append(got, res.Type+" "+res.Name)
	}
	slices.Sort(got)
	require.Equal(t, []string{
		"kubernetes:apiextensions.k8s.io/v1:CustomResourceDefinition web-items.shop.example.com",
		"kubernetes:apps/v1:Deployment web-web",
		"kubernetes:core/v1:ConfigMap web-web",
		"kubernetes:core/v1:ConfigMap web-web-hook",
		"kubernetes:core/v1:Secret web-web",
		"kubernetes:core/v1:Service web-web",
		"kubernetes:core/v1:ServiceAccount web-shop",
		"kubernetes:shop.example.com/v1:Item web-web",
	}, got)
	deployment := pulumitest.Decode[appsv1.Deployment](t, r.One(t, ":apps/v1:Deployment"))
	require.Equal(t, "team", deployment.Namespace, "objects without a namespace get that of the release")
	require.EqualValues(t, 2, *deployment.Spec.Replicas)
	require.NotContains(t, r.One(t, ":CustomResourceDefinition").Inputs["metadata"].ObjectValue(), resource.PropertyKey("namespace"),
		"objects of the cluster have none")
}

func TestReleaseOrdersObjects(t *testing.T) {
	t.Parallel()
	r := install(t, known(nil))
	definition := r.One(t, ":CustomResourceDefinition")
	deployment, item := r.One(t, ":apps/v1:Deployment"), r.One(t, ":shop.example.com/v1:Item")
	require.Contains(t, item.Dependencies, deployment.URN, "custom resources are for the controller of the chart")
	require.Empty(t, definition.Dependencies)
	for _, res := range r.Resources {
		if res.Name == "web-web-hook" {
			require.Contains(t, res.Dependencies, definition.URN, "hooks before an installation are after the definitions")
			require.Contains(t, r.One(t, ":core/v1:Secret").Dependencies, res.URN)
		}
	}
}

func TestReleaseValues(t *testing.T) {
	t.Parallel()
	greeting := func(r *pulumitest.Recording) string {
		for _, res := range r.Resources {
			if res.Type == "kubernetes:core/v1:ConfigMap" && res.Name == "web-web" {
				return pulumitest.Decode[corev1.ConfigMap](t, res).Data["greeting"]
			}
		}
		return ""
	}
	require.Equal(t, "hello", greeting(install(t, known(nil))), "the default of the chart")
	require.Equal(t, "from a file", greeting(install(t, known(func(a *helm.ReleaseArgs) { a.ValuesFile = "testdata/values.yaml" }))))
	require.Equal(t, "given", greeting(install(t, known(func(a *helm.ReleaseArgs) {
		a.ValuesFile, a.Values = "testdata/values.yaml", map[string]any{"greeting": "given"}
	}))), "values take precedence over the file")
	require.Equal(t, "set", greeting(install(t, known(func(a *helm.ReleaseArgs) {
		a.Values, a.Set = map[string]any{"greeting": "given"}, pulumi.StringMap{"greeting": pulumi.String("set")}
	}))), "set takes precedence over values")
}

// The password is in a Secret of the chart.
func TestReleaseKeepsSecrets(t *testing.T) {
	t.Parallel()
	r := install(t, func(ctx *pulumi.Context) *helm.ReleaseArgs {
		return shop(func(a *helm.ReleaseArgs) {
			a.Set = pulumi.StringMap{
				"greeting":    fixture.Text(ctx, "from another resource"),
				"password":    pulumi.ToSecret(pulumi.String(fixture.Canary)).(pulumi.StringOutput),
				"clusterName": pulumi.String("main"),
			}
		})
	})
	secret := r.One(t, ":core/v1:Secret").Inputs["data"]
	require.True(t, secret.IsSecret())
	require.Equal(t, base64.StdEncoding.EncodeToString([]byte(fixture.Canary)),
		secret.SecretValue().Element.ObjectValue()["password"].StringValue())
	for _, res := range r.Resources {
		if res.Type == "kubernetes:core/v1:ConfigMap" && res.Name == "web-web" {
			greeting := res.Inputs["data"].ObjectValue()["greeting"]
			for greeting.IsSecret() {
				greeting = greeting.SecretValue().Element
			}
			require.Equal(t, resource.NewProperty("from another resource"), greeting)
		}
	}
}

func TestReleaseKeepsGeneratedValues(t *testing.T) {
	t.Parallel()
	r := install(t, known(func(a *helm.ReleaseArgs) { a.Values = map[string]any{"generate": true} }))
	require.Equal(t, []string{`data["generated"]`}, r.One(t, ":core/v1:Secret").IgnoreChanges)
	require.Empty(t, r.One(t, ":apps/v1:Deployment").IgnoreChanges)
}

func TestReleaseDefinitions(t *testing.T) {
	t.Parallel()
	keep := install(t, known(nil)).One(t, ":CustomResourceDefinition")
	require.True(t, keep.RetainOnDelete, "the default keeps the custom resources")
	remove := install(t, known(func(a *helm.ReleaseArgs) { a.CRDs = crd.Delete })).One(t, ":CustomResourceDefinition")
	require.False(t, remove.RetainOnDelete)
	for _, res := range install(t, known(func(a *helm.ReleaseArgs) { a.CRDs = crd.Skip })).Resources {
		require.NotContains(t, res.Type, "CustomResourceDefinition")
	}
}

// identity is a cloud identity.
type identity struct{ info core.WorkloadIdentityInfo }

func (i identity) WorkloadIdentityInfo() core.WorkloadIdentityInfo { return i.info }

func podIdentity(account string) core.WorkloadIdentity {
	return identity{core.WorkloadIdentityInfo{
		Name: "shop", Namespace: pulumi.String("team"), ServiceAccount: pulumi.String(account),
		Annotations: map[string]pulumi.StringInput{"example.com/role": pulumi.String("role")},
		Labels:      map[string]string{"example.com/use": "true"}, Revision: pulumi.String("1"),
	}}
}

func TestReleaseIdentity(t *testing.T) {
	t.Parallel()
	r := install(t, known(func(a *helm.ReleaseArgs) { a.Identity = podIdentity("shop") }))
	account := pulumitest.Decode[corev1.ServiceAccount](t, r.One(t, ":core/v1:ServiceAccount"))
	require.Equal(t, map[string]string{"example.com/role": "role"}, account.Annotations)
	pod := pulumitest.Decode[appsv1.Deployment](t, r.One(t, ":apps/v1:Deployment")).Spec.Template
	require.Equal(t, "true", pod.Labels["example.com/use"])
	require.Equal(t, "shop", pod.Labels["app.kubernetes.io/name"])
	require.Equal(t, map[string]string{metadata.DefaultLabelPrefix + "/identity": "1"}, pod.Annotations)
}

func TestReleaseRejectsInvalidArguments(t *testing.T) {
	t.Parallel()
	const restricted = "set values of the chart such as podSecurityContext, securityContext, or podSecurity to "
	tests := map[string]struct {
		reason string
		args   *helm.ReleaseArgs
		want   []string
	}{
		"Nothing": {
			reason: "there is no default chart",
			args:   &helm.ReleaseArgs{Namespace: pulumi.String("team")},
			want:   []string{"chart: no chart: set chart or path"},
		},
		"Version": {
			reason: "a range has another chart each day",
			args: &helm.ReleaseArgs{
				Namespace: pulumi.String("team"), Chart: "web", Repository: "https://charts.example.com", Version: "~1.2",
			},
			want: []string{`version: found the string "~1.2", expected an exact version such as 1.2.3`},
		},
		"Repository": {
			reason: "content on the way can be changed",
			args: &helm.ReleaseArgs{
				Namespace: pulumi.String("team"), Chart: "web", Repository: "http://charts.example.com",
			},
			want: []string{
				"repository: use https://",
				"version: required with chart: use an exact version, so that each deployment is the same",
			},
		},
		"Path": {
			reason: "a folder has one version",
			args:   shop(func(a *helm.ReleaseArgs) { a.Version = "1.0.0" }),
			want:   []string{"version: no effect on a chart with path: remove it"},
		},
		"NoPath": {
			reason: "a typing error in a path",
			args:   shop(func(a *helm.ReleaseArgs) { a.Path = "testdata/sho" }),
			want:   []string{"path: load testdata/sho: no such file or folder"},
		},
		"Schema": {
			reason: "the schema of the chart is checked, at the option that has the value",
			args: shop(func(a *helm.ReleaseArgs) {
				a.Values = map[string]any{"replicas": "two"}
			}),
			want: []string{"values.replicas: got string, want integer"},
		},
		"PodSecurity": {
			reason: "the pods would be rejected",
			args: shop(func(a *helm.ReleaseArgs) {
				a.Values = map[string]any{"securityContext": map[string]any{"allowPrivilegeEscalation": true}}
			}),
			want: []string{
				`podSecurity: Deployment "web" violates the standard restricted: allowPrivilegeEscalation != false (container "shop" ` +
					`must set securityContext.allowPrivilegeEscalation=false): ` + restricted + "baseline",
			},
		},
		"Privileged": {
			reason: "the advice is a standard that the pods meet",
			args: shop(func(a *helm.ReleaseArgs) {
				a.PodSecurity = namespace.PodSecurityBaseline
				a.Values = map[string]any{"securityContext": map[string]any{"privileged": true}}
			}),
			want: []string{
				`podSecurity: Deployment "web" violates the standard baseline: privileged (container "shop" must not set ` +
					`securityContext.privileged=true): ` + restricted + "privileged",
			},
		},
		"Name": {
			reason: "names of objects must be known",
			args: shop(func(a *helm.ReleaseArgs) {
				a.Set = pulumi.StringMap{"serviceAccount.name": pulumi.ToSecret(pulumi.String("x")).(pulumi.StringOutput)}
			}),
			want: []string{
				"values: objects depend on namespace or set, which are outputs: use values that are known before the deployment: " +
					"ServiceAccount \"ashlar-a0\" of shop/templates/shop.yaml\nServiceAccount \"ashlar-b0\" of shop/templates/shop.yaml",
			},
		},
		"Identity": {
			reason: "it is for another service account",
			args: shop(func(a *helm.ReleaseArgs) {
				a.Identity = podIdentity("web")
			}),
			want: []string{
				`identity: "shop" is for service account "web", which the chart does not create: set its values so that it does`,
				`identity: no pod of the chart uses service account "web": set its values so that one does`,
			},
		},
	}
	for name, tc := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			fixture.RequireRejected(t, helm.NewRelease, tc.args, tc.want, tc.reason)
		})
	}
}

func TestReleaseWarnsOfUnknownValues(t *testing.T) {
	t.Parallel()
	r := install(t, known(func(a *helm.ReleaseArgs) { a.Values = map[string]any{"greting": "hi"} }))
	require.Len(t, r.Logs, 1)
	require.Equal(t, `values.greting: the chart has no value "greting", did you mean "greeting"?, in the arguments of `+
		`ashlar-kubernetes:helm:Release "web"`, r.Logs[0].Message)
}
