package azure

import (
	"maps"
	"slices"
	"strconv"
	"strings"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/ashlar-iac/ashlar/azure/internal/location"
	"github.com/ashlar-iac/ashlar/azure/network"
	"github.com/ashlar-iac/ashlar/core"
	"github.com/ashlar-iac/ashlar/core/config"
)

// NetworkConfiguration describes a network with tiers.
type NetworkConfiguration struct {
	// Provider is the name of an entry of providers. Default: that of the resource group.
	Provider string `pulumi:"provider,optional"`
	// ResourceGroup is the name of an entry of resourceGroups. Mutually exclusive with resourceGroupName. Default: the only
	// one.
	ResourceGroup string `pulumi:"resourceGroup,optional"`
	// Peers are names of entries of networks and virtualNetworks with which the network is peered, in addition to peerings.
	// Entries of peerings with the same names have the options of the peerings. Default: none.
	Peers []string `pulumi:"peers,optional"`
	// FlowLogAccount is the name of an entry of storageAccounts for flow logs. Mutually exclusive with
	// flowLogs.storageAccountId. Default: none.
	FlowLogAccount string `pulumi:"flowLogAccount,optional"`
	// FlowLogWorkspace is the name of an entry of workspaces for traffic analytics of flow logs. Mutually exclusive with
	// flowLogs.workspaceId. Default: none.
	FlowLogWorkspace string `pulumi:"flowLogWorkspace,optional"`
	network.SecureVNetArgs
}

// VirtualNetworkConfiguration describes a network without subnets.
type VirtualNetworkConfiguration struct {
	// Provider is the name of an entry of providers. Default: that of the resource group.
	Provider string `pulumi:"provider,optional"`
	// ResourceGroup is the name of an entry of resourceGroups. Mutually exclusive with resourceGroupName. Default: the only
	// one.
	ResourceGroup string `pulumi:"resourceGroup,optional"`
	// Peers are names of entries of networks and virtualNetworks with which the network is peered, in addition to peerings.
	// Entries of peerings with the same names have the options of the peerings. Default: none.
	Peers []string `pulumi:"peers,optional"`
	// FlowLogAccount is the name of an entry of storageAccounts for flow logs. Mutually exclusive with
	// flowLogs.storageAccountId. Default: none.
	FlowLogAccount string `pulumi:"flowLogAccount,optional"`
	// FlowLogWorkspace is the name of an entry of workspaces for traffic analytics of flow logs. Mutually exclusive with
	// flowLogs.workspaceId. Default: none.
	FlowLogWorkspace string `pulumi:"flowLogWorkspace,optional"`
	network.VirtualNetworkArgs
}

// place is what an entry of networks or virtualNetworks says about where the network is, its peers and its flow logs.
type place struct {
	kind, name                string
	provider, group, location string
	given                     pulumi.StringInput
	peers                     []string
	peerings                  config.Named[network.Peering]
	account, workspace        string
	logs                      *network.FlowLogsArgs
	check                     func(report *config.Report, peerings config.Named[network.Peering], peers map[string]core.Network, logs *network.FlowLogsArgs)
	plan                      func() *network.Planned
}

// networkPlaces returns all networks, in the order of their kinds and names.
func (c *Configuration) networkPlaces() []place {
	var out []place
	for _, name := range c.Networks.Names() {
		e := c.Networks[name]
		provider, _ := c.networkProvider(e)
		out = append(out, place{
			kind: "networks", name: name, provider: provider, group: e.ResourceGroup, location: e.Location, given: e.ResourceGroupName,
			peers: e.Peers, peerings: e.Peerings, account: e.FlowLogAccount, workspace: e.FlowLogWorkspace, logs: e.FlowLogs,
			check: func(report *config.Report, peerings config.Named[network.Peering], peers map[string]core.Network,
				logs *network.FlowLogsArgs) {
				args := e.SecureVNetArgs
				args.ResourceGroupName, args.Peerings, args.PeerNetworks, args.FlowLogs = checked, peerings, peers, logs
				args.ValidateArguments(report)
			},
			plan: func() *network.Planned { return e.Plan(name) },
		})
	}
	for _, name := range c.VirtualNetworks.Names() {
		e := c.VirtualNetworks[name]
		provider, _ := c.virtualNetworkProvider(e)
		out = append(out, place{
			kind: "virtualNetworks", name: name, provider: provider, group: e.ResourceGroup, location: e.Location,
			given: e.ResourceGroupName, peers: e.Peers, peerings: e.Peerings, account: e.FlowLogAccount,
			workspace: e.FlowLogWorkspace, logs: e.FlowLogs,
			check: func(report *config.Report, peerings config.Named[network.Peering], peers map[string]core.Network,
				logs *network.FlowLogsArgs) {
				args := e.VirtualNetworkArgs
				args.ResourceGroupName, args.Peerings, args.PeerNetworks, args.FlowLogs = checked, peerings, peers, logs
				args.ValidateArguments(report)
			},
			plan: func() *network.Planned { return e.Plan(name) },
		})
	}
	return out
}

