package pulumitest

import (
	"cmp"
	"reflect"
	"strings"

	"github.com/pulumi/pulumi/sdk/v3/go/common/resource"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
	"google.golang.org/protobuf/types/known/structpb"
)

// answer makes a resource: it sets its ID and its outputs, and returns the
// latter for the program.
func (m *monitor) answer(r *Registration) (*structpb.Struct, error) {
	if !r.Custom && !r.Remote {
		return nil, nil
	}
	m.answering.Lock()
	defer m.answering.Unlock()
	for _, fails := range m.failures {
		if err := fails(*r); err != nil {
			return nil, err
		}
	}
	known := !m.preview || r.Read
	id, outputs := m.outputsOf(*r, known)
	for _, key := range r.AdditionalSecretOutputs {
		if value, ok := outputs[resource.PropertyKey(key)]; ok {
			outputs[resource.PropertyKey(key)] = secret(value)
		}
	}
	m.mu.Lock()
	r.ID, r.Outputs = id, outputs
	m.mu.Unlock()
	return encode(outputs)
}

// outputsOf returns what a provider would make of a resource.
func (m *monitor) outputsOf(r Registration, known bool) (id string, outputs resource.PropertyMap) {
	outputs = r.Inputs.Copy()
	for _, f := range m.defaults {
		outputs = overlay(outputs, f(r), true)
	}
	for _, f := range m.outputs {
		outputs = overlay(outputs, f(r), known)
	}
	if given, ok := outputs["id"]; ok && given.IsString() {
		id = given.StringValue()
		delete(outputs, "id")
	}
	if r.Custom && known {
		id = cmp.Or(r.ID, r.Import, id, r.Name+"-id")
	}
	if known {
		m.mu.Lock()
		typ := m.types[r.Type]
		m.mu.Unlock()
		for _, key := range textOutputs(typ) {
			if _, supplied := outputs[key]; !supplied {
				outputs[key] = resource.NewProperty(r.Name + "-" + string(key))
			}
		}
	}
	return id, outputs
}

// overlay lays values over others, object by object, and returns the result.
// Values that are not known yet become unknown, unless that is what the lower
// ones are already. What is over a secret is secret.
func overlay(below, above resource.PropertyMap, known bool) resource.PropertyMap {
	out := below.Copy()
	for key, value := range above {
		under, exists := out[key]
		out[key] = lay(under, value, exists, known)
	}
	return out
}

func lay(below, above resource.PropertyValue, exists, known bool) resource.PropertyValue {
	switch {
	case exists && below.IsSecret():
		return secret(lay(below.SecretValue().Element, above, true, known))
	case exists && below.IsObject() && above.IsObject():
		return resource.NewProperty(overlay(below.ObjectValue(), above.ObjectValue(), known))
	case exists && !known && !below.IsNull():
		// An input is what it will be, as far as a preview can tell.
		return below
	case known:
		return above
	case above.IsObject():
		return resource.NewProperty(overlay(resource.PropertyMap{}, above.ObjectValue(), known))
	case above.IsSecret():
		return secret(lay(below, above.SecretValue().Element, false, known))
	default:
		return resource.MakeComputed(resource.NewProperty(""))
	}
}

func secret(value resource.PropertyValue) resource.PropertyValue {
	if value.IsSecret() {
		return value
	}
	return resource.MakeSecret(value)
}

// textOutputs returns the keys of a resource's outputs that are always texts.
func textOutputs(typ reflect.Type) []resource.PropertyKey {
	if typ == nil || typ.Kind() != reflect.Pointer || typ.Elem().Kind() != reflect.Struct {
		return nil
	}
	var out []resource.PropertyKey
	for field := range typ.Elem().Fields() {
		key, _, _ := strings.Cut(field.Tag.Get("pulumi"), ",")
		if key != "" && field.Type == reflect.TypeFor[pulumi.StringOutput]() {
			out = append(out, resource.PropertyKey(key))
		}
	}
	return out
}
