package network

import (
	"net/netip"
	"strings"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/ashlar-iac/ashlar/azure/internal/networkapi"
	"github.com/ashlar-iac/ashlar/core/config"
	"github.com/ashlar-iac/ashlar/core/metadata"
)

// anywhere is the address prefix of default routes.
const anywhere = "0.0.0.0/0"

// Route is a route from a destination to a next hop. Source: "Virtual network traffic routing", custom routes.
type Route struct {
	// AddressPrefix is the destination: an address prefix, such as 10.100.0.0/16, 0.0.0.0/0 for all other addresses, or a
	// service tag. Required.
	AddressPrefix string `pulumi:"addressPrefix" jsonschema:"required,minLength=1"`
	// NextHop is where the traffic goes: an appliance such as a firewall (VirtualAppliance), the gateway of the network or of a
	// peer (VirtualNetworkGateway), the internet (Internet), the network (VnetLocal), or nowhere (None). Default:
	// VirtualAppliance.
	NextHop NextHop `pulumi:"nextHop,optional" jsonschema:"default=VirtualAppliance,enum=VirtualAppliance,enum=VirtualNetworkGateway,enum=Internet,enum=VnetLocal,enum=None"`
	// Address is the private address of the appliance. Required with VirtualAppliance. Default: none.
	Address pulumi.StringInput `pulumi:"address,optional" config:"plain"`
}

// NextHop is the type of the next hop of a route.
type NextHop string

// Types of next hops.
const (
	NextHopAppliance NextHop = "VirtualAppliance"
	NextHopGateway   NextHop = "VirtualNetworkGateway"
	NextHopInternet  NextHop = "Internet"
	NextHopLocal     NextHop = "VnetLocal"
	NextHopNone      NextHop = "None"
)

var _ config.Validator = (*Route)(nil)

// Validate implements config.Validator.
func (r *Route) Validate(report *config.Report) {
	p, err := netip.ParsePrefix(r.AddressPrefix)
	switch {
	case err == nil && p != p.Masked():
		report.Add([]string{"addressPrefix"}, "%s has host bits: use %s", p, p.Masked())
	case err != nil && !serviceTag.MatchString(r.AddressPrefix) && r.AddressPrefix != "":
		report.Add([]string{"addressPrefix"}, "found %q: use an address prefix such as 10.100.0.0/16, or a service tag", r.AddressPrefix)
	}
	appliance := r.NextHop == NextHopAppliance || r.NextHop == ""
	text, known := r.Address.(pulumi.String)
	_, invalid := netip.ParseAddr(string(text))
	switch {
	case appliance && r.Address == nil:
		report.Add([]string{"address"}, "required with the next hop VirtualAppliance: add the private address of the appliance")
	case !appliance && r.Address != nil:
		report.Add([]string{"address"}, "only VirtualAppliance has an address: remove it")
	case known && invalid != nil:
		report.Add([]string{"address"}, "found %q: use an IP address, such as 10.100.1.4", string(text))
	}
}

// inputs returns the route as a part of a route table.
func (r Route) inputs(name string) pulumi.Map {
	hop := r.NextHop
	if hop == "" {
		hop = NextHopAppliance
	}
	out := pulumi.Map{
		"name": pulumi.String(name), "addressPrefix": pulumi.String(r.AddressPrefix), "nextHopType": pulumi.String(hop),
	}
	if r.Address != nil {
		out["nextHopIpAddress"] = r.Address
	}
	return out
}

// routes returns the routes of a tier in a stable order. Azure Firewall requires a default route to the internet in a route
// table. Source: AzureFirewallSubnetRouteTableMustHaveDefaultRouteToInternet, issue 868 of aztfmod/terraform-azurerm-caf.
func (t tier) routes() pulumi.Array {
	out := pulumi.Array{}
	if t.Kind == TierFirewall && !t.hasDefaultRoute() {
		out = append(out, Route{AddressPrefix: anywhere, NextHop: NextHopInternet}.inputs(internetRoute))
	}
	for _, name := range t.Routes.Names() {
		out = append(out, t.Routes[name].inputs(name))
	}
	return out
}

// internetRoute is the name of the default route of Azure Firewall.
const internetRoute = "internet"

// createRouteTable creates the route table of a tier with all routes, so that routes that others add are drift.
func (b *builder) createRouteTable(t tier) (*networkapi.Resource, error) {
	if !t.hasRouteTable() {
		return nil, nil
	}
	inputs := networkapi.Inputs(b.args.ResourceGroupName, b.args.Location, metadata.MergeTags(b.args.Tags, t.Tags))
	inputs["routes"] = t.routes()
	inputs["disableBgpRoutePropagation"] = pulumi.Bool(!enabled(t.GatewayRoutes))
	out := &networkapi.Resource{}
	return out, b.register(networkapi.RouteTable, b.name+"-"+t.name, inputs, out, "location")
}

// checkRoutes checks the routes of a tier against each other and its kind.
func (a *SecureVNetArgs) checkRoutes(t tier, add func(path []string, format string, args ...any)) {
	taken := map[string]string{}
	for _, name := range t.Routes.Names() {
		r, at := t.Routes[name], []string{"routes", name, "addressPrefix"}
		if other, ok := taken[strings.ToLower(r.AddressPrefix)]; ok {
			add(at, "duplicate destination %s, already used by route %s", r.AddressPrefix, other)
		}
		taken[strings.ToLower(r.AddressPrefix)] = name
		p, err := netip.ParsePrefix(r.AddressPrefix)
		if err != nil || p.Bits() != 0 {
			continue
		}
		internet := r.NextHop == NextHopInternet
		switch {
		case t.Kind == TierIsolated:
			add(at, "an isolated tier has no default route: set its kind to private, or remove the route")
		case t.Kind == TierGateway:
			add(at, "gateways do not support a default route: remove the route")
		case t.Kind == TierApplicationGateway && !internet:
			add(at, "application gateways support a default route to Internet only: set nextHop to Internet, or remove the route")
		case (t.Kind == TierPublic || t.Kind == TierPrivate) && internet:
			add(at, "subnets without default outbound access cannot have a default route to Internet: remove the route, and use a "+
				"NAT gateway")
		}
	}
	if t.Kind == TierGateway && !enabled(t.GatewayRoutes) {
		add([]string{"gatewayRoutes"}, "gateways require the routes that they learn: remove it")
	}
	if t.Kind.rule().noRouteTable && len(t.Routes) > 0 {
		add([]string{"routes"}, "not supported by Azure in %s: remove them", t.Kind.rule().subnet)
	}
}
