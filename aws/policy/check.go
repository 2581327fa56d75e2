package policy

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/ashlar-iac/ashlar/core/config"
)

// finding is something wrong at a path within a document.
type finding struct {
	path    []string
	message string
}

// checker collects what is wrong with a document.
type checker struct {
	kind     Kind
	rules    rules
	findings []finding
}

func (c *checker) add(path []string, format string, args ...any) {
	c.findings = append(c.findings, finding{path, fmt.Sprintf(format, args...)})
}

// check returns everything that is wrong with a document, in its order.
func (d *Document) check(p plain, kind Kind) []finding {
	c := &checker{kind: kind}
	var ok bool
	if c.rules, ok = kind.rules(); !ok {
		c.add(nil, "unknown kind of policy %q", kind)
		return c.findings
	}
	if len(p) == 0 {
		c.add([]string{"statements"}, "a policy has at least one statement")
	}
	if d.ID != "" && !c.rules.freeSid {
		c.add([]string{"id"}, "%s has no id", c.kind.article())
	}
	sids := map[string]int{}
	for i := range p {
		s := &p[i]
		c.statement(s)
		if first, taken := sids[s.Sid]; taken && s.Sid != "" {
			c.add(below(s.path, "sid"), "%q is the Sid of statements[%d] already", s.Sid, first)
		} else {
			sids[s.Sid] = i
		}
		c.breadth(s)
		c.trust(s)
	}
	if len(c.findings) == 0 && p.complete() {
		c.size(p, d.ID)
	}
	return c.findings
}

func (c *checker) statement(s *statement) {
	if s.Sid != "" && !c.rules.freeSid && !shortSid.MatchString(s.Sid) {
		c.add(below(s.path, "sid"), "found %q, expected letters and digits: %s takes nothing else", s.Sid, c.kind.article())
	}
	if e := s.effect(); e != Allow && e != Deny {
		c.add(below(s.path, "effect"), "found %q, expected Allow or Deny", e)
	}
	c.pair(s, "actions", s.actions.given(), "notActions", s.notActions.given(), required)
	c.pair(s, "resources", s.resources.given(), "notResources", s.notResources.given(), c.rules.resources)
	c.pair(s, "principals", s.principals != nil, "notPrincipals", s.notPrincipals != nil, c.rules.principals)
	for _, actions := range []texts{s.actions, s.notActions} {
		actions.each(c.action)
	}
	for _, resources := range []texts{s.resources, s.notResources} {
		resources.each(func(path []string, v string) { c.problem(path, checkResource(v)) })
	}
	if s.notPrincipals != nil && s.effect() != Deny {
		c.add(below(s.path, "notPrincipals"), "it goes with the effect Deny alone: name those who are allowed in principals")
	}
	c.principals(s.principals)
	c.principals(s.notPrincipals)
	c.conditions(s)
}

// pair checks an element and its negation.
func (c *checker) pair(s *statement, name string, given bool, not string, notGiven bool, n need) {
	switch {
	case given && notGiven:
		c.add(below(s.path, not), "a statement has %s or %s, not both", name, not)
	case n == required && !given && !notGiven:
		c.add(below(s.path, name), "missing: a statement of %s says which %s it is about", c.kind.article(), name)
	case n == forbidden && given:
		c.add(below(s.path, name), "%s has no %s: %s", c.kind.article(), name, instead(name))
	case n == forbidden && notGiven:
		c.add(below(s.path, not), "%s has no %s: %s", c.kind.article(), not, instead(name))
	}
}

func instead(name string) string {
	if name == "principals" {
		return "it is about whomever it is attached to"
	}
	return "it is about the role that it belongs to"
}

func (c *checker) problem(path []string, problem string) {
	if problem != "" {
		c.add(path, "%s", problem)
	}
}

func (c *checker) action(path []string, action string) {
	if problem := checkAction(action); problem != "" {
		c.add(path, "%s", problem)
		return
	}
	service, _, _ := strings.Cut(action, ":")
	// The other kinds take "*" for every action of their service.
	every := action == "*" && c.kind != Trust
	if c.rules.service != "" && !every && !strings.EqualFold(service, c.rules.service) {
		c.add(path, "found %q, but %s is about actions of %s alone", action, c.kind.article(), c.rules.service)
	}
}

func (c *checker) principals(p *principals) {
	if p == nil {
		return
	}
	given := false
	for _, t := range p.byType {
		given = given || t.given()
		t.each(func(path []string, v string) { c.problem(path, checkPrincipal(t.name, v)) })
	}
	switch {
	case p.everyone && given:
		c.add(below(p.path, "everyone"), "everyone includes the other principals: leave out one or the other")
	case !p.everyone && !given:
		c.add(p.path, "missing: name at least one of aws, services, federated and canonicalUsers, or say everyone")
	}
}

func (c *checker) conditions(s *statement) {
	seen := map[string]bool{}
	for _, cond := range s.conditions {
		check, problem := checkOperator(cond.operator)
		c.problem(below(cond.path, "operator"), problem)
		key := cond.key.all()
		if !cond.key.given() {
			c.add(below(cond.path, "key"), "missing: a condition has a key such as aws:SourceAccount")
		}
		for _, k := range key {
			if !conditionKey.MatchString(k) {
				c.add(below(cond.path, "key"), "found %q, expected a key such as aws:SourceAccount", k)
			}
			// Keys are the same in any case.
			id := cond.operator + " " + strings.ToLower(k)
			if seen[id] {
				c.add(cond.path, "%s of %s stands in the statement already: put all values into one condition", cond.operator, k)
			}
			seen[id] = true
		}
		if !cond.values.given() {
			c.add(below(cond.path, "values"), "missing: a condition has at least one value")
		}
		if check != nil {
			cond.values.each(func(path []string, v string) { c.problem(path, check(v)) })
		}
	}
}

func (c *checker) size(p plain, id string) {
	text, err := p.json(id)
	if err != nil {
		c.add(nil, "%v", err)
		return
	}
	size, unit := len([]rune(text)), "characters"
	if c.rules.bytes {
		size, unit = len(text), "bytes"
	}
	if size > c.rules.limit {
		c.add(nil, "it has %d %s, %s may have %d: %s", size, unit, c.kind.article(), c.rules.limit, shorten(c.kind))
	}
}

// shorten says how a policy of a kind gets shorter.
func shorten(kind Kind) string {
	switch kind {
	case Trust:
		return "trust fewer principals, or write one pattern for several values"
	case Managed, Inline:
		return "shorten it, with wildcards in the names of actions or fewer statements, or split it into several policies"
	}
	return "shorten it, with wildcards in the names of actions or fewer statements"
}

func suggest[V any](word string, known map[string]V) string {
	return config.Suggest(word, slices.Sorted(maps.Keys(known)))
}
