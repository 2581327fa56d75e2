package aks

import (
	"regexp"
	"slices"
	"strconv"
	"strings"
)

// vmSize is the name of a size in its parts. Source: "Azure virtual machine sizes naming conventions".
type vmSize struct {
	family   string
	vCPUs    int
	features string
	version  int
}

// sizeName matches sizes such as Standard_D4ds_v5, Standard_E8-4ds_v5 and Standard_NC24ads_A100_v4.
var sizeName = regexp.MustCompile(`^Standard_([A-Z]+)([0-9]+)(?:-[0-9]+)?([a-z]*)(?:_[A-Z][A-Za-z0-9]*)?(?:_v([0-9]+))?$`)

// parseSize returns the parts of a size. It is not known for names that do not follow the conventions.
func parseSize(name string) (size vmSize, known bool) {
	m := sizeName.FindStringSubmatch(name)
	if m == nil {
		return vmSize{}, false
	}
	vCPUs, err := strconv.Atoi(m[2])
	if err != nil {
		return vmSize{}, false
	}
	out := vmSize{family: m[1], vCPUs: vCPUs, features: m[3]}
	if m[4] != "" {
		if out.version, err = strconv.Atoi(m[4]); err != nil {
			return vmSize{}, false
		}
	}
	return out, true
}

// general reports whether the size is of the families D and E, whose local disks are known. Older versions have a cache
// that can hold the OS disk, too.
func (s vmSize) general() bool {
	const oldest = 4
	return slices.Contains([]string{"D", "E"}, s.family) && s.version >= oldest
}

// localDisk returns the size of the local disk in GiB, 0 without one. It is not known for other families. Sources: the pages
// of the series Ddv4, Ddsv5, Dadsv5, Ddsv6 and Dadsv6, and the same series of the family E.
func (s vmSize) localDisk() (gib int, known bool) {
	const perPair, perCPU, withNVMe = 75, 55, 6
	switch {
	case !s.general():
		return 0, false
	case !strings.Contains(s.features, "d"):
		return 0, true
	case s.version >= withNVMe:
		return s.vCPUs * perCPU, true
	}
	return s.vCPUs * perPair / 2, true
}
