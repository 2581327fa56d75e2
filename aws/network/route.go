package network

import (
	"maps"
	"net/netip"
	"slices"
	"strings"

	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/ec2"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/ashlar-iac/ashlar/core/config"
)

// Destinations of default routes.
const (
	anywhere     = "0.0.0.0/0"
	anywhereIPv6 = "::/0"
)

// Names of the default routes to gateways.
const (
	internetRoute     = "internet"
	internetIPv6Route = "internet-ipv6"
)

// Route is a route from a destination to a target. It is added to the route table of each zone. Exactly one destination
// and one target are required. Changing the target updates the route in place.
type Route struct {
	// Destination is an IPv4 or IPv6 CIDR block, such as 10.0.0.0/8. It is not an input, since it decides about other
	// routes and rules. Required unless prefixListId is set. Changing it replaces the route.
	Destination string `pulumi:"destination,optional"`
	// PrefixListID is the ID of a prefix list as the destination, such as pl-0123456789abcdef0. Network ACLs do not
	// support prefix lists: in an isolated tier, add rules for its CIDR blocks. Changing it replaces the route.
	PrefixListID pulumi.StringInput `pulumi:"prefixListId,optional" config:"plain"`
	// TransitGateway is the name of one of the transit gateways of the network.
	TransitGateway string `pulumi:"transitGateway,optional"`
	// TransitGatewayID is the ID of another transit gateway to which the VPC is attached.
	TransitGatewayID pulumi.StringInput `pulumi:"transitGatewayId,optional" config:"plain"`
	// PeeringID is the ID of a VPC peering connection, such as pcx-0123456789abcdef0.
	PeeringID pulumi.StringInput `pulumi:"peeringId,optional" config:"plain"`
	// EndpointIDs are the IDs of VPC endpoints of a firewall or Gateway Load Balancer, by zone. Each zone needs one.
	EndpointIDs map[string]pulumi.StringInput `pulumi:"endpointIds,optional" config:"plain"`
	// NetworkInterfaceID is the ID of the network interface of an appliance.
	NetworkInterfaceID pulumi.StringInput `pulumi:"networkInterfaceId,optional" config:"plain"`
	// VPNGatewayID is the ID of a virtual private gateway.
	VPNGatewayID pulumi.StringInput `pulumi:"vpnGatewayId,optional" config:"plain"`
}

var _ config.Validator = (*Route)(nil)

// Validate implements config.Validator.
func (r *Route) Validate(report *config.Report) {
	at := []string{"destination"}
	switch {
	case r.Destination == "" && r.PrefixListID == nil:
		report.Add(at, "required: set destination or prefixListId")
	case r.Destination != "" && r.PrefixListID != nil:
		report.Add(at, "destination and prefixListId are mutually exclusive: remove one")
	}
	if prefix, err := netip.ParsePrefix(r.Destination); err != nil && r.Destination != "" {
		report.Add(at, "invalid CIDR block %q: expected one such as 10.0.0.0/8", r.Destination)
	} else if err == nil && prefix != prefix.Masked() {
		report.Add(at, "%s has host bits: use %s", prefix, prefix.Masked())
	}
	switch targets := r.targets(); len(targets) {
	case 0:
		report.Add(nil,
			"no target: set one of endpointIds, networkInterfaceId, peeringId, transitGateway, transitGatewayId, vpnGatewayId")
	case 1:
	default:
		report.Add(nil, "%s are mutually exclusive: set one target", strings.Join(targets, ", "))
	}
	if len(r.EndpointIDs) > 0 && r.PrefixListID != nil {
		report.Add([]string{"prefixListId"},
			"not supported with endpointIds: add a route with a destination for each CIDR block")
	}
}

// targets returns the keys of the targets that are set.
func (r *Route) targets() []string {
	var out []string
	for key, set := range map[string]bool{
		"transitGateway": r.TransitGateway != "", "transitGatewayId": r.TransitGatewayID != nil,
		"peeringId": r.PeeringID != nil, "endpointIds": len(r.EndpointIDs) > 0,
		"networkInterfaceId": r.NetworkInterfaceID != nil, "vpnGatewayId": r.VPNGatewayID != nil,
	} {
		if set {
			out = append(out, key)
		}
	}
	slices.Sort(out)
	return out
}

// isDefault reports whether the route is a default route for IPv4 or IPv6.
func (r *Route) isDefault(ipv6 bool) bool {
	prefix, err := netip.ParsePrefix(r.Destination)
	return err == nil && prefix.Bits() == 0 && prefix.Addr().Is6() == ipv6
}

// usesEgress reports whether a tier uses NAT gateways or, for IPv6, the egress-only internet gateway.
func (t *tier) usesEgress(ipv6 bool) bool {
	if t.Retired || t.Kind != TierPrivate || !enabled(t.Egress) || ipv6 && !enabled(t.IPv6) {
		return false
	}
	return !slices.ContainsFunc(slices.Collect(maps.Values(t.Routes)), func(r Route) bool { return r.isDefault(ipv6) })
}

// inputs returns the route for the route table of a zone.
func (r *Route) inputs(table pulumi.StringInput, zone string, gateways config.Named[TransitGateway]) *ec2.RouteArgs {
	out := &ec2.RouteArgs{RouteTableId: table}
	switch prefix, err := netip.ParsePrefix(r.Destination); {
	case err != nil:
		out.DestinationPrefixListId = optional(r.PrefixListID)
	case prefix.Addr().Is6():
		out.DestinationIpv6CidrBlock = pulumi.String(prefix.String())
	default:
		out.DestinationCidrBlock = pulumi.String(prefix.String())
	}
	out.TransitGatewayId = optional(r.TransitGatewayID)
	if r.TransitGateway != "" {
		out.TransitGatewayId = optional(gateways[r.TransitGateway].ID)
	}
	out.VpcPeeringConnectionId = optional(r.PeeringID)
	out.VpcEndpointId = optional(r.EndpointIDs[zone])
	out.NetworkInterfaceId = optional(r.NetworkInterfaceID)
	out.GatewayId = optional(r.VPNGatewayID)
	return out
}

