package ec2_test

import (
	"strings"
	"testing"

	"github.com/pulumi/pulumi/sdk/v3/go/common/resource"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
	"github.com/stretchr/testify/require"

	"github.com/ashlar-iac/ashlar/aws/ec2"
	"github.com/ashlar-iac/ashlar/aws/internal/fixture"
	"github.com/ashlar-iac/ashlar/core/config"
	"github.com/ashlar-iac/ashlar/core/pulumitest"
)

func TestInstanceGolden(t *testing.T) {
	t.Parallel()
	for golden, args := range map[string]*ec2.InstanceArgs{
		"instance": inNetwork(ec2.InstanceArgs{}), "instance-everything": everything(),
	} {
		t.Run(golden, func(t *testing.T) {
			t.Parallel()
			run(t, args).Golden(t, "testdata/"+golden+".golden")
		})
	}
}

func TestInstanceInASubnet(t *testing.T) {
	t.Parallel()
	r := run(t, &ec2.InstanceArgs{
		Zone:     "eu-west-1c",
		Volumes:  config.Named[ec2.Volume]{"data": {Size: new(1), Device: "/dev/sdf"}},
		SubnetID: pulumi.String("subnet-1"), VpcID: pulumi.String("vpc-1"),
	})
	requireInput(t, r.One(t, "aws:ec2/instance:Instance"), "subnetId", "subnet-1")
	requireInput(t, r.One(t, "aws:ec2/securityGroup:SecurityGroup"), "vpcId", "vpc-1")
	requireInput(t, r.One(t, ":Volume"), "availabilityZone", "eu-west-1c")
}

func requireInput(t *testing.T, r *pulumitest.Registration, key resource.PropertyKey, want any) {
	t.Helper()
	require.Equal(t, want, r.Inputs.Mappable()[string(key)], "%s of %s", key, r.Name)
}

func TestTagsOfTheSecurityGroupAreAdded(t *testing.T) {
	t.Parallel()
	r := run(t, inNetwork(ec2.InstanceArgs{
		Tags:          pulumi.StringMap{"team": pulumi.String("web"), "tier": pulumi.String("front")},
		SecurityGroup: &ec2.SecurityGroupArgs{Tags: pulumi.StringMap{"tier": pulumi.String("network")}},
	}))
	requireInput(t, r.One(t, "aws:ec2/securityGroup:SecurityGroup"), "tags",
		map[string]any{"Name": "web", "team": "web", "tier": "network"})
	requireInput(t, r.One(t, "aws:ec2/instance:Instance"), "tags", map[string]any{"Name": "web", "team": "web", "tier": "front"})
}

// AWS rejects a key for a volume that is not encrypted.
func TestVolumesWithoutEncryptionHaveNoKey(t *testing.T) {
	t.Parallel()
	r := run(t, inNetwork(ec2.InstanceArgs{
		KMSKeyARN:  pulumi.String("arn:aws:kms:eu-west-1:123456789012:key/1"),
		RootVolume: &ec2.RootVolume{Encrypted: new(false)},
		Volumes:    config.Named[ec2.Volume]{"data": {Size: new(1), Encrypted: new(false), Device: "/dev/sdf"}},
	}))
	require.NotContains(t, r.One(t, "aws:ec2/instance:Instance").Inputs.Mappable()["rootBlockDevice"], "kmsKeyId")
	require.NotContains(t, r.One(t, ":Volume").Inputs.Mappable(), "kmsKeyId")
}

