package eks

import (
	"fmt"
	"strconv"

	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/ec2"
	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/eks"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/ashlar-iac/ashlar/aws/internal/compliancecontrols"
	"github.com/ashlar-iac/ashlar/aws/internal/instancetype"
	"github.com/ashlar-iac/ashlar/aws/internal/logicalname"
	"github.com/ashlar-iac/ashlar/aws/internal/tagging"
	"github.com/ashlar-iac/ashlar/core/compliance"
	"github.com/ashlar-iac/ashlar/core/component"
	"github.com/ashlar-iac/ashlar/core/config"
)

// NodeGroupToken is the type of the component [NodeGroup].
const NodeGroupToken = "ashlar-aws:eks:NodeGroup"

const (
	nodeGroupType      = "aws:eks/nodeGroup:NodeGroup"
	launchTemplateType = "aws:ec2/launchTemplate:LaunchTemplate"
)

// NodeGroup is a managed node group: instances that EKS creates and that join a cluster.
type NodeGroup struct {
	pulumi.ResourceState
	component.Base

	// Name is the name of the node group in the cluster. A replacement has another name.
	Name pulumi.StringOutput `pulumi:"name"`
	// ARN is the ARN of the node group.
	ARN pulumi.StringOutput `pulumi:"arn"`
	// RoleARN is the ARN of the role of the nodes.
	RoleARN pulumi.StringOutput `pulumi:"roleArn"`
	// Version is the Kubernetes minor version of the nodes.
	Version pulumi.StringOutput `pulumi:"version"`
	// ReleaseVersion is the release of the image.
	ReleaseVersion pulumi.StringOutput `pulumi:"releaseVersion"`
	// LaunchTemplateID is the ID of the launch template of the instances.
	LaunchTemplateID pulumi.StringOutput `pulumi:"launchTemplateId"`
}

var _ compliance.Declarer = (*NodeGroupArgs)(nil)

// Evidence implements compliance.Declarer. A role that is created declares its own.
func (a *NodeGroupArgs) Evidence() []compliance.Evidence {
	service := value(a.MetadataService)
	tokens, hops, monitoring := value(service.TokensRequired), value(service.HopLimit), value(a.Monitoring)
	return []compliance.Evidence{
		compliance.Check("metadataService.tokensRequired", tokens, tokens, "true", compliancecontrols.IMDSv2...),
		compliance.Check("metadataService.hopLimit", hops, hops == 1, "1", compliancecontrols.NodeCredentials...),
		compliance.Check("monitoring", monitoring, monitoring, "true", compliancecontrols.Monitoring...),
		compliance.Always("blockDeviceMappings[].ebs.encrypted", true, compliancecontrols.VolumeEncryption...),
	}
}

