package aws_test

import (
	"maps"
	"slices"
	"testing"

	pulumiaws "github.com/pulumi/pulumi-aws/sdk/v6/go/aws"
	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/cloudwatch"
	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/ec2"
	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/iam"
	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/kms"
	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/s3"
	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/ssm"
	"github.com/pulumi/pulumi/sdk/v3/go/common/apitype"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
	"github.com/stretchr/testify/require"

	"github.com/ashlar-iac/ashlar/integration/cloud/aws/awstest"
)

// services creates resources of each service, in two regions.
func services(ctx *pulumi.Context, changed bool) error {
	primary, err := pulumiaws.NewProvider(ctx, "primary", &pulumiaws.ProviderArgs{
		Region:      pulumi.String("eu-west-1"),
		DefaultTags: &pulumiaws.ProviderDefaultTagsArgs{Tags: pulumi.StringMap{"owner": pulumi.String("platform")}},
	})
	if err != nil {
		return err
	}
	second, err := pulumiaws.NewProvider(ctx, "dr", &pulumiaws.ProviderArgs{Region: pulumi.String("eu-central-1")})
	if err != nil {
		return err
	}
	if err := copied(ctx, pulumi.Provider(primary), pulumi.Provider(second)); err != nil {
		return err
	}
	return logged(ctx, changed, pulumi.Provider(primary))
}

// copied creates buckets with replication to the other region.
func copied(ctx *pulumi.Context, here, there pulumi.ResourceOption) error {
	role, err := iam.NewRole(ctx, "copy",
		&iam.RoleArgs{AssumeRolePolicy: pulumi.String(awstest.TrustPolicy("s3.amazonaws.com"))}, there)
	if err != nil {
		return err
	}
	var buckets []*s3.BucketV2
	var versions []pulumi.Resource
	for name, opt := range map[string]pulumi.ResourceOption{"data": here, "replica": there} {
		b, err := s3.NewBucketV2(ctx, name, &s3.BucketV2Args{ForceDestroy: pulumi.Bool(true)}, opt)
		if err != nil {
			return err
		}
		v, err := s3.NewBucketVersioningV2(ctx, name, &s3.BucketVersioningV2Args{
			Bucket: b.ID(), VersioningConfiguration: s3.BucketVersioningV2VersioningConfigurationArgs{Status: pulumi.String("Enabled")},
		}, opt)
		if err != nil {
			return err
		}
		if name == "data" {
			buckets = slices.Insert(buckets, 0, b)
		} else {
			buckets = append(buckets, b)
		}
		versions = append(versions, v)
	}
	if _, err := s3.NewBucketObjectv2(ctx, "hello.txt", &s3.BucketObjectv2Args{
		Bucket: buckets[0].ID(), Source: pulumi.NewStringAsset("hello"),
	}, here); err != nil {
		return err
	}
	_, err = s3.NewBucketReplicationConfig(ctx, "data", &s3.BucketReplicationConfigArgs{
		Bucket: buckets[0].ID(), Role: role.Arn,
		Rules: s3.BucketReplicationConfigRuleArray{s3.BucketReplicationConfigRuleArgs{
			Status:      pulumi.String("Enabled"),
			Destination: s3.BucketReplicationConfigRuleDestinationArgs{Bucket: buckets[1].Arn},
		}},
	}, here, pulumi.DependsOn(versions))
	return err
}

