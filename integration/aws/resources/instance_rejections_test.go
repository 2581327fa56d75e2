package resources_test

import (
	"fmt"
	"strings"
	"testing"

	provider "github.com/pulumi/pulumi-go-provider"
	"github.com/pulumi/pulumi/sdk/v3/go/common/resource"
	"github.com/pulumi/pulumi/sdk/v3/go/property"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
	"github.com/stretchr/testify/require"

	"github.com/ashlar-iac/ashlar/aws/ec2"
	"github.com/ashlar-iac/ashlar/core"
	"github.com/ashlar-iac/ashlar/core/config"
	"github.com/ashlar-iac/ashlar/core/pulumitest"
	"github.com/ashlar-iac/ashlar/integration/cloud"
	simulated "github.com/ashlar-iac/ashlar/integration/cloud/aws"
)

// account is a provider of a simulated account, without an engine.
type account struct {
	t *testing.T
	provider.Provider
}

func newAccount(t *testing.T) account {
	t.Helper()
	store, err := cloud.Open(t.TempDir())
	require.NoError(t, err)
	a := account{t, simulated.New(func() bool { return true }).Provider(store)}
	require.NoError(t, a.Configure(t.Context(), provider.ConfigureRequest{Args: properties(map[string]any{"region": "eu-west-1"})}))
	return a
}

func properties(v map[string]any) property.Map {
	return resource.FromResourcePropertyMap(resource.NewPropertyMapFromMap(v))
}

// create returns the ID of a resource, or the error of AWS.
func (a account) create(typ, name string, inputs map[string]any) (string, error) {
	a.t.Helper()
	urn := resource.URN("urn:pulumi:dev::test::" + typ + "::" + name)
	checked, err := a.Check(a.t.Context(), provider.CheckRequest{Urn: urn, Inputs: properties(inputs)})
	require.NoError(a.t, err)
	if len(checked.Failures) > 0 {
		return "", fmt.Errorf("%v", checked.Failures)
	}
	made, err := a.Create(a.t.Context(), provider.CreateRequest{Urn: urn, Properties: checked.Inputs})
	return made.ID, err
}

func (a account) must(typ, name string, inputs map[string]any) string {
	a.t.Helper()
	id, err := a.create(typ, name, inputs)
	require.NoError(a.t, err)
	return id
}

// instance returns valid inputs of an instance.
func (a account) instance() map[string]any {
	a.t.Helper()
	network := a.must("aws:ec2/vpc:Vpc", "main", map[string]any{"cidrBlock": "10.0.0.0/16"})
	subnet := a.must("aws:ec2/subnet:Subnet", "main", map[string]any{
		"vpcId": network, "cidrBlock": "10.0.0.0/24", "availabilityZone": "eu-west-1a",
	})
	return map[string]any{"ami": newestImage(a.t, a), "instanceType": "t3.micro", "subnetId": subnet}
}

