package network_test

import (
	"testing"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/ashlar-iac/ashlar/azure/network"
	"github.com/ashlar-iac/ashlar/azure/resources"
	"github.com/ashlar-iac/ashlar/core"
	"github.com/ashlar-iac/ashlar/core/config"
	"github.com/ashlar-iac/ashlar/integration/cloudtest"
)

// spokes are networks that are peered with a hub, which this program has, or which exists already.
type spokes struct {
	names   []string
	peering network.Peering
	// existing tells that spokes have the hub by its ID.
	existing bool
}

func (s *spokes) program(a *cloudtest.Account) pulumi.RunFunc {
	return a.InGroup(func(ctx *pulumi.Context, group *resources.ResourceGroup, on pulumi.ResourceOption) error {
		args := noNAT()
		args.ResourceGroupName, args.AddressPrefix = group.Name, "10.100.0.0/16"
		args.Tiers = config.Named[network.Tier]{"gateway": {Kind: network.TierGateway, Slot: 1}, "bastion": {Kind: network.TierBastion, Slot: 2}}
		hub, err := network.NewSecureVNet(ctx, "hub", args, on)
		if err != nil {
			return err
		}
		var remote core.Network = hub
		if s.existing {
			remote = network.NewExisting(hub.ID, "10.100.0.0/16")
		}
		for i, name := range s.names {
			args := noNAT()
			args.ResourceGroupName, args.AddressPrefix = group.Name, []string{"10.0.0.0/16", "10.1.0.0/16", "10.2.0.0/16"}[i]
			args.Peerings = config.Named[network.Peering]{"hub": s.peering}
			args.PeerNetworks = map[string]core.Network{"hub": remote}
			if _, err := network.NewSecureVNet(ctx, name, args, on); err != nil {
				return err
			}
		}
		return nil
	})
}

// peered returns the steps of an operation on both sides of a peering.
func peered(op, name string) []string {
	return []string{op + " " + peeringType + " " + name + "-hub", op + " " + peeringType + " " + name + "-hub-reverse"}
}

// Several networks are peered with one hub, of which Azure accepts one write at a time.
func TestPeerings(t *testing.T) {
	t.Parallel()
	cloudtest.Azure(t, func(t *testing.T, a *cloudtest.Account) {
		s := &spokes{names: []string{"east", "west"}}
		life := a.Life(t, "peerings", s.program(a))
		life.Up()
		s.names = []string{"east", "west", "north"}
		life.Change("another spoke", steps(each("create", "north", vnetType), each("create", "north-private", subnetType, groupType, tableType),
			each("create", "north-isolated", subnetType, groupType, tableType), peered("create", "north"))...)
		s.peering.ForwardedTraffic = true
		life.Change("forwarded traffic", steps(peered("update", "east"), peered("update", "west"), peered("update", "north"))...)
		s.peering.RemoteGateway = true
		life.Change("the gateway of the hub", steps(peered("update", "east"), peered("update", "west"), peered("update", "north"))...)
		s.peering.Ingress = new(false)
		var groups []string
		for _, name := range s.names {
			groups = append(groups, "update "+groupType+" "+name+"-private", "update "+groupType+" "+name+"-isolated")
		}
		life.Change("no ingress from the hub", groups...)
		s.peering.RemoteGateway, s.peering.BothSides = false, new(false)
		life.Change("one side", "update "+peeringType+" east-hub", "update "+peeringType+" west-hub", "update "+peeringType+" north-hub",
			"delete "+peeringType+" east-hub-reverse", "delete "+peeringType+" west-hub-reverse", "delete "+peeringType+" north-hub-reverse")
		s.peering.BothSides, s.existing = nil, true
		life.Change("both sides of an existing network", "create "+peeringType+" east-hub-reverse", "create "+peeringType+" west-hub-reverse",
			"create "+peeringType+" north-hub-reverse")
		s.names = []string{"east"}
		life.Change("fewer spokes", steps(peered("delete", "west"), peered("delete", "north"), each("delete", "west", vnetType), each("delete", "north", vnetType),
			each("delete", "west-private", subnetType, groupType, tableType), each("delete", "west-isolated", subnetType, groupType, tableType),
			each("delete", "north-private", subnetType, groupType, tableType), each("delete", "north-isolated", subnetType, groupType, tableType))...)
		life.Destroy()
	})
}
