package cloud

import (
	"encoding/json"
	"reflect"
	"slices"
	"strconv"

	"github.com/pulumi/pulumi/sdk/v3/go/common/resource"
	"github.com/pulumi/pulumi/sdk/v3/go/property"
)

// arguments returns the inputs of a request with the id of each resource that was given in place of its id. The engine
// sends ids to providers that accept no resources.
//
// Source: pulumi, sdk/go/common/resource/plugin/rpc.go, MarshalPropertyValue without KeepResources.
func arguments(m property.Map) resource.PropertyMap {
	out := resource.ToResourcePropertyMap(m)
	for key, v := range out {
		out[key] = withoutReferences(v)
	}
	return out
}

func withoutReferences(v resource.PropertyValue) resource.PropertyValue {
	switch {
	case v.IsResourceReference():
		r := v.ResourceReferenceValue()
		if r.ID.IsNull() { // A component has no id.
			return resource.NewProperty(string(r.URN))
		}
		return r.ID
	case v.IsArray():
		return within(v, withoutReferences)
	case v.IsObject():
		out := resource.PropertyMap{}
		for key, e := range v.ObjectValue() {
			out[key] = withoutReferences(e)
		}
		return resource.NewProperty(out)
	case v.IsSecret(), v.IsOutput():
		return wrapped(v, withoutReferences)
	}
	return v
}

// wrapped converts the value in a secret or a known output.
func wrapped(v resource.PropertyValue, f func(resource.PropertyValue) resource.PropertyValue) resource.PropertyValue {
	if v.IsSecret() {
		return resource.MakeSecret(f(v.SecretValue().Element))
	}
	out := v.OutputValue()
	if out.Known {
		out.Element = f(out.Element)
	}
	return resource.NewProperty(out)
}

// within converts the elements of a list.
func within(v resource.PropertyValue, f func(resource.PropertyValue) resource.PropertyValue) resource.PropertyValue {
	out := slices.Clone(v.ArrayValue())
	for i, e := range out {
		out[i] = f(e)
	}
	return resource.NewProperty(out)
}

// convert returns a value in the type of its property, as a provider on the Terraform bridge passes it on: documents
// become JSON texts, numbers and booleans texts and back, and one value a list of one and back. A value of any other
// type stays as it is, and [shape.check] reports it.
//
// Source: pulumi-terraform-bridge, pkg/tfbridge: makeTerraformInput in schema.go, TransformJSONDocument.
func (s *shape) convert(v resource.PropertyValue) resource.PropertyValue {
	switch {
	case v.IsNull(), v.IsComputed():
		return v
	case s.document && v.ContainsUnknowns():
		return resource.MakeComputed(resource.NewProperty(""))
	case s.document && v.ContainsSecrets() && !v.IsSecret() && !v.IsOutput():
		return resource.MakeSecret(s.convert(uncover(v)))
	case v.IsSecret(), v.IsOutput():
		return wrapped(v, s.convert)
	case s.document && (v.IsObject() || v.IsArray()):
		value, _ := plain(v)
		if text, err := json.Marshal(value); err == nil {
			return resource.NewProperty(string(text))
		}
	case s.kind == reflect.String && v.IsBool():
		return resource.NewProperty(strconv.FormatBool(v.BoolValue()))
	case s.kind == reflect.String && v.IsNumber():
		return resource.NewProperty(strconv.FormatFloat(v.NumberValue(), 'f', -1, 64))
	case s.kind == reflect.Float64 && v.IsString():
		if n, err := strconv.ParseFloat(v.StringValue(), 64); err == nil {
			return resource.NewProperty(n)
		}
	case s.kind == reflect.Bool && v.IsString():
		if b, err := strconv.ParseBool(v.StringValue()); err == nil {
			return resource.NewProperty(b)
		}
	case s.kind == reflect.Slice && v.IsArray():
		return within(v, s.element.convert)
	case s.kind == reflect.Slice:
		return resource.NewProperty([]resource.PropertyValue{s.element.convert(v)})
	case s.kind == reflect.Struct && v.IsArray() && len(v.ArrayValue()) == 1:
		return s.convert(v.ArrayValue()[0])
	case (s.kind == reflect.Struct || s.kind == reflect.Map) && v.IsObject():
		return resource.NewProperty(s.convertAll(v.ObjectValue()))
	}
	return v
}

// convertAll converts the properties of an object or a map.
func (s *shape) convertAll(values resource.PropertyMap) resource.PropertyMap {
	out := resource.PropertyMap{}
	for key, v := range values {
		out[key] = v
		if s.kind == reflect.Map {
			out[key] = s.element.convert(v)
		} else if field, ok := s.fields[string(key)]; ok {
			out[key] = field.convert(v)
		}
	}
	return out
}
