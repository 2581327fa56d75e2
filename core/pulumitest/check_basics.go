package pulumitest

import (
	"errors"
	"fmt"
	"maps"
	"slices"

	"github.com/google/go-cmp/cmp"
)

// broken is why most checks are skipped if the constructor fails.
const broken = "the component cannot be created: see the check \"constructs\""

// name returns the type and the name of a resource.
func name(r *Registration) string { return fmt.Sprintf("%s %q", r.Type, r.Name) }

func (e *evidence) constructs() (findings []string, skipped string) {
	t := e.base()
	if t.panicked != "" {
		return []string{"the constructor panics: " + t.panicked}, ""
	}
	if err := t.failure(); err != nil {
		return []string{fmt.Sprintf("the component cannot be created: %v", err)}, ""
	}
	return nil, ""
}

func (e *evidence) hasToken() (findings []string, skipped string) {
	ok, err := e.wellFormed()
	if err != nil {
		return []string{fmt.Sprintf("Suite.TokenPattern is not a regular expression: %v", err)}, ""
	}
	if !ok {
		findings = append(findings, fmt.Sprintf("the token %q does not match %s", e.token, e.pattern))
	}
	t := e.base()
	if t.failure() != nil {
		return findings, ""
	}
	var found []*Registration
	for _, r := range t.made {
		if r.Type == e.token && r.Name == subject {
			found = append(found, r)
		}
	}
	if len(found) != 1 {
		return append(findings, fmt.Sprintf(
			"%s %q is registered %d times: register one component with the token and the given name, not\n%s",
			e.token, subject, len(found), t.recording.list())), ""
	}
	if found[0].Remote || found[0].Custom {
		findings = append(findings, name(found[0])+" is not a component: use ctx.RegisterComponentResourceV2")
	}
	return findings, ""
}

func (e *evidence) isParent() (findings []string, skipped string) {
	t := e.base()
	if !t.worked() {
		return nil, broken
	}
	within := map[*Registration]bool{t.self: true}
	for _, r := range t.recording.Descendants(t.self.URN) {
		within[r] = true
	}
	for _, r := range t.made {
		if !within[r] {
			findings = append(findings, name(r)+" is not a descendant of the component: pass pulumi.Parent(component)")
		}
	}
	return findings, ""
}

func (e *evidence) usesProvider() (findings []string, skipped string) {
	if !e.base().worked() {
		return nil, broken
	}
	packages := e.base().packages()
	if len(packages) == 0 {
		return nil, "the component uses no provider"
	}
	t := e.try(mode{packages: packages})
	if !t.worked() {
		return []string{fmt.Sprintf("the component cannot be created in another component: %v", t.failure())}, ""
	}
	descendants := t.recording.Descendants(t.self.URN)
	judge := func(what, pkg string, p *Registration) {
		switch {
		case pkg == "pulumi":
		case p == nil:
			findings = append(findings, fmt.Sprintf(
				"%s uses the default provider of %s, not the explicit one: pass pulumi.Parent(component) or the provider",
				what, pkg))
		case p.Name == explicitName(pkg) || slices.Contains(descendants, p):
		default:
			findings = append(findings, fmt.Sprintf(
				"%s uses the provider %s, which is neither the explicit one nor created by the component",
				what, name(p)))
		}
	}
	for _, r := range descendants {
		if r.Custom {
			judge(name(r), r.Package(), r.Provider)
		}
	}
	for _, i := range t.calls {
		judge("the call of "+i.Token, i.Package(), i.Provider)
	}
	return findings, ""
}

func (e *evidence) takesNil() (findings []string, skipped string) {
	t := e.none()
	switch {
	case t.panicked != "":
		return []string{"the constructor panics on nil arguments: " + t.panicked}, ""
	case e.refusesNil == nil && t.failure() != nil:
		return []string{fmt.Sprintf("nil arguments are rejected: set Suite.RefusesNil if that is intended: %v",
			t.failure())}, ""
	case e.refusesNil == nil:
		return nil, ""
	case t.refused == nil:
		return []string{"nil arguments are accepted, but Suite.RefusesNil is set"}, ""
	case !errors.Is(t.refused, e.refusesNil):
		findings = append(findings, fmt.Sprintf("the error for nil arguments is not a %v: %v", e.refusesNil, t.refused))
	}
	for _, r := range t.made {
		findings = append(findings, name(r)+" is registered although the arguments are rejected")
	}
	return findings, ""
}

func (e *evidence) leavesArguments() (findings []string, skipped string) {
	for _, t := range []*trial{e.base(), e.preview()} {
		for _, change := range t.changed {
			if finding := "the caller's arguments were modified: " + change; !slices.Contains(findings, finding) {
				findings = append(findings, finding)
			}
		}
	}
	return findings, ""
}

func (e *evidence) isUnique() (findings []string, skipped string) {
	if !e.base().worked() {
		return nil, broken
	}
	if t := e.try(mode{twice: true}); t.failure() != nil {
		findings = append(findings, fmt.Sprintf(
			"a second component cannot be created: start the name of every child with that of the component: %v",
			t.failure()))
	}
	return findings, ""
}

func (e *evidence) isStable() (findings []string, skipped string) {
	if !e.base().worked() {
		return nil, broken
	}
	if !e.again().worked() {
		return []string{fmt.Sprintf("the component cannot be created a second time: %v", e.again().failure())}, ""
	}
	if diff := cmp.Diff(e.base().recording.render(marked), e.again().recording.render(marked)); diff != "" {
		findings = append(findings, "a second run registers other resources (-first +second):\n"+diff)
	}
	return findings, ""
}

func (e *evidence) reportsErrors() (findings []string, skipped string) {
	if !e.base().worked() {
		return nil, broken
	}
	tokens := map[string]bool{}
	for _, i := range e.base().calls {
		tokens[i.Token] = true
	}
	if len(tokens) == 0 {
		return nil, "the component calls no function"
	}
	for _, token := range slices.Sorted(maps.Keys(tokens)) {
		t := e.try(mode{failing: token})
		switch {
		case t.panicked != "":
			findings = append(findings, fmt.Sprintf("the constructor panics when %s fails: %s", token, t.panicked))
		case t.failure() == nil:
			findings = append(findings, fmt.Sprintf("the error of %s is ignored: return it", token))
		}
	}
	return findings, ""
}
