// Package tagging merges and checks the tags that arguments of components have.
package tagging

import (
	"maps"
	"slices"
	"strings"
	"unicode"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/ashlar-iac/ashlar/core/config"
)

// Limits of tags. Source: "Tag naming limits and requirements", AWS Tagging documentation.
const (
	maxTags  = 50
	maxKey   = 128
	maxValue = 256
)

// Named returns tags with the tag Name, which the sets may override.
func Named(name string, sets ...pulumi.StringMapInput) pulumi.StringMapInput {
	return Merge(append([]pulumi.StringMapInput{pulumi.StringMap{"Name": pulumi.String(name)}}, sets...)...)
}

// Merge returns the tags of all sets. Where several have a key, the last one wins. The result is a pulumi.StringMap
// unless a set is an output, whose keys are known to the engine alone.
func Merge(sets ...pulumi.StringMapInput) pulumi.StringMapInput {
	all := pulumi.StringMap{}
	var outputs []any
	for _, s := range sets {
		if s == nil {
			continue
		}
		if known, ok := s.(pulumi.StringMap); ok {
			maps.Copy(all, known)
		} else if known, ok := s.(*pulumi.StringMap); ok {
			maps.Copy(all, *known)
		} else {
			outputs = append(outputs, s)
		}
	}
	if len(outputs) == 0 {
		return all
	}
	outputs = outputs[:0]
	for _, s := range sets {
		if s != nil {
			outputs = append(outputs, s.ToStringMapOutput())
		}
	}
	return pulumi.All(outputs...).ApplyT(func(resolved []any) map[string]string {
		out := map[string]string{}
		for _, s := range resolved {
			maps.Copy(out, s.(map[string]string))
		}
		return out
	}).(pulumi.StringMapOutput)
}

// Check reports tags that AWS rejects. Keys and values that are outputs are not checked.
func Check(report *config.Report, path []string, tags pulumi.StringMapInput) {
	known, _ := tags.(pulumi.StringMap)
	if len(known) > maxTags {
		report.Add(path, "%d tags: use at most %d, including those of the deployment", len(known), maxTags)
	}
	for _, key := range slices.Sorted(maps.Keys(known)) {
		at := append(slices.Clone(path), key)
		switch {
		case key == "" || len([]rune(key)) > maxKey || strings.ContainsFunc(key, unsupported):
			report.Add(at, "invalid key: use 1 to %d letters, digits, spaces and _ . : / = + - @", maxKey)
		case strings.HasPrefix(strings.ToLower(key), "aws:"):
			report.Add(at, "the prefix aws: is reserved: use another key")
		}
		value, _ := known[key].(pulumi.String)
		if len([]rune(value)) > maxValue || strings.ContainsFunc(string(value), unsupported) {
			report.Add(at, "invalid value: use up to %d letters, digits, spaces and _ . : / = + - @", maxValue)
		}
	}
}

// unsupported reports a character that tags cannot have.
func unsupported(r rune) bool {
	return !unicode.IsLetter(r) && !unicode.IsDigit(r) && !unicode.Is(unicode.Zs, r) &&
		!strings.ContainsRune("_.:/=+-@", r)
}
