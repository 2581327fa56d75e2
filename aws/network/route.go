package network

import (
	"maps"
	"net/netip"
	"slices"

	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/ec2"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/ashlar-iac/ashlar/core/config"
)

// The destinations that lead everywhere.
const (
	anywhere     = "0.0.0.0/0"
	anywhereIPv6 = "::/0"
)

// The names of the routes that a tier gets by its kind.
const (
	internet     = "internet"
	internetIPv6 = "internet-ipv6"
)

// Route leads what is for a destination to a target: exactly one of each. It is in the route table of every zone of its tier. What is for
// the VPC itself stays within it.
type Route struct {
	// Destination is a block of addresses of IPv4 or IPv6: 10.0.0.0/8. Changing it replaces the route.
	Destination string `pulumi:"destination"`
	// PrefixListID is a list of blocks instead, such as pl-0123456789abcdef0. Network ACLs do not know them: those of isolated tiers need rules
	// for what is in it. Changing it replaces the route.
	PrefixListID pulumi.StringInput `pulumi:"prefixListId" config:"plain"`
	// TransitGateway is the name of one of the network's transit gateways. Changing the target updates the route; that is so for all kinds.
	TransitGateway string `pulumi:"transitGateway"`
	// TransitGatewayID is a transit gateway that the VPC is attached to by other means.
	TransitGatewayID pulumi.StringInput `pulumi:"transitGatewayId" config:"plain"`
	// PeeringID is a peering connection, such as pcx-0123456789abcdef0.
	PeeringID pulumi.StringInput `pulumi:"peeringId" config:"plain"`
	// EndpointIDs are endpoints of a firewall or of a Gateway Load Balancer, by zone: one in every zone of the tier.
	EndpointIDs map[string]pulumi.StringInput `pulumi:"endpointIds" config:"plain"`
	// NetworkInterfaceID is the interface of an appliance.
	NetworkInterfaceID pulumi.StringInput `pulumi:"networkInterfaceId" config:"plain"`
	// VPNGatewayID is a virtual private gateway.
	VPNGatewayID pulumi.StringInput `pulumi:"vpnGatewayId" config:"plain"`
}

var _ config.Validator = (*Route)(nil)

// Validate implements config.Validator.
func (r *Route) Validate(report *config.Report) {
	if (r.Destination == "") == (r.PrefixListID == nil) {
		report.Add([]string{"destination"}, "expected exactly one of destination and prefixListId")
	}
	if prefix, err := netip.ParsePrefix(r.Destination); err != nil && r.Destination != "" {
		report.Add([]string{"destination"}, "found %q, expected a block of addresses such as 10.0.0.0/8", r.Destination)
	} else if err == nil && prefix != prefix.Masked() {
		report.Add([]string{"destination"}, "%s is an address within %s: write that", prefix, prefix.Masked())
	}
	if n := len(r.targets()); n != 1 {
		report.Add(nil, "%d targets, expected exactly one of endpointIds, networkInterfaceId, peeringId, transitGateway, transitGatewayId, vpnGatewayId", n)
	}
	if len(r.EndpointIDs) > 0 && r.PrefixListID != nil {
		report.Add([]string{"prefixListId"}, "routes to endpoints have no prefix list: write a destination for each block")
	}
}

// targets returns the keys of the targets that are set.
func (r *Route) targets() []string {
	var out []string
	for key, set := range map[string]bool{
		"transitGateway": r.TransitGateway != "", "transitGatewayId": r.TransitGatewayID != nil, "peeringId": r.PeeringID != nil,
		"endpointIds": len(r.EndpointIDs) > 0, "networkInterfaceId": r.NetworkInterfaceID != nil, "vpnGatewayId": r.VPNGatewayID != nil,
	} {
		if set {
			out = append(out, key)
		}
	}
	return out
}

// everywhere reports whether the route is a default route, of IPv6 or of IPv4.
func (r *Route) everywhere(six bool) bool {
	prefix, err := netip.ParsePrefix(r.Destination)
	return err == nil && prefix.Bits() == 0 && prefix.Addr().Is6() == six
}

// goesOut reports whether a tier uses the gateways of private tiers, of IPv6 or of IPv4.
func (t *tier) goesOut(six bool) bool {
	if t.Retired || t.Kind != private || !on(t.Egress) || six && !on(t.IPv6) {
		return false
	}
	return !slices.ContainsFunc(slices.Collect(maps.Values(t.Routes)), func(r Route) bool { return r.everywhere(six) })
}

// input returns the route for the table of a zone.
func (r *Route) input(b *builder, zone string) *ec2.RouteArgs {
	out := &ec2.RouteArgs{}
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
		out.TransitGatewayId = optional(b.args.TransitGateways[r.TransitGateway].ID)
	}
	out.VpcPeeringConnectionId = optional(r.PeeringID)
	out.VpcEndpointId = optional(r.EndpointIDs[zone])
	out.NetworkInterfaceId = optional(r.NetworkInterfaceID)
	out.GatewayId = optional(r.VPNGatewayID)
	return out
}

// optional returns an input where a resource takes none as well.
func optional(in pulumi.StringInput) pulumi.StringPtrInput {
	if in == nil {
		return nil
	}
	return in.ToStringOutput().ToStringPtrOutput()
}

// makeRoutes makes what leads out of the VPC.
func (b *builder) makeRoutes() error {
	for _, s := range b.subnets {
		if err := b.internetRoutes(s); err != nil {
			return err
		}
		for _, name := range s.tier.Routes.Names() {
			route := s.tier.Routes[name]
			if err := b.route(s, name, route.input(b, s.zone), b.attachments[route.TransitGateway]...); err != nil {
				return err
			}
		}
	}
	return nil
}

// internetRoutes makes the routes that a tier has because of its kind.
func (b *builder) internetRoutes(s *subnet) error {
	four := &ec2.RouteArgs{DestinationCidrBlock: pulumi.String(anywhere)}
	six := &ec2.RouteArgs{DestinationIpv6CidrBlock: pulumi.String(anywhereIPv6)}
	switch nat, ok := b.natFor(s.zone); {
	case s.tier.Kind == public:
		four.GatewayId, six.GatewayId = b.internetGateway.ID().ToStringPtrOutput(), b.internetGateway.ID().ToStringPtrOutput()
	case ok && s.tier.goesOut(false):
		four.NatGatewayId = nat.ID().ToStringPtrOutput()
	default:
		four = nil
	}
	if s.tier.Kind != public && b.egressGateway != nil {
		six.EgressOnlyGatewayId = b.egressGateway.ID().ToStringPtrOutput()
	}
	if four != nil {
		if err := b.route(s, internet, four); err != nil {
			return err
		}
	}
	if b.args.IPv6 && (s.tier.Kind == public && on(s.tier.IPv6) || s.tier.goesOut(true)) {
		return b.route(s, internetIPv6, six)
	}
	return nil
}

// route adds a route to the table of a subnet.
func (b *builder) route(s *subnet, name string, route *ec2.RouteArgs, after ...pulumi.Resource) error {
	route.RouteTableId = s.table.ID()
	_, err := ec2.NewRoute(b.ctx, s.name+"-"+name, route, b.vpc.Child(pulumi.DependsOn(after)))
	return err
}
