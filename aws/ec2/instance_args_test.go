package ec2_test

import (
	"strings"
	"testing"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
	"github.com/stretchr/testify/require"

	"github.com/ashlar-iac/ashlar/aws/ec2"
	"github.com/ashlar-iac/ashlar/aws/internal/fixture"
	"github.com/ashlar-iac/ashlar/aws/policy"
	"github.com/ashlar-iac/ashlar/core/compliance"
	"github.com/ashlar-iac/ashlar/core/config"
	"github.com/ashlar-iac/ashlar/core/pulumitest"
)

func TestInvalidInstancesAreRejected(t *testing.T) {
	t.Parallel()
	document := func(action, resource string) policy.Document {
		return policy.Document{Statements: []policy.Statement{{
			Effect: policy.Allow, Actions: []string{action}, Resources: pulumi.StringArray{pulumi.String(resource)},
		}}}
	}
	managed := func(name, policy string) ec2.InstanceArgs {
		return ec2.InstanceArgs{Role: &ec2.Role{ManagedPolicies: config.Named[pulumi.StringInput]{name: pulumi.String(policy)}}}
	}
	inline := func(name string, d policy.Document) ec2.InstanceArgs {
		return ec2.InstanceArgs{Role: &ec2.Role{InlinePolicies: config.Named[policy.Document]{name: d}}}
	}
	volume := func(v ec2.Volume) ec2.InstanceArgs {
		return ec2.InstanceArgs{Volumes: config.Named[ec2.Volume]{"data": v}}
	}
	root := func(r ec2.RootVolume) ec2.InstanceArgs { return ec2.InstanceArgs{RootVolume: &r} }
	metadata := func(m ec2.MetadataService) ec2.InstanceArgs { return ec2.InstanceArgs{MetadataService: &m} }
	image := func(i ec2.Image) ec2.InstanceArgs { return ec2.InstanceArgs{Image: &i} }
	tests := map[string]struct {
		args ec2.InstanceArgs
		want []string
	}{
		"instance type": {
			ec2.InstanceArgs{InstanceType: "large"},
			[]string{`instanceType: invalid instance type "large": use a family and a size`},
		},
		"Mac instance": {
			ec2.InstanceArgs{InstanceType: "mac2.metal"},
			[]string{"instanceType: mac2.metal requires a dedicated host"},
		},
		"credits of a type that is not burstable": {
			ec2.InstanceArgs{InstanceType: "m7g.large", CPUCredits: "unlimited"}, []string{"cpuCredits: m7g.large is not burstable"},
		},
		"unknown tier": {
			ec2.InstanceArgs{Tier: "privat"},
			[]string{`tier: unknown tier "privat" of the network "main", did you mean "private"?`},
		},
		"unknown zone": {
			ec2.InstanceArgs{Zone: "us-east-1a"}, []string{`zone: no subnet of the tier "private" in "us-east-1a", did you mean "eu-west-1a"?`},
		},
		"hop limit": {
			metadata(ec2.MetadataService{HopLimit: new(65)}), []string{"metadataService.hopLimit: expected at most 64"},
		},
		"Session Manager without credentials": {
			metadata(ec2.MetadataService{Enabled: new(false)}),
			[]string{"metadataService.enabled: required by Session Manager"},
		},
		"reserved tag": {
			ec2.InstanceArgs{Tags: pulumi.StringMap{"aws:x": pulumi.String("1")}}, []string{`tags["aws:x"]: the prefix aws: is reserved`},
		},
		"system and parameter": {
			image(ec2.Image{System: ec2.AmazonLinux2023, Parameter: "/images/golden"}),
			[]string{"image.system: parameter and system are mutually exclusive"},
		},
		"ID and release": {
			image(ec2.Image{ID: pulumi.String("ami-00000001"), Release: "2"}), []string{"image.release: id and release are mutually exclusive"},
		},
		"image ID": {
			image(ec2.Image{ID: pulumi.String("ubuntu")}), []string{`image.id: found the string "ubuntu"`},
		},
		"unknown system": {
			image(ec2.Image{System: "al2022"}),
			[]string{`image.system: unknown value "al2022", did you mean "al2023"?`},
		},
		"user data in both forms": {
			ec2.InstanceArgs{UserData: pulumi.String("x"), UserDataBase64: pulumi.String("eA==")},
			[]string{"userDataBase64: userData and userDataBase64 are mutually exclusive"},
		},
		"long user data": {
			ec2.InstanceArgs{UserData: pulumi.String(strings.Repeat("x", 16385))}, []string{"userData: 16385 bytes: use at most 16384"},
		},
		"invalid Base64": {
			ec2.InstanceArgs{UserDataBase64: pulumi.String("x")}, []string{"userDataBase64: invalid Base64"},
		},
		"long Base64": {
			ec2.InstanceArgs{UserDataBase64: pulumi.String(strings.Repeat("eHh4", 5462))},
			[]string{"userDataBase64: 16386 bytes after decoding: use at most 16384"},
		},
		"managed policy": {managed("x", "Admin istrator"), []string{`role.managedPolicies.x: `}},
		"broad policy": {
			managed("x", "AdministratorAccess"), []string{"role.managedPolicies.x: AdministratorAccess"},
		},
		"duplicate policy": {managed("x", "AmazonSSMManagedInstanceCore"), []string{"role.managedPolicies.x: "}},
		"name of the policy": {
			managed("session-manager", "x"),
			[]string{"role.managedPolicies.session-manager: the name is used by a policy of the component"},
		},
		"all actions": {
			inline("all", document("*", "*")), []string{"role.inlinePolicies.all.statements[0].actions[0]: "},
		},
		"policy name": {
			inline("A", document("s3:GetObject", "arn:aws:s3:::images/*")),
			[]string{"role.inlinePolicies.A: not a valid name"},
		},
		"few IOPS": {
			root(ec2.RootVolume{IOPS: new(2999)}), []string{"rootVolume.iops: found 2999: use 3000 to 80000 for gp3"},
		},
		"many IOPS": {
			root(ec2.RootVolume{IOPS: new(80001)}), []string{"rootVolume.iops: found 80001: use 3000 to 80000 for gp3"},
		},
		"IOPS of a small volume": {
			root(ec2.RootVolume{Size: new(8), IOPS: new(4001)}), []string{"rootVolume.iops: gp3 supports up to 500 per GiB: use a size of 9 GiB for 4001"},
		},
		"io2 without IOPS": {
			volume(ec2.Volume{Device: "/dev/sdf", Type: ec2.VolumeIO2, Size: new(3)}),
			[]string{"volumes.data.iops: required for io2, but missing", "volumes.data.size: 3 GiB is too small for io2: use at least 4"},
		},
		"small root volume": {
			root(ec2.RootVolume{Size: new(7)}),
			[]string{"rootVolume.size: 7 GiB is less than the image: use at least 8"},
		},
		"volume type": {root(ec2.RootVolume{Type: "gp2"}), []string{`rootVolume.type: unknown value "gp2"`}},
		"large volume": {
			root(ec2.RootVolume{Size: new(65537)}), []string{"rootVolume.size: expected at most 65536"},
		},
		"low throughput": {
			root(ec2.RootVolume{Throughput: new(124)}), []string{"rootVolume.throughput: found 124: use 125 to 1000"},
		},
		"throughput without IOPS": {
			root(ec2.RootVolume{Throughput: new(751)}),
			[]string{"rootVolume.throughput: gp3 supports 0.25 MiB per second for each of the iops: use at least 3004 iops for 751"},
		},
		"throughput of io2": {
			root(ec2.RootVolume{Type: ec2.VolumeIO2, IOPS: new(100), Throughput: new(125)}), []string{"rootVolume.throughput: supported for gp3 only"},
		},
		"root device": {
			volume(ec2.Volume{Device: "/dev/sda1", Size: new(1)}), []string{`volumes.data.device: invalid device name "/dev/sda1": use /dev/sdf to /dev/sdp`},
		},
		"no device": {volume(ec2.Volume{Size: new(1)}), []string{"volumes.data.device: required, but missing"}},
		"no size": {
			volume(ec2.Volume{Device: "/dev/sdf"}),
			[]string{"volumes.data.size: required without snapshotId, but missing"},
		},
		"snapshot ID": {
			volume(ec2.Volume{Device: "/dev/sdf", SnapshotID: pulumi.String("vol-1")}), []string{`volumes.data.snapshotId: found the string "vol-1"`},
		},
		"duplicate device": {
			ec2.InstanceArgs{Volumes: config.Named[ec2.Volume]{
				"a": {Device: "/dev/sdf", Size: new(1)}, "b": {Device: "/dev/xvdf", Size: new(1)},
			}},
			[]string{`volumes.b.device: duplicate device: it is the one of the volume "a"`},
		},
		"volume name": {
			ec2.InstanceArgs{Volumes: config.Named[ec2.Volume]{"a/b": {Device: "/dev/sdf", Size: new(1)}}}, []string{"not a valid name"},
		},
		"security group": {
			ec2.InstanceArgs{SecurityGroup: &ec2.SecurityGroupArgs{Ingress: config.Named[ec2.Rule]{
				"ssh": {Port: new(22), CIDRs: []string{"0.0.0.0/0"}},
			}}},
			[]string{"securityGroup.ingress.ssh.cidrs[0]: 0.0.0.0/0 includes the internet"},
		},
		"16 security groups": {
			ec2.InstanceArgs{SecurityGroupIDs: pulumi.ToStringArray(strings.Split("0123456789abcdef", ""))},
			[]string{"securityGroupIds: 16 groups, and the instance has its own: use at most 15"},
		},
		"Network and subnet": {
			ec2.InstanceArgs{SubnetID: pulumi.String("subnet-1")}, []string{"subnetId: Network and subnetId are mutually exclusive"},
		},
	}
	for name, tc := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			fixture.RequireRejected(t, func(ctx *pulumi.Context) error {
				_, err := ec2.NewInstance(ctx, "web", inNetwork(tc.args))
				return err
			}, tc.want...)
		})
	}
}

