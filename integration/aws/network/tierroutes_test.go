package network_test

import (
	"testing"

	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/ec2"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/ashlar-iac/ashlar/aws/network"
	"github.com/ashlar-iac/ashlar/core/config"
	"github.com/ashlar-iac/ashlar/integration/cloudtest"
)

// peered returns a program with a network and a VPC that is connected to it. routes adds routes to the connection.
func peered(
	a *cloudtest.Account, other *network.VPCArgs,
	routes func(ctx *pulumi.Context, main *network.SecureVPC, peering pulumi.StringInput, on pulumi.ResourceOption) error,
) pulumi.RunFunc {
	return func(ctx *pulumi.Context) error {
		p, err := a.Provider(ctx, "primary", a.Region())
		if err != nil {
			return err
		}
		on := pulumi.Provider(p)
		vpc, err := network.NewVPC(ctx, "other", other, on)
		if err != nil {
			return err
		}
		args := secure()
		args.Zones, args.NAT, args.FlowLogs = 1, network.NATNone, noFlowLogs()
		main, err := network.NewSecureVPC(ctx, "main", args, on)
		if err != nil {
			return err
		}
		peering, err := ec2.NewVpcPeeringConnection(ctx, "peering", &ec2.VpcPeeringConnectionArgs{
			VpcId: main.ID, PeerVpcId: vpc.ID, AutoAccept: pulumi.Bool(true),
		}, on)
		if err != nil {
			return err
		}
		return routes(ctx, main, peering.ID(), on)
	}
}

// A VPC without subnets, and routes to it that are created after the network.
func TestVPCsAndTierRoutes(t *testing.T) {
	t.Parallel()
	cloudtest.AWS(t, func(t *testing.T, a *cloudtest.Account) {
		other := &network.VPCArgs{CIDR: "172.20.0.0/16"}
		routes := config.Named[network.Route]{}
		life := a.Life(t, "peers", peered(a, other,
			func(ctx *pulumi.Context, main *network.SecureVPC, peering pulumi.StringInput, on pulumi.ResourceOption) error {
				to := config.Named[network.Route]{}
				for name, r := range routes {
					r.PeeringID = peering
					to[name] = r
				}
				_, err := network.NewTierRoutes(ctx, "peer", &network.TierRoutesArgs{Network: main, Tier: "private", Routes: to}, on)
				return err
			}))
		life.Up()
		route := " " + routeType + " peer-" + a.Region() + "a-other"
		routes["other"] = network.Route{Destination: "172.20.0.0/16"}
		life.Change("a route to a peer", "create"+route)
		routes["other"] = network.Route{Destination: "172.20.0.0/17"}
		life.Change("another destination", "replace"+route)
		other.SecondaryCIDRs = config.Named[network.CIDRBlock]{"pods": {CIDR: "100.64.0.0/16"}}
		life.Change("a secondary CIDR block", "create "+blockType+" other-pods")
		other.SecondaryCIDRs["pods"] = network.CIDRBlock{CIDR: "100.65.0.0/16"}
		life.Change("another secondary CIDR block", "replace "+blockType+" other-pods")
		other.Tags = pulumi.StringMap{"team": pulumi.String("network")}
		life.Change("tags", "update "+vpcType+" other", "update "+groupType+" other-default")
		life.Destroy()
	})
}

// Routes that older programs created as children of the network are not replaced.
func TestTierRoutesAdoptFormerRoutes(t *testing.T) {
	t.Parallel()
	a := cloudtest.Simulated(t)
	adopt := false
	life := a.Life(t, "adopt", peered(a, &network.VPCArgs{CIDR: "172.20.0.0/16"},
		func(ctx *pulumi.Context, main *network.SecureVPC, peering pulumi.StringInput, on pulumi.ResourceOption) error {
			zone := a.Region() + "a"
			var err error
			if adopt {
				_, err = network.NewTierRoutes(ctx, "peer", &network.TierRoutesArgs{Network: main, Tier: "private", Routes: config.Named[network.Route]{
					"other": {Destination: "172.20.0.0/16", PeeringID: peering},
				}}, on)
			} else {
				_, err = ec2.NewRoute(ctx, "main-private-"+zone+"-other", &ec2.RouteArgs{
					RouteTableId:         main.RouteTableIDs.MapIndex(pulumi.String("private")).MapIndex(pulumi.String(zone)),
					DestinationCidrBlock: pulumi.String("172.20.0.0/16"), VpcPeeringConnectionId: peering.ToStringOutput().ToStringPtrOutput(),
				}, pulumi.Parent(main))
			}
			return err
		}))
	life.Up()
	adopt = true
	life.Change("existing routes are adopted")
	life.Destroy()
}
