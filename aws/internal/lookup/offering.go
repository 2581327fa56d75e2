package lookup

import (
	"maps"
	"slices"
	"strings"

	"github.com/ashlar-iac/ashlar/core/config"
)

// Placement is where instances of some types are placed.
type Placement struct {
	// Types are the instance types, of which each zone needs one.
	Types []string
	// Zones are the zones that are used, Usable those that can be.
	Zones, Usable []string
}

// Check reports instance types that the region does not have, and zones without any of them. offered is the result of
// [Offerings]. at returns the path of a type, and option is that of the zones.
func (p Placement) Check(report *config.Report, offered map[string][]string, at func(i int) []string, option string) {
	if len(offered) == 0 {
		return
	}
	unknown := false
	for i, t := range p.Types {
		if offered[t] == nil {
			unknown = true
			report.Add(at(i), "the region has no instance type %s, %s", t, config.SuggestOr(t,
				slices.Sorted(maps.Keys(offered)), "use one that aws ec2 describe-instance-type-offerings lists"))
		}
	}
	has := func(zone string) bool {
		return slices.ContainsFunc(p.Types, func(t string) bool { return slices.Contains(offered[t], zone) })
	}
	missing := slices.DeleteFunc(slices.Clone(p.Zones), has)
	if unknown || len(missing) == 0 {
		return
	}
	instead := "use another type"
	if others := slices.DeleteFunc(slices.Clone(p.Usable), func(z string) bool { return !has(z) }); len(others) > 0 {
		instead = "set " + option + " to " + config.List(others) + ", or use another type"
		if option == "zone" {
			instead = "set " + option + " to " + others[0] + ", or use another type"
		}
	}
	report.Add(at(0), "not available in %s, found %s: %s", config.List(missing), strings.Join(p.Types, ", "), instead)
}