// Arguments that AWS rejects are reported before any resource is registered.
func TestInvalidInstances(t *testing.T) {
	t.Parallel()
	root := func(of map[string]any) func(map[string]any) {
		return func(m map[string]any) { m["rootBlockDevice"] = of }
	}
	disk := func(d ec2.RootVolume) ec2.InstanceArgs { return ec2.InstanceArgs{RootVolume: &d} }
	many := pulumi.StringMap{}
	manyTags := map[string]any{}
	for i := range 51 {
		many[fmt.Sprint(i)], manyTags[fmt.Sprint(i)] = pulumi.String("x"), "x"
	}
	long := strings.Repeat("x", 16385)
	tests := map[string]struct {
		change   func(map[string]any)
		aws      string
		args     ec2.InstanceArgs
		reported string
	}{
		"instance type": {
			func(m map[string]any) { m["instanceType"] = "t3_tiny" }, "Invalid value 't3_tiny' for InstanceType",
			ec2.InstanceArgs{InstanceType: "t3_tiny"}, "instanceType: ",
		},
		"hop limit": {
			func(m map[string]any) { m["metadataOptions"] = map[string]any{"httpPutResponseHopLimit": 65.0} }, "range (1 - 64)",
			ec2.InstanceArgs{MetadataService: &ec2.MetadataService{HopLimit: new(65)}}, "metadataService.hopLimit: ",
		},
		"user data": {
			func(m map[string]any) { m["userData"] = long }, "User data is limited to 16384 bytes",
			ec2.InstanceArgs{UserData: pulumi.String(long)}, "userData: ",
		},
		"user data in both forms": {
			func(m map[string]any) { m["userData"], m["userDataBase64"] = "x", "eA==" }, "conflicts with userDataBase64",
			ec2.InstanceArgs{UserData: pulumi.String("x"), UserDataBase64: pulumi.String("eA==")}, "userDataBase64: ",
		},
		"credits": {
			func(m map[string]any) { m["creditSpecification"] = map[string]any{"cpuCredits": "none"} }, "cpuCredits", ec2.InstanceArgs{CPUCredits: "none"},
			"cpuCredits: ",
		},
		"tenancy": {
			func(m map[string]any) { m["tenancy"] = "shared" }, "tenancy", ec2.InstanceArgs{Tenancy: "shared"},
			"tenancy: ",
		},
		"image": {
			func(m map[string]any) { m["ami"] = "ubuntu" }, "InvalidAMIID.Malformed", ec2.InstanceArgs{Image: &ec2.Image{ID: pulumi.String("ubuntu")}},
			"image.id: ",
		},
		"tags": {
			func(m map[string]any) { m["tags"] = manyTags }, "TagLimitExceeded", ec2.InstanceArgs{Tags: many}, "tags: ",
		},
		"reserved tag": {
			func(m map[string]any) { m["tags"] = map[string]any{"aws:x": "1"} }, "reserved", ec2.InstanceArgs{Tags: pulumi.StringMap{"aws:x": pulumi.String("1")}},
			`tags["aws:x"]: `,
		},
		"disk type": {
			root(map[string]any{"volumeType": "gp9"}), "volumeType", disk(ec2.RootVolume{Type: "gp9"}),
			"rootVolume.type: ",
		},
		"small disk": {
			root(map[string]any{"volumeSize": 7.0}), "InvalidBlockDeviceMapping", disk(ec2.RootVolume{Size: new(7)}),
			"rootVolume.size: ",
		},
		"huge disk": {
			root(map[string]any{"volumeSize": 65537.0}), "is out of range", disk(ec2.RootVolume{Size: new(65537)}),
			"rootVolume.size: ",
		},
		"few IOPS": {
			root(map[string]any{"volumeType": "gp3", "iops": 2999.0}), "Volume iops of 2999 is out of range", disk(ec2.RootVolume{IOPS: new(2999)}),
			"rootVolume.iops: ",
		},
		"many IOPS": {
			root(map[string]any{"volumeType": "gp3", "iops": 80001.0}), "Volume iops of 80001 is out of range", disk(ec2.RootVolume{IOPS: new(80001)}),
			"rootVolume.iops: ",
		},
		"io2 without IOPS": {
			root(map[string]any{"volumeType": "io2"}), "MissingParameter", disk(ec2.RootVolume{Type: "io2"}),
			"rootVolume.iops: ",
		},
		"throughput": {
			root(map[string]any{"volumeType": "gp3", "throughput": 2001.0}), "Throughput of 2001 is out of range", disk(ec2.RootVolume{Throughput: new(2001)}),
			"rootVolume.throughput: ",
		},
		"ratio": {
			root(map[string]any{"volumeType": "gp3", "throughput": 1000.0}), "to iops ratio", disk(ec2.RootVolume{Throughput: new(1000)}),
			"rootVolume.throughput: ",
		},
		"throughput of io2": {
			root(map[string]any{"volumeType": "io2", "iops": 100.0, "throughput": 125.0}), "The parameter throughput is not supported",
			disk(ec2.RootVolume{Type: "io2", IOPS: new(100), Throughput: new(125)}), "rootVolume.throughput: ",
		},
	}
	for name, tc := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			tc.args.Network = known()
			a := newAccount(t)
			inputs := a.instance()
			tc.change(inputs)
			_, err := a.create("aws:ec2/instance:Instance", "web", inputs)
			require.ErrorContains(t, err, tc.aws)
			requireReported(t, func(ctx *pulumi.Context) error {
				_, err := ec2.NewInstance(ctx, "web", &tc.args)
				return err
			}, tc.reported)
		})
	}
}

// newestImage returns the image in the public parameter.
func newestImage(t *testing.T, a account) string {
	t.Helper()
	r, err := a.Invoke(t.Context(), provider.InvokeRequest{
		Token: "aws:ssm/getParameter:getParameter",
		Args:  properties(map[string]any{"name": "/aws/service/ami-amazon-linux-latest/al2023-ami-kernel-default-x86_64"}),
	})
	require.NoError(t, err)
	return resource.ToResourcePropertyMap(r.Return)["value"].StringValue()
}

