package ec2

import (
	"net/netip"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/ashlar-iac/ashlar/core/config"
)

// Protocol is the protocol of a [Rule].
type Protocol string

// The protocols. ICMP is for IPv4, ICMPv6 for IPv6; all includes every protocol and port.
const (
	ProtocolTCP    Protocol = "tcp"
	ProtocolUDP    Protocol = "udp"
	ProtocolICMP   Protocol = "icmp"
	ProtocolICMPv6 Protocol = "icmpv6"
	ProtocolAll    Protocol = "all"
)

// Rule allows traffic between the members of a security group and peers: the source of ingress and the destination of
// egress.
//
// Each peer is a separate rule in AWS, named after protocol, port and address: changing one of them creates the new
// rule before the old one is deleted, other changes update it. Rules for security groups and prefix lists are also
// named after the rule, and AWS rejects the new one while the old one exists: renaming such a rule takes two updates.
type Rule struct {
	// Description is the description of the rule. Default: its name.
	Description string `pulumi:"description,optional"`
	// Protocol is the protocol: icmp is for IPv4, icmpv6 for IPv6, and all includes every protocol and port.
	Protocol Protocol `pulumi:"protocol,optional" jsonschema:"enum=tcp,enum=udp,enum=icmp,enum=icmpv6,enum=all,default=tcp"`
	// Port is the destination port. Required for tcp and udp.
	Port *int `pulumi:"port,optional" jsonschema:"minimum=0,maximum=65535"`
	// ToPort is the last port of a range that starts at port. Default: port.
	ToPort *int `pulumi:"toPort,optional" jsonschema:"minimum=0,maximum=65535"`
	// CIDRs are the address ranges of the peers, IPv4 or IPv6. They are part of resource names, so they cannot be
	// outputs. Default: none.
	CIDRs []string `pulumi:"cidrs,optional"`
	// SecurityGroupID is the security group of the peers. Default: none.
	SecurityGroupID pulumi.StringInput `pulumi:"securityGroupId,optional"`
	// PrefixListID is a prefix list with the addresses of the peers, such as that of S3 in the region. Default: none.
	PrefixListID pulumi.StringInput `pulumi:"prefixListId,optional"`
	// Self allows traffic between the members of the group. Default: false.
	Self bool `pulumi:"self,optional"`
	// AllowPublic allows ingress from ranges that are larger than any private network, such as 0.0.0.0/0. Default:
	// false.
	AllowPublic bool `pulumi:"allowPublic,optional"`
}

// description matches valid descriptions. Source: "IpRange", Amazon EC2 API Reference.
var description = regexp.MustCompile(`^[a-zA-Z0-9 ._:/()#,@\[\]+=&;{}!$*-]{0,255}$`)

var _ config.Validator = (*Rule)(nil)

// Validate implements config.Validator.
func (r *Rule) Validate(report *config.Report) {
	if !description.MatchString(r.Description) {
		report.Add([]string{"description"}, "invalid: use up to 255 letters, digits, spaces and ._:/()#,@[]+=&;{}!$*-")
	}
	r.checkPorts(report)
	if len(r.CIDRs) == 0 && r.SecurityGroupID == nil && r.PrefixListID == nil && !r.Self {
		report.Add(nil, "no peers: add cidrs, securityGroupId, prefixListId or self")
	}
	seen := map[netip.Prefix]bool{}
	for i, text := range r.CIDRs {
		at := []string{"cidrs", strconv.Itoa(i)}
		prefix, err := netip.ParsePrefix(text)
		switch {
		case err != nil:
			report.Add(at, "found %q: use a CIDR block, such as 10.0.0.0/16", text)
		case prefix != prefix.Masked():
			report.Add(at, "%s has host bits set: use %s", text, prefix.Masked())
		case prefix.String() != text:
			report.Add(at, "%s is not in canonical form: use %s", text, prefix)
		case seen[prefix]:
			report.Add(at, "duplicate CIDR block %s: remove it", text)
		case r.Protocol == ProtocolICMP && prefix.Addr().Is6():
			report.Add(at, "%s is IPv6: use a separate rule with the protocol icmpv6", text)
		case r.Protocol == ProtocolICMPv6 && prefix.Addr().Is4():
			report.Add(at, "%s is IPv4: use a separate rule with the protocol icmp", text)
		}
		seen[prefix] = true
	}
}

func (r *Rule) checkPorts(report *config.Report) {
	hasPorts := r.Protocol == ProtocolTCP || r.Protocol == ProtocolUDP
	switch {
	case !hasPorts && (r.Port != nil || r.ToPort != nil):
		report.Add([]string{"port"}, "%s has no ports: leave it unset", r.Protocol)
	case hasPorts && r.Port == nil:
		report.Add([]string{"port"},
			"required for %s, but missing: use a port, or port 0 and toPort 65535 for all ports", r.Protocol)
	case r.Port != nil && r.ToPort != nil && *r.ToPort < *r.Port:
		report.Add([]string{"toPort"}, "%d is less than port: use at least %d", *r.ToPort, *r.Port)
	}
}

