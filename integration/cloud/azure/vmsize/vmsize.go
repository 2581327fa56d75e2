package vmsize

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"sync"
)

// Size is a size of virtual machines.
type Size struct {
	// Name is the name, such as "Standard_D4ds_v5".
	Name string
	// Family is the quota that it counts against, such as "standardDDSv5Family".
	Family string
	// VCPUs is the number of virtual CPUs.
	VCPUs int
	// Memory is in MiB.
	Memory int
	// TempDisk is the size of the local disk in GiB. 0 is none.
	TempDisk int
	// Cache is the size of the cache disk in GiB. 0 is none.
	Cache int
	// NVMe says that the local disk is an NVMe disk, for which ephemeral OS disks have the placement NvmeDisk.
	NVMe bool
	// NVMeOnly says that disks are attached with NVMe only.
	NVMeOnly bool
	// ARM64 says that the CPUs have this architecture. Default: x64.
	ARM64 bool
	// Premium says that it supports Premium SSDs.
	Premium bool
	// TrustedLaunch says that it supports Trusted Launch.
	TrustedLaunch bool
	// EncryptionAtHost says that it supports encryption at host.
	EncryptionAtHost bool
	// Generation2 says that it boots images of generation 2, and Generation1 those of generation 1.
	Generation1, Generation2 bool
}

// Ephemeral returns the size in GiB of the largest ephemeral OS disk, or 0 if the size supports none.
func (s Size) Ephemeral() int { return max(s.TempDisk, s.Cache) }

// series are sizes that differ in the number of virtual CPUs.
type series struct {
	// name is the pattern of the names: "D%dds_v5".
	name string
	// vcpus are the numbers of virtual CPUs.
	vcpus []int
	// memory is in MiB for each virtual CPU.
	memory int
	// temp and cache are in tenths of GiB for each virtual CPU.
	temp, cache int
	traits      string
}

// Traits of a series, one letter each.
const (
	arm       = "a" // The architecture is Arm64.
	nvme      = "n" // The local disk is NVMe.
	nvmeOnly  = "N" // Disks are attached with NVMe only.
	standard  = "s" // Premium SSDs are not supported.
	untrusted = "u" // Trusted Launch is not supported.
	plainHost = "p" // Encryption at host is not supported.
	first     = "1" // Only images of generation 1 are supported.
	second    = "2" // Only images of generation 2 are supported.
)

// all returns the series. Local disks of sizes of the series v2 and v3 are SCSI disks with a cache.
func all() []series {
	upTo96 := []int{2, 4, 8, 16, 32, 48, 64, 96}
	upTo64 := []int{2, 4, 8, 16, 32, 48, 64}
	v6 := []int{2, 4, 8, 16, 32, 48, 64, 96, 128}
	general := func(letter string, memory int) []series {
		name := func(features string) string { return letter + "%d" + features }
		return []series{
			{name("s_v3"), upTo64, memory, 80, 250, untrusted},
			{name("s_v4"), upTo64, memory, 0, 0, ""},
			{name("ds_v4"), upTo64, memory, 375, 250, ""},
			{name("as_v4"), upTo96, memory, 80, 250, ""},
			{name("s_v5"), upTo96, memory, 0, 0, ""},
			{name("ds_v5"), upTo96, memory, 375, 250, ""},
			{name("as_v5"), upTo96, memory, 0, 0, ""},
			{name("ads_v5"), upTo96, memory, 375, 250, ""},
			{name("ps_v5"), upTo64, memory, 0, 0, arm + second + untrusted},
			{name("pds_v5"), upTo64, memory, 375, 250, arm + second + untrusted},
			{name("s_v6"), v6, memory, 0, 0, nvmeOnly + second},
			{name("ds_v6"), v6, memory, 550, 0, nvme + nvmeOnly + second},
			{name("as_v6"), upTo96, memory, 0, 0, nvmeOnly + second},
			{name("ads_v6"), upTo96, memory, 550, 0, nvme + nvmeOnly + second},
			{name("ps_v6"), upTo96, memory, 0, 0, arm + nvmeOnly + second + untrusted},
			{name("pds_v6"), upTo96, memory, 550, 0, arm + nvme + nvmeOnly + second + untrusted},
		}
	}
	out := slices.Concat(general("D", 4096), general("E", 8192))
	return append(out,
		series{"D%dls_v5", upTo96, 2048, 0, 0, ""}, series{"D%dlds_v5", upTo96, 2048, 375, 250, ""},
		series{"D%dls_v6", v6, 2048, 0, 0, nvmeOnly + second}, series{"D%dlds_v6", v6, 2048, 550, 0, nvme + nvmeOnly + second},
		series{"DC%ds_v3", []int{1, 2, 4, 8, 16, 24, 32, 48}, 8192, 0, 0, second + untrusted},
		series{"DC%das_v5", upTo96, 4096, 0, 0, second + untrusted + plainHost},
		series{"DC%dads_v5", upTo96, 4096, 375, 250, second + untrusted + plainHost},
		series{"F%ds_v2", []int{2, 4, 8, 16, 32, 48, 64, 72}, 2048, 80, 160, ""},
		series{"F%das_v6", upTo64, 4096, 0, 0, nvmeOnly + second},
		series{"L%ds_v3", []int{8, 16, 32, 48, 64, 80}, 8192, 100, 0, ""},
		series{"L%das_v3", []int{8, 16, 32, 48, 64, 80}, 8192, 100, 0, ""},
		series{"M%dms", []int{64, 128}, 28672, 320, 990, untrusted},
		series{"A%d_v2", []int{1, 2, 4, 8}, 2048, 100, 0, standard + untrusted + plainHost + first},
		series{"NC%das_T4_v3", []int{4, 8, 16, 64}, 7168, 440, 0, ""},
		series{"NC%dads_A100_v4", []int{24, 48, 96}, 9387, 27, 0, second},
		series{"B%ds_v2", []int{2, 4, 8, 16, 32}, 4096, 0, 0, ""}, series{"B%das_v2", []int{2, 4, 8, 16, 32}, 4096, 0, 0, ""},
		series{"B%dls_v2", []int{2, 4, 8, 16, 32}, 2048, 0, 0, ""},
	)
}

