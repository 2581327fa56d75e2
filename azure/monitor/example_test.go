package monitor_test

import (
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/ashlar-iac/ashlar/azure/monitor"
	"github.com/ashlar-iac/ashlar/azure/resources"
)

// A workspace that keeps logs for a year.
func Example() {
	pulumi.Run(func(ctx *pulumi.Context) error {
		group, err := resources.NewResourceGroup(ctx, "logs", nil)
		if err != nil {
			return err
		}
		workspace, err := monitor.NewWorkspace(ctx, "logs", &monitor.WorkspaceArgs{
			ResourceGroupName: group.Name, RetentionDays: new(365),
		})
		if err != nil {
			return err
		}
		ctx.Export("workspace", workspace.ID)
		return nil
	})
}
