package ec2

import (
	_ "embed"
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"sync"

	"github.com/ashlar-iac/ashlar/integration/cloud"
	"github.com/ashlar-iac/ashlar/integration/cloud/aws/kernel"
)

// InstanceType describes an instance type.
type InstanceType struct {
	// Architecture is x86_64, arm64, or the same with _mac.
	Architecture string
	// VCPUs is the number of vCPUs.
	VCPUs int
	// Memory is in MiB.
	Memory int
	nitro  bool
}

// typeNames are the names of all instance types, one a line. Source: the enumeration InstanceType of the model of the EC2
// API, August 2026.
//
//go:embed instancetypes.txt
var typeNames string

// typePattern matches the name of a family: letters, a generation, and attributes.
var typePattern = regexp.MustCompile(`^([a-z]+)(\d*)(.*)$`)

// architecture follows "Amazon EC2 instance type naming conventions": g after the generation is a Graviton processor.
func architecture(letters, generation, attributes string) string {
	switch {
	case letters == "mac" && generation == "1":
		return "x86_64_mac"
	case letters == "mac":
		return "arm64_mac"
	case strings.HasPrefix(attributes, "g"), letters == "a", strings.Contains(attributes, "-gb"):
		return "arm64"
	}
	return "x86_64"
}

// memoryOf is the memory in MiB for each vCPU of most instance types of a family.
func memoryOf(family, letters string) int {
	if family == "g5g" {
		return 2048
	}
	switch letters {
	case "c", "hpc":
		return 2048
	case "r", "i", "z", "d", "gr", "p", "trn":
		return 8192
	case "x", "u":
		return 16384
	}
	return 4096
}

// withoutNitro are the families without the Nitro System. Source: "Amazon EC2 instance types by hypervisor".
func withoutNitro() []string {
	return []string{"c1", "c3", "c4", "cc1", "cc2", "cg1", "cr1", "d2", "f1", "g2", "g3", "g3s", "h1", "hi1", "hs1",
		"i2", "i3", "m1", "m2", "m3", "m4", "p2", "p3", "r3", "r4", "t1", "t2", "x1", "x1e"}
}

// cores is the number of vCPUs of most instance types of a size.
func cores(size string) int {
	size = strings.TrimPrefix(size, "metal-")
	switch size {
	case "nano", "micro", "small", "medium":
		return 1
	case "large":
		return 2
	case "xlarge":
		return 4
	case "metal":
		return 96
	}
	n, _ := strconv.Atoi(strings.TrimSuffix(strings.TrimSuffix(size, "large"), "x"))
	if n == 0 { // Such as 24xl.
		n, _ = strconv.Atoi(strings.TrimSuffix(size, "xl"))
	}
	return 4 * n
}

// describe returns an instance type. Numbers of vCPUs and memory are right for common families, and plausible for
// others.
func describe(name string) InstanceType {
	family, size, _ := strings.Cut(name, ".")
	parts := typePattern.FindStringSubmatch(family)
	letters, generation, attributes := parts[1], parts[2], parts[3]
	out := InstanceType{Architecture: architecture(letters, generation, attributes), VCPUs: cores(size),
		nitro: !slices.Contains(withoutNitro(), family)}
	out.Memory = out.VCPUs * memoryOf(family, letters)
	if letters != "t" || family == "t1" {
		return out
	}
	// These are the burstable ones.
	i := slices.Index([]string{"nano", "micro", "small", "medium", "large", "xlarge", "2xlarge"}, size)
	out.VCPUs, out.Memory = []int{2, 2, 2, 2, 2, 4, 8}[i], 512<<i
	if family == "t2" && i < 3 {
		out.VCPUs = 1
	}
	return out
}

var allTypes = sync.OnceValue(func() map[string]InstanceType {
	out := map[string]InstanceType{}
	for _, name := range strings.Fields(typeNames) {
		out[name] = describe(name)
	}
	return out
})

// InstanceTypes returns all instance types by name.
func InstanceTypes() map[string]InstanceType { return maps.Clone(allTypes()) }

// Offered reports whether a zone offers an instance type. The oldest zone of us-east-1 offers none with the Nitro System
// (from memory, of the errors that users report).
func Offered(zoneID, name string) bool { return zoneID != "use1-az3" || !allTypes()[name].nitro }

