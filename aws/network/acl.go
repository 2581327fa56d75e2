package network

import (
	"maps"
	"net/netip"
	"slices"
	"strconv"
	"strings"

	"github.com/ashlar-iac/ashlar/core/config"
)

// Numbers of rules. Those between lastBefore and firstAfter are for the rules that a tier has because of its kind.
const (
	lastBefore = 99
	firstAfter = 1000
	lastRule   = 32766
)

// ACLDirection is the direction of the traffic of a rule of a network ACL.
type ACLDirection string

// Directions of rules.
const (
	ACLIngress ACLDirection = "ingress"
	ACLEgress  ACLDirection = "egress"
)

// ACLAction is the effect of a rule of a network ACL.
type ACLAction string

// Actions of rules.
const (
	ACLAllow ACLAction = "allow"
	ACLDeny  ACLAction = "deny"
)

// ACLProtocol is the protocol of a rule of a network ACL.
type ACLProtocol string

// Protocols of rules.
const (
	ACLTCP    ACLProtocol = "tcp"
	ACLUDP    ACLProtocol = "udp"
	ACLICMP   ACLProtocol = "icmp"
	ACLICMPv6 ACLProtocol = "icmpv6"
	ACLAll    ACLProtocol = "all"
)

// ACL is the network ACL of a tier. By default, it allows ingress from the VPC and the destinations of the routes of
// the tier, return traffic and, in a public tier, requests from the internet. SSH and RDP from the internet are not
// allowed. All egress is allowed, except in an isolated tier.
type ACL struct {
	// Enabled is whether the network ACL has the rules of the kind of the tier. If false, it allows all traffic, as the
	// default network ACL of AWS. Changing it updates the network ACL in place.
	Enabled *bool `pulumi:"enabled,optional" jsonschema:"default=true"`
	// InternetIngress is whether a public tier allows requests from the internet to internetPorts. Changing it updates
	// the network ACL in place.
	InternetIngress *bool `pulumi:"internetIngress,optional" jsonschema:"default=true"`
	// InternetPorts are the TCP ports of a public tier that are accessible from the internet. Ports from 1024 are open for
	// return traffic in addition, except for 3389. Default: 80 and 443. Changing them updates the network ACL in place.
	InternetPorts []int `pulumi:"internetPorts,optional"`
	// Rules are additional rules, by name. Default: none. Changing them updates the network ACL in place.
	Rules config.Named[ACLRule] `pulumi:"rules,optional"`
	// MaxRules is the quota of the account for rules in each direction.
	MaxRules *int `pulumi:"maxRules,optional" jsonschema:"default=20,minimum=1,maximum=40"`
}

// ACLRule is a rule of a network ACL. The rule with the lowest number that matches a packet applies.
type ACLRule struct {
	// Number is the position of the rule: 1 to 99 before the rules of the kind of the tier, 1000 to 32766 after them.
	// Required.
	Number int `pulumi:"number" jsonschema:"required,minimum=1,maximum=32766"`
	// Direction is the direction of the traffic, relative to the tier.
	Direction ACLDirection `pulumi:"direction,optional" jsonschema:"default=ingress,enum=ingress,enum=egress"`
	// Action is whether matching traffic is allowed or denied. Required.
	Action ACLAction `pulumi:"action" jsonschema:"required,enum=allow,enum=deny"`
	// Protocol is the protocol of the traffic.
	Protocol ACLProtocol `pulumi:"protocol,optional" jsonschema:"default=tcp,enum=tcp,enum=udp,enum=icmp,enum=icmpv6,enum=all"`
	// Ports is the destination port of tcp or udp traffic, or a range: 443, or 8000-8100. Default: all.
	Ports string `pulumi:"ports,optional" jsonschema:"pattern=^[0-9]{1\\,5}(-[0-9]{1\\,5})?$,example=1024-65535"`
	// CIDR is the IPv4 or IPv6 CIDR block of the source (ingress) or destination (egress). Required.
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
			report.Add([]string{"internetPorts", strconv.Itoa(i)}, "invalid port %d: use 1 to 65535", port)
		}
	}
	if len(a.InternetPorts) > 0 && !enabled(a.InternetIngress) {
		report.Add([]string{"internetPorts"}, "requires internetIngress: set it to true, or remove internetPorts")
	}
	taken := map[string]string{}
	for _, name := range a.Rules.Names() {
		rule := a.Rules[name]
		if rule.Number == 0 {
			continue // The schema reports it.
		}
		key := string(rule.Direction) + strconv.Itoa(rule.Number)
		if other, ok := taken[key]; ok {
			report.Add([]string{"rules", name, "number"}, "duplicate number %d, already used by rule %s", rule.Number, other)
		}
		taken[key] = name
	}
}

