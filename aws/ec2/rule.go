package ec2

import (
	"maps"
	"net/netip"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/ashlar-iac/ashlar/core/config"
)

// Rule admits traffic between the members of a security group and others. Each of the others is a rule of AWS's, known by protocol, port
// and address: changing one of these makes the new one before the old one goes, and changing the rest updates it. Rules for groups and
// prefix lists are known by the name of the rule too: AWS refuses the new one while the old one is there, so another name takes two runs.
type Rule struct {
	// Description says what the rule is for. Default: its name.
	Description string `pulumi:"description"`
	// Protocol is the protocol. icmp goes with IPv4 and icmpv6 with IPv6; all means every protocol and port.
	Protocol string `pulumi:"protocol" jsonschema:"enum=tcp,enum=udp,enum=icmp,enum=icmpv6,enum=all,default=tcp"`
	// Port is the port of those who are talked to. Required for tcp and udp.
	Port *int `pulumi:"port" jsonschema:"minimum=0,maximum=65535"`
	// ToPort is the last one of a range of ports. Default: port.
	ToPort *int `pulumi:"toPort" jsonschema:"minimum=0,maximum=65535"`
	// CIDRs are the ranges of addresses of the others, IPv4 or IPv6. They are known early, as they name the rules.
	CIDRs []string `pulumi:"cidrs"`
	// SecurityGroupID is the group of the others.
	SecurityGroupID pulumi.StringInput `pulumi:"securityGroupId"`
	// PrefixListID is a prefix list that names the others, such as that of S3 in the region.
	PrefixListID pulumi.StringInput `pulumi:"prefixListId"`
	// Self says that the others are the members of the group itself. Default: false.
	Self bool `pulumi:"self"`
}

// IngressRule is a [Rule] for those who talk to the members.
type IngressRule struct {
	Rule
	// AllowPublic admits ranges that are larger than any private network, such as 0.0.0.0/0. Default: false.
	AllowPublic bool `pulumi:"allowPublic"`
}

// description matches what AWS takes. Source: "IpRange", Amazon EC2 API Reference.
var description = regexp.MustCompile(`^[a-zA-Z0-9 ._:/()#,@\[\]+=&;{}!$*-]{0,255}$`)

var _ config.Validator = (*Rule)(nil)

// Validate implements config.Validator.
func (r *Rule) Validate(report *config.Report) {
	if !description.MatchString(r.Description) {
		report.Add([]string{"description"}, "expected up to 255 letters, digits, spaces and ._:/()#,@[]+=&;{}!$*-")
	}
	r.checkPorts(report)
	if len(r.CIDRs) == 0 && r.SecurityGroupID == nil && r.PrefixListID == nil && !r.Self {
		report.Add(nil, "nobody is named: add cidrs, securityGroupId, prefixListId or self")
	}
	seen := map[netip.Prefix]bool{}
	for i, text := range r.CIDRs {
		at := []string{"cidrs", strconv.Itoa(i)}
		prefix, err := netip.ParsePrefix(text)
		switch {
		case err != nil:
			report.Add(at, "found %q, expected a range of addresses, such as 10.0.0.0/16", text)
		case prefix != prefix.Masked():
			report.Add(at, "the range of %s starts at %s: write that", text, prefix.Masked())
		case prefix.String() != text:
			report.Add(at, "found %q, AWS writes it %s: write that", text, prefix)
		case seen[prefix]:
			report.Add(at, "%s is there already", text)
		case r.Protocol == "icmp" && prefix.Addr().Is6():
			report.Add(at, "%s is IPv6, whose protocol is icmpv6: make it a rule of its own", text)
		case r.Protocol == "icmpv6" && prefix.Addr().Is4():
			report.Add(at, "%s is IPv4, whose protocol is icmp: make it a rule of its own", text)
		}
		seen[prefix] = true
	}
}

func (r *Rule) checkPorts(report *config.Report) {
	portless := r.Protocol != "tcp" && r.Protocol != "udp"
	switch {
	case portless && (r.Port != nil || r.ToPort != nil):
		report.Add([]string{"port"}, "%s has no ports: leave it out", r.Protocol)
	case !portless && r.Port == nil:
		report.Add([]string{"port"}, "required for %s, but missing: name a port, or 0 and 65535 as port and toPort for all of them", r.Protocol)
	case r.Port != nil && r.ToPort != nil && *r.ToPort < *r.Port:
		report.Add([]string{"toPort"}, "expected at least port, which is %d, found %d", *r.Port, *r.ToPort)
	}
}

