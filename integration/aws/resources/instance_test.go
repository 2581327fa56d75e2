package resources_test

import (
	"errors"
	"fmt"
	"testing"

	awsec2 "github.com/pulumi/pulumi-aws/sdk/v6/go/aws/ec2"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
	"github.com/stretchr/testify/require"

	"github.com/ashlar-iac/ashlar/aws/ec2"
	"github.com/ashlar-iac/ashlar/aws/policy"
	"github.com/ashlar-iac/ashlar/core"
	"github.com/ashlar-iac/ashlar/core/config"
	"github.com/ashlar-iac/ashlar/integration/cloud"
	simulated "github.com/ashlar-iac/ashlar/integration/cloud/aws"
	"github.com/ashlar-iac/ashlar/integration/cloudtest"
)

// vpc is a network of resources of the SDK.
type vpc struct{ info core.NetworkInfo }

func (v vpc) NetworkInfo() core.NetworkInfo { return v.info }

// newVPC creates a network with two tiers in two zones.
func newVPC(ctx *pulumi.Context, region string, opt pulumi.ResourceOption) (core.Network, error) {
	network, err := awsec2.NewVpc(ctx, "main", &awsec2.VpcArgs{CidrBlock: pulumi.String("10.0.0.0/16")}, opt)
	if err != nil {
		return nil, err
	}
	out := vpc{core.NetworkInfo{Name: "main", Platform: "aws", ID: network.ID()}}
	for i, at := range []core.Subnet{
		{Tier: "private", Zone: region + "a"}, {Tier: "private", Zone: region + "b"}, {Tier: "isolated", Zone: region + "a"},
	} {
		subnet, err := awsec2.NewSubnet(ctx, at.Tier+"-"+at.Zone, &awsec2.SubnetArgs{
			VpcId: network.ID(), AvailabilityZone: pulumi.String(at.Zone), CidrBlock: pulumi.Sprintf("10.0.%d.0/24", i),
		}, opt)
		if err != nil {
			return nil, err
		}
		at.ID = subnet.ID()
		out.info.Subnets = append(out.info.Subnets, at)
	}
	return out, nil
}

// instanceProgram creates an instance and its network.
func instanceProgram(a *cloudtest.Account, args *ec2.InstanceArgs) pulumi.RunFunc {
	return func(ctx *pulumi.Context) error {
		primary, err := a.Provider(ctx, "primary", a.Region())
		if err != nil {
			return err
		}
		network, err := newVPC(ctx, a.Region(), pulumi.Provider(primary))
		if err != nil {
			return err
		}
		given := *args
		given.Network = network
		x, err := ec2.NewInstance(ctx, "web", &given, pulumi.Provider(primary))
		if err != nil {
			return err
		}
		ctx.Export("image", x.ImageID)
		ctx.Export("address", x.PrivateIP)
		ctx.Export("zone", x.Zone)
		return nil
	}
}

const (
	instanceType   = "aws:ec2/instance:Instance web"
	groupType      = "aws:ec2/securityGroup:SecurityGroup web"
	roleType       = "aws:iam/role:Role web"
	profileType    = "aws:iam/instanceProfile:InstanceProfile web"
	ingressType    = "aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule web-ingress-"
	egressType     = "aws:vpc/securityGroupEgressRule:SecurityGroupEgressRule web-egress-"
	policyType     = "aws:iam/rolePolicyAttachment:RolePolicyAttachment web-"
	inlineType     = "aws:iam/rolePolicy:RolePolicy web-"
	volumeType     = "aws:ebs/volume:Volume web-"
	attachmentType = "aws:ec2/volumeAttachment:VolumeAttachment web-"
	stashType      = "pulumi:index:Stash web-image-"
)

// disks returns a volume.
func disks(name string, size int) config.Named[ec2.Volume] {
	return config.Named[ec2.Volume]{name: {Device: "/dev/sdf", Size: &size}}
}

