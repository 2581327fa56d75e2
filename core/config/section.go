package config

import (
	"fmt"
	"reflect"
	"strings"
	"sync"
)

// Namespace is the namespace of every key that Ashlar reads from a stack's
// configuration: ashlar:kubernetes, ashlar:logging, ...
const Namespace = "ashlar"

// Section describes one key of a stack's configuration. Make one with
// [NewSection].
type Section struct {
	name   string
	typ    reflect.Type
	schema []byte
	// checker compiles the schema once, however often the section is read.
	checker func() (*schemaChecker, error)
}

// NewSection describes the section of the given name, which decodes into a T.
// schema is the JSON Schema of T, as made by [Schema]. A nil schema is
// reflected from T when it is needed: right for small sections, but such a
// schema has no descriptions.
//
// T, and every type within it, may implement [Validator] to check what a schema
// cannot say.
func NewSection[T any](name string, schema []byte) Section {
	s := Section{name: name, typ: reflect.TypeFor[T](), schema: schema}
	s.checker = sync.OnceValues(func() (*schemaChecker, error) {
		schema, err := s.Schema()
		if err != nil {
			return nil, err
		}
		return newSchemaChecker(schema)
	})
	return s
}

// Name returns the name of the section, without the namespace.
func (s Section) Name() string { return s.name }

// Schema returns the JSON Schema of the section.
func (s Section) Schema() ([]byte, error) {
	if s.schema != nil {
		return s.schema, nil
	}
	if s.typ == nil {
		return nil, fmt.Errorf("section %q was not made with config.NewSection", s.name)
	}
	return Schema(reflect.New(s.typ).Interface(), nil)
}

// tagName returns the key of a field, or "" when it has none.
func tagName(field reflect.StructField) string {
	name, _, _ := strings.Cut(field.Tag.Get("pulumi"), ",")
	return name
}
