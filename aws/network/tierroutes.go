package network

import (
	"maps"
	"slices"
	"strings"

	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/ec2"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/ashlar-iac/ashlar/core"
	"github.com/ashlar-iac/ashlar/core/component"
	"github.com/ashlar-iac/ashlar/core/config"
)

// TierRoutesToken is the type of the component [TierRoutes].
const TierRoutesToken = "ashlar-aws:network:TierRoutes"

// TierRoutes are routes in the route tables of a tier whose targets are created after the network, such as the
// endpoints of a firewall in the network.
type TierRoutes struct {
	pulumi.ResourceState
	component.Base

	// RouteIDs are the IDs of the routes by zone and name.
	RouteIDs pulumi.StringMapMapOutput `pulumi:"routeIds"`
}

// TierRoutesArgs are the arguments of [TierRoutes]. The route tables are those of a tier of a SecureVPC, or given by
// ID.
type TierRoutesArgs struct {
	// Network is the SecureVPC with the tier. Other networks are rejected: set routeTableIds for them. Required unless
	// routeTableIds is set.
	Network core.Network `config:"program"`
	// Tier is the name of the tier. Required with Network. Changing it replaces the routes.
	Tier string `pulumi:"tier,optional"`
	// RouteTableIDs are the IDs of the route tables by zone. Required unless Network is set. Changing one replaces its
	// routes.
	RouteTableIDs map[string]pulumi.StringInput `pulumi:"routeTableIds,optional"`
	// Routes are the routes, by name. A default route in a private tier requires that egress of the tier is false.
	// Network ACLs do not change: that of an isolated tier denies the destinations, unless acl.rules of the tier allow
	// them. Default: none. Adding or removing one creates or deletes it.
	Routes config.Named[Route] `pulumi:"routes,optional"`
}

var _ config.ArgumentsValidator = (*TierRoutesArgs)(nil)

// NewTierRoutes creates routes in the route tables of a tier. Pass the provider of the network.
func NewTierRoutes(
	ctx *pulumi.Context, name string, args *TierRoutesArgs, opts ...pulumi.ResourceOption,
) (*TierRoutes, error) {
	r := &TierRoutes{}
	args, err := component.Register(ctx, TierRoutesToken, name, r, args, opts...)
	if err != nil {
		return nil, err
	}
	tables := args.routeTables()
	ids := pulumi.StringMapMap{}
	for _, zone := range slices.Sorted(maps.Keys(tables)) {
		inZone := pulumi.StringMap{}
		for _, key := range args.Routes.Names() {
			route, table := args.Routes[key], tables[zone]
			resource, err := ec2.NewRoute(ctx, name+"-"+zone+"-"+key, route.inputs(table.id, zone, table.transitGateways),
				r.Child(pulumi.DependsOn(table.attachments[route.TransitGateway]), table.formerly(key)))
			if err != nil {
				return nil, err
			}
			inZone[key] = resource.ID().ToStringOutput()
		}
		ids[zone] = inZone
	}
	r.RouteIDs = ids.ToStringMapMapOutput()
	return component.Finish(ctx, r)
}

// routeTable is the route table of a zone. Only its ID is known without a SecureVPC.
type routeTable struct {
	id pulumi.StringInput
	// subnet is the name of the subnet of the network.
	subnet          string
	network         *SecureVPC
	transitGateways config.Named[TransitGateway]
	attachments     map[string][]pulumi.Resource
}

// routeTables returns the route tables by zone.
func (a *TierRoutesArgs) routeTables() map[string]routeTable {
	out := map[string]routeTable{}
	for zone, id := range a.RouteTableIDs {
		out[zone] = routeTable{id: id}
	}
	if v, ok := a.Network.(*SecureVPC); ok {
		for _, s := range v.builder.subnetsOf(a.Tier) {
			out[s.zone] = routeTable{s.table.ID(), s.name, v, v.builder.args.TransitGateways, v.builder.attachments}
		}
	}
	return out
}