// isPublic reports whether the rule includes the internet.
func (r *Rule) isPublic() bool {
	return slices.ContainsFunc(r.CIDRs, func(text string) bool {
		prefix, err := netip.ParsePrefix(text)
		return err == nil && public(prefix)
	})
}

// public reports whether a range is larger than any private range, which are 10.0.0.0/8 and fc00::/7: two halves of the
// internet count as public, too.
func public(p netip.Prefix) bool {
	if p.Addr().Is4() {
		return p.Bits() < 8
	}
	return p.Bits() < 7
}

// permission is a rule for a single peer.
type permission struct {
	// name is the suffix of the resource name.
	name                          string
	protocol                      pulumi.StringInput
	description                   pulumi.StringPtrInput
	from, to                      pulumi.IntPtrInput
	ipv4, ipv6, prefixList, group pulumi.StringPtrInput
}

// ports returns the protocol and ports of a rule as a part of names.
func (r *Rule) ports() string {
	out := string(r.Protocol)
	if r.Port != nil {
		out += "-" + strconv.Itoa(*r.Port)
	}
	if r.ToPort != nil && (r.Port == nil || *r.ToPort != *r.Port) {
		out += "-" + strconv.Itoa(*r.ToPort)
	}
	return out
}

// permissions returns a permission for each peer, in a stable order. self is the ID of the group.
func (r *Rule) permissions(name string, self pulumi.StringInput) []permission {
	base := permission{protocol: pulumi.String(r.Protocol), description: pulumi.String(r.Description)}
	if r.Description == "" {
		base.description = pulumi.String(name)
	}
	switch r.Protocol {
	case ProtocolAll:
		base.protocol = pulumi.String("-1")
	case ProtocolICMP, ProtocolICMPv6:
		// Every type and code.
		base.from, base.to = pulumi.Int(-1), pulumi.Int(-1)
	default:
		base.from, base.to = pulumi.IntPtrFromPtr(r.Port), pulumi.IntPtrFromPtr(r.Port)
		if r.ToPort != nil {
			base.to = pulumi.IntPtrFromPtr(r.ToPort)
		}
	}
	var out []permission
	add := func(peer string, set func(*permission)) {
		p := base
		p.name = r.ports() + "-" + peer
		set(&p)
		out = append(out, p)
	}
	for _, cidr := range r.CIDRs {
		add(rangeName(cidr), func(p *permission) {
			if strings.Contains(cidr, ":") {
				p.ipv6 = pulumi.String(cidr)
			} else {
				p.ipv4 = pulumi.String(cidr)
			}
		})
	}
	if r.SecurityGroupID != nil {
		add("group-"+name, func(p *permission) { p.group = optional(r.SecurityGroupID) })
	}
	if r.PrefixListID != nil {
		add("prefix-list-"+name, func(p *permission) { p.prefixList = optional(r.PrefixListID) })
	}
	if r.Self {
		add("self", func(p *permission) { p.group = optional(self) })
	}
	return out
}

// optional returns a value for an optional input, nil where it is nil.
func optional(in pulumi.StringInput) pulumi.StringPtrInput {
	if in == nil {
		return nil
	}
	return in.ToStringOutput().ToStringPtrOutput()
}

// rangeName returns the name of a range as a part of resource names, in which two colons would end a part of the URN.
func rangeName(cidr string) string {
	switch cidr {
	case "0.0.0.0/0":
		return "ipv4"
	case "::/0":
		return "ipv6"
	}
	return strings.NewReplacer("/", "-", ":", "-").Replace(cidr)
}

// checkDuplicates reports permissions that two rules have in common, which AWS rejects with
// InvalidPermission.Duplicate.
func checkDuplicates(report *config.Report, direction string, rules config.Named[Rule]) {
	first := map[string]string{}
	for _, name := range rules.Names() {
		r := rules[name]
		check := func(key, peer string, at ...string) {
			id := r.ports() + " " + peer
			if other, taken := first[id]; taken && other != name {
				report.Add(slices.Concat([]string{direction, name, key}, at),
					"duplicate of the rule %q: remove one of them", other)
				return
			}
			first[id] = name
		}
		for i, cidr := range r.CIDRs {
			check("cidrs", cidr, strconv.Itoa(i))
		}
		for key, in := range map[string]pulumi.StringInput{
			"securityGroupId": r.SecurityGroupID, "prefixListId": r.PrefixListID,
		} {
			if id, known := in.(pulumi.String); known {
				check(key, string(id))
			}
		}
		if r.Self {
			check("self", "self")
		}
	}
}
