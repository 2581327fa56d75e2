package network

import (
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/ashlar-iac/ashlar/azure/internal/compliancecontrols"
	"github.com/ashlar-iac/ashlar/azure/internal/location"
	"github.com/ashlar-iac/ashlar/azure/internal/names"
	"github.com/ashlar-iac/ashlar/azure/internal/networkapi"
	"github.com/ashlar-iac/ashlar/azure/internal/tagging"
	"github.com/ashlar-iac/ashlar/core/compliance"
	"github.com/ashlar-iac/ashlar/core/component"
	"github.com/ashlar-iac/ashlar/core/config"
)

// FlowLogsToken is the type of the component [FlowLogs].
const FlowLogsToken = "ashlar-azure:network:FlowLogs"

// FlowLogs are virtual network flow logs: records of the traffic of a network or a subnet in a storage account.
type FlowLogs struct {
	pulumi.ResourceState
	component.Base

	// ID is the resource ID of the flow log. It is nil if they are disabled.
	ID pulumi.StringPtrOutput `pulumi:"id,optional"`
}

// FlowLogsArgs are the arguments of [FlowLogs]. Source: "Virtual network flow logs".
type FlowLogsArgs struct {
	// Enabled is whether flow logs are created. Disabling them deletes the flow log, not the logs.
	Enabled *bool `pulumi:"enabled,optional" jsonschema:"default=true"`
	// TargetID is the resource ID of the network or subnet. Required. Changing it replaces the flow log.
	TargetID pulumi.StringInput `pulumi:"targetId,optional" config:"program,plain"`
	// Location is the location of the network, in its short form. Default: that of the network of which the flow logs are a
	// part, else the location of the provider. Changing it replaces the flow log.
	Location string `pulumi:"location,optional" jsonschema:"example=westeurope"`
	// StorageAccountID is the resource ID of a storage account in the location of the network, which allows trusted Azure
	// services. Required for the constructor. Changing it updates the flow log.
	StorageAccountID pulumi.StringInput `pulumi:"storageAccountId,optional" config:"plain"`
	// RetentionDays is the number of days for which logs are kept. 0 keeps them until a lifecycle rule of the account deletes
	// them. Changing it updates the flow log.
	RetentionDays *int `pulumi:"retentionDays,optional" jsonschema:"default=90,minimum=0,maximum=365"`
	// WorkspaceID is the resource ID of a Log Analytics workspace for traffic analytics. Default: no traffic analytics.
	// Changing it updates the flow log.
	WorkspaceID pulumi.StringInput `pulumi:"workspaceId,optional" config:"plain"`
	// AnalyticsMinutes is the interval in which traffic analytics processes logs. Requires workspaceId. Default: 60. Changing
	// it updates the flow log.
	AnalyticsMinutes int `pulumi:"analyticsMinutes,optional" jsonschema:"enum=10,enum=60"`
	// WatcherName is the name of the network watcher of the location, of which Azure creates one. Default:
	// NetworkWatcher_LOCATION. Changing it replaces the flow log.
	WatcherName string `pulumi:"watcherName,optional"`
	// WatcherGroup is the resource group of the network watcher. Changing it replaces the flow log.
	WatcherGroup string `pulumi:"watcherGroup,optional" jsonschema:"default=NetworkWatcherRG"`
	// Tags are added to the flow log. Default: none. Changing them updates the flow log.
	Tags pulumi.StringMapInput `pulumi:"tags,optional" config:"program"`

	// location is that of the network, set by the parent component.
	location pulumi.StringInput
}

var (
	_ config.Validator          = (*FlowLogsArgs)(nil)
	_ config.ArgumentsValidator = (*FlowLogsArgs)(nil)
	_ compliance.Declarer       = (*FlowLogsArgs)(nil)
)