// Each option changes in a preview. Other tests check that updates have the steps of the preview.
func TestInstanceOptions(t *testing.T) {
	t.Parallel()
	a := cloudtest.Simulated(t)
	args := &ec2.InstanceArgs{}
	life := a.Life(t, "options", func(ctx *pulumi.Context) error { return instanceProgram(a, args)(ctx) })
	life.Up()
	const update, replace = "update " + instanceType, "replace " + instanceType
	read := policy.Document{Statements: []policy.Statement{{
		Effect: policy.Allow, Actions: []string{"s3:GetObject"}, Resources: pulumi.StringArray{pulumi.String("arn:aws:s3:::images/*")},
	}}}
	https := config.Named[ec2.Rule]{"https": {Port: new(443), CIDRs: []string{"10.0.0.0/16"}}}
	tests := map[string]struct {
		change func(*ec2.InstanceArgs)
		want   []string
	}{
		"nothing":      {func(*ec2.InstanceArgs) {}, nil},
		"instanceType": {func(a *ec2.InstanceArgs) { a.InstanceType = "t3.small" }, []string{update}},
		"tier":         {func(a *ec2.InstanceArgs) { a.Tier = "isolated" }, []string{replace}},
		"zone":         {func(x *ec2.InstanceArgs) { x.Zone = a.Region() + "b" }, []string{replace}},
		"rootVolume.size": {
			func(a *ec2.InstanceArgs) { a.RootVolume = &ec2.RootVolume{Size: new(20)} }, []string{update},
		},
		"rootVolume.iops": {
			func(a *ec2.InstanceArgs) { a.RootVolume = &ec2.RootVolume{IOPS: new(4000)} }, []string{update},
		},
		"rootVolume.throughput": {
			func(a *ec2.InstanceArgs) { a.RootVolume = &ec2.RootVolume{Throughput: new(200)} }, []string{update},
		},
		"rootVolume.type": {
			func(a *ec2.InstanceArgs) { a.RootVolume = &ec2.RootVolume{Type: ec2.VolumeIO2, IOPS: new(3000)} },
			[]string{update},
		},
		"rootVolume.encrypted": {
			func(a *ec2.InstanceArgs) { a.RootVolume = &ec2.RootVolume{Encrypted: new(false)} }, []string{replace},
		},
		"rootVolume.deleteOnTermination": {
			func(a *ec2.InstanceArgs) { a.RootVolume = &ec2.RootVolume{DeleteOnTermination: new(false)} }, []string{update},
		},
		"volumes": {
			func(a *ec2.InstanceArgs) { a.Volumes = disks("data", 1) }, []string{"create " + attachmentType + "data", "create " + volumeType + "data"},
		},
		"securityGroup.description": {
			func(a *ec2.InstanceArgs) { a.SecurityGroup = &ec2.SecurityGroupArgs{Description: "Web"} },
			[]string{"replace " + groupType, "replace " + egressType + "tcp-443-ipv4", "replace " + egressType + "tcp-443-ipv6", update},
		},
		"securityGroup.ingress": {
			func(a *ec2.InstanceArgs) { a.SecurityGroup = &ec2.SecurityGroupArgs{Ingress: https} }, []string{"create " + ingressType + "tcp-443-10.0.0.0-16"},
		},
		"securityGroup.egress": {
			func(a *ec2.InstanceArgs) { a.SecurityGroup = &ec2.SecurityGroupArgs{EgressMode: ec2.EgressNone} },
			[]string{"delete " + egressType + "tcp-443-ipv4", "delete " + egressType + "tcp-443-ipv6"},
		},
		"role.sessionManager": {
			func(a *ec2.InstanceArgs) { a.Role = &ec2.Role{SessionManager: new(false)} }, []string{"delete " + policyType + "session-manager"},
		},
		"role.managedPolicies": {
			func(a *ec2.InstanceArgs) {
				a.Role = &ec2.Role{ManagedPolicies: config.Named[pulumi.StringInput]{"metrics": pulumi.String("CloudWatchAgentServerPolicy")}}
			},
			[]string{"create " + policyType + "metrics"},
		},
		"role.inlinePolicies": {
			func(a *ec2.InstanceArgs) {
				a.Role = &ec2.Role{InlinePolicies: config.Named[policy.Document]{"read": read}}
			},
			[]string{"create " + inlineType + "read"},
		},
		"role.permissionsBoundary": {
			func(a *ec2.InstanceArgs) { a.Role = &ec2.Role{PermissionsBoundary: pulumi.String("PowerUserAccess")} }, []string{"update " + roleType},
		},
		"metadataService.enabled": {
			func(a *ec2.InstanceArgs) {
				a.MetadataService, a.Role = &ec2.MetadataService{Enabled: new(false)}, &ec2.Role{SessionManager: new(false)}
			},
			[]string{"delete " + policyType + "session-manager", update},
		},
		"metadataService.tokensRequired": {
			func(a *ec2.InstanceArgs) { a.MetadataService = &ec2.MetadataService{TokensRequired: new(false)} },
			[]string{update},
		},
		"metadataService.hopLimit": {
			func(a *ec2.InstanceArgs) { a.MetadataService = &ec2.MetadataService{HopLimit: new(2)} }, []string{update},
		},
		"metadataService.ipv6": {
			func(a *ec2.InstanceArgs) { a.MetadataService = &ec2.MetadataService{IPv6: true} }, []string{update},
		},
		"metadataService.tags": {
			func(a *ec2.InstanceArgs) { a.MetadataService = &ec2.MetadataService{Tags: true} }, []string{update},
		},
		"monitoring": {func(a *ec2.InstanceArgs) { a.Monitoring = new(false) }, []string{update}},
		"terminationProtection": {
			func(a *ec2.InstanceArgs) { a.TerminationProtection = new(false) }, []string{update},
		},
		"stopProtection": {func(a *ec2.InstanceArgs) { a.StopProtection = true }, []string{update}},
		"autoRecovery":   {func(a *ec2.InstanceArgs) { a.AutoRecovery = new(false) }, []string{update}},
		"publicAddress":  {func(a *ec2.InstanceArgs) { a.PublicAddress = true }, []string{replace}},
		"sourceDestCheck": {
			func(a *ec2.InstanceArgs) { a.SourceDestCheck = new(false) }, []string{update},
		},
		"cpuCredits": {
			func(a *ec2.InstanceArgs) { a.CPUCredits = ec2.CPUCreditsStandard }, []string{update},
		},
		"tenancy": {
			func(a *ec2.InstanceArgs) { a.Tenancy = ec2.TenancyDedicated }, []string{replace},
		},
		"placementGroup": {
			func(a *ec2.InstanceArgs) { a.PlacementGroup = pulumi.String("spread") }, []string{replace},
		},
		"keyName": {
			func(a *ec2.InstanceArgs) { a.KeyName = pulumi.String("emergency") }, []string{replace},
		},
		"userData": {
			func(a *ec2.InstanceArgs) { a.UserData = pulumi.String("#!/bin/sh") }, []string{update},
		},
		"userDataBase64": {
			func(a *ec2.InstanceArgs) { a.UserDataBase64 = pulumi.String("eA==") }, []string{update},
		},
		"replaceOnUserData": {
			func(a *ec2.InstanceArgs) { a.UserData, a.ReplaceOnUserData = pulumi.String("#!/bin/sh"), true }, []string{replace},
		},
		"tags": {
			func(a *ec2.InstanceArgs) { a.Tags = pulumi.StringMap{"team": pulumi.String("web")} },
			[]string{
				update, "update " + groupType, "update " + egressType + "tcp-443-ipv4", "update " + egressType + "tcp-443-ipv6", "update " + roleType,
				"update " + profileType,
			},
		},
		"securityGroupIds": {
			func(a *ec2.InstanceArgs) {
				a.SecurityGroupIDs = pulumi.StringArray{pulumi.String("sg-0123456789abcdef0")}
			}, []string{update},
		},
		"kmsKeyArn": {
			func(a *ec2.InstanceArgs) {
				a.KMSKeyARN = pulumi.String("arn:aws:kms:eu-west-1:123456789012:key/01234567-89ab-cdef-0123-456789abcdef")
			},
			[]string{replace},
		},
		"image.id": {
			func(a *ec2.InstanceArgs) { a.Image = &ec2.Image{ID: pulumi.String("ami-00000001")} },
			// The stash was the only resource of the engine's own provider.
			[]string{"delete " + stashType + "al2023-x86_64", "delete pulumi:providers:pulumi default", replace},
		},
		"image.system": {
			func(a *ec2.InstanceArgs) { a.Image = &ec2.Image{System: "ubuntu-24.04"} },
			[]string{"create " + stashType + "ubuntu-24.04-x86_64", "delete " + stashType + "al2023-x86_64", replace},
		},
	}
	for name, tc := range tests {
		// In sequence: they share a stack.
		*args = ec2.InstanceArgs{}
		tc.change(args)
		preview, err := life.Preview(t.Context())
		require.NoError(t, err, "%s: %s", name, preview.Output)
		require.ElementsMatch(t, tc.want, cloudtest.Steps(preview), name)
	}
	*args = ec2.InstanceArgs{TerminationProtection: new(false)}
	life.Change("without protection", update)
	life.Destroy()
}

