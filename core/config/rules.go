package config

import (
	"bytes"
	"encoding/json"
	"fmt"
	"regexp"
	"slices"
	"strings"
	"sync"
	"unicode/utf8"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
)

// rules is a schema for a fast check of values that are rarely wrong, such as the arguments of the many components of a
// program. It says only whether a value surely satisfies the schema. The validator, whose compilation takes longer than
// the check of a large stack file, has to describe what is wrong.
type rules struct {
	Type                 string            `json:"type"`
	Ref                  string            `json:"$ref"`
	Definitions          map[string]*rules `json:"$defs"`
	Properties           map[string]*rules `json:"properties"`
	Required             []string          `json:"required"`
	AdditionalProperties *rules            `json:"additionalProperties"`
	PropertyNames        *rules            `json:"propertyNames"`
	MinProperties        *int              `json:"minProperties"`
	MaxProperties        *int              `json:"maxProperties"`
	Items                *rules            `json:"items"`
	MinItems             *int              `json:"minItems"`
	MaxItems             *int              `json:"maxItems"`
	Enum                 []any             `json:"enum"`
	Pattern              pattern           `json:"pattern"`
	Format               knownFormat       `json:"format"`
	MinLength            *int              `json:"minLength"`
	MaxLength            *int              `json:"maxLength"`
	Minimum              *float64          `json:"minimum"`
	Maximum              *float64          `json:"maximum"`

	// always and never are the schemas true and false.
	always, never bool

	// The following keywords say nothing about values.
	Schema      ignored `json:"$schema"`
	ID          ignored `json:"$id"`
	Title       ignored `json:"title"`
	Description ignored `json:"description"`
	Default     ignored `json:"default"`
	Examples    ignored `json:"examples"`
	Deprecated  ignored `json:"deprecated"`
}

// UnmarshalJSON implements json.Unmarshaler.
func (r *rules) UnmarshalJSON(data []byte) error {
	switch string(data) {
	case "true":
		*r = rules{always: true}
		return nil
	case "false":
		*r = rules{never: true}
		return nil
	}
	type keywords rules
	return unmarshalStrictly(data, (*keywords)(r))
}

type ignored struct{}

// UnmarshalJSON implements json.Unmarshaler.
func (*ignored) UnmarshalJSON([]byte) error { return nil }

type pattern struct{ *regexp.Regexp }

// patterns has the compiled patterns by their text.
var patterns sync.Map

// UnmarshalText implements encoding.TextUnmarshaler.
func (p *pattern) UnmarshalText(text []byte) error {
	if known, ok := patterns.Load(string(text)); ok {
		p.Regexp = known.(*regexp.Regexp)
		return nil
	}
	compiled, err := regexp.Compile(string(text))
	if err == nil {
		p.Regexp = compiled
		patterns.Store(string(text), compiled)
	}
	return err
}

// knownFormat is one of [formats].
type knownFormat struct{ validate func(any) error }

// UnmarshalText implements encoding.TextUnmarshaler.
func (f *knownFormat) UnmarshalText(text []byte) error {
	i := slices.IndexFunc(formats, func(known format) bool { return known.name == string(text) })
	if i < 0 {
		return fmt.Errorf("unknown format %s", text)
	}
	f.validate = formats[i].validate
	return nil
}

// rulesOf reads a schema. It is nil when the schema has keywords that only the validator knows.
func rulesOf(schema []byte) *rules {
	out := &rules{}
	if unmarshalStrictly(schema, out) != nil {
		return nil
	}
	return out
}

func unmarshalStrictly(data []byte, target any) error {
	d := json.NewDecoder(bytes.NewReader(data))
	d.DisallowUnknownFields()
	return d.Decode(target)
}

// satisfied reports whether a value satisfies the schema: a tree of a section, or inputs. Outputs satisfy every schema,
// because their values are not known yet.
func (r *rules) satisfied(value any) bool { return r != nil && r.match(r, value) }

func (r *rules) match(root *rules, value any) bool {
	if r.always || r.never {
		return r.always
	}
	if r.Ref != "" {
		name, ok := strings.CutPrefix(r.Ref, "#/$defs/")
		target := root.Definitions[name]
		if !ok || target == nil || !target.match(root, value) {
			return false
		}
	}
	switch v := value.(type) {
	case pulumi.Output:
		return true
	case pulumi.String:
		return r.matchText(string(v))
	case string:
		return r.matchText(v)
	case pulumi.Bool, bool:
		return r.allows("boolean") && r.Enum == nil
	case pulumi.Int:
		return r.matchInteger(int64(v))
	case json.Number:
		n, err := v.Int64()
		return err == nil && r.matchInteger(n)
	case pulumi.Map:
		return matchMap(r, root, v)
	case pulumi.StringMap:
		return matchMap(r, root, v)
	case map[string]any:
		return matchMap(r, root, v)
	case pulumi.Array:
		return matchList(r, root, v)
	case pulumi.StringArray:
		return matchList(r, root, v)
	case []any:
		return matchList(r, root, v)
	}
	return false
}

func (r *rules) allows(types ...string) bool { return r.Type == "" || slices.Contains(types, r.Type) }

func (r *rules) matchText(text string) bool {
	return r.allows("string") &&
		(r.Enum == nil || slices.Contains(r.Enum, any(text))) &&
		(r.Pattern.Regexp == nil || r.Pattern.MatchString(text)) &&
		(r.Format.validate == nil || r.Format.validate(text) == nil) &&
		(r.MinLength == nil && r.MaxLength == nil || inRange(utf8.RuneCountInString(text), r.MinLength, r.MaxLength))
}

func (r *rules) matchInteger(n int64) bool {
	return r.allows("integer", "number") && (r.Enum == nil || slices.Contains(r.Enum, any(float64(n)))) &&
		(r.Minimum == nil || float64(n) >= *r.Minimum) && (r.Maximum == nil || float64(n) <= *r.Maximum)
}

func matchList[L ~[]E, E any](r, root *rules, list L) bool {
	if !r.allows("array") || !inRange(len(list), r.MinItems, r.MaxItems) {
		return false
	}
	for _, element := range list {
		if r.Items != nil && !r.Items.match(root, element) {
			return false
		}
	}
	return true
}

func matchMap[M ~map[string]E, E any](r, root *rules, m M) bool {
	if !r.allows("object") || !inRange(len(m), r.MinProperties, r.MaxProperties) {
		return false
	}
	for _, key := range r.Required {
		if _, ok := m[key]; !ok {
			return false
		}
	}
	for key, value := range m {
		if r.PropertyNames != nil && !r.PropertyNames.matchText(key) {
			return false
		}
		of := r.Properties[key]
		if of == nil {
			of = r.AdditionalProperties
		}
		if of != nil && !of.match(root, value) {
			return false
		}
	}
	return true
}

func inRange(n int, least, most *int) bool {
	return (least == nil || n >= *least) && (most == nil || n <= *most)
}
