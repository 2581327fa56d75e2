package deployment_test

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
	"github.com/stretchr/testify/require"

	"github.com/ashlar-iac/ashlar/core/compliance"
	"github.com/ashlar-iac/ashlar/core/component"
	"github.com/ashlar-iac/ashlar/core/deployment"
)

// door is a component that declares evidence.
type door struct {
	pulumi.ResourceState
	component.Base
}

type doorArgs struct {
	Locked *bool `pulumi:"locked" jsonschema:"default=true"`
}

func (a *doorArgs) Evidence() []compliance.Evidence {
	return []compliance.Evidence{
		compliance.Check("locked", *a.Locked, *a.Locked, "true", compliance.Control{Framework: "acme", ID: "1", Title: "doors are locked"}),
	}
}

type doors struct {
	deployment.Switch
	Locked *bool `pulumi:"locked"`
}

// building is a module with a framework of its own.
func building() deployment.Module {
	return deployment.NewModule("building", nil, func(ctx *deployment.Context, c *doors) error {
		d := &door{}
		if _, err := component.Register(ctx.Context, "ashlar-test:index:Door", "front", d, &doorArgs{Locked: c.Locked}); err != nil {
			return err
		}
		_, err := component.Finish(ctx.Context, d)
		return err
	}, deployment.WithFrameworks(compliance.Framework{ID: "acme", Title: "Acme baseline", Version: "1"}))
}

func statusOf(t *testing.T, exports map[string]pulumi.Input, framework string) pulumi.Input {
	t.Helper()
	report, ok := exports[deployment.ComplianceOutput].(pulumi.Map)
	require.True(t, ok, "the stack has the output %s", deployment.ComplianceOutput)
	return report[framework].(pulumi.Map)["status"]
}

func TestRunReportsEvidence(t *testing.T) {
	t.Parallel()
	tests := map[string]struct {
		reason, building string
		want             compliance.Status
	}{
		"Default":  {"a default that meets the control is evidence", `{"enabled":true}`, compliance.Met},
		"Weakened": {"a setting that the stack weakens shows as not met", `{"enabled":true,"locked":false}`, compliance.NotMet},
		"Disabled": {"a module that is disabled gives no evidence", `{"enabled":false}`, compliance.NoEvidence},
	}
	for name, tc := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			folder := t.TempDir()
			exports, err := run(t, map[string]string{
				"compliance": `{"frameworks":["acme","soc2"],"report":"` + folder + `"}`, "building": tc.building,
			}, building())
			require.NoError(t, err)
			require.Equal(t, pulumi.String(tc.want), statusOf(t, exports, "acme"), tc.reason)
			require.Equal(t, pulumi.String(compliance.NoEvidence), statusOf(t, exports, "soc2"), "a configured framework without evidence")
			text, err := os.ReadFile(filepath.Join(folder, compliance.MarkdownFile))
			require.NoError(t, err)
			require.Contains(t, string(text), "## Acme baseline, 1: "+string(tc.want)+"\n", tc.reason)
			require.FileExists(t, filepath.Join(folder, compliance.JSONFile))
		})
	}
}

func TestRunWithoutFrameworksReportsNothing(t *testing.T) {
	t.Parallel()
	exports, err := run(t, switchedOn("building"), building())
	require.NoError(t, err)
	require.NotContains(t, exports, deployment.ComplianceOutput)
}

func TestRunRejectsUnknownFrameworks(t *testing.T) {
	t.Parallel()
	_, err := run(t, map[string]string{"compliance": `{"frameworks":["acmee"]}`}, building())
	require.ErrorContains(t, err, `frameworks[0]: unknown framework "acmee", did you mean "acme"?`)
}

func TestRunReportsWriteErrors(t *testing.T) {
	t.Parallel()
	file := filepath.Join(t.TempDir(), "file")
	require.NoError(t, os.WriteFile(file, nil, 0o600))
	_, err := run(t, map[string]string{"compliance": `{"report":"` + file + `"}`})
	require.ErrorContains(t, err, "write compliance report to "+file)
}