// formerly is the option of a route that was a child of the network in older programs.
func (t routeTable) formerly(route string) pulumi.ResourceOption {
	if t.network == nil {
		return pulumi.Aliases(nil)
	}
	name := pulumi.String(t.subnet + "-" + route)
	former := t.network.URN().ApplyT(func(urn pulumi.URN) pulumi.URN {
		return pulumi.URN(strings.ReplaceAll(string(urn), SecureVPCToken, formerSecureVPCToken))
	}).(pulumi.URNOutput)
	return pulumi.Aliases([]pulumi.Alias{{Name: name, Parent: t.network}, {Name: name, ParentURN: former}})
}

// ValidateArguments implements config.ArgumentsValidator.
func (a *TierRoutesArgs) ValidateArguments(report *config.Report) {
	switch {
	case a.Network != nil && len(a.RouteTableIDs) > 0:
		report.Add([]string{"routeTableIds"}, "Network and routeTableIds are mutually exclusive: remove one")
	case a.Network != nil:
		a.checkNetwork(report)
	case len(a.RouteTableIDs) == 0:
		report.Add([]string{"routeTableIds"}, "required: set the route tables by zone, or Network and tier")
	default:
		a.checkRouteTables(report)
	}
}

// checkNetwork checks the routes against those of a tier.
func (a *TierRoutesArgs) checkNetwork(report *config.Report) {
	v, ok := a.Network.(*SecureVPC)
	if !ok || v.builder == nil {
		report.Add([]string{"Network"}, "expected a SecureVPC: use routeTableIds for other networks")
		return
	}
	b := v.builder
	i := slices.IndexFunc(b.tiers, func(t tier) bool { return t.name == a.Tier })
	if i < 0 {
		report.Add([]string{"tier"}, "unknown tier %q, %s", a.Tier, config.Suggest(a.Tier, tierNames(b.tiers)))
		return
	}
	t := b.tiers[i]
	for _, name := range a.Routes.Names() {
		route := a.Routes[name]
		if _, ok := t.Routes[name]; ok {
			report.Add([]string{"routes", name}, "duplicate name: the tier has a route %s", name)
		}
		for _, other := range t.Routes.Names() {
			if route.sameDestination(t.Routes[other]) {
				report.Add([]string{"routes", name, "destination"},
					"duplicate destination %s, already used by route %s of tier %s of network %s", route.Destination, other,
					t.name, v.info.Name)
			}
		}
		if t.usesEgress(false) && route.isDefault(false) || t.usesEgress(true) && route.isDefault(true) {
			report.Add([]string{"routes", name, "destination"},
				"the tier has a default route to a gateway: set egress of the tier to false")
		}
	}
	var zones []string
	for _, s := range b.subnetsOf(t.name) {
		zones = append(zones, s.zone)
	}
	a.checkEndpoints(report, zones)
	t.Routes = a.Routes
	b.args.checkRoutes(t, report.Add)
}

// checkRouteTables checks the routes for route tables of which nothing else is known.
func (a *TierRoutesArgs) checkRouteTables(report *config.Report) {
	if a.Tier != "" {
		report.Add([]string{"tier"}, "requires Network: remove it")
	}
	for _, name := range a.Routes.Names() {
		if a.Routes[name].TransitGateway != "" {
			report.Add([]string{"routes", name, "transitGateway"}, "requires Network: use transitGatewayId")
		}
	}
	checkDestinations(a.Routes, report.Add)
	a.checkEndpoints(report, slices.Sorted(maps.Keys(a.RouteTableIDs)))
}

// checkEndpoints checks that routes to endpoints have one in each zone.
func (a *TierRoutesArgs) checkEndpoints(report *config.Report, zones []string) {
	for _, name := range a.Routes.Names() {
		given := a.Routes[name].EndpointIDs
		for _, p := range checkZoneKeys(given, zones, len(given) > 0, "routes", name, "endpointIds") {
			report.Add(p.path, "%s", p.message)
		}
	}
}
