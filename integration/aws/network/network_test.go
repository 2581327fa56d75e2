package network_test

import (
	"strings"
	"testing"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
	"github.com/stretchr/testify/require"

	"github.com/ashlar-iac/ashlar/aws/network"
	"github.com/ashlar-iac/ashlar/core/config"
	"github.com/ashlar-iac/ashlar/integration/cloudtest"
)

// Types of the resources of a network.
const (
	vpcType     = "aws:ec2/vpc:Vpc"
	subnetType  = "aws:ec2/subnet:Subnet"
	tableType   = "aws:ec2/routeTable:RouteTable"
	tableOf     = "aws:ec2/routeTableAssociation:RouteTableAssociation"
	aclType     = "aws:ec2/networkAcl:NetworkAcl"
	aclOf       = "aws:ec2/networkAclAssociation:NetworkAclAssociation"
	routeType   = "aws:ec2/route:Route"
	natType     = "aws:ec2/natGateway:NatGateway"
	addressType = "aws:ec2/eip:Eip"
	gatewayType = "aws:ec2/internetGateway:InternetGateway"
	egressType  = "aws:ec2/egressOnlyInternetGateway:EgressOnlyInternetGateway"
	blockType   = "aws:ec2/vpcIpv4CidrBlockAssociation:VpcIpv4CidrBlockAssociation"
	endpoint    = "aws:ec2/vpcEndpoint:VpcEndpoint"
	groupType   = "aws:ec2/defaultSecurityGroup:DefaultSecurityGroup"
	lockACL     = "aws:ec2/defaultNetworkAcl:DefaultNetworkAcl"
	lockTable   = "aws:ec2/defaultRouteTable:DefaultRouteTable"
)

func noFlowLogs() *network.FlowLogsArgs { return &network.FlowLogsArgs{Enabled: new(bool)} }

// secure sets only a CIDR block.
func secure() *network.SecureVPCArgs {
	return &network.SecureVPCArgs{CIDR: "10.0.0.0/16"}
}

// in returns a program that creates a network with a provider of an account. before can create resources for its arguments.
func in(a *cloudtest.Account, args *network.SecureVPCArgs, before func(*pulumi.Context, pulumi.ResourceOption, *network.SecureVPCArgs) error) pulumi.RunFunc {
	return func(ctx *pulumi.Context) error {
		p, err := a.Provider(ctx, "primary", a.Region())
		if err != nil {
			return err
		}
		given := *args
		if before != nil {
			if err := before(ctx, pulumi.Provider(p), &given); err != nil {
				return err
			}
		}
		v, err := network.NewSecureVPC(ctx, "main", &given, pulumi.Provider(p))
		if err != nil {
			return err
		}
		ctx.Export("subnets", v.SubnetIDs)
		ctx.Export("allocation", v.Allocation)
		ctx.Export("ipv6", v.IPv6CIDR)
		return nil
	}
}

// each returns the steps of an operation on resources of a tier in zones.
func each(op, tier string, zones []string, types ...string) []string {
	var out []string
	for _, zone := range zones {
		for _, typ := range types {
			out = append(out, op+" "+typ+" main-"+tier+"-"+zone)
		}
	}
	return out
}

// parts returns the types of the resources of each subnet.
func parts() []string { return []string{subnetType, tableType, tableOf, aclOf} }

// gateways returns the steps of gateway endpoints when route tables change.
func gateways() []string {
	return []string{"update " + endpoint + " main-endpoints-gateway-dynamodb", "update " + endpoint + " main-endpoints-gateway-s3"}
}

func steps(lists ...[]string) []string {
	var out []string
	for _, l := range lists {
		out = append(out, l...)
	}
	return out
}

// Adding and removing zones and NAT gateways changes no other zone.
func TestZoneChanges(t *testing.T) {
	t.Parallel()
	cloudtest.AWS(t, func(t *testing.T, a *cloudtest.Account) {
		args := secure()
		args.Zones = 2
		life := a.Life(t, "zones", in(a, args, nil))
		before := life.Up().Outputs["subnets"].Value
		third := []string{a.Region() + "c"}
		of := func(op string) []string {
			return steps(each(op, "public", third, parts()...), each(op, "private", third, parts()...), each(op, "isolated", third, parts()...),
				each(op, "nat", third, natType, addressType), each(op, "public", []string{third[0] + "-internet"}, routeType),
				each(op, "private", []string{third[0] + "-internet"}, routeType), gateways())
		}
		args.Zones = 3
		life.Change("a third zone", of("create")...)
		with := life.Output("subnets")
		for tier, zones := range before.(map[string]any) {
			for zone, id := range zones.(map[string]any) {
				require.Equal(t, id, with.(map[string]any)[tier].(map[string]any)[zone])
			}
		}
		args.Zones = 2
		life.Change("two zones again", of("delete")...)
		require.Equal(t, before, life.Output("subnets"))

		args.NAT = "single"
		second := []string{a.Region() + "b"}
		life.Change("a single NAT gateway", steps(each("delete", "nat", second, natType, addressType),
			each("update", "private", []string{second[0] + "-internet"}, routeType))...)
		args.NAT = "none"
		zones := []string{a.Region() + "a-internet", a.Region() + "b-internet"}
		life.Change("no NAT gateway", steps(each("delete", "nat", []string{a.Region() + "a"}, natType, addressType),
			each("delete", "private", zones, routeType))...)

		args.Zones, args.ZoneNames = 0, []string{"-", a.Region() + "b", a.Region() + "c"}
		first := []string{a.Region() + "a"}
		life.Change("the first zone is replaced", steps(
			of("create")[:12], each("create", "public", []string{third[0] + "-internet"}, routeType),
			each("delete", "public", first, parts()...), each("delete", "private", first, parts()...), each("delete", "isolated", first, parts()...),
			each("delete", "public", []string{first[0] + "-internet"}, routeType), gateways())...)
		life.Destroy()
	})
}

