// Package tagging completes and checks the tags that arguments of components have.
package tagging

import (
	"maps"
	"slices"
	"strings"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/ashlar-iac/ashlar/aws/tags"
	"github.com/ashlar-iac/ashlar/core/config"
	"github.com/ashlar-iac/ashlar/core/metadata"
)

// Named returns tags with the tag Name, which the sets may override.
func Named(name string, sets ...pulumi.StringMapInput) pulumi.StringMapInput {
	return metadata.MergeTags(append([]pulumi.StringMapInput{pulumi.StringMap{"Name": pulumi.String(name)}}, sets...)...)
}

// CheckRole is [CheckWithRoles] for components that are an IAM role. In a section, the keys are also compared with those of
// the metadata: one of the two would replace the other.
func CheckRole(report *config.Report, path []string, given pulumi.StringMapInput) {
	CheckWithRoles(report, path, given)
	known, _ := given.(pulumi.StringMap)
	added := MetadataKeys(report)
	for _, key := range slices.Sorted(maps.Keys(known)) {
		for other, from := range added {
			if key != other && strings.EqualFold(key, other) {
				report.Add(append(slices.Clone(path), key), "the same key as %q in %s for IAM roles, which ignore case: write %s",
					other, from, other)
			}
		}
	}
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

// MetadataKeys returns the keys of the tags that the deployment adds to the resources of a section, with the options that
// set them. The project and the environment are always set.
func MetadataKeys(report *config.Report) map[string]string {
	out := map[string]string{}
	if report.Section() == "" {
		return out
	}
	for key, option := range map[string]string{
		"cost-center": "costCenter", "data-classification": "dataClassification", "environment": "environment",
		"organization": "organization", "owner": "owner", "project": "name",
	} {
		if _, ok := report.Value(metadata.SectionName, option); ok {
			out[key] = report.LocateIn(metadata.SectionName, option)
		} else if key == "project" || key == "environment" {
			out[key] = "the metadata"
		}
	}
	names, _ := report.Names(metadata.SectionName, "tags")
	for _, name := range names {
		out[name] = report.LocateIn(metadata.SectionName, "tags", name)
	}
	return out
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
