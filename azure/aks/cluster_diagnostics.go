package aks

import (
	"slices"

	insights "github.com/pulumi/pulumi-azure-native-sdk/insights/v2/v20210501preview"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
)

// categories returns the categories of logs in a stable order.
func (a *ClusterArgs) categories() []LogCategory {
	if all := slices.Clone(value(a.Diagnostics).Categories); len(all) > 0 {
		slices.Sort(all)
		return all
	}
	return []LogCategory{LogGuard, LogAPIServer, LogAuditAdmin}
}

// createDiagnostics sends the logs of the control plane to the workspace, in tables with a column for each field. Azure
// keeps diagnostic settings of deleted resources, so that this one is deleted before the cluster, not with it.
func (b *builder) createDiagnostics() error {
	d := b.args.Diagnostics
	if d == nil {
		return nil
	}
	var logs insights.LogSettingsArray
	for _, category := range b.args.categories() {
		logs = append(logs, &insights.LogSettingsArgs{Category: pulumi.String(category), Enabled: pulumi.Bool(true)})
	}
	in := &insights.DiagnosticSettingArgs{
		Name: pulumi.String("control-plane"), ResourceUri: b.control.ID(),
		WorkspaceId:                 d.WorkspaceID.ToStringOutput().ToStringPtrOutput(),
		LogAnalyticsDestinationType: pulumi.String("Dedicated"), Logs: logs,
	}
	if d.Metrics {
		in.Metrics = insights.MetricSettingsArray{
			&insights.MetricSettingsArgs{Category: pulumi.String("AllMetrics"), Enabled: pulumi.Bool(true)},
		}
	}
	created, err := insights.NewDiagnosticSetting(b.ctx, b.name+"-diagnostics", in, b.cluster.Child())
	if err == nil {
		b.created(created)
	}
	return err
}
