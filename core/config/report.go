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
	// claims has the physical names within arguments.
	claims claims
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

// At returns a report for what is at a path below the validator: for a section that runs the checks of an entry with what
// it knows of other entries.
func (r *Report) At(path ...string) *Report { return r.below(slices.Concat(r.at, path)) }

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

// Other returns another section, decoded and with its defaults: a pointer to its type, which must not be modified. It is
// not ok when the section was not loaded, or when the value at the path is missing or has findings of its own, so that
// what is said about it would be a consequence.
//
//	section, ok := report.Other("aws", "workloadIdentities", "web")
func (r *Report) Other(section string, path ...string) (value any, ok bool) {
	if r.manager == nil || r.manager.sections[section] == nil {
		return nil, false
	}
	s := r.manager.sections[section]
	if s.check == nil || s.root.at(path...) == nil || s.check.broken.touches(path) {
		return nil, false
	}
	return s.value, true
}

// Sound reports whether the value at a path of the section, and all that is below it, has no problem so far: for look-ups
// ([WithLookups]), whose answers about another value would be consequences of its problem.
func (r *Report) Sound(path ...string) bool {
	if r.manager == nil {
		return true
	}
	if s := r.manager.sections[r.section]; s.check.faulty.touches(path) || s.check.broken.touches(path) {
		return false
	}
	return !slices.ContainsFunc(*r.problems, func(p problem) bool {
		short, long := p.path, path
		if len(short) > len(long) {
			short, long = long, short
		}
		return !p.warning && slices.Equal(short, long[:len(short)])
	})
}

var validatorTypes typeCache

// hasValidators reports whether values of a type are validated, or values within them.
func hasValidators(t reflect.Type) bool {
	return leadsTo(&validatorTypes, t, func(t reflect.Type, _ *field) bool {
		return t.Kind() == reflect.Interface && !isInput(t) || isValidator(t) || isValidator(reflect.PointerTo(t)) ||
			t.Kind() == reflect.Struct && len(fieldsOf(t).supplied)+len(fieldsOf(t).embedded) > 0
	})
}

func isValidator(t reflect.Type) bool { return t.Implements(reflect.TypeFor[Validator]()) }

// validateArguments runs the [ArgumentsValidator] of the arguments of a constructor.
func validateArguments(args reflect.Value, component string) []problem {
	var out []problem
	if v, ok := args.Interface().(ArgumentsValidator); ok {
		v.ValidateArguments(&Report{problems: &out, scope: scope{component: component, arguments: true, claims: claims{}}})
	}
	return out
}

// validate runs every validator in v, outer ones first, and then additional ones. A problem that several validators
// report is returned once: a struct without a validator of its own has the promoted one of a struct that it embeds.
func validate(v reflect.Value, s scope, additional ...Validator) []problem {
	var all []problem
	if s.manager == nil {
		s.claims = claims{}
	} else {
		s.claims = s.manager.claims
	}
	report := &Report{problems: &all, scope: s}
	walkInto(v, make([]string, 0, 8), hasValidators, report.validate)
	for _, a := range additional {
		a.Validate(report)
	}
	if len(all) == 0 {
		return nil
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

// validate runs the validator of v, which is at a path, and those of the structs that are embedded in it.
func (r *Report) validate(v reflect.Value, path []string) {
	var at *Report
	below := func() *Report {
		if at == nil {
			at = r.below(slices.Clone(path))
		}
		return at
	}
	if v.Kind() != reflect.Struct {
		if x, ok := v.Interface().(Validator); ok && (v.Kind() != reflect.String || v.Len() > 0) {
			x.Validate(below())
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
	validated := func(v reflect.Value) {
		if x, ok := v.Addr().Interface().(Validator); ok {
			x.Validate(below())
		}
	}
	validated(v)
	for _, index := range f.embedded {
		validated(v.FieldByIndex(index))
	}
	for _, s := range f.supplied {
		if r.arguments && len(path) > 0 && !v.FieldByIndex(s.Index).IsZero() {
			below().Add([]string{s.Name}, "set by the parent component: leave it unset")
		}
	}
}

// pathWithPosition returns the path of a value of a section and, where it is known, its position:
// kubernetes.applications.web.env.A (ashlar.yaml:7:15).
func pathWithPosition(section string, root *node, path []string) string {
	text := Path(join([]string{section}, path...)...)
	n, _ := root.nearest(path)
	if n == nil || n.source == nil || n.source.file == "" || n.key.Line == 0 {
		return text
	}
	return fmt.Sprintf("%s (%s:%d:%d)", text, n.source.file, n.key.Line, n.key.Column)
}

// Locate returns the path of a value below the validator, with its position where that is known, for problems that
// concern two values: "kubernetes.applications.web.env.A (ashlar.yaml:7:15)". In arguments it is the path alone.
//
//	report.Add([]string{"b"}, "also in %s: remove one of the two", report.Locate("a"))
func (r *Report) Locate(path ...string) string {
	path = slices.Concat(r.at, path)
	if r.manager == nil {
		return Path(path...)
	}
	return r.LocateIn(r.section, path...)
}

// LocateError is [Manager.Locate] for an entry of the section.
func (r *Report) LocateError(err error, path ...string) error {
	if r.manager == nil {
		return err
	}
	return r.manager.Locate(err, r.section, slices.Concat(r.at, path)...)
}

// LocateIn is [Report.Locate] for a path of any section that was loaded.
func (r *Report) LocateIn(section string, path ...string) string {
	var root *node
	if r.manager != nil && r.manager.sections[section] != nil {
		root = r.manager.sections[section].root
	}
	return pathWithPosition(section, root, path)
}
