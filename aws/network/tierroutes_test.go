package network_test

import (
	"testing"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
	"github.com/stretchr/testify/require"

	"github.com/ashlar-iac/ashlar/aws/internal/fixture"
	"github.com/ashlar-iac/ashlar/aws/network"
	"github.com/ashlar-iac/ashlar/core"
	"github.com/ashlar-iac/ashlar/core/config"
	"github.com/ashlar-iac/ashlar/core/failure"
	"github.com/ashlar-iac/ashlar/core/pulumitest"
)

// zonesOfRegion are the zones of the region of the tests.
func zonesOfRegion() []string { return []string{"eu-west-1a", "eu-west-1b", "eu-west-1c"} }

// firewall returns a route to endpoints in all zones.
func firewall(ctx *pulumi.Context, destination string) network.Route {
	endpoints := map[string]pulumi.StringInput{}
	for _, zone := range zonesOfRegion() {
		endpoints[zone] = pulumi.String("vpce-" + zone)
		if ctx != nil {
			endpoints[zone] = fixture.Text(ctx, "vpce-"+zone)
		}
	}
	return network.Route{Destination: destination, EndpointIDs: endpoints}
}

// withoutEgress creates a network whose private tier has no default routes, with a transit gateway.
func withoutEgress(ctx *pulumi.Context) *network.SecureVPC {
	args := plain(ctx)
	args.TransitGateways = config.Named[network.TransitGateway]{"hub": {ID: pulumi.String("tgw-1"), Tier: "isolated"}}
	args.Tiers = config.Named[network.Tier]{"public": {}, "private": {Egress: off()}, "isolated": {Routes: config.Named[network.Route]{
		"corp": {Destination: "172.16.0.0/12", TransitGateway: "hub"},
	}}}
	v, err := network.NewSecureVPC(ctx, "main", args)
	if err != nil {
		panic(err)
	}
	return v
}

// ofNetwork are routes of a tier of a SecureVPC.
func ofNetwork(ctx *pulumi.Context) *network.TierRoutesArgs {
	return &network.TierRoutesArgs{
		Network: withoutEgress(ctx), Tier: "private",
		Routes: config.Named[network.Route]{
			"all": firewall(ctx, "0.0.0.0/0"), "offices": {Destination: "192.0.2.0/24", TransitGateway: "hub"},
		},
	}
}

// ofTables are routes of route tables.
func ofTables(ctx *pulumi.Context) *network.TierRoutesArgs {
	tables := map[string]pulumi.StringInput{}
	for _, zone := range zonesOfRegion() {
		tables[zone] = fixture.Text(ctx, "rtb-"+zone)
	}
	return &network.TierRoutesArgs{RouteTableIDs: tables, Routes: config.Named[network.Route]{
		"all": firewall(ctx, "0.0.0.0/0"), "offices": {Destination: "192.0.2.0/24", TransitGatewayID: fixture.Text(ctx, "tgw-2")},
	}}
}

func TestTierRoutesConform(t *testing.T) {
	t.Parallel()
	for name, args := range map[string]func(*pulumi.Context) *network.TierRoutesArgs{"network": ofNetwork, "tables": ofTables} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			pulumitest.Conform(t, pulumitest.Suite[network.TierRoutesArgs, *network.TierRoutes]{
				Token: network.TierRoutesToken, New: network.NewTierRoutes, Args: args,
				RefusesNil: failure.Configuration,
				Metadata:   fixture.Metadata(),
				Options:    []pulumitest.Option{fixture.Cloud(), addresses()},
			})
		})
	}
}

func TestTierRoutesAreCreatedInEachZone(t *testing.T) {
	t.Parallel()
	for name, args := range map[string]func(*pulumi.Context) *network.TierRoutesArgs{"network": ofNetwork, "tables": ofTables} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			r := fixture.Run(t, func(ctx *pulumi.Context) error {
				_, err := network.NewTierRoutes(ctx, "firewall", args(ctx))
				return err
			}, fixture.Cloud(), addresses())
			for _, zone := range zonesOfRegion() {
				route, ok := r.Find("aws:ec2/route:Route", "firewall-"+zone+"-all")
				require.True(t, ok)
				target, _ := route.Input("vpcEndpointId")
				require.Equal(t, "vpce-"+zone, target.StringValue())
				table, _ := route.Input("routeTableId")
				require.Contains(t, table.StringValue(), zone)
				require.Contains(t, string(route.Parent), network.TierRoutesToken)
			}
		})
	}
}

func TestTierRoutesDependOnTransitGatewayAttachments(t *testing.T) {
	t.Parallel()
	r := fixture.Run(t, func(ctx *pulumi.Context) error {
		_, err := network.NewTierRoutes(ctx, "firewall", ofNetwork(ctx))
		return err
	}, fixture.Cloud(), addresses())
	route, ok := r.Find("aws:ec2/route:Route", "firewall-eu-west-1a-offices")
	require.True(t, ok)
	require.Contains(t, route.Dependencies, r.One(t, "aws:ec2transitgateway/vpcAttachment:VpcAttachment").URN)
}

