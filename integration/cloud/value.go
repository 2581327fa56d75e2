package cloud

import (
	"github.com/pulumi/pulumi/sdk/v3/go/common/resource"
	"github.com/pulumi/pulumi/sdk/v3/go/common/resource/archive"
	"github.com/pulumi/pulumi/sdk/v3/go/common/resource/asset"
)

// Secret is a value in the answer of a function that is secret.
type Secret struct{ Value any }

// properties returns values of the store as property values of the engine.
func properties(values map[string]any) resource.PropertyMap {
	return resource.NewPropertyMapFromMapRepl(values, nil, func(v any) (resource.PropertyValue, bool) {
		if s, ok := v.(Secret); ok {
			return resource.MakeSecret(resource.NewPropertyValue(s.Value)), true
		}
		object, _ := v.(map[string]any)
		switch object[resource.SigKey] {
		case resource.AssetSig:
			a, ok, err := asset.Deserialize(object)
			return resource.NewProperty(a), ok && err == nil
		case resource.ArchiveSig:
			a, ok, err := archive.Deserialize(object)
			return resource.NewProperty(a), ok && err == nil
		}
		return resource.PropertyValue{}, false
	})
}

// known returns a value without the mark of a secret.
func known(v resource.PropertyValue) resource.PropertyValue {
	for v.IsSecret() {
		v = v.SecretValue().Element
	}
	if v.IsOutput() && v.OutputValue().Known {
		return known(v.OutputValue().Element)
	}
	return v
}

// plain returns a value as the store holds it, and false if it is unknown or null. Unknown values within it are
// omitted.
func plain(v resource.PropertyValue) (any, bool) {
	v = known(v)
	switch {
	case v.IsNull(), v.IsComputed(), v.IsOutput():
		return nil, false
	case v.IsArray():
		out := []any{}
		for _, e := range v.ArrayValue() {
			if p, ok := plain(e); ok {
				out = append(out, p)
			}
		}
		return out, true
	case v.IsObject():
		return plainMap(v.ObjectValue()), true
	case v.IsAsset():
		return v.AssetValue().Serialize(), true
	case v.IsArchive():
		return v.ArchiveValue().Serialize(), true
	default:
		return v.Mappable(), true
	}
}

func plainMap(m resource.PropertyMap) map[string]any {
	out := map[string]any{}
	for key, e := range m {
		if p, ok := plain(e); ok && key != defaultsKey {
			out[string(key)] = p
		}
	}
	return out
}

// keepSecrets marks values as secret whose origin is secret.
func keepSecrets(values, from resource.PropertyMap) {
	for key, v := range values {
		if origin, ok := from[key]; ok {
			values[key] = keepSecret(v, origin)
		}
	}
}

func keepSecret(v, origin resource.PropertyValue) resource.PropertyValue {
	switch {
	case origin.IsSecret(), origin.IsOutput() && origin.OutputValue().Secret:
		if v.IsSecret() {
			return v
		}
		return resource.MakeSecret(v)
	case v.IsObject() && origin.IsObject():
		keepSecrets(v.ObjectValue(), origin.ObjectValue())
	case v.IsArray() && origin.IsArray():
		values, origins := v.ArrayValue(), origin.ArrayValue()
		for i := range min(len(values), len(origins)) {
			values[i] = keepSecret(values[i], origins[i])
		}
	}
	return v
}

// Text returns a value that is a string, or "".
func Text(values map[string]any, name string) string {
	text, _ := values[name].(string)
	return text
}

// Texts returns the strings of a list.
func Texts(v any) []string {
	list, _ := v.([]any)
	var out []string
	for _, e := range list {
		if text, ok := e.(string); ok {
			out = append(out, text)
		}
	}
	return out
}

// Objects returns the objects of a list.
func Objects(v any) []map[string]any {
	list, _ := v.([]any)
	var out []map[string]any
	for _, e := range list {
		if o, ok := e.(map[string]any); ok {
			out = append(out, o)
		}
	}
	return out
}

// List returns strings as the store holds a list.
func List(texts ...string) []any {
	out := []any{}
	for _, text := range texts {
		out = append(out, text)
	}
	return out
}

// Fill sets the defaults that a block lacks.
func Fill(block, defaults map[string]any) {
	for name, v := range defaults {
		if _, ok := block[name]; !ok {
			block[name] = v
		}
	}
}

// SortLike sorts texts like a list that has some of them.
func SortLike(texts []string, like any) []string {
	var out []string
	left := map[string]bool{}
	for _, text := range texts {
		left[text] = true
	}
	order, _ := like.([]any)
	for _, v := range order {
		if text, _ := v.(string); left[text] {
			out = append(out, text)
			delete(left, text)
		}
	}
	for _, text := range texts {
		if left[text] {
			out = append(out, text)
		}
	}
	return out
}
