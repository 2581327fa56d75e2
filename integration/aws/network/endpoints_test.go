package network_test

import (
	"fmt"
	"net/netip"
	"strings"
	"testing"

	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/ec2"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
	"github.com/stretchr/testify/require"

	"github.com/ashlar-iac/ashlar/aws/network"
	"github.com/ashlar-iac/ashlar/aws/policy"
	"github.com/ashlar-iac/ashlar/integration/cloudtest"
)

// Types of the resources of the component.
const (
	securityGroup = "aws:ec2/securityGroup:SecurityGroup"
)

// endpointProgram is a VPC with a subnet and a route table in each of three zones, and endpoints in some of them.
type endpointProgram struct {
	args network.EndpointsArgs
	// zones is the number of zones of the endpoints.
	zones int
	cidrs []string
}

// in returns the program with a provider of an account.
func (n *endpointProgram) in(a *cloudtest.Account) pulumi.RunFunc {
	return func(ctx *pulumi.Context) error {
		p, err := a.Provider(ctx, "primary", a.Region())
		if err != nil {
			return err
		}
		e, err := n.endpoints(ctx, "main", a.Region(), pulumi.Provider(p))
		if err != nil {
			return err
		}
		ctx.Export("gateways", e.GatewayIDs)
		ctx.Export("prefixLists", e.PrefixListIDs)
		ctx.Export("interfaces", e.InterfaceIDs)
		ctx.Export("group", e.SecurityGroupID)
		return nil
	}
}

// endpoints creates a VPC and endpoints in it.
func (n *endpointProgram) endpoints(ctx *pulumi.Context, name, region string, on pulumi.ResourceOption) (*network.Endpoints, error) {
	vpc, err := ec2.NewVpc(ctx, name, &ec2.VpcArgs{
		CidrBlock: pulumi.String("10.0.0.0/16"), EnableDnsHostnames: pulumi.Bool(true), EnableDnsSupport: pulumi.Bool(true),
		AssignGeneratedIpv6CidrBlock: pulumi.Bool(true),
	}, on)
	if err != nil {
		return nil, err
	}
	args := n.args
	args.VpcID, args.CIDRs = vpc.ID(), pulumi.ToStringArray(n.cidrs)
	args.RouteTableIDs, args.SubnetIDs = map[string]pulumi.StringInput{}, map[string]pulumi.StringInput{}
	for i, letter := range []string{"a", "b", "c"} {
		zone := region + letter
		subnet, err := ec2.NewSubnet(ctx, name+"-"+letter, &ec2.SubnetArgs{
			VpcId: vpc.ID(), CidrBlock: pulumi.Sprintf("10.0.%d.0/24", i), AvailabilityZone: pulumi.String(zone),
			Ipv6CidrBlock: vpc.Ipv6CidrBlock.ApplyT(func(block string) (string, error) { return subnet64(block, i) }).(pulumi.StringOutput),
		}, on)
		if err != nil {
			return nil, err
		}
		table, err := ec2.NewRouteTable(ctx, name+"-"+letter, &ec2.RouteTableArgs{VpcId: vpc.ID()}, on)
		if err != nil {
			return nil, err
		}
		if i < n.zones {
			args.SubnetIDs[zone], args.RouteTableIDs[zone] = subnet.ID(), table.ID()
		}
	}
	return network.NewEndpoints(ctx, name, &args, on)
}

// subnet64 returns the nth /64 of a /56.
func subnet64(block string, n int) (string, error) {
	p, err := netip.ParsePrefix(block)
	if err != nil {
		return "", err
	}
	bytes := p.Addr().As16()
	bytes[7] |= byte(n)
	return netip.PrefixFrom(netip.AddrFrom16(bytes), 64).String(), nil
}

// endpointSteps returns an operation on endpoints, by their names without main-.
func endpointSteps(op string, names ...string) []string {
	var out []string
	for _, name := range names {
		out = append(out, fmt.Sprintf("%s %s main-%s", op, endpoint, name))
	}
	return out
}

