package metadata

import (
	"fmt"
	"reflect"
	"strings"

	"github.com/pulumi/pulumi/sdk/v3/go/common/resource"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
)

// Carrier is the way in which a type of resource carries metadata. Modules
// implement it where [TagCarrier] does not fit; [Manager] consumes it.
type Carrier interface {
	// Add returns inputs that carry the metadata beside what they carry already, which stays as it is. The inputs are
	// the SDK's arguments of the type, or a pulumi.Map. They are not modified.
	Add(inputs pulumi.Input, m Metadata) (pulumi.Input, error)
	// Read returns what recorded inputs carry: for tests and for tools.
	Read(inputs resource.PropertyMap) map[string]string
}

// Table holds the carriers of resource types by their tokens, such as
// aws:s3/bucketV2:BucketV2. A type that is not in it carries nothing.
type Table map[string]Carrier

// TagCarrier returns the carrier of types with one property that maps the keys
// of tags to their values.
//
//	"aws:s3/bucketV2:BucketV2": metadata.TagCarrier("tags", metadata.AWS())
func TagCarrier(property string, p Platform) Carrier { return tagCarrier{property, p} }

type tagCarrier struct {
	property string
	platform Platform
}

var _ Carrier = tagCarrier{}

// Add implements Carrier.
func (c tagCarrier) Add(inputs pulumi.Input, m Metadata) (pulumi.Input, error) {
	return Overlay(inputs, c.property, func(existing pulumi.Input) (pulumi.Input, error) {
		return c.platform.Add(existing, m)
	})
}

// Read implements Carrier.
func (c tagCarrier) Read(inputs resource.PropertyMap) map[string]string {
	return Read(inputs[resource.PropertyKey(c.property)])
}

// Overlay returns a copy of inputs in which one property has been changed. The
// inputs are arguments of the SDK, a pointer to a struct whose fields have pulumi
// tags, or a pulumi.Map; nil stands for an empty one. change gets the property's
// value, or nil, and must not modify it.
func Overlay(
	inputs pulumi.Input, property string, change func(pulumi.Input) (pulumi.Input, error),
) (pulumi.Input, error) {
	if m, ok := inputs.(pulumi.Map); ok || inputs == nil {
		changed, err := change(m[property])
		if err != nil {
			return nil, err
		}
		out := make(pulumi.Map, len(m)+1)
		for k, v := range m {
			out[k] = v
		}
		out[property] = changed
		return out, nil
	}
	v := reflect.ValueOf(inputs)
	if v.Kind() != reflect.Pointer || v.Type().Elem().Kind() != reflect.Struct {
		return nil, fmt.Errorf("inputs are a %T, expected a pointer to a struct or a pulumi.Map", inputs)
	}
	out := reflect.New(v.Type().Elem())
	if !v.IsNil() {
		out.Elem().Set(v.Elem())
	}
	field, err := fieldOf(out.Elem(), property)
	if err != nil {
		return nil, err
	}
	existing, _ := field.Interface().(pulumi.Input)
	if isNil(existing) {
		existing = nil
	}
	changed, err := change(existing)
	if err != nil {
		return nil, err
	}
	if !reflect.TypeOf(changed).AssignableTo(field.Type()) {
		return nil, fmt.Errorf("property %q of %T is a %s, which cannot hold a %T", property, inputs, field.Type(), changed)
	}
	field.Set(reflect.ValueOf(changed))
	return out.Interface().(pulumi.Input), nil
}

func isNil(v any) bool {
	if v == nil {
		return true
	}
	switch r := reflect.ValueOf(v); r.Kind() {
	case reflect.Map, reflect.Pointer, reflect.Slice, reflect.Interface:
		return r.IsNil()
	}
	return false
}

func fieldOf(args reflect.Value, property string) (reflect.Value, error) {
	for field, value := range args.Fields() {
		if key, _, _ := strings.Cut(field.Tag.Get("pulumi"), ","); key == property {
			return value, nil
		}
	}
	return reflect.Value{}, fmt.Errorf("%s has no property %q: correct the table of carriers", args.Type(), property)
}