// NewNodeGroup creates a node group. A cluster is required.
func NewNodeGroup(ctx *pulumi.Context, name string, args *NodeGroupArgs, opts ...pulumi.ResourceOption) (*NodeGroup,
	error) {
	g := &NodeGroup{}
	args, err := component.Register(ctx, NodeGroupToken, name, g, args, opts...)
	if err != nil {
		return nil, err
	}
	if err := g.check(ctx, name, args); err != nil {
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
	logical, err := logicalname.For(name, nodeGroupType)
	if err != nil {
		return nil, err
	}
	scaling, err := g.scaling(ctx, name, logical, args)
	if err != nil {
		return nil, err
	}
	generation := value(args.Generation)
	inputs := args.group()
	inputs.NodeRoleArn, inputs.ReleaseVersion = role, release.ToStringPtrOutput()
	inputs.ScalingConfig = scaling.config()
	inputs.LaunchTemplate = &eks.NodeGroupLaunchTemplateArgs{
		Id:      template.ID().ToStringOutput().ToStringPtrOutput(),
		Version: template.LatestVersion.ApplyT(strconv.Itoa).(pulumi.StringOutput),
	}
	inputs.Tags = tagging.Named(name, args.Tags,
		pulumi.StringMap{generationTag: pulumi.String(strconv.Itoa(generation))})
	group, err := eks.NewNodeGroup(ctx, logical, inputs,
		g.Main(scaling.options(), pulumi.ReplacementTrigger(pulumi.Int(generation))))
	if err != nil {
		return nil, err
	}
	g.AddChildren(group)
	g.Name, g.ARN, g.RoleARN, g.LaunchTemplateID = group.NodeGroupName, group.Arn, group.NodeRoleArn, template.ID().ToStringOutput()
	g.Version, g.ReleaseVersion = group.Version, group.ReleaseVersion
	return component.Finish(ctx, g)
}

// check reports instance types that are not available where the nodes are, unless a cluster has checked them.
func (g *NodeGroup) check(ctx *pulumi.Context, name string, args *NodeGroupArgs) error {
	if args.cluster().checked {
		return nil
	}
	offered, err := instancetype.Offerings(ctx, args.types(), g.Invoke())
	if err != nil {
		return fmt.Errorf("look up the zones of %s: %w", config.List(args.types()), err)
	}
	checks := config.Checks(fmt.Sprintf("arguments of %s %q", NodeGroupToken, name))
	args.checkOfferings(checks.At(), offered, args.cluster().subnets)
	return checks.Err()
}

// role returns the existing role of the nodes, or creates one. Dependents of its ARN wait for its policies.
func (g *NodeGroup) role(ctx *pulumi.Context, name string, args *NodeGroupArgs) (pulumi.StringInput, error) {
	if args.RoleARN != nil {
		return args.RoleARN, nil
	}
	role, err := newNodeRole(ctx, name, value(args.Role), args.Tags, g.Child())
	if err != nil {
		return nil, err
	}
	return role.ARN, nil
}

// group returns the inputs of the node group that depend on the arguments only.
func (a *NodeGroupArgs) group() *eks.NodeGroupArgs {
	cluster, update := a.cluster(), value(a.Update)
	image, _ := value(a.Image).amiType(a.architecture())
	out := &eks.NodeGroupArgs{
		ClusterName:        cluster.name,
		SubnetIds:          subnetIDs(cluster.subnets, a.Zones),
		Version:            pulumi.String(a.kubernetes()),
		AmiType:            pulumi.String(image),
		CapacityType:       pulumi.String(a.CapacityType.name()),
		InstanceTypes:      pulumi.ToStringArray(a.types()),
		UpdateConfig:       update.config(),
		NodeRepairConfig:   &eks.NodeGroupNodeRepairConfigArgs{Enabled: pulumi.Bool(value(a.Repair))},
		ForceUpdateVersion: pulumi.Bool(update.Force),
		Taints:             taints(a.Taints),
		Labels:             a.Labels,
	}
	return out
}

// name returns the capacity type as EKS names it.
func (t CapacityType) name() string {
	if t == CapacitySpot {
		return "SPOT"
	}
	return "ON_DEMAND"
}

// taints returns taints as EKS names them.
func taints(all []NodeTaint) eks.NodeGroupTaintArray {
	effects := map[TaintEffect]string{
		NoSchedule: "NO_SCHEDULE", PreferNoSchedule: "PREFER_NO_SCHEDULE", NoExecute: "NO_EXECUTE",
	}
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

// defaultUnavailable is the default of maxUnavailablePercentage.
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

// template creates the launch template of the instances. EKS adds the image, the instance type, the instance profile
// and the user data with which a node joins the cluster.
func (g *NodeGroup) template(ctx *pulumi.Context, name string, args *NodeGroupArgs) (*ec2.LaunchTemplate, error) {
	logical, err := logicalname.For(name, launchTemplateType)
	if err != nil {
		return nil, err
	}
	tags, service := tagging.Named(name, args.Tags), value(args.MetadataService)
	tokens := "optional"
	if value(service.TokensRequired) {
		tokens = "required"
	}
	// EKS does not propagate the tags of the node group to instances.
	var specifications ec2.LaunchTemplateTagSpecificationArray
	for _, typ := range []string{"instance", "volume", "network-interface"} {
		specifications = append(specifications,
			&ec2.LaunchTemplateTagSpecificationArgs{ResourceType: pulumi.String(typ), Tags: tags})
	}
	inputs := &ec2.LaunchTemplateArgs{
		Description:         pulumi.String("Nodes of " + name),
		BlockDeviceMappings: args.volumes(),
		MetadataOptions: &ec2.LaunchTemplateMetadataOptionsArgs{
			HttpEndpoint: pulumi.String("enabled"), HttpTokens: pulumi.String(tokens),
			HttpPutResponseHopLimit: pulumi.Int(value(service.HopLimit)),
		},
		Monitoring: &ec2.LaunchTemplateMonitoringArgs{Enabled: pulumi.Bool(value(args.Monitoring))},
		UserData:   args.userData(),
		// The version in use is also the default version, which the EC2 console shows first.
		UpdateDefaultVersion: pulumi.Bool(true),
		TagSpecifications:    specifications,
		Tags:                 tags,
	}
	if groups := args.cluster().securityGroups; groups != nil {
		inputs.VpcSecurityGroupIds = groups
	}
	return ec2.NewLaunchTemplate(ctx, logical, inputs, g.Child())
}

// volumes returns the volumes of an instance. Bottlerocket has one for its read-only system and one for pods. Source:
// "Default volumes", Bottlerocket.
func (a *NodeGroupArgs) volumes() ec2.LaunchTemplateBlockDeviceMappingArray {
	data, disk := a.volume(), value(a.Disk)
	data.VolumeSize = pulumi.Int(value(disk.Size))
	data.Iops, data.Throughput = pulumi.IntPtrFromPtr(disk.IOPS), pulumi.IntPtrFromPtr(disk.Throughput)
	if value(a.Image).System == Bottlerocket {
		return ec2.LaunchTemplateBlockDeviceMappingArray{mapping("/dev/xvda", a.volume()), mapping("/dev/xvdb", data)}
	}
	return ec2.LaunchTemplateBlockDeviceMappingArray{mapping("/dev/xvda", data)}
}

// volume returns what all volumes have in common.
func (a *NodeGroupArgs) volume() *ec2.LaunchTemplateBlockDeviceMappingEbsArgs {
	out := &ec2.LaunchTemplateBlockDeviceMappingEbsArgs{
		VolumeType: pulumi.String("gp3"), Encrypted: pulumi.String("true"), DeleteOnTermination: pulumi.String("true"),
	}
	if a.KMSKeyARN != nil {
		out.KmsKeyId = a.KMSKeyARN.ToStringOutput().ToStringPtrOutput()
	}
	return out
}

func mapping(name string,
	volume *ec2.LaunchTemplateBlockDeviceMappingEbsArgs) *ec2.LaunchTemplateBlockDeviceMappingArgs {
	return &ec2.LaunchTemplateBlockDeviceMappingArgs{DeviceName: pulumi.String(name), Ebs: volume}
}
