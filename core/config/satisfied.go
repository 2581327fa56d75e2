package config

import (
	"math/big"
	"slices"
	"unicode/utf8"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
	"github.com/santhosh-tekuri/jsonschema/v6"
)

// satisfied reports whether inputs satisfy a schema. It is a fast check for the arguments of the many components of a
// program, which are rarely wrong: false means that they may violate it, and that the validator has to say how. Outputs
// satisfy every schema, because their values are not known yet.
func satisfied(s *jsonschema.Schema, in any) bool {
	if s.Bool != nil {
		return *s.Bool
	}
	if !isSimple(s) || s.Ref != nil && !satisfied(s.Ref, in) {
		return false
	}
	switch in := in.(type) {
	case pulumi.Output:
		return true
	case pulumi.String:
		return satisfiedText(s, string(in))
	case pulumi.Bool:
		return allows(s, booleanType) && s.Enum == nil
	case pulumi.Int:
		return allows(s, integerType|numberType) && s.Enum == nil &&
			(s.Minimum == nil || s.Minimum.Cmp(big.NewRat(int64(in), 1)) <= 0) &&
			(s.Maximum == nil || s.Maximum.Cmp(big.NewRat(int64(in), 1)) >= 0)
	case pulumi.Map:
		return satisfiedMap(s, in)
	case pulumi.StringMap:
		return satisfiedMap(s, in)
	case pulumi.Array:
		return satisfiedList(s, in)
	case pulumi.StringArray:
		return satisfiedList(s, in)
	}
	return false
}

func satisfiedText(s *jsonschema.Schema, text string) bool {
	return allows(s, stringType) &&
		(s.Enum == nil || slices.Contains(s.Enum.Values, any(text))) &&
		(s.Pattern == nil || s.Pattern.MatchString(text)) &&
		(s.Format == nil || s.Format.Validate(text) == nil) &&
		(s.MinLength == nil && s.MaxLength == nil || inRange(utf8.RuneCountInString(text), s.MinLength, s.MaxLength))
}

func satisfiedList[L ~[]E, E any](s *jsonschema.Schema, list L) bool {
	if !allows(s, arrayType) || !inRange(len(list), s.MinItems, s.MaxItems) {
		return false
	}
	for _, element := range list {
		if s.Items2020 != nil && !satisfied(s.Items2020, element) {
			return false
		}
	}
	return true
}

func satisfiedMap[M ~map[string]E, E any](s *jsonschema.Schema, m M) bool {
	if !allows(s, objectType) || !inRange(len(m), s.MinProperties, s.MaxProperties) {
		return false
	}
	for _, key := range s.Required {
		if _, ok := m[key]; !ok {
			return false
		}
	}
	for key, value := range m {
		if s.PropertyNames != nil && !satisfied(s.PropertyNames, pulumi.String(key)) {
			return false
		}
		of := s.Properties[key]
		if of == nil {
			switch additional := s.AdditionalProperties.(type) {
			case bool:
				if !additional {
					return false
				}
			case *jsonschema.Schema:
				of = additional
			}
		}
		if of != nil && !satisfied(of, value) {
			return false
		}
	}
	return true
}

// isSimple reports whether a schema has no keywords that [satisfied] does not know.
func isSimple(s *jsonschema.Schema) bool {
	return s.RecursiveRef == nil && s.DynamicRef == nil && s.Const == nil && s.Not == nil && s.If == nil &&
		len(s.AllOf)+len(s.AnyOf)+len(s.OneOf) == 0 &&
		len(s.PatternProperties)+len(s.Dependencies)+len(s.DependentRequired)+len(s.DependentSchemas) == 0 &&
		s.UnevaluatedProperties == nil && !s.UniqueItems && s.Contains == nil && s.Items == nil &&
		len(s.PrefixItems) == 0 && s.UnevaluatedItems == nil && s.ContentEncoding == nil && s.ContentMediaType == nil &&
		s.ExclusiveMaximum == nil && s.ExclusiveMinimum == nil && s.MultipleOf == nil && len(s.Extensions) == 0
}

var (
	stringType  = jsonType("string")
	booleanType = jsonType("boolean")
	integerType = jsonType("integer")
	numberType  = jsonType("number")
	objectType  = jsonType("object")
	arrayType   = jsonType("array")
)

func jsonType(name string) jsonschema.Types {
	var out jsonschema.Types
	out.Add(name)
	return out
}

func allows(s *jsonschema.Schema, types jsonschema.Types) bool {
	return s.Types == nil || *s.Types&types != 0
}

func inRange(n int, least, most *int) bool {
	return (least == nil || n >= *least) && (most == nil || n <= *most)
}
