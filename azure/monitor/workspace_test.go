package monitor_test

import (
	"flag"
	"testing"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
	"github.com/stretchr/testify/require"

	"github.com/ashlar-iac/ashlar/azure/internal/fixture"
	"github.com/ashlar-iac/ashlar/azure/monitor"
	"github.com/ashlar-iac/ashlar/core/failure"
	"github.com/ashlar-iac/ashlar/core/pulumitest"
)

var _ = flag.Bool("update", false, "update the golden files")

var group = pulumi.String("shop")

func shortest(*pulumi.Context) *monitor.WorkspaceArgs {
	return &monitor.WorkspaceArgs{ResourceGroupName: group}
}

// full returns arguments with all options.
func full(ctx *pulumi.Context) *monitor.WorkspaceArgs {
	return &monitor.WorkspaceArgs{
		ResourceGroupName: fixture.Text(ctx, "shop"), Name: "log-shop", Location: "northeurope", RetentionDays: new(30),
		DailyQuotaGB: new(5), SharedKeys: true, ResourcePermissions: new(false), PublicIngestion: new(false),
		PublicQueries: new(false), Tags: pulumi.StringMap{"team": pulumi.String("shop")},
	}
}

func create(t *testing.T, args func(*pulumi.Context) *monitor.WorkspaceArgs) *pulumitest.Recording {
	t.Helper()
	r := pulumitest.Run(t, func(ctx *pulumi.Context) error {
		_, err := monitor.NewWorkspace(ctx, "shop", args(ctx))
		return err
	}, fixture.Cloud()...)
	fixture.RequireOneVersion(t, r)
	return r
}

func TestWorkspaceConforms(t *testing.T) {
	t.Parallel()
	fixture.Conform(t, pulumitest.Suite[monitor.WorkspaceArgs, *monitor.Workspace]{
		Token: monitor.WorkspaceToken, New: monitor.NewWorkspace, RefusesNil: failure.Configuration,
		Defaults: []string{"retentionDays", "publicIngestion", "publicQueries", "resourcePermissions"},
	}, map[string]func(*pulumi.Context) *monitor.WorkspaceArgs{"everything": full, "shortest": shortest})
}

func TestWorkspaceGolden(t *testing.T) {
	t.Parallel()
	create(t, shortest).Golden(t, "testdata/default.txt")
	create(t, full).Golden(t, "testdata/full.txt")
}

func TestInvalidWorkspacesAreRejected(t *testing.T) {
	t.Parallel()
	tests := map[string]struct {
		reason string
		args   monitor.WorkspaceArgs
		want   []string
	}{
		"no resource group": {"every workspace is in one", monitor.WorkspaceArgs{}, []string{"resourceGroupName: required"}},
		"name":              {"begins with a letter or digit", monitor.WorkspaceArgs{ResourceGroupName: group, Name: "-logs"}, []string{`name: invalid name "-logs" of a Log Analytics workspace`}},
		"location":          {"the short form", monitor.WorkspaceArgs{ResourceGroupName: group, Location: "Paris"}, []string{`location: unknown location "Paris", did you mean "francecentral"?`}},
		"retention":         {"30 to 730 days", monitor.WorkspaceArgs{ResourceGroupName: group, RetentionDays: new(7)}, []string{"retentionDays: expected at least 30"}},
		"long retention":    {"30 to 730 days", monitor.WorkspaceArgs{ResourceGroupName: group, RetentionDays: new(731)}, []string{"retentionDays: expected at most 730"}},
		"quota":             {"0 would drop all logs", monitor.WorkspaceArgs{ResourceGroupName: group, DailyQuotaGB: new(0)}, []string{"dailyQuotaGb: expected at least 1"}},
		"tags":              {"reserved by Azure", monitor.WorkspaceArgs{ResourceGroupName: group, Tags: pulumi.StringMap{"azure": pulumi.String("")}}, []string{"tags.azure: the prefix azure is reserved"}},
	}
	for name, tc := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			fixture.RequireRejected(t, func(ctx *pulumi.Context) error {
				_, err := monitor.NewWorkspace(ctx, "shop", &tc.args)
				return err
			}, tc.want...)
		})
	}
}

func TestWorkspaceEvidence(t *testing.T) {
	t.Parallel()
	require.Equal(t, map[string]bool{"retentionDays": true, "sharedKeys": true}, pulumitest.Evidence((&monitor.WorkspaceArgs{}).Evidence()))
	weak := &monitor.WorkspaceArgs{RetentionDays: new(30), SharedKeys: true}
	require.Equal(t, map[string]bool{"retentionDays": false, "sharedKeys": false}, pulumitest.Evidence(weak.Evidence()))
}
