package ec2_test

import (
	"strings"
	"testing"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
	"github.com/stretchr/testify/require"

	"github.com/ashlar-iac/ashlar/aws/ec2"
	"github.com/ashlar-iac/ashlar/aws/iam"
	"github.com/ashlar-iac/ashlar/aws/internal/fixture"
	"github.com/ashlar-iac/ashlar/aws/policy"
	"github.com/ashlar-iac/ashlar/core/config"
	"github.com/ashlar-iac/ashlar/core/pulumitest"
)

// requireRefused runs a constructor that has to refuse its arguments with the messages, in this order, before anything is registered.
func requireRefused(t *testing.T, create func(ctx *pulumi.Context) error, want ...string) {
	t.Helper()
	r := pulumitest.Run(t, func(ctx *pulumi.Context) error {
		var invalid *config.Error
		require.ErrorAs(t, create(ctx), &invalid)
		var got []string
		for _, f := range invalid.Findings {
			got = append(got, f.Path+": "+f.Message)
		}
		require.Len(t, got, len(want), "%s", strings.Join(got, "\n"))
		for i := range want {
			require.Contains(t, got[i], want[i])
		}
		return nil
	}, fixture.Cloud(), fixture.Pins())
	require.Empty(t, r.Resources, "nothing is registered")
}

