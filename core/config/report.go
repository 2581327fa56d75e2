package config

import (
	"fmt"
	"reflect"
	"slices"
	"strings"
)

// Validator is implemented by sections and arguments, and by types within them, that check more than a JSON Schema can
// say. Validate runs after the schema was checked and the defaults are set, also for embedded structs; for a string
// type it runs unless the string is empty. It must not modify its receiver.
type Validator interface {
	Validate(report *Report)
}

// ArgumentsValidator is implemented by arguments that check what only the calling program sets, such as the network of
// a cluster. ValidateArguments runs for the arguments of a constructor, after Validate. It does not run for entries of
// a section, nor for arguments nested in those of another component.
type ArgumentsValidator interface {
	ValidateArguments(report *Report)
}

// Report collects the problems that a [Validator] finds.
type Report struct {
	at       []string
	problems *[]problem
	scope
}

// scope is what is validated.
type scope struct {
	manager *Manager
	section string
	// value is the decoded section.
	value any
	// component is the name of the component, where it is known.
	component string
	// arguments tells that the arguments of a component are validated, rather than a section.
	arguments bool
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

// Warn reports a value that is probably wrong, where only the cloud knows: a name that is newer than this program, or an
// option without effect. The engine shows it with its place, and goes on. [Check] does not return warnings.
func (r *Report) Warn(path []string, format string, args ...any) {
	r.Add(path, format, args...)
	(*r.problems)[len(*r.problems)-1].warning = true
}

// Section returns the name of the validated section. It is empty for arguments.
func (r *Report) Section() string { return r.section }

// Decoded returns the validated section, decoded and with its defaults: a pointer to its type. It is nil for arguments,
// and must not be modified.
func (r *Report) Decoded() any { return r.value }

// Component returns the name of the described component: the one given to the constructor or, in a section, the name of
// the entry. It is empty for arguments nested in those of another component, and for the section itself.
func (r *Report) Component() string { return r.component }

// Value returns the merged value of all layers at a path of a section, without defaults: a bool, string, json.Number,
// []any or map[string]any. It is not ok when there is no value, when it is secret, or when the section was not loaded.
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

// Names returns the keys of a map in another section, such as the clusters of the section aws, in the order of their
// file: for references from one section to another. It is not ok when the section was not loaded. A loaded section
// without the map has no names.
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

// validateArguments runs the [ArgumentsValidator] of the arguments of a constructor.
func validateArguments(args reflect.Value, component string) []problem {
	var out []problem
	if v, ok := args.Interface().(ArgumentsValidator); ok {
		v.ValidateArguments(&Report{problems: &out, scope: scope{component: component, arguments: true}})
	}
	return out
}

// validate runs every validator in v, outer ones first, and then additional ones. A problem that several validators
// report is returned once: a struct without a validator of its own has the promoted one of a struct that it embeds.
func validate(v reflect.Value, s scope, additional ...Validator) []problem {
	var all []problem
	report := &Report{problems: &all, scope: s}
	walk(v, nil, func(v reflect.Value, path []string) { report.below(path).validate(v) })
	for _, a := range additional {
		a.Validate(report)
	}
	var out []problem
	seen := map[string]bool{}
	for _, p := range all {
		key := strings.Join(p.path, "\x00") + "\x00\x00" + p.message
		if !seen[key] {
			seen[key] = true
			out = append(out, p)
		}
	}
	return out
}

// below returns the report for a validator at a path.
func (r *Report) below(path []string) *Report {
	out := *r
	out.at = path
	switch {
	case len(path) == 0:
	case len(path) == 2 && !r.arguments:
		out.component = path[1] // An entry of a section.
	default:
		out.component = ""
	}
	return &out
}

// validate runs the validator of v and those of the structs that are embedded in it.
func (r *Report) validate(v reflect.Value) {
	if v.Kind() != reflect.Struct {
		if x, ok := v.Interface().(Validator); ok && (v.Kind() != reflect.String || v.Len() > 0) {
			x.Validate(r)
		}
		return
	}
	if !v.CanAddr() {
		// The methods may have pointer receivers.
		addressable := reflect.New(v.Type()).Elem()
		addressable.Set(v)
		v = addressable
	}
	f := fieldsOf(v.Type())
	for _, index := range append([][]int{nil}, f.embedded...) {
		if x, ok := v.FieldByIndex(index).Addr().Interface().(Validator); ok {
			x.Validate(r)
		}
	}
	for _, s := range f.supplied {
		if r.arguments && len(r.at) > 0 && !v.FieldByIndex(s.Index).IsZero() {
			r.Add([]string{s.Name}, "set by the parent component: leave it unset")
		}
	}
}