func TestInstancesNeedASubnet(t *testing.T) {
	t.Parallel()
	tests := map[string]struct {
		args *ec2.InstanceArgs
		want []string
	}{
		"nil arguments": {nil, []string{"subnetId: required, but missing", "vpcId: required, but missing"}},
		"volumes without a zone": {
			&ec2.InstanceArgs{
				Volumes:  config.Named[ec2.Volume]{"data": {Size: new(1), Device: "/dev/sdf"}},
				SubnetID: pulumi.String("subnet-1"), VpcID: pulumi.String("vpc-1"),
			},
			[]string{"zone: required for volumes"},
		},
		"network of another cloud": {
			&ec2.InstanceArgs{Network: network{platform: "azure"}}, []string{`network: "main" is a network of azure: use a network of aws`},
		},
	}
	for name, tc := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			fixture.RequireRejected(t, func(ctx *pulumi.Context) error {
				_, err := ec2.NewInstance(ctx, "web", tc.args)
				return err
			}, tc.want...)
		})
	}
}

// section is a part of a stack file.
type section struct {
	Instances config.Named[*ec2.InstanceArgs] `pulumi:"instances"`
}

func TestInstanceArgsFromAStackFile(t *testing.T) {
	t.Parallel()
	const text = `{"instances": {
		"defaults": {},
		"isolated": {"securityGroup": {"egressMode": "none"}},
		"web": {
			"instanceType": "m7g.large", "image": {"release": "2026-11"}, "kmsKeyArn": "arn:aws:kms:eu-west-1:123456789012:key/1",
			"rootVolume": {"size": 20}, "volumes": {"data": {"size": 100, "device": "/dev/sdf"}},
			"securityGroup": {"ingress": {"https": {"port": 443, "cidrs": ["10.0.0.0/16"]}}}, "securityGroupIds": ["sg-1"],
			"role": {
				"managedPolicies": {"metrics": "CloudWatchAgentServerPolicy"},
				"inlinePolicies": {"read": {"statements": [{"effect": "Allow", "actions": ["s3:GetObject"], "resources": ["arn:aws:s3:::images/*"]}]}}
			},
			"metadataService": {"hopLimit": 2}, "userData": "#!/bin/sh", "monitoring": false, "tags": {"team": "web"}
		}
	}}`
	r := fixture.Run(t, func(ctx *pulumi.Context) error {
		manager, err := config.Load(ctx, []config.Section{config.NewSection[section]("test", nil)})
		require.NoError(t, err)
		got, err := config.Get[*section](manager, "test")
		require.NoError(t, err)
		for name, args := range got.Instances {
			args.Network = network{platform: "aws"}
			if _, err := ec2.NewInstance(manager.Context(ctx), name, args); err != nil {
				return err
			}
		}
		return nil
	}, pulumitest.WithConfig(map[string]string{"ashlar:test": text}), fixture.Cloud(), fixture.Pins())

	var egress []string
	for _, rule := range r.OfType(":SecurityGroupEgressRule") {
		egress = append(egress, rule.Name)
	}
	require.ElementsMatch(t, []string{
		"defaults-egress-tcp-443-ipv4", "defaults-egress-tcp-443-ipv6", "web-egress-tcp-443-ipv4", "web-egress-tcp-443-ipv6",
	}, egress)
	require.Len(t, r.OfType(":SecurityGroupIngressRule"), 1)
	instance, ok := r.Find("aws:ec2/instance:Instance", "web")
	require.True(t, ok)
	requireInput(t, instance, "instanceType", "m7g.large")
	requireInput(t, instance, "monitoring", false)
	requireInput(t, instance, "userData", "#!/bin/sh")
	requireInput(t, instance, "vpcSecurityGroupIds", []any{"web-id", "sg-1"})
	requireInput(t, instance, "tags", map[string]any{"Name": "web", "team": "web"})
	requireInput(t, r.One(t, ":Volume"), "kmsKeyId", "arn:aws:kms:eu-west-1:123456789012:key/1")
	require.Len(t, r.OfType(":RolePolicyAttachment"), 4, "metrics, and Session Manager for each instance")
	require.Len(t, r.OfType(":RolePolicy"), 1)
	_, ok = r.Find("pulumi:index:Stash", "web-image-al2023-arm64-2026-11")
	require.True(t, ok)
}

func TestInstanceEvidence(t *testing.T) {
	t.Parallel()
	status := func(args *ec2.InstanceArgs) map[string]bool {
		out := map[string]bool{}
		fixture.Run(t, func(ctx *pulumi.Context) error {
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
	for setting, met := range status(inNetwork(ec2.InstanceArgs{})) {
		require.True(t, met, "by default, %s meets its controls", setting)
	}
	weak := everything()
	weak.MetadataService.TokensRequired, weak.RootVolume.Encrypted = new(false), new(false)
	weak.Volumes["data"] = ec2.Volume{Size: new(1), Encrypted: new(false), Device: "/dev/sdf"}
	require.Equal(t, map[string]bool{
		"metadataService.tokensRequired": false, "publicAddress": false, "monitoring": false, "terminationProtection": false,
		"iamInstanceProfile": true, "rootVolume.encrypted": false, "volumes.data.encrypted": false, "volumes.logs.encrypted": true,
	}, status(weak))
}
