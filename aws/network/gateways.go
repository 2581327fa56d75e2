package network

import (
	"slices"

	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/ec2"
	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/ec2transitgateway"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
)

// createGateways creates the internet and NAT gateways that tiers use.
func (b *builder) createGateways() error {
	var err error
	if firstOf(b.tiers, TierPublic) != "" {
		b.internetGateway, err = ec2.NewInternetGateway(b.ctx, b.name, &ec2.InternetGatewayArgs{
			VpcId: b.network.ID.ToStringPtrOutput(), Tags: b.tags(b.name),
		}, b.vpc.Child())
		if err != nil {
			return err
		}
	}
	if b.args.IPv6 && usesEgress(b.tiers, true) {
		b.egressGateway, err = ec2.NewEgressOnlyInternetGateway(b.ctx, b.name, &ec2.EgressOnlyInternetGatewayArgs{
			VpcId: b.network.ID, Tags: b.tags(b.name),
		}, b.vpc.Child())
		if err != nil {
			return err
		}
	}
	addresses := pulumi.StringMap{}
	for _, s := range b.subnets {
		if !b.hasNAT(s) {
			continue
		}
		gateway, err := b.createNAT(s)
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

// usesEgress reports whether a tier uses NAT gateways or, for IPv6, the egress-only internet gateway.
func usesEgress(tiers []tier, ipv6 bool) bool {
	return slices.ContainsFunc(tiers, func(t tier) bool { return t.usesEgress(ipv6) })
}

// hasNAT reports whether a subnet gets a NAT gateway.
func (b *builder) hasNAT(s *subnet) bool {
	return b.args.NAT != NATNone && usesEgress(b.tiers, false) && s.tier.name == b.natTier() &&
		(b.args.NAT != NATSingle || len(b.nat) == 0)
}

// natTier returns the name of the tier of the NAT gateways.
func (b *builder) natTier() string {
	if b.args.NATTier != "" {
		return b.args.NATTier
	}
	return firstOf(b.tiers, TierPublic)
}

// natFor returns the NAT gateway for a zone.
func (b *builder) natFor(zone string) (natGateway, bool) {
	for _, g := range b.nat {
		if g.zone == zone || b.args.NAT == NATSingle {
			return g, true
		}
	}
	return natGateway{}, false
}

// createNAT creates a NAT gateway in a subnet. AWS requires the internet gateway first.
func (b *builder) createNAT(s *subnet) (*ec2.NatGateway, error) {
	name := b.name + "-nat-" + s.zone
	after := pulumi.DependsOn([]pulumi.Resource{b.internetGateway})
	allocation := optional(b.args.NATAllocations[s.zone])
	if allocation == nil {
		address, err := ec2.NewEip(b.ctx, name, &ec2.EipArgs{
			Domain: pulumi.String("vpc"), Tags: b.tags(name),
		}, b.vpc.Child(after))
		if err != nil {
			return nil, err
		}
		allocation = address.AllocationId.ToStringPtrOutput()
	}
	return ec2.NewNatGateway(b.ctx, name, &ec2.NatGatewayArgs{
		AllocationId: allocation, SubnetId: s.resource.ID(), Tags: b.tags(name),
	}, b.vpc.Child(after))
}

// attachTransitGateways attaches the VPC to transit gateways. Routes to them depend on the attachments.
func (b *builder) attachTransitGateways() error {
	ids := pulumi.StringMap{}
	for _, key := range b.args.TransitGateways.Names() {
		gateway := b.args.TransitGateways[key]
		name := b.name + "-" + key
		subnets, ipv6 := pulumi.StringArray{}, true
		for _, s := range b.subnetsOf(gateway.Tier) {
			subnets = append(subnets, s.resource.ID())
			ipv6 = ipv6 && s.ipv6.IsValid()
		}
		attachment, err := ec2transitgateway.NewVpcAttachment(b.ctx, name, &ec2transitgateway.VpcAttachmentArgs{
			TransitGatewayId:     gateway.ID,
			VpcId:                b.network.ID,
			SubnetIds:            subnets,
			ApplianceModeSupport: support(gateway.ApplianceMode),
			DnsSupport:           support(true),
			Ipv6Support:          support(ipv6),
			TransitGatewayDefaultRouteTableAssociation: pulumi.Bool(*gateway.Association),
			TransitGatewayDefaultRouteTablePropagation: pulumi.Bool(*gateway.Propagation),
			Tags: b.tags(name),
		}, b.vpc.Child())
		if err != nil {
			return err
		}
		b.attachments[key] = []pulumi.Resource{attachment}
		ids[key] = attachment.ID().ToStringOutput()
	}
	b.vpc.TransitGatewayAttachmentIDs = ids.ToStringMapOutput()
	return nil
}

func support(enabled bool) pulumi.String {
	if enabled {
		return "enable"
	}
	return "disable"
}
