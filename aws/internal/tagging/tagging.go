// Package tagging merges and checks the tags that arguments of components have.
package tagging

import (
	"maps"
	"slices"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/ashlar-iac/ashlar/aws/tags"
	"github.com/ashlar-iac/ashlar/core/config"
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

// CheckWithRoles is [Check] for components that also tag an IAM role, whose keys ignore case.
func CheckWithRoles(report *config.Report, path []string, given pulumi.StringMapInput) {
	Check(report, path, given)
	known, _ := given.(pulumi.StringMap)
	same := tags.Same(known)
	for _, key := range slices.Sorted(maps.Keys(same)) {
		report.Add(append(slices.Clone(path), key), "the same key as %q for IAM roles, which ignore case: keep one of them",
			same[key])
	}
}

// Check reports tags that AWS rejects. Keys and values that are outputs are not checked.
func Check(report *config.Report, path []string, given pulumi.StringMapInput) {
	known, _ := given.(pulumi.StringMap)
	rules := tags.Of("")
	if len(known) > rules.Max {
		report.Add(path, "%d tags: use at most %d, including those of the deployment", len(known), rules.Max)
	}
	for _, key := range slices.Sorted(maps.Keys(known)) {
		at := append(slices.Clone(path), key)
		switch {
		case key == "" || len([]rune(key)) > rules.MaxKey || !tags.Has(key):
			report.Add(at, "invalid key: use 1 to %d letters, digits, spaces and _ . : / = + - @", rules.MaxKey)
		case tags.IsReserved(key):
			report.Add(at, "the prefix aws: is reserved: use another key")
		}
		value, _ := known[key].(pulumi.String)
		if len([]rune(value)) > rules.MaxValue || !tags.Has(string(value)) {
			report.Add(at, "invalid value: use up to %d letters, digits, spaces and _ . : / = + - @", rules.MaxValue)
		}
	}
}
