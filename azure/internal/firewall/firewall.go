// Package firewall checks the addresses that network rules of storage accounts and key vaults allow.
package firewall

import (
	"net/netip"
	"slices"
	"strconv"
	"strings"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/ashlar-iac/ashlar/azure/internal/names"
	"github.com/ashlar-iac/ashlar/core/config"
)

// CheckRanges reports public addresses and CIDR blocks that Azure rejects in network rules: only public IPv4 addresses are
// accepted. smallest is the longest prefix of a CIDR block. Sources: "Configure Azure Storage firewalls and virtual
// networks", restrictions for IP network rules; "Configure Azure Key Vault networking settings". Outputs are not checked.
func CheckRanges(report *config.Report, path []string, given pulumi.StringArrayInput, smallest int) {
	list, _ := given.(pulumi.StringArray)
	for i, entry := range list {
		text, known := entry.(pulumi.String)
		if !known {
			continue
		}
		at := append(slices.Clone(path), strconv.Itoa(i))
		checkRange(report, at, string(text), smallest)
	}
}

func checkRange(report *config.Report, at []string, text string, smallest int) {
	address, bits, isBlock := strings.Cut(text, "/")
	if !isBlock {
		bits = "32"
	}
	block, err := netip.ParsePrefix(address + "/" + bits)
	switch {
	case err != nil || !block.Addr().Is4():
		report.Add(at, "found %q: use a public IPv4 address or CIDR block, such as 198.51.100.7", text)
	case isBlock && block != block.Masked():
		report.Add(at, "%s is not the first address of the CIDR block: use %s", address, block.Masked())
	case isBlock && block.Bits() > smallest:
		report.Add(at, "CIDR blocks have a prefix of at most /%d: use single addresses, such as %s", smallest, address)
	case block.Bits() == 0:
		report.Add(at, "%s allows all addresses: set allNetworks instead", text)
	case isPrivate(block.Addr()):
		report.Add(at, "%s is not a public address, and rules apply to these only: use subnetIds for virtual networks", text)
	}
}

func isPrivate(a netip.Addr) bool {
	return a.IsPrivate() || a.IsLoopback() || a.IsLinkLocalUnicast() || a.IsMulticast() || a.IsUnspecified()
}

// CheckSubnets reports known IDs that are not those of subnets.
func CheckSubnets(report *config.Report, path []string, given pulumi.StringArrayInput) {
	list, _ := given.(pulumi.StringArray)
	for i, entry := range list {
		at := append(slices.Clone(path), strconv.Itoa(i))
		names.CheckID(report, at, entry, "Microsoft.Network/virtualNetworks", "subnet with a service endpoint")
	}
}

// Given reports whether a list has entries, as far as is known.
func Given(in pulumi.StringArrayInput) bool {
	list, known := in.(pulumi.StringArray)
	return in != nil && (!known || len(list) > 0)
}

// Access returns whether the public endpoint is enabled, and what applies to networks that no rule allows. Without allowed
// networks, only private endpoints and trusted services have access.
func Access(all bool, ranges, subnets pulumi.StringArrayInput) (endpoint, action string) {
	switch {
	case all:
		return "Enabled", "Allow"
	case Given(ranges) || Given(subnets):
		return "Enabled", "Deny"
	}
	return "Disabled", "Deny"
}

// CheckAll reports that all networks are allowed in addition to some.
func CheckAll(report *config.Report, all bool, ranges, subnets pulumi.StringArrayInput) {
	if all && (Given(ranges) || Given(subnets)) {
		report.Add([]string{"allNetworks"}, "mutually exclusive with allowedRanges and subnetIds: remove one of them")
	}
}

// Bypass returns which services have access without a rule.
func Bypass(trusted bool) string {
	if trusted {
		return "AzureServices"
	}
	return "None"
}
