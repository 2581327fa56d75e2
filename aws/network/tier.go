package network

import (
	"cmp"
	"maps"
	"slices"
	"strings"

	"github.com/ashlar-iac/ashlar/core/config"
)

// The kinds of tiers, which are the names of the default ones, too.
const (
	public   = "public"
	private  = "private"
	isolated = "isolated"
)

// Tier is a group of subnets with one purpose: one in every zone, each with a route table of its own, behind one network ACL.
type Tier struct {
	// Kind says how the tier reaches the internet. A public one does so through an internet gateway, in both directions. A private one is not
	// reached from there, and goes out through NAT gateways, or the egress-only gateway of IPv6. An isolated one has no way there. Default: the name
	// of the tier when it is one of the kinds, otherwise isolated. Changing it changes routes, the network ACL and tags.
	Kind string `pulumi:"kind" jsonschema:"enum=public,enum=private,enum=isolated"`
	// Slot is the tier's place in the order of placement, counted from 1 over all tiers. Required, except for public (1), private (2) and isolated
	// (3). A new tier takes the next one, and keeps it. Changing it moves the tier, and those in higher slots.
	Slot *int `pulumi:"slot" jsonschema:"minimum=1,maximum=10000"`
	// Size is the size of every subnet: a prefix length (/22), a number of hosts (500 hosts), or the part of the block that the tier has in all its
	// zones together (1/8). Default: 3/16 for public and isolated, 3/8 for private, so that a /24 is enough, or
	// that of recorded subnets. Required for others, unless blocks says where they are. Changing it moves the tier, and those in higher slots.
	Size string `pulumi:"size" jsonschema:"pattern=^(/[0-9]{1\\,2}|[1-9][0-9]*/[1-9][0-9]*|[1-9][0-9]* hosts)$"`
	// Block is the name of the secondary block that the tier is in. Default: the first block of the VPC. Changing it replaces the subnets.
	Block string `pulumi:"block"`
	// Blocks are the blocks of the tier's subnets by zone, instead of a size. It needs zoneNames. Changing one replaces the subnet.
	Blocks map[string]string `pulumi:"blocks"`
	// Retired tells that the tier has no subnets any more. Its place stays free, so that those in higher slots stay where they are. Default: false.
	Retired bool `pulumi:"retired"`
	// Egress lets a private tier reach the internet. Without it, or with default routes of its own, it uses no gateway. Changing it changes routes, and
	// the gateways that nothing else uses.
	Egress *bool `pulumi:"egress" jsonschema:"default=true"`
	// IPv6 gives the subnets addresses of IPv6, when the VPC has them: a /64 that depends on nothing but the slots of tier and zone. Changing it
	// updates the subnets.
	IPv6 *bool `pulumi:"ipv6" jsonschema:"default=true"`
	// PublicAddresses gives machines in a public tier public addresses that did not ask for one. Changing it updates the subnets. Default: false.
	PublicAddresses bool `pulumi:"publicAddresses"`
	// GatewayEndpoints leads the tier to the gateway endpoints. Changing it updates the endpoints, and the network ACL of an isolated tier.
	GatewayEndpoints *bool `pulumi:"gatewayEndpoints" jsonschema:"default=true"`
	// LoadBalancers tags the subnets for load balancers of Kubernetes: those in the internet when the tier is public, else internal ones. Changing it
	// updates tags. Default: true for the public and for the private tier with the lowest slot.
	LoadBalancers *bool `pulumi:"loadBalancers"`
	// Clusters are further Kubernetes clusters that share the subnets, beside those of the network. Changing them updates tags. Default: none.
	Clusters []string `pulumi:"clusters"`
	// Karpenter is the value of the tag karpenter.sh/discovery, which is the name of a cluster as a rule. Changing it updates tags. Default: no tag.
	Karpenter string `pulumi:"karpenter"`
	// Routes are further routes of the tier, by name. Default: none.
	Routes config.Named[Route] `pulumi:"routes"`
	// ACL is the network ACL.
	ACL ACL `pulumi:"acl"`
	// Tags are added to the tier's subnets, route tables and network ACL. Changing them updates these.
	Tags map[string]string `pulumi:"tags"`
}

