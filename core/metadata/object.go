package metadata

import "github.com/pulumi/pulumi/sdk/v3/go/pulumi"

// AddToObject returns the labels and annotations of a Kubernetes object together
// with rendered metadata, as [Platform.Add] does. An annotation that has the whole value of
// a label is left out where the object has a label of its own in its place.
func AddToObject(labels, annotations pulumi.Input, m Metadata) (allLabels, allAnnotations pulumi.StringMapInput, err error) {
	values, whole, err := object(m)
	if err != nil {
		return nil, nil, err
	}
	for key := range keysOf(labels) {
		if _, ok := values[key]; ok {
			delete(whole, key)
		}
	}
	if allLabels, err = KubernetesLabels().add(labels, values); err != nil {
		return nil, nil, err
	}
	allAnnotations, err = KubernetesAnnotations().add(annotations, whole)
	return allLabels, allAnnotations, err
}

// keysOf returns the keys of a map that are known early.
func keysOf(pairs pulumi.Input) map[string]bool {
	out := map[string]bool{}
	switch pairs := pairs.(type) {
	case pulumi.StringMap:
		for key := range pairs {
			out[key] = true
		}
	case pulumi.Map:
		for key := range pairs {
			out[key] = true
		}
	}
	return out
}
