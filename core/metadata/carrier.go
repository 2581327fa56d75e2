package metadata

import (
	"fmt"
	"maps"
	"reflect"
	"slices"
	"strings"

	"github.com/pulumi/pulumi/sdk/v3/go/common/resource"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/ashlar-iac/ashlar/core/failure"
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

// Types knows which types of resources carry metadata, and how. Each provider
// module supplies one: a [Table], or a rule where the platform has one.
type Types interface {
	// Carrier returns how a type, such as aws:s3/bucketV2:BucketV2, carries metadata, or nil when it does not.
	Carrier(token string) Carrier
	// Check returns what of the metadata these types cannot carry.
	Check(m Metadata) error
}

// Table is a [Types] that lists the types by their tokens.
type Table map[string]Carrier

var _ Types = Table(nil)

// Carrier implements Types.
func (t Table) Carrier(token string) Carrier { return t[token] }

// Check implements Types: it renders the metadata for every type.
func (t Table) Check(m Metadata) error {
	found := map[string]error{}
	for _, carrier := range t {
		_, err := carrier.Add(nil, m)
		for one := range failure.All(err) {
			found[one.Error()] = one
		}
	}
	var failed []error
	for _, text := range slices.Sorted(maps.Keys(found)) {
		failed = append(failed, found[text])
	}
	return failure.Join(failed...)
}

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
// tags, or a map by property, such as a pulumi.Map; nil stands for an empty one.
// change gets the property's value, or nil, and must not modify it.
func Overlay(
	inputs pulumi.Input, property string, change func(pulumi.Input) (pulumi.Input, error),
) (pulumi.Input, error) {
	if inputs == nil {
		inputs = pulumi.Map{}
	}
	v := reflect.ValueOf(inputs)
	if v.Kind() == reflect.Map && v.Type().Key().Kind() == reflect.String {
		return overlayMap(v, property, change)
	}
	if v.Kind() != reflect.Pointer || v.Type().Elem().Kind() != reflect.Struct {
		return nil, fmt.Errorf("inputs are a %T, expected a pointer to a struct, or a map", inputs)
	}
	out := reflect.New(v.Type().Elem())
	if !v.IsNil() {
		out.Elem().Set(v.Elem())
	}
	field, err := fieldOf(out.Elem(), out.Interface().(pulumi.Input).ElementType(), property)
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
	if changed == nil {
		return inputs, nil
	}
	if !reflect.TypeOf(changed).AssignableTo(field.Type()) {
		return nil, fmt.Errorf("property %q of %T is a %s, which cannot hold a %T", property, inputs, field.Type(), changed)
	}
	field.Set(reflect.ValueOf(changed))
	return out.Interface().(pulumi.Input), nil
}

// overlayMap is [Overlay] for maps.
func overlayMap(
	inputs reflect.Value, property string, change func(pulumi.Input) (pulumi.Input, error),
) (pulumi.Input, error) {
	out := reflect.MakeMapWithSize(inputs.Type(), inputs.Len()+1)
	for key, value := range inputs.Seq2() {
		out.SetMapIndex(key, value)
	}
	key := reflect.ValueOf(property).Convert(inputs.Type().Key())
	var existing pulumi.Input
	if value := inputs.MapIndex(key); value.IsValid() && !isNil(value.Interface()) {
		existing, _ = value.Interface().(pulumi.Input)
	}
	changed, err := change(existing)
	if err != nil {
		return nil, err
	}
	if changed != nil {
		out.SetMapIndex(key, reflect.ValueOf(changed))
	}
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

// fieldOf returns the field of a property. The SDK's arguments have no tags
// themselves: those of what they become have, under the same names.
func fieldOf(args reflect.Value, resolved reflect.Type, property string) (reflect.Value, error) {
	if resolved.Kind() == reflect.Pointer {
		resolved = resolved.Elem()
	}
	if resolved.Kind() == reflect.Struct {
		for field := range resolved.Fields() {
			if key, _, _ := strings.Cut(field.Tag.Get("pulumi"), ","); key != property {
				continue
			}
			if found := args.FieldByName(field.Name); found.IsValid() {
				return found, nil
			}
		}
	}
	return reflect.Value{}, fmt.Errorf("%s has no property %q: correct the table of carriers", args.Type(), property)
}
