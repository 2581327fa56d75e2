package metadata

import "github.com/pulumi/pulumi/sdk/v3/go/pulumi"

// AddToObject returns the labels and annotations of a Kubernetes object together
// with rendered metadata, as [Platform.Add] does. An annotation that has the whole value of
// a label is left out where the object has a label of its own in its place.
func AddToObject(labels, annotations pulumi.Input, m Metadata) (allLabels, allAnnotations pulumi.StringMapInput, err error) {
	if allLabels, err = KubernetesLabels().Add(labels, m); err != nil {
		return nil, nil, err
	}
	own := keysOf(labels)
	whole := Platform{name: "Kubernetes", render: func(m Metadata) (map[string]string, error) {
		rendered, notes, err := kubernetes(m)
		for key := range rendered {
			if own[key] {
				delete(notes, key)
			}
		}
		return notes, err
	}}
	allAnnotations, err = whole.Add(annotations, m)
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