// usual are the tiers of a network that names none. The sizes fit into blocks from /16 to /24, and leave a quarter to others.
func usual() map[string]Tier {
	slot := func(n int) *int { return &n }
	return map[string]Tier{
		public: {Slot: slot(1), Size: "3/16"}, private: {Slot: slot(2), Size: "3/8"}, isolated: {Slot: slot(3), Size: "3/16"},
	}
}

// tier is a tier with everything filled in.
type tier struct {
	Tier

	name string
	slot int
}

// allTiers returns the tiers in the order of their slots, with what they get by default, and without those whose slot is unknown.
func (s *SecureVPCSettings) allTiers() []tier {
	usual := usual()
	given := s.Tiers
	if len(given) == 0 {
		given = usual
	}
	var out []tier
	used, highest := map[int]bool{}, 0
	for name, t := range given {
		like := usual[name]
		if t.Slot == nil {
			t.Slot = like.Slot
		}
		switch recorded := s.recordedSize(name); {
		case t.Size != "" || len(t.Blocks) > 0:
		case len(s.Recorded[name]) > 0:
			t.Size = recorded
		case t.Block == "":
			t.Size = like.Size
		}
		if t.Kind == "" {
			t.Kind = isolated
			if _, ok := usual[name]; ok {
				t.Kind = name
			}
		}
		if t.Slot == nil {
			continue // It is reported.
		}
		used[*t.Slot], highest = true, max(highest, *t.Slot)
		out = append(out, tier{t, name, *t.Slot})
	}
	// A usual tier that is left out keeps its place when others are behind it, so that it is removed by leaving it out.
	for name, t := range usual {
		if _, ok := given[name]; !ok && !used[*t.Slot] && *t.Slot < highest {
			t.Kind, t.Retired = name, true
			out = append(out, tier{t, name, *t.Slot})
		}
	}
	slices.SortFunc(out, func(a, b tier) int { return cmp.Or(cmp.Compare(a.slot, b.slot), cmp.Compare(a.name, b.name)) })
	return out
}

// recordedSize returns the size that all recorded subnets of a tier have, or nothing.
func (s *SecureVPCSettings) recordedSize(name string) string {
	size := ""
	for _, block := range s.Recorded[name] {
		_, length, _ := strings.Cut(block, "/")
		if size != "" && size != "/"+length {
			return ""
		}
		size = "/" + length
	}
	return size
}

// liveTiers returns the tiers that have subnets.
func (s *SecureVPCSettings) liveTiers() []tier {
	return slices.DeleteFunc(s.allTiers(), func(t tier) bool { return t.Retired })
}

// first returns the name of the tier of the kinds, tried one after the other, with the lowest slot.
func first(tiers []tier, kinds ...string) string {
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

// on reports what a setting says that is on unless it is turned off.
func on(setting *bool) bool { return setting == nil || *setting }

// subnetTags returns what load balancers and autoscalers of Kubernetes find the tier's subnets by.
func (s *SecureVPCSettings) subnetTags(t tier, tiers []tier) map[string]string {
	out := map[string]string{}
	balances := t.name == first(tiers, t.Kind) && t.Kind != isolated
	if t.LoadBalancers != nil {
		balances = *t.LoadBalancers
	}
	switch {
	case balances && t.Kind == public:
		out["kubernetes.io/role/elb"] = "1"
	case balances:
		out["kubernetes.io/role/internal-elb"] = "1"
	}
	clusters := slices.Clone(t.Clusters)
	if t.Kind != isolated {
		clusters = append(clusters, s.Clusters...)
	}
	for _, c := range clusters {
		out["kubernetes.io/cluster/"+c] = "shared"
	}
	if t.Karpenter != "" {
		out["karpenter.sh/discovery"] = t.Karpenter
	}
	maps.Copy(out, t.Tags)
	return out
}
