package network_test

import (
	"testing"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/ashlar-iac/ashlar/azure/monitor"
	"github.com/ashlar-iac/ashlar/azure/network"
	"github.com/ashlar-iac/ashlar/azure/resources"
	"github.com/ashlar-iac/ashlar/azure/storage"
	"github.com/ashlar-iac/ashlar/integration/cloudtest"
)

// Flow logs are added, changed in place and removed without a change of the network.
func TestFlowLogs(t *testing.T) {
	t.Parallel()
	cloudtest.Azure(t, func(t *testing.T, a *cloudtest.Account) {
		var logs *network.FlowLogsArgs
		analyzed := false
		life := a.Life(t, "flows", a.InGroup(func(ctx *pulumi.Context, group *resources.ResourceGroup, on pulumi.ResourceOption) error {
			account, err := storage.NewAccount(ctx, "flows", &storage.AccountArgs{ResourceGroupName: group.Name, DeletionProtection: new(false)}, on)
			if err != nil {
				return err
			}
			workspace, err := monitor.NewWorkspace(ctx, "logs", &monitor.WorkspaceArgs{ResourceGroupName: group.Name}, on)
			if err != nil {
				return err
			}
			args := noNAT()
			args.ResourceGroupName = group.Name
			if logs != nil {
				with := *logs
				with.StorageAccountID = account.ID
				if analyzed {
					with.WorkspaceID = workspace.ID
				}
				args.FlowLogs = &with
			}
			_, err = network.NewSecureVNet(ctx, "main", args, on)
			return err
		}))
		life.Up()
		logs = &network.FlowLogsArgs{}
		life.Change("flow logs", "create "+flowLogType+" main-flow-logs")
		logs.RetentionDays = new(30)
		life.Change("retention period", "update "+flowLogType+" main-flow-logs")
		analyzed = true
		life.Change("traffic analytics", "update "+flowLogType+" main-flow-logs")
		logs.Enabled = new(false)
		life.Change("no flow logs", "delete "+flowLogType+" main-flow-logs")
		life.Destroy()
	})
}
