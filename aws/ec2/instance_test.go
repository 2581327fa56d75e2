package ec2_test

import (
	"testing"

	"github.com/pulumi/pulumi/sdk/v3/go/common/resource"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
	"github.com/stretchr/testify/require"

	"github.com/ashlar-iac/ashlar/aws/ec2"
	"github.com/ashlar-iac/ashlar/aws/internal/fixture"
	"github.com/ashlar-iac/ashlar/core/compliance"
	"github.com/ashlar-iac/ashlar/core/config"
	"github.com/ashlar-iac/ashlar/core/pulumitest"
)

// made returns what a machine of the arguments consists of.
func made(t *testing.T, args *ec2.InstanceArgs) *pulumitest.Recording {
	t.Helper()
	return pulumitest.Run(t, func(ctx *pulumi.Context) error {
		_, err := ec2.NewInstance(ctx, "web", args)
		return err
	}, fixture.Cloud(), fixture.Pins())
}

func TestInstance(t *testing.T) {
	t.Parallel()
	tests := map[string]struct {
		reason string
		args   *ec2.InstanceArgs
		golden string
	}{
		"Default":    {"no options mean a machine that nobody reaches from outside", &ec2.InstanceArgs{Network: network{platform: "aws"}}, "testdata/instance.golden"},
		"Everything": {"every option reaches AWS", everything(), "testdata/instance-everything.golden"},
	}
	for name, tc := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			made(t, tc.args).Golden(t, tc.golden)
		})
	}
}

func TestASubnetOfAnotherNetwork(t *testing.T) {
	t.Parallel()
	r := made(t, &ec2.InstanceArgs{
		InstanceSettings: ec2.InstanceSettings{
			Zone:    "eu-west-1c",
			Volumes: config.Named[ec2.Volume]{"data": {Disk: ec2.Disk{Size: ptr(1)}, Device: "/dev/sdf"}},
		},
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

// The name of the stash holds all that makes it another image. That the first value stays is the engine's part: the tests on it show that.
func TestImages(t *testing.T) {
	t.Parallel()
	const (
		amazon = "/aws/service/ami-amazon-linux-latest/al2023-ami-kernel-default-"
		ubuntu = "/aws/service/canonical/ubuntu/server/24.04/stable/current/"
	)
	tests := map[string]struct {
		settings       ec2.InstanceSettings
		parameter, pin string
	}{
		"default":      {ec2.InstanceSettings{}, amazon + "x86_64", "web-image-al2023-x86_64"},
		"arm":          {ec2.InstanceSettings{InstanceType: "m7g.large"}, amazon + "arm64", "web-image-al2023-arm64"},
		"release":      {ec2.InstanceSettings{Image: ec2.Image{Release: "2"}}, amazon + "x86_64", "web-image-al2023-x86_64-2"},
		"ubuntu":       {ec2.InstanceSettings{Image: ec2.Image{System: "ubuntu-24.04"}}, ubuntu + "amd64/hvm/ebs-gp3/ami-id", "web-image-ubuntu-24.04-x86_64"},
		"of their own": {ec2.InstanceSettings{Image: ec2.Image{Parameter: "/images/golden"}}, "/images/golden", "web-image-images/golden"},
	}
	for name, tc := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			r := made(t, &ec2.InstanceArgs{InstanceSettings: tc.settings, Network: network{platform: "aws"}})
			pin := r.One(t, "pulumi:index:Stash")
			require.Equal(t, tc.pin, pin.Name)
			require.Equal(t, []string{"input"}, pin.IgnoreChanges)
			requireInput(t, r.One(t, "aws:ec2/instance:Instance"), "ami", "ami-0123456789abcdef0")
			var parameters []any
			for _, i := range r.Invokes {
				if i.Token == "aws:ssm/getParameter:getParameter" {
					parameters = append(parameters, i.Args.Mappable()["name"])
				}
			}
			require.Equal(t, []any{tc.parameter}, parameters)
		})
	}
}

func TestAnImageByItsID(t *testing.T) {
	t.Parallel()
	r := made(t, &ec2.InstanceArgs{
		InstanceSettings: ec2.InstanceSettings{Image: ec2.Image{ID: pulumi.String("ami-00000001")}}, Network: network{platform: "aws"},
	})
	require.Empty(t, r.Of("pulumi:index:Stash"))
	requireInput(t, r.One(t, "aws:ec2/instance:Instance"), "ami", "ami-00000001")
	for _, i := range r.Invokes {
		require.NotContains(t, i.Token, "getParameter", "nothing is looked up")
	}
}

func TestAParameterWithoutAnImage(t *testing.T) {
	t.Parallel()
	_, err := pulumitest.Record(func(ctx *pulumi.Context) error {
		_, err := ec2.NewInstance(ctx, "web", &ec2.InstanceArgs{
			InstanceSettings: ec2.InstanceSettings{Image: ec2.Image{Parameter: "/images/golden"}}, Network: network{platform: "aws"},
		})
		return err
	}, fixture.Cloud(), fixture.Pins(), pulumitest.WithInvoke(func(i pulumitest.Invocation) (resource.PropertyMap, error) {
		if i.Token != "aws:ssm/getParameter:getParameter" {
			return nil, nil
		}
		return resource.PropertyMap{"insecureValue": resource.NewProperty("stable")}, nil
	}))
	require.ErrorContains(t, err, `the parameter /images/golden holds "stable", which is no image`)
}

func TestInstanceLeavesItsArgumentsAlone(t *testing.T) {
	t.Parallel()
	args := everything()
	made(t, args)
	require.Equal(t, everything(), args, "the caller's arguments are not modified")
}

func TestInstanceEvidence(t *testing.T) {
	t.Parallel()
	status := func(args *ec2.InstanceArgs) map[string]bool {
		out := map[string]bool{}
		pulumitest.Run(t, func(ctx *pulumi.Context) error {
			x, err := ec2.NewInstance(ctx, "web", args)
			require.NoError(t, err)
			for _, e := range compliance.Declarer(x).Evidence() {
				out[e.Setting] = e.Met
				require.NotEmpty(t, e.Controls, e.Setting)
			}
			return nil
		}, fixture.Cloud(), fixture.Pins())
		return out
	}
	plain := status(&ec2.InstanceArgs{Network: network{platform: "aws"}})
	for setting, met := range plain {
		require.True(t, met, "by default, %s meets its controls", setting)
	}
	weak := everything()
	weak.MetadataService.TokensRequired, weak.RootVolume.Encrypted = ptr(false), ptr(false)
	weak.Volumes["data"] = ec2.Volume{Disk: ec2.Disk{Size: ptr(1), Encrypted: ptr(false)}, Device: "/dev/sdf"}
	require.Equal(t, map[string]bool{
		"metadataService.tokensRequired": false, "publicAddress": false, "monitoring": false, "terminationProtection": false,
		"iamInstanceProfile": true, "rootVolume.encrypted": false, "volumes.data.encrypted": false, "volumes.logs.encrypted": true,
	}, status(weak))
}
