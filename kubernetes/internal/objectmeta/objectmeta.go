// Package objectmeta renders the metadata of Kubernetes objects, and merges their labels and annotations.
package objectmeta

import (
	"maps"

	metav1 "github.com/pulumi/pulumi-kubernetes/sdk/v4/go/kubernetes/meta/v1"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/ashlar-iac/ashlar/kubernetes/internal/apirules"
)

// New returns the metadata of an object. With a nil name, the provider generates one; objects without a namespace have
// a nil one. Values of outputs are checked when they resolve.
func New(namespace, name pulumi.StringInput, labels, annotations pulumi.StringMapInput) *metav1.ObjectMetaArgs {
	out := &metav1.ObjectMetaArgs{
		Labels:      unlessEmpty(apirules.Labels(labels)),
		Annotations: unlessEmpty(apirules.Annotations(annotations)),
	}
	if namespace != nil {
		out.Namespace = apirules.Namespace.Resolved("namespace", namespace).ToStringOutput()
	}
	if name != nil {
		out.Name = name.ToStringOutput()
	}
	return out
}

// Merge returns the pairs of all sets. Where several have a key, the last one wins. The result is a pulumi.StringMap
// unless a set is an output, whose keys are unknown before the deployment.
func Merge(sets ...pulumi.StringMapInput) pulumi.StringMapInput {
	known, outputs := pulumi.StringMap{}, false
	var all []any
	for _, set := range sets {
		if set == nil {
			continue
		}
		if pairs, ok := set.(pulumi.StringMap); ok {
			maps.Copy(known, pairs)
		} else {
			outputs = true
		}
		all = append(all, set.ToStringMapOutput())
	}
	if !outputs {
		return known
	}
	return pulumi.All(all...).ApplyT(func(all []any) map[string]string {
		out := map[string]string{}
		for _, set := range all {
			maps.Copy(out, set.(map[string]string))
		}
		return out
	}).(pulumi.StringMapOutput)
}

// unlessEmpty omits empty maps: the API server drops them, and the provider would add them again on every run.
func unlessEmpty(pairs pulumi.StringMapInput) pulumi.StringMapInput {
	if known, ok := pairs.(pulumi.StringMap); ok && len(known) == 0 {
		return nil
	}
	return pairs
}