// Each option is changed once, and no other resource changes.
func TestEndpointOptions(t *testing.T) {
	t.Parallel()
	cloudtest.AWS(t, func(t *testing.T, a *cloudtest.Account) {
		n := &endpointProgram{zones: 2, cidrs: []string{"10.0.0.0/16"}}
		life := a.Life(t, "endpoints", n.in(a))
		up := life.Up()
		require.Len(t, up.Outputs["gateways"].Value, 2)
		require.Len(t, up.Outputs["prefixLists"].Value, 2)
		require.Empty(t, up.Outputs["interfaces"].Value)
		require.Empty(t, up.Outputs["group"].Value)

		gateways, ssm := []string{"gateway-dynamodb", "gateway-s3"}, []string{"ec2messages", "ssm", "ssmmessages"}
		n.args.Bundles = []network.EndpointBundle{"ssm"}
		life.Change("a bundle", append(endpointSteps("create", ssm...), "create "+securityGroup+" main")...)
		n.args.Bundles = []network.EndpointBundle{"ecr", "ssm"}
		life.Change("another bundle", endpointSteps("create", "ecr.api", "ecr.dkr")...)
		n.args.Services = []string{"ssm", "kms"}
		life.Change("a service of a bundle, and a new one", endpointSteps("create", "kms")...)
		n.args.Bundles = []network.EndpointBundle{"ecr"}
		life.Change("one bundle less, but a service of it stays", endpointSteps("delete", "ec2messages", "ssmmessages")...)
		require.Len(t, life.Output("interfaces"), 4)

		interfaces := []string{"ecr.api", "ecr.dkr", "kms", "ssm"}
		all := append(append([]string{}, gateways...), interfaces...)
		n.zones = 3
		life.Change("another zone", endpointSteps("update", all...)...)
		n.zones = 2
		life.Change("one zone less", endpointSteps("update", all...)...)
		off := false
		n.args.PrivateDNS = &off
		life.Change("no private DNS", endpointSteps("update", interfaces...)...)
		n.args.IPAddressType = "dualstack"
		life.Change("address type", endpointSteps("update", interfaces...)...)
		n.args.Accounts = []string{"111122223333"}
		life.Change("accounts", endpointSteps("update", all...)...)
		n.args.Organization = "o-a1b2c3d4e5"
		life.Change("organization", endpointSteps("update", all...)...)
		n.args.Policies = map[string]policy.Document{"kms": {Statements: []policy.Statement{{
			Effect: policy.Allow, Principals: &policy.Principals{Everyone: true}, Actions: []string{"kms:Decrypt"}, Resources: pulumi.StringArray{pulumi.String("*")},
		}}}}
		life.Change("a policy", endpointSteps("update", "kms")...)
		n.args.Unrestricted = []string{"s3"}
		life.Change("unrestricted", endpointSteps("update", "gateway-s3")...)
		n.cidrs = []string{"10.0.0.0/24", "2001:db8::/56"}
		life.Change("CIDR blocks", "update "+securityGroup+" main")
		n.args.Tags = pulumi.StringMap{"team": pulumi.String("network")}
		life.Change("tags", append(endpointSteps("update", all...), "update "+securityGroup+" main")...)
		n.args.Gateways = &network.GatewayEndpoints{DynamoDB: &off}
		life.Change("no gateway endpoint of DynamoDB", endpointSteps("delete", "gateway-dynamodb")...)
		n.args.Gateways.S3 = &off
		n.args.Bundles, n.args.Services, n.args.Policies, n.args.Unrestricted = nil, nil, nil, nil
		life.Change("no endpoints", append(endpointSteps("delete", append(interfaces, "gateway-s3")...), "delete "+securityGroup+" main")...)
		life.Destroy()
	})
}

// The endpoints of a private cluster, with S3 for connected networks.
func TestPrivateClusterEndpoints(t *testing.T) {
	t.Parallel()
	cloudtest.AWS(t, func(t *testing.T, a *cloudtest.Account) {
		n := &endpointProgram{zones: 3, cidrs: []string{"10.0.0.0/16"}, args: network.EndpointsArgs{
			Bundles: []network.EndpointBundle{"eks", "ssm"}, Services: []string{"s3", "secretsmanager"},
		}}
		life := a.Life(t, "private", n.in(a))
		up := life.Up()
		require.Len(t, up.Outputs["interfaces"].Value, 14)
		if a.Store != nil {
			all, err := a.Store.List(endpoint)
			require.NoError(t, err)
			for _, o := range all {
				require.NotContains(t, o.Text("policy"), `"Action":"*"`, o.ID)
				if o.Text("vpcEndpointType") == "Interface" {
					require.Len(t, o.Outputs["networkInterfaceIds"], 3, "a network interface in each zone")
				}
			}
		}
		life.Destroy()
	})
}

