package network

import (
	"cmp"
	"slices"
	"strings"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/ashlar-iac/ashlar/core/config"
	"github.com/ashlar-iac/ashlar/core/metadata"
)

// TierKind is the internet access of a tier.
type TierKind string

// Kinds of tiers. They are the names of the default tiers, too.
const (
	TierPublic   TierKind = "public"
	TierPrivate  TierKind = "private"
	TierIsolated TierKind = "isolated"
)

// Tier is a group of subnets with one purpose: one subnet in each zone, each with its own route table, and one network
// ACL for all of them.
type Tier struct {
	// Kind is the internet access of the tier: in both directions through an internet gateway (public), outbound through
	// NAT gateways and the IPv6 egress-only internet gateway (private), or none (isolated). Default: the name of the tier
	// if it is one of the kinds, else isolated. Changing it changes routes, rules of the network ACL, and tags.
	Kind TierKind `pulumi:"kind,optional" jsonschema:"enum=public,enum=private,enum=isolated"`
	// Slot is the position of the tier in the order of placement, from 1, unique among all tiers. Required, except for
	// public (1), private (2) and isolated (3). Use the next slot for a new tier, and keep it. Changing it replaces the
	// subnets of the tier and of tiers in higher slots.
	Slot int `pulumi:"slot,optional" jsonschema:"minimum=1,maximum=10000"`
	// Size is the size of each subnet, as a prefix length (/22) or a number of hosts (500 hosts), or the share of the
	// CIDR block for all zones of the tier together (1/8). Default: 3/16 for public and isolated, 3/8 for private, which
	// fits into a /24, or the size of the recorded subnets. Required for other tiers, unless blocks is set. Changing it
	// replaces the subnets of the tier and of tiers in higher slots.
	Size string `pulumi:"size,optional" jsonschema:"pattern=^(/[0-9]{1\\,2}|[1-9][0-9]*/[1-9][0-9]*|[1-9][0-9]* hosts)$"`
	// Block is the name of the secondary CIDR block of the tier. Default: the primary CIDR block. Changing it replaces
	// the subnets.
	Block string `pulumi:"block,optional"`
	// Blocks are the CIDR blocks of the subnets by zone, instead of a size. Requires zoneNames. Default: none. Changing
	// one replaces the subnet.
	Blocks map[string]string `pulumi:"blocks,optional"`
	// Retired is whether the tier has no subnets any more. Its address space stays reserved, so that tiers in higher
	// slots stay unchanged.
	Retired bool `pulumi:"retired,optional"`
	// Egress is whether a private tier has default routes to the internet, unless routes has some. Changing it changes
	// routes, and gateways that no other tier uses.
	Egress *bool `pulumi:"egress,optional" jsonschema:"default=true"`
	// IPv6 is whether the subnets have IPv6, if the network has. Each subnet has a /64 that depends only on the slots of
	// its tier and zone. Changing it updates the subnets in place.
	IPv6 *bool `pulumi:"ipv6,optional" jsonschema:"default=true"`
	// PublicAddresses is whether instances in a public tier get a public address by default. Changing it updates the
	// subnets in place.
	PublicAddresses bool `pulumi:"publicAddresses,optional"`
	// GatewayEndpoints is whether the tier has routes to the gateway endpoints. Changing it updates the endpoints, and
	// the network ACL of an isolated tier.
	GatewayEndpoints *bool `pulumi:"gatewayEndpoints,optional" jsonschema:"default=true"`
	// LoadBalancers is whether the subnets are tagged for load balancers of Kubernetes: internet-facing ones in a public
	// tier, else internal ones. Default: true for the public and the private tier with the lowest slot. Changing it
	// updates tags.
	LoadBalancers *bool `pulumi:"loadBalancers,optional"`
	// Clusters are the names of additional Kubernetes clusters that share the subnets. They are not inputs, since they
	// are keys of tags. Default: none. Changing them updates tags.
	Clusters []string `pulumi:"clusters,optional"`
	// Karpenter is the value of the tag karpenter.sh/discovery, usually the name of a cluster. Default: no tag. Changing
	// it updates tags.
	Karpenter string `pulumi:"karpenter,optional"`
	// Routes are additional routes of the tier, by name. Default: none. Adding or removing one creates or deletes it.
	Routes config.Named[Route] `pulumi:"routes,optional"`
	// ACL is the network ACL.
	ACL *ACL `pulumi:"acl,optional" config:"group"`
	// Tags are added to the subnets, route tables and network ACL of the tier. Default: none. Changing them updates the
	// resources in place.
	Tags pulumi.StringMapInput `pulumi:"tags,optional"`
}

