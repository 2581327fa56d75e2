package config

import (
	"cmp"
	"fmt"
	"reflect"
	"slices"
	"strconv"
)

// Validator is implemented by sections and arguments, and by types within
// them, that check more than a JSON Schema can say. Validate runs after the
// schema has been satisfied and the defaults are set; for types of strings, it
// runs unless the string is empty. It must not modify its receiver.
type Validator interface {
	Validate(report *Report)
}

// Report collects what a [Validator] finds wrong.
type Report struct {
	at       []string
	problems *[]problem
	manager  *Manager
	section  string
}

// Add reports a problem with the value at a path below the validator:
//
//	report.Add([]string{"applications", name, "cluster"}, "unknown cluster %q, %s", c, config.Suggest(c, known))
func (r *Report) Add(path []string, format string, args ...any) {
	*r.problems = append(*r.problems, problem{
		path:    slices.Concat(r.at, path),
		by:      r.at,
		message: fmt.Sprintf(format, args...),
	})
}

// Section returns the name of the section that the validator is part of. It is
// empty for arguments.
func (r *Report) Section() string { return r.section }

// Value returns what all layers together say at a path of a section, before
// defaults: a bool, string, json.Number, []any or map[string]any. It is not ok
// when nothing stands there, when it is secret, or when the section is not part
// of the deployment.
//
//	enabled, ok := report.Value("aws", "enabled")
func (r *Report) Value(section string, path ...string) (value any, ok bool) {
	if r.manager == nil || r.manager.sections[section] == nil {
		return nil, false
	}
	root := r.manager.sections[section].root
	n := root.at(path...)
	if n == nil || n.kind == nullNode || root.hidden(path) {
		return nil, false
	}
	return n.plain(), true
}

// Names returns the keys of a map of another section, such as the clusters
// that the section aws describes, in the order in which they are written: for
// references from one section to another. It is not ok when the section is not
// part of the deployment; what a loaded section does not mention is empty.
//
//	known, ok := report.Names("aws", "clusters")
func (r *Report) Names(section string, path ...string) (names []string, ok bool) {
	if r.manager == nil || r.manager.sections[section] == nil {
		return nil, false
	}
	if n := r.manager.sections[section].root.at(path...); n != nil && n.isMap() {
		names = slices.Clone(n.keys)
	}
	return names, true
}

// validate runs every validator in v, outer ones first, and then further ones.
// m holds all sections; it is nil for arguments, which have no section.
func validate(v reflect.Value, m *Manager, section string, further ...Validator) []problem {
	var out []problem
	report := &Report{problems: &out, manager: m, section: section}
	runValidators(v, nil, report)
	for _, f := range further {
		f.Validate(report)
	}
	return out
}

// below returns the report for a validator at a path.
func (r *Report) below(path []string) *Report {
	out := *r
	out.at = path
	return &out
}

func runValidators(v reflect.Value, path []string, out *Report) {
	if !v.IsValid() || v.Type().Implements(inputType) {
		return
	}
	switch v.Kind() {
	case reflect.Pointer:
		if v.IsNil() {
			return
		}
		if x, ok := v.Interface().(Validator); ok {
			x.Validate(out.below(path))
		}
		runFields(v.Elem(), path, out)
	case reflect.String:
		if x, ok := v.Interface().(Validator); ok && v.Len() > 0 {
			x.Validate(out.below(path))
		}
	case reflect.Struct:
		// Methods may have pointer receivers: give them a copy.
		p := reflect.New(v.Type())
		p.Elem().Set(v)
		runValidators(p, path, out)
	case reflect.Map:
		keys := v.MapKeys()
		slices.SortFunc(keys, func(a, b reflect.Value) int { return cmp.Compare(a.String(), b.String()) })
		for _, k := range keys {
			runValidators(v.MapIndex(k), join(path, k.String()), out)
		}
	case reflect.Slice:
		for i := range v.Len() {
			runValidators(v.Index(i), join(path, strconv.Itoa(i)), out)
		}
	}
}

// runFields descends into a struct. The methods of an embedded struct are
// promoted and have run already, so only its fields are visited.
func runFields(v reflect.Value, path []string, out *Report) {
	if v.Kind() != reflect.Struct {
		return
	}
	for i := range v.NumField() {
		field := v.Type().Field(i)
		switch {
		case field.Anonymous:
			runFields(v.Field(i), path, out)
		case field.IsExported() && tagName(field) != "":
			runValidators(v.Field(i), join(path, tagName(field)), out)
		}
	}
}
