package azure

import (
	"maps"
	"slices"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/ashlar-iac/ashlar/azure/network"
	"github.com/ashlar-iac/ashlar/core"
	"github.com/ashlar-iac/ashlar/core/config"
	"github.com/ashlar-iac/ashlar/core/deployment"
)

// addNetworks creates the networks, each after its peers.
func (d *deployer) addNetworks() error {
	outputs := map[string]pulumi.Map{"networks": {}, "virtualNetworks": {}}
	places := map[string]place{}
	for _, p := range d.config.networkPlaces() {
		places[p.name] = p
	}
	var add func(name string) error
	add = func(name string) error {
		if d.networks[name] != nil {
			return nil
		}
		p := places[name]
		for _, peer := range p.peers {
			if err := add(peer); err != nil {
				return err
			}
		}
		on, err := providerOf(d.ctx.Providers(), d.config, p.provider)
		if err != nil {
			return err
		}
		out, err := d.addNetwork(p, on)
		if err != nil {
			return d.ctx.Locate(err, p.kind, p.name)
		}
		outputs[p.kind][name] = out
		return nil
	}
	for _, name := range slices.Sorted(maps.Keys(places)) {
		if err := add(name); err != nil {
			return err
		}
	}
	for _, kind := range []string{"networks", "virtualNetworks"} {
		if len(outputs[kind]) > 0 {
			d.ctx.Publish(kind, outputs[kind])
		}
	}
	return nil
}

func (d *deployer) addNetwork(p place, on pulumi.ResourceOption) (pulumi.Map, error) {
	peerings, peers := d.peeringsOf(p)
	logs := d.flowLogsOf(p)
	if p.kind == "virtualNetworks" {
		args := d.config.VirtualNetworks[p.name].VirtualNetworkArgs
		args.ResourceGroupName = d.group(p.group, p.given)
		args.Peerings, args.PeerNetworks, args.FlowLogs = peerings, peers, logs
		v, err := network.NewVirtualNetwork(d.ctx.Context, p.name, &args, on)
		if err != nil {
			return nil, err
		}
		d.networks[p.name] = v
		return pulumi.Map{"name": v.Name, "id": v.ID}, nil
	}
	args := d.config.Networks[p.name].SecureVNetArgs
	args.ResourceGroupName = d.group(p.group, p.given)
	args.Peerings, args.PeerNetworks, args.FlowLogs = peerings, peers, logs
	v, err := network.NewSecureVNet(d.ctx.Context, p.name, &args, on)
	if err != nil {
		return nil, err
	}
	d.networks[p.name], d.vnets[p.name] = v, v
	return pulumi.Map{"name": v.Name, "id": v.ID, "subnetIds": v.SubnetIDs, "natAddresses": v.NATAddresses},
		deployment.Provide[core.Network](d.ctx, p.name, v)
}

// peeringsOf returns the peerings of a network, and the networks at their other side. Existing networks are one for each ID,
// so that their peerings are created in sequence.
func (d *deployer) peeringsOf(p place) (config.Named[network.Peering], map[string]core.Network) {
	peerings, peers := withPeers(p.peerings, p.peers), map[string]core.Network{}
	for _, name := range p.peers {
		peers[name] = d.networks[name]
	}
	for _, name := range peerings.Names() {
		given := peerings[name]
		id, known := given.NetworkID.(pulumi.String)
		if !known {
			continue
		}
		if d.existing[string(id)] == nil {
			d.existing[string(id)] = network.NewExisting(id, given.AddressPrefixes...)
		}
		peers[name] = d.existing[string(id)]
		given.NetworkID, given.AddressPrefixes = nil, nil
		peerings[name] = given
	}
	return peerings, peers
}

// flowLogsOf returns the flow logs of a network with the IDs of their destinations.
func (d *deployer) flowLogsOf(p place) *network.FlowLogsArgs {
	if p.logs == nil && p.account == "" && p.workspace == "" {
		return nil
	}
	out := network.FlowLogsArgs{}
	if p.logs != nil {
		out = *p.logs
	}
	if p.account != "" {
		out.StorageAccountID = d.accounts[p.account].ID
	}
	if p.workspace != "" {
		out.WorkspaceID = d.workspaces[p.workspace].ID
	}
	return &out
}

