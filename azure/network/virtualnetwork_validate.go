package network

import (
	"net/netip"
	"slices"
	"strconv"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/ashlar-iac/ashlar/azure/internal/compliancecontrols"
	"github.com/ashlar-iac/ashlar/azure/internal/location"
	"github.com/ashlar-iac/ashlar/azure/internal/names"
	"github.com/ashlar-iac/ashlar/azure/internal/networkapi"
	"github.com/ashlar-iac/ashlar/azure/internal/tagging"
	"github.com/ashlar-iac/ashlar/core/compliance"
	"github.com/ashlar-iac/ashlar/core/config"
)

// Limits of address prefixes. Source: "Azure Virtual Network FAQ".
const (
	shortestPrefix = 8
	longestPrefix  = 29
	examplePrefix  = "10.0.0.0/16"
)

var (
	_ config.Validator          = (*VirtualNetworkArgs)(nil)
	_ config.ArgumentsValidator = (*VirtualNetworkArgs)(nil)
	_ compliance.Declarer       = (*VirtualNetworkArgs)(nil)
)

// reservedRanges are the ranges that no network can have. Source: "Azure Virtual Network FAQ", address ranges.
func reservedRanges() []netip.Prefix {
	return []netip.Prefix{
		netip.MustParsePrefix("127.0.0.0/8"), netip.MustParsePrefix("168.63.129.16/32"), netip.MustParsePrefix("169.254.0.0/16"),
		netip.MustParsePrefix("224.0.0.0/4"), netip.MustParsePrefix("255.255.255.255/32"),
	}
}

// Validate implements config.Validator.
func (a *VirtualNetworkArgs) Validate(report *config.Report) {
	checkBasics(report, a.Name, a.Location, a.Tags, a.DNSServers, a.DDoSPlanID)
	checkPrefixes(report, []string{"addressPrefixes"}, a.AddressPrefixes)
	for i, p := range parsed(a.AddressPrefixes) {
		if other := slices.IndexFunc(parsed(a.AddressPrefixes[:i]), p.Overlaps); other >= 0 {
			report.Add([]string{"addressPrefixes", strconv.Itoa(i)}, "%s overlaps with %s: use another address prefix", p,
				a.AddressPrefixes[other])
		}
	}
	a.peers().check(report, false)
}

// ValidateArguments implements config.ArgumentsValidator.
func (a *VirtualNetworkArgs) ValidateArguments(report *config.Report) {
	names.CheckGroup(report, a.ResourceGroupName)
	a.peers().checkNetworks(report)
	a.peers().checkOverlaps(report, parsed(a.AddressPrefixes))
	a.FlowLogs.CheckDestinations(report.At("flowLogs"))
}

func (a *VirtualNetworkArgs) peers() *peers {
	return &peers{peerings: a.Peerings, networks: a.PeerNetworks}
}

// Plan returns what the arguments say about the network before it is created.
func (a *VirtualNetworkArgs) Plan(name string) *Planned {
	return &Planned{name: name, facts: Facts{
		Location: a.Location, AddressPrefixes: slices.Clone(a.AddressPrefixes), PeerPrefixes: texts(a.peers().prefixes()),
	}}
}

// checkBasics checks the options that networks with and without subnets have.
func checkBasics(
	report *config.Report, name, place string, tags pulumi.StringMapInput, servers pulumi.StringArrayInput,
	plan pulumi.StringInput,
) {
	names.Check(report, []string{"name"}, networkapi.VirtualNetwork.Unversioned(), name)
	location.Check(report, []string{"location"}, place)
	tagging.Check(report, []string{"tags"}, tags, tagging.MaxKey)
	names.CheckID(report, []string{"ddosPlanId"}, plan, "Microsoft.Network/ddosProtectionPlans", "DDoS protection plan")
	list, _ := servers.(pulumi.StringArray)
	for i, entry := range list {
		text, known := entry.(pulumi.String)
		if _, err := netip.ParseAddr(string(text)); known && err != nil {
			report.Add([]string{"dnsServers", strconv.Itoa(i)}, "found %q: use an IP address, such as 10.0.0.4", string(text))
		}
	}
}

// checkPrefixes reports texts that are not address prefixes of networks.
func checkPrefixes(report *config.Report, path []string, list []string) {
	for i, text := range list {
		checkPrefix(report, append(slices.Clone(path), strconv.Itoa(i)), text)
	}
}

// checkPrefix reports a text that is not an address prefix of a network.
func checkPrefix(report *config.Report, at []string, text string) {
	p, err := netip.ParsePrefix(text)
	switch {
	case err != nil || !p.Addr().Is4():
		report.Add(at, "found %q: use an IPv4 address prefix such as %s", text, examplePrefix)
	case p != p.Masked():
		report.Add(at, "%s has host bits: use %s", p, p.Masked())
	case p.Bits() < shortestPrefix || p.Bits() > longestPrefix:
		report.Add(at, "unsupported prefix length /%d: use /%d to /%d", p.Bits(), shortestPrefix, longestPrefix)
	default:
		if i := slices.IndexFunc(reservedRanges(), p.Overlaps); i >= 0 {
			report.Add(at, "%s is in the reserved range %s: use a private range such as %s", p, reservedRanges()[i], examplePrefix)
		}
	}
}

// Evidence implements compliance.Declarer. The flow logs declare their own.
func (a *VirtualNetworkArgs) Evidence() []compliance.Evidence {
	out := []compliance.Evidence{encryptionEvidence(a.Encryption)}
	if a.FlowLogs == nil && !a.part {
		out = append(out, noFlowLogs())
	}
	return out
}

func encryptionEvidence(on bool) compliance.Evidence {
	return compliance.Check("encryption", on, on, "true", compliancecontrols.EncryptionInTransit...)
}

// enabled reports the value of an option whose default is true.
func enabled(option *bool) bool { return option == nil || *option }
