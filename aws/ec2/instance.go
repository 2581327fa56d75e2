package ec2

import (
	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/ec2"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/ashlar-iac/ashlar/aws/iam"
	"github.com/ashlar-iac/ashlar/aws/internal/tags"
	"github.com/ashlar-iac/ashlar/core/component"
)

// InstanceToken is the type of the component [Instance].
const InstanceToken = "ashlar-aws:ec2:Instance"

// Instance is a machine with its role, its security group and its volumes.
type Instance struct {
	pulumi.ResourceState
	component.Base

	// ID is the machine's, such as i-0123456789abcdef0.
	ID pulumi.StringOutput `pulumi:"id"`
	// ARN is the machine's.
	ARN pulumi.StringOutput `pulumi:"arn"`
	// PrivateIP is the address within the network.
	PrivateIP pulumi.StringOutput `pulumi:"privateIp"`
	// Zone is the availability zone that the machine stands in.
	Zone pulumi.StringOutput `pulumi:"zone"`
	// ImageID is the image that the machine was made from.
	ImageID pulumi.StringOutput `pulumi:"imageId"`
	// RoleName is the name of the machine's role.
	RoleName pulumi.StringOutput `pulumi:"roleName"`
	// RoleARN is the machine's role, for policies of what it may use.
	RoleARN pulumi.StringOutput `pulumi:"roleArn"`
	// SecurityGroupID is the machine's own group, for rules of others that admit it.
	SecurityGroupID pulumi.StringOutput `pulumi:"securityGroupId"`
}

// NewInstance creates a machine in a subnet.
func NewInstance(ctx *pulumi.Context, name string, args *InstanceArgs, opts ...pulumi.ResourceOption) (*Instance, error) {
	x := &Instance{}
	args, err := component.Register(ctx, InstanceToken, name, x, args, opts...)
	if err != nil {
		return nil, err
	}
	role, err := iam.NewRole(ctx, name, args.Role.args("Machine "+name, args.Tags), x.Child())
	if err != nil {
		return nil, err
	}
	place := args.place()
	group, err := NewSecurityGroup(ctx, name, &SecurityGroupArgs{
		SecurityGroupSettings: args.SecurityGroup, VpcID: place.network, Tags: args.Tags,
	}, x.Child())
	if err != nil {
		return nil, err
	}
	image, err := x.image(ctx, name, args)
	if err != nil {
		return nil, err
	}
	inputs := args.instance()
	inputs.Ami = image
	inputs.SubnetId = place.subnet.ToStringOutput().ToStringPtrOutput()
	inputs.VpcSecurityGroupIds = args.groups(group)
	inputs.IamInstanceProfile = role.InstanceProfileName
	inputs.Tags = tags.Named(name, args.Tags)
	inputs.RootBlockDevice = args.RootVolume.device(args.KMSKeyARN, tags.Named(name, args.Tags))
	machine, err := ec2.NewInstance(ctx, name, inputs, x.Main())
	if err != nil {
		return nil, err
	}
	if err := x.volumes(ctx, name, args, place.zone, machine); err != nil {
		return nil, err
	}
	x.ID, x.ARN, x.PrivateIP, x.Zone = machine.ID().ToStringOutput(), machine.Arn, machine.PrivateIp, machine.AvailabilityZone
	x.ImageID, x.RoleName, x.RoleARN, x.SecurityGroupID = machine.Ami, role.Name, role.ARN, group.ID
	return component.Finish(ctx, x)
}

// groups returns the machine's own group and the others.
func (a *InstanceArgs) groups(own *SecurityGroup) pulumi.StringArrayInput {
	if a.SecurityGroupIDs == nil {
		return pulumi.StringArray{own.ID}
	}
	return pulumi.All(own.ID, a.SecurityGroupIDs).ApplyT(func(all []any) []string {
		return append([]string{all[0].(string)}, all[1].([]string)...)
	}).(pulumi.StringArrayOutput)
}

// instance returns what of the machine follows from the settings alone.
func (s *InstanceSettings) instance() *ec2.InstanceArgs {
	out := &ec2.InstanceArgs{
		InstanceType:             pulumi.String(s.InstanceType),
		AssociatePublicIpAddress: pulumi.Bool(s.PublicAddress),
		Monitoring:               pulumi.Bool(*s.Monitoring),
		DisableApiTermination:    pulumi.Bool(*s.TerminationProtection),
		DisableApiStop:           pulumi.Bool(s.StopProtection),
		SourceDestCheck:          pulumi.Bool(*s.SourceDestCheck),
		MetadataOptions:          s.MetadataService.options(),
		MaintenanceOptions:       &ec2.InstanceMaintenanceOptionsArgs{AutoRecovery: pulumi.String(choose(*s.AutoRecovery, "default", "disabled"))},
		Tenancy:                  pulumi.String(s.Tenancy),
		UserDataReplaceOnChange:  pulumi.Bool(s.ReplaceOnUserData),
	}
	if s.UserData != nil {
		out.UserData = s.UserData.ToStringOutput().ToStringPtrOutput()
	}
	if s.UserDataBase64 != nil {
		out.UserDataBase64 = s.UserDataBase64.ToStringOutput().ToStringPtrOutput()
	}
	if s.CPUCredits != "" {
		out.CreditSpecification = &ec2.InstanceCreditSpecificationArgs{CpuCredits: pulumi.String(s.CPUCredits)}
	}
	if s.PlacementGroup != "" {
		out.PlacementGroup = pulumi.String(s.PlacementGroup)
	}
	if s.KeyName != "" {
		out.KeyName = pulumi.String(s.KeyName)
	}
	return out
}

// options returns the options of the metadata service.
func (m MetadataService) options() *ec2.InstanceMetadataOptionsArgs {
	return &ec2.InstanceMetadataOptionsArgs{
		HttpEndpoint:            pulumi.String(enabled(*m.Enabled)),
		HttpTokens:              pulumi.String(choose(*m.TokensRequired, "required", "optional")),
		HttpPutResponseHopLimit: pulumi.Int(*m.HopLimit),
		HttpProtocolIpv6:        pulumi.String(enabled(m.IPv6)),
		InstanceMetadataTags:    pulumi.String(enabled(m.Tags)),
	}
}

func enabled(is bool) string { return choose(is, "enabled", "disabled") }

func choose(is bool, yes, no string) string {
	if is {
		return yes
	}
	return no
}
