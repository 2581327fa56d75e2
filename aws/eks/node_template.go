package eks

import (
	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/ec2"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/ashlar-iac/ashlar/aws/internal/names"
	"github.com/ashlar-iac/ashlar/aws/internal/tags"
)

const launchTemplateType = "aws:ec2/launchTemplate:LaunchTemplate"

// template makes the launch template of the machines. EKS adds the image, the type, the profile of the role, and how a node joins.
func (g *NodeGroup) template(ctx *pulumi.Context, name string, args *NodeGroupArgs) (*ec2.LaunchTemplate, error) {
	logical, err := names.Logical(name, launchTemplateType)
	if err != nil {
		return nil, err
	}
	all := tags.Named(name, args.Tags)
	inputs := &ec2.LaunchTemplateArgs{
		Description:         pulumi.String("Nodes of " + name),
		BlockDeviceMappings: args.volumes(),
		MetadataOptions: &ec2.LaunchTemplateMetadataOptionsArgs{
			HttpEndpoint: pulumi.String("enabled"), HttpTokens: pulumi.String(httpTokens(*args.MetadataService.TokensRequired)),
			HttpPutResponseHopLimit: pulumi.Int(*args.MetadataService.HopLimit),
		},
		Monitoring: &ec2.LaunchTemplateMonitoringArgs{Enabled: pulumi.Bool(*args.Monitoring)},
		UserData:   args.userData(),
		// The version that is asked for is the default one, too, for who looks at the template.
		UpdateDefaultVersion: pulumi.Bool(true),
		Tags:                 all,
	}
	if args.SecurityGroupIDs != nil {
		inputs.VpcSecurityGroupIds = args.SecurityGroupIDs
	}
	// What AWS makes from the template gets no tags of the group.
	var specifications ec2.LaunchTemplateTagSpecificationArray
	for _, typ := range []string{"instance", "volume", "network-interface"} {
		specifications = append(specifications, &ec2.LaunchTemplateTagSpecificationArgs{ResourceType: pulumi.String(typ), Tags: all})
	}
	inputs.TagSpecifications = specifications
	return ec2.NewLaunchTemplate(ctx, logical, inputs, g.Child())
}

func httpTokens(required bool) string {
	if required {
		return "required"
	}
	return "optional"
}

// volumes returns the volumes of a machine. Bottlerocket keeps its system, which is read only, apart from what pods write. Source: "Default
// volumes" of Bottlerocket.
func (s *NodeGroupSettings) volumes() ec2.LaunchTemplateBlockDeviceMappingArray {
	data := s.volume()
	data.VolumeSize = pulumi.Int(*s.Disk.Size)
	data.Iops, data.Throughput = pulumi.IntPtrFromPtr(s.Disk.IOPS), pulumi.IntPtrFromPtr(s.Disk.Throughput)
	if s.Image.System == bottlerocket {
		return ec2.LaunchTemplateBlockDeviceMappingArray{mapping("/dev/xvda", s.volume()), mapping("/dev/xvdb", data)}
	}
	return ec2.LaunchTemplateBlockDeviceMappingArray{mapping("/dev/xvda", data)}
}

// volume returns what all volumes have.
func (s *NodeGroupSettings) volume() *ec2.LaunchTemplateBlockDeviceMappingEbsArgs {
	out := &ec2.LaunchTemplateBlockDeviceMappingEbsArgs{
		VolumeType: pulumi.String("gp3"), Encrypted: pulumi.String("true"), DeleteOnTermination: pulumi.String("true"),
	}
	if s.KMSKeyARN != nil {
		out.KmsKeyId = s.KMSKeyARN.ToStringOutput().ToStringPtrOutput()
	}
	return out
}

func mapping(name string, volume *ec2.LaunchTemplateBlockDeviceMappingEbsArgs) *ec2.LaunchTemplateBlockDeviceMappingArgs {
	return &ec2.LaunchTemplateBlockDeviceMappingArgs{DeviceName: pulumi.String(name), Ebs: volume}
}
