package ec2

import (
	"fmt"
	"maps"
	"slices"

	"github.com/ashlar-iac/ashlar/integration/cloud"
	"github.com/ashlar-iac/ashlar/integration/cloud/aws/kernel"
)

// InstanceType describes an instance type.
type InstanceType struct {
	// Architecture is x86_64 or arm64.
	Architecture string
	// VCPUs is the number of vCPUs.
	VCPUs int
	// Memory is in MiB.
	Memory int
	nitro  bool
}

// family are the instance types that differ in their size only.
type family struct {
	architecture string
	// memory is in MiB for each vCPU.
	memory int
	sizes  []string
}

// families are those of "Amazon EC2 instance types" that infrastructure commonly uses.
func families() map[string]family {
	sizes := []string{"medium", "large", "xlarge", "2xlarge", "4xlarge", "8xlarge", "12xlarge", "16xlarge",
		"24xlarge", "48xlarge"}
	intel, arm, gpu := sizes[1:9], sizes[:8], sizes[2:8]
	out := map[string]family{}
	for letter, memory := range map[string]int{"c": 2048, "m": 4096, "r": 8192} {
		for _, generation := range []string{"4", "5", "5a", "5d", "5n", "6i", "6a", "6id", "6in", "7i", "7a"} {
			out[letter+generation] = family{"x86_64", memory, intel}
		}
		for _, generation := range []string{"6g", "6gd", "7g", "7gd", "8g"} {
			out[letter+generation] = family{"arm64", memory, arm}
		}
	}
	for _, name := range []string{"m7i-flex", "c7i-flex"} {
		out[name] = family{"x86_64", out[name[:3]].memory, sizes[1:6]}
	}
	for _, name := range []string{"g4dn", "g5", "g6"} {
		out[name] = family{"x86_64", 4096, gpu}
	}
	out["g5g"] = family{"arm64", 2048, gpu}
	out["i4i"], out["i4g"] = family{"x86_64", 8192, intel}, family{"arm64", 8192, sizes[1:8]}
	return out
}

// InstanceTypes returns all instance types by name.
func InstanceTypes() map[string]InstanceType {
	cores := map[string]int{
		"medium": 1, "large": 2, "xlarge": 4, "2xlarge": 8, "4xlarge": 16, "8xlarge": 32, "12xlarge": 48,
		"16xlarge": 64, "24xlarge": 96, "48xlarge": 192,
	}
	out := map[string]InstanceType{}
	for name, f := range families() {
		for _, size := range f.sizes {
			out[name+"."+size] = InstanceType{f.architecture, cores[size], cores[size] * f.memory,
				!slices.Contains([]string{"c4", "m4", "r4"}, name)}
		}
	}
	// These are the burstable ones.
	for name, architecture := range map[string]string{"t2": "x86_64", "t3": "x86_64", "t3a": "x86_64", "t4g": "arm64"} {
		memory := 512
		for i, size := range []string{"nano", "micro", "small", "medium", "large", "xlarge", "2xlarge"} {
			m := InstanceType{architecture, []int{2, 2, 2, 2, 2, 4, 8}[i], memory, name != "t2"}
			if name == "t2" && i < 3 {
				m.VCPUs = 1
			}
			out[name+"."+size] = m
			memory *= 2
		}
	}
	return out
}

// findInstanceType returns an instance type, or rejects its name.
func findInstanceType(name string) (InstanceType, error) {
	m, ok := InstanceTypes()[name]
	if !ok {
		return m, kernel.Refuse("InvalidParameterValue", "Invalid value '%s' for InstanceType.", name)
	}
	return m, nil
}

func getInstanceType(_ *cloud.Call, args map[string]any) (map[string]any, error) {
	name, _ := args["instanceType"].(string)
	m, ok := InstanceTypes()[name]
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
	for _, name := range slices.Sorted(maps.Keys(InstanceTypes())) {
		m := InstanceTypes()[name]
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

// getInstanceTypeOfferings returns all instance types for every zone.
func getInstanceTypeOfferings(c *cloud.Call, args map[string]any) (map[string]any, error) {
	region := c.Scope.Values["region"]
	kind, _ := args["locationType"].(string)
	places := []string{region}
	switch kind {
	case "availability-zone":
		places = kernel.Zones(region)
	case "availability-zone-id":
		places = nil
		for _, zone := range kernel.Zones(region) {
			places = append(places, kernel.ZoneID(region, zone))
		}
	}
	var names, at, kinds []any
	for _, name := range slices.Sorted(maps.Keys(InstanceTypes())) {
		for _, place := range places {
			keep, err := kernel.Passes(args["filters"], map[string]string{"instance-type": name, "location": place})
			if err != nil {
				return nil, err
			}
			if keep {
				names, at, kinds = append(names, name), append(at, place), append(kinds, kind)
			}
		}
	}
	return map[string]any{"id": region, "instanceTypes": names, "locations": at, "locationTypes": kinds,
		"locationType": args["locationType"], "filters": args["filters"]}, nil
}
