// Package tagging checks the tags that arguments of components have.
package tagging

import (
	"maps"
	"slices"
	"strings"
	"unicode"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/ashlar-iac/ashlar/core/config"
)

// The limits of tags. Source: "Use tags to organize your Azure resources and management hierarchy", Azure Resource
// Manager documentation.
const (
	maxTags  = 50
	maxValue = 256
	// MaxKey is the maximum length of keys.
	MaxKey = 512
	// MaxStorageKey is that of storage accounts.
	MaxStorageKey = 128

	invalidCharacters = `<>%&\?/`
)

// reserved are the prefixes, in any case, that only Azure uses. Source: "Tag support and limitations".
var reserved = []string{"azure", "microsoft", "windows"}

// Check reports tags that Azure rejects. maxKey is [MaxKey] or [MaxStorageKey]. Keys and values that are outputs are not
// checked.
func Check(report *config.Report, path []string, given pulumi.StringMapInput, maxKey int) {
	known, _ := given.(pulumi.StringMap)
	if len(known) > maxTags {
		report.Add(path, "%d tags: use at most %d, including those of the deployment", len(known), maxTags)
	}
	first := map[string]string{}
	for _, key := range slices.Sorted(maps.Keys(known)) {
		at := append(slices.Clone(path), key)
		if key == "" || len([]rune(key)) > maxKey || strings.ContainsFunc(key, invalid) {
			report.Add(at, "invalid key: use 1 to %d characters without < > %% & \\ ? /", maxKey)
		}
		folded := strings.ToLower(key)
		for _, prefix := range reserved {
			if strings.HasPrefix(folded, prefix) {
				report.Add(at, "the prefix %s is reserved: use another key", prefix)
			}
		}
		if other, taken := first[folded]; taken {
			report.Add(at, "the same key as %q, because keys ignore case: keep one of them", other)
		} else {
			first[folded] = key
		}
		if value, ok := known[key].(pulumi.String); ok && len([]rune(value)) > maxValue {
			report.Add(at, "invalid value: use at most %d characters", maxValue)
		}
	}
}

func invalid(r rune) bool { return !unicode.IsPrint(r) || strings.ContainsRune(invalidCharacters, r) }