func TestInstanceRefuses(t *testing.T) {
	t.Parallel()
	everywhere := policy.Document{Statements: []policy.Statement{{
		Effect: policy.Allow, Actions: []string{"*"}, Resources: pulumi.StringArray{pulumi.String("*")},
	}}}
	read := policy.Document{Statements: []policy.Statement{{
		Effect: policy.Allow, Actions: []string{"s3:GetObject"}, Resources: pulumi.StringArray{pulumi.String("arn:aws:s3:::images/*")},
	}}}
	managed := func(name, policy string) ec2.InstanceSettings {
		return ec2.InstanceSettings{Role: ec2.Role{Permissions: iam.Permissions{ManagedPolicies: config.Named[pulumi.StringInput]{name: pulumi.String(policy)}}}}
	}
	inline := func(name string, d policy.Document) ec2.InstanceSettings {
		return ec2.InstanceSettings{Role: ec2.Role{Permissions: iam.Permissions{InlinePolicies: config.Named[policy.Document]{name: d}}}}
	}
	volumes := func(v ec2.Volume) ec2.InstanceSettings {
		return ec2.InstanceSettings{Volumes: config.Named[ec2.Volume]{"data": v}}
	}
	root := func(d ec2.Disk) ec2.InstanceSettings {
		return ec2.InstanceSettings{RootVolume: ec2.RootVolume{Disk: d}}
	}
	tests := map[string]struct {
		settings ec2.InstanceSettings
		want     []string
	}{
		"no type":        {ec2.InstanceSettings{InstanceType: "large"}, []string{`instanceType: found "large", expected a family and a size`}},
		"a Mac":          {ec2.InstanceSettings{InstanceType: "mac2.metal"}, []string{"instanceType: Macs stand on dedicated hosts"}},
		"no credits":     {ec2.InstanceSettings{InstanceType: "m7g.large", CPUCredits: "unlimited"}, []string{"cpuCredits: machines of type m7g.large have no credits"}},
		"a tier":         {ec2.InstanceSettings{Tier: "privat"}, []string{`tier: the network "main" has no tier "privat", did you mean "private"?`}},
		"a zone":         {ec2.InstanceSettings{Zone: "us-east-1a"}, []string{`zone: the tier "private" has no subnet in "us-east-1a", did you mean "eu-west-1a"?`}},
		"many hops":      {ec2.InstanceSettings{MetadataService: ec2.MetadataService{HopLimit: ptr(65)}}, []string{"metadataService.hopLimit: expected at most 64"}},
		"no way in":      {ec2.InstanceSettings{MetadataService: ec2.MetadataService{Enabled: ptr(false)}}, []string{"metadataService.enabled: Session Manager gets its credentials there"}},
		"a reserved tag": {ec2.InstanceSettings{Tags: map[string]string{"aws:x": "1"}}, []string{"tags[\"aws:x\"]: keys that begin with aws: are reserved"}},
		"two images": {
			ec2.InstanceSettings{Image: ec2.Image{System: "al2023", Parameter: "/images/golden"}},
			[]string{"image.system: the parameter says which image it is"},
		},
		"an image twice": {
			ec2.InstanceSettings{Image: ec2.Image{ID: pulumi.String("ami-00000001"), Release: "2"}},
			[]string{"image.release: the id says which image it is"},
		},
		"no image":       {ec2.InstanceSettings{Image: ec2.Image{ID: pulumi.String("ubuntu")}}, []string{`image.id: found the string "ubuntu"`}},
		"another system": {ec2.InstanceSettings{Image: ec2.Image{System: "al2022"}}, []string{`image.system: unknown value "al2022", did you mean "al2023"?`}},
		"user data twice": {
			ec2.InstanceSettings{UserData: pulumi.String("x"), UserDataBase64: pulumi.String("eA==")},
			[]string{"userDataBase64: it excludes userData"},
		},
		"long user data": {ec2.InstanceSettings{UserData: pulumi.String(strings.Repeat("x", 16385))}, []string{"userData: it has 16385 bytes, AWS takes 16384"}},
		"no Base64":      {ec2.InstanceSettings{UserDataBase64: pulumi.String("x")}, []string{"userDataBase64: expected Base64"}},
		"long Base64":    {ec2.InstanceSettings{UserDataBase64: pulumi.String(strings.Repeat("eHh4", 5462))}, []string{"userDataBase64: it has 16386 bytes"}},
		"a policy": {
			managed("x", "Admin istrator"), []string{`role.managedPolicies.x: invalid policy "Admin istrator": use an ARN`},
		},
		"administrators":  {managed("x", "AdministratorAccess"), []string{"role.managedPolicies.x: AdministratorAccess allows all actions"}},
		"a policy twice":  {managed("x", "AmazonSSMManagedInstanceCore"), []string{"role.managedPolicies.x: duplicate of the policy session-manager"}},
		"a name twice":    {managed("session-manager", "x"), []string{"role.managedPolicies.session-manager: the name is used by a policy of the component"}},
		"all rights":      {inline("all", everywhere), []string{"role.inlinePolicies.all.statements[0].actions[0]: "}},
		"a policy's name": {inline("A", read), []string{"role.inlinePolicies.A: not a valid name"}},
		"slow gp3":        {root(ec2.Disk{IOPS: ptr(2999)}), []string{"rootVolume.iops: expected 3000 to 80000 for gp3, found 2999"}},
		"fast gp3":        {root(ec2.Disk{IOPS: ptr(80001)}), []string{"rootVolume.iops: expected 3000 to 80000 for gp3, found 80001"}},
		"small and fast":  {root(ec2.Disk{Size: ptr(8), IOPS: ptr(4001)}), []string{"rootVolume.iops: gp3 has at most 500 for each GiB: 4001 need a size of 9"}},
		"io2":             {volumes(ec2.Volume{Device: "/dev/sdf", Disk: ec2.Disk{Type: "io2", Size: ptr(3)}}), []string{"volumes.data.iops: required for io2", "volumes.data.size: expected at least 4 GiB for io2, found 3"}},
		"a small root":    {root(ec2.Disk{Size: ptr(7)}), []string{"rootVolume.size: the image has 8 GiB: expected at least that, found 7"}},
		"gp2":             {root(ec2.Disk{Type: "gp2"}), []string{`rootVolume.type: unknown value "gp2"`}},
		"a huge disk":     {root(ec2.Disk{Size: ptr(65537)}), []string{"rootVolume.size: expected at most 65536"}},
		"low throughput":  {root(ec2.Disk{Throughput: ptr(124)}), []string{"rootVolume.throughput: expected 125 to 1000, found 124"}},
		"throughput":      {root(ec2.Disk{Throughput: ptr(751)}), []string{"rootVolume.throughput: gp3 moves at most 0.25 MiB a second for each operation: 751 need 3004 iops"}},
		"io2 throughput":  {root(ec2.Disk{Type: "io2", IOPS: ptr(100), Throughput: ptr(125)}), []string{"rootVolume.throughput: only gp3 has one"}},
		"root device":     {volumes(ec2.Volume{Device: "/dev/sda1", Disk: ec2.Disk{Size: ptr(1)}}), []string{`volumes.data.device: found "/dev/sda1", expected /dev/sdf to /dev/sdp`}},
		"no device":       {volumes(ec2.Volume{Disk: ec2.Disk{Size: ptr(1)}}), []string{"volumes.data.device: required, but missing"}},
		"no size":         {volumes(ec2.Volume{Device: "/dev/sdf"}), []string{"volumes.data.size: required without a snapshot"}},
		"a device twice": {
			ec2.InstanceSettings{Volumes: config.Named[ec2.Volume]{
				"a": {Device: "/dev/sdf", Disk: ec2.Disk{Size: ptr(1)}}, "b": {Device: "/dev/xvdf", Disk: ec2.Disk{Size: ptr(1)}},
			}},
			[]string{`volumes.b.device: the volume "a" is attached there`},
		},
		"a volume's name": {
			ec2.InstanceSettings{Volumes: config.Named[ec2.Volume]{"a/b": {Device: "/dev/sdf", Disk: ec2.Disk{Size: ptr(1)}}}},
			[]string{"not a valid name"},
		},
		"a rule": {
			ec2.InstanceSettings{SecurityGroup: ec2.SecurityGroupSettings{Ingress: config.Named[ec2.IngressRule]{
				"ssh": {Rule: ec2.Rule{Port: ptr(22), CIDRs: []string{"0.0.0.0/0"}}},
			}}},
			[]string{"securityGroup.ingress.ssh.cidrs[0]: 0.0.0.0/0 is the internet"},
		},
	}
	for name, tc := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			requireRefused(t, func(ctx *pulumi.Context) error {
				_, err := ec2.NewInstance(ctx, "web", &ec2.InstanceArgs{InstanceSettings: tc.settings, Network: network{platform: "aws"}})
				return err
			}, tc.want...)
		})
	}
}

