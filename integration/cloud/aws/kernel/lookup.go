package kernel

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/ashlar-iac/ashlar/integration/cloud"
)

// Query is what a look-up looks for.
type Query struct {
	// Type is the type, and name what errors call it.
	Type, Name string
	// Properties are the arguments that stand for an output, by their names; "id" is the id.
	Properties map[string]string
	// Filters are the outputs of filters, by their names.
	Filters map[string]string
}

// Find returns what fits all arguments.
func (l Query) Find(c *cloud.Call, args map[string]any) ([]*cloud.Object, error) {
	if filters, _ := args["filters"].([]any); len(filters) > 0 {
		for _, f := range filters {
			filter, _ := f.(map[string]any)
			name, _ := filter["name"].(string)
			if _, known := l.Filters[name]; !known && !strings.HasPrefix(name, "tag:") {
				return nil, Refuse("InvalidParameterValue", "The filter '%s' is invalid", name)
			}
		}
	}
	return c.All(l.Type, func(o *cloud.Object) bool {
		for argument, property := range l.Properties {
			if v, _ := args[argument].(string); v != "" && Value(o, property) != v {
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
			return []string{Value(o, l.Filters[name])}
		})
	})
}

// One returns what fits all arguments, and fails as the provider does unless that is one object.
func (l Query) One(c *cloud.Call, args map[string]any) (*cloud.Object, error) {
	found, err := l.Find(c, args)
	switch {
	case err != nil:
		return nil, err
	case len(found) == 0:
		return nil, fmt.Errorf("no matching %s found", l.Name)
	case len(found) > 1:
		return nil, fmt.Errorf("multiple %ss matched; use additional constraints to reduce matches to a single %s", l.Name, l.Name)
	}
	return found[0], nil
}

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

// Answer returns an object's outputs as a look-up does, over the arguments: its tags are all that it has.
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

// Passes reports whether what something is passes filters: of each filter, one value.
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

// Filtered reports whether something passes the filters of a call. values returns what it has under a filter's name.
func Filtered(args map[string]any, values func(name string) []string) bool {
	filters, _ := args["filters"].([]any)
	for _, f := range filters {
		filter, _ := f.(map[string]any)
		name, _ := filter["name"].(string)
		wanted := cloud.Texts(filter["values"])
		if !slices.ContainsFunc(values(name), func(v string) bool { return slices.Contains(wanted, v) }) {
			return false
		}
	}
	return true
}
