package network

import (
	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/ec2"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
)

// makeGateways makes the gateways that tiers use, and no others.
func (b *builder) makeGateways() error {
	var err error
	if first(b.tiers, public) != "" {
		b.internetGateway, err = ec2.NewInternetGateway(b.ctx, b.name, &ec2.InternetGatewayArgs{
			VpcId: b.network.ID.ToStringPtrOutput(), Tags: b.tags(b.name),
		}, b.vpc.Child())
		if err != nil {
			return err
		}
	}
	if b.args.IPv6 && b.anyGoesOut(true) {
		b.egressGateway, err = ec2.NewEgressOnlyInternetGateway(b.ctx, b.name, &ec2.EgressOnlyInternetGatewayArgs{
			VpcId: b.network.ID, Tags: b.tags(b.name),
		}, b.vpc.Child())
		if err != nil {
			return err
		}
	}
	addresses := pulumi.StringMap{}
	for _, s := range b.subnets {
		if !b.standsIn(s) {
			continue
		}
		gateway, err := b.makeNAT(s)
		if err != nil {
			return err
		}
		b.nat = append(b.nat, natGateway{gateway, s.zone})
		addresses[s.zone] = gateway.PublicIp
	}
	b.vpc.NATAddresses = addresses.ToStringMapOutput()
	return nil
}

type natGateway struct {
	*ec2.NatGateway

	zone string
}

// anyGoesOut reports whether a tier uses the gateways of private tiers.
func (b *builder) anyGoesOut(six bool) bool {
	for _, t := range b.tiers {
		if t.goesOut(six) {
			return true
		}
	}
	return false
}

// standsIn reports whether a NAT gateway stands in a subnet.
func (b *builder) standsIn(s *subnet) bool {
	return b.args.NAT != "none" && b.anyGoesOut(false) && s.tier.name == b.args.natTier() && (b.args.NAT != "single" || len(b.nat) == 0)
}

// natTier returns the tier that NAT gateways stand in.
func (s *SecureVPCSettings) natTier() string {
	if s.NATTier != "" {
		return s.NATTier
	}
	return first(s.liveTiers(), public)
}

// natFor returns the gateway that a zone uses.
func (b *builder) natFor(zone string) (natGateway, bool) {
	for _, g := range b.nat {
		if g.zone == zone || b.args.NAT == "single" {
			return g, true
		}
	}
	return natGateway{}, false
}

// makeNAT makes a NAT gateway in a subnet. AWS asks for the internet gateway to be there first.
func (b *builder) makeNAT(s *subnet) (*ec2.NatGateway, error) {
	name := b.name + "-nat-" + s.zone
	after := pulumi.DependsOn([]pulumi.Resource{b.internetGateway})
	allocation := optional(b.args.NATAllocations[s.zone])
	if allocation == nil {
		address, err := ec2.NewEip(b.ctx, name, &ec2.EipArgs{Domain: pulumi.String("vpc"), Tags: b.tags(name)}, b.vpc.Child(after))
		if err != nil {
			return nil, err
		}
		allocation = address.AllocationId.ToStringPtrOutput()
	}
	return ec2.NewNatGateway(b.ctx, name, &ec2.NatGatewayArgs{
		AllocationId: allocation, SubnetId: s.made.ID(), Tags: b.tags(name),
	}, b.vpc.Child(after))
}
