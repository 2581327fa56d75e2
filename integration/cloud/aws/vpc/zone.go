package vpc

import (
	"cmp"
	"slices"
	"strings"

	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/ec2"

	"github.com/ashlar-iac/ashlar/integration/cloud"
	"github.com/ashlar-iac/ashlar/integration/cloud/aws/kernel"
)

const zoneGroupToken = "aws:ec2/availabilityZoneGroup:AvailabilityZoneGroup"

const (
	optInNotRequired = "opt-in-not-required"
	optedIn          = "opted-in"
	notOptedIn       = "not-opted-in"
)

// zone is an Availability Zone or a Local Zone.
type zone struct{ name, id, group, kind, parent, optIn string }

// localZones are some Local Zones by region: names without the region's, and ids without its prefix.
func localZones() map[string]map[string]string {
	return map[string]map[string]string{
		"us-west-2":    {"lax-1a": "lax1-az1", "lax-1b": "lax1-az2"},
		"us-east-1":    {"bos-1a": "bos1-az1", "mia-2a": "mia2-az1"},
		"eu-central-1": {"ham-1a": "ham1-az1", "waw-1a": "waw1-az1"},
	}
}

// zonesOf returns the zones of a call's region, sorted by name. The account has opted in to the Local Zone groups that
// the store has objects for.
func zonesOf(c *cloud.Call) ([]zone, error) {
	region := c.Scope.Values["region"]
	var out []zone
	for _, name := range kernel.Zones(region) {
		out = append(out, zone{name: name, id: kernel.ZoneID(region, name), group: region, kind: "availability-zone",
			optIn: optInNotRequired})
	}
	for name, id := range localZones()[region] {
		z := zone{
			name: region + "-" + name, id: kernel.Regions()[region].Prefix + "-" + id, kind: "local-zone",
			parent: kernel.Zones(region)[0], optIn: notOptedIn,
		}
		z.group = strings.TrimRight(z.name, "abc")
		group, err := c.Here(zoneGroupToken, z.group)
		if err != nil {
			return nil, err
		}
		if group != nil && group.Text("optInStatus") == optedIn {
			z.optIn = optedIn
		}
		out = append(out, z)
	}
	slices.SortFunc(out, func(a, b zone) int { return cmp.Compare(a.name, b.name) })
	return out, nil
}

// zoneGroup opts in to Local Zones.
func zoneGroup() *cloud.Type {
	return &cloud.Type{
		Token: zoneGroupToken, Args: ec2.AvailabilityZoneGroupArgs{}, Resource: &ec2.AvailabilityZoneGroup{},
		Replaces: []string{"groupName"},
		Check:    func(c *cloud.Checker) { c.OneOf("optInStatus", optedIn, notOptedIn) },
		Create: func(c *cloud.Call) error {
			all, err := zonesOf(c)
			if err != nil {
				return err
			}
			name := c.Text("groupName")
			if !slices.ContainsFunc(all, func(z zone) bool { return z.group == name && z.kind == "local-zone" }) {
				return kernel.Refuse("InvalidParameterValue",
					"Invalid value '%s' for groupName. There is no such group that can be opted in to.", name)
			}
			c.Object.ID = name
			return nil
		},
	}
}

// getAvailabilityZones returns the zones that the account can use, or all of them.
func getAvailabilityZones(c *cloud.Call, args map[string]any) (map[string]any, error) {
	all, err := zonesOf(c)
	if err != nil {
		return nil, err
	}
	region := c.Scope.Values["region"]
	everything, _ := args["allAvailabilityZones"].(bool)
	out := map[string]any{"id": region}
	names, ids, groups := []any{}, []any{}, []any{}
	for _, z := range all {
		values := z.values(region)
		state, _ := args["state"].(string)
		switch {
		case !everything && z.optIn == notOptedIn, state != "" && state != "available",
			!kernel.Filtered(args, func(name string) []string { return []string{values[name]} }),
			slices.Contains(cloud.Texts(args["excludeNames"]), z.name),
			slices.Contains(cloud.Texts(args["excludeZoneIds"]), z.id):
			continue
		}
		names, ids = append(names, z.name), append(ids, z.id)
		if !slices.Contains(groups, any(z.group)) {
			groups = append(groups, z.group)
		}
	}
	for name, v := range args {
		out[name] = v
	}
	out["names"], out["zoneIds"], out["groupNames"] = names, ids, groups
	return out, nil
}
