package resources

import (
	azresources "github.com/pulumi/pulumi-azure-native-sdk/resources/v2/v20241101"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/ashlar-iac/ashlar/azure/internal/location"
	"github.com/ashlar-iac/ashlar/azure/internal/logicalname"
	"github.com/ashlar-iac/ashlar/azure/internal/names"
	"github.com/ashlar-iac/ashlar/azure/internal/tagging"
	"github.com/ashlar-iac/ashlar/core/component"
	"github.com/ashlar-iac/ashlar/core/config"
)

// ResourceGroupToken is the type of the component [ResourceGroup].
const ResourceGroupToken = "ashlar-azure:resources:ResourceGroup"

// groupType is the type of the resource group, without API version.
const groupType = "azure-native:resources:ResourceGroup"

// ResourceGroup is a resource group. Azure deletes everything in a group together with the group, including resources
// that the program does not know: it is protected unless the arguments say otherwise.
type ResourceGroup struct {
	pulumi.ResourceState
	component.Base

	// Name is the name of the group.
	Name pulumi.StringOutput `pulumi:"name"`
	// ID is the resource ID of the group, which is the scope of role assignments.
	ID pulumi.StringOutput `pulumi:"id"`
	// Location is the location of the group.
	Location pulumi.StringOutput `pulumi:"location"`
}

// ResourceGroupArgs are the arguments of a [ResourceGroup].
type ResourceGroupArgs struct {
	// Name is the name of the group, unique in the subscription. Default: the name of the component with random characters.
	// Changing it replaces the group and everything in it.
	Name string `pulumi:"name,optional"`
	// Location is the location of the group's metadata, in its short form, such as westeurope. Resources in the group can
	// have other locations. Default: the location of the provider. Changing it replaces the group and everything in it.
	Location string `pulumi:"location,optional" jsonschema:"example=westeurope"`
	// DeletionProtection rejects the deletion and the replacement of the group by Pulumi: set it to false and update before
	// you destroy the group.
	DeletionProtection *bool `pulumi:"deletionProtection,optional" jsonschema:"default=true"`
	// Tags are added to the group. Resources in the group do not inherit them. Default: none. Changing them updates the
	// group.
	Tags pulumi.StringMapInput `pulumi:"tags,optional"`
}

var _ config.Validator = (*ResourceGroupArgs)(nil)

// Validate implements config.Validator.
func (a *ResourceGroupArgs) Validate(report *config.Report) {
	names.Check(report, []string{"name"}, groupType, a.Name)
	location.Check(report, []string{"location"}, a.Location)
	tagging.Check(report, []string{"tags"}, a.Tags, tagging.MaxKey)
}

// NewResourceGroup creates a resource group. With nil args, it has a name with random characters, is in the location of
// the provider, and is protected from deletion.
func NewResourceGroup(
	ctx *pulumi.Context, name string, args *ResourceGroupArgs, opts ...pulumi.ResourceOption,
) (*ResourceGroup, error) {
	g := &ResourceGroup{}
	args, err := component.Register(ctx, ResourceGroupToken, name, g, args, opts...)
	if err != nil {
		return nil, err
	}
	logical, err := logicalname.For(name, groupType)
	if err != nil {
		return nil, err
	}
	group, err := azresources.NewResourceGroup(ctx, logical, &azresources.ResourceGroupArgs{
		ResourceGroupName: names.Optional(args.Name), Location: names.Optional(args.Location), Tags: args.Tags,
	}, g.Main(pulumi.Protect(*args.DeletionProtection)))
	if err != nil {
		return nil, err
	}
	g.AddChildren(group)
	g.Name, g.ID, g.Location = group.Name, group.ID().ToStringOutput(), group.Location
	return component.Finish(ctx, g)
}
