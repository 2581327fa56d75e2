package metadata

import (
	"fmt"
	"maps"
	"strings"

	"github.com/pulumi/pulumi/sdk/v3/go/common/resource"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
)

// Add returns the tags, labels or annotations of a resource together with
// rendered metadata. What exists, which may be nil, wins. Keys that are known
// early keep their values as they are: secret, unknown, with what they depend
// on. Where the whole map is an output, so is the result.
//
// The platform's limit holds for all of them together; the error says how many
// are too many.
func (p Platform) Add(existing pulumi.Input, m Metadata) (pulumi.StringMapInput, error) {
	rendered, err := p.Render(m)
	if err != nil {
		return nil, err
	}
	return p.add(existing, rendered)
}

// add returns what exists, which may be nil, and what is rendered.
func (p Platform) add(existing pulumi.Input, rendered map[string]string) (pulumi.StringMapInput, error) {
	if same, ok := existing.(pulumi.StringMapInput); (ok || existing == nil) && len(rendered) == 0 {
		// Not even an empty map is added: the Kubernetes API drops it, and it would show as a difference.
		return same, nil
	}
	switch existing := existing.(type) {
	case nil:
		return pulumi.ToStringMap(rendered), nil
	case pulumi.StringMap:
		return addTo(p, existing, pulumi.ToStringMap(rendered))
	case pulumi.Map:
		known := pulumi.StringMap{}
		for key, value := range existing {
			known[key] = text(value)
		}
		return addTo(p, known, pulumi.ToStringMap(rendered))
	}
	return pulumi.ToOutput(existing).ApplyT(func(v any) (map[string]string, error) {
		known, err := texts(v)
		if err != nil {
			return nil, err
		}
		return addTo(p, known, rendered)
	}).(pulumi.StringMapOutput), nil
}

// addTo returns what exists and what does not exist yet.
func addTo[M ~map[string]V, V any](p Platform, existing, added M) (M, error) {
	out := make(M, len(existing)+len(added))
	taken := make(map[string]bool, len(existing))
	for key := range existing {
		taken[p.folded(key)] = true
	}
	for key, value := range added {
		if !taken[p.folded(key)] {
			out[key] = value
		}
	}
	maps.Copy(out, existing)
	return out, checkCount(p, len(out))
}

func (p Platform) folded(key string) string {
	if p.fold {
		return strings.ToLower(key)
	}
	return key
}

// text returns a value of a pulumi.Map as a text. An output of the engine's has
// no type of its own.
func text(value pulumi.Input) pulumi.StringInput {
	if s, ok := value.(pulumi.StringInput); ok {
		return s
	}
	return pulumi.ToOutput(value).ApplyT(func(v any) string { return fmt.Sprint(v) }).(pulumi.StringOutput)
}

// texts returns the value of an output as a map of texts.
func texts(v any) (map[string]string, error) {
	switch v := v.(type) {
	case nil:
		return nil, nil
	case map[string]string:
		return v, nil
	case map[string]any:
		out := map[string]string{}
		for key, value := range v {
			out[key] = fmt.Sprint(value)
		}
		return out, nil
	}
	return nil, fmt.Errorf("tags are a %T, expected a map of texts", v)
}

// Read returns the tags, labels or annotations that a recorded property holds.
// Values that are secret or unknown read as empty.
func Read(property resource.PropertyValue) map[string]string {
	for property.IsSecret() {
		property = property.SecretValue().Element
	}
	out := map[string]string{}
	if !property.IsObject() {
		return out
	}
	for key, value := range property.ObjectValue() {
		out[string(key)] = ""
		if value.IsString() {
			out[string(key)] = value.StringValue()
		}
	}
	return out
}
