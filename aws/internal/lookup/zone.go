package lookup

import (
	"maps"
	"regexp"
	"slices"

	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
)

// withoutControlPlane returns the IDs of the availability zones in which subnets of a control plane of EKS cannot be.
// Source: "View Amazon EKS networking requirements for VPC and subnets", Amazon EKS User Guide.
func withoutControlPlane() []string { return []string{"use1-az3", "usw1-az2", "cac1-az3"} }

// zoneID matches the IDs of all zones.
var zoneID = regexp.MustCompile(`-(az|wlz)[0-9]+$`)

// regional matches the IDs of availability zones, such as euw1-az1. Those of Local Zones and Wavelength Zones have the
// location, too: usw2-lax1-az1, use1-wl1-bos-wlz1.
var regional = regexp.MustCompile(`^[a-z0-9]+-az[0-9]+$`)

// IsZoneID reports whether a text is the ID of a zone rather than its name.
func IsZoneID(text string) bool { return zoneID.MatchString(text) }

// HoldsControlPlane reports whether subnets of a control plane of EKS can be in a zone with an ID. They cannot be in Local
// Zones and Wavelength Zones either. Source: as above, and "Launch low-latency EKS clusters with AWS Local Zones", Amazon
// EKS User Guide.
func HoldsControlPlane(id string) bool {
	return regional.MatchString(id) && !slices.Contains(withoutControlPlane(), id)
}

// HoldsFargate reports whether pods can run on Fargate in a zone with an ID. Source: as above.
func HoldsFargate(id string) bool { return regional.MatchString(id) }

// Zones returns the IDs of the zones of the region that are available to the account, by name. They are looked up once
// for each provider of a program.
func Zones(ctx *pulumi.Context, opts ...pulumi.InvokeOption) (map[string]string, error) {
	return entryOf(ctx, opts).zones.get("availability zones", func() (map[string]string, error) {
		found, err := aws.GetAvailabilityZones(ctx, &aws.GetAvailabilityZonesArgs{}, opts...)
		if err != nil {
			return nil, err
		}
		out := map[string]string{}
		for i, name := range found.Names {
			if i < len(found.ZoneIds) {
				out[name] = found.ZoneIds[i]
			}
		}
		return out, nil
	})
}

// Offerings returns the zones of the region in which each of the instance types is available, and the names of some other
// types of the region. Without any, nothing is known. Types are looked up with find, once for each provider of a program.
// The service EC2 is not among the imports of this package, which all components use.
func Offerings(ctx *pulumi.Context, types []string, find func(patterns []string) (types, zones []string, err error),
	opts ...pulumi.InvokeOption) (map[string][]string, error) {
	e := entryOf(ctx, opts)
	e.offeringsLock.Lock()
	defer e.offeringsLock.Unlock()
	var missing []string
	for _, t := range types {
		if !e.asked[t] && !slices.Contains(missing, t) {
			missing = append(missing, t)
		}
	}
	if len(missing) > 0 {
		// Some types that every region has tell a type that does not exist from an empty answer.
		found, zones, err := find(append(missing, "*.large"))
		if err != nil {
			return nil, err
		}
		if e.asked == nil {
			e.asked, e.offerings = map[string]bool{}, map[string][]string{}
		}
		for _, t := range missing {
			e.asked[t] = true
		}
		for i, t := range found {
			if i < len(zones) && !slices.Contains(e.offerings[t], zones[i]) {
				e.offerings[t] = append(e.offerings[t], zones[i])
			}
		}
	}
	return maps.Clone(e.offerings), nil
}
