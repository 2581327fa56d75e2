package credentials

import (
	"errors"
	"io/fs"
	"net/url"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"

	"github.com/ashlar-iac/ashlar/core/failure"
)

// Resolver finds credentials in the environment. Create one with [New]. It caches nothing, and is safe for concurrent
// use when its functions are.
type Resolver struct {
	lookup func(name string) (value string, set bool)
	open   func(path string) (fs.File, error)
}

// Option changes what a [Resolver] reads.
type Option interface{ apply(r *Resolver) }

type optionFunc func(r *Resolver)

func (f optionFunc) apply(r *Resolver) { f(r) }

// WithLookup sets the function that reads variables and reports whether they are set. Default, also for nil:
// os.LookupEnv.
func WithLookup(lookup func(name string) (value string, set bool)) Option {
	return optionFunc(func(r *Resolver) {
		if lookup != nil {
			r.lookup = lookup
		}
	})
}

// WithOpen sets the function that opens files to check that they are readable. Default, also for nil: os.Open.
func WithOpen(open func(path string) (fs.File, error)) Option {
	return optionFunc(func(r *Resolver) {
		if open != nil {
			r.open = open
		}
	})
}

// New returns a resolver. It reads the environment of the process by default.
func New(opts ...Option) *Resolver {
	r := &Resolver{
		lookup: os.LookupEnv,
		open:   func(path string) (fs.File, error) { return os.Open(path) },
	}
	for _, o := range opts {
		o.apply(r)
	}
	return r
}

// Problem is something that is wrong with the credentials of the selected source.
type Problem struct {
	// Name is the variable, or the path of a file of the pod's service account.
	Name string
	// Message says what is wrong and what to do. It contains no value.
	Message string
}

// String returns the name and the message.
func (p Problem) String() string { return p.Name + " " + p.Message }

// Error says why there are no credentials: none were found, or those of the selected source are unusable. It is of the
// class failure.Credentials and contains no value of a variable.
type Error struct {
	Cloud Cloud
	// Subject is what needs the credentials, such as "provider primary". It is empty when the request names no
	// provider.
	Subject string
	// Source is the selected source, empty when none was found.
	Source Source
	// Problems is everything that is wrong with the selected source.
	Problems []Problem
	// Alternatives is what each allowed source requires.
	Alternatives []Alternative
}

var _ error = (*Error)(nil)

// Is reports whether target is failure.Credentials.
func (e *Error) Is(target error) bool { return target == failure.Credentials }

// Error returns all problems, or all alternatives, over several lines.
func (e *Error) Error() string {
	var b strings.Builder
	b.WriteString("find " + subject(e.Cloud, e.Subject) + ": ")
	if len(e.Problems) > 0 {
		b.WriteString("invalid " + string(e.Source) + ":")
		for _, p := range e.Problems {
			b.WriteString("\n  " + p.String())
		}
		return b.String()
	}
	b.WriteString("none found: set one of")
	for _, a := range e.Alternatives {
		b.WriteString("\n  " + string(a.Source) + ": " + a.String())
	}
	return b.String()
}

func subject(cloud Cloud, consumer string) string {
	if consumer == "" {
		return string(cloud) + " credentials"
	}
	return string(cloud) + " credentials for " + consumer
}

// provider returns how messages name a provider.
func provider(name string) string {
	if name == "" {
		return ""
	}
	return "provider " + name
}

// search finds the credentials of one request.
type search struct {
	*Resolver
	cloud   Cloud
	subject string
	// sources are the allowed sources in order. Default: Sources(cloud).
	sources []Source
	// given are values of the request that replace variables.
	given map[string]string
}

// found is a usable source and the values of its variables.
type found struct {
	Origin
	values map[string]string
}

func (f found) secret(name string) Secret { return NewSecret(f.values[name]) }