// defaultTiers returns the tiers of a network that sets none. Their sizes fit into CIDR blocks from /16 to /24, and
// leave a quarter for other tiers.
func defaultTiers() map[string]Tier {
	return map[string]Tier{
		string(TierPublic):   {Slot: 1, Size: "3/16"},
		string(TierPrivate):  {Slot: 2, Size: "3/8"},
		string(TierIsolated): {Slot: 3, Size: "3/16"},
	}
}

// tier is a tier with its name and with defaults that depend on the name. Its ACL is set.
type tier struct {
	Tier

	name string
}

// allTiers returns the tiers with a slot, in the order of their slots.
func (a *SecureVPCArgs) allTiers() []tier {
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

// withTierDefaults returns a tier with the defaults that depend on its name.
func (a *SecureVPCArgs) withTierDefaults(name string, t Tier) Tier {
	like, known := defaultTiers()[name]
	t.Slot = cmp.Or(t.Slot, like.Slot)
	switch {
	case t.Size != "" || len(t.Blocks) > 0:
	case len(a.Recorded[name]) > 0:
		t.Size = a.recordedSize(name)
	case t.Block == "":
		t.Size = like.Size
	}
	if t.Kind == "" && known {
		t.Kind = TierKind(name)
	}
	t.Kind = cmp.Or(t.Kind, TierIsolated)
	if t.ACL == nil {
		t.ACL = &ACL{}
	}
	return t
}

// recordedSize returns the size that all recorded subnets of a tier have, or "".
func (a *SecureVPCArgs) recordedSize(name string) string {
	size := ""
	for _, block := range a.Recorded[name] {
		_, length, _ := strings.Cut(block, "/")
		if size != "" && size != "/"+length {
			return ""
		}
		size = "/" + length
	}
	return size
}

// activeTiers returns the tiers with subnets.
func (a *SecureVPCArgs) activeTiers() []tier {
	return slices.DeleteFunc(a.allTiers(), func(t tier) bool { return t.Retired })
}

// firstOf returns the name of the first tier of the first kind that a tier has, or "".
func firstOf(tiers []tier, kinds ...TierKind) string {
	for _, kind := range kinds {
		if i := slices.IndexFunc(tiers, func(t tier) bool { return t.Kind == kind }); i >= 0 {
			return tiers[i].name
		}
	}
	return ""
}

func tierNames(tiers []tier) []string {
	var out []string
	for _, t := range tiers {
		out = append(out, t.name)
	}
	return out
}

// subnetTags returns the tags of the subnets of a tier, by which load balancers and autoscalers of Kubernetes find
// them.
func (a *SecureVPCArgs) subnetTags(t tier, tiers []tier) pulumi.StringMapInput {
	out := pulumi.StringMap{}
	loadBalancers := t.name == firstOf(tiers, t.Kind) && t.Kind != TierIsolated
	if t.LoadBalancers != nil {
		loadBalancers = *t.LoadBalancers
	}
	switch {
	case loadBalancers && t.Kind == TierPublic:
		out["kubernetes.io/role/elb"] = pulumi.String("1")
	case loadBalancers:
		out["kubernetes.io/role/internal-elb"] = pulumi.String("1")
	}
	clusters := slices.Clone(t.Clusters)
	if t.Kind != TierIsolated {
		clusters = append(clusters, a.Clusters...)
	}
	for _, c := range clusters {
		out["kubernetes.io/cluster/"+c] = pulumi.String("shared")
	}
	if t.Karpenter != "" {
		out["karpenter.sh/discovery"] = pulumi.String(t.Karpenter)
	}
	return metadata.MergeTags(out, t.Tags)
}
