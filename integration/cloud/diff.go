package cloud

import (
	"maps"
	"slices"
	"strings"

	provider "github.com/pulumi/pulumi-go-provider"
	"github.com/pulumi/pulumi/sdk/v3/go/common/resource"
	"github.com/pulumi/pulumi/sdk/v3/go/common/resource/plugin"
)

// differences compares inputs. An unknown input has changed. Texts that mean the same in a type (which may be nil) have
// not.
func differences(before, after resource.PropertyMap, t *Type) provider.DiffResponse {
	before, after = bare(before), bare(after)
	var replaces []string
	if t != nil {
		replaces = t.Replaces
		if t.Replacing != nil {
			replaces = slices.Concat(replaces, t.Replacing(plainMap(after)))
		}
		before = t.settle(before, after)
	}
	out := provider.DiffResponse{DetailedDiff: map[string]provider.PropertyDiff{}}
	found := before.Diff(after)
	if found == nil {
		return out
	}
	out.HasChanges = true
	kinds := map[plugin.DiffKind]provider.DiffKind{
		plugin.DiffAdd: provider.Add, plugin.DiffDelete: provider.Delete, plugin.DiffUpdate: provider.Update,
	}
	for path, d := range plugin.NewDetailedDiffFromObjectDiff(found, true) {
		kind := kinds[d.Kind]
		if matches(path, replaces) {
			kind += "&replace"
		}
		out.DetailedDiff[path] = provider.PropertyDiff{Kind: kind, InputDiff: true}
	}
	return out
}

// replaces reports whether one of the changes replaces the resource.
func replaces(d provider.DiffResponse) bool {
	for _, p := range d.DetailedDiff {
		if strings.HasSuffix(string(p.Kind), "&replace") {
			return true
		}
	}
	return false
}

// bare returns inputs without the provider's notes, and without marks of secrets: a value that becomes secret is the
// same value.
func bare(m resource.PropertyMap) resource.PropertyMap {
	out := resource.PropertyMap{}
	for key, v := range m {
		if key != defaultsKey && !known(v).IsNull() {
			out[key] = uncover(v)
		}
	}
	return out
}

func uncover(v resource.PropertyValue) resource.PropertyValue {
	v = known(v)
	switch {
	case v.IsObject():
		return resource.NewProperty(bare(v.ObjectValue()))
	case v.IsArray():
		out := make([]resource.PropertyValue, len(v.ArrayValue()))
		for i, e := range v.ArrayValue() {
			out[i] = uncover(e)
		}
		return resource.NewProperty(out)
	}
	return v
}

// matches reports whether a path is one of the properties or within one, ignoring indexes of lists.
func matches(path string, properties []string) bool {
	at, err := resource.ParsePropertyPath(path)
	if err != nil {
		return false
	}
	var names []string
	for _, step := range at {
		if name, ok := step.(string); ok {
			names = append(names, name)
		}
	}
	return slices.ContainsFunc(properties, func(property string) bool {
		wanted := strings.Split(property, ".")
		return len(wanted) <= len(names) && slices.Equal(wanted, names[:len(wanted)])
	})
}

// settle returns the values before, replaced by those after where both mean the same.
func (t *Type) settle(before, after resource.PropertyMap) resource.PropertyMap {
	out := resource.PropertyMap{}
	for key, b := range before {
		out[key] = b
		if a, ok := after[key]; ok {
			out[key] = t.settleValue(string(key), b, a)
		}
	}
	return out
}

func (t *Type) settleValue(name string, before, after resource.PropertyValue) resource.PropertyValue {
	switch {
	case before.IsString() && after.IsString() && t.Same[name] != nil:
		if t.Same[name](before.StringValue(), after.StringValue()) {
			return after
		}
	case before.IsObject() && after.IsObject():
		return resource.NewProperty(t.settle(before.ObjectValue(), after.ObjectValue()))
	case before.IsArray() && after.IsArray():
		b, a := slices.Clone(before.ArrayValue()), after.ArrayValue()
		if slices.Contains(t.Sets, name) {
			b = arrange(b, a)
		}
		for i := range min(len(a), len(b)) {
			b[i] = t.settleValue("", b[i], a[i])
		}
		return resource.NewProperty(b)
	}
	return before
}

// arrange puts the elements of a set into the order of another one. Elements that the other one lacks take the free
// positions.
func arrange(set, like []resource.PropertyValue) []resource.PropertyValue {
	out := make([]resource.PropertyValue, len(set))
	placed := make([]bool, len(set))
	var rest []resource.PropertyValue
	for _, e := range set {
		i := 0
		for i < min(len(like), len(out)) && (placed[i] || !e.DeepEquals(like[i])) {
			i++
		}
		if i == min(len(like), len(out)) {
			rest = append(rest, e)
			continue
		}
		out[i], placed[i] = e, true
	}
	for i := range out {
		if !placed[i] {
			out[i], rest = rest[0], rest[1:]
		}
	}
	return out
}

// tagDifference adds a change when the tags of a resource differ because the default tags have changed.
func (s *server) tagDifference(out *provider.DiffResponse, state, inputs resource.PropertyMap) {
	has, ok := state[resource.PropertyKey(s.cloud.Tags.All)]
	if s.cloud.Tags.All == "" {
		return
	}
	if has = known(has); !ok || !has.IsObject() || inputs.ContainsUnknowns() {
		return
	}
	tags, _ := plainMap(inputs)[s.cloud.Tags.Input].(map[string]any)
	want := s.allTags(tags)
	if maps.EqualFunc(plainMap(has.ObjectValue()), want, func(a, b any) bool { return a == b }) {
		return
	}
	out.HasChanges = true
	if len(out.DetailedDiff) == 0 {
		out.DetailedDiff = map[string]provider.PropertyDiff{s.cloud.Tags.All: {Kind: provider.Update}}
	}
}

// allTags returns the resource's own tags and the default tags.
func (s *server) allTags(own map[string]any) map[string]any {
	out := map[string]any{}
	for key, value := range s.scope.Tags {
		out[key] = value
	}
	maps.Copy(out, own)
	maps.DeleteFunc(out, func(key string, _ any) bool { return s.scope.IgnoreTags != nil && s.scope.IgnoreTags(key) })
	return out
}