// run returns the first source that is selected.
func (s *search) run() (found, error) {
	order, err := s.order()
	if err != nil {
		return found{}, err
	}
	for i, r := range order {
		if !s.selected(r) {
			continue
		}
		if source, p, unused := s.unused(order[:i], r); unused {
			return found{}, s.fail(source, p)
		}
		result, problems := s.read(r)
		if len(problems) > 0 {
			return found{}, s.fail(r.Source, problems...)
		}
		return result, nil
	}
	if source, p, unused := s.unused(order, recipe{}); unused {
		return found{}, s.fail(source, p)
	}
	return found{}, s.fail("")
}

func (s *search) fail(source Source, problems ...Problem) error {
	e := &Error{Cloud: s.cloud, Subject: s.subject, Source: source, Problems: problems}
	order, _ := s.order()
	for _, r := range order {
		e.Alternatives = append(e.Alternatives, r.Alternative)
	}
	return e
}

// order returns the recipes of the allowed sources.
func (s *search) order() ([]recipe, error) {
	all := recipes(s.cloud)
	if len(s.sources) == 0 {
		return slices.DeleteFunc(all, func(r recipe) bool { return r.onRequest }), nil
	}
	var out []recipe
	for _, source := range s.sources {
		i := slices.IndexFunc(all, func(r recipe) bool { return r.Source == source })
		if i < 0 {
			names := make([]string, len(all))
			for j, r := range all {
				names[j] = string(r.Source)
			}
			return nil, failure.New(failure.Configuration, "find", subject(s.cloud, s.subject),
				"unknown source %q: use %s", string(source), enumerate(names, "or"))
		}
		out = append(out, all[i])
	}
	return out, nil
}

// isSet reports whether the variable is set. An empty optional one is not: CI systems set variables without a value to
// the empty string.
func (s *search) isSet(name string, optional bool) bool {
	value, set := s.lookup(name)
	return set && (value != "" || !optional)
}

// set returns those of names that are set.
func (s *search) set(names []string) []string {
	var out []string
	for _, name := range names {
		if s.isSet(name, false) && !slices.Contains(out, name) {
			out = append(out, name)
		}
	}
	return out
}

// selected reports whether the environment or the request selects the source.
func (s *search) selected(r recipe) bool {
	if r.disabledBy != "" {
		if value, _ := s.lookup(r.disabledBy); strings.EqualFold(value, "true") {
			return false
		}
	}
	for _, name := range r.Required {
		if value, _ := s.lookup(name); s.kind(name) == KindSwitch && value == "false" {
			return false
		}
	}
	return r.onRequest || slices.ContainsFunc(r.selectors(), func(name string) bool {
		return s.given[name] != "" || s.isSet(name, slices.Contains(r.Optional, name))
	})
}

// unused returns the first shared variable of the sources passed over that is set although next does not use it: it was
// meant for one of them.
func (s *search) unused(passed []recipe, next recipe) (Source, Problem, bool) {
	for _, r := range passed {
		for _, name := range s.set(r.shared) {
			if slices.Contains(next.Required, name) || slices.Contains(next.Optional, name) {
				continue
			}
			var missing []string
			for _, other := range passed {
				if slices.Contains(other.shared, name) {
					missing = append(missing, other.selectors()[0])
				}
			}
			return r.Source, Problem{name, "is set without " + enumerate(missing, "or") +
				": set one of them, or unset " + name}, true
		}
	}
	return "", Problem{}, false
}

func (s *search) kind(name string) Kind {
	for _, v := range Variables(s.cloud) {
		if v.Name == name {
			return v.Kind
		}
	}
	return KindText
}