// NotOffered is the error for an instance type that a zone does not offer.
func NotOffered(c *cloud.Call, zone, name string) error {
	region := c.Scope.Values["region"]
	others := slices.DeleteFunc(kernel.Zones(region), func(z string) bool {
		return !Offered(kernel.ZoneID(region, z), name)
	})
	return kernel.Refuse("Unsupported",
		"Your requested instance type (%s) is not supported in your requested Availability Zone (%s). Please retry your "+
			"request by not specifying an Availability Zone or choosing %s.", name, zone, strings.Join(others, ", "))
}

// findInstanceType returns an instance type, or rejects its name.
func findInstanceType(name string) (InstanceType, error) {
	m, ok := allTypes()[name]
	if !ok {
		return m, kernel.Refuse("InvalidParameterValue", "Invalid value '%s' for InstanceType.", name)
	}
	return m, nil
}

func getInstanceType(_ *cloud.Call, args map[string]any) (map[string]any, error) {
	name, _ := args["instanceType"].(string)
	m, ok := allTypes()[name]
	if !ok {
		return nil, kernel.Refuse("InvalidInstanceType", "The following supplied instance types do not exist: [%s]",
			name)
	}
	threads := 2
	if m.Architecture == "arm64" || m.VCPUs == 1 {
		threads = 1
	}
	hypervisor := "xen"
	if m.nitro {
		hypervisor = "nitro"
	}
	return map[string]any{
		"id": name, "instanceType": name, "bareMetal": false, "burstablePerformanceSupported": name[0] == 't',
		"currentGeneration": m.nitro,
		"defaultCores":      float64(m.VCPUs / threads), "defaultThreadsPerCore": float64(threads),
		"defaultVcpus":         float64(m.VCPUs),
		"ebsEncryptionSupport": "supported", "hypervisor": hypervisor, "ipv6Supported": true,
		"memorySize":             float64(m.Memory),
		"supportedArchitectures": []any{m.Architecture}, "supportedRootDeviceTypes": []any{"ebs"},
		"supportedVirtualizationTypes": []any{"hvm"},
		"supportedUsagesClasses":       []any{"on-demand", "spot"}, "enaSupport": "required",
		"maximumNetworkInterfaces": 4.0, "maximumIpv4AddressesPerInterface": 15.0,
		"maximumIpv6AddressesPerInterface": 15.0,
	}, nil
}

// getInstanceTypes returns the instance types that pass all filters.
func getInstanceTypes(_ *cloud.Call, args map[string]any) (map[string]any, error) {
	var out []any
	for _, name := range slices.Sorted(maps.Keys(allTypes())) {
		m := allTypes()[name]
		hypervisor := map[bool]string{true: "nitro", false: "xen"}[m.nitro]
		keep, err := kernel.Passes(args["filters"], map[string]string{
			"instance-type": name, "processor-info.supported-architecture": m.Architecture, "hypervisor": hypervisor,
			"bare-metal":              "false",
			"vcpu-info.default-vcpus": fmt.Sprint(m.VCPUs), "memory-info.size-in-mib": fmt.Sprint(m.Memory),
			"current-generation":              fmt.Sprint(m.nitro),
			"burstable-performance-supported": fmt.Sprint(name[0] == 't'), "supported-usage-class": "on-demand",
		})
		if err != nil {
			return nil, err
		}
		if keep {
			out = append(out, name)
		}
	}
	return map[string]any{"id": "types", "instanceTypes": out, "filters": args["filters"]}, nil
}

// getInstanceTypeOfferings returns the instance types that the region or its zones offer.
func getInstanceTypeOfferings(c *cloud.Call, args map[string]any) (map[string]any, error) {
	region := c.Scope.Values["region"]
	kind, _ := args["locationType"].(string)
	// The ids of the zones by location.
	places := map[string]string{}
	switch kind {
	case "", "region":
		places[region] = ""
	case "availability-zone", "availability-zone-id":
		for _, zone := range kernel.Zones(region) {
			id := kernel.ZoneID(region, zone)
			places[map[bool]string{true: zone, false: id}[kind == "availability-zone"]] = id
		}
	}
	var names, at, kinds []any
	for _, name := range slices.Sorted(maps.Keys(allTypes())) {
		for _, place := range slices.Sorted(maps.Keys(places)) {
			keep, err := kernel.Passes(args["filters"], map[string]string{"instance-type": name, "location": place})
			if err != nil {
				return nil, err
			}
			if keep && Offered(places[place], name) {
				names, at, kinds = append(names, name), append(at, place), append(kinds, kind)
			}
		}
	}
	return map[string]any{"id": region, "instanceTypes": names, "locations": at, "locationTypes": kinds,
		"locationType": args["locationType"], "filters": args["filters"]}, nil
}
