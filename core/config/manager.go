package config

import (
	"fmt"
	"maps"
	"slices"
)

// Manager holds the decoded configuration of a stack, and where each value of
// it comes from. Make one with [Load]. It does not change, and may be used by
// several goroutines at the same time.
type Manager struct {
	order    []string
	sections map[string]*section
}

// section is a section that was loaded.
type section struct {
	Section
	// root is what all layers say, nil when none mentions the section.
	root    *node
	present bool
	// value is the decoded section, a pointer to a struct.
	value any
}

// Get returns the decoded value of a section: a pointer to the type that the
// section was described with.
func Get[T any](m *Manager, section string) (T, error) {
	var zero T
	s, ok := m.sections[section]
	if !ok {
		known := slices.Collect(maps.Keys(m.sections))
		return zero, fmt.Errorf("section %q was not loaded, %s", section, Suggest(section, known))
	}
	typed, ok := s.value.(T)
	if !ok {
		return zero, fmt.Errorf("section %q holds a %T, not a %T", section, s.value, zero)
	}
	return typed, nil
}

// Present reports whether any layer mentions the section.
func (m *Manager) Present(section string) bool {
	s, ok := m.sections[section]
	return ok && s.present
}