// Validate implements config.Validator.
func (r *ACLRule) Validate(report *config.Report) {
	if r.Number > lastBefore && r.Number < firstAfter {
		report.Add([]string{"number"},
			"reserved for the rules of the kind of the tier: use 1 to %d before them, or %d to %d after them",
			lastBefore, firstAfter, lastRule)
	}
	prefix, err := netip.ParsePrefix(r.CIDR)
	switch {
	case err != nil:
		report.Add([]string{"cidr"}, "invalid CIDR block %q: expected one such as 10.0.0.0/8", r.CIDR)
	case prefix != prefix.Masked():
		report.Add([]string{"cidr"}, "%s has host bits: use %s", prefix, prefix.Masked())
	case r.Protocol == ACLICMP && !prefix.Addr().Is4(), r.Protocol == ACLICMPv6 && prefix.Addr().Is4():
		report.Add([]string{"protocol"}, "%s is not supported for %s: use icmp for IPv4, icmpv6 for IPv6", r.Protocol, prefix)
	}
	if r.Ports != "" && !r.hasPorts() {
		report.Add([]string{"ports"}, "not supported for %s: remove them", r.Protocol)
	}
	if from, to := r.ports(); from > to || to > 65535 {
		report.Add([]string{"ports"}, "invalid ports %s: use 0 to 65535, the lower one first", r.Ports)
	}
}

// hasPorts reports whether the protocol of the rule has ports.
func (r *ACLRule) hasPorts() bool { return r.Protocol == ACLTCP || r.Protocol == ACLUDP }

// ports returns the range of ports.
func (r *ACLRule) ports() (from, to int) {
	if r.Ports == "" {
		return 0, 65535
	}
	low, high, many := strings.Cut(r.Ports, "-")
	from, _ = strconv.Atoi(low) // The schema has checked the pattern.
	if to = from; many {
		to, _ = strconv.Atoi(high)
	}
	return from, to
}

// quota returns the number of rules that are allowed in each direction.
func (a *ACL) quota() int {
	if a.MaxRules == nil {
		return 20
	}
	return *a.MaxRules
}

// count returns the number of additional rules in a direction.
func (a *ACL) count(direction ACLDirection) int {
	n := 0
	for _, r := range a.Rules {
		if r.egress() == (direction == ACLEgress) {
			n++
		}
	}
	return n
}

func (r *ACLRule) egress() bool { return r.Direction == ACLEgress }

// allowsAdministration reports whether the rule allows SSH or RDP from the whole internet.
func (r *ACLRule) allowsAdministration() bool {
	prefix, err := netip.ParsePrefix(r.CIDR)
	if err != nil || prefix.Bits() != 0 || r.Action != ACLAllow || r.egress() || !r.hasPorts() && r.Protocol != ACLAll {
		return false
	}
	from, to := r.ports()
	return slices.ContainsFunc(administrationPorts(), func(port int) bool { return from <= port && port <= to })
}

// administrationPorts returns the ports that must not be accessible from the internet: SSH and RDP.
func administrationPorts() []int { return []int{22, 3389} }

// allowsAdministration reports whether the network ACL allows SSH or RDP from the internet.
func (a *ACL) allowsAdministration() bool {
	return !enabled(a.Enabled) ||
		slices.ContainsFunc(a.InternetPorts, func(port int) bool { return slices.Contains(administrationPorts(), port) }) ||
		slices.ContainsFunc(slices.Collect(maps.Values(a.Rules)), func(r ACLRule) bool { return r.allowsAdministration() })
}