func TestEndpointsInTwoRegions(t *testing.T) {
	t.Parallel()
	a := cloudtest.Simulated(t)
	n := &endpointProgram{zones: 1, cidrs: []string{"10.0.0.0/16"}, args: network.EndpointsArgs{Bundles: []network.EndpointBundle{"ssm"}}}
	life := a.Life(t, "two", func(ctx *pulumi.Context) error {
		for i, region := range []string{a.Region(), "eu-central-1"} {
			p, err := a.Provider(ctx, region, region)
			if err != nil {
				return err
			}
			for _, name := range []string{"one", "two"} {
				if _, err := n.endpoints(ctx, fmt.Sprintf("%s-%d", name, i), region, pulumi.Provider(p)); err != nil {
					return err
				}
			}
		}
		return nil
	})
	life.Up()
	all, err := a.Store.List(endpoint)
	require.NoError(t, err)
	require.Len(t, all, 20)
	for _, o := range all {
		_, region, _ := strings.Cut(o.Place, "/")
		require.Contains(t, o.Text("serviceName"), "."+region+".", "services of the region of the provider")
		if o.Text("serviceName") == "com.amazonaws."+region+".s3" {
			require.Contains(t, o.Text("policy"), "prod-"+region+"-starport-layer-bucket")
		}
	}
	life.Destroy()
}

// Arguments that AWS rejects are reported before any change.
func TestInvalidEndpoints(t *testing.T) {
	t.Parallel()
	var args network.EndpointsArgs
	program := func(ctx *pulumi.Context) error {
		_, err := network.NewEndpoints(ctx, "main", &args)
		return err
	}
	open := policy.Document{Statements: []policy.Statement{{Effect: policy.Allow, Actions: []string{"s3:GetObject"}, Resources: pulumi.StringArray{pulumi.String("*")}}}}
	large := policy.Document{Statements: []policy.Statement{{
		Effect: policy.Allow, Principals: &policy.Principals{Everyone: true}, Actions: []string{"s3:GetObject"},
	}}}
	var resources []string
	for i := range 400 {
		resources = append(resources, fmt.Sprintf("arn:aws:s3:::%s-%d", strings.Repeat("x", 40), i))
	}
	large.Statements[0].Resources = pulumi.ToStringArray(resources)
	for name, tc := range map[string]struct {
		change func(*network.EndpointsArgs)
		want   string
	}{
		"service":     {func(a *network.EndpointsArgs) { a.Services = []string{"kmss"} }, `services[0]: unknown service "kmss", did you mean "kms"?`},
		"policy":      {func(a *network.EndpointsArgs) { a.Policies = map[string]policy.Document{"s3": open} }, "principals: required in an endpoint policy"},
		"policy size": {func(a *network.EndpointsArgs) { a.Policies = map[string]policy.Document{"s3": large} }, "the maximum of an endpoint policy is 20480"},
		"no subnets": {
			func(a *network.EndpointsArgs) { a.Services, a.SubnetIDs = []string{"kms"}, nil }, "subnetIds: required",
		},
		"CIDR": {
			func(a *network.EndpointsArgs) {
				a.Services, a.CIDRs = []string{"kms"}, pulumi.StringArray{pulumi.String("10.0.0.1/8")}
			}, "cidrs[0]: invalid CIDR block",
		},
		"reserved tag": {func(a *network.EndpointsArgs) { a.Tags = pulumi.StringMap{"aws:x": pulumi.String("y")} }, "reserved"},
	} {
		args = network.EndpointsArgs{
			VpcID:         pulumi.String("vpc-0a1b2c3d4e5f60718"),
			RouteTableIDs: map[string]pulumi.StringInput{"a": pulumi.String("rtb-1")},
			SubnetIDs:     map[string]pulumi.StringInput{"eu-west-1a": pulumi.String("subnet-1")},
			CIDRs:         pulumi.StringArray{pulumi.String("10.0.0.0/16")},
		}
		tc.change(&args)
		t.Run(name, func(t *testing.T) { cloudtest.RequireRefused(t, tc.want, program) })
	}
}
