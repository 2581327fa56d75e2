package aws

import (
	"maps"
	"regexp"
	"slices"
	"strings"

	"github.com/ashlar-iac/ashlar/core/config"
)

// regionPattern matches the codes of regions: an area, which can be new, a direction and a number.
var regionPattern = regexp.MustCompile(`^[a-z]{2,4}(-[a-z]+)?-(north|south|east|west|central|northeast|northwest|southeast|southwest)-[0-9]{1,2}$`)

// places are the names of regions, in lower case, with the names of their countries and cities where these differ. The list
// is for suggestions only: a region that is not in it is accepted. Source: "AWS Regions", AWS Regions and Availability Zones
// User Guide.
var places = map[string]string{
	"us-east-1": "n. virginia, north virginia, northern virginia", "us-east-2": "ohio",
	"us-west-1": "n. california, north california, northern california", "us-west-2": "oregon",
	"us-gov-east-1": "govcloud us-east", "us-gov-west-1": "govcloud us-west",
	"af-south-1": "cape town, south africa", "ap-east-1": "hong kong", "ap-east-2": "taipei, taiwan",
	"ap-south-1": "mumbai, india", "ap-south-2": "hyderabad",
	"ap-southeast-1": "singapore", "ap-southeast-2": "sydney, australia", "ap-southeast-3": "jakarta, indonesia",
	"ap-southeast-4": "melbourne", "ap-southeast-5": "malaysia, kuala lumpur", "ap-southeast-6": "new zealand, auckland",
	"ap-southeast-7": "thailand, bangkok",
	"ap-northeast-1": "tokyo, japan", "ap-northeast-2": "seoul, south korea", "ap-northeast-3": "osaka",
	"ca-central-1": "canada, montreal", "ca-west-1": "calgary",
	"cn-north-1": "beijing, china", "cn-northwest-1": "ningxia",
	"eu-central-1": "frankfurt, germany", "eu-central-2": "zurich, switzerland", "eu-west-1": "ireland, dublin",
	"eu-west-2": "london, united kingdom", "eu-west-3": "paris, france", "eu-south-1": "milan, italy", "eu-south-2": "spain",
	"eu-north-1": "stockholm, sweden", "eusc-de-east-1": "brandenburg",
	"il-central-1": "tel aviv, israel", "me-central-1": "uae, united arab emirates, dubai", "me-south-1": "bahrain",
	"mx-central-1": "mexico, querétaro", "sa-east-1": "são paulo, sao paulo, brazil",
}

// checkRegion reports a text that is not the code of a region.
func checkRegion(report *config.Report, path []string, region string) {
	if region == "" || regionPattern.MatchString(region) {
		return
	}
	report.Add(path, "unknown region %q, %s", region, suggestRegion(region))
}

func suggestRegion(text string) string {
	codes := slices.Sorted(maps.Keys(places))
	// A zone, such as eu-west-1a.
	if zone := strings.TrimRight(text, "abcdefghijklmnopqrstuvwxyz"); slices.Contains(codes, zone) {
		return `did you mean "` + zone + `"?`
	}
	word := strings.ToLower(strings.TrimSpace(text))
	for _, code := range codes {
		if slices.Contains(strings.Split(places[code], ", "), word) {
			return `did you mean "` + code + `"?`
		}
	}
	for _, code := range codes {
		if len(word) > 3 && strings.Contains(places[code], word) {
			return `did you mean "` + code + `"?`
		}
	}
	return config.SuggestOr(text, codes, "use the code of a region, such as eu-west-1, us-east-1 or ap-southeast-2")
}
