package config

import "github.com/invopop/jsonschema"

// NamePattern matches the names that people give to things in configuration:
// labels of RFC 1035, which every cloud and Kubernetes accept.
const NamePattern = `^[a-z]([-a-z0-9]{0,61}[a-z0-9])?$`

// Named holds things by name, such as clusters or applications. Named things
// are a map rather than a list, so that layers of configuration merge them by
// name. Its keys match [NamePattern].
type Named[T any] map[string]T

// JSONSchemaExtend adds the rule for names to the schema of the map.
func (Named[T]) JSONSchemaExtend(s *jsonschema.Schema) {
	s.PropertyNames = &jsonschema.Schema{Type: "string", Pattern: NamePattern}
}

// patternMeaning says in words what the well-known patterns ask for.
func patternMeaning(pattern string) (string, bool) {
	words, ok := map[string]string{
		NamePattern: `use lower case letters, digits and "-", start with a letter, end with a letter or digit, ` +
			`at most 63 characters`,
	}[pattern]
	return words, ok
}
