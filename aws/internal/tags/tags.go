// Package tags merges and checks the tags that people give components.
package tags

import (
	"maps"
	"slices"
	"strings"
	"unicode"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/ashlar-iac/ashlar/core/config"
)

// The limits of AWS, which count the tags that metadata adds. Source: "Tag naming limits and requirements", AWS
// Resource Groups and Tag Editor.
const (
	maxTags  = 50
	maxKey   = 128
	maxValue = 256
)

// Named returns tags with the name that the console shows. Later maps win over earlier ones, and over the name.
func Named(name string, sets ...map[string]string) pulumi.StringMap {
	return Merge(append([]map[string]string{{"Name": name}}, sets...)...)
}

// Merge returns the tags of all maps. Later ones win.
func Merge(sets ...map[string]string) pulumi.StringMap {
	all := map[string]string{}
	for _, s := range sets {
		maps.Copy(all, s)
	}
	return pulumi.ToStringMap(all)
}

// Check reports tags that AWS refuses.
func Check(report *config.Report, path []string, tags map[string]string) {
	if len(tags) > maxTags {
		report.Add(path, "%d tags, a resource has at most %d, those of the deployment among them", len(tags), maxTags)
	}
	for _, key := range slices.Sorted(maps.Keys(tags)) {
		at := append(slices.Clone(path), key)
		switch {
		case key == "" || len([]rune(key)) > maxKey || strings.ContainsFunc(key, foreign):
			report.Add(at, "expected a key of 1 to %d letters, digits, spaces and _ . : / = + - @", maxKey)
		case strings.HasPrefix(strings.ToLower(key), "aws:"):
			report.Add(at, "keys that begin with aws: are reserved: choose another one")
		}
		if len([]rune(tags[key])) > maxValue || strings.ContainsFunc(tags[key], foreign) {
			report.Add(at, "expected a value of up to %d letters, digits, spaces and _ . : / = + - @", maxValue)
		}
	}
}

func foreign(r rune) bool {
	return !unicode.IsLetter(r) && !unicode.IsDigit(r) && !unicode.Is(unicode.Zs, r) && !strings.ContainsRune("_.:/=+-@", r)
}

// Input returns tags as an input, nil where there are none.
func Input(tags map[string]string) pulumi.StringMapInput {
	if len(tags) == 0 {
		return nil
	}
	return pulumi.ToStringMap(tags)
}