// publish publishes a newer image, whose ID ends with number.
func publish(t *testing.T, a *cloudtest.Account, architecture string, number int) string {
	t.Helper()
	id := fmt.Sprintf("ami-%017x", number)
	name := "/aws/service/ami-amazon-linux-latest/al2023-ami-kernel-default-" + architecture
	require.NoError(t, simulated.Publish(a.Store, simulated.Account, a.Region(), name, id))
	return id
}

// withdraw removes the published images.
func withdraw(t *testing.T, a *cloudtest.Account) {
	t.Helper()
	require.NoError(t, a.Store.Do(func(tx *cloud.Tx) error {
		all, err := tx.List("aws:ssm/parameter:Parameter")
		for _, o := range all {
			err = errors.Join(err, tx.Delete(o))
		}
		return err
	}))
}

func TestImageIsKeptUntilTheReleaseChanges(t *testing.T) {
	t.Parallel()
	a := cloudtest.Simulated(t)
	args := &ec2.InstanceArgs{TerminationProtection: new(false)}
	life := a.Life(t, "image", func(ctx *pulumi.Context) error { return instanceProgram(a, args)(ctx) })
	first := life.Up().Outputs["image"].Value
	second := publish(t, a, "x86_64", 2)
	life.Change("a newer image changes nothing")
	require.Equal(t, first, life.Output("image"))

	args.Tier = "isolated"
	life.Change("an instance that is replaced keeps its image", "replace "+instanceType)
	require.Equal(t, first, life.Output("image"))

	args.Image = &ec2.Image{Release: "2"}
	preview, err := life.Preview(t.Context())
	require.NoError(t, err, preview.Output)
	require.Contains(t, preview.Output, second, "the preview shows the image")
	life.Change("an upgrade", "create "+stashType+"al2023-x86_64-2", "replace "+instanceType, "delete "+stashType+"al2023-x86_64")
	require.Equal(t, second, life.Output("image"))

	publish(t, a, "x86_64", 3)
	arm := publish(t, a, "arm64", 4)
	args.InstanceType = "t4g.small"
	life.Change("another architecture has another image",
		"create "+stashType+"al2023-arm64-2", "replace "+instanceType, "delete "+stashType+"al2023-x86_64-2")
	require.Equal(t, arm, life.Output("image"))
	withdraw(t, a)
	life.Change("a withdrawn image affects no instance")
	life.Destroy()
}

