package addon_test

import (
	"slices"
	"testing"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
	"github.com/stretchr/testify/require"
	corev1 "k8s.io/api/core/v1"

	"github.com/ashlar-iac/ashlar/core/failure"
	"github.com/ashlar-iac/ashlar/core/pulumitest"
	"github.com/ashlar-iac/ashlar/core/versions"
	"github.com/ashlar-iac/ashlar/kubernetes/addon"
	"github.com/ashlar-iac/ashlar/kubernetes/crd"
	"github.com/ashlar-iac/ashlar/kubernetes/internal/fixture"
	"github.com/ashlar-iac/ashlar/kubernetes/namespace"
)

// standIn is a chart that stands in for that of an add-on.
const standIn = "../helm/testdata/shop"

func item(name string) map[string]any {
	return map[string]any{"apiVersion": "shop.example.com/v1", "kind": "Item", "metadata": map[string]any{"name": name}}
}

func TestAddonConforms(t *testing.T) {
	t.Parallel()
	fixture.Conform(t, pulumitest.Suite[addon.AddonArgs, *addon.Addon]{
		Token: addon.AddonToken,
		New:   addon.NewAddon,
		Args: func(ctx *pulumi.Context) *addon.AddonArgs {
			return &addon.AddonArgs{
				Addon: addon.ExternalDNS, Path: standIn, KubernetesVersion: "1.34", CRDs: crd.Delete, SkipAwait: true,
				PodSecurity: namespace.PodSecurityBaseline,
				Values:      map[string]any{"provider": map[string]any{"name": "aws"}, "replicas": 3},
				Set: pulumi.StringMap{
					"txtOwnerId": fixture.Text(ctx, "main"),
					"password":   pulumi.ToSecret(pulumi.String(fixture.Canary)).(pulumi.StringOutput),
				},
				Objects: []map[string]any{item("one")},
			}
		},
		Defaults: []string{"addon", "crds"},
		Secrets:  []string{fixture.Canary},
		// The default add-on is the name of the component.
		RefusesNil: failure.Configuration,
		Known:      []string{"set"},
	}, func(*pulumi.Context) *addon.AddonArgs {
		return &addon.AddonArgs{Addon: addon.CertManager, Path: standIn}
	})
}

func TestAddon(t *testing.T) {
	t.Parallel()
	r := pulumitest.Run(t, func(ctx *pulumi.Context) error {
		a, err := addon.NewAddon(ctx, "cert-manager", &addon.AddonArgs{
			Path: standIn, Objects: []map[string]any{item("class"), item("pool")},
		})
		require.NoError(t, err)
		require.Equal(t, "cert-manager", pulumitest.Await[string](t, a.Namespace))
		return nil
	}, fixture.Cluster())
	fixture.RequireChildren(t, r, addon.AddonToken)
	ns := r.One(t, ":core/v1:Namespace")
	require.Equal(t, "restricted", pulumitest.Decode[corev1.Namespace](t, ns).Labels["pod-security.kubernetes.io/enforce"])
	byName := func(name string) *pulumitest.Registration {
		i := slices.IndexFunc(r.Resources, func(r *pulumitest.Registration) bool { return r.Name == name })
		require.GreaterOrEqual(t, i, 0, name)
		return r.Resources[i]
	}
	require.Contains(t, r.One(t, ":CustomResourceDefinition").Dependencies, ns.URN, "the chart is after its namespace")
	class, pool := byName("cert-manager-class"), byName("cert-manager-pool")
	require.Contains(t, class.Dependencies, r.One(t, ":apps/v1:Deployment").URN, "custom resources are after the chart")
	require.Contains(t, pool.Dependencies, class.URN, "one after the other")
}

func TestAddonRejectsInvalidArguments(t *testing.T) {
	t.Parallel()
	tests := map[string]struct {
		reason string
		args   *addon.AddonArgs
		want   []string
	}{
		"Unknown": {
			reason: "the name of the component is not in the catalog",
			args:   &addon.AddonArgs{},
			want: []string{
				`addon: unknown value "web", expected one of: argo-cd, aws-load-balancer-controller, cert-manager, external-dns, ` +
					"external-secrets, flux, karpenter, metrics-server",
			},
		},
		"Required": {
			reason: "the controller does not start without",
			args: &addon.AddonArgs{
				Addon: addon.AWSLoadBalancerController, Path: standIn, Values: map[string]any{"region": "eu-west-1"},
				Set: pulumi.StringMap{"vpcId": pulumi.String("vpc-1")},
			},
			want: []string{"values: aws-load-balancer-controller requires clusterName: set it here or in set, such as main"},
		},
		"Kubernetes": {
			reason: "no version of the catalog supports the cluster",
			args:   &addon.AddonArgs{Addon: addon.CertManager, KubernetesVersion: "1.38"},
			want: []string{
				"version: resolve version of cert-manager: no version of cert-manager is compatible with Kubernetes 1.38: " +
					"1.21.2 requires >=1.33 <1.37, 1.20.0 requires >=1.32 <1.36; available: 1.21.2, 1.20.0",
			},
		},
	}
	for name, tc := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			fixture.RequireRejected(t, addon.NewAddon, tc.args, tc.want, tc.reason)
		})
	}
}

func TestCatalogIsValid(t *testing.T) {
	t.Parallel()
	_, err := versions.New(addon.Table())
	require.NoError(t, err)
	for name, d := range addon.Catalog() {
		require.NotEmpty(t, d.Chart, name)
		require.NotEmpty(t, d.Namespace, name)
		require.NotEmpty(t, d.PodSecurity, name)
		require.Equal(t, d.ServiceAccount != "", d.Permissions != "", "%s: a service account has permissions", name)
		for _, earlier := range d.After {
			require.Contains(t, addon.Catalog(), earlier, name)
		}
	}
	require.Len(t, addon.Names(), len(addon.Catalog()))
}

func TestVersionsSupportTheCluster(t *testing.T) {
	t.Parallel()
	resolver, err := versions.New(addon.Table())
	require.NoError(t, err)
	for kubernetes, want := range map[string]string{"1.33": "0.19.2", "1.34": "2.6.0", "1.35": "2.8.0", "1.36": "2.9.0"} {
		got, err := resolver.Resolve(t.Context(), string(addon.ExternalSecrets), versions.WithKubernetes(kubernetes))
		require.NoError(t, err)
		require.Equal(t, want, got.Version, kubernetes)
	}
}

func TestSort(t *testing.T) {
	t.Parallel()
	require.Equal(t, []addon.Name{addon.CertManager, addon.MetricsServer, addon.AWSLoadBalancerController},
		addon.Sort([]addon.Name{addon.AWSLoadBalancerController, addon.MetricsServer, addon.CertManager}))
}
