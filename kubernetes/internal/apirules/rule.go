package apirules

import (
	"maps"
	"slices"
	"strconv"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
	"k8s.io/apimachinery/pkg/util/validation"

	"github.com/ashlar-iac/ashlar/core/config"
	"github.com/ashlar-iac/ashlar/core/failure"
)

// Rule is what the API server requires of a string.
type Rule struct {
	// validate returns what is wrong with a value.
	validate func(string) []string
	// advice says what to use instead.
	advice string
}

// The rules of the API server. Source: "Object Names and IDs", "Labels and Selectors", "Annotations", "Define
// Environment Variables for a Container" and "ConfigMaps", Kubernetes documentation.
var (
	// LabelKey is the rule of keys of labels.
	LabelKey = Rule{validation.IsQualifiedName, qualifiedName}
	// LabelValue is the rule of values of labels.
	LabelValue = Rule{validation.IsValidLabelValue,
		"use at most 63 letters, digits, dashes, underscores and dots, with a letter or digit at both ends"}
	// AnnotationKey is the rule of keys of annotations. Their prefix may be in upper case, other than that of labels.
	AnnotationKey = Rule{annotationKey, qualifiedName}
	// EnvName is the rule of names of environment variables.
	EnvName = Rule{validation.IsRelaxedEnvVarName, "use printable ASCII characters other than =, such as LOG_LEVEL"}
	// DataKey is the rule of keys of ConfigMaps and Secrets.
	DataKey = Rule{validation.IsConfigMapKey,
		"use at most 253 letters, digits, dashes, underscores and dots, not two dots at the start"}
	// Namespace is the rule of names of namespaces.
	Namespace = Rule{validation.IsDNS1123Label,
		"use at most 63 lower case letters, digits and dashes, with a letter or digit at both ends"}
	// ObjectName is the rule of names of most objects.
	ObjectName = Rule{validation.IsDNS1123Subdomain,
		"use at most 253 lower case letters, digits, dashes and dots, with a letter or digit around each dot and at both ends"}
	// anything is the rule of strings that the API server does not restrict.
	anything = Rule{func(string) []string { return nil }, ""}
)

const qualifiedName = "use at most 63 letters, digits, dashes, underscores and dots, with a letter or digit at both ends, " +
	"after an optional domain and a slash"

// NewRule returns a rule that a function decides. The advice says what to use instead.
func NewRule(valid func(string) bool, advice string) Rule {
	return Rule{func(text string) []string {
		if valid(text) {
			return nil
		}
		return []string{advice}
	}, advice}
}

// Allows reports whether a string is valid.
func (r Rule) Allows(text string) bool { return len(r.validate(text)) == 0 }

// Check reports a value that violates the rule. Nil, and values that only the engine knows, are skipped.
func (r Rule) Check(report *config.Report, path []string, value pulumi.StringInput) {
	if text, ok := value.(pulumi.String); ok && !r.Allows(string(text)) {
		report.Add(path, "found the string %q: %s", string(text), r.advice)
	}
}

// CheckList reports the elements of a list that violate the rule, and duplicates.
func (r Rule) CheckList(report *config.Report, path []string, list pulumi.StringArrayInput) {
	known, _ := list.(pulumi.StringArray)
	seen := map[pulumi.StringInput]bool{}
	for i, value := range known {
		at := below(path, strconv.Itoa(i))
		r.Check(report, at, value)
		if text, ok := value.(pulumi.String); ok && seen[text] {
			report.Add(at, "duplicate %q: remove one of them", string(text))
		} else if ok {
			seen[text] = true
		}
	}
}

// checkKey reports a key that violates the rule.
func (r Rule) checkKey(report *config.Report, path []string, key string) {
	if !r.Allows(key) {
		report.Add(below(path, key), "invalid key: %s", r.advice)
	}
}

// Resolved returns an input that fails to resolve when its value violates the rule. The option starts the message.
// Values that are already known are checked by [Rule.Check], and returned as they are.
func (r Rule) Resolved(option string, value pulumi.StringInput) pulumi.StringInput {
	switch value.(type) {
	case nil, pulumi.String:
		return value
	}
	return value.ToStringOutput().ApplyT(func(text string) (string, error) {
		return text, r.resolved(option, text)
	}).(pulumi.StringOutput)
}

// ResolvedList is [Rule.Resolved] for the elements of a list.
func (r Rule) ResolvedList(option string, list pulumi.StringArrayInput) pulumi.StringArrayInput {
	if known, ok := list.(pulumi.StringArray); ok {
		out := make(pulumi.StringArray, len(known))
		for i, value := range known {
			out[i] = r.Resolved(option, value)
		}
		return out
	}
	return list.ToStringArrayOutput().ApplyT(func(values []string) ([]string, error) {
		for _, text := range values {
			if err := r.resolved(option, text); err != nil {
				return nil, err
			}
		}
		return values, nil
	}).(pulumi.StringArrayOutput)
}

func (r Rule) resolved(option, text string) error {
	if r.Allows(text) {
		return nil
	}
	return failure.New(failure.Configuration, "check", option, "invalid value: %s", r.advice)
}

// pairs are the rules of a map.
type pairs struct{ key, value Rule }

// resolved returns a map that fails to resolve when it violates the rules, see [Rule.Resolved].
func (p pairs) resolved(option string, in pulumi.StringMapInput, whole func(map[string]string) error) pulumi.StringMapInput {
	if in == nil || isPlain(in) {
		return in
	}
	if known, ok := in.(pulumi.StringMap); ok && whole == nil {
		out := make(pulumi.StringMap, len(known))
		for key, value := range known {
			out[key] = p.value.Resolved(option+"."+key, value)
		}
		return out
	}
	return in.ToStringMapOutput().ApplyT(func(values map[string]string) (map[string]string, error) {
		for _, key := range slices.Sorted(maps.Keys(values)) {
			if !p.key.Allows(key) {
				return nil, failure.New(failure.Configuration, "check", option, "invalid key %q: %s", key, p.key.advice)
			}
			if err := p.value.resolved(option+"."+key, values[key]); err != nil {
				return nil, err
			}
		}
		if whole != nil {
			return values, whole(values)
		}
		return values, nil
	}).(pulumi.StringMapOutput)
}

// isPlain reports whether all keys and values are known during registration.
func isPlain(in pulumi.StringMapInput) bool {
	known, ok := in.(pulumi.StringMap)
	for _, value := range known {
		if _, plain := value.(pulumi.String); !plain {
			return false
		}
	}
	return ok
}

// plain returns the values that are known during registration.
func plain(in pulumi.StringMapInput) map[string]string {
	known, _ := in.(pulumi.StringMap)
	out := map[string]string{}
	for key, value := range known {
		if text, ok := value.(pulumi.String); ok {
			out[key] = string(text)
		}
	}
	return out
}

// keys returns the keys that are known during registration, sorted.
func keys(in pulumi.StringMapInput) []string {
	known, _ := in.(pulumi.StringMap)
	return slices.Sorted(maps.Keys(known))
}

// below returns a path that leads on.
func below(path []string, key string) []string { return append(slices.Clone(path), key) }

// NamespaceName is the label with the name of a namespace, which Kubernetes adds to it. Source: "Automatic labelling",
// Kubernetes documentation.
const NamespaceName = "kubernetes.io/metadata.name"