// read returns the values of a selected source, or everything that is wrong with them.
func (s *search) read(r recipe) (found, []Problem) {
	result := found{Origin: Origin{Source: r.Source}, values: map[string]string{}}
	var problems []Problem
	missing := func(what string) {
		message := "is not set: set it"
		if others := s.set(r.selectors()); len(others) == 1 {
			message = "is not set, but " + others[0] + " is: set both or neither"
		} else if len(others) > 1 {
			message = "is not set, but " + enumerate(others, "and") + " are: set all or none"
		}
		problems = append(problems, Problem{what, message})
	}
	require := func(name string) {
		if value := s.given[name]; value != "" {
			result.values[name] = value
			return
		}
		value, set := s.lookup(name)
		if !set {
			missing(name)
			return
		}
		if message := s.check(s.kind(name), value); message != "" {
			problems = append(problems, Problem{name, message})
			return
		}
		result.values[name] = value
		if name != r.disabledBy {
			result.Variables = append(result.Variables, name)
		}
	}
	for _, name := range r.Required {
		require(name)
	}
	if set := s.oneOf(r.OneOf); set != nil {
		for _, name := range set {
			require(name)
		}
	} else if len(r.OneOf) > 0 {
		missing(setsPhrase(r.OneOf))
	}
	for _, name := range r.Optional {
		if s.given[name] != "" || s.isSet(name, true) {
			require(name)
		}
	}
	return result, problems
}

// oneOf returns the set to use: the first that the request gives, otherwise the first with a variable that is set.
func (s *search) oneOf(sets [][]string) []string {
	for _, set := range sets {
		if slices.ContainsFunc(set, func(name string) bool { return s.given[name] != "" }) {
			return set
		}
	}
	for _, set := range sets {
		if len(s.set(set)) > 0 {
			return set
		}
	}
	return nil
}

// check returns what is wrong with a value, or "". The text is the message of a Problem: it contains neither the value
// nor an error that quotes it.
func (r *Resolver) check(kind Kind, value string) string {
	switch {
	case value == "":
		return "is empty: set a value, or unset it"
	case strings.TrimSpace(value) != value:
		return "starts or ends with white space: remove it"
	case strings.ContainsAny(value, "\r\n"):
		return "contains a line break: remove it"
	}
	switch kind {
	case KindFile:
		if message := r.checkFile(value); message != "" {
			return "names " + message
		}
	case KindFiles:
		return r.checkFiles(value)
	case KindSwitch:
		if value != "true" && value != "false" {
			return "must be true or false, in lower case"
		}
	case KindURL:
		u, err := url.Parse(value)
		if err != nil || u.Host == "" || u.Scheme != "http" && u.Scheme != "https" {
			return "must be an http or https URL with a host"
		}
	case KindURLPath:
		if !strings.HasPrefix(value, "/") {
			return "must be the path of a URL and start with a slash"
		}
	}
	return ""
}

// checkFile returns what is wrong with a file, to follow a verb such as "names", or "".
func (r *Resolver) checkFile(path string) string {
	f, err := r.open(path)
	if err != nil {
		return fileMessage(err)
	}
	defer f.Close()
	info, err := f.Stat()
	switch {
	case err != nil:
		return fileMessage(err)
	case info.IsDir():
		return "a directory: name a file in it"
	case info.Mode().IsRegular() && info.Size() == 0:
		return "an empty file"
	}
	return ""
}

const missingFile = "a file that does not exist"

// fileMessage says what is wrong without the text of err, which contains the path.
func fileMessage(err error) string {
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return missingFile
	case errors.Is(err, fs.ErrPermission):
		return "a file that is not readable by the current user: change its permissions"
	}
	return "a file that cannot be opened"
}

// checkFiles checks the paths of a list. Files that do not exist are ignored, as in client-go, unless none exists.
func (r *Resolver) checkFiles(list string) string {
	paths := splitList(list)
	if len(paths) == 0 {
		return "lists no file: name one, or unset it"
	}
	missing := 0
	for i, path := range paths {
		if strings.TrimSpace(path) != path {
			return "has white space around path " + strconv.Itoa(i+1) + ": remove it"
		}
		if message := r.checkFile(path); message == missingFile {
			missing++
		} else if message != "" {
			if len(paths) > 1 {
				message += " (path " + strconv.Itoa(i+1) + ")"
			}
			return "lists " + message
		}
	}
	if missing == len(paths) {
		return "lists no file that exists: correct it, or create the file"
	}
	return ""
}

// splitList splits a list of paths as client-go does: without empty entries and duplicates.
func splitList(list string) []string {
	var out []string
	for _, path := range filepath.SplitList(list) {
		if path != "" && !slices.Contains(out, path) {
			out = append(out, path)
		}
	}
	return out
}
