package programs_test

import (
	"encoding/json"
	"os"
	"path/filepath"
	"testing"

	"github.com/pulumi/pulumi/sdk/v3/go/auto"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/ashlar-iac/ashlar/core/compliance"
	"github.com/ashlar-iac/ashlar/integration/programs"
	"github.com/ashlar-iac/ashlar/integration/testenv"
)

// TestCustomModule deploys a custom module with metadata, compliance evidence and a log, and then disables all modules.
func TestCustomModule(t *testing.T) {
	t.Parallel()
	cluster := testenv.ControlPlane(t)
	stack := compiled(t, programs.Module, project(t, programs.Module, cluster))
	ran := testenv.Succeeds(t)
	set := func(path, value string) {
		t.Helper()
		require.NoError(t, stack.SetConfigWithOptions(t.Context(), path, auto.ConfigValue{Value: value},
			&auto.ConfigOptions{Path: true}))
	}
	up := ran(stack.Up(t.Context()))
	ran(stack.CheckUnchanged(t.Context()))
	ran(stack.CheckNoDrift(t.Context()))

	assert.Equal(t, map[string]any{"kubernetes": "deployed", "notices": "deployed"}, up.Outputs["modules"].Value)
	assert.Equal(t, map[string]any{
		"project": "module", "environment": "dev", "owner": "Platform Team", "costCenter": "4711",
		"dataClassification": "internal",
		"frameworks":         []any{"acme", "cis-kubernetes"},
	}, up.Outputs["metadata"].Value)

	// Resources of the module's component and of the plain SDK have the labels.
	objects, err := cluster.Client().CoreV1().ConfigMaps("notices").List(t.Context(), metav1.ListOptions{
		LabelSelector: "ashlar-iac.github.io/cost-center=4711",
	})
	require.NoError(t, err)
	require.Len(t, objects.Items, 3, "two notices and their index")
	for _, o := range objects.Items {
		assert.Equal(t, "Platform-Team-f28ffdbdbb", o.Labels["ashlar-iac.github.io/owner"], o.Name)
		assert.Equal(t, "Platform Team", o.Annotations["ashlar-iac.github.io/owner"], o.Name)
	}
	shop, err := cluster.Client().CoreV1().Namespaces().Get(t.Context(), "shop", metav1.GetOptions{})
	require.NoError(t, err)
	assert.Equal(t, "internal", shop.Labels["ashlar-iac.github.io/data-classification"])

	// Controls of weakened settings are not met.
	text, err := os.ReadFile(filepath.Join(stack.Dir(), "evidence", compliance.JSONFile))
	require.NoError(t, err)
	var report compliance.Report
	require.NoError(t, json.Unmarshal(text, &report))
	notMet := map[string]string{}
	for _, f := range report.Frameworks {
		for _, c := range f.Controls {
			for _, e := range c.Evidence {
				if e.Status == compliance.NotMet {
					notMet[f.ID+" "+c.ID] = e.Name + " " + e.Setting + "=" + e.Value
				}
			}
		}
	}
	assert.Equal(t, map[string]string{
		"acme N-1":             "maintenance contact=",
		"cis-kubernetes 5.2.6": "shop podSecurity.enforce=baseline",
		"cis-kubernetes 5.2.7": "shop podSecurity.enforce=baseline",
		"cis-kubernetes 5.2.8": "shop podSecurity.enforce=baseline",
		"cis-kubernetes 5.2.9": "shop podSecurity.enforce=baseline",
	}, notMet)
	frameworks := up.Outputs["compliance"].Value.(map[string]any)
	assert.Equal(t, "not met", frameworks["cis-kubernetes"].(map[string]any)["status"])
	log, err := os.ReadFile(filepath.Join(stack.Dir(), "log.json"))
	require.NoError(t, err)
	assert.Contains(t, string(log), `"level":"DEBUG","msg":"created","module":"notices","notice":"welcome"`)

	// A module requires the modules that it depends on.
	set("ashlar:kubernetes.enabled", "false")
	refused, err := stack.Up(t.Context())
	require.Error(t, err)
	assert.Contains(t, refused.Output,
		"module notices requires module kubernetes, which is not enabled: set kubernetes.enabled")

	// Without enabled modules, the run succeeds and exports metadata and compliance.
	set("ashlar:notices.enabled", "false")
	none := ran(stack.Up(t.Context()))
	assert.Equal(t, map[string]any{"kubernetes": "disabled", "notices": "disabled"}, none.Outputs["modules"].Value)
	assert.Equal(t, "Platform Team", none.Outputs["metadata"].Value.(map[string]any)["owner"])
	assert.Equal(t, "no evidence", none.Outputs["compliance"].Value.(map[string]any)["acme"].(map[string]any)["status"])
	_, err = cluster.Client().CoreV1().Namespaces().Get(t.Context(), "shop", metav1.GetOptions{})
	require.Error(t, err, "the namespace is deleted")
	ran(stack.CheckDestroyed(t.Context()))
}