// Older programs added routes to a tier with a method of the network, whose children they were.
func TestTierRoutesHaveAliasesOfFormerRoutes(t *testing.T) {
	t.Parallel()
	r := fixture.Run(t, func(ctx *pulumi.Context) error {
		_, err := network.NewTierRoutes(ctx, "firewall", ofNetwork(ctx))
		return err
	}, fixture.Cloud(), addresses())
	route, ok := r.Find("aws:ec2/route:Route", "firewall-eu-west-1a-all")
	require.True(t, ok)
	require.Len(t, route.Aliases, 2)
	for i, parent := range []string{network.SecureVPCToken, "ashlar-aws:network:SecureVpc"} {
		require.Equal(t, "main-private-eu-west-1a-all", route.Aliases[i].Name)
		require.Contains(t, string(route.Aliases[i].Parent), "::"+parent+"::main")
	}
}

// otherNetwork is a network that is no SecureVPC.
type otherNetwork struct{}

func (otherNetwork) NetworkInfo() core.NetworkInfo { return core.NetworkInfo{} }

func TestInvalidTierRoutes(t *testing.T) {
	t.Parallel()
	one := func(name string, r network.Route) config.Named[network.Route] {
		return config.Named[network.Route]{name: r}
	}
	peer := pulumi.String("pcx-1")
	tables := map[string]pulumi.StringInput{"eu-west-1a": pulumi.String("rtb-1")}
	for name, tc := range map[string]struct {
		args network.TierRoutesArgs
		want string
	}{
		"no route tables": {network.TierRoutesArgs{}, "routeTableIds: required: set the route tables by zone, or Network and tier"},
		"other network":   {network.TierRoutesArgs{Network: otherNetwork{}, Tier: "private"}, "Network: expected a SecureVPC"},
		"tier of tables":  {network.TierRoutesArgs{RouteTableIDs: tables, Tier: "private"}, "tier: requires Network"},
		"transit gateway of tables": {
			network.TierRoutesArgs{RouteTableIDs: tables, Routes: one("x", network.Route{Destination: "192.0.2.0/24", TransitGateway: "hub"})},
			"routes.x.transitGateway: requires Network: use transitGatewayId",
		},
		"zone without table": {
			network.TierRoutesArgs{RouteTableIDs: tables, Routes: one("x", firewall(nil, "192.0.2.0/24"))},
			`routes.x.endpointIds.eu-west-1b: unknown zone "eu-west-1b", did you mean "eu-west-1a"?`,
		},
		"duplicate destination": {
			network.TierRoutesArgs{RouteTableIDs: tables, Routes: config.Named[network.Route]{
				"a": {Destination: "192.0.2.0/24", PeeringID: peer}, "b": {Destination: "192.0.2.0/24", PeeringID: peer},
			}},
			"routes.b.destination: duplicate destination 192.0.2.0/24, already used by route a",
		},
		"invalid route": {
			network.TierRoutesArgs{RouteTableIDs: tables, Routes: one("x", network.Route{Destination: "anywhere", PeeringID: peer})},
			`routes.x.destination: invalid CIDR block "anywhere"`,
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			fixture.Run(t, func(ctx *pulumi.Context) error {
				_, err := network.NewTierRoutes(ctx, "x", &tc.args)
				require.ErrorContains(t, err, tc.want)
				return nil
			}, fixture.Cloud())
		})
	}
}

func TestInvalidTierRoutesOfANetwork(t *testing.T) {
	t.Parallel()
	fixture.Run(t, func(ctx *pulumi.Context) error {
		v := withoutEgress(ctx)
		withEgress, err := network.NewSecureVPC(ctx, "other", plain(ctx))
		require.NoError(t, err)
		for _, tc := range []struct {
			network           *network.SecureVPC
			tier, name        string
			destination, want string
		}{
			{v, "privat", "wall", "0.0.0.0/0", `tier: unknown tier "privat", did you mean "private"?`},
			{v, "isolated", "wall", "0.0.0.0/0", "routes.wall.destination: an isolated tier has no default route"},
			{v, "isolated", "corp", "192.0.2.0/24", "routes.corp: duplicate name: the tier has a route corp"},
			{v, "isolated", "wall", "172.16.0.0/12", "routes.wall.destination: duplicate destination 172.16.0.0/12, already used by route corp of tier isolated of network main"},
			{v, "isolated", "a", "172.16.0.0/12", "routes.a.destination: duplicate destination 172.16.0.0/12, already used by route corp"},
			{v, "private", "internet", "192.0.2.0/24", "routes.internet: reserved name"},
			{v, "private", "wall", "10.0.0.0/24", "is within 10.0.0.0/16 of the network"},
			{withEgress, "private", "wall", "0.0.0.0/0", "routes.wall.destination: the tier has a default route to a gateway: set egress of the tier to false"},
		} {
			_, err := network.NewTierRoutes(ctx, "x", &network.TierRoutesArgs{
				Network: tc.network, Tier: tc.tier, Routes: config.Named[network.Route]{tc.name: firewall(nil, tc.destination)},
			})
			require.ErrorContains(t, err, tc.want)
		}
		_, err = network.NewTierRoutes(ctx, "x", &network.TierRoutesArgs{
			Network: v, Tier: "private", Routes: config.Named[network.Route]{
				"other": {Destination: "192.0.2.0/24", EndpointIDs: map[string]pulumi.StringInput{"eu-west-1x": pulumi.String("x")}},
			},
		})
		require.ErrorContains(t, err, `endpointIds.eu-west-1x: unknown zone "eu-west-1x"`)
		require.ErrorContains(t, err, "endpointIds.eu-west-1a: required")
		return nil
	}, fixture.Cloud(), addresses())
}
