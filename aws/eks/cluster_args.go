package eks

import (
	"maps"
	"slices"
	"strconv"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/ashlar-iac/ashlar/core"
	"github.com/ashlar-iac/ashlar/core/config"
)

// ClusterArgs describes a [Cluster].
type ClusterArgs struct {
	ClusterSettings
	// Network is the network that the cluster stands in: tier and nodeTier choose the subnets. Required, unless VpcID and Subnets are
	// given. Another one replaces the cluster.
	Network core.Network
	// VpcID is the VPC, for networks that are no core.Network. Changing it replaces the cluster.
	VpcID pulumi.StringInput `pulumi:"vpcId"`
	// Subnets are the subnets of the control plane by zone, such as eu-west-1a: two or more. Changing them updates the cluster.
	Subnets map[string]pulumi.StringInput `pulumi:"subnets"`
	// NodeSubnets are the subnets of nodes by zone. Default: those of the control plane. Changing them replaces node groups.
	NodeSubnets map[string]pulumi.StringInput `pulumi:"nodeSubnets"`
}

// place is where a cluster stands.
type place struct {
	vpc pulumi.StringInput
	// cidrs are nil where nothing is known of them.
	cidrs          pulumi.StringArrayInput
	control, nodes []core.Subnet
}

// place returns where the cluster stands.
func (a *ClusterArgs) place() place {
	if a.Network == nil {
		nodes := a.NodeSubnets
		if len(nodes) == 0 {
			nodes = a.Subnets
		}
		return place{vpc: a.VpcID, control: byZone(a.Subnets), nodes: byZone(nodes)}
	}
	info := a.Network.NetworkInfo()
	control := slices.DeleteFunc(info.Tier(a.Tier), func(s core.Subnet) bool { return len(a.Zones) > 0 && !slices.Contains(a.Zones, s.Zone) })
	return place{vpc: info.ID, cidrs: info.CIDRs, control: control, nodes: info.Tier(a.nodeTier())}
}

func (s *ClusterSettings) nodeTier() string {
	if s.NodeTier != "" {
		return s.NodeTier
	}
	return s.Tier
}

// byZone returns subnets in the order of their zones.
func byZone(subnets map[string]pulumi.StringInput) []core.Subnet {
	var out []core.Subnet
	for _, zone := range slices.Sorted(maps.Keys(subnets)) {
		out = append(out, core.Subnet{Zone: zone, ID: subnets[zone]})
	}
	return out
}

// zones returns the zones of subnets, each once.
func zones(subnets []core.Subnet) []string {
	var out []string
	for _, s := range subnets {
		if !slices.Contains(out, s.Zone) {
			out = append(out, s.Zone)
		}
	}
	return out
}

var _ config.Validator = (*ClusterArgs)(nil)

// Validate implements config.Validator.
func (a *ClusterArgs) Validate(report *config.Report) {
	// It hides the promoted method of the settings.
	a.ClusterSettings.Validate(report)
	if a.Network == nil {
		a.checkSubnets(report)
		return
	}
	if a.VpcID != nil || len(a.Subnets)+len(a.NodeSubnets) > 0 {
		report.Add([]string{"subnets"}, "the network has subnets: choose them by tier and nodeTier, or leave out the network")
	}
	info := a.Network.NetworkInfo()
	if info.Platform != "aws" {
		report.Add([]string{"network"}, "%q is a network of %s: a cluster of EKS stands in a VPC", info.Name, info.Platform)
		return
	}
	for key, tier := range map[string]string{"tier": a.Tier, "nodeTier": a.NodeTier} {
		if tier != "" && len(info.Tier(tier)) == 0 {
			report.Add([]string{key}, "the network %q has no tier %q, %s", info.Name, tier, config.Suggest(tier, info.Tiers()))
		}
	}
	a.checkTierZones(report, zones(info.Tier(a.Tier)))
	a.checkServiceCIDR(report, info)
	a.checkZones(report)
}

// checkTierZones holds the zones of the control plane against those of its tier.
func (a *ClusterArgs) checkTierZones(report *config.Report, found []string) {
	for i, zone := range a.Zones {
		at := []string{"zones", strconv.Itoa(i)}
		if slices.Contains(a.Zones[:i], zone) {
			report.Add(at, "%s is there already", zone)
		} else if !slices.Contains(found, zone) {
			report.Add(at, "the tier %q has no subnet in %q, %s", a.Tier, zone, config.Suggest(zone, found))
		}
	}
	switch {
	case len(found) == 1:
		report.Add([]string{"tier"}, "the tier %q has subnets in %s alone, and EKS wants two zones: add one to the network, or choose another tier",
			a.Tier, found[0])
	case len(a.Zones) > 0 && len(a.Zones) < minZones:
		report.Add([]string{"zones"}, "%s alone, and EKS wants two: add another one", config.List(a.Zones))
	}
}

func (a *ClusterArgs) checkSubnets(report *config.Report) {
	a.checkZones(report)
	if len(a.Zones) > 0 {
		report.Add([]string{"zones"}, "there is no network whose subnets it could choose: name the subnets of these zones alone")
	}
	if a.VpcID == nil {
		report.Add([]string{"vpcId"}, "required, but missing: name the VPC of the subnets, or a network")
	}
	if len(a.Subnets) < minZones {
		report.Add([]string{"subnets"}, "%d subnets, and EKS wants two or more, each in a zone of its own: name them by zone, or name a network",
			len(a.Subnets))
	}
	for key, subnets := range map[string]map[string]pulumi.StringInput{"subnets": a.Subnets, "nodeSubnets": a.NodeSubnets} {
		for _, zone := range slices.Sorted(maps.Keys(subnets)) {
			if !zoneName.MatchString(zone) {
				report.Add([]string{key, zone}, "found %q, expected the name of a zone, such as eu-west-1a", zone)
			}
		}
	}
}
