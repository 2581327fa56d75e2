package metadata

import (
	"cmp"
	"regexp"
	"strings"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/ashlar-iac/ashlar/core/failure"
)

// DefaultLabelPrefix is the default prefix of Kubernetes labels and annotations.
const DefaultLabelPrefix = "ashlar-iac.github.io"

// The limits of Kubernetes. Source: "Labels and Selectors" and "Annotations", Kubernetes documentation; the total is
// that of the validation in the API server.
const (
	kubernetesMaxName        = 63
	kubernetesMaxPrefix      = 253
	kubernetesMaxValue       = 63
	kubernetesMaxAnnotations = 256 << 10
)

// subdomain is the pattern of a DNS subdomain.
var subdomain = regexp.MustCompile(`^[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*$`)

// object renders the labels and annotations of an object.
func object(m Metadata) (labels, annotations map[string]string, err error) {
	labels, annotations = map[string]string{}, map[string]string{}
	prefix := cmp.Or(m.LabelPrefix, DefaultLabelPrefix)
	var failed []error
	if err := checkPrefix(prefix); err != nil {
		failed = append(failed, err)
	}
	taken := map[string]entry{}
	total := 0
	for _, e := range m.entries() {
		if e.key == "" {
			failed = append(failed, problem(kubernetes, e, "empty key: set a name"))
			continue
		}
		key := prefix + "/" + labelName(e.key)
		if other, ok := taken[key]; ok {
			failed = append(failed, problem(kubernetes, e, "%q and %q become the same key %s: rename one of them",
				other.key, e.key, key))
			continue
		}
		taken[key] = e
		if !e.text {
			labels[key] = labelValue(e.value)
		}
		if e.text || labels[key] != e.value {
			annotations[key] = strings.ToValidUTF8(e.value, "\uFFFD")
			total += len(key) + len(annotations[key])
		}
	}
	if total > kubernetesMaxAnnotations {
		failed = append(failed, failure.New(failure.Configuration, "render", kubernetes+" metadata",
			"the annotations have %d bytes: at most %d allowed", total, kubernetesMaxAnnotations))
	}
	failed = append(failed, checkNames(m, kubernetes))
	return labels, annotations, failure.Join(failed...)
}

func checkPrefix(prefix string) error {
	if len(prefix) <= kubernetesMaxPrefix && subdomain.MatchString(prefix) &&
		prefix != "kubernetes.io" && prefix != "k8s.io" &&
		!strings.HasSuffix(prefix, ".kubernetes.io") && !strings.HasSuffix(prefix, ".k8s.io") {
		return nil
	}
	return problem(kubernetes, entry{key: "labelPrefix"}, "invalid DNS subdomain %q: use your own, such as example.com, "+
		"at most %d characters, not one of Kubernetes", prefix, kubernetesMaxPrefix)
}

// labelName returns a key as the name of a label, which starts and ends with a letter or digit.
func labelName(key string) string {
	dotted := strings.Map(func(r rune) rune {
		if labelCharacter(r) {
			return r
		}
		return '.'
	}, key)
	return fit(dotted, kubernetesMaxName, labelCharacter, true)
}

func labelValue(value string) string {
	if value == "" {
		return ""
	}
	return fit(value, kubernetesMaxValue, labelCharacter, true)
}

func labelCharacter(r rune) bool { return alphanumeric(r) || r == '-' || r == '_' || r == '.' }

// AddToObject returns the labels and annotations of a Kubernetes object including rendered metadata, see
// [Platform.Add]. An annotation with the whole value of a label is omitted when the object has its own label with
// that key.
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

// keysOf returns the keys of a map that are known during registration.
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
