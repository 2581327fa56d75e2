package network

import (
	"net/netip"

	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/ec2"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
)

// entry is a rule of a network ACL. The provider keeps protocols as numbers.
type entry struct {
	number           int
	action, protocol string
	from, to         int
	icmpType         int
	four, six        pulumi.StringInput
}

// protocols returns the numbers of protocols. Source: "Protocol Numbers", IANA.
func protocols() map[string]string {
	return map[string]string{"tcp": "6", "udp": "17", "icmp": "1", "icmpv6": "58", "all": "-1"}
}

// unreachable and tooBig are the messages that hosts learn the size of packets from.
const (
	unreachable = 3 // ICMP
	tooBig      = 2 // ICMPv6
)

// rules are those of one direction. six tells that there is IPv6.
type rules struct {
	six     bool
	entries []entry
}

// both adds a rule for a protocol from or to anywhere: for IPv4 at the number, for IPv6 at the next one.
func (r *rules) both(number int, protocol string, from, to int) {
	one := entry{number: number, action: allow, protocol: protocol, from: from, to: to, four: pulumi.String(anywhere)}
	r.entries = append(r.entries, one)
	if r.six {
		one.number, one.four, one.six = number+1, nil, pulumi.String(anywhereIPv6)
		r.entries = append(r.entries, one)
	}
}

// answers adds what lets answers in: to ports that clients and NAT gateways ask from, and messages about the size of packets. RDP's port is left
// out, so that nobody can ask there either; of all the connections of a NAT gateway, one in 64,000 is made anew because of it.
func (r *rules) answers() {
	for i, protocol := range []string{"tcp", "udp"} {
		r.both(300+10*i, protocol, 1024, 3388)
		r.both(302+10*i, protocol, 3390, 65535)
	}
	r.entries = append(r.entries, entry{number: 340, action: allow, protocol: "icmp", icmpType: unreachable, four: pulumi.String(anywhere)})
	if r.six {
		r.entries = append(r.entries, entry{number: 341, action: allow, protocol: "icmpv6", icmpType: tooBig, six: pulumi.String(anywhereIPv6)})
	}
}

// surroundings are what the rules of all tiers depend on.
type surroundings struct {
	four     []pulumi.StringInput // the VPC's blocks, the first one first
	six      pulumi.StringInput   // Nil without IPv6.
	gateways bool                 // whether there are gateway endpoints
}

// among adds what passes between the tier, its VPC and the destinations of its routes.
func (r *rules) among(around surroundings, t tier) {
	all := func(number int, four, six pulumi.StringInput) {
		r.entries = append(r.entries, entry{number: number, action: allow, protocol: "all", four: four, six: six})
	}
	for i, block := range around.four {
		all(100+i, block, nil)
	}
	if r.six {
		all(109, nil, around.six)
	}
	number := 400
	for _, name := range t.Routes.Names() {
		prefix, err := netip.ParsePrefix(t.Routes[name].Destination)
		switch {
		case err != nil || prefix.Bits() == 0:
			continue
		case prefix.Addr().Is4():
			all(number, pulumi.String(prefix.String()), nil)
		default:
			all(number, nil, pulumi.String(prefix.String()))
		}
		number++
	}
}

// baseline returns the rules that a tier has by its kind.
func (t tier) baseline(around surroundings) (in, out []entry) {
	into, from := &rules{six: around.six != nil}, &rules{six: around.six != nil}
	if !on(t.ACL.Enabled) {
		into.both(100, "all", 0, 0)
		from.both(100, "all", 0, 0)
		return into.entries, from.entries
	}
	into.among(around, t)
	from.among(around, t)
	if t.Kind == isolated {
		if around.gateways && on(t.GatewayEndpoints) {
			// Network ACLs know no prefix lists. There is no other way out of the tier.
			from.entries = append(from.entries, entry{number: 200, action: allow, protocol: "tcp", from: 443, to: 443, four: pulumi.String(anywhere)})
			answers := &rules{}
			answers.both(300, "tcp", 1024, 3388)
			answers.both(302, "tcp", 3390, 65535)
			into.entries = append(into.entries, answers.entries...)
		}
		return into.entries, from.entries
	}
	if t.Kind == public {
		for i, port := range t.internetPorts() {
			into.both(200+2*i, "tcp", port, port)
		}
	}
	into.answers()
	wide := &rules{six: into.six}
	wide.both(100, "all", 0, 0)
	return into.entries, wide.entries
}

