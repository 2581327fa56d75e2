package config

import (
	"maps"
	"reflect"
	"slices"

	"github.com/invopop/jsonschema"
)

// NamePattern matches the names that people give to things in configuration:
// labels of RFC 1035, which every cloud and Kubernetes accept.
const NamePattern = `^[a-z]([-a-z0-9]{0,61}[a-z0-9])?$`

// Named holds things by name, such as clusters or applications. Named things
// are a map rather than a list, so that layers of configuration merge them by
// name. Its keys match [NamePattern].
type Named[T any] map[string]T

// JSONSchemaExtend adds the rule for names to the schema of the map, and the schema of inputs, which the map's own does not have.
func (Named[T]) JSONSchemaExtend(s *jsonschema.Schema) {
	s.PropertyNames = &jsonschema.Schema{Type: "string", Pattern: NamePattern}
	if k, ok := kindOf(reflect.TypeFor[T]()); ok {
		s.AdditionalProperties = k.schema()
	}
}

// Names returns the names in alphabetical order.
func (n Named[T]) Names() []string { return slices.Sorted(maps.Keys(n)) }

// Meant returns the name that an entry of the configuration means which says name: name itself or, where it is left
// out, the only one that there is.
func (n Named[T]) Meant(name string) string {
	if name == "" && len(n) == 1 {
		return n.Names()[0]
	}
	return name
}

// CheckMeant reports an entry that says name at a path and means nothing that there is, or leaves it out where there are several. noun is
// what the things are, such as cluster; with an s at its end it is their key in the section.
func (n Named[T]) CheckMeant(report *Report, path []string, noun, name string) {
	_, known := n[name]
	switch {
	case len(n) == 0:
		report.Add(path, "there is no %s to deploy to: add one under %ss", noun, noun)
	case name == "" && len(n) > 1:
		report.Add(path, "there are several %ss: name one of %s", noun, List(n.Names()))
	case name != "" && !known:
		report.Add(path, "unknown %s %q, %s", noun, name, Suggest(name, n.Names()))
	}
}

// patternMeaning says in words what the well-known patterns ask for.
func patternMeaning(pattern string) (string, bool) {
	words, ok := map[string]string{
		NamePattern: `use lower case letters, digits and "-", start with a letter, end with a letter or digit, ` +
			`at most 63 characters`,
	}[pattern]
	return words, ok
}
