package network

import (
	"net/netip"

	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/ec2"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
)

// entry is a rule of a network ACL, for one CIDR block.
type entry struct {
	number     int
	action     ACLAction
	protocol   ACLProtocol
	from, to   int
	icmpType   int
	ipv4, ipv6 pulumi.StringInput
}

// protocolNumbers returns the numbers of protocols, which the provider stores. Source: "Protocol Numbers", IANA.
func protocolNumbers() map[ACLProtocol]string {
	return map[ACLProtocol]string{ACLTCP: "6", ACLUDP: "17", ACLICMP: "1", ACLICMPv6: "58", ACLAll: "-1"}
}

// ICMP types of path MTU discovery.
const (
	icmpUnreachable = 3
	icmpv6TooBig    = 2
)

// entries are rules in one direction.
type entries struct {
	ipv6 bool
	list []entry
}

// anywhere allows a protocol from or to any address: over IPv4 at a number, over IPv6 at the next one.
func (e *entries) anywhere(number int, protocol ACLProtocol, from, to int) {
	rule := entry{number: number, action: ACLAllow, protocol: protocol, from: from, to: to, ipv4: pulumi.String(anywhere)}
	e.list = append(e.list, rule)
	if e.ipv6 {
		rule.number, rule.ipv4, rule.ipv6 = number+1, nil, pulumi.String(anywhereIPv6)
		e.list = append(e.list, rule)
	}
}

// returnTraffic allows return traffic to the ephemeral ports of clients and NAT gateways, and path MTU discovery. It
// omits the port of RDP, so that RDP is not accessible from the internet: one in 64,000 connections through a NAT
// gateway is retried because of that.
func (e *entries) returnTraffic() {
	for i, protocol := range []ACLProtocol{ACLTCP, ACLUDP} {
		e.anywhere(300+10*i, protocol, 1024, 3388)
		e.anywhere(302+10*i, protocol, 3390, 65535)
	}
	e.list = append(e.list, entry{
		number: 340, action: ACLAllow, protocol: ACLICMP, icmpType: icmpUnreachable, ipv4: pulumi.String(anywhere),
	})
	if e.ipv6 {
		e.list = append(e.list, entry{
			number: 341, action: ACLAllow, protocol: ACLICMPv6, icmpType: icmpv6TooBig, ipv6: pulumi.String(anywhereIPv6),
		})
	}
}

// aclContext is what the rules depend on, in addition to the tier.
type aclContext struct {
	ipv4             []pulumi.StringInput // the CIDR blocks of the VPC, the primary one first
	ipv6             pulumi.StringInput   // nil without IPv6
	gatewayEndpoints bool                 // whether the network has gateway endpoints
}

