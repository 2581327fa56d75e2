package network_test

import (
	"fmt"
	"testing"

	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/ec2"
	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/ec2transitgateway"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
	"github.com/stretchr/testify/require"

	"github.com/ashlar-iac/ashlar/aws/network"
	"github.com/ashlar-iac/ashlar/core/config"
	"github.com/ashlar-iac/ashlar/integration/cloudtest"
)

const attachmentType = "aws:ec2transitgateway/vpcAttachment:VpcAttachment"

// A pool assigns the CIDR block when the network is created.
func TestIPAMPools(t *testing.T) {
	t.Parallel()
	cloudtest.AWS(t, func(t *testing.T, a *cloudtest.Account) {
		args := secure()
		args.Zones, args.NAT, args.FlowLogs = 1, network.NATNone, noFlowLogs()
		life := a.Life(t, "pools", in(a, args, func(ctx *pulumi.Context, on pulumi.ResourceOption, given *network.SecureVPCArgs) error {
			pool, err := newPool(ctx, a.Region(), on)
			given.CIDR, given.IPAM = "", &network.IPAM{PoolID: pool, NetmaskLength: 20}
			given.SecondaryCIDRs = config.Named[network.CIDRBlock]{"more": {IPAM: &network.IPAM{PoolID: pool, NetmaskLength: 20}}}
			given.Tiers = config.Named[network.Tier]{"public": {}, "private": {}, "isolated": {}, "apps": {Slot: 4, Block: "more", Size: "/24"}}
			return err
		}))
		blocks := life.Up().Outputs["allocation"].Value.(map[string]any)
		zone := a.Region() + "a"
		require.Equal(t, "10.64.0.0/24", blocks["public"].(map[string]any)[zone])
		require.Equal(t, "10.64.16.0/24", blocks["apps"].(map[string]any)[zone])
		life.Destroy()
	})
}

// newPool returns the ID of a pool with a CIDR block.
func newPool(ctx *pulumi.Context, region string, on pulumi.ResourceOption) (pulumi.StringInput, error) {
	ipam, err := ec2.NewVpcIpam(ctx, "ipam", &ec2.VpcIpamArgs{
		OperatingRegions: ec2.VpcIpamOperatingRegionArray{&ec2.VpcIpamOperatingRegionArgs{RegionName: pulumi.String(region)}},
	}, on)
	if err != nil {
		return nil, err
	}
	pool, err := ec2.NewVpcIpamPool(ctx, "pool", &ec2.VpcIpamPoolArgs{
		AddressFamily: pulumi.String("ipv4"), IpamScopeId: ipam.PrivateDefaultScopeId, Locale: pulumi.String(region),
	}, on)
	if err != nil {
		return nil, err
	}
	block, err := ec2.NewVpcIpamPoolCidr(ctx, "pool", &ec2.VpcIpamPoolCidrArgs{IpamPoolId: pool.ID(), Cidr: pulumi.String("10.64.0.0/16")}, on)
	if err != nil {
		return nil, err
	}
	return block.IpamPoolId, nil
}

// Transit gateways, and existing addresses of NAT gateways.
func TestTransitGatewaysAndNATAllocations(t *testing.T) {
	t.Parallel()
	cloudtest.AWS(t, func(t *testing.T, a *cloudtest.Account) {
		args := secure()
		args.Zones, args.FlowLogs = 2, noFlowLogs()
		// change sets arguments with resources that the program creates before the network.
		var change func(given *network.SecureVPCArgs, hub, address pulumi.StringInput)
		life := a.Life(t, "ways", in(a, args, func(ctx *pulumi.Context, on pulumi.ResourceOption, given *network.SecureVPCArgs) error {
			hub, err := ec2transitgateway.NewTransitGateway(ctx, "hub", &ec2transitgateway.TransitGatewayArgs{}, on)
			if err != nil {
				return err
			}
			address, err := ec2.NewEip(ctx, "given", &ec2.EipArgs{Domain: pulumi.String("vpc")}, on)
			if err != nil {
				return err
			}
			if change != nil {
				change(given, hub.ID(), address.AllocationId)
			}
			return nil
		}))
		life.Up()
		zones := []string{a.Region() + "a", a.Region() + "b"}
		tiers := func(t network.Tier) config.Named[network.Tier] {
			return config.Named[network.Tier]{"public": {}, "private": {}, "isolated": t}
		}
		corp := config.Named[network.Route]{"corp": {Destination: "192.168.0.0/16", TransitGateway: "hub"}}
		change = func(given *network.SecureVPCArgs, hub, _ pulumi.StringInput) {
			given.TransitGateways = config.Named[network.TransitGateway]{"hub": {ID: hub, Tier: "isolated"}}
			given.Tiers = tiers(network.Tier{Routes: corp})
		}
		life.Change("a transit gateway", steps([]string{"create " + attachmentType + " main-hub", "update " + aclType + " main-isolated"},
			each("create", "isolated", []string{zones[0] + "-corp", zones[1] + "-corp"}, routeType))...)
		change = func(given *network.SecureVPCArgs, hub, _ pulumi.StringInput) {
			given.TransitGateways = config.Named[network.TransitGateway]{"hub": {ID: hub, Tier: "private", ApplianceMode: true}}
			given.Tiers = tiers(network.Tier{Routes: corp})
		}
		life.Change("another tier of the attachment", "update "+attachmentType+" main-hub")
		args.Zones = 3
		third := []string{a.Region() + "c"}
		life.Change("a third zone", steps([]string{"update " + attachmentType + " main-hub"}, gateways(),
			each("create", "public", third, parts()...), each("create", "private", third, parts()...), each("create", "isolated", third, parts()...),
			each("create", "nat", third, natType, addressType), each("create", "isolated", []string{third[0] + "-corp"}, routeType),
			each("create", "public", []string{third[0] + "-internet"}, routeType), each("create", "private", []string{third[0] + "-internet"}, routeType))...)

		change = func(given *network.SecureVPCArgs, hub, address pulumi.StringInput) {
			given.TransitGateways = config.Named[network.TransitGateway]{"hub": {ID: hub, Tier: "private", ApplianceMode: true}}
			given.Tiers = tiers(network.Tier{Routes: corp})
			given.NATAllocations = map[string]pulumi.StringInput{zones[0]: address}
		}
		life.Change("an existing address", "replace "+natType+" main-nat-"+zones[0], "delete "+addressType+" main-nat-"+zones[0],
			"update "+routeType+" main-private-"+zones[0]+"-internet")
		change = nil
		life.Change("neither of them", steps([]string{"delete " + attachmentType + " main-hub", "update " + aclType + " main-isolated",
			"replace " + natType + " main-nat-" + zones[0], "create " + addressType + " main-nat-" + zones[0],
			"update " + routeType + " main-private-" + zones[0] + "-internet"},
			each("delete", "isolated", []string{zones[0] + "-corp", zones[1] + "-corp", third[0] + "-corp"}, routeType))...)
		life.Destroy()
	})
}

