package kubernetes_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/stretchr/testify/require"
	corev1 "k8s.io/api/core/v1"

	"github.com/ashlar-iac/ashlar/core/config"
	"github.com/ashlar-iac/ashlar/core/pulumitest"
)

func TestConfigMapsSecretsAndServiceAccountsOfASection(t *testing.T) {
	t.Parallel()
	r, err := deploy(t, object{
		"enabled": true, "clusters": both(),
		"namespaces": object{"team": object{"cluster": "prod", "name": "payments"}},
		"configMaps": object{"settings": object{"cluster": "prod", "namespace": "team", "fromFiles": []any{"Pulumi.yaml"}}},
		"secrets": object{"token": object{
			"cluster": "prod", "namespace": "team", "data": object{"TOKEN": encrypted(canary)}, "dependsOn": []any{"configMaps/settings"},
		}},
		"serviceAccounts": object{"agent": object{
			"cluster": "prod", "namespace": "team", "rules": []any{object{"resources": []any{"pods"}, "verbs": []any{"get"}}},
		}},
	})
	require.NoError(t, err)
	require.Empty(t, r.Leaks(canary))
	settings := pulumitest.Decode[corev1.ConfigMap](t, r.One(t, ":core/v1:ConfigMap"))
	require.Equal(t, "payments", settings.Namespace)
	require.Equal(t, map[string]string{"Pulumi.yaml": "name: project\nruntime: go\n"}, settings.Data, "paths are relative to the file")
	require.Equal(t, canary, pulumitest.Decode[corev1.Secret](t, r.One(t, ":core/v1:Secret")).StringData["TOKEN"])
	for _, typ := range []string{":core/v1:ConfigMap", ":core/v1:Secret", ":core/v1:ServiceAccount", ":rbac.authorization.k8s.io/v1:Role"} {
		require.Equal(t, "prod", r.One(t, typ).Provider.Name, "%s is in its cluster", typ)
	}
	exports := r.Exports["kubernetes"].Mappable().(map[string]any)
	require.Equal(t, map[string]any{"agent": map[string]any{"name": "agent", "namespace": "payments"}}, exports["serviceAccounts"])
	require.Equal(t, map[string]any{"settings": map[string]any{"name": settings.Name, "namespace": "payments"}}, exports["configMaps"])
	require.Contains(t, exports, "secrets")
}

func TestInvalidObjectsOfASection(t *testing.T) {
	t.Parallel()
	_, err := deploy(t, object{
		"enabled": true, "clusters": dev(), "namespaces": object{"team": object{}},
		"configMaps": object{
			"elsewhere": object{"namespace": "taem", "data": object{"a": "b"}}, "nowhere": object{"data": object{"a": "b"}},
			"empty": object{"namespace": "team"}, "gone": object{"namespace": "team", "fromFiles": []any{"gone.conf"}},
		},
		"secrets":         object{"plain": object{"namespace": "team", "data": object{"a": "b"}}},
		"serviceAccounts": object{"web": object{"namespace": "team"}},
		"applications":    object{"web": object{"namespace": "team", "image": image, "port": 8080}},
	})
	var invalid *config.Error
	require.ErrorAs(t, err, &invalid)
	got := map[string]bool{}
	for _, f := range invalid.Findings {
		got[f.Path] = true
	}
	require.Empty(t, cmp.Diff(map[string]bool{
		"kubernetes.configMaps.elsewhere.namespace": true, "kubernetes.configMaps.nowhere.namespace": true,
		"kubernetes.configMaps.empty.data": true, "kubernetes.configMaps.gone.fromFiles[0]": true,
		"kubernetes.secrets.plain.data.a": true, "kubernetes.serviceAccounts.web": true,
	}, got), "%v", err)
}
