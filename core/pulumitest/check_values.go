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
		return []string{
			"the component records no inputs: register it with ctx.RegisterComponentResourceV2 and its arguments",
		}, ""
	}
	if t.tagged {
		for _, key := range t.set {
			if _, ok := t.self.Inputs[resource.PropertyKey(key)]; !ok {
				findings = append(findings, fmt.Sprintf("the argument %q is set, but not recorded as an input", key))
			}
		}
	}
	for _, key := range e.defaults {
		if _, ok := t.self.Inputs[resource.PropertyKey(key)]; !ok {
			findings = append(findings, fmt.Sprintf("the default of %q is not recorded as an input", key))
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
		return []string{fmt.Sprintf(
			"outputs are registered %d times: end the constructor with ctx.RegisterResourceOutputs", n)}, ""
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
			findings = append(findings, fmt.Sprintf("the output %q is not registered", key))
		case value.IsNull() || value.IsString() && value.StringValue() == "":
			findings = append(findings, fmt.Sprintf(
				"the output %q is empty: assign it, or supply the output of a child with pulumitest.WithOutputs", key))
		}
	}
	return findings, ""
}

// outputField is an output of a component. An optional one, by its pulumi tag, may be absent.
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

// unassigned returns why an output of a component is not assigned, or "".
// Registration sets every field to an output that depends on the component alone and
// has no value.
func unassigned(output pulumi.Output, component resource.URN) string {
	v, err := awaitAny(output)
	if err != nil {
		return fmt.Sprintf("cannot be read: %v", err)
	}
	own := len(v.Dependencies) == 1 && v.Dependencies[0] == component
	if own && (v.Value == nil || reflect.ValueOf(v.Value).IsZero()) {
		return "was never assigned"
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
		return []string{fmt.Sprintf("the component cannot be created with metadata: %v", t.failure())}, ""
	}
	taggable := 0
	for _, r := range t.recording.Descendants(t.self.URN) {
		got, ok := e.metadata.Read(r.Type, r.Inputs)
		if !r.Custom || r.Read || !ok {
			continue
		}
		taggable++
		want := e.metadata.Want(r.Type)
		for _, key := range slices.Sorted(maps.Keys(want)) {
			if value, ok := got[key]; !ok {
				findings = append(findings, fmt.Sprintf("%s lacks %q", name(r), key))
			} else if value != want[key] {
				findings = append(findings, fmt.Sprintf("%s has %q for %q, not %q", name(r), value, key, want[key]))
			}
		}
	}
	if taggable == 0 {
		return nil, "no resource of the component is taggable"
	}
	return findings, ""
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

// compare finds resources that are missing from a preview, or only in it.
func (e *evidence) compare(t *trial, when string) (findings []string) {
	if t.panicked != "" {
		return []string{"the constructor panics " + when + ": " + t.panicked}
	}
	if t.failure() != nil {
		return []string{fmt.Sprintf("the component cannot be created %s: %v", when, t.failure())}
	}
	in := func(r *Registration, all []*Registration) bool {
		return slices.ContainsFunc(all, func(other *Registration) bool { return other.URN == r.URN })
	}
	for _, r := range e.base().made {
		if !in(r, t.made) {
			findings = append(findings, name(r)+" is not registered "+when+": register it outside ApplyT")
		}
	}
	for _, r := range t.made {
		if !in(r, e.base().made) {
			findings = append(findings, name(r)+" is registered "+when+", but not in an update")
		}
	}
	return findings
}