// NewFlowLogs creates flow logs of a network or a subnet. The subscription must have a network watcher in the location:
// Azure creates it with the first network.
func NewFlowLogs(
	ctx *pulumi.Context, name string, args *FlowLogsArgs, opts ...pulumi.ResourceOption,
) (*FlowLogs, error) {
	f := &FlowLogs{}
	args, err := component.Register(ctx, FlowLogsToken, name, f, args, opts...)
	if err != nil {
		return nil, err
	}
	if !*args.Enabled {
		return component.Finish(ctx, f)
	}
	inputs := networkapi.Inputs(pulumi.String(args.WatcherGroup), args.Location, args.Tags)
	if args.location != nil && args.Location == "" {
		inputs["location"] = args.location
	}
	inputs["networkWatcherName"] = args.watcher()
	inputs["flowLogName"] = unique(pulumi.String(name), args.TargetID) // A watcher has the flow logs of all networks.
	inputs["targetResourceId"], inputs["storageId"] = args.TargetID, args.StorageAccountID
	inputs["enabled"] = pulumi.Bool(true)
	inputs["format"] = pulumi.Map{"type": pulumi.String("JSON"), "version": pulumi.Int(2)}
	inputs["retentionPolicy"] = pulumi.Map{
		"days": pulumi.Int(*args.RetentionDays), "enabled": pulumi.Bool(*args.RetentionDays > 0),
	}
	if args.WorkspaceID != nil {
		minutes := args.AnalyticsMinutes
		if minutes == 0 {
			minutes = 60
		}
		inputs["flowAnalyticsConfiguration"] = pulumi.Map{"networkWatcherFlowAnalyticsConfiguration": pulumi.Map{
			"enabled": pulumi.Bool(true), "workspaceResourceId": args.WorkspaceID, "trafficAnalyticsInterval": pulumi.Int(minutes),
		}}
	}
	log := &networkapi.Resource{}
	if err := networkapi.Register(ctx, networkapi.FlowLog, name, inputs, log,
		f.Main(pulumi.ReplaceOnChanges([]string{"location", "targetResourceId"}), pulumi.DeleteBeforeReplace(true))); err != nil {
		return nil, err
	}
	f.ID = log.ID().ToStringOutput().ToStringPtrOutput()
	return component.Finish(ctx, f)
}

// watcher returns the name of the network watcher.
func (a *FlowLogsArgs) watcher() pulumi.StringInput {
	const prefix = "NetworkWatcher_"
	switch {
	case a.WatcherName != "":
		return pulumi.String(a.WatcherName)
	case a.Location != "" || a.location == nil:
		return pulumi.String(prefix + a.Location)
	}
	return pulumi.Sprintf("%s%s", prefix, a.location)
}

// Validate implements config.Validator.
func (a *FlowLogsArgs) Validate(report *config.Report) {
	location.Check(report, []string{"location"}, a.Location)
	names.CheckID(report, []string{"storageAccountId"}, a.StorageAccountID, "Microsoft.Storage/storageAccounts", "storage account")
	names.CheckID(report, []string{"workspaceId"}, a.WorkspaceID, "Microsoft.OperationalInsights/workspaces",
		"Log Analytics workspace")
}

// ValidateArguments implements config.ArgumentsValidator.
func (a *FlowLogsArgs) ValidateArguments(report *config.Report) {
	if !enabled(a.Enabled) {
		return
	}
	tagging.Check(report, []string{"tags"}, a.Tags, tagging.MaxKey)
	if a.TargetID == nil {
		report.Add([]string{"targetId"}, "required: set the resource ID of a network or a subnet")
	}
	a.CheckDestinations(report)
	if a.location == nil && a.Location == "" && a.WatcherName == "" {
		report.Add([]string{"location"}, "required: the network watcher is that of the location; set it, or watcherName")
	}
}

// CheckDestinations reports flow logs without a storage account, and options of traffic analytics without a workspace. It is
// for parent components and for sections, where entries can be the destinations.
func (a *FlowLogsArgs) CheckDestinations(report *config.Report) {
	if a == nil || !enabled(a.Enabled) {
		return
	}
	if a.StorageAccountID == nil {
		report.Add([]string{"storageAccountId"}, "required: add the resource ID of a storage account in the location of the network")
	}
	if a.AnalyticsMinutes != 0 && a.WorkspaceID == nil {
		report.Add([]string{"analyticsMinutes"}, "requires workspaceId: add it, or omit analyticsMinutes")
	}
}

// Evidence implements compliance.Declarer.
func (a *FlowLogsArgs) Evidence() []compliance.Evidence {
	on, days := enabled(a.Enabled), 90
	if a.RetentionDays != nil {
		days = *a.RetentionDays
	}
	out := []compliance.Evidence{compliance.Check("enabled", on, on, "true", compliancecontrols.FlowLogs...)}
	if !on {
		return out
	}
	return append(out, compliance.Check("retentionDays", days, days == 0 || days >= 90, "at least 90, or 0",
		compliancecontrols.FlowLogRetention...))
}

// noFlowLogs is the evidence of a network without flow logs.
func noFlowLogs() compliance.Evidence {
	return compliance.Check("flowLogs", "none", false, "set", compliancecontrols.FlowLogs...)
}
