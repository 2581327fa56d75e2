package metadata

import (
	"maps"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
)

// MergeTags returns the tags of all sets. Where several have a key, the last one wins. The result is a pulumi.StringMap
// unless a set is an output, whose keys are known to the engine alone.
func MergeTags(sets ...pulumi.StringMapInput) pulumi.StringMapInput {
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
