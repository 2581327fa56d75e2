package pulumitest

import (
	"fmt"

	"github.com/pulumi/pulumi/sdk/v3/go/common/resource"
)

// style is how values that are not plain show in texts.
type style int

const (
	// redacted shows secrets as [secret].
	redacted style = iota
	// marked shows what is secret, and that it is.
	marked
	// opened shows what is secret like everything else.
	opened
)

// unknown stands for values that are not known yet.
const unknown = "[unknown]"

// plain returns a value made of maps, slices and scalars.
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
