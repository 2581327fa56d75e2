package network

import (
	"net/netip"

	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/ec2"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
)

// subnet is a subnet with its own route table. A table of its own lets what the other subnets have alone when a zone is added, when traffic is to
// stay in its zone, and when the tier becomes one of another kind; AWS charges nothing for it.
type subnet struct {
	place

	name, zone string
	cidr       pulumi.StringOutput
	made       *ec2.Subnet
	table      *ec2.RouteTable
}

// makeSubnets makes the subnets of all tiers, in the order of their slots.
func (b *builder) makeSubnets(zones map[int]zone) error {
	places, _ := b.args.places() // They have been checked.
	for _, p := range places {
		zone, ok := zones[p.pin.slot]
		if !ok {
			continue // The region has fewer than asked for by default.
		}
		s := &subnet{place: p, zone: zone.name, name: b.name + "-" + p.tier.name + "-" + zone.name}
		if err := b.makeSubnet(s); err != nil {
			return err
		}
		b.subnets = append(b.subnets, s)
	}
	return nil
}

func (b *builder) makeSubnet(s *subnet) error {
	args := &ec2.SubnetArgs{
		VpcId:               b.network.ID,
		AvailabilityZone:    pulumi.String(s.zone),
		MapPublicIpOnLaunch: pulumi.Bool(s.tier.PublicAddresses),
		Tags:                b.tags(s.name, b.args.subnetTags(s.tier, b.tiers)),
	}
	s.cidr = b.blockOf(s)
	args.CidrBlock = s.cidr.ToStringPtrOutput()
	if s.six.IsValid() {
		args.Ipv6CidrBlock = within(b.network.IPv6CIDR, s.six, frameIPv6()).ToStringPtrOutput()
		// All addresses of IPv6 are public ones: in a public tier the internet reaches them.
		args.AssignIpv6AddressOnCreation = pulumi.Bool(s.tier.Kind != public || s.tier.PublicAddresses)
	}
	var after []pulumi.Resource
	if association, ok := b.network.associations[s.tier.Block]; ok {
		after = append(after, association)
	}
	// What replaces a subnet has its addresses as a rule, which AWS does not give twice.
	made, err := ec2.NewSubnet(b.ctx, s.name, args, b.vpc.Child(pulumi.DependsOn(after), pulumi.DeleteBeforeReplace(true)))
	if err != nil {
		return err
	}
	table, err := ec2.NewRouteTable(b.ctx, s.name, &ec2.RouteTableArgs{VpcId: b.network.ID, Tags: b.tags(s.name, s.tier.Tags)}, b.vpc.Child())
	if err != nil {
		return err
	}
	s.made, s.table = made, table
	_, err = ec2.NewRouteTableAssociation(b.ctx, s.name, &ec2.RouteTableAssociationArgs{
		SubnetId: made.ID().ToStringPtrOutput(), RouteTableId: table.ID(),
	}, b.vpc.Child())
	return err
}

// blockOf returns the block of a subnet: the one that is planned, or the one that is the same in what a pool gave.
func (b *builder) blockOf(s *subnet) pulumi.StringOutput {
	of, outer := b.args.Block, b.network.CIDR
	if s.tier.Block != "" {
		of, outer = b.args.SecondaryCIDRs[s.tier.Block], b.network.associations[s.tier.Block].CidrBlock
	}
	if _, written := of.prefix(); written {
		return pulumi.String(s.four.String()).ToStringOutput()
	}
	frame, _ := of.frame()
	return within(outer, s.four, frame)
}

// within returns the block that is to outer what block is to frame.
func within(outer pulumi.StringOutput, block, frame netip.Prefix) pulumi.StringOutput {
	return outer.ApplyT(func(text string) (string, error) {
		prefix, err := netip.ParsePrefix(text)
		if err != nil {
			return "", err
		}
		out, err := moved(block, frame, prefix)
		return out.String(), err
	}).(pulumi.StringOutput)
}
