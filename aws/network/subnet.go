package network

import (
	"net/netip"

	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/ec2"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
)

// subnet is a subnet with its own route table. With a table for each subnet, a new zone, traffic within a zone and
// another kind of tier change routes only, and no associations. AWS does not charge for route tables.
type subnet struct {
	plannedSubnet

	name, zone string
	cidr       pulumi.StringOutput
	resource   *ec2.Subnet
	table      *ec2.RouteTable
}

// createSubnets creates the planned subnets in the order of their slots.
func (b *builder) createSubnets(zones map[int]zone) error {
	for _, planned := range b.args.subnets {
		zone, ok := zones[planned.zone.slot]
		if !ok {
			continue // By default, a region with fewer zones has fewer subnets.
		}
		name := b.name + "-" + planned.tier.name + "-" + zone.name
		s := &subnet{plannedSubnet: planned, zone: zone.name, name: name}
		if err := b.createSubnet(s); err != nil {
			return err
		}
		b.subnets = append(b.subnets, s)
	}
	return nil
}

// subnetsOf returns the subnets of a tier.
func (b *builder) subnetsOf(tier string) []*subnet {
	var out []*subnet
	for _, s := range b.subnets {
		if s.tier.name == tier {
			out = append(out, s)
		}
	}
	return out
}

func (b *builder) createSubnet(s *subnet) error {
	args := &ec2.SubnetArgs{
		VpcId:               b.network.ID,
		AvailabilityZone:    pulumi.String(s.zone),
		MapPublicIpOnLaunch: pulumi.Bool(s.tier.PublicAddresses),
		Tags:                b.tags(s.name, b.args.subnetTags(s.tier, b.tiers)),
	}
	s.cidr = b.cidrOf(s)
	args.CidrBlock = s.cidr.ToStringPtrOutput()
	if s.ipv6.IsValid() {
		args.Ipv6CidrBlock = rebased(b.network.IPv6CIDR.Elem(), s.ipv6, frameIPv6()).ToStringPtrOutput()
		// All IPv6 addresses are public: in a public tier, they are accessible from the internet.
		args.AssignIpv6AddressOnCreation = pulumi.Bool(s.tier.Kind != TierPublic || s.tier.PublicAddresses)
	}
	var after []pulumi.Resource
	if association, ok := b.network.associations[s.tier.Block]; ok {
		after = append(after, association)
	}
	// The replacement of a subnet usually has the same addresses, which AWS does not assign twice.
	options := b.vpc.Child(pulumi.DependsOn(after), pulumi.DeleteBeforeReplace(true))
	var err error
	if s.resource, err = ec2.NewSubnet(b.ctx, s.name, args, options); err != nil {
		return err
	}
	s.table, err = ec2.NewRouteTable(b.ctx, s.name, &ec2.RouteTableArgs{
		VpcId: b.network.ID, Tags: b.tags(s.name, s.tier.Tags),
	}, b.vpc.Child())
	if err != nil {
		return err
	}
	_, err = ec2.NewRouteTableAssociation(b.ctx, s.name, &ec2.RouteTableAssociationArgs{
		SubnetId: s.resource.ID().ToStringPtrOutput(), RouteTableId: s.table.ID(),
	}, b.vpc.Child())
	return err
}

// cidrOf returns the CIDR block of a subnet: the planned one, or the one at the same position in what a pool assigned.
func (b *builder) cidrOf(s *subnet) pulumi.StringOutput {
	block, assigned := b.args.cidrBlock(s.tier.Block), b.network.CIDR
	if s.tier.Block != "" {
		assigned = b.network.associations[s.tier.Block].CidrBlock
	}
	if block.IPAM == nil {
		return pulumi.String(s.ipv4.String()).ToStringOutput()
	}
	frame, _ := block.frame()
	return rebased(assigned, s.ipv4, frame)
}

// rebased returns the subnet of a CIDR block at the position that subnet has in frame.
func rebased(block pulumi.StringOutput, subnet, frame netip.Prefix) pulumi.StringOutput {
	return block.ApplyT(func(text string) (string, error) {
		prefix, err := netip.ParsePrefix(text)
		if err != nil {
			return "", err
		}
		out, err := rebase(subnet, frame, prefix)
		return out.String(), err
	}).(pulumi.StringOutput)
}
