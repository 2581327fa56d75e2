package aks

import (
	"net/netip"
	"strconv"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/ashlar-iac/ashlar/azure/network"
	"github.com/ashlar-iac/ashlar/core/config"
)

// subnet returns the subnet of the nodes, and its tier in a network.
func (a *ClusterArgs) subnet() (id pulumi.StringInput, tier string) {
	if a.Network == nil {
		return a.SubnetID, ""
	}
	if subnets := a.Network.NetworkInfo().Tier(a.Tier); len(subnets) > 0 {
		return subnets[0].ID, a.Tier
	}
	return nil, a.Tier
}

// outboundType returns how nodes access the internet in the words of AKS.
func (a *ClusterArgs) outboundType() string {
	switch a.Outbound {
	case OutboundLoadBalancer:
		return "loadBalancer"
	case OutboundUserDefinedRouting:
		return "userDefinedRouting"
	}
	return "userAssignedNATGateway"
}

// dnsAddress returns the address of DNS: the tenth of the services.
func (a *ClusterArgs) dnsAddress() string {
	const position = 10
	services, err := netip.ParsePrefix(a.ServiceCIDR)
	if err != nil {
		return "" // It is reported.
	}
	address := services.Addr()
	for range position {
		address = address.Next()
	}
	return address.String()
}

// reservedRanges are the ranges that AKS rejects for pods and services. Source: "Configure Azure CNI Overlay networking in
// Azure Kubernetes Service (AKS)", and "Configure Azure CNI networking", IP address planning.
var reservedRanges = []string{"169.254.0.0/16", "172.30.0.0/16", "172.31.0.0/16", "192.0.2.0/24"}

// The limits of ranges. Source: "Configure Azure CNI Overlay networking in Azure Kubernetes Service (AKS)": services must be
// smaller than /12, and each node uses a /24 of the pods.
const (
	largestServices  = 13
	smallestServices = 27
	nodeBits         = 24
)

// checkRanges reports ranges of pods and services that AKS rejects, or that overlap.
func (a *ClusterArgs) checkRanges(report *config.Report) {
	pods, okPods := checkCIDR(report, []string{"podCidr"}, a.PodCIDR)
	services, okServices := checkCIDR(report, []string{"serviceCidr"}, a.ServiceCIDR)
	if okServices && (services.Bits() < largestServices || services.Bits() > smallestServices) {
		report.Add([]string{"serviceCidr"}, "found /%d, expected a CIDR block from /%d to /%d, such as 172.16.0.0/16", services.Bits(),
			smallestServices, largestServices)
	}
	if okPods && pods.Bits() > nodeBits {
		report.Add([]string{"podCidr"}, "found /%d, expected /%d or larger: each node uses a /%d", pods.Bits(), nodeBits, nodeBits)
	}
	if okPods && okServices && pods.Overlaps(services) {
		report.Add([]string{"serviceCidr"}, "overlaps with podCidr %s: use another CIDR block", pods)
	}
	others := reservedRanges
	for i, text := range a.ConnectedCIDRs {
		if _, ok := checkCIDR(report, []string{"connectedCidrs", strconv.Itoa(i)}, text); ok {
			others = append(others[:len(others):len(others)], text)
		}
	}
	for _, text := range others {
		a.checkOverlap(report, text, "a range that AKS reserves or that connectedCidrs has")
	}
}

// checkOverlap reports pods and services whose ranges overlap with another one. what describes it.
func (a *ClusterArgs) checkOverlap(report *config.Report, text, what string) {
	other, err := netip.ParsePrefix(text)
	if err != nil {
		return // It is reported.
	}
	for _, own := range []struct{ key, text string }{{"podCidr", a.PodCIDR}, {"serviceCidr", a.ServiceCIDR}} {
		if p, err := netip.ParsePrefix(own.text); err == nil && p.Overlaps(other) {
			report.Add([]string{own.key}, "%s overlaps with %s, %s: use another CIDR block", p, other, what)
		}
	}
}

func checkCIDR(report *config.Report, at []string, text string) (netip.Prefix, bool) {
	p, err := netip.ParsePrefix(text)
	switch {
	case text == "":
	case err != nil || !p.Addr().Is4():
		report.Add(at, "found %q, expected an IPv4 CIDR block, such as 172.16.0.0/16", text)
	case p != p.Masked():
		report.Add(at, "%s has host bits set: use %s", text, p.Masked())
	default:
		return p, true
	}
	return p, false
}

// CheckNetwork reports a network without the tier and the outbound access that the cluster needs, or whose ranges overlap
// with those of the cluster. The constructor calls it; so do sections of stack files, with a network that has no IDs yet.
func (a *ClusterArgs) CheckNetwork(report *config.Report) {
	info := a.Network.NetworkInfo()
	if info.Platform != "azure" {
		report.Add([]string{"network"}, "%q is a network on %s: use a virtual network", info.Name, info.Platform)
		return
	}
	if len(info.Tier(a.Tier)) == 0 {
		report.Add([]string{"tier"}, "unknown tier %q of network %q, %s", a.Tier, info.Name, config.Suggest(a.Tier, info.Tiers()))
	}
	if list, known := info.CIDRs.(pulumi.StringArray); known {
		for _, in := range list {
			if text, known := in.(pulumi.String); known {
				a.checkOverlap(report, string(text), "a range of network "+strconv.Quote(info.Name))
			}
		}
	}
	known, ok := a.Network.(network.AzureNetwork)
	if !ok {
		return
	}
	facts := known.Facts()
	for _, text := range facts.PeerPrefixes {
		a.checkOverlap(report, text, "a range of a peer of network "+strconv.Quote(info.Name))
	}
	a.checkOutbound(report, info.Name, facts.Tiers[a.Tier].Outbound)
	a.checkPods(report, info.Name, facts.PodCIDRs)
}

// checkOutbound compares how the subnet of the nodes accesses the internet with what the cluster expects.
func (a *ClusterArgs) checkOutbound(report *config.Report, name string, found network.Outbound) {
	at := []string{"outbound"}
	switch {
	case found == "":
	case a.Outbound == OutboundNATGateway && found != network.OutboundNAT:
		report.Add(at, "tier %q of network %q has no NAT gateway: add one, or use userDefinedRouting or loadBalancer", a.Tier, name)
	case a.Outbound == OutboundUserDefinedRouting && found != network.OutboundRoute:
		report.Add(at, "tier %q of network %q has no default route: add one to an appliance, or use natGateway", a.Tier, name)
	case a.Outbound == OutboundLoadBalancer && found != network.OutboundNone:
		report.Add(at, "tier %q of network %q has outbound access already: use natGateway or userDefinedRouting", a.Tier, name)
	}
}

// checkPods reports pods whose traffic between nodes the network denies.
func (a *ClusterArgs) checkPods(report *config.Report, name string, allowed []string) {
	pods, err := netip.ParsePrefix(a.PodCIDR)
	if err != nil || len(allowed) == 0 {
		return // It is reported, or not known.
	}
	for _, text := range allowed {
		if p, err := netip.ParsePrefix(text); err == nil && p.Bits() <= pods.Bits() && p.Contains(pods.Addr()) {
			return
		}
	}
	report.Add([]string{"podCidr"}, "network %q denies traffic of pods in %s: add it to podCidrs of the network", name, pods)
}
