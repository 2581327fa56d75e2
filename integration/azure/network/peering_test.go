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
	return inGroup(a, func(ctx *pulumi.Context, group *resources.ResourceGroup, on pulumi.ResourceOption) error {
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
		s := &spokes{names: []string{"a", "b"}}
		life := a.Life(t, "peerings", s.program(a))
		life.Up()
		s.names = []string{"a", "b", "c"}
		life.Change("another spoke", steps(each("create", "c", vnetType), each("create", "c-private", subnetType, groupType, tableType),
			each("create", "c-isolated", subnetType, groupType, tableType), peered("create", "c"))...)
		s.peering.ForwardedTraffic = true
		life.Change("forwarded traffic", steps(peered("update", "a"), peered("update", "b"), peered("update", "c"))...)
		s.peering.RemoteGateway = true
		life.Change("the gateway of the hub", steps(peered("update", "a"), peered("update", "b"), peered("update", "c"))...)
		s.peering.Ingress = new(false)
		var groups []string
		for _, name := range s.names {
			groups = append(groups, "update "+groupType+" "+name+"-private", "update "+groupType+" "+name+"-isolated")
		}
		life.Change("no ingress from the hub", groups...)
		s.peering.RemoteGateway, s.peering.BothSides = false, new(false)
		life.Change("one side", "update "+peeringType+" a-hub", "update "+peeringType+" b-hub", "update "+peeringType+" c-hub",
			"delete "+peeringType+" a-hub-reverse", "delete "+peeringType+" b-hub-reverse", "delete "+peeringType+" c-hub-reverse")
		s.peering.BothSides, s.existing = nil, true
		life.Change("both sides of an existing network", "create "+peeringType+" a-hub-reverse", "create "+peeringType+" b-hub-reverse",
			"create "+peeringType+" c-hub-reverse")
		s.names = []string{"a"}
		life.Change("fewer spokes", steps(peered("delete", "b"), peered("delete", "c"), each("delete", "b", vnetType), each("delete", "c", vnetType),
			each("delete", "b-private", subnetType, groupType, tableType), each("delete", "b-isolated", subnetType, groupType, tableType),
			each("delete", "c-private", subnetType, groupType, tableType), each("delete", "c-isolated", subnetType, groupType, tableType))...)
		life.Destroy()
	})
}
