package network

import (
	"net/netip"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"github.com/ashlar-iac/ashlar/core/config"
)

// denyPriority is the priority of the last rule of a direction, the lowest one that Azure accepts. Additional rules have
// priorities below 3000, those of the kind of the tier from 3000.
const denyPriority = 4096

// SecurityGroup is the network security group of a tier. By default, ingress is allowed from the network, its peers and load
// balancer probes and, in a public tier, from the internet. SSH and RDP from the internet are not allowed. All egress is
// allowed, except in an isolated tier, where it is allowed to the network, its peers and service endpoints.
type SecurityGroup struct {
	// InternetIngress is whether a public tier, or that of an application gateway, allows requests from the internet to
	// internetPorts. Changing it updates the network security group.
	InternetIngress *bool `pulumi:"internetIngress,optional" jsonschema:"default=true"`
	// InternetPorts are the TCP ports that are accessible from the internet. Default: 80 and 443. Changing them updates the
	// network security group.
	InternetPorts []int `pulumi:"internetPorts,optional"`
	// NetworkIngress is whether ingress is allowed from the whole network and its peers. If false, only rules and service
	// traffic are. Changing it updates the network security group.
	NetworkIngress *bool `pulumi:"networkIngress,optional" jsonschema:"default=true"`
	// Rules are additional rules, by name. Default: none. Changing them updates the network security group.
	Rules config.Named[SecurityRule] `pulumi:"rules,optional"`
}

// SecurityRule is a rule of a network security group. The rule with the lowest priority that matches a packet applies.
type SecurityRule struct {
	// Priority is the position of the rule, unique in its direction: 100 to 2999, before the rules of the kind of the tier.
	// Required.
	Priority int `pulumi:"priority" jsonschema:"required,minimum=100,maximum=2999"`
	// Direction is the direction of the traffic, relative to the subnet.
	Direction Direction `pulumi:"direction,optional" jsonschema:"default=Inbound,enum=Inbound,enum=Outbound"`
	// Access is whether matching traffic is allowed or denied. Required.
	Access Access `pulumi:"access" jsonschema:"required,enum=Allow,enum=Deny"`
	// Protocol is the protocol of the traffic. * is any.
	Protocol Protocol `pulumi:"protocol,optional" jsonschema:"default=Tcp,enum=Tcp,enum=Udp,enum=Icmp,enum=Esp,enum=Ah,enum=*"`
	// Sources are address prefixes, or one service tag, such as VirtualNetwork. Default: any.
	Sources []string `pulumi:"sources,optional"`
	// Destinations are address prefixes, or one service tag, such as Storage. Default: any.
	Destinations []string `pulumi:"destinations,optional"`
	// Ports are destination ports and ranges: 443, 8000-8100. Default: all.
	Ports []string `pulumi:"ports,optional"`
	// Description is a description. Default: none.
	Description string `pulumi:"description,optional" jsonschema:"maxLength=140"`
}

// Direction is the direction of the traffic of a rule.
type Direction string

// Directions of rules.
const (
	DirectionInbound  Direction = "Inbound"
	DirectionOutbound Direction = "Outbound"
)

// Access is the effect of a rule.
type Access string

// Effects of rules.
const (
	AccessAllow Access = "Allow"
	AccessDeny  Access = "Deny"
)

// Protocol is the protocol of a rule.
type Protocol string

// Protocols of rules.
const (
	ProtocolTCP  Protocol = "Tcp"
	ProtocolUDP  Protocol = "Udp"
	ProtocolICMP Protocol = "Icmp"
	ProtocolESP  Protocol = "Esp"
	ProtocolAH   Protocol = "Ah"
	ProtocolAny  Protocol = "*"
)

var (
	_ config.Validator = (*SecurityGroup)(nil)
	_ config.Validator = (*SecurityRule)(nil)

	// serviceTag matches service tags, such as AzureCloud.westeurope.
	serviceTag = regexp.MustCompile(`^[A-Za-z][A-Za-z0-9]*(\.[A-Za-z0-9]+)?$`)
	portRange  = regexp.MustCompile(`^([0-9]{1,5})(-([0-9]{1,5}))?$`)
)

