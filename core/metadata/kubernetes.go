package metadata

import (
	"cmp"
	"regexp"
	"strings"

	"github.com/ashlar-iac/ashlar/core/failure"
)

// DefaultLabelPrefix is the prefix of Kubernetes labels and annotations.
const DefaultLabelPrefix = "ashlar-iac.github.io"

// The limits of Kubernetes. Source: "Labels and Selectors" and "Annotations",
// Kubernetes documentation; the total is that of the API server's validation.
const (
	kubernetesMaxName        = 63
	kubernetesMaxPrefix      = 253
	kubernetesMaxValue       = 63
	kubernetesMaxAnnotations = 256 << 10
)

// subdomain is the pattern of a DNS subdomain.
var subdomain = regexp.MustCompile(`^[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*$`)

// object renders labels and annotations of a Kubernetes object.
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
			failed = append(failed, problem(kubernetes, e, "the key is empty: give it a name"))
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
			"the annotations have %d bytes, %d are allowed: shorten them", total, kubernetesMaxAnnotations))
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
	return problem(kubernetes, entry{key: "labelPrefix"}, "found the string %q, expected a DNS subdomain of your own such as "+
		"example.com, at most %d characters, not one of Kubernetes", prefix, kubernetesMaxPrefix)
}

// labelName returns a key as the name of a label. A letter or a digit begins and ends it.
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