// subnet returns the ID of the subnet of a tier of an entry of networks.
func (d *deployer) subnet(name, tier string) pulumi.StringInput {
	for _, s := range d.vnets[d.config.Networks.Resolve(name)].NetworkInfo().Tier(tier) {
		return s.ID
	}
	return nil
}

// addEndpoints creates the private endpoints: those with zones first, linked to the networks of the others.
func (d *deployer) addEndpoints() error {
	all := d.config.PrivateEndpoints
	own, others := config.Named[*PrivateEndpointConfiguration]{}, config.Named[*PrivateEndpointConfiguration]{}
	for name, e := range all {
		if e.ZonesOf == "" {
			own[name] = e
		} else {
			others[name] = e
		}
	}
	outputs := pulumi.Map{}
	for _, some := range []config.Named[*PrivateEndpointConfiguration]{own, others} {
		for _, name := range some.Names() {
			out, err := d.addEndpoint(name, some[name])
			if err != nil {
				return d.ctx.Locate(err, "privateEndpoints", name)
			}
			outputs[name] = out
		}
	}
	if len(outputs) > 0 {
		d.ctx.Publish("privateEndpoints", outputs)
	}
	return nil
}

func (d *deployer) addEndpoint(name string, e *PrivateEndpointConfiguration) (pulumi.Map, error) {
	provider, _ := d.config.endpointProvider(e)
	on, err := providerOf(d.ctx.Providers(), d.config, provider)
	if err != nil {
		return nil, err
	}
	var subnet, target pulumi.StringInput
	if e.SubnetID == nil {
		subnet = d.subnet(e.Network, e.Tier)
	}
	switch {
	case e.StorageAccount != "":
		target = d.accounts[e.StorageAccount].ID
	case e.Vault != "":
		target = d.vaults[e.Vault].ID
	}
	args := d.config.completed(e, subnet, target)
	args.ResourceGroupName = d.group(e.ResourceGroup, e.ResourceGroupName)
	if e.ZonesOf != "" {
		args.DNS.ZoneIDs = map[string]pulumi.StringInput{}
		for zone, id := range d.zoneIDs(e.ZonesOf) {
			args.DNS.ZoneIDs[zone] = id
		}
	} else if len(args.OwnZones()) > 0 {
		args.DNS.NetworkIDs = d.linked(name, e, args.DNS.NetworkIDs)
	}
	p, err := network.NewPrivateEndpoint(d.ctx.Context, name, &args, on)
	if err != nil {
		return nil, err
	}
	d.endpoints[name] = p
	return pulumi.Map{"name": p.Name, "id": p.ID, "privateIps": p.PrivateIPs, "zoneIds": p.ZoneIDs}, nil
}

// zoneIDs returns the IDs of the zones of an entry.
func (d *deployer) zoneIDs(owner string) map[string]pulumi.StringInput {
	out := map[string]pulumi.StringInput{}
	for _, zone := range d.config.ownZones(d.config.PrivateEndpoints[owner]) {
		out[zone] = d.endpoints[owner].ZoneIDs.MapIndex(pulumi.String(zone))
	}
	return out
}

// linked returns the networks that the zones of an entry are linked to, in addition to its own: those of entries that use
// them.
func (d *deployer) linked(owner string, e *PrivateEndpointConfiguration, given map[string]pulumi.StringInput) map[string]pulumi.StringInput {
	out := maps.Clone(given)
	if out == nil {
		out = map[string]pulumi.StringInput{}
	}
	own := d.config.endpointNetwork(e)
	for _, name := range d.config.PrivateEndpoints.Names() {
		other := d.config.PrivateEndpoints[name]
		in := d.config.endpointNetwork(other)
		if other.ZonesOf == owner && other.SubnetID == nil && in != own {
			out[in] = d.vnets[in].ID
		}
	}
	return out
}
