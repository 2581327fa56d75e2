package resources_test

import (
	"testing"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
	"github.com/stretchr/testify/require"

	"github.com/ashlar-iac/ashlar/azure/monitor"
	"github.com/ashlar-iac/ashlar/azure/resources"
	"github.com/ashlar-iac/ashlar/integration/cloudtest"
)

// Each step changes an option.
func TestWorkspaceOptions(t *testing.T) {
	t.Parallel()
	cloudtest.Azure(t, func(t *testing.T, a *cloudtest.Account) {
		args := &monitor.WorkspaceArgs{}
		life := a.Life(t, "workspace", a.InGroup(
			func(ctx *pulumi.Context, group *resources.ResourceGroup, on pulumi.ResourceOption) error {
				with := *args
				with.ResourceGroupName = group.Name
				w, err := monitor.NewWorkspace(ctx, "logs", &with, on)
				if err != nil {
					return err
				}
				ctx.Export("name", w.Name)
				ctx.Export("workspaceId", w.WorkspaceID)
				return nil
			}))
		up := life.Up()
		require.Regexp(t, `^logs[0-9a-f]{8}$`, up.Outputs["name"].Value)
		require.Regexp(t, guid, up.Outputs["workspaceId"].Value)
		changes := func(option string) {
			t.Helper()
			life.Change(option, "update "+workspaceType+" logs")
		}
		args.RetentionDays = new(30)
		changes("retention period")
		args.DailyQuotaGB = new(1)
		changes("daily quota")
		args.DailyQuotaGB = nil
		changes("no daily quota")
		args.SharedKeys = true
		changes("shared keys")
		args.ResourcePermissions = new(false)
		changes("permissions on resources")
		args.PublicIngestion = new(false)
		changes("private ingestion")
		args.PublicQueries = new(false)
		changes("private queries")
		args.Tags = a.Tags(map[string]string{"team": "shop"})
		changes("tags")
		args.Location = elsewhere
		life.Change("location", "replace "+workspaceType+" logs")
		args.Name = "log-shop"
		life.Change("name", "replace "+workspaceType+" logs")
		life.Destroy()
	})
}

// Arguments that Azure rejects are reported before any resource is created.
func TestInvalidWorkspaces(t *testing.T) {
	t.Parallel()
	cases[monitor.WorkspaceArgs]{
		"short name":                          {monitor.WorkspaceArgs{Name: "log"}, `name: invalid name "log" of a Log Analytics workspace`},
		"pattern of the name":                 {monitor.WorkspaceArgs{Name: "-logs"}, `name: invalid name "-logs" of a Log Analytics workspace`},
		"LocationNotAvailableForResourceType": {monitor.WorkspaceArgs{Location: "Paris"}, `location: unknown location "Paris", did you mean "francecentral"?`},
		"InvalidParameter, short retention":   {monitor.WorkspaceArgs{RetentionDays: new(29)}, "retentionDays: expected at least 30"},
		"InvalidParameter, long retention":    {monitor.WorkspaceArgs{RetentionDays: new(731)}, "retentionDays: expected at most 730"},
		"daily quota":                         {monitor.WorkspaceArgs{DailyQuotaGB: new(0)}, "dailyQuotaGb: expected at least 1"},
		"InvalidTags":                         {monitor.WorkspaceArgs{Tags: sameTags()}, sameKey},
	}.run(t, func(ctx *pulumi.Context, args *monitor.WorkspaceArgs) error {
		args.ResourceGroupName = pulumi.String("shop")
		_, err := monitor.NewWorkspace(ctx, "logs", args)
		return err
	})
}
