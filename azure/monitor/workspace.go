package monitor

import (
	azworkspace "github.com/pulumi/pulumi-azure-native-sdk/operationalinsights/v2/v20250201"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/ashlar-iac/ashlar/azure/internal/compliancecontrols"
	"github.com/ashlar-iac/ashlar/azure/internal/location"
	"github.com/ashlar-iac/ashlar/azure/internal/logicalname"
	"github.com/ashlar-iac/ashlar/azure/internal/names"
	"github.com/ashlar-iac/ashlar/azure/internal/tagging"
	"github.com/ashlar-iac/ashlar/core/compliance"
	"github.com/ashlar-iac/ashlar/core/component"
	"github.com/ashlar-iac/ashlar/core/config"
)

// WorkspaceToken is the type of the component [Workspace].
const WorkspaceToken = "ashlar-azure:monitor:Workspace"

// workspaceType is the type of the workspace, without API version.
const workspaceType = "azure-native:operationalinsights:Workspace"

// Workspace is a Log Analytics workspace.
type Workspace struct {
	pulumi.ResourceState
	component.Base

	// Name is the name of the workspace.
	Name pulumi.StringOutput `pulumi:"name"`
	// ID is the resource ID of the workspace, for diagnostic settings.
	ID pulumi.StringOutput `pulumi:"id"`
	// WorkspaceID is the GUID of the workspace, for queries and agents.
	WorkspaceID pulumi.StringOutput `pulumi:"workspaceId"`
}

// WorkspaceArgs are the arguments of a [Workspace].
type WorkspaceArgs struct {
	// ResourceGroupName is the name of the resource group. Required for the constructor. Changing it replaces the workspace.
	ResourceGroupName pulumi.StringInput `pulumi:"resourceGroupName,optional" config:"plain"`
	// Name is the name of the workspace, unique in the resource group. Default: the name of the component with random
	// characters. Changing it replaces the workspace.
	Name string `pulumi:"name,optional"`
	// Location is the location, in its short form, such as westeurope. Default: the location of the provider. Changing it
	// replaces the workspace.
	Location string `pulumi:"location,optional" jsonschema:"example=westeurope"`
	// RetentionDays is the number of days for which logs can be queried. The first 30 are free of charge. Changing it
	// updates the workspace.
	RetentionDays *int `pulumi:"retentionDays,optional" jsonschema:"default=90,minimum=30,maximum=730"`
	// DailyQuotaGB is the number of gigabytes of logs a day after which the workspace drops logs until the next day.
	// Default: no limit. Changing it updates the workspace.
	DailyQuotaGB *int `pulumi:"dailyQuotaGb,optional" jsonschema:"minimum=1"`
	// SharedKeys allows agents to send logs with the keys of the workspace instead of an identity. Default: false. Changing
	// it updates the workspace.
	SharedKeys bool `pulumi:"sharedKeys,optional"`
	// ResourcePermissions allows principals to read the logs of resources on which they have permissions, without
	// permissions on the workspace. Changing it updates the workspace.
	ResourcePermissions *bool `pulumi:"resourcePermissions,optional" jsonschema:"default=true"`
	// PublicIngestion allows logs from all networks. Without it, logs come through a private link scope only. Changing it
	// updates the workspace.
	PublicIngestion *bool `pulumi:"publicIngestion,optional" jsonschema:"default=true"`
	// PublicQueries allows queries from all networks. Without it, queries come through a private link scope only. Changing
	// it updates the workspace.
	PublicQueries *bool `pulumi:"publicQueries,optional" jsonschema:"default=true"`
	// Tags are added to the workspace. Default: none. Changing them updates the workspace.
	Tags pulumi.StringMapInput `pulumi:"tags,optional"`
}

var (
	_ config.Validator          = (*WorkspaceArgs)(nil)
	_ config.ArgumentsValidator = (*WorkspaceArgs)(nil)
	_ compliance.Declarer       = (*WorkspaceArgs)(nil)
)

// Validate implements config.Validator.
func (a *WorkspaceArgs) Validate(report *config.Report) {
	names.Check(report, []string{"name"}, workspaceType, a.Name)
	location.Check(report, []string{"location"}, a.Location)
	tagging.Check(report, []string{"tags"}, a.Tags, tagging.MaxKey)
}

// ValidateArguments implements config.ArgumentsValidator.
func (a *WorkspaceArgs) ValidateArguments(report *config.Report) {
	names.CheckGroup(report, a.ResourceGroupName)
}

// Evidence implements compliance.Declarer.
func (a *WorkspaceArgs) Evidence() []compliance.Evidence {
	const standard = 90
	days := standard
	if a.RetentionDays != nil {
		days = *a.RetentionDays
	}
	return []compliance.Evidence{
		compliance.Check("retentionDays", days, days >= standard, "90 or more", compliancecontrols.LogRetention...),
		compliance.Check("sharedKeys", a.SharedKeys, !a.SharedKeys, "false", compliancecontrols.SharedKeys...),
	}
}

// NewWorkspace creates a Log Analytics workspace. Args are required, because a workspace needs a resource group.
func NewWorkspace(
	ctx *pulumi.Context, name string, args *WorkspaceArgs, opts ...pulumi.ResourceOption,
) (*Workspace, error) {
	w := &Workspace{}
	args, err := component.Register(ctx, WorkspaceToken, name, w, args, opts...)
	if err != nil {
		return nil, err
	}
	logical, err := logicalname.For(name, workspaceType)
	if err != nil {
		return nil, err
	}
	in := &azworkspace.WorkspaceArgs{
		ResourceGroupName: args.ResourceGroupName, WorkspaceName: names.Optional(args.Name),
		Location: names.Optional(args.Location), Tags: args.Tags,
		// The other tiers are for workspaces that exist already, except for commitments.
		Sku:             &azworkspace.WorkspaceSkuArgs{Name: pulumi.String("PerGB2018")},
		RetentionInDays: pulumi.Int(*args.RetentionDays),
		Features: &azworkspace.WorkspaceFeaturesArgs{
			DisableLocalAuth: pulumi.Bool(!args.SharedKeys),
			EnableLogAccessUsingOnlyResourcePermissions: pulumi.Bool(*args.ResourcePermissions),
		},
		PublicNetworkAccessForIngestion: pulumi.String(enabled(*args.PublicIngestion)),
		PublicNetworkAccessForQuery:     pulumi.String(enabled(*args.PublicQueries)),
		WorkspaceCapping:                &azworkspace.WorkspaceCappingArgs{DailyQuotaGb: pulumi.Float64(noQuota)},
	}
	if args.DailyQuotaGB != nil {
		in.WorkspaceCapping = &azworkspace.WorkspaceCappingArgs{DailyQuotaGb: pulumi.Float64(*args.DailyQuotaGB)}
	}
	workspace, err := azworkspace.NewWorkspace(ctx, logical, in, w.Main())
	if err != nil {
		return nil, err
	}
	w.AddChildren(workspace)
	w.Name, w.ID, w.WorkspaceID = workspace.Name, workspace.ID().ToStringOutput(), workspace.CustomerId
	return component.Finish(ctx, w)
}

// noQuota is the daily quota of a workspace without a limit. It is always sent, so that a former limit does not stay.
const noQuota = -1

func enabled(on bool) string {
	if on {
		return "Enabled"
	}
	return "Disabled"
}