// createRoutes creates the default routes to gateways, and the additional routes of the tiers.
func (b *builder) createRoutes() error {
	for _, s := range b.subnets {
		if err := b.createDefaultRoutes(s); err != nil {
			return err
		}
		for _, name := range s.tier.Routes.Names() {
			route := s.tier.Routes[name]
			inputs := route.inputs(s.table.ID(), s.zone, b.args.TransitGateways)
			if err := b.createRoute(s, name, inputs, b.attachments[route.TransitGateway]...); err != nil {
				return err
			}
		}
	}
	return nil
}

// createDefaultRoutes creates the default routes that a tier has because of its kind.
func (b *builder) createDefaultRoutes(s *subnet) error {
	ipv4 := &ec2.RouteArgs{RouteTableId: s.table.ID(), DestinationCidrBlock: pulumi.String(anywhere)}
	ipv6 := &ec2.RouteArgs{RouteTableId: s.table.ID(), DestinationIpv6CidrBlock: pulumi.String(anywhereIPv6)}
	switch nat, ok := b.natFor(s.zone); {
	case s.tier.Kind == TierPublic:
		gateway := b.internetGateway.ID().ToStringPtrOutput()
		ipv4.GatewayId, ipv6.GatewayId = gateway, gateway
	case ok && s.tier.usesEgress(false):
		ipv4.NatGatewayId = nat.ID().ToStringPtrOutput()
	default:
		ipv4 = nil
	}
	if s.tier.Kind != TierPublic && b.egressGateway != nil {
		ipv6.EgressOnlyGatewayId = b.egressGateway.ID().ToStringPtrOutput()
	}
	if ipv4 != nil {
		if err := b.createRoute(s, internetRoute, ipv4); err != nil {
			return err
		}
	}
	if b.args.IPv6 && (s.tier.Kind == TierPublic && enabled(s.tier.IPv6) || s.tier.usesEgress(true)) {
		return b.createRoute(s, internetIPv6Route, ipv6)
	}
	return nil
}

// createRoute adds a route to the route table of a subnet.
func (b *builder) createRoute(s *subnet, name string, route *ec2.RouteArgs, after ...pulumi.Resource) error {
	_, err := ec2.NewRoute(b.ctx, s.name+"-"+name, route, b.vpc.Child(pulumi.DependsOn(after)))
	return err
}

// checkRoutes checks the routes of a tier against each other and against the network.
func (a *SecureVPCArgs) checkRoutes(t tier, add func(path []string, format string, args ...any)) {
	checkDestinations(t.Routes, add)
	for _, name := range t.Routes.Names() {
		route, at := t.Routes[name], []string{"routes", name}
		if name == internetRoute || name == internetIPv6Route {
			add(at, "reserved name of a default route: use another one")
		}
		if _, ok := a.TransitGateways[route.TransitGateway]; route.TransitGateway != "" && !ok {
			add(append(at, "transitGateway"), "unknown transit gateway %q, %s", route.TransitGateway,
				config.Suggest(route.TransitGateway, a.TransitGateways.Names()))
		}
		prefix, err := netip.ParsePrefix(route.Destination)
		if err != nil {
			continue // Route.Validate reports it, or it is a prefix list.
		}
		at = append(at, "destination")
		switch {
		case prefix.Addr().Is6() && !a.IPv6:
			add(at, "the network has no IPv6: set ipv6 of the network, or remove the route")
		case prefix.Bits() == 0 && t.Kind == TierPublic:
			add(at,
				"a public tier has a default route to the internet gateway: set its kind to private, or remove the route")
		case prefix.Bits() == 0 && t.Kind == TierIsolated:
			add(at,
				"an isolated tier has no default route: set its kind to private, or remove the route")
		}
		for _, block := range a.givenCIDRs() {
			if block.Bits() <= prefix.Bits() && block.Overlaps(prefix) {
				add(at, "%s is within %s of the network, where traffic is local: remove the route", prefix, block)
			}
		}
	}
}

// sameDestination reports whether two routes have the same CIDR block as destination.
func (r Route) sameDestination(other Route) bool {
	a, err := netip.ParsePrefix(r.Destination)
	b, otherErr := netip.ParsePrefix(other.Destination)
	return err == nil && otherErr == nil && a == b
}

// checkDestinations reports routes with the same destination.
func checkDestinations(routes config.Named[Route], add func(path []string, format string, args ...any)) {
	taken := map[netip.Prefix]string{}
	for _, name := range routes.Names() {
		prefix, err := netip.ParsePrefix(routes[name].Destination)
		if err != nil {
			continue
		}
		if other, ok := taken[prefix]; ok {
			add([]string{"routes", name, "destination"}, "duplicate destination %s, already used by route %s", prefix, other)
		}
		taken[prefix] = name
	}
}

// givenCIDRs returns the CIDR blocks of the network that no pool assigns.
func (a *SecureVPCArgs) givenCIDRs() []netip.Prefix {
	var out []netip.Prefix
	for _, name := range append([]string{""}, a.SecondaryCIDRs.Names()...) {
		if p, ok := a.cidrBlock(name).prefix(); ok {
			out = append(out, p)
		}
	}
	return out
}