// Validate implements config.Validator.
func (g *SecurityGroup) Validate(report *config.Report) {
	for i, port := range g.InternetPorts {
		if port < 1 || port > 65535 {
			report.Add([]string{"internetPorts", strconv.Itoa(i)}, "invalid port %d: use 1 to 65535", port)
		}
	}
	if len(g.InternetPorts) > 0 && !enabled(g.InternetIngress) {
		report.Add([]string{"internetPorts"}, "requires internetIngress: set it to true, or remove internetPorts")
	}
	taken := map[string]string{}
	for _, name := range g.Rules.Names() {
		rule := g.Rules[name]
		key := string(rule.direction()) + strconv.Itoa(rule.Priority)
		if other, ok := taken[key]; ok && rule.Priority != 0 {
			report.Add([]string{"rules", name, "priority"}, "duplicate priority %d, already used by rule %s", rule.Priority, other)
		}
		taken[key] = name
		if strings.HasPrefix(name, builtIn) {
			report.Add([]string{"rules", name}, "the prefix %s is reserved for the rules of the kind of the tier: use another name", builtIn)
		}
	}
}

// direction returns the direction, also before defaults are set.
func (r *SecurityRule) direction() Direction {
	if r.Direction == "" {
		return DirectionInbound
	}
	return r.Direction
}

// Validate implements config.Validator.
func (r *SecurityRule) Validate(report *config.Report) {
	checkSide(report, "sources", r.Sources)
	checkSide(report, "destinations", r.Destinations)
	for i, text := range r.Ports {
		if from, to, ok := parsePorts(text); !ok || from > to || to > 65535 {
			report.Add([]string{"ports", strconv.Itoa(i)}, "invalid ports %q: use 443, or 8000-8100 with the lower one first", text)
		}
	}
	switch r.Protocol {
	case ProtocolICMP, ProtocolESP, ProtocolAH:
		if len(r.Ports) > 0 {
			report.Add([]string{"ports"}, "not supported for %s: remove them", r.Protocol)
		}
	}
}

// checkSide checks the addresses of one side of a rule. Source: "Azure network security groups overview": one service tag, or
// address prefixes.
func checkSide(report *config.Report, key string, list []string) {
	for i, text := range list {
		at := []string{key, strconv.Itoa(i)}
		p, err := netip.ParsePrefix(text)
		_, noAddress := netip.ParseAddr(text)
		switch {
		case err == nil && p != p.Masked():
			report.Add(at, "%s has host bits: use %s", p, p.Masked())
		case err == nil || noAddress == nil:
		case !serviceTag.MatchString(text):
			report.Add(at, "found %q: use an address prefix such as 10.1.0.0/16, or a service tag such as Internet", text)
		case len(list) > 1:
			report.Add(at, "a rule has one service tag and nothing else as %s: use a rule for each", key)
		}
	}
}

// parsePorts reads a port or a range of ports.
func parsePorts(text string) (from, to int, ok bool) {
	m := portRange.FindStringSubmatch(text)
	if m == nil {
		return 0, 0, false
	}
	from, _ = strconv.Atoi(m[1])
	if to = from; m[3] != "" {
		to, _ = strconv.Atoi(m[3])
	}
	return from, to, true
}

// administrationPorts returns the ports that must not be accessible from the internet: SSH and RDP.
func administrationPorts() []int { return []int{22, 3389} }

// allowsAdministration reports whether the rule allows SSH or RDP from the whole internet.
func (r *SecurityRule) allowsAdministration() bool {
	if r.Access != AccessAllow || r.direction() != DirectionInbound || r.Protocol != ProtocolTCP && r.Protocol != ProtocolAny && r.Protocol != "" {
		return false
	}
	anybody := len(r.Sources) == 0 || slices.ContainsFunc(r.Sources, func(s string) bool {
		p, err := netip.ParsePrefix(s)
		return s == tagInternet || err == nil && p.Bits() == 0
	})
	return anybody && (len(r.Ports) == 0 || slices.ContainsFunc(r.Ports, func(text string) bool {
		from, to, ok := parsePorts(text)
		return ok && slices.ContainsFunc(administrationPorts(), func(port int) bool { return from <= port && port <= to })
	}))
}

// allowsAdministration reports whether a tier allows SSH or RDP from the internet.
func (t tier) allowsAdministration() bool {
	if !t.hasSecurityGroup() {
		return false
	}
	return t.hasInternetIngress() && slices.ContainsFunc(t.SecurityGroup.InternetPorts, func(port int) bool {
		return slices.Contains(administrationPorts(), port)
	}) || slices.ContainsFunc(t.SecurityGroup.Rules.Names(), func(name string) bool {
		rule := t.SecurityGroup.Rules[name]
		return rule.allowsAdministration()
	})
}

// hasInternetIngress reports whether a tier allows requests from the internet because of its kind.
func (t tier) hasInternetIngress() bool {
	return (t.Kind == TierPublic || t.Kind == TierApplicationGateway) && enabled(t.SecurityGroup.InternetIngress)
}
