package kubernetes_test

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestNamespacesJoinTheMeshOfTheirCluster(t *testing.T) {
	t.Parallel()
	namespaces := func(mesh object) object { return object{"team": object{"cluster": "dev", "mesh": mesh}} }
	_, err := deploy(t, object{
		"enabled":  true,
		"clusters": both(), "namespaces": namespaces(object{"mode": "ambient"}),
		"meshes": object{"main": object{"cluster": "dev", "version": "1.31.0", "mode": "sidecar"}},
	})
	require.ErrorContains(t, err, "kubernetes.namespaces.team.mesh: the mesh has no proxies on nodes: use the mode sidecar, "+
		"or set the mode of the mesh to ambient")
	_, err = deploy(t, object{
		"enabled":  true,
		"clusters": both(), "namespaces": namespaces(object{"mode": "sidecar", "revision": "1-30-0"}),
		"meshes": object{"main": object{"cluster": "dev", "version": "1.31.0", "revision": "main"}},
	})
	require.ErrorContains(t, err, `kubernetes.namespaces.team.mesh: unknown revision "1-30-0" of the mesh, `+
		"expected one of: default, main")
	_, err = deploy(t, object{
		"enabled":  true,
		"clusters": both(), "namespaces": namespaces(object{"mode": "ambient"}),
	})
	require.NoError(t, err, "the mesh is installed otherwise")
}

func TestApplicationsOfAnAmbientNamespaceAllowTheMesh(t *testing.T) {
	t.Parallel()
	for mode, allowed := range map[string]bool{"ambient": true, "sidecar": false} {
		r, err := deploy(t, object{
			"enabled":    true,
			"clusters":   object{"dev": both()["dev"]},
			"namespaces": object{"team": object{"mesh": object{"mode": mode}}},
			"applications": object{"web": object{
				"image": image, "port": 8080, "namespace": "team",
				"network": object{"allowFrom": []any{object{"namespace": "edge"}}},
			}},
		})
		require.NoError(t, err)
		ports, ok := r.One(t, "kubernetes:networking.k8s.io/v1:NetworkPolicy").Input("spec.ingress[0].ports")
		require.True(t, ok)
		var open []any
		for _, p := range ports.Mappable().([]any) {
			open = append(open, p.(map[string]any)["port"])
		}
		if allowed {
			assert.Contains(t, open, 15008.0, mode)
		} else {
			assert.NotContains(t, open, 15008.0, mode)
		}
	}
}
