package config

import (
	"fmt"
	"maps"
	"reflect"
	"slices"
	"sync"
)

// Namespace is the namespace of every key that Ashlar reads from a stack's configuration: ashlar:kubernetes,
// ashlar:logging, ...
const Namespace = "ashlar"

// Section describes one key of a stack's configuration. Create one with [NewSection].
type Section struct {
	name   string
	typ    reflect.Type
	schema []byte
	// checker compiles the schema once, however often the section is read.
	checker func() (*schemaChecker, error)
}

// NewSection describes the section of the given name, which decodes into a T. schema is the JSON Schema of T, as made
// by [Schema]. A nil schema is made from T when it is needed, without descriptions.
//
// T, and every type within it, may implement [Validator] to check what a schema cannot say.
func NewSection[T any](name string, schema []byte) Section {
	s := Section{name: name, typ: reflect.TypeFor[T](), schema: schema}
	s.checker = sync.OnceValues(func() (*schemaChecker, error) {
		schema, err := s.Schema()
		if err != nil {
			return nil, err
		}
		return newSchemaChecker(schema), nil
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
		return nil, fmt.Errorf("section %q was not created with config.NewSection", s.name)
	}
	return Schema(reflect.New(s.typ).Interface(), nil)
}

// Manager holds the decoded configuration of a stack, and the origin of each value. [Load] returns one. It does not
// change, and is safe for concurrent use.
type Manager struct {
	order    []string
	sections map[string]*section
	claims   claims
}

// section is a section that was loaded.
type section struct {
	Section
	// root is the merged value of all layers, nil when none has the section.
	root *node
	// value is the decoded section, a pointer to a struct.
	value any
	// check is nil when the section could not be decoded.
	check *sectionCheck
}

// Get returns the decoded value of a section: a pointer to the type that the section was described with.
func Get[T any](m *Manager, section string) (T, error) {
	var zero T
	s, ok := m.sections[section]
	if !ok {
		known := slices.Collect(maps.Keys(m.sections))
		return zero, fmt.Errorf("section %q was not loaded, %s", section, Suggest(section, known))
	}
	typed, ok := s.value.(T)
	if !ok {
		return zero, fmt.Errorf("section %q is a %T, not a %T", section, s.value, zero)
	}
	return typed, nil
}
