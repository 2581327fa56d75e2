package ec2_test

import (
	"testing"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
	"github.com/stretchr/testify/require"

	"github.com/ashlar-iac/ashlar/aws/ec2"
	"github.com/ashlar-iac/ashlar/core/config"
	"github.com/ashlar-iac/ashlar/core/pulumitest"
)

// section is a part of a stack file that describes machines.
type section struct {
	Instances config.Named[ec2.InstanceSettings] `pulumi:"instances"`
}

// What a stack file says makes the same machine as a program.
func TestSettingsFromAStackFile(t *testing.T) {
	t.Parallel()
	const text = `{"instances": {
		"plain": {},
		"silent": {"securityGroup": {"egress": {}}},
		"web": {
			"instanceType": "m7g.large", "image": {"release": "2026-11"}, "kmsKeyArn": "arn:aws:kms:eu-west-1:123456789012:key/1",
			"rootVolume": {"size": 20}, "volumes": {"data": {"size": 100, "device": "/dev/sdf"}},
			"securityGroup": {"ingress": {"https": {"port": 443, "cidrs": ["10.0.0.0/16"]}}}, "securityGroupIds": ["sg-1"],
			"role": {
				"managedPolicies": {"metrics": "CloudWatchAgentServerPolicy"},
				"inlinePolicies": {"read": {"statements": [{"effect": "Allow", "actions": ["s3:GetObject"], "resources": ["arn:aws:s3:::images/*"]}]}}
			},
			"metadataService": {"hopLimit": 2}, "userData": "#!/bin/sh", "monitoring": false
		}
	}}`
	var got *section
	pulumitest.Run(t, func(ctx *pulumi.Context) error {
		manager, err := config.Load(ctx, []config.Section{config.NewSection[section]("machines", nil)})
		require.NoError(t, err)
		got, err = config.Get[*section](manager, "machines")
		require.NoError(t, err)
		return nil
	}, pulumitest.WithConfig(map[string]string{"ashlar:machines": text}))

	groups := func(name string) ec2.SecurityGroupSettings { return got.Instances[name].SecurityGroup }
	require.Len(t, rules(t, groups("plain")), 2, "HTTPS to everybody, over IPv4 and IPv6")
	require.Empty(t, rules(t, groups("silent")), "an empty map means nobody")
	require.Len(t, rules(t, groups("web")), 3)

	r := made(t, &ec2.InstanceArgs{InstanceSettings: got.Instances["web"], Network: network{platform: "aws"}})
	machine := r.One(t, "aws:ec2/instance:Instance")
	requireInput(t, machine, "instanceType", "m7g.large")
	requireInput(t, machine, "monitoring", false)
	requireInput(t, machine, "userData", "#!/bin/sh")
	requireInput(t, machine, "vpcSecurityGroupIds", []any{"web-id", "sg-1"})
	requireInput(t, r.One(t, ":Volume"), "kmsKeyId", "arn:aws:kms:eu-west-1:123456789012:key/1")
	require.Len(t, r.Of(":RolePolicyAttachment"), 2)
	require.Len(t, r.Of(":RolePolicy"), 1)
	require.Equal(t, "web-image-al2023-arm64-2026-11", r.One(t, "pulumi:index:Stash").Name)
}

// Without encryption, a key is not even mentioned: AWS refuses it then.
func TestAKeyNeedsEncryption(t *testing.T) {
	t.Parallel()
	r := made(t, &ec2.InstanceArgs{
		InstanceSettings: ec2.InstanceSettings{
			KMSKeyARN:  pulumi.String("arn:aws:kms:eu-west-1:123456789012:key/1"),
			RootVolume: ec2.RootVolume{Disk: ec2.Disk{Encrypted: ptr(false)}},
			Volumes:    config.Named[ec2.Volume]{"data": {Disk: ec2.Disk{Size: ptr(1), Encrypted: ptr(false)}, Device: "/dev/sdf"}},
		},
		Network: network{platform: "aws"},
	})
	require.NotContains(t, r.One(t, "aws:ec2/instance:Instance").Inputs.Mappable()["rootBlockDevice"], "kmsKeyId")
	require.NotContains(t, r.One(t, ":Volume").Inputs.Mappable(), "kmsKeyId")
}
