package kernel

import (
	"cmp"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/ashlar-iac/ashlar/integration/cloud"
)

// Query describes a look-up function.
type Query struct {
	// Type is the token of the type, and Name its name in errors.
	Type, Name string
	// Properties are the outputs that arguments must match, by argument; "id" is the id.
	Properties map[string]string
	// Filters are the outputs that filters must match, by filter name.
	Filters map[string]string
	// Absent are the values of outputs that an object lacks, such as "false".
	Absent map[string]string
	// More are objects that are not in the store.
	More []*cloud.Object
}

// Find returns the objects that match all arguments.
func (l Query) Find(c *cloud.Call, args map[string]any) ([]*cloud.Object, error) {
	if filters, _ := args["filters"].([]any); len(filters) > 0 {
		for _, f := range filters {
			filter, _ := f.(map[string]any)
			name, _ := filter["name"].(string)
			if _, known := l.Filters[name]; !known && !strings.HasPrefix(name, "tag:") && name != "tag-key" {
				return nil, Refuse("InvalidParameterValue", "The filter '%s' is invalid", name)
			}
		}
	}
	matches := func(o *cloud.Object) bool {
		for argument, property := range l.Properties {
			// The provider takes false for an omitted argument.
			v := args[argument]
			if v != nil && v != "" && v != false && l.value(o, property) != fmt.Sprint(v) {
				return false
			}
		}
		wanted, _ := args["tags"].(map[string]any)
		for key, v := range wanted {
			if tag(o, key) != v {
				return false
			}
		}
		return Filtered(args, func(name string) []string {
			if key, ok := strings.CutPrefix(name, "tag:"); ok {
				text, _ := tag(o, key).(string)
				return []string{text}
			}
			if name == "tag-key" {
				return slices.Collect(maps.Keys(Tags(o)))
			}
			return []string{l.value(o, l.Filters[name])}
		})
	}
	found, err := c.All(l.Type, matches)
	for _, o := range l.More {
		if matches(o) {
			found = append(found, o)
		}
	}
	return found, err
}

// value is [Value], or the value of an output that the object lacks.
func (l Query) value(o *cloud.Object, property string) string {
	return cmp.Or(Value(o, property), l.Absent[property])
}

// IDs returns the result of a look-up of several objects: the arguments and the ids.
func IDs(c *cloud.Call, l Query, args map[string]any) (map[string]any, error) {
	found, err := l.Find(c, args)
	var ids []string
	for _, o := range found {
		ids = append(ids, o.ID)
	}
	out := maps.Clone(args)
	out["id"], out["ids"] = c.Scope.Values["region"], cloud.List(ids...)
	return out, err
}

// One returns the object that matches all arguments, or the provider's error if there is none or more than one.
func (l Query) One(c *cloud.Call, args map[string]any) (*cloud.Object, error) {
	found, err := l.Find(c, args)
	switch {
	case err != nil:
		return nil, err
	case len(found) == 0:
		return nil, fmt.Errorf("no matching %s found", l.Name)
	case len(found) > 1:
		return nil, fmt.Errorf("multiple %ss matched; use additional constraints to reduce matches to a single %s",
			l.Name, l.Name)
	}
	return found[0], nil
}

// Value returns an output of an object as a text; "id" is its id.
func Value(o *cloud.Object, property string) string {
	if property == "id" {
		return o.ID
	}
	if v, ok := o.Outputs[property]; ok {
		return fmt.Sprint(v)
	}
	return ""
}

// tag returns a tag of an object, or nil.
func tag(o *cloud.Object, key string) any {
	tags, _ := o.Outputs["tagsAll"].(map[string]any)
	return tags[key]
}

// Answer returns the result of a look-up: the arguments, and over them the outputs of an object, with all tags as
// "tags".
func Answer(o *cloud.Object, args map[string]any, more map[string]any) map[string]any {
	out := maps.Clone(args)
	maps.Copy(out, o.Outputs)
	out["id"] = o.ID
	tags, _ := o.Outputs["tagsAll"].(map[string]any)
	if tags == nil {
		tags = map[string]any{}
	}
	out["tags"] = tags
	delete(out, "tagsAll")
	maps.Copy(out, more)
	return out
}

// Passes reports whether properties pass all filters: one value of each.
func Passes(filters any, is map[string]string) (bool, error) {
	for _, filter := range cloud.Objects(filters) {
		name, _ := filter["name"].(string)
		has, ok := is[name]
		if !ok {
			return false, Refuse("InvalidParameterValue", "The filter '%s' is invalid", name)
		}
		values := cloud.Texts(filter["values"])
		if !MatchAny(values, has, false) {
			return false, nil
		}
	}
	return true, nil
}

// Tags returns all tags of an object.
func Tags(o *cloud.Object) map[string]any {
	tags, _ := o.Outputs["tagsAll"].(map[string]any)
	out := map[string]any{}
	maps.Copy(out, tags)
	return out
}

// Filtered reports whether something passes the filters among arguments. values returns its values for a filter name.
func Filtered(args map[string]any, values func(name string) []string) bool {
	filters, _ := args["filters"].([]any)
	for _, f := range filters {
		filter, _ := f.(map[string]any)
		name, _ := filter["name"].(string)
		wanted := cloud.Texts(filter["values"])
		if !slices.ContainsFunc(values(name), func(v string) bool { return MatchAny(wanted, v, false) }) {
			return false
		}
	}
	return true
}
