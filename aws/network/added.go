package network

import (
	"fmt"
	"maps"
	"slices"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/ashlar-iac/ashlar/core/config"
	"github.com/ashlar-iac/ashlar/core/failure"
)

// added are routes that are checked like those of the arguments.
type added struct {
	Routes config.Named[Route] `pulumi:"routes"`
}

// AddRoutes adds routes to a tier whose targets stand in the network themselves, such as the endpoints of a firewall, which cannot be made before
// it. A default route in a private tier asks for a tier with egress turned off. Network ACLs do not follow: that of an isolated tier needs
// rules for the destinations. The error holds everything that is wrong, and nothing is made then.
func (v *SecureVPC) AddRoutes(ctx *pulumi.Context, to string, routes config.Named[Route]) error {
	what := fmt.Sprintf("routes of network %q", v.builder.name)
	if err := config.Check(what, &added{routes}); err != nil {
		return err
	}
	b := v.builder
	i := slices.IndexFunc(b.tiers, func(t tier) bool { return t.name == to })
	if i < 0 {
		return failure.New(failure.Configuration, "add", what, "there is no such tier %q, %s", to, config.Suggest(to, tierNames(b.tiers)))
	}
	t := b.tiers[i]
	var problems []error
	add := func(path []string, format string, args ...any) {
		problems = append(problems, failure.New(failure.Configuration, "add", what, "%s: %s", config.Path(path...), fmt.Sprintf(format, args...)))
	}
	for _, name := range routes.Names() {
		route := routes[name]
		if _, ok := t.Routes[name]; ok {
			add([]string{"routes", name}, "the tier has a route of this name: choose another one")
		}
		if t.goesOut(false) && route.everywhere(false) || t.goesOut(true) && route.everywhere(true) {
			add([]string{"routes", name, "destination"}, "the tier has a default route to a gateway: set its egress to false")
		}
		for _, p := range checkZonesOf(route.EndpointIDs, b.zones(), len(route.EndpointIDs) > 0, "routes", name, "endpointIds") {
			add(p.path, "%s", p.message)
		}
	}
	t.Routes = merged(t.Routes, routes)
	b.args.checkRoutes(t, add)
	if err := failure.Join(problems...); err != nil {
		return err
	}
	for _, s := range b.subnets {
		if s.tier.name != to {
			continue
		}
		for _, name := range routes.Names() {
			route := routes[name]
			if err := b.route(s, name, route.input(b, s.zone), b.attachments[route.TransitGateway]...); err != nil {
				return err
			}
		}
	}
	b.tiers[i].Routes = t.Routes
	return nil
}

func merged(sets ...config.Named[Route]) config.Named[Route] {
	out := config.Named[Route]{}
	for _, s := range sets {
		maps.Copy(out, s)
	}
	return out
}
