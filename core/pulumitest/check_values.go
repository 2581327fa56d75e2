package pulumitest

import (
	"fmt"
	"maps"
	"reflect"
	"slices"
	"strings"

	"github.com/pulumi/pulumi/sdk/v3/go/common/resource"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
)

func (e *evidence) recordsInputs() (findings []string, skipped string) {
	t := e.base()
	if !t.worked() {
		return nil, broken
	}
	if len(t.self.Inputs) == 0 && (len(t.set) > 0 || len(e.defaults) > 0) {
		return []string{"the component records no inputs: register it with ctx.RegisterComponentResourceV2 and its arguments"}, ""
	}
	if t.tagged {
		for _, key := range t.set {
			if _, ok := t.self.Inputs[resource.PropertyKey(key)]; !ok {
				findings = append(findings, fmt.Sprintf("the argument %q is set, but not among the recorded inputs", key))
			}
		}
	}
	for _, key := range e.defaults {
		if _, ok := t.self.Inputs[resource.PropertyKey(key)]; !ok {
			findings = append(findings, fmt.Sprintf("the default of %q is not among the recorded inputs", key))
		}
	}
	return findings, ""
}

func (e *evidence) registersOutputs() (findings []string, skipped string) {
	t := e.base()
	if !t.worked() {
		return nil, broken
	}
	if n := len(t.self.RegisteredOutputs); n != 1 {
		return []string{fmt.Sprintf("outputs are registered %d times: end the constructor with ctx.RegisterResourceOutputs", n)}, ""
	}
	registered := t.self.RegisteredOutputs[0]
	fields := outputFields(t.component)
	for _, key := range slices.Sorted(maps.Keys(fields)) {
		field := fields[key]
		if problem := unassigned(field.output, t.self.URN); problem != "" {
			findings = append(findings, fmt.Sprintf("the output %q %s", key, problem))
			continue
		}
		value, ok := registered[resource.PropertyKey(key)]
		switch value = open(value); {
		case field.optional && (!ok || value.IsNull()):
		case !ok:
			findings = append(findings, fmt.Sprintf("the output %q is not among those that are registered", key))
		case value.IsNull() || value.IsString() && value.StringValue() == "":
			findings = append(findings, fmt.Sprintf(
				"the output %q is empty: assign it; if a child computes it, supply its value with pulumitest.WithOutputs", key))
		}
	}
	return findings, ""
}

// outputField is an output of a component. An optional one, which its tag declares, may be absent.
type outputField struct {
	output   pulumi.Output
	optional bool
}

// outputFields returns the outputs of a component by their keys.
func outputFields(component any) map[string]outputField {
	out := map[string]outputField{}
	v := reflect.Indirect(reflect.ValueOf(component))
	if v.Kind() != reflect.Struct {
		return out
	}
	for field, value := range v.Fields() {
		key, rest, _ := strings.Cut(field.Tag.Get("pulumi"), ",")
		if key == "" || !field.IsExported() || !field.Type.Implements(reflect.TypeFor[pulumi.Output]()) {
			continue
		}
		output, _ := value.Interface().(pulumi.Output)
		out[key] = outputField{output, rest == "optional"}
	}
	return out
}

// unassigned says in which way an output of a component was not assigned, or "".
// Registration puts an output into every field, which depends on the component
// alone and has no value.
func unassigned(output pulumi.Output, component resource.URN) string {
	v, err := awaitAny(output)
	if err != nil {
		return fmt.Sprintf("cannot be read: %v", err)
	}
	own := len(v.Dependencies) == 1 && v.Dependencies[0] == component
	if own && (v.Value == nil || reflect.ValueOf(v.Value).IsZero()) {
		return "was never assigned: it still holds what registration put there"
	}
	return ""
}

