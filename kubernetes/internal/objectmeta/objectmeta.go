// Package metadata renders the metadata of Kubernetes objects.
package metadata

import (
	metav1 "github.com/pulumi/pulumi-kubernetes/sdk/v4/go/kubernetes/meta/v1"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
)

// New returns the metadata of an object. A nil name leaves the choice to
// auto-naming; a nil namespace is for objects that have none.
func New(namespace, name pulumi.StringInput, labels, annotations map[string]string) *metav1.ObjectMetaArgs {
	out := &metav1.ObjectMetaArgs{Labels: stringMap(labels), Annotations: stringMap(annotations)}
	if namespace != nil {
		out.Namespace = namespace.ToStringOutput()
	}
	if name != nil {
		out.Name = name.ToStringOutput()
	}
	return out
}

// Annotated adds annotations, of which values may come from other resources, to metadata that has none.
func Annotated(m *metav1.ObjectMetaArgs, annotations pulumi.StringMapInput) *metav1.ObjectMetaArgs {
	if plain, ok := annotations.(pulumi.StringMap); annotations != nil && (!ok || len(plain) > 0) {
		m.Annotations = annotations
	}
	return m
}

// stringMap leaves empty maps out: the API server drops them, and the provider
// would put them back on every run.
func stringMap(m map[string]string) pulumi.StringMapInput {
	if len(m) == 0 {
		return nil
	}
	return pulumi.ToStringMap(m)
}