var _ config.Validator = (*IngressRule)(nil)

// Validate implements config.Validator.
func (r *IngressRule) Validate(report *config.Report) {
	// It hides the promoted method of the rule.
	r.Rule.Validate(report)
	for i, text := range r.CIDRs {
		if prefix, err := netip.ParsePrefix(text); err == nil && public(prefix) && !r.AllowPublic {
			report.Add([]string{"cidrs", strconv.Itoa(i)},
				"%s is the internet: name the networks that may talk to it, or set allowPublic if everybody is meant", text)
		}
	}
}

// isPublic reports whether the rule admits the internet.
func (r *Rule) isPublic() bool {
	for _, text := range r.CIDRs {
		if prefix, err := netip.ParsePrefix(text); err == nil && public(prefix) {
			return true
		}
	}
	return false
}

// public reports whether a range is larger than any private one: these are 10.0.0.0/8 and fc00::/7. Two halves of the internet are the
// internet too.
func public(p netip.Prefix) bool {
	if p.Addr().Is4() {
		return p.Bits() < 8
	}
	return p.Bits() < 7
}

// permission is a rule for one source.
type permission struct {
	// name is the end of the resource's name.
	name                          string
	protocol                      pulumi.StringInput
	description                   pulumi.StringPtrInput
	from, to                      pulumi.IntPtrInput
	ipv4, ipv6, prefixList, group pulumi.StringPtrInput
}

// ports returns how the protocol and the ports of a rule read in names.
func (r *Rule) ports() string {
	out := r.Protocol
	if r.Port != nil {
		out += "-" + strconv.Itoa(*r.Port)
	}
	if r.ToPort != nil && (r.Port == nil || *r.ToPort != *r.Port) {
		out += "-" + strconv.Itoa(*r.ToPort)
	}
	return out
}

// permissions returns the rules of AWS that a rule stands for, in an order that is the same on every run.
func (r *Rule) permissions(name string, self pulumi.StringInput) []permission {
	base := permission{protocol: pulumi.String(r.Protocol), description: pulumi.String(r.Description)}
	if r.Description == "" {
		base.description = pulumi.String(name)
	}
	switch r.Protocol {
	case "all":
		base.protocol = pulumi.String("-1")
	case "icmp", "icmpv6":
		// Every type and code.
		base.from, base.to = pulumi.Int(-1), pulumi.Int(-1)
	default:
		base.from, base.to = pulumi.IntPtrFromPtr(r.Port), pulumi.IntPtrFromPtr(r.Port)
		if r.ToPort != nil {
			base.to = pulumi.IntPtrFromPtr(r.ToPort)
		}
	}
	var out []permission
	add := func(other string, set func(*permission)) {
		p := base
		p.name = r.ports() + "-" + other
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
		add("group-"+name, func(p *permission) { p.group = r.SecurityGroupID.ToStringOutput().ToStringPtrOutput() })
	}
	if r.PrefixListID != nil {
		add("prefix-list-"+name, func(p *permission) { p.prefixList = r.PrefixListID.ToStringOutput().ToStringPtrOutput() })
	}
	if r.Self {
		add("self", func(p *permission) { p.group = self.ToStringOutput().ToStringPtrOutput() })
	}
	return out
}

// rangeName returns the name of a range within the names of resources, in which two colons would end a part of the URN.
func rangeName(cidr string) string {
	switch cidr {
	case "0.0.0.0/0":
		return "ipv4"
	case "::/0":
		return "ipv6"
	}
	return strings.NewReplacer("/", "-", ":", "-").Replace(cidr)
}

// checkTwice reports what two rules admit, which AWS refuses.
func checkTwice(report *config.Report, direction string, rules config.Named[Rule]) {
	first := map[string]string{}
	for _, name := range slices.Sorted(maps.Keys(rules)) {
		r := rules[name]
		check := func(key, other string, at ...string) {
			id := r.ports() + " " + other
			if taken, twice := first[id]; twice && taken != name {
				report.Add(slices.Concat([]string{direction, name, key}, at), "the rule %q admits the same: leave out one of them", taken)
				return
			}
			first[id] = name
		}
		for i, cidr := range r.CIDRs {
			check("cidrs", cidr, strconv.Itoa(i))
		}
		for key, in := range map[string]pulumi.StringInput{"securityGroupId": r.SecurityGroupID, "prefixListId": r.PrefixListID} {
			if id, known := in.(pulumi.String); known {
				check(key, string(id))
			}
		}
		if r.Self {
			check("self", "self")
		}
	}
}
