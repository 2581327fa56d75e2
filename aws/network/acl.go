package network

import (
	"maps"
	"net/netip"
	"slices"
	"strconv"
	"strings"

	"github.com/ashlar-iac/ashlar/core/config"
)

// The numbers of rules. Those between are for the rules that tiers get by their kind.
const (
	lastBefore = 99
	firstAfter = 1000
	lastRule   = 32766
)

const (
	ingress = "ingress"
	egress  = "egress"
	allow   = "allow"
	deny    = "deny"
)

// ACL is the network ACL of a tier. By default it admits what is from the VPC and from the destinations of the tier's routes, answers to what
// the tier asked, and in a public tier requests to some ports. SSH and RDP from the internet are not admitted. It lets out everything, except that
// of an isolated tier.
type ACL struct {
	// Enabled makes the rules. Without them the network ACL lets everything through, as that of AWS does. Changing it updates the network ACL.
	Enabled *bool `pulumi:"enabled" jsonschema:"default=true"`
	// InternetPorts are the TCP ports of a public tier that the internet may reach. Those from 1024 on are open for answers, except for 3389.
	// Default: 80 and 443. Changing them updates the network ACL.
	InternetPorts []int `pulumi:"internetPorts"`
	// Rules are further rules, by name. Default: none. Changing them updates the network ACL.
	Rules config.Named[ACLRule] `pulumi:"rules"`
	// MaxRules is the account's quota of rules in one direction.
	MaxRules *int `pulumi:"maxRules" jsonschema:"default=20,minimum=1,maximum=40"`
}

// ACLRule is a rule of a network ACL. The first one that fits a packet counts.
type ACLRule struct {
	// Number is the place in the order: from 1 to 99 before the rules that tiers get by their kind, from 1000 to 32766 after them. Required.
	Number *int `pulumi:"number" jsonschema:"required,minimum=1,maximum=32766"`
	// Direction is that of the packets, as the tier sees it.
	Direction string `pulumi:"direction" jsonschema:"default=ingress,enum=ingress,enum=egress"`
	// Action says what becomes of the packets. Required.
	Action string `pulumi:"action" jsonschema:"required,enum=allow,enum=deny"`
	// Protocol is that of the packets.
	Protocol string `pulumi:"protocol" jsonschema:"default=tcp,enum=tcp,enum=udp,enum=icmp,enum=icmpv6,enum=all"`
	// Ports are the destination's, for tcp and udp: 443, or 8000-8100. Default: all.
	Ports string `pulumi:"ports" jsonschema:"pattern=^[0-9]{1\\,5}(-[0-9]{1\\,5})?$"`
	// CIDR is the other side, of IPv4 or IPv6. Required.
	CIDR string `pulumi:"cidr" jsonschema:"required"`
}

var (
	_ config.Validator = (*ACL)(nil)
	_ config.Validator = (*ACLRule)(nil)
)

// Validate implements config.Validator.
func (a *ACL) Validate(report *config.Report) {
	for i, port := range a.InternetPorts {
		if port < 1 || port > 65535 {
			report.Add([]string{"internetPorts", strconv.Itoa(i)}, "found %d, expected a port from 1 to 65535", port)
		}
	}
	taken := map[string]string{}
	for _, name := range a.Rules.Names() {
		rule := a.Rules[name]
		if rule.Number == nil {
			continue
		}
		key := rule.Direction + strconv.Itoa(*rule.Number)
		if other, ok := taken[key]; ok {
			report.Add([]string{"rules", name, "number"}, "%d is the number of %s: write another one", *rule.Number, other)
		}
		taken[key] = name
	}
}

// Validate implements config.Validator.
func (r *ACLRule) Validate(report *config.Report) {
	if n := r.Number; n != nil && *n > lastBefore && *n < firstAfter {
		report.Add([]string{"number"}, "%d to %d are for the rules of the tier's kind: write one up to %d, which counts before them, or from %d on",
			lastBefore+1, firstAfter-1, lastBefore, firstAfter)
	}
	prefix, err := netip.ParsePrefix(r.CIDR)
	switch {
	case err != nil:
		report.Add([]string{"cidr"}, "found %q, expected a block of addresses such as 10.0.0.0/8", r.CIDR)
	case prefix != prefix.Masked():
		report.Add([]string{"cidr"}, "%s is an address within %s: write that", prefix, prefix.Masked())
	case r.Protocol == "icmp" && !prefix.Addr().Is4(), r.Protocol == "icmpv6" && prefix.Addr().Is4():
		report.Add([]string{"protocol"}, "%s has no addresses such as %s: write icmp for IPv4, icmpv6 for IPv6", r.Protocol, prefix)
	}
	if r.Ports != "" && r.Protocol != "tcp" && r.Protocol != "udp" {
		report.Add([]string{"ports"}, "%s has no ports: leave them out", r.Protocol)
	}
	if from, to := r.ports(); from > to || to > 65535 {
		report.Add([]string{"ports"}, "found %s, expected ports from 0 to 65535, the lower one first", r.Ports)
	}
}

// ports returns the range of ports.
func (r *ACLRule) ports() (from, to int) {
	if r.Ports == "" {
		return 0, 65535
	}
	low, high, many := strings.Cut(r.Ports, "-")
	from, _ = strconv.Atoi(low) // The pattern has been checked.
	if to = from; many {
		to, _ = strconv.Atoi(high)
	}
	return from, to
}

// administers reports whether the rule admits SSH or RDP from the whole internet.
func (r *ACLRule) administers() bool {
	prefix, err := netip.ParsePrefix(r.CIDR)
	if err != nil || prefix.Bits() != 0 || r.Action != allow || r.Direction == egress || strings.HasPrefix(r.Protocol, "icmp") {
		return false
	}
	from, to := r.ports()
	return slices.ContainsFunc(administration(), func(port int) bool { return from <= port && port <= to })
}

// administration are the ports that nobody from the internet reaches: SSH and RDP.
func administration() []int { return []int{22, 3389} }

// open reports whether the network ACL lets administration from the internet in.
func (a *ACL) open() bool {
	return !on(a.Enabled) ||
		slices.ContainsFunc(a.InternetPorts, func(port int) bool { return slices.Contains(administration(), port) }) ||
		slices.ContainsFunc(slices.Collect(maps.Values(a.Rules)), func(r ACLRule) bool { return r.administers() })
}
