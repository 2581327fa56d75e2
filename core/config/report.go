package config

import (
	"cmp"
	"fmt"
	"reflect"
	"slices"
	"strconv"
	"strings"
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
	scope
}

// scope is what is being checked.
type scope struct {
	manager *Manager
	section string
	// component is the name of the component, where it is known.
	component string
	// arguments tells that the arguments of a component are checked, rather than a section.
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

// Section returns the name of the section that the validator is part of. It is
// empty for arguments.
func (r *Report) Section() string { return r.section }

// Component returns the name of the component that is described: the one given to the constructor or, in a section, the
// name of the entry. It is empty for arguments that are nested in those of another component, and for the section itself.
func (r *Report) Component() string { return r.component }

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

// ArgumentsValidator is implemented by arguments of components that check what only the program knows which calls the
// constructor, such as the network that a cluster is placed in. ValidateArguments runs for the arguments of a constructor,
// after Validate. It does not run for entries of a section, nor for arguments nested in those of another component.
type ArgumentsValidator interface {
	ValidateArguments(report *Report)
}

// validateArguments runs the [ArgumentsValidator] of the arguments of a constructor.
func validateArguments(args reflect.Value, component string) []problem {
	var out []problem
	if v, ok := args.Interface().(ArgumentsValidator); ok {
		v.ValidateArguments(&Report{problems: &out, scope: scope{component: component, arguments: true}})
	}
	return out
}

// validate runs every validator in v, outer ones first, and then additional ones. A problem that several report is
// returned once.
func validate(v reflect.Value, s scope, additional ...Validator) []problem {
	var all []problem
	report := &Report{problems: &all, scope: s}
	runValidators(v, nil, report)
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
		if v.Elem().Kind() == reflect.Struct {
			runFields(v.Elem(), path, out)
		}
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

// runFields descends into a struct. Validators of embedded structs run as well: the struct around them may have one of
// its own, which shadows theirs. Where it has none, the embedded one is promoted and has run already, and its problems are
// reported once.
func runFields(v reflect.Value, path []string, out *Report) {
	for i := range v.NumField() {
		field := v.Type().Field(i)
		var in traits
		readTraits(field.Tag, &in)
		switch {
		case field.Anonymous && field.IsExported():
			runValidators(v.Field(i).Addr(), path, out)
		case field.Anonymous:
			runFields(v.Field(i), path, out)
		case !field.IsExported():
		case tagName(field) != "":
			runValidators(v.Field(i), join(path, tagName(field)), out)
		case in.program && out.arguments && len(path) > 0 && !v.Field(i).IsZero():
			out.below(path).Add([]string{field.Name}, "set by the component around it: leave it unset")
		}
	}
}