func (e *evidence) carriesMetadata() (findings []string, skipped string) {
	switch {
	case e.metadata == nil:
		return nil, "Suite.Metadata is not set"
	case !e.base().worked():
		return nil, broken
	}
	t := e.try(mode{metadata: true})
	if !t.worked() {
		return []string{fmt.Sprintf("the component cannot be made with metadata: %v", t.failure())}, ""
	}
	carriers := 0
	for _, r := range t.recording.Descendants(t.self.URN) {
		got, carries := e.metadata.Read(r.Type, r.Inputs)
		if !r.Custom || r.Read || !carries {
			continue
		}
		carriers++
		want := e.metadata.Want(r.Type)
		for _, key := range slices.Sorted(maps.Keys(want)) {
			if value, ok := got[key]; !ok {
				findings = append(findings, fmt.Sprintf("%s lacks %q", name(r), key))
			} else if value != want[key] {
				findings = append(findings, fmt.Sprintf("%s has %q for %q, not %q", name(r), value, key, want[key]))
			}
		}
	}
	if carriers == 0 {
		return nil, "no resource in the component can carry metadata"
	}
	return findings, ""
}

func (e *evidence) keepsSecrets() (findings []string, skipped string) {
	switch {
	case len(e.secrets) == 0:
		return nil, "Suite.Secrets is not set"
	case !e.base().worked():
		return nil, broken
	}
	for i, canary := range e.secrets {
		if len(canary) < 8 {
			findings = append(findings, fmt.Sprintf("Suite.Secrets[%d] is too short to be told from other texts: take 8 characters or more", i))
			continue
		}
		findings = append(findings, e.leaks(i, canary)...)
	}
	return findings, ""
}

// leaks looks for a text. Findings do not show it.
func (e *evidence) leaks(i int, canary string) (findings []string) {
	places := map[string]bool{}
	for _, t := range []*trial{e.base(), e.preview(), e.none()} {
		for _, place := range t.recording.Leaks(canary) {
			places[place] = true
		}
		if err := t.failure(); err != nil && newSearch(canary).in(err.Error()) {
			places["an error"] = true
		}
	}
	for _, place := range slices.Sorted(maps.Keys(places)) {
		findings = append(findings, fmt.Sprintf("Suite.Secrets[%d] shows in the clear: %s", i, place))
	}
	if len(findings) == 0 && !e.base().holds(canary) {
		findings = append(findings, fmt.Sprintf(
			"Suite.Secrets[%d] is nowhere, not even as a secret: let Suite.Args use it, or nothing is proven", i))
	}
	return findings
}

// holds reports whether a text is among the secrets.
func (t *trial) holds(canary string) bool {
	s := newSearch(canary)
	for _, r := range t.recording.Resources {
		s.object("", r.Inputs)
	}
	return s.hidden > 0
}

func (e *evidence) previews() (findings []string, skipped string) {
	if !e.base().worked() {
		return nil, broken
	}
	return e.compare(e.preview(), "in a preview"), ""
}

func (e *evidence) takesUnknown() (findings []string, skipped string) {
	if !e.base().worked() {
		return nil, broken
	}
	t := e.unknown()
	if len(t.replaced) == 0 && t.failure() == nil {
		return nil, "no argument can be unknown"
	}
	return e.compare(t, "in a preview where "+strings.Join(t.replaced, ", ")+" are unknown"), ""
}

// compare finds what a preview has too little or too much of.
func (e *evidence) compare(t *trial, when string) (findings []string) {
	if t.panicked != "" {
		return []string{"the constructor panics " + when + ": " + t.panicked}
	}
	if t.failure() != nil {
		return []string{fmt.Sprintf("the component cannot be made %s: %v", when, t.failure())}
	}
	in := func(r *Registration, all []*Registration) bool {
		return slices.ContainsFunc(all, func(other *Registration) bool { return other.URN == r.URN })
	}
	for _, r := range e.base().made {
		if !in(r, t.made) {
			findings = append(findings, name(r)+" is missing "+when+": register it outside of ApplyT")
		}
	}
	for _, r := range t.made {
		if !in(r, e.base().made) {
			findings = append(findings, name(r)+" is there "+when+", but not in an update")
		}
	}
	return findings
}
