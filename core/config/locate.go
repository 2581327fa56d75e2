package config

import (
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"
)

// Locate adds the position of an entry of a section to an error of the component that it describes: what only the component
// finds, such as a zone that the region does not have. path leads to the entry, and its last element is the name of the
// component.
//
// The findings of an [Error] about the component itself get the positions of their values. Those about a component within
// it, and other errors, get the position of the entry. Nil stays nil.
func (m *Manager) Locate(err error, section string, path ...string) error {
	s := m.sections[section]
	if err == nil || s == nil || len(path) == 0 {
		return err
	}
	var invalid *Error
	if !errors.As(err, &invalid) {
		f := m.position(s, path)
		return &located{place: strings.TrimSuffix(f.String(), ": "), err: err}
	}
	out := &Error{Subject: invalid.Subject}
	own := strings.HasSuffix(invalid.Subject, " "+strconv.Quote(path[len(path)-1]))
	for _, f := range invalid.Findings {
		at := path
		if elements, err := parsePath(f.Path); own && f.Path != "" && err == nil {
			at = slices.Concat(path, elements)
		}
		message := f.Message
		if !own {
			message = fmt.Sprintf("%s: %s", invalid.Subject, Finding{Path: f.Path, Message: f.Message})
		}
		if f.File == "" {
			f = m.position(s, at)
			f.Message = message
		}
		out.Findings = append(out.Findings, f)
	}
	return out
}

// position returns a finding without a message at a path of a section.
func (m *Manager) position(s *section, path []string) Finding {
	f := Finding{Path: Path(join([]string{s.name}, path...)...)}
	if n, depth := s.root.nearest(path); n != nil {
		mark := n.value
		if depth < len(path) || mark.Line == 0 {
			mark = n.key
		}
		f.Layer, f.File, f.Line, f.Column = n.source.layer, n.source.file, mark.Line, mark.Column
	}
	return f
}

// located is an error with the place of the entry that it is about.
type located struct {
	place string
	err   error
}

func (e *located) Error() string { return e.place + ": " + e.err.Error() }
func (e *located) Unwrap() error { return e.err }