// single returns the sizes whose names do not begin with the number of virtual CPUs.
func single() []Size {
	named := func(name, family string, vcpus, memory, temp, cache int) Size {
		return Size{Name: "Standard_" + name, Family: family, VCPUs: vcpus, Memory: memory, TempDisk: temp, Cache: cache,
			Premium: true, EncryptionAtHost: true, Generation1: true, Generation2: true}
	}
	out := []Size{
		named("DS1_v2", "standardDSv2Family", 1, 3584, 7, 43), named("DS2_v2", "standardDSv2Family", 2, 7168, 14, 86),
		named("DS3_v2", "standardDSv2Family", 4, 14336, 28, 172), named("DS4_v2", "standardDSv2Family", 8, 28672, 56, 344),
		named("DS5_v2", "standardDSv2Family", 16, 57344, 112, 688),
	}
	for name, values := range map[string][3]int{"B1s": {1, 1024, 4}, "B1ms": {1, 2048, 4}, "B2s": {2, 4096, 8},
		"B2ms": {2, 8192, 16}, "B4ms": {4, 16384, 32}, "B8ms": {8, 32768, 64}} {
		size := named(name, "standardBSFamily", values[0], values[1], values[2], 0)
		size.TrustedLaunch = true
		out = append(out, size)
	}
	return out
}

var table = sync.OnceValue(func() map[string]Size {
	out := map[string]Size{}
	for _, s := range single() {
		out[strings.ToLower(s.Name)] = s
	}
	for _, s := range all() {
		for _, n := range s.vcpus {
			size := s.size(n)
			out[strings.ToLower(size.Name)] = size
		}
	}
	return out
})

// size returns the size of a series with a number of virtual CPUs.
func (s series) size(vcpus int) Size {
	has := func(trait string) bool { return strings.Contains(s.traits, trait) }
	family := strings.NewReplacer("%d", "", "_", "").Replace(s.name)
	return Size{
		Name: "Standard_" + fmt.Sprintf(s.name, vcpus), Family: "standard" + strings.ToUpper(family[:1]) +
			strings.ToUpper(strings.TrimRight(family[1:], "v23456")) + family[len(strings.TrimRight(family, "v23456")):] + "Family",
		VCPUs: vcpus, Memory: vcpus * s.memory, TempDisk: vcpus * s.temp / 10, Cache: vcpus * s.cache / 10,
		NVMe: has(nvme), NVMeOnly: has(nvmeOnly), ARM64: has(arm), Premium: !has(standard), TrustedLaunch: !has(untrusted),
		EncryptionAtHost: !has(plainHost), Generation1: !has(second), Generation2: !has(first),
	}
}

// Find returns a size by its name, whose case does not matter.
func Find(name string) (Size, bool) {
	s, ok := table()[strings.ToLower(name)]
	return s, ok
}

// Names returns the names of all sizes, sorted.
func Names() []string { return slices.Sorted(maps.Keys(table())) }