// Adding and removing tiers changes no other tier.
func TestTierChanges(t *testing.T) {
	t.Parallel()
	cloudtest.AWS(t, func(t *testing.T, a *cloudtest.Account) {
		args := secure()
		args.Zones = 2
		life := a.Life(t, "tiers", in(a, args, nil))
		before := life.Up().Outputs["allocation"].Value
		zones := []string{a.Region() + "a", a.Region() + "b"}
		internet := []string{zones[0] + "-internet", zones[1] + "-internet"}
		tier := func(op, name string) []string {
			return steps(each(op, name, zones, parts()...), []string{op + " " + aclType + " main-" + name}, gateways())
		}
		args.Zones, args.ZoneNames, args.Recorded = 0, zones, map[string]map[string]string{}
		for tier, blocks := range before.(map[string]any) {
			args.Recorded[tier] = map[string]string{}
			for zone, block := range blocks.(map[string]any) {
				args.Recorded[tier][zone] = block.(string)
			}
		}
		life.Change("existing subnets are recorded")
		args.Tiers = config.Named[network.Tier]{"public": {Slot: 2}, "private": {Slot: 3}, "isolated": {Slot: 1}}
		life.Change("other slots of recorded subnets")
		args.Zones, args.ZoneNames, args.Recorded = 2, nil, nil

		args.Tiers = config.Named[network.Tier]{"public": {}, "private": {}, "isolated": {}, "apps": {Slot: 4, Kind: "private", Size: "1/8"}}
		life.Change("another tier", steps(tier("create", "apps"), each("create", "apps", internet, routeType))...)

		args.Tiers = config.Named[network.Tier]{"public": {}, "isolated": {}, "apps": args.Tiers["apps"]}
		life.Change("no private tier, whose address space stays reserved", steps(tier("delete", "private"), each("delete", "private", internet, routeType),
			each("update", "apps", zones, subnetType))...) // It is the first private tier now, and has tags for load balancers.

		args.Tiers = nil
		life.Change("the default tiers again", steps(tier("create", "private"), each("create", "private", internet, routeType),
			tier("delete", "apps")[:9], each("delete", "apps", internet, routeType))...)
		require.Equal(t, before, life.Output("allocation"))

		args.Tiers = config.Named[network.Tier]{"public": {}, "private": {}, "isolated": {Kind: "private"}}
		life.Change("an isolated tier becomes a private one", steps([]string{"update " + aclType + " main-isolated"},
			each("create", "isolated", internet, routeType))...)
		args.Tiers = config.Named[network.Tier]{"public": {Retired: true}, "private": {Egress: new(bool)}, "isolated": {}}
		life.Change("no internet access, and no gateways", steps(
			tier("delete", "public"), each("delete", "public", internet, routeType), each("delete", "private", internet, routeType),
			each("delete", "isolated", internet, routeType), []string{"update " + aclType + " main-isolated", "delete " + gatewayType + " main"},
			each("delete", "nat", zones, natType, addressType))...)
		life.Destroy()
	})
}

// IPv6 is enabled in place. Before it is disabled, AWS requires that no subnet has IPv6.
func TestIPv6(t *testing.T) {
	t.Parallel()
	cloudtest.AWS(t, func(t *testing.T, a *cloudtest.Account) {
		args := secure()
		args.Zones, args.NAT = 1, "none"
		life := a.Life(t, "ipv6", in(a, args, nil))
		life.Up()
		zone := []string{a.Region() + "a"}
		tiers := []string{"public", "private", "isolated"}
		var subnets, acls []string
		for _, tier := range tiers {
			subnets = append(subnets, each("update", tier, zone, subnetType)...)
			acls = append(acls, "update "+aclType+" main-"+tier)
		}
		routes := func(op string) []string {
			return []string{op + " " + routeType + " main-public-" + zone[0] + "-internet-ipv6",
				op + " " + routeType + " main-private-" + zone[0] + "-internet-ipv6", op + " " + egressType + " main"}
		}
		args.IPv6 = true
		life.Change("IPv6", steps([]string{"update " + vpcType + " main"}, subnets, acls, routes("create"))...)
		require.Contains(t, life.Output("ipv6"), "/56")

		args.Tiers = config.Named[network.Tier]{"public": {IPv6: new(bool)}, "private": {IPv6: new(bool)}, "isolated": {IPv6: new(bool)}}
		life.Change("no subnet has IPv6", steps(subnets, routes("delete"))...)
		args.IPv6 = false
		life.Change("no IPv6", steps([]string{"update " + vpcType + " main"}, acls)...)
		life.Destroy()
	})
}

