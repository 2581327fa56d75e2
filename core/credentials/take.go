package credentials

import "slices"

// take reads a source that is begun: its values, or everything that is wrong
// with them.
func (s *search) take(r recipe) (found, []Problem) {
	t := taking{search: s, recipe: r, result: found{Origin: Origin{Source: r.Source}, values: map[string]string{}}}
	for _, name := range r.Required {
		t.require(name)
	}
	t.oneOf()
	for _, name := range r.Optional {
		if s.given[name] != "" || s.isSet(name, true) {
			t.require(name)
		}
	}
	if s.extra != nil {
		t.problems = append(t.problems, s.extra(r.Source)...)
	}
	return t.result, t.problems
}

// taking is the reading of one source.
type taking struct {
	*search
	recipe   recipe
	result   found
	problems []Problem
}

// require reads a variable that must be set, unless the request gives its
// value.
func (t *taking) require(name string) {
	if value := t.given[name]; value != "" {
		t.result.values[name] = value
		return
	}
	value, set := t.lookup(name)
	if !set {
		t.missing(name)
		return
	}
	if trouble := t.check(kindOf(t.cloud, name), value); trouble != "" {
		t.problems = append(t.problems, Problem{name, trouble})
		return
	}
	t.result.values[name] = value
	if name != t.recipe.disabledBy {
		t.result.Variables = append(t.result.Variables, name)
	}
}

// missing notes that a variable is needed.
func (t *taking) missing(what string) {
	begun := t.set(t.recipe.beginners())
	switch len(begun) {
	case 0:
		t.problems = append(t.problems, Problem{what, "is not set: set it"})
	case 1:
		t.problems = append(t.problems, Problem{what, "is not set, but " + begun[0] + " is: set it as well, or unset " + begun[0]})
	default:
		t.problems = append(t.problems, Problem{
			what, "is not set, but " + enumerate(begun, "and") + " are: set it as well, or unset them",
		})
	}
}

// oneOf reads the first of the sets that is begun.
func (t *taking) oneOf() {
	if len(t.recipe.OneOf) == 0 {
		return
	}
	for _, given := range []bool{true, false} {
		for _, set := range t.recipe.OneOf {
			begun := len(t.set(set)) > 0
			if given {
				begun = slices.ContainsFunc(set, func(name string) bool { return t.given[name] != "" })
			}
			if begun {
				for _, name := range set {
					t.require(name)
				}
				return
			}
		}
	}
	t.missing(setsPhrase(t.recipe.OneOf))
}
