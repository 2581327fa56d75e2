package reference

import (
	"regexp"
	"slices"
	"strings"
	"sync"
)

// Principals returns the known service principals, sorted, such as ec2.amazonaws.com.
var Principals = sync.OnceValue(func() []string { return strings.Fields(principals) })

// regional matches a service principal with the region, such as logs.eu-west-1.amazonaws.com, and with the suffix of
// China.
var regional = regexp.MustCompile(`^(.*?)(\.[a-z]{2,}(-[a-z]+)+-[0-9])?\.amazonaws\.com(\.cn)?$`)

// IsPrincipal reports whether a service principal is known, also with a region or with the suffix of China, or is the
// prefix of a known service with amazonaws.com, which most service principals are.
func IsPrincipal(name string) bool {
	if parts := regional.FindStringSubmatch(name); parts != nil {
		if _, ok := Find(parts[1]); ok {
			return true
		}
		name = parts[1] + ".amazonaws.com"
	}
	_, ok := slices.BinarySearch(Principals(), name)
	return ok
}
