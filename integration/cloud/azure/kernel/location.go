package kernel

import (
	"maps"
	"slices"
	"strings"
)

// The clouds of Azure, as the provider's setting "environment" names them.
const (
	Public     = "public"
	Government = "usgovernment"
	China      = "china"
)

// Environment describes a cloud of Azure. Source: the endpoints of the environments in the Azure SDKs.
type Environment struct {
	// StorageSuffix is the domain of storage endpoints.
	StorageSuffix string
	// VaultSuffix is the domain of key vaults.
	VaultSuffix string
	// ClusterSuffix is the domain of the APIs of AKS clusters. Source: "Create a private AKS cluster", private DNS zones.
	ClusterSuffix string
}

// Environments are the clouds of Azure by name.
func Environments() map[string]Environment {
	return map[string]Environment{
		Public:     {"core.windows.net", "vault.azure.net", "azmk8s.io"},
		Government: {"core.usgovcloudapi.net", "vault.usgovcloudapi.net", "cx.aks.containerservice.azure.us"},
		China:      {"core.chinacloudapi.cn", "vault.azure.cn", "cx.prod.service.azk8s.cn"},
	}
}

// Location is a region of Azure.
type Location struct {
	// Environment is the cloud that it belongs to.
	Environment string
	// Zones says that it has three availability zones.
	Zones bool
	// Pair is the region to which data is replicated. Default: none.
	Pair string
}

// Locations are the regions by name. Source: "Azure regions list", with availability zones and pairs. Regions of the
// Government and China clouds are from memory.
func Locations() map[string]Location {
	out := map[string]Location{}
	add := func(environment string, zones bool, names ...string) {
		for _, name := range names {
			name, pair, _ := strings.Cut(name, ">")
			out[name] = Location{environment, zones, pair}
		}
	}
	add(Public, true, "australiaeast>australiasoutheast", "austriaeast", "brazilsouth>southcentralus",
		"canadacentral>canadaeast", "centralindia>southindia", "centralus>eastus2", "chilecentral",
		"eastasia>southeastasia", "eastus>westus", "eastus2>centralus", "francecentral>francesouth",
		"germanywestcentral>germanynorth", "indonesiacentral", "israelcentral", "italynorth", "japaneast>japanwest",
		"japanwest>japaneast", "koreacentral>koreasouth", "malaysiawest", "mexicocentral", "newzealandnorth",
		"northeurope>westeurope", "norwayeast>norwaywest", "polandcentral", "qatarcentral",
		"southafricanorth>southafricawest", "southcentralus>northcentralus", "southeastasia>eastasia", "spaincentral",
		"swedencentral>swedensouth", "switzerlandnorth>switzerlandwest", "uaenorth>uaecentral", "uksouth>ukwest",
		"westeurope>northeurope", "westus2>westcentralus", "westus3>eastus")
	add(Public, false, "australiacentral>australiacentral2", "australiacentral2>australiacentral",
		"australiasoutheast>australiaeast", "brazilsoutheast", "canadaeast>canadacentral", "francesouth>francecentral",
		"germanynorth>germanywestcentral", "koreasouth>koreacentral", "northcentralus>southcentralus",
		"norwaywest>norwayeast", "southafricawest>southafricanorth", "southindia>centralindia",
		"swedensouth>swedencentral", "switzerlandwest>switzerlandnorth", "uaecentral>uaenorth", "ukwest>uksouth",
		"westcentralus>westus2", "westindia>southindia", "westus>eastus")
	add(Government, true, "usgovvirginia>usgovtexas")
	add(Government, false, "usgovarizona>usgovtexas", "usgovtexas>usgovvirginia")
	add(China, true, "chinanorth3>chinaeast3")
	add(China, false, "chinaeast>chinanorth", "chinaeast2>chinanorth2", "chinaeast3>chinanorth3", "chinanorth>chinaeast",
		"chinanorth2>chinaeast2")
	return out
}

// LocationNames returns the regions of a cloud of Azure, sorted.
func LocationNames(environment string) []string {
	var out []string
	for name, l := range Locations() {
		if l.Environment == environment {
			out = append(out, name)
		}
	}
	slices.Sort(out)
	return out
}

// NormalLocation returns the short form of a region, in which Azure answers: "westeurope" for "West Europe".
func NormalLocation(location string) string {
	return strings.ToLower(strings.ReplaceAll(location, " ", ""))
}

// SameLocation reports whether two texts are the same region. It is a function of [cloud.Type.Same].
func SameLocation(before, after string) bool { return NormalLocation(before) == NormalLocation(after) }

// EnvironmentNames returns the names of the clouds of Azure, sorted.
func EnvironmentNames() []string { return slices.Sorted(maps.Keys(Environments())) }
