// Package location knows the locations (regions) of Azure: their names, their availability zones and their pairs.
//
// The lists are for suggestions and for checks of what a location offers. A location that is not in them, because it is
// newer than this program, is accepted with a warning. Source: "Azure regions list", Azure reliability documentation. The
// locations of Azure Government and of Azure operated by 21Vianet are from memory.
package location

import (
	"maps"
	"slices"
	"strings"
	"unicode"

	"github.com/ashlar-iac/ashlar/core/config"
)

// Environment is an Azure cloud, in the words of the configuration.
type Environment string

// The clouds.
const (
	// Public is the global Azure cloud.
	Public Environment = "public"
	// Government is Azure Government, for agencies of the United States and their partners.
	Government Environment = "government"
	// China is Azure operated by 21Vianet.
	China Environment = "china"
)

// place is what is known of a location.
type place struct {
	// zones tells that the location has availability zones.
	zones bool
	// pair is the paired location, the target of geo-redundant storage. Empty for locations without one.
	pair string
}

// places are the locations of all clouds.
var places = map[string]place{
	"australiacentral": {pair: "australiacentral2"}, "australiacentral2": {pair: "australiacentral"},
	"australiaeast": {true, "australiasoutheast"}, "australiasoutheast": {pair: "australiaeast"},
	"brazilsouth": {true, "southcentralus"}, "brazilsoutheast": {pair: "brazilsouth"},
	"canadacentral": {true, "canadaeast"}, "canadaeast": {pair: "canadacentral"},
	"centralindia": {true, "southindia"}, "southindia": {pair: "centralindia"}, "westindia": {pair: "southindia"},
	"centralus": {true, "eastus2"}, "eastus2": {true, "centralus"},
	"eastasia": {true, "southeastasia"}, "southeastasia": {true, "eastasia"},
	"eastus": {true, "westus"}, "westus": {pair: "eastus"},
	"francecentral": {true, "francesouth"}, "francesouth": {pair: "francecentral"},
	"germanywestcentral": {true, "germanynorth"}, "germanynorth": {pair: "germanywestcentral"},
	"indonesiacentral": {zones: true}, "israelcentral": {zones: true}, "italynorth": {zones: true},
	"japaneast": {true, "japanwest"}, "japanwest": {true, "japaneast"},
	"koreacentral": {true, "koreasouth"}, "koreasouth": {pair: "koreacentral"},
	"mexicocentral": {zones: true}, "newzealandnorth": {zones: true}, "polandcentral": {zones: true},
	"qatarcentral": {zones: true}, "spaincentral": {zones: true},
	"northcentralus": {pair: "southcentralus"}, "southcentralus": {true, "northcentralus"},
	"northeurope": {true, "westeurope"}, "westeurope": {true, "northeurope"},
	"norwayeast": {true, "norwaywest"}, "norwaywest": {pair: "norwayeast"},
	"southafricanorth": {true, "southafricawest"}, "southafricawest": {pair: "southafricanorth"},
	"swedencentral": {true, "swedensouth"}, "swedensouth": {pair: "swedencentral"},
	"switzerlandnorth": {true, "switzerlandwest"}, "switzerlandwest": {pair: "switzerlandnorth"},
	"uaenorth": {true, "uaecentral"}, "uaecentral": {pair: "uaenorth"},
	"uksouth": {true, "ukwest"}, "ukwest": {pair: "uksouth"},
	"westcentralus": {pair: "westus2"}, "westus2": {true, "westcentralus"}, "westus3": {true, "eastus"},

	"usgovvirginia": {true, "usgovtexas"}, "usgovtexas": {pair: "usgovvirginia"}, "usgovarizona": {pair: "usgovtexas"},
	"usdodeast": {pair: "usdodcentral"}, "usdodcentral": {pair: "usdodeast"},

	"chinaeast": {pair: "chinanorth"}, "chinanorth": {pair: "chinaeast"},
	"chinaeast2": {pair: "chinanorth2"}, "chinanorth2": {pair: "chinaeast2"},
	"chinaeast3": {pair: "chinanorth3"}, "chinanorth3": {true, "chinaeast3"},
}

