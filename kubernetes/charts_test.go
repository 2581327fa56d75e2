package kubernetes_test

import (
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"
	corev1 "k8s.io/api/core/v1"

	"github.com/ashlar-iac/ashlar/core/pulumitest"
)

// path returns an absolute path: the configuration of the tests is in another folder.
func path(t *testing.T, elements ...string) string {
	t.Helper()
	out, err := filepath.Abs(filepath.Join(elements...))
	require.NoError(t, err)
	return out
}

func TestChartsOfTheSection(t *testing.T) {
	t.Parallel()
	chart := path(t, "helm", "testdata", "shop")
	r, err := deploy(t, object{
		"enabled": true, "clusters": dev(),
		"releases":   object{"shop": object{"path": chart, "podSecurity": "baseline", "values": object{"greeting": "hi"}}},
		"manifests":  object{"plain": object{"path": path(t, "manifest", "testdata", "kustomized"), "namespace": "team"}},
		"namespaces": object{"team": object{}},
		"addons": object{
			"aws-load-balancer-controller": object{
				"path": chart, "crds": "skip", "values": object{"clusterName": "main", "region": "eu-west-1", "vpcId": "vpc-1"},
			},
			"cert-manager": object{"path": chart},
		},
	})
	require.NoError(t, err)
	require.Equal(t, map[string]any{
		"releases": map[string]any{"shop": map[string]any{"name": "shop", "namespace": "shop", "version": "1.0.0"}},
		"addons": map[string]any{
			"aws-load-balancer-controller": map[string]any{"namespace": "kube-system", "version": "1.0.0"},
			"cert-manager":                 map[string]any{"namespace": "cert-manager", "version": "1.0.0"},
		},
	}, r.Exports["kubernetes"].Mappable())
	objects := map[string]*pulumitest.Registration{}
	for _, res := range r.Resources {
		objects[res.Type+" "+res.Name] = res
	}
	own := objects["kubernetes:core/v1:Namespace shop"]
	require.Equal(t, "baseline", pulumitest.Decode[corev1.Namespace](t, own).Labels["pod-security.kubernetes.io/enforce"],
		"the namespace of a release admits its pods")
	settings := pulumitest.Decode[corev1.ConfigMap](t, objects["kubernetes:core/v1:ConfigMap shop-shop"])
	require.Equal(t, []string{"shop", "hi"}, []string{settings.Namespace, settings.Data["greeting"]})
	require.Equal(t, "team",
		pulumitest.Decode[corev1.ConfigMap](t, objects["kubernetes:core/v1:ConfigMap plain-blue-settings"]).Namespace)
	first := objects["kubernetes:apps/v1:Deployment cert-manager-cert-manager"]
	second := objects["kubernetes:apps/v1:Deployment aws-load-balancer-controller-aws-load-balancer-controller"]
	require.Contains(t, second.Dependencies, first.URN, "an add-on is after those that it needs")
}

func TestChartsOfTheSectionAreCheckedBefore(t *testing.T) {
	t.Parallel()
	r, err := deploy(t, object{
		"enabled": true, "clusters": dev(),
		"releases": object{"shop": object{
			"path": path(t, "helm", "testdata", "shop"), "values": object{"replicas": 0, "replica": 2},
		}},
		"manifests": object{"plain": object{"path": "none"}},
	})
	require.ErrorContains(t, err, "kubernetes.releases.shop.values.replicas: minimum: got 0, want 1")
	require.ErrorContains(t, err, "kubernetes.manifests.plain.path: no such file or folder: ")
	require.Empty(t, r.Resources, "nothing is registered")
}
