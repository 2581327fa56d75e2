package config

import (
	"maps"
	"reflect"
	"slices"

	"github.com/invopop/jsonschema"
)

// NamePattern matches the names of entries in configuration: labels of RFC 1035, which every cloud and Kubernetes
// accept.
const NamePattern = `^[a-z]([-a-z0-9]{0,61}[a-z0-9])?$`

// Named holds entries by name, such as clusters or applications, so that layers of configuration merge them by name.
// Its keys match [NamePattern].
type Named[T any] map[string]T

// JSONSchemaExtend adds the pattern of names to the schema of the map, and the schema of inputs, which the map does not
// have.
func (Named[T]) JSONSchemaExtend(s *jsonschema.Schema) {
	s.PropertyNames = &jsonschema.Schema{Type: "string", Pattern: NamePattern}
	if k, ok := kindOf(reflect.TypeFor[T]()); ok {
		s.AdditionalProperties = k.schema()
	}
}

// Names returns the names in alphabetical order.
func (n Named[T]) Names() []string { return slices.Sorted(maps.Keys(n)) }

// Resolve returns the name that a reference resolves to: name itself or, when it is empty, the only name, if there is
// one.
func (n Named[T]) Resolve(name string) string {
	if name == "" && len(n) == 1 {
		return n.Names()[0]
	}
	return name
}

// CheckReference reports a reference at a path that does not resolve: to an unknown name, or an empty one when there is
// more than one entry. noun is what an entry is, such as cluster; with an s at its end it is the key of the map in the
// section.
func (n Named[T]) CheckReference(report *Report, path []string, noun, name string) {
	_, known := n[name]
	switch {
	case len(n) == 0:
		report.Add(path, "no %s configured: add one under %ss", noun, noun)
	case name == "" && len(n) > 1:
		report.Add(path, "several %ss configured: specify one of %s", noun, List(n.Names()))
	case name != "" && !known:
		report.Add(path, "unknown %s %q, %s", noun, name, Suggest(name, n.Names()))
	}
}

// patternMeaning describes a well-known pattern in words.
func patternMeaning(pattern string) (string, bool) {
	words, ok := map[string]string{
		NamePattern: `use lower case letters, digits and "-", start with a letter, end with a letter or digit, ` +
			`at most 63 characters`,
		`^[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?$`: `use lower case letters, digits and "-", start and end with a letter or digit, ` +
			`at most 63 characters`,
		`^/`: "use a path that starts with /",
		`^(/[0-9]{1,2}|[1-9][0-9]*/[1-9][0-9]*|[1-9][0-9]* hosts)$`: "use a prefix length such as /24, " +
			"a number such as 500 hosts, or a share such as 1/8",
	}[pattern]
	return words, ok
}