// countries are the countries and cities of locations whose names do not have them.
var countries = map[string]string{
	"netherlands": "westeurope", "amsterdam": "westeurope", "ireland": "northeurope", "dublin": "northeurope",
	"germany": "germanywestcentral", "frankfurt": "germanywestcentral", "france": "francecentral", "paris": "francecentral",
	"sweden": "swedencentral", "switzerland": "switzerlandnorth", "zurich": "switzerlandnorth", "norway": "norwayeast",
	"uk": "uksouth", "london": "uksouth", "unitedkingdom": "uksouth", "spain": "spaincentral", "madrid": "spaincentral",
	"italy": "italynorth", "milan": "italynorth", "poland": "polandcentral", "warsaw": "polandcentral",
	"virginia": "eastus", "iowa": "centralus", "california": "westus", "texas": "southcentralus", "arizona": "westus3",
	"canada": "canadacentral", "toronto": "canadacentral", "brazil": "brazilsouth", "mexico": "mexicocentral",
	"singapore": "southeastasia", "hongkong": "eastasia", "japan": "japaneast", "tokyo": "japaneast", "osaka": "japanwest",
	"korea": "koreacentral", "seoul": "koreacentral", "india": "centralindia", "pune": "centralindia",
	"australia": "australiaeast", "sydney": "australiaeast", "southafrica": "southafricanorth", "israel": "israelcentral",
	"qatar": "qatarcentral", "uae": "uaenorth", "dubai": "uaenorth", "indonesia": "indonesiacentral",
	"newzealand": "newzealandnorth", "auckland": "newzealandnorth",
}

// Normalize returns the short form of a location, such as westeurope for West Europe, as Azure does.
func Normalize(name string) string {
	return strings.Map(func(r rune) rune {
		if unicode.IsSpace(r) {
			return -1
		}
		return unicode.ToLower(r)
	}, name)
}

// HasZones reports whether a location has availability zones. It is not known for a location that is not in the list.
func HasZones(name string) (zones, known bool) {
	p, known := places[Normalize(name)]
	return p.zones, known
}

// Pair returns the paired location, or "" for a location without one. It is not known for a location that is not in the
// list.
func Pair(name string) (pair string, known bool) {
	p, known := places[Normalize(name)]
	return p.pair, known
}

// Of returns the cloud of a location by its name.
func Of(name string) Environment {
	name = Normalize(name)
	switch {
	case strings.HasPrefix(name, "usgov") || strings.HasPrefix(name, "usdod"):
		return Government
	case strings.HasPrefix(name, "china"):
		return China
	}
	return Public
}

// Check reports a text that is not the short form of a location, and warns of a location that is not in the list.
func Check(report *config.Report, path []string, name string) {
	if name == "" {
		return
	}
	if strings.Trim(name, "abcdefghijklmnopqrstuvwxyz0123456789") != "" {
		report.Add(path, "unknown location %q, %s", name, Suggest(name, Of(name)))
		return
	}
	if _, known := places[name]; known {
		return
	}
	if instead, known := countries[name]; known {
		report.Add(path, "unknown location %q, did you mean %q?", name, instead)
		return
	}
	report.Warn(path, "location %q is not in the list of this version, %s", name, Suggest(name, Of(name)))
}

// Suggest returns what to write instead of an unknown location of a cloud.
func Suggest(name string, cloud Environment) string {
	short := Normalize(name)
	if _, known := places[short]; known {
		return `did you mean "` + short + `"?`
	}
	if instead, known := countries[short]; known {
		return `did you mean "` + instead + `"?`
	}
	return config.SuggestOr(short, Names(cloud), "use the short name of a location, such as "+example(cloud))
}

// Names returns the locations of a cloud, sorted.
func Names(cloud Environment) []string {
	return slices.DeleteFunc(slices.Sorted(maps.Keys(places)), func(name string) bool { return Of(name) != cloud })
}

func example(cloud Environment) string {
	switch cloud {
	case Government:
		return "usgovvirginia"
	case China:
		return "chinanorth3"
	}
	return "westeurope or eastus2"
}