// The name of the stash includes everything that requests another image. Tests on the engine show that its first value
// is kept.
func TestImageIsLookedUpAndKept(t *testing.T) {
	t.Parallel()
	const (
		amazon = "/aws/service/ami-amazon-linux-latest/al2023-ami-kernel-default-"
		ubuntu = "/aws/service/canonical/ubuntu/server/24.04/stable/current/"
	)
	tests := map[string]struct {
		args             ec2.InstanceArgs
		parameter, stash string
	}{
		"default": {ec2.InstanceArgs{}, amazon + "x86_64", "web-image-al2023-x86_64"},
		"arm64":   {ec2.InstanceArgs{InstanceType: "m7g.large"}, amazon + "arm64", "web-image-al2023-arm64"},
		"release": {
			ec2.InstanceArgs{Image: &ec2.Image{Release: "2"}}, amazon + "x86_64", "web-image-al2023-x86_64-2",
		},
		"own parameter": {
			ec2.InstanceArgs{Image: &ec2.Image{Parameter: "/images/golden"}}, "/images/golden",
			"web-image-images/golden",
		},
		"Ubuntu": {
			ec2.InstanceArgs{Image: &ec2.Image{System: ec2.Ubuntu2404}}, ubuntu + "amd64/hvm/ebs-gp3/ami-id", "web-image-ubuntu-24.04-x86_64",
		},
	}
	for name, tc := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			r := run(t, inNetwork(tc.args))
			stash := r.One(t, "pulumi:index:Stash")
			require.Equal(t, tc.stash, stash.Name)
			require.Equal(t, []string{"input"}, stash.IgnoreChanges)
			requireInput(t, r.One(t, "aws:ec2/instance:Instance"), "ami", "ami-0123456789abcdef0")
			require.Equal(t, []any{tc.parameter}, parameters(r))
		})
	}
}

// parameters returns the names of the parameters that were looked up.
func parameters(r *pulumitest.Recording) []any {
	var out []any
	for _, i := range r.Invokes {
		if i.Token == "aws:ssm/getParameter:getParameter" {
			out = append(out, i.Args.Mappable()["name"])
		}
	}
	return out
}

func TestImageHasTheArchitectureOfTheType(t *testing.T) {
	t.Parallel()
	for architecture, types := range map[string]string{
		"x86_64": "t2.nano t3.micro t3a.large m5.24xlarge c7i-flex.large m7i.metal-24xl x2iedn.xlarge u-6tb1.56xlarge u7i-12tb.224xlarge " +
			"g4dn.xlarge g6.12xlarge gr6.4xlarge p5.48xlarge inf2.xlarge trn1n.32xlarge z1d.metal hpc6id.32xlarge i3en.xlarge",
		"arm64": "a1.large t4g.micro m7g.metal m7gd.16xlarge c7gn.medium r8g.metal-48xl x2gd.large g5g.xlarge im4gn.large is4gen.medium " +
			"i8ge.large hpc7g.4xlarge p6e-gb200.36xlarge",
	} {
		for _, typ := range strings.Fields(types) {
			t.Run(typ, func(t *testing.T) {
				t.Parallel()
				r := run(t, inNetwork(ec2.InstanceArgs{InstanceType: typ}))
				require.Equal(t, "web-image-al2023-"+architecture, r.One(t, "pulumi:index:Stash").Name)
			})
		}
	}
}

func TestImageByIDIsNotLookedUp(t *testing.T) {
	t.Parallel()
	r := run(t, inNetwork(ec2.InstanceArgs{Image: &ec2.Image{ID: pulumi.String("ami-00000001")}}))
	require.Empty(t, r.OfType("pulumi:index:Stash"))
	requireInput(t, r.One(t, "aws:ec2/instance:Instance"), "ami", "ami-00000001")
	require.Empty(t, parameters(r))
}

func TestParameterWithoutAnImageIDFails(t *testing.T) {
	t.Parallel()
	_, err := pulumitest.Record(func(ctx *pulumi.Context) error {
		_, err := ec2.NewInstance(ctx, "web", inNetwork(ec2.InstanceArgs{Image: &ec2.Image{Parameter: "/images/golden"}}))
		return err
	}, fixture.Cloud(), fixture.Pins(), pulumitest.WithInvoke(func(i pulumitest.Invocation) (resource.PropertyMap, error) {
		if i.Token != "aws:ssm/getParameter:getParameter" {
			return nil, nil
		}
		return resource.PropertyMap{"insecureValue": resource.NewProperty("stable")}, nil
	}))
	require.ErrorContains(t, err, `parameter /images/golden has the value "stable": use an image ID`)
}
