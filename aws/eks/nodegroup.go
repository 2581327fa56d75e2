package eks

import (
	"strconv"

	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/eks"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/ashlar-iac/ashlar/aws/internal/names"
	"github.com/ashlar-iac/ashlar/aws/internal/tags"
	"github.com/ashlar-iac/ashlar/core/component"
)

// NodeGroupToken is the type of the component [NodeGroup].
const NodeGroupToken = "ashlar-aws:eks:NodeGroup"

const nodeGroupType = "aws:eks/nodeGroup:NodeGroup"

// NodeGroup is a group of nodes that EKS manages: machines of one kind that join a cluster.
type NodeGroup struct {
	pulumi.ResourceState
	component.Base

	// Name is the group's name in the cluster. A group that takes the place of another one has another name.
	Name pulumi.StringOutput `pulumi:"name"`
	// ARN is the group's.
	ARN pulumi.StringOutput `pulumi:"arn"`
	// RoleARN is the role of the nodes.
	RoleARN pulumi.StringOutput `pulumi:"roleArn"`
	// Version is the nodes' minor version of Kubernetes.
	Version pulumi.StringOutput `pulumi:"version"`
	// ReleaseVersion is the release of the image.
	ReleaseVersion pulumi.StringOutput `pulumi:"releaseVersion"`
	// LaunchTemplateID is what EKS makes machines from.
	LaunchTemplateID pulumi.StringOutput `pulumi:"launchTemplateId"`
}

// NewNodeGroup creates a group of nodes.
func NewNodeGroup(ctx *pulumi.Context, name string, args *NodeGroupArgs, opts ...pulumi.ResourceOption) (*NodeGroup, error) {
	g := &NodeGroup{}
	args, err := component.Register(ctx, NodeGroupToken, name, g, args, opts...)
	if err != nil {
		return nil, err
	}
	role, err := g.role(ctx, name, args)
	if err != nil {
		return nil, err
	}
	release, err := g.release(ctx, name, args)
	if err != nil {
		return nil, err
	}
	template, err := g.template(ctx, name, args)
	if err != nil {
		return nil, err
	}
	logical, err := names.Logical(name, nodeGroupType)
	if err != nil {
		return nil, err
	}
	scaling, err := g.scaling(ctx, name, logical, args)
	if err != nil {
		return nil, err
	}
	inputs := args.group()
	inputs.NodeRoleArn, inputs.ReleaseVersion = role, release.ToStringPtrOutput()
	inputs.ScalingConfig = scaling.config()
	inputs.LaunchTemplate = &eks.NodeGroupLaunchTemplateArgs{
		Id:      template.ID().ToStringOutput().ToStringPtrOutput(),
		Version: template.LatestVersion.ApplyT(strconv.Itoa).(pulumi.StringOutput),
	}
	inputs.Tags = tags.Named(name, args.Tags, map[string]string{generationTag: strconv.Itoa(*args.Generation)})
	group, err := eks.NewNodeGroup(ctx, logical, inputs, g.Main(scaling.options(), pulumi.ReplacementTrigger(pulumi.Int(*args.Generation))))
	if err != nil {
		return nil, err
	}
	g.Made(group)
	g.Name, g.ARN, g.RoleARN, g.LaunchTemplateID = group.NodeGroupName, group.Arn, group.NodeRoleArn, template.ID().ToStringOutput()
	g.Version, g.ReleaseVersion = group.Version, group.ReleaseVersion
	return component.Finish(ctx, g)
}

// role returns the role of the nodes: the one that is given, or one of the group's own.
func (g *NodeGroup) role(ctx *pulumi.Context, name string, args *NodeGroupArgs) (pulumi.StringInput, error) {
	if args.RoleARN != nil {
		return args.RoleARN, nil
	}
	own := NodeRole{}
	if args.Role != nil {
		own = *args.Role
	}
	role, err := newNodeRole(ctx, name, own, args.Tags, g.Child())
	if err != nil {
		return nil, err
	}
	// Who uses it waits for its policies.
	return role.ARN, nil
}

// group returns what of the group follows from the arguments alone.
func (a *NodeGroupArgs) group() *eks.NodeGroupArgs {
	image, _ := a.Image.amiType(a.architecture())
	out := &eks.NodeGroupArgs{
		ClusterName:        a.Target.clusterName(),
		SubnetIds:          subnetIDs(a.Subnets, a.Zones),
		Version:            pulumi.String(a.kubernetes()),
		AmiType:            pulumi.String(image),
		CapacityType:       pulumi.String(capacityType(a.CapacityType)),
		InstanceTypes:      pulumi.ToStringArray(a.types()),
		UpdateConfig:       a.Update.config(),
		NodeRepairConfig:   &eks.NodeGroupNodeRepairConfigArgs{Enabled: pulumi.Bool(*a.Repair)},
		ForceUpdateVersion: pulumi.Bool(a.Update.Force),
		Taints:             taintInputs(a.Taints),
	}
	if len(a.Labels) > 0 {
		out.Labels = pulumi.ToStringMap(a.Labels)
	}
	return out
}

// capacityType returns a way to pay as EKS calls it.
func capacityType(typ string) string {
	if typ == "spot" {
		return "SPOT"
	}
	return "ON_DEMAND"
}

// taintInputs returns taints as EKS calls them.
func taintInputs(all []NodeTaint) eks.NodeGroupTaintArray {
	effects := map[string]string{"NoSchedule": "NO_SCHEDULE", "PreferNoSchedule": "PREFER_NO_SCHEDULE", "NoExecute": "NO_EXECUTE"}
	var out eks.NodeGroupTaintArray
	for _, t := range all {
		taint := &eks.NodeGroupTaintArgs{Key: pulumi.String(t.Key), Effect: pulumi.String(effects[t.Effect])}
		if t.Value != "" {
			taint.Value = pulumi.String(t.Value)
		}
		out = append(out, taint)
	}
	return out
}

// defaultUnavailable is how many per cent of a group are replaced at a time.
const defaultUnavailable = 33

// config returns how EKS replaces nodes.
func (u NodeUpdate) config() *eks.NodeGroupUpdateConfigArgs {
	if u.MaxUnavailable != nil {
		return &eks.NodeGroupUpdateConfigArgs{MaxUnavailable: pulumi.Int(*u.MaxUnavailable)}
	}
	percentage := defaultUnavailable
	if u.MaxUnavailablePercentage != nil {
		percentage = *u.MaxUnavailablePercentage
	}
	return &eks.NodeGroupUpdateConfigArgs{MaxUnavailablePercentage: pulumi.Int(percentage)}
}
