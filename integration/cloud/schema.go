package cloud

import (
	"encoding/json"
	"fmt"
	"maps"
	"reflect"
	"slices"
	"strings"

	"github.com/pulumi/pulumi/sdk/v3/go/common/resource"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/ashlar-iac/ashlar/core/config"
)

// shape is the type of a property.
type shape struct {
	// kind is a boolean, number, string, list, map or object.
	kind reflect.Kind
	// required says that the property cannot be omitted in the SDK.
	required bool
	// element is the shape of the elements of a list or map.
	element *shape
	// document says that the property is a text, for which the SDK also takes a JSON document or a resource.
	document bool
	// fields are the fields of an object.
	fields map[string]*shape
}

// inputShape returns the shape of a resource's inputs, from the struct behind its Args.
func inputShape(args pulumi.Input) *shape {
	return shapeOf(args.ElementType())
}

// outputNames returns the names of a resource's outputs.
func outputNames(r pulumi.Resource) []string {
	t := reflect.TypeOf(r).Elem()
	var out []string
	for i := range t.NumField() {
		if name := t.Field(i).Tag.Get("pulumi"); name != "" {
			out = append(out, name)
		}
	}
	return out
}

// shapeOf returns the shape of a type, which may contain itself.
func shapeOf(t reflect.Type) *shape { return shapeWithin(t, map[reflect.Type]*shape{}) }

// shapeWithin returns the shape of a type within others, whose shapes are known.
func shapeWithin(t reflect.Type, known map[reflect.Type]*shape) *shape {
	if t.Kind() == reflect.Pointer {
		s := *shapeWithin(t.Elem(), known)
		s.required = false
		return &s
	}
	if s, ok := known[t]; ok {
		return s
	}
	s := &shape{kind: t.Kind(), required: t.Kind() != reflect.Slice && t.Kind() != reflect.Map}
	switch t.Kind() {
	case reflect.Int, reflect.Float64:
		s.kind = reflect.Float64
	case reflect.Slice, reflect.Map:
		s.element = shapeWithin(t.Elem(), known)
	case reflect.Interface:
		s.required = false
		// The SDK has no type for a text or something else. Archives and assets have one.
		if t.NumMethod() == 0 {
			s.kind, s.document = reflect.String, true
		}
	case reflect.Struct:
		s.fields = map[string]*shape{}
		known[t] = s
		for i := range t.NumField() {
			if name := t.Field(i).Tag.Get("pulumi"); name != "" {
				s.fields[name] = shapeWithin(t.Field(i).Type, known)
			}
		}
	}
	return s
}

// project returns the values that have the shape of inputs, at any depth. A list of texts stands for a map with these keys.
func (s *shape) project(values resource.PropertyMap) resource.PropertyMap {
	out := resource.PropertyMap{}
	for name, field := range s.fields {
		key := resource.PropertyKey(name)
		if v, ok := field.projectValue(known(values[key])); ok {
			out[key] = v
		}
	}
	return out
}

func (s *shape) projectValue(v resource.PropertyValue) (resource.PropertyValue, bool) {
	switch {
	case v.IsNull():
		return v, false
	case s.kind == reflect.Struct && v.IsObject():
		return resource.NewProperty(s.project(v.ObjectValue())), true
	case s.kind == reflect.Slice && v.IsObject():
		var keys []resource.PropertyValue
		for _, key := range v.ObjectValue().StableKeys() {
			keys = append(keys, resource.NewProperty(string(key)))
		}
		return resource.NewProperty(keys), true
	case s.kind == reflect.Slice && v.IsArray():
		out := []resource.PropertyValue{}
		for _, e := range v.ArrayValue() {
			if p, ok := s.element.projectValue(known(e)); ok {
				out = append(out, p)
			}
		}
		return resource.NewProperty(out), true
	case s.kind == reflect.Map && v.IsObject():
		out := resource.PropertyMap{}
		for key, e := range v.ObjectValue() {
			if p, ok := s.element.projectValue(known(e)); ok {
				out[key] = p
			}
		}
		return resource.NewProperty(out), true
	}
	return v, true
}

// check calls add with every property that has another shape. Unknown values have any shape.
func (s *shape) check(path string, v resource.PropertyValue, add func(path, problem string)) {
	v = known(v)
	if v.IsComputed() || v.IsOutput() || s.kind == reflect.Interface {
		return
	}
	switch {
	case s.kind == reflect.Bool && v.IsBool(), s.kind == reflect.Float64 && v.IsNumber(), s.kind == reflect.String &&
		v.IsString():
	case s.kind == reflect.Slice && v.IsArray():
		for i, e := range v.ArrayValue() {
			s.element.check(fmt.Sprintf("%s[%d]", path, i), e, add)
		}
	case s.kind == reflect.Map && v.IsObject():
		for _, key := range v.ObjectValue().StableKeys() {
			s.element.check(path+"."+string(key), v.ObjectValue()[key], add)
		}
	case s.kind == reflect.Struct && v.IsObject():
		s.object(path+".", v.ObjectValue(), add)
	default:
		add(path, fmt.Sprintf("expected %s, found %s", kindNames[s.kind], v.TypeString()))
	}
}

var kindNames = map[reflect.Kind]string{
	reflect.Bool: "a boolean", reflect.Float64: "a number", reflect.String: "a string", reflect.Slice: "a list",
	reflect.Map: "a map", reflect.Struct: "an object",
}

func (s *shape) object(prefix string, values resource.PropertyMap, add func(path, problem string)) {
	for _, key := range values.StableKeys() {
		name := string(key)
		field, ok := s.fields[name]
		if !ok {
			add(prefix+name, "unknown property, "+config.Suggest(name, slices.Sorted(maps.Keys(s.fields))))
			continue
		}
		if !values[key].IsNull() {
			field.check(prefix+name, values[key], add)
		}
	}
	for _, name := range slices.Sorted(maps.Keys(s.fields)) {
		if v, ok := values[resource.PropertyKey(name)]; s.fields[name].required && (!ok || v.IsNull()) {
			add(prefix+name, "missing required property")
		}
	}
}

// config checks the configuration of a provider. The engine passes values that are not strings as JSON.
func (s *shape) config(values resource.PropertyMap, add func(path, problem string)) {
	decoded := resource.PropertyMap{}
	for key, v := range values {
		if key == "version" || strings.HasPrefix(string(key), "__") { // These are the engine's own.
			continue
		}
		field, ok := s.fields[string(key)]
		if v = known(v); ok && v.IsString() && field.kind != reflect.String {
			var value any
			if json.Unmarshal([]byte(v.StringValue()), &value) == nil {
				v = resource.NewPropertyValue(value)
			}
		}
		decoded[key] = v
	}
	s.object("", decoded, add)
}
