package credentials

import (
	"slices"
	"strings"

	"github.com/ashlar-iac/ashlar/core/failure"
)

// search looks for the credentials of one request.
type search struct {
	*Resolver
	cloud   Cloud
	subject string
	// sources is what the request allows, in its order. Empty means the default.
	sources []Source
	// given holds what the request says in place of variables, by their names.
	given map[string]string
	// requested holds the sources that the request itself begins.
	requested []Source
	// extra checks what variables do not tell about a source; nil means nothing.
	extra func(source Source) []Problem
}

// found is a source that can be used, with its values by variable.
type found struct {
	Origin
	values map[string]string
}

func (f found) secret(name string) Secret { return NewSecret(f.values[name]) }

// run returns the first source that is begun, or why there is none.
func (s *search) run() (found, error) {
	order, err := s.order()
	if err != nil {
		return found{}, err
	}
	var alternatives []Alternative
	for _, r := range order {
		alternatives = append(alternatives, r.Alternative)
	}
	fail := func(source Source, set []string, problems ...Problem) (found, error) {
		return found{}, &Error{
			Cloud: s.cloud, Subject: s.subject, Source: source, Set: set, Problems: problems, Alternatives: alternatives,
		}
	}
	for i, r := range order {
		if !s.begun(r) {
			continue
		}
		if source, p, left := s.leftOver(order[:i], r); left {
			return fail(source, []string{p.Name}, p)
		}
		result, problems := s.take(r)
		if len(problems) > 0 {
			return fail(r.Source, s.set(slices.Concat(r.Required, slices.Concat(r.OneOf...), r.Optional)), problems...)
		}
		return result, nil
	}
	if source, p, left := s.leftOver(order, recipe{}); left {
		return fail(source, []string{p.Name}, p)
	}
	return fail("", nil)
}

// order returns the recipes to try.
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
				"there is no source %q; known are %s", string(source), enumerate(names, "and"))
		}
		out = append(out, all[i])
	}
	return out, nil
}

// isSet reports whether the variable is set. An optional one that is empty is
// not, as build services set what they have no value for to nothing.
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

// begun reports whether the environment or the request ask for the source.
func (s *search) begun(r recipe) bool {
	if r.disabledBy != "" {
		if value, _ := s.lookup(r.disabledBy); strings.EqualFold(value, "true") {
			return false
		}
	}
	for _, name := range r.Required {
		if value, _ := s.lookup(name); kindOf(s.cloud, name) == KindSwitch && value == "false" {
			return false
		}
	}
	if r.always || slices.Contains(s.requested, r.Source) {
		return true
	}
	return slices.ContainsFunc(r.beginners(), func(name string) bool {
		return s.given[name] != "" || s.isSet(name, slices.Contains(r.Optional, name))
	})
}

// leftOver returns the first shared variable of the recipes passed over that is
// set although next does not use it: whoever set it meant one of them.
func (s *search) leftOver(passed []recipe, next recipe) (Source, Problem, bool) {
	for _, r := range passed {
		for _, name := range s.set(r.shared) {
			if slices.Contains(next.Required, name) || slices.Contains(next.Optional, name) {
				continue
			}
			var would []string
			for _, other := range passed {
				if slices.Contains(other.shared, name) {
					would = append(would, other.beginners()[0])
				}
			}
			return r.Source, Problem{name, "is set, but none of what goes with it: set " + enumerate(would, "or") +
				" as well, or unset " + name}, true
		}
	}
	return "", Problem{}, false
}

func kindOf(cloud Cloud, name string) Kind {
	for _, v := range Variables(cloud) {
		if v.Name == name {
			return v.Kind
		}
	}
	return KindText
}