func TestInstanceRefusesToStandNowhere(t *testing.T) {
	t.Parallel()
	volumes := ec2.InstanceSettings{Volumes: config.Named[ec2.Volume]{"data": {Disk: ec2.Disk{Size: ptr(1)}, Device: "/dev/sdf"}}}
	tests := map[string]struct {
		args *ec2.InstanceArgs
		want []string
	}{
		"nil":     {nil, []string{"subnetId: required, but missing", "vpcId: required, but missing"}},
		"no zone": {&ec2.InstanceArgs{InstanceSettings: volumes, SubnetID: pulumi.String("subnet-1"), VpcID: pulumi.String("vpc-1")}, []string{"zone: required for volumes"}},
		"many groups": {
			&ec2.InstanceArgs{
				InstanceSettings: ec2.InstanceSettings{SecurityGroupIDs: pulumi.ToStringArray(strings.Split("0123456789abcdef", ""))},
				Network:          network{platform: "aws"},
			},
			[]string{"securityGroupIds: 16 groups and the machine's own: AWS takes at most 16"},
		},
		"both": {&ec2.InstanceArgs{Network: network{platform: "aws"}, SubnetID: pulumi.String("subnet-1")}, []string{"subnetId: the network has subnets"}},
		"another cloud": {
			&ec2.InstanceArgs{Network: network{platform: "azure"}}, []string{`network: "main" is a network of azure`},
		},
	}
	for name, tc := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			requireRefused(t, func(ctx *pulumi.Context) error {
				_, err := ec2.NewInstance(ctx, "web", tc.args)
				return err
			}, tc.want...)
		})
	}
}