// known returns a network with known IDs.
func known() core.Network {
	return vpc{core.NetworkInfo{Name: "main", Platform: "aws", ID: pulumi.String("vpc-1"), Subnets: []core.Subnet{
		{Tier: "private", Zone: "eu-west-1a", ID: pulumi.String("subnet-1")},
	}}}
}

// requireReported checks that a constructor rejects its arguments at the path before anything is registered.
func requireReported(t *testing.T, create func(*pulumi.Context) error, path string) {
	t.Helper()
	r, err := pulumitest.Record(create)
	var invalid *config.Error
	require.ErrorAs(t, err, &invalid)
	require.ErrorContains(t, err, path)
	require.Empty(t, r.Resources)
}

func TestInvalidRules(t *testing.T) {
	t.Parallel()
	type rule = map[string]any
	tests := map[string]struct {
		rules    []rule
		aws      string
		given    config.Named[ec2.Rule]
		reported string
	}{
		"no ports": {
			[]rule{{"ipProtocol": "tcp", "cidrIpv4": "10.0.0.0/8"}}, "Must specify both from and to ports",
			config.Named[ec2.Rule]{"a": {CIDRs: []string{"10.0.0.0/8"}}}, "egress.a.port: ",
		},
		"reversed ports": {
			[]rule{{"ipProtocol": "tcp", "cidrIpv4": "10.0.0.0/8", "fromPort": 2.0, "toPort": 1.0}}, "Invalid TCP/UDP port range",
			config.Named[ec2.Rule]{"a": {CIDRs: []string{"10.0.0.0/8"}, Port: new(2), ToPort: new(1)}}, "egress.a.toPort: ",
		},
		"port too high": {
			[]rule{{"ipProtocol": "tcp", "cidrIpv4": "10.0.0.0/8", "fromPort": 1.0, "toPort": 65536.0}}, "range (-1 - 65535)",
			config.Named[ec2.Rule]{"a": {CIDRs: []string{"10.0.0.0/8"}, Port: new(1), ToPort: new(65536)}}, "egress.a.toPort: ",
		},
		"no peers": {
			[]rule{{"ipProtocol": "tcp", "fromPort": 1.0, "toPort": 1.0}}, "must be specified",
			config.Named[ec2.Rule]{"a": {Port: new(1)}}, "egress.a: ",
		},
		"host bits": {
			[]rule{{"ipProtocol": "tcp", "fromPort": 1.0, "toPort": 1.0, "cidrIpv4": "10.0.0.1/8"}}, "is not a valid CIDR block",
			config.Named[ec2.Rule]{"a": {Port: new(1), CIDRs: []string{"10.0.0.1/8"}}}, "egress.a.cidrs[0]: ",
		},
		"description": {
			[]rule{{"ipProtocol": "tcp", "fromPort": 1.0, "toPort": 1.0, "cidrIpv4": "10.0.0.0/8", "description": "it's"}}, "Invalid rule description",
			config.Named[ec2.Rule]{"a": {Port: new(1), CIDRs: []string{"10.0.0.0/8"}, Description: "it's"}}, "egress.a.description: ",
		},
		"duplicate": {
			[]rule{
				{"ipProtocol": "tcp", "fromPort": 1.0, "toPort": 1.0, "cidrIpv4": "10.0.0.0/8"},
				{"ipProtocol": "tcp", "fromPort": 1.0, "toPort": 1.0, "cidrIpv4": "10.0.0.0/8", "description": "another one"},
			},
			"InvalidPermission.Duplicate",
			config.Named[ec2.Rule]{"a": {Port: new(1), CIDRs: []string{"10.0.0.0/8"}}, "b": {Port: new(1), CIDRs: []string{"10.0.0.0/8"}}},
			"egress.b.cidrs[0]: ",
		},
	}
	for name, tc := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			a := newAccount(t)
			network := a.must("aws:ec2/vpc:Vpc", "main", map[string]any{"cidrBlock": "10.0.0.0/16"})
			group := a.must("aws:ec2/securityGroup:SecurityGroup", "web", map[string]any{"vpcId": network})
			var err error
			for i, r := range tc.rules {
				require.NoError(t, err, "only the last one is rejected")
				r["securityGroupId"] = group
				_, err = a.create("aws:vpc/securityGroupEgressRule:SecurityGroupEgressRule", fmt.Sprint(i), r)
			}
			require.ErrorContains(t, err, tc.aws)
			requireReported(t, func(ctx *pulumi.Context) error {
				_, err := ec2.NewSecurityGroup(ctx, "web", &ec2.SecurityGroupArgs{Egress: tc.given, VpcID: pulumi.String("vpc-1")})
				return err
			}, tc.reported)
		})
	}
}