// logged creates an instance and an encrypted log group.
func logged(ctx *pulumi.Context, changed bool, opt pulumi.ResourceOption) error {
	key, err := kms.NewKey(ctx, "logs",
		&kms.KeyArgs{EnableKeyRotation: pulumi.Bool(true), Policy: pulumi.String(awstest.Document(
			in{"Effect": "Allow", "Principal": in{"AWS": "arn:aws:iam::123456789012:root"}, "Action": "kms:*",
				"Resource": "*"},
			in{"Effect": "Allow", "Principal": in{"Service": "logs.eu-west-1.amazonaws.com"},
				"Action": []any{"kms:GenerateDataKey*", "kms:Decrypt"}, "Resource": "*"},
		))}, opt)
	if err != nil {
		return err
	}
	days := 30
	if changed {
		days = 90
	}
	if _, err := cloudwatch.NewLogGroup(ctx, "machine",
		&cloudwatch.LogGroupArgs{KmsKeyId: key.Arn, RetentionInDays: pulumi.Int(days)}, opt); err != nil {
		return err
	}
	role, err := iam.NewRole(ctx, "machine",
		&iam.RoleArgs{AssumeRolePolicy: pulumi.String(awstest.TrustPolicy("ec2.amazonaws.com"))}, opt)
	if err != nil {
		return err
	}
	if _, err := iam.NewRolePolicyAttachment(ctx, "machine", &iam.RolePolicyAttachmentArgs{
		Role: role.Name, PolicyArn: pulumi.String("arn:aws:iam::aws:policy/AmazonSSMManagedInstanceCore"),
	}, opt); err != nil {
		return err
	}
	profile, err := iam.NewInstanceProfile(ctx, "machine", &iam.InstanceProfileArgs{Role: role.Name}, opt)
	if err != nil {
		return err
	}
	network, err := ec2.NewVpc(ctx, "main", &ec2.VpcArgs{CidrBlock: pulumi.String("10.0.0.0/16")}, opt)
	if err != nil {
		return err
	}
	subnet, err := ec2.NewSubnet(ctx, "main",
		&ec2.SubnetArgs{VpcId: network.ID(), CidrBlock: pulumi.String("10.0.0.0/24")}, opt)
	if err != nil {
		return err
	}
	image := ssm.LookupParameterOutput(ctx,
		ssm.LookupParameterOutputArgs{Name: pulumi.String(awstest.AmazonLinuxParameter + "arm64")},
		opt.(pulumi.InvokeOption))
	size := "t4g.micro"
	if changed {
		size = "t4g.small"
	}
	machine, err := ec2.NewInstance(ctx, "machine", &ec2.InstanceArgs{
		Ami: image.Value(), InstanceType: pulumi.String(size), SubnetId: subnet.ID(), IamInstanceProfile: profile.Name,
		RootBlockDevice: &ec2.InstanceRootBlockDeviceArgs{Encrypted: pulumi.Bool(true)},
		UserData:        pulumi.ToSecret(pulumi.String("#!/bin/sh\necho hush\n")).(pulumi.StringOutput),
	}, opt)
	if err != nil {
		return err
	}
	ctx.Export("ip", machine.PrivateIp)
	return nil
}

func TestServicesOnTheEngine(t *testing.T) {
	t.Parallel()
	changed := false
	stack, store := start(t, func(ctx *pulumi.Context) error { return services(ctx, changed) })
	up, err := stack.Up(t.Context())
	require.NoError(t, err, up.Output)
	require.Equal(t, "10.0.0.4", up.Outputs["ip"].Value)
	places := map[string]bool{}
	for _, o := range objects(t, store) {
		places[o.Place] = true
	}
	require.ElementsMatch(t, []string{"123456789012", "123456789012/eu-west-1", "123456789012/eu-central-1"},
		slices.Collect(maps.Keys(places)))
	_, err = stack.CheckUnchanged(t.Context())
	require.NoError(t, err)
	_, err = stack.CheckNoDrift(t.Context())
	require.NoError(t, err)
	require.NoError(t, stack.CheckNoSecret(nil, "echo hush"))

	changed = true
	up, err = stack.Up(t.Context())
	require.NoError(t, err, up.Output)
	require.Equal(t, 2, up.Changes[apitype.OpUpdate], "the group and the machine: %v", up.Changes)
	require.Zero(t, up.Changes[apitype.OpReplace])
	_, err = stack.CheckNoDrift(t.Context())
	require.NoError(t, err)
	_, err = stack.CheckDestroyed(t.Context())
	require.NoError(t, err)
	require.Empty(t, objects(t, store))
}