// checked stands for what is checked as a reference.
const checked = pulumi.String("checked as a reference")

// withPeers returns the peerings of a network with those of its peers.
func withPeers(peerings config.Named[network.Peering], peers []string) config.Named[network.Peering] {
	out := config.Named[network.Peering]{}
	for name, p := range peerings {
		out[name] = p
	}
	for _, name := range peers {
		out[name] = peerings[name]
	}
	return out
}

// checkNetworks checks the references of networks.
func (c *Configuration) checkNetworks(report *config.Report) {
	all := map[string]place{}
	for _, p := range c.networkPlaces() {
		if other, taken := all[p.name]; taken {
			report.Add([]string{p.kind, p.name}, "duplicate name, same as %s: use another name, by which peers refer to it",
				report.Locate(other.kind, other.name))
		}
		all[p.name] = p
	}
	for _, p := range c.networkPlaces() {
		peers := c.checkPeers(report, p, all)
		logs := c.checkFlowLogs(report, p)
		peerings := config.Named[network.Peering]{} // Without those of peers that are not known.
		for name, given := range p.peerings {
			if !slices.Contains(p.peers, name) {
				peerings[name] = given
			}
		}
		for name := range peers {
			peerings[name] = p.peerings[name]
		}
		p.check(report.At(p.kind, p.name), peerings, peers, logs)
	}
	c.checkCycles(report, all)
}

// checkPeers checks the peers of a network, and returns what is known about them.
func (c *Configuration) checkPeers(report *config.Report, p place, all map[string]place) map[string]core.Network {
	out := map[string]core.Network{}
	for i, name := range p.peers {
		at := []string{p.kind, p.name, "peers", strconv.Itoa(i)}
		other, known := all[name]
		switch {
		case !known:
			report.Add(at, "unknown network %q, %s", name, config.Suggest(name, slices.Sorted(maps.Keys(all))))
			continue
		case name == p.name:
			report.Add(at, "a network has no peering with itself: remove it")
			continue
		case slices.Index(p.peers, name) < i:
			report.Add(at, "duplicate peer %q: remove it", name)
			continue
		}
		both := p.peerings[name].BothSides == nil || *p.peerings[name].BothSides
		if own, remote := c.subscription(p.provider), c.subscription(other.provider); own != remote && both {
			report.Add(at, "network %q is in %s instead of %s: use networkId of an entry of peerings on both sides, with bothSides: false",
				name, remote, own)
		}
		if planned := other.plan(); planned != nil {
			out[name] = planned
		}
	}
	return out
}

// checkCycles reports networks that are peers of each other in both entries: one of the two creates both sides.
func (c *Configuration) checkCycles(report *config.Report, all map[string]place) {
	state := map[string]int{} // 1 while it is visited, 2 after
	var visit func(name string)
	visit = func(name string) {
		state[name] = 1
		p := all[name]
		for i, peer := range p.peers {
			switch _, known := all[peer]; {
			case !known || peer == name:
			case state[peer] == 1:
				report.Add([]string{p.kind, name, "peers", strconv.Itoa(i)}, "%s is a peer of %s already, directly or through others: "+
					"an entry creates both sides of its peerings; remove it", name, peer)
			case state[peer] == 0:
				visit(peer)
			}
		}
		state[name] = 2
	}
	for _, name := range slices.Sorted(maps.Keys(all)) {
		if state[name] == 0 {
			visit(name)
		}
	}
}

// checkFlowLogs checks the destinations of flow logs, and returns the flow logs with them.
func (c *Configuration) checkFlowLogs(report *config.Report, p place) *network.FlowLogsArgs {
	at := func(key string) []string { return []string{p.kind, p.name, key} }
	if p.logs == nil && p.account == "" && p.workspace == "" {
		return nil
	}
	out := network.FlowLogsArgs{}
	if p.logs != nil {
		out = *p.logs
	}
	if p.account != "" {
		if out.StorageAccountID != nil {
			report.Add(at("flowLogAccount"), "mutually exclusive with flowLogs.storageAccountId: remove one of them")
		}
		out.StorageAccountID = checked
		c.checkFlowLogAccount(report, p)
	}
	if p.workspace != "" {
		if out.WorkspaceID != nil {
			report.Add(at("flowLogWorkspace"), "mutually exclusive with flowLogs.workspaceId: remove one of them")
		}
		out.WorkspaceID = checked
		checkKnown(report, at("flowLogWorkspace"), "workspace", p.workspace, c.Workspaces.Names())
	}
	return &out
}