func (t *Tier) internetPorts() []int {
	if t.ACL.InternetPorts == nil {
		return []int{80, 443}
	}
	return t.ACL.InternetPorts
}

// entry returns the rule as one of those that tiers get by their kind.
func (r *ACLRule) entry() entry {
	out := entry{number: *r.Number, action: r.Action, protocol: r.Protocol, icmpType: -1}
	if r.Protocol == "tcp" || r.Protocol == "udp" {
		out.from, out.to = r.ports()
	}
	if prefix, err := netip.ParsePrefix(r.CIDR); err == nil && prefix.Addr().Is6() {
		out.six = pulumi.String(prefix.String())
	} else {
		out.four = pulumi.String(r.CIDR)
	}
	return out
}

// entries returns all rules of a tier's network ACL.
func (t tier) entries(around surroundings) (in, out []entry) {
	in, out = t.baseline(around)
	for _, name := range t.ACL.Rules.Names() {
		rule := t.ACL.Rules[name]
		if rule.Direction == egress {
			out = append(out, rule.entry())
		} else {
			in = append(in, rule.entry())
		}
	}
	return in, out
}

func (e entry) ingress() ec2.NetworkAclIngressArgs {
	out := ec2.NetworkAclIngressArgs{
		RuleNo: pulumi.Int(e.number), Action: pulumi.String(e.action), Protocol: pulumi.String(protocols()[e.protocol]),
		FromPort: pulumi.Int(e.from), ToPort: pulumi.Int(e.to), CidrBlock: optional(e.four), Ipv6CidrBlock: optional(e.six),
	}
	if e.protocol == "icmp" || e.protocol == "icmpv6" {
		out.IcmpType, out.IcmpCode = pulumi.Int(e.icmpType), pulumi.Int(-1)
	}
	return out
}

// makeACLs makes the network ACL of every tier and puts its subnets behind it.
func (b *builder) makeACLs() error {
	made := map[string]*ec2.NetworkAcl{}
	around := surroundings{gateways: len(b.args.Endpoints.gateways()) > 0}
	for _, block := range b.cidrs() {
		around.four = append(around.four, block)
	}
	if b.args.IPv6 {
		around.six = b.network.IPv6CIDR
	}
	for _, t := range b.tiers {
		name := b.name + "-" + t.name
		args := &ec2.NetworkAclArgs{VpcId: b.network.ID, Tags: b.tags(name, t.Tags)}
		in, out := t.entries(around)
		var ingress ec2.NetworkAclIngressArray
		for _, e := range in {
			ingress = append(ingress, e.ingress())
		}
		var egress ec2.NetworkAclEgressArray
		for _, e := range out {
			egress = append(egress, ec2.NetworkAclEgressArgs(e.ingress()))
		}
		args.Ingress, args.Egress = ingress, egress
		acl, err := ec2.NewNetworkAcl(b.ctx, name, args, b.vpc.Child())
		if err != nil {
			return err
		}
		made[t.name] = acl
	}
	var behind []pulumi.Resource
	for _, s := range b.subnets {
		association, err := ec2.NewNetworkAclAssociation(b.ctx, s.name, &ec2.NetworkAclAssociationArgs{
			NetworkAclId: made[s.tier.name].ID(), SubnetId: s.made.ID(),
		}, b.vpc.Child())
		if err != nil {
			return err
		}
		behind = append(behind, association)
	}
	return b.lockDefaults(behind)
}

// lockDefaults empties what subnets get which have nothing of their own: once those that there are have it.
func (b *builder) lockDefaults(after []pulumi.Resource) error {
	if !*b.args.LockDefaults {
		return nil
	}
	name := b.name + "-default"
	_, err := ec2.NewDefaultNetworkAcl(b.ctx, name, &ec2.DefaultNetworkAclArgs{
		DefaultNetworkAclId: b.network.DefaultNetworkACLID, Tags: b.tags(name),
		// Subnets that are made by others, or are about to move to their own ACL, are no drift.
	}, b.vpc.Child(pulumi.DependsOn(after), pulumi.IgnoreChanges([]string{"subnetIds"})))
	if err != nil {
		return err
	}
	_, err = ec2.NewDefaultRouteTable(b.ctx, name, &ec2.DefaultRouteTableArgs{
		DefaultRouteTableId: b.network.DefaultRouteTableID, Routes: ec2.DefaultRouteTableRouteArray{}, Tags: b.tags(name),
	}, b.vpc.Child())
	return err
}
