package network

import (
	"cmp"
	"maps"
	"net/netip"
	"slices"
	"strings"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/ashlar-iac/ashlar/core/config"
)

// Tier is a group of resources with one purpose: a subnet, which spans all zones, with its own network security group and
// route table. What Azure rejects for a subnet with a reserved name is omitted.
type Tier struct {
	// Kind is what the subnet is for. Resources of public, private and isolated tiers have outbound access through NAT
	// gateways (public, private) or none (isolated), and ingress from the network, its peers and, in a public tier, the
	// internet. The other kinds are for one Azure service: a VPN or ExpressRoute gateway (GatewaySubnet), Azure Firewall
	// (AzureFirewallSubnet) and its management interface (AzureFirewallManagementSubnet), Azure Bastion (AzureBastionSubnet),
	// Route Server (RouteServerSubnet) or an application gateway. Default: the name of the tier if it is private or isolated,
	// else isolated. Changing it between the first three updates rules and the subnet. Other changes replace the subnet.
	Kind TierKind `pulumi:"kind,optional" jsonschema:"enum=public,enum=private,enum=isolated,enum=gateway,enum=firewall,enum=firewallManagement,enum=bastion,enum=routeServer,enum=applicationGateway"`
	// Slot is the position of the tier in the order of placement, from 1, unique among all tiers. Required, except for private
	// (1) and isolated (2). Use the next slot for a new tier, and keep it. Changing it moves the subnets of the tier and of
	// tiers in higher slots, which Azure rejects while they are in use.
	Slot int `pulumi:"slot,optional" jsonschema:"minimum=1,maximum=10000"`
	// Size is the size of the subnet, as a prefix length (/22), a number of hosts (500 hosts), in addition to the five addresses
	// that Azure reserves, or a share of the address prefix (1/8). At least /29, or what the service requires. Default: 1/2 for
	// private, 1/4 for isolated, /27 for a gateway, /26 for Azure Firewall, Azure Bastion and Route Server, /24 for an
	// application gateway. Required for other tiers, unless addressPrefix or recorded is set. Changing it moves the subnets of
	// the tier and of tiers in higher slots.
	Size string `pulumi:"size,optional" jsonschema:"pattern=^(/[0-9]{1\\,2}|[1-9][0-9]*/[1-9][0-9]*|[1-9][0-9]* hosts)$"`
	// Within is the name of the additional address prefix of the tier. Default: the primary address prefix. Changing it moves
	// the subnet.
	Within string `pulumi:"within,optional"`
	// AddressPrefix is the address prefix of the subnet, instead of a size. Default: none. Changing it moves the subnet.
	AddressPrefix string `pulumi:"addressPrefix,optional"`
	// Retired is whether the tier has no subnet anymore. Its address space stays reserved, so that tiers in higher slots do
	// not move.
	Retired bool `pulumi:"retired,optional"`
	// Zone is the availability zone of the resources of the tier, whose NAT gateway it uses: 1, 2 or 3. Default: none; all
	// zones. Changing it updates the subnet.
	Zone string `pulumi:"zone,optional" jsonschema:"enum=1,enum=2,enum=3"`
	// Egress is whether a public or private tier uses a NAT gateway, unless routes has a default route. Changing it updates the
	// subnet.
	Egress *bool `pulumi:"egress,optional" jsonschema:"default=true"`
	// Routes are routes of the tier, by name. Default: none. Changing them updates the route table.
	Routes config.Named[Route] `pulumi:"routes,optional"`
	// GatewayRoutes is whether the tier has the routes of VPN and ExpressRoute gateways. Changing it updates the route table.
	GatewayRoutes *bool `pulumi:"gatewayRoutes,optional" jsonschema:"default=true"`
	// Delegation is the service that manages the subnet, such as Microsoft.DBforPostgreSQL/flexibleServers. Default: none.
	// Azure rejects a change while the subnet is in use.
	Delegation string `pulumi:"delegation,optional" jsonschema:"pattern=^Microsoft\\.[A-Za-z.]+/[A-Za-z/]+$"`
	// ServiceEndpoints are services that the tier accesses from its private addresses, such as Microsoft.Storage. An isolated
	// tier allows egress to them. Default: none. Changing them updates the subnet and interrupts open connections.
	ServiceEndpoints []string `pulumi:"serviceEndpoints,optional"`
	// PrivateEndpointPolicies is whether network security groups and routes apply to private endpoints in the subnet: both
	// (Enabled), one of them, or none (Disabled). Changing it updates the subnet.
	PrivateEndpointPolicies PrivateEndpointPolicies `pulumi:"privateEndpointPolicies,optional" jsonschema:"default=Enabled,enum=Enabled,enum=NetworkSecurityGroupEnabled,enum=RouteTableEnabled,enum=Disabled"`
	// PrivateLinkServices is whether the subnet can have private link services, to which network security groups do not apply.
	// Default: false. Changing it updates the subnet.
	PrivateLinkServices bool `pulumi:"privateLinkServices,optional"`
	// SecurityGroup is the network security group.
	SecurityGroup *SecurityGroup `pulumi:"securityGroup,optional" config:"group"`
	// Tags are added to the network security group and the route table of the tier. Default: none. Changing them updates the
	// resources.
	Tags pulumi.StringMapInput `pulumi:"tags,optional"`
}