// checkFlowLogAccount reports a storage account that flow logs cannot use. Source: "Virtual network flow logs", considerations.
func (c *Configuration) checkFlowLogAccount(report *config.Report, p place) {
	at := []string{p.kind, p.name, "flowLogAccount"}
	checkKnown(report, at, "storage account", p.account, c.StorageAccounts.Names())
	account := c.StorageAccounts[p.account]
	if account == nil {
		return
	}
	provider, _ := c.accountProvider(account)
	own, other := c.location(p.provider, p.location), c.location(provider, account.Location)
	if own != "" && other != "" && own != other {
		report.Add(at, "the storage account is in %s: flow logs need one in the location of the network, %s", other, own)
	}
	if n := account.Network; n != nil && n.TrustedServices != nil && !*n.TrustedServices && !n.AllNetworks {
		report.Add(at, "flow logs are written by a trusted service of Azure: set storageAccounts.%s.network.trustedServices", p.account)
	}
}

// location returns the location of an entry: its own, or that of its provider. Empty if it is not known.
func (c *Configuration) location(provider, own string) string {
	if p := c.Providers[c.Providers.Resolve(provider)]; own == "" && p != nil {
		own = p.Location
	}
	return location.Normalize(own)
}

// checkTierReference checks a reference to a tier of a network: of a virtual machine or a private endpoint, at a path. what
// is in the subnet. It returns what is known about the tier.
func (c *Configuration) checkTierReference(
	report *config.Report, at []string, name, tier, what, provider, own string,
) *network.TierFacts {
	path := func(key string) []string { return append(slices.Clone(at), key) }
	c.Networks.CheckReference(report, path("network"), "network", name)
	e := c.Networks[c.Networks.Resolve(name)]
	if e == nil {
		return nil
	}
	other, _ := c.networkProvider(e)
	if here, there := c.location(provider, own), c.location(other, e.Location); here != "" && there != "" && here != there {
		report.Add(path("network"), "the network is in %s instead of %s: use a network in the same location", there, here)
	}
	planned := e.Plan(c.Networks.Resolve(name))
	if planned == nil {
		return nil // Its problems are reported.
	}
	tiers := planned.Facts().Tiers
	facts, known := tiers[tier]
	switch {
	case tier == "":
		report.Add(path("tier"), "required with a network: specify one of %s", config.List(slices.Sorted(maps.Keys(tiers))))
		return nil
	case !known:
		report.Add(path("tier"), "unknown tier %q, %s", tier, config.Suggest(tier, slices.Sorted(maps.Keys(tiers))))
		return nil
	case facts.Reserved():
		report.Add(path("tier"), "the tier is of kind %s, whose subnet cannot have %s: use another tier", facts.Kind, what)
		return nil
	case facts.Delegation != "":
		report.Add(path("tier"), "the subnet is delegated to %s, and cannot have %s: use another tier", facts.Delegation, what)
		return nil
	}
	return &facts
}

// checkAddress reports a private address that is not usable in a subnet.
func checkAddress(report *config.Report, at []string, address string, facts *network.TierFacts) {
	if facts == nil || address == "" {
		return
	}
	if problem := facts.CheckAddress(address); problem != "" {
		report.Add(at, "%s", problem)
	}
}

func (c *Configuration) networkProvider(e *NetworkConfiguration) (string, bool) {
	return c.inGroup(e.Provider, e.ResourceGroup, e.ResourceGroupName)
}

func (c *Configuration) virtualNetworkProvider(e *VirtualNetworkConfiguration) (string, bool) {
	return c.inGroup(e.Provider, e.ResourceGroup, e.ResourceGroupName)
}

func (c *Configuration) endpointProvider(e *PrivateEndpointConfiguration) (string, bool) {
	return c.inGroup(e.Provider, e.ResourceGroup, e.ResourceGroupName)
}

// claimNetworks declares the names of networks and private endpoints.
func (c *Configuration) claimNetworks(claim func(kind, scope, name string, path ...string)) {
	for _, name := range c.Networks.Names() {
		e := c.Networks[name]
		claim("virtual network", c.group(e.Provider, e.ResourceGroup, e.ResourceGroupName), e.Name, "networks", name, "name")
	}
	for _, name := range c.VirtualNetworks.Names() {
		e := c.VirtualNetworks[name]
		claim("virtual network", c.group(e.Provider, e.ResourceGroup, e.ResourceGroupName), e.Name, "virtualNetworks", name, "name")
	}
	for _, name := range c.PrivateEndpoints.Names() {
		e := c.PrivateEndpoints[name]
		claim("private endpoint", c.group(e.Provider, e.ResourceGroup, e.ResourceGroupName), e.Name, "privateEndpoints", name, "name")
	}
}

// subnetNetwork describes the network of a subnet ID, or "" if it is not known.
func subnetNetwork(id pulumi.StringInput) string {
	text, _ := id.(pulumi.String)
	head, _, _ := strings.Cut(strings.ToLower(string(text)), "/subnets/")
	return head
}