// Each other option is changed once, and no other resource changes.
func TestNetworkOptions(t *testing.T) {
	t.Parallel()
	cloudtest.AWS(t, func(t *testing.T, a *cloudtest.Account) {
		args := secure()
		args.Zones, args.NAT, args.FlowLogs = 1, network.NATNone, noFlowLogs()
		args.Endpoints = &network.EndpointsArgs{Gateways: &network.GatewayEndpoints{S3: new(bool), DynamoDB: new(bool)}}
		life := a.Life(t, "options", in(a, args, nil))
		life.Up()
		zone := a.Region() + "a"
		for _, c := range []struct {
			reason string
			change func()
			want   []string
		}{
			{"DNS hostnames", func() { args.DNSHostnames = new(bool) }, []string{"update " + vpcType + " main"}},
			{"metrics", func() { args.AddressUsageMetrics = true }, []string{"update " + vpcType + " main"}},
			{"a secondary CIDR block", func() { args.SecondaryCIDRs = config.Named[network.CIDRBlock]{"pods": {CIDR: "100.64.0.0/16"}} },
				[]string{"create " + blockType + " main-pods", "update " + aclType + " main-public", "update " + aclType + " main-private",
					"update " + aclType + " main-isolated"}},
			{"a tier in it", func() {
				args.Tiers = config.Named[network.Tier]{"public": {}, "private": {}, "isolated": {}, "pods": {Slot: 4, Block: "pods", Size: "3/4"}}
			}, steps(each("create", "pods", []string{zone}, parts()...), []string{"create " + aclType + " main-pods"})},
			{"clusters", func() { args.Clusters = []string{"shop"} },
				steps(each("update", "public", []string{zone}, subnetType), each("update", "private", []string{zone}, subnetType))},
			{"a rule", func() {
				args.Tiers["private"] = network.Tier{ACL: &network.ACL{Rules: config.Named[network.ACLRule]{
					"blocked": {Number: 10, Action: "deny", Protocol: "all", CIDR: "198.51.100.0/24"},
				}}}
			}, []string{"update " + aclType + " main-private"}},
			{"public addresses", func() { args.Tiers["public"] = network.Tier{PublicAddresses: true} },
				each("update", "public", []string{zone}, subnetType)},
			{"Karpenter", func() { args.Tiers["isolated"] = network.Tier{Karpenter: "shop"} }, each("update", "isolated", []string{zone}, subnetType)},
			{"default ACL and route table not locked", func() { args.LockDefaults = new(bool) }, []string{"delete " + lockACL + " main-default", "delete " + lockTable + " main-default"}},
			{"default security group not emptied", func() { args.EmptyDefaultSecurityGroup = new(bool) }, []string{"delete " + groupType + " main-default"}},
			{"a tier's tags", func() {
				args.Tiers["isolated"] = network.Tier{Karpenter: "shop", Tags: pulumi.StringMap{"data": pulumi.String("secret")}}
			},
				steps(each("update", "isolated", []string{zone}, subnetType, tableType), []string{"update " + aclType + " main-isolated"})},
			{"a smaller tier in the secondary CIDR block", func() {
				args.Tiers["pods"] = network.Tier{Slot: 4, Block: "pods", Size: "/20"}
			}, each("replace", "pods", []string{zone}, subnetType, tableOf, aclOf)},
		} {
			c.change()
			life.Change(c.reason, c.want...)
		}
		life.Destroy()
	})
}

func TestNetworksInTwoRegions(t *testing.T) {
	t.Parallel()
	a := cloudtest.Simulated(t)
	life := a.Life(t, "regions", func(ctx *pulumi.Context) error {
		for name, region := range map[string]string{"main": "eu-west-1", "other": "us-east-1"} {
			p, err := a.Provider(ctx, name, region)
			if err != nil {
				return err
			}
			args := secure()
			args.NAT = "single"
			if _, err := network.NewSecureVPC(ctx, name, args, pulumi.Provider(p)); err != nil {
				return err
			}
		}
		return nil
	})
	life.Up()
	count := map[string]int{}
	for _, object := range a.Objects(t) {
		if strings.HasPrefix(object, subnetType) {
			count[strings.Split(object, " ")[1]]++
		}
	}
	require.Len(t, count, 2)
	for place, n := range count {
		require.Equal(t, 9, n, place)
	}
	life.Destroy()
}