// TierKind is what the subnet of a tier is for.
type TierKind string

// Kinds of tiers.
const (
	TierPublic             TierKind = "public"
	TierPrivate            TierKind = "private"
	TierIsolated           TierKind = "isolated"
	TierGateway            TierKind = "gateway"
	TierFirewall           TierKind = "firewall"
	TierFirewallManagement TierKind = "firewallManagement"
	TierBastion            TierKind = "bastion"
	TierRouteServer        TierKind = "routeServer"
	TierApplicationGateway TierKind = "applicationGateway"
)

// PrivateEndpointPolicies is what applies to the private endpoints of a subnet.
type PrivateEndpointPolicies string

// Policies of private endpoints. Source: "Manage network policies for private endpoints".
const (
	PoliciesEnabled           PrivateEndpointPolicies = "Enabled"
	PoliciesSecurityGroupOnly PrivateEndpointPolicies = "NetworkSecurityGroupEnabled"
	PoliciesRouteTableOnly    PrivateEndpointPolicies = "RouteTableEnabled"
	PoliciesDisabled          PrivateEndpointPolicies = "Disabled"
)

// defaultTiers returns the tiers of a network that sets none. They leave a quarter of the address space for other tiers.
func defaultTiers() map[string]Tier {
	return map[string]Tier{
		string(TierPrivate):  {Kind: TierPrivate, Slot: 1, Size: "1/2"},
		string(TierIsolated): {Kind: TierIsolated, Slot: 2, Size: "1/4"},
	}
}

// tier is a tier with its name and with the defaults that depend on the name and the kind. Its security group is set.
type tier struct {
	Tier

	name string
}

// subnetName returns the name of the subnet.
func (t tier) subnetName() string { return cmp.Or(t.Kind.rule().subnet, t.name) }

// allTiers returns the tiers with a slot, in the order of their slots.
func (a *SecureVNetArgs) allTiers() []tier {
	defaults := defaultTiers()
	given := a.Tiers
	if len(given) == 0 {
		given = defaults
	}
	var out []tier
	used, highest := map[int]bool{}, 0
	for name, t := range given {
		if t = a.withTierDefaults(name, t); t.Slot != 0 { // Validate reports a tier without a slot.
			used[t.Slot], highest = true, max(highest, t.Slot)
			out = append(out, tier{t, name})
		}
	}
	// A default tier that is omitted, in front of others, keeps its slot. So it can be removed without retired.
	for name, t := range defaults {
		if _, ok := given[name]; !ok && !used[t.Slot] && t.Slot < highest {
			t = a.withTierDefaults(name, t)
			t.Retired = true
			out = append(out, tier{t, name})
		}
	}
	slices.SortFunc(out, func(a, b tier) int { return cmp.Or(cmp.Compare(a.Slot, b.Slot), cmp.Compare(a.name, b.name)) })
	return out
}

// withTierDefaults returns a tier with the defaults that depend on its name and kind.
func (a *SecureVNetArgs) withTierDefaults(name string, t Tier) Tier {
	like := defaultTiers()[name]
	t.Slot = cmp.Or(t.Slot, like.Slot)
	t.Kind = cmp.Or(t.Kind, like.Kind, TierIsolated)
	if t.Size == "" && t.AddressPrefix == "" {
		if recorded, ok := a.Recorded[name]; ok {
			_, length, _ := strings.Cut(recorded, "/")
			t.Size = "/" + length
		} else if t.Within == "" {
			t.Size = cmp.Or(t.Kind.rule().size, like.Size)
		} else {
			t.Size = t.Kind.rule().size
		}
	}
	if t.SecurityGroup == nil {
		t.SecurityGroup = &SecurityGroup{}
	}
	return t
}

// activeTiers returns the tiers with subnets.
func (a *SecureVNetArgs) activeTiers() []tier {
	return slices.DeleteFunc(a.allTiers(), func(t tier) bool { return t.Retired })
}

func tierNames(tiers []tier) []string {
	var out []string
	for _, t := range tiers {
		out = append(out, t.name)
	}
	return out
}

// hasDefaultRoute reports whether a tier has a default route of its own.
func (t tier) hasDefaultRoute() bool {
	return slices.ContainsFunc(slices.Collect(maps.Values(t.Routes)), func(r Route) bool {
		p, err := netip.ParsePrefix(r.AddressPrefix)
		return err == nil && p.Bits() == 0
	})
}

// outbound returns the way of a tier to the internet.
func (a *SecureVNetArgs) outbound(t tier) Outbound {
	switch {
	case t.hasDefaultRoute():
		return OutboundRoute
	case a.natMode() != NATNone && (t.Kind == TierPublic || t.Kind == TierPrivate) && enabled(t.Egress):
		return OutboundNAT
	}
	return OutboundNone
}