// Volumes are detached from the old instance before they are attached to the new one.
func TestVolumesAreKeptWhenTheInstanceIsReplaced(t *testing.T) {
	t.Parallel()
	a := cloudtest.Simulated(t)
	args := &ec2.InstanceArgs{TerminationProtection: new(false), Volumes: disks("data", 10)}
	life := a.Life(t, "volumes", func(ctx *pulumi.Context) error { return instanceProgram(a, args)(ctx) })
	life.Up()

	args.Image = &ec2.Image{Release: "2"}
	publish(t, a, "x86_64", 1)
	life.Change("an upgrade", "create "+stashType+"al2023-x86_64-2", "replace "+instanceType, "replace "+attachmentType+"data",
		"delete "+stashType+"al2023-x86_64")
	withdraw(t, a)

	args.Volumes = disks("data", 20)
	args.Volumes["logs"] = ec2.Volume{Device: "/dev/sdg", Size: new(1)}
	life.Change("a larger and an additional volume", "update "+volumeType+"data", "create "+volumeType+"logs", "create "+attachmentType+"logs")

	delete(args.Volumes, "data")
	life.Change("a volume is removed", "delete "+volumeType+"data", "delete "+attachmentType+"data")
	life.Destroy()
}

func TestRulesAreIndependent(t *testing.T) {
	t.Parallel()
	a := cloudtest.Simulated(t)
	rule := func(port int, cidrs ...string) ec2.Rule {
		return ec2.Rule{Port: &port, CIDRs: cidrs}
	}
	args := &ec2.InstanceArgs{
		TerminationProtection: new(false),
		SecurityGroup: &ec2.SecurityGroupArgs{
			Ingress: config.Named[ec2.Rule]{"http": rule(80, "10.0.0.0/16"), "https": rule(443, "10.0.0.0/16", "fd00::/8")},
			Egress: config.Named[ec2.Rule]{
				"dns": {
					Protocol: "udp", Port: new(53), CIDRs: []string{"10.0.0.2/32"}}, "ping": {Protocol: "icmp", CIDRs: []string{"10.0.0.0/16"}},
				"peers": {Protocol: "all", Self: true},
			},
		},
	}
	life := a.Life(t, "rules", func(ctx *pulumi.Context) error { return instanceProgram(a, args)(ctx) })
	life.Up()

	delete(args.SecurityGroup.Ingress, "http")
	args.SecurityGroup.Ingress["https"] = rule(443, "10.1.0.0/16", "fd00::/8")
	life.Change("a rule is removed, and a range is replaced", "delete "+ingressType+"tcp-80-10.0.0.0-16",
		"create "+ingressType+"tcp-443-10.1.0.0-16", "delete "+ingressType+"tcp-443-10.0.0.0-16")

	args.SecurityGroup.Ingress["https"] = rule(8443, "10.1.0.0/16")
	args.SecurityGroup.Ingress["ipv6"] = rule(443, "fd00::/8")
	life.Change("another port, and another name of a rule", "create "+ingressType+"tcp-8443-10.1.0.0-16",
		"delete "+ingressType+"tcp-443-10.1.0.0-16", "update "+ingressType+"tcp-443-fd00---8")
	life.Destroy()
}

// The test runs in a real account as well, if one is configured.
func TestDefaultInstance(t *testing.T) {
	t.Parallel()
	cloudtest.AWS(t, func(t *testing.T, a *cloudtest.Account) {
		t.Helper()
		args := &ec2.InstanceArgs{}
		life := a.Life(t, "instance", func(ctx *pulumi.Context) error { return instanceProgram(a, args)(ctx) })
		r := life.Up()
		require.Equal(t, a.Region()+"a", r.Outputs["zone"].Value)
		require.Regexp(t, `^10\.0\.0\.`, r.Outputs["address"].Value)
		// The provider disables termination protection before it terminates the instance.
		life.Destroy()
	})
}