// local allows all traffic between the tier, the VPC and the destinations of the routes of the tier.
func (e *entries) local(c aclContext, t tier) {
	all := func(number int, ipv4, ipv6 pulumi.StringInput) {
		e.list = append(e.list, entry{number: number, action: ACLAllow, protocol: ACLAll, ipv4: ipv4, ipv6: ipv6})
	}
	for i, block := range c.ipv4 {
		all(100+i, block, nil)
	}
	if e.ipv6 {
		all(109, nil, c.ipv6)
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

// kindRules returns the rules that a tier has because of its kind.
func (t tier) kindRules(c aclContext) (ingress, egress []entry) {
	in, out := &entries{ipv6: c.ipv6 != nil}, &entries{ipv6: c.ipv6 != nil}
	if !enabled(t.ACL.Enabled) {
		in.anywhere(100, ACLAll, 0, 0)
		out.anywhere(100, ACLAll, 0, 0)
		return in.list, out.list
	}
	in.local(c, t)
	if t.Kind == TierIsolated {
		out.local(c, t)
		if c.gatewayEndpoints && enabled(t.GatewayEndpoints) {
			// Network ACLs do not support prefix lists. The tier has no other route to the internet.
			out.list = append(out.list, entry{
				number: 200, action: ACLAllow, protocol: ACLTCP, from: 443, to: 443, ipv4: pulumi.String(anywhere),
			})
			answers := &entries{}
			answers.anywhere(300, ACLTCP, 1024, 3388)
			answers.anywhere(302, ACLTCP, 3390, 65535)
			in.list = append(in.list, answers.list...)
		}
		return in.list, out.list
	}
	if t.Kind == TierPublic {
		for i, port := range t.ACL.internetPorts() {
			in.anywhere(200+2*i, ACLTCP, port, port)
		}
	}
	in.returnTraffic()
	out.anywhere(100, ACLAll, 0, 0)
	return in.list, out.list
}

// internetPorts returns the ports of a public tier that are accessible from the internet.
func (a *ACL) internetPorts() []int {
	switch {
	case !enabled(a.InternetIngress):
		return nil
	case len(a.InternetPorts) == 0:
		return []int{80, 443}
	}
	return a.InternetPorts
}

// entry returns the rule with its defaults.
func (r *ACLRule) entry() entry {
	out := entry{number: r.Number, action: r.Action, protocol: r.Protocol, icmpType: -1}
	if r.hasPorts() {
		out.from, out.to = r.ports()
	}
	if prefix, err := netip.ParsePrefix(r.CIDR); err == nil && prefix.Addr().Is6() {
		out.ipv6 = pulumi.String(prefix.String())
	} else {
		out.ipv4 = pulumi.String(r.CIDR)
	}
	return out
}

// aclRules returns all rules of the network ACL of a tier.
func (t tier) aclRules(c aclContext) (ingress, egress []entry) {
	ingress, egress = t.kindRules(c)
	for _, name := range t.ACL.Rules.Names() {
		rule := t.ACL.Rules[name]
		if rule.egress() {
			egress = append(egress, rule.entry())
		} else {
			ingress = append(ingress, rule.entry())
		}
	}
	return ingress, egress
}

// inputs returns the rule for the provider. Rules for egress have the same fields.
func (e entry) inputs() ec2.NetworkAclIngressArgs {
	out := ec2.NetworkAclIngressArgs{
		RuleNo: pulumi.Int(e.number), Action: pulumi.String(e.action), Protocol: pulumi.String(protocolNumbers()[e.protocol]),
		FromPort: pulumi.Int(e.from), ToPort: pulumi.Int(e.to), CidrBlock: optional(e.ipv4), Ipv6CidrBlock: optional(e.ipv6),
	}
	if e.protocol == ACLICMP || e.protocol == ACLICMPv6 {
		out.IcmpType, out.IcmpCode = pulumi.Int(e.icmpType), pulumi.Int(-1)
	}
	return out
}

// createACLs creates the network ACL of each tier and associates it with the subnets of the tier.
func (b *builder) createACLs() error {
	acls := map[string]*ec2.NetworkAcl{}
	c := aclContext{gatewayEndpoints: len(b.args.Endpoints.gateways()) > 0}
	for _, block := range b.cidrs() {
		c.ipv4 = append(c.ipv4, block)
	}
	if b.args.IPv6 {
		c.ipv6 = b.network.IPv6CIDR.Elem()
	}
	for _, t := range b.tiers {
		name := b.name + "-" + t.name
		ingress, egress := t.aclRules(c)
		var in ec2.NetworkAclIngressArray
		for _, e := range ingress {
			in = append(in, e.inputs())
		}
		var out ec2.NetworkAclEgressArray
		for _, e := range egress {
			out = append(out, ec2.NetworkAclEgressArgs(e.inputs()))
		}
		acl, err := ec2.NewNetworkAcl(b.ctx, name, &ec2.NetworkAclArgs{
			VpcId: b.network.ID, Ingress: in, Egress: out, Tags: b.tags(name, t.Tags),
		}, b.vpc.Child())
		if err != nil {
			return err
		}
		acls[t.name] = acl
	}
	var associations []pulumi.Resource
	for _, s := range b.subnets {
		association, err := ec2.NewNetworkAclAssociation(b.ctx, s.name, &ec2.NetworkAclAssociationArgs{
			NetworkAclId: acls[s.tier.name].ID(), SubnetId: s.resource.ID(),
		}, b.vpc.Child())
		if err != nil {
			return err
		}
		associations = append(associations, association)
	}
	return b.lockDefaults(associations)
}

// lockDefaults removes all rules of the default network ACL and all routes of the default route table, once the subnets
// have their own network ACL.
func (b *builder) lockDefaults(after []pulumi.Resource) error {
	if !*b.args.LockDefaults {
		return nil
	}
	name := b.name + "-default"
	_, err := ec2.NewDefaultNetworkAcl(b.ctx, name, &ec2.DefaultNetworkAclArgs{
		DefaultNetworkAclId: b.network.DefaultNetworkACLID, Tags: b.tags(name),
		// Other subnets of the VPC, and subnets before their association, are no drift.
	}, b.vpc.Child(pulumi.DependsOn(after), pulumi.IgnoreChanges([]string{"subnetIds"})))
	if err != nil {
		return err
	}
	_, err = ec2.NewDefaultRouteTable(b.ctx, name, &ec2.DefaultRouteTableArgs{
		DefaultRouteTableId: b.network.DefaultRouteTableID, Routes: ec2.DefaultRouteTableRouteArray{}, Tags: b.tags(name),
	}, b.vpc.Child())
	return err
}