// Arguments that AWS rejects are reported before any change.
func TestInvalidNetworks(t *testing.T) {
	t.Parallel()
	a := cloudtest.Simulated(t)
	valid := secure()
	valid.Zones, valid.NAT, valid.FlowLogs = 1, network.NATNone, noFlowLogs()
	args := *valid
	life := a.Life(t, "invalid", in(a, &args, nil))
	life.Up()
	before := a.Objects(t)
	peer := pulumi.String("pcx-0123456789abcdef0")
	tiers := func(name string, t network.Tier) config.Named[network.Tier] {
		out := config.Named[network.Tier]{"public": {}, "private": {}, "isolated": {}}
		out[name] = t
		return out
	}
	for _, tc := range []struct {
		refusal string
		change  func(*network.SecureVPCArgs)
		want    string
	}{
		{"InvalidVpc.Range", func(s *network.SecureVPCArgs) { s.CIDR = "10.0.0.0/15" }, "unsupported prefix length /15"},
		{"InvalidVpc.Range", func(s *network.SecureVPCArgs) {
			s.SecondaryCIDRs = config.Named[network.CIDRBlock]{"more": {CIDR: "172.16.0.0/16"}}
		},
			"AWS does not add CIDR blocks from 172.16.0.0/12 to a VPC"},
		{"InvalidSubnet.Conflict", func(s *network.SecureVPCArgs) {
			s.Zones, s.ZoneNames = 0, []string{a.Region() + "a"}
			s.Tiers = tiers("apps", network.Tier{Slot: 4, Blocks: map[string]string{a.Region() + "a": "10.0.0.0/24"}})
		}, "10.0.0.0/24"},
		{"InvalidSubnet.Range", func(s *network.SecureVPCArgs) {
			s.Zones, s.ZoneNames = 0, []string{a.Region() + "a"}
			s.Tiers = tiers("apps", network.Tier{Slot: 4, Blocks: map[string]string{a.Region() + "a": "10.1.0.0/24"}})
		}, "10.1.0.0/24"},
		{"InvalidSubnet.Range", func(s *network.SecureVPCArgs) { s.Tiers = tiers("apps", network.Tier{Slot: 4, Size: "/29"}) }, "use /28 or larger"},
		{"InvalidParameterValue", func(s *network.SecureVPCArgs) { s.Zones, s.ZoneNames = 0, []string{"us-east-1a"} }, `unknown zone "us-east-1a"`},
		{"Gateway.NotAttached", func(s *network.SecureVPCArgs) {
			s.NAT, s.Tiers = "single", config.Named[network.Tier]{"private": {Slot: 1}}
		},
			"NAT gateways need a public tier"},
		{"RouteAlreadyExists", func(s *network.SecureVPCArgs) {
			s.Tiers = tiers("private", network.Tier{Routes: config.Named[network.Route]{
				"a": {Destination: "192.168.0.0/16", PeeringID: peer}, "b": {Destination: "192.168.0.0/16", TransitGatewayID: pulumi.String("tgw-1")},
			}})
		}, "duplicate destination 192.168.0.0/16"},
		{"NetworkAclEntryAlreadyExists", func(s *network.SecureVPCArgs) {
			rule := network.ACLRule{Number: 10, Action: "deny", CIDR: "198.51.100.0/24"}
			s.Tiers = tiers("private", network.Tier{ACL: &network.ACL{Rules: config.Named[network.ACLRule]{"a": rule, "b": rule}}})
		}, "duplicate number 10, already used by rule a"},
		{"NetworkAclEntryLimitExceeded", func(s *network.SecureVPCArgs) {
			rules := config.Named[network.ACLRule]{}
			for i := range 20 {
				rules[fmt.Sprintf("r%d", i)] = network.ACLRule{Number: i + 1, Action: "deny", CIDR: "198.51.100.0/24"}
			}
			s.Tiers = tiers("public", network.Tier{ACL: &network.ACL{Rules: rules}})
		}, "the quota of the account is 20"},
		{"InvalidTransitGatewayID.NotFound", func(s *network.SecureVPCArgs) {
			s.Tiers = tiers("private", network.Tier{Routes: config.Named[network.Route]{"a": {Destination: "192.168.0.0/16", TransitGateway: "hub"}}})
		}, `unknown transit gateway "hub"`},
	} {
		args = *valid
		tc.change(&args)
		life.Refused(tc.want)
		require.Equal(t, before, a.Objects(t), tc.refusal)
	}
	args = *valid
	life.Destroy()
}
