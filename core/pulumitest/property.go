package pulumitest

import (
	"bytes"
	"encoding/json"
	"fmt"
	"testing"

	"github.com/pulumi/pulumi/sdk/v3/go/common/resource"
)

// at returns the value at a path. It is secret if it is within a secret.
func at(values resource.PropertyMap, path string) (resource.PropertyValue, bool) {
	steps, err := resource.ParsePropertyPathStrict(path)
	if err != nil {
		return resource.PropertyValue{}, false
	}
	value, hidden := resource.NewProperty(values), false
	for _, step := range steps {
		if value.IsSecret() {
			value, hidden = value.SecretValue().Element, true
		}
		next, ok := resource.PropertyPath{step}.Get(value)
		if !ok {
			return resource.PropertyValue{}, false
		}
		value = next
	}
	if hidden {
		value = secret(value)
	}
	return value, true
}

// open returns the value within a secret, or the value itself.
func open(value resource.PropertyValue) resource.PropertyValue {
	for value.IsSecret() {
		value = value.SecretValue().Element
	}
	return value
}

// style is how a text shows secrets.
type style int

const (
	// redacted shows secrets as [secret].
	redacted style = iota
	// marked shows secrets and marks them.
	marked
	// opened shows secrets like other values.
	opened
)

// unknown is the text of an unknown value.
const unknown = "[unknown]"

// plain returns a value as maps, slices and scalars.
func plain(value resource.PropertyValue, s style) any {
	switch {
	case value.IsSecret():
		return plainSecret(value, s)
	case value.IsComputed():
		return unknown
	case value.IsOutput():
		return unknown
	case value.IsObject():
		return plainMap(value.ObjectValue(), s)
	case value.IsArray():
		out := make([]any, 0, len(value.ArrayValue()))
		for _, element := range value.ArrayValue() {
			out = append(out, plain(element, s))
		}
		return out
	case value.IsResourceReference():
		return fmt.Sprintf("[resource %s]", value.ResourceReferenceValue().URN)
	case value.IsAsset():
		a := value.AssetValue()
		return map[string]any{"[asset]": a.Text + a.Path + a.URI}
	case value.IsArchive():
		a := value.ArchiveValue()
		out := map[string]any{}
		for name, asset := range a.Assets {
			out[name] = plain(resource.PropertyValue{V: asset}, s)
		}
		return map[string]any{"[archive]": a.Path + a.URI, "assets": out}
	}
	return value.V
}

func plainSecret(value resource.PropertyValue, s style) any {
	inner := open(value)
	switch {
	case s == opened:
		return plain(inner, s)
	case s == marked:
		return map[string]any{"[secret]": plain(inner, s)}
	case inner.IsComputed():
		return "[secret, unknown]"
	}
	return "[secret]"
}

func plainMap(values resource.PropertyMap, s style) map[string]any {
	out := make(map[string]any, len(values))
	for key, value := range values {
		out[string(key)] = plain(value, s)
	}
	return out
}

// Decode converts the inputs of a resource, including secrets, to a Go type through
// JSON, such as a type of the Kubernetes API or a struct of the test. The test fails
// if the type has no field for an input, or if an unknown value is not in a string field.
func Decode[T any](tb testing.TB, r *Registration) T {
	tb.Helper()
	return DecodeProperties[T](tb, r.Inputs)
}

// DecodeProperties is [Decode] for any property map.
func DecodeProperties[T any](tb testing.TB, values resource.PropertyMap) T {
	tb.Helper()
	var out T
	text, err := json.Marshal(plainMap(values, opened))
	if err != nil {
		tb.Fatalf("decode properties as %T: %v", out, err)
	}
	decoder := json.NewDecoder(bytes.NewReader(text))
	decoder.DisallowUnknownFields()
	if err := decoder.Decode(&out); err != nil {
		tb.Fatalf("decode properties as %T: %v", out, err)
	}
	return out
}
