package ec2

import (
	"fmt"

	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/ec2"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/ashlar-iac/ashlar/aws/iam"
	"github.com/ashlar-iac/ashlar/aws/internal/logicalname"
	"github.com/ashlar-iac/ashlar/aws/internal/tagging"
	"github.com/ashlar-iac/ashlar/core/component"
	"github.com/ashlar-iac/ashlar/core/config"
	"github.com/ashlar-iac/ashlar/core/metadata"
)

// InstanceToken is the type of the component [Instance].
const InstanceToken = "ashlar-aws:ec2:Instance"

// Instance is an EC2 instance with its role, security group and volumes.
type Instance struct {
	pulumi.ResourceState
	component.Base

	// ID is the ID of the instance, such as i-0123456789abcdef0.
	ID pulumi.StringOutput `pulumi:"id"`
	// ARN is the ARN of the instance.
	ARN pulumi.StringOutput `pulumi:"arn"`
	// PrivateIP is the private IPv4 address.
	PrivateIP pulumi.StringOutput `pulumi:"privateIp"`
	// Zone is the availability zone.
	Zone pulumi.StringOutput `pulumi:"zone"`
	// ImageID is the ID of the image.
	ImageID pulumi.StringOutput `pulumi:"imageId"`
	// RoleName is the name of the role.
	RoleName pulumi.StringOutput `pulumi:"roleName"`
	// RoleARN is the ARN of the role, for policies of other resources.
	RoleARN pulumi.StringOutput `pulumi:"roleArn"`
	// SecurityGroupID is the ID of the instance's security group, for rules of other groups.
	SecurityGroupID pulumi.StringOutput `pulumi:"securityGroupId"`
}

// NewInstance creates an instance in a subnet.
func NewInstance(
	ctx *pulumi.Context, name string, args *InstanceArgs, opts ...pulumi.ResourceOption,
) (*Instance, error) {
	x := &Instance{}
	args, err := component.Register(ctx, InstanceToken, name, x, args, opts...)
	if err != nil {
		return nil, err
	}
	checks := config.Checks(fmt.Sprintf("arguments of %s %q", InstanceToken, name))
	if err := args.CheckLookups(ctx, checks.At(), x.Invoke()); err != nil {
		return nil, err
	}
	if err := checks.Err(); err != nil {
		return nil, err
	}
	// Keep the description: another one would update the role of every existing instance.
	roleName, err := logicalname.For(name, "aws:iam/role:Role")
	if err != nil {
		return nil, err
	}
	role, err := iam.NewRole(ctx, roleName, args.Role.args("Machine "+name, args.Tags), x.Child())
	if err != nil {
		return nil, err
	}
	at := args.location()
	own := *args.SecurityGroup
	own.VpcID = at.vpc
	if args.Tags != nil {
		own.Tags = metadata.MergeTags(args.Tags, own.Tags)
	}
	group, err := NewSecurityGroup(ctx, name, &own, x.Child())
	if err != nil {
		return nil, err
	}
	image, err := x.image(ctx, name, args)
	if err != nil {
		return nil, err
	}
	inputs := args.inputs(name)
	inputs.Ami = image
	inputs.SubnetId = optional(at.subnet)
	inputs.VpcSecurityGroupIds = args.groups(group)
	inputs.IamInstanceProfile = role.InstanceProfileName
	instance, err := ec2.NewInstance(ctx, name, inputs, x.Main())
	if err != nil {
		return nil, err
	}
	if err := x.volumes(ctx, name, args, at.zone, instance); err != nil {
		return nil, err
	}
	x.ID, x.ARN, x.PrivateIP = instance.ID().ToStringOutput(), instance.Arn, instance.PrivateIp
	x.Zone, x.ImageID = instance.AvailabilityZone, instance.Ami
	x.RoleName, x.RoleARN, x.SecurityGroupID = role.Name, role.ARN, group.ID
	return component.Finish(ctx, x)
}

// groups returns the instance's own group and the additional ones.
func (a *InstanceArgs) groups(own *SecurityGroup) pulumi.StringArrayInput {
	if a.SecurityGroupIDs == nil {
		return pulumi.StringArray{own.ID}
	}
	return pulumi.All(own.ID, a.SecurityGroupIDs).ApplyT(func(all []any) []string {
		return append([]string{all[0].(string)}, all[1].([]string)...)
	}).(pulumi.StringArrayOutput)
}

// inputs returns the inputs of the instance that follow from the arguments alone.
func (a *InstanceArgs) inputs(name string) *ec2.InstanceArgs {
	tags := tagging.Named(name, a.Tags)
	out := &ec2.InstanceArgs{
		InstanceType:             pulumi.String(a.InstanceType),
		AssociatePublicIpAddress: pulumi.Bool(a.PublicAddress),
		Monitoring:               pulumi.Bool(*a.Monitoring),
		DisableApiTermination:    pulumi.Bool(*a.TerminationProtection),
		DisableApiStop:           pulumi.Bool(a.StopProtection),
		SourceDestCheck:          pulumi.Bool(*a.SourceDestCheck),
		RootBlockDevice:          a.RootVolume.blockDevice(a.KMSKeyARN, tags),
		MetadataOptions: &ec2.InstanceMetadataOptionsArgs{
			HttpEndpoint:            choose(*a.MetadataService.Enabled, "enabled", "disabled"),
			HttpTokens:              choose(*a.MetadataService.TokensRequired, "required", "optional"),
			HttpPutResponseHopLimit: pulumi.Int(*a.MetadataService.HopLimit),
			HttpProtocolIpv6:        choose(a.MetadataService.IPv6, "enabled", "disabled"),
			InstanceMetadataTags:    choose(a.MetadataService.Tags, "enabled", "disabled"),
		},
		MaintenanceOptions: &ec2.InstanceMaintenanceOptionsArgs{
			AutoRecovery: choose(*a.AutoRecovery, "default", "disabled"),
		},
		Tenancy:                 pulumi.String(a.Tenancy),
		PlacementGroup:          optional(a.PlacementGroup),
		KeyName:                 optional(a.KeyName),
		UserData:                optional(a.UserData),
		UserDataBase64:          optional(a.UserDataBase64),
		UserDataReplaceOnChange: pulumi.Bool(a.ReplaceOnUserData),
		Tags:                    tags,
	}
	if a.CPUCredits != "" {
		out.CreditSpecification = &ec2.InstanceCreditSpecificationArgs{CpuCredits: pulumi.String(a.CPUCredits)}
	}
	return out
}

func choose(is bool, yes, no pulumi.String) pulumi.String {
	if is {
		return yes
	}
	return no
}
