package metadata

import (
	"fmt"
	"maps"
	"reflect"
	"slices"
	"strings"
	"sync"

	"github.com/pulumi/pulumi/sdk/v3/go/common/resource"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/ashlar-iac/ashlar/core/failure"
)

// Tagger adds metadata to resources of a taggable type. Modules implement it where [TagProperty] is not sufficient.
type Tagger interface {
	// Add returns the inputs with the metadata added; existing tags stay unchanged. The inputs are the SDK's arguments
	// of the type, or a pulumi.Map. They are not modified.
	Add(inputs pulumi.Input, m Metadata) (pulumi.Input, error)
	// Read returns the tags of recorded inputs, for tests and tools.
	Read(inputs resource.PropertyMap) map[string]string
}

// TaggableTypes are the taggable resource types of a provider module: a [Table], or a rule where the platform has one.
type TaggableTypes interface {
	// Tagger returns the tagger of a type, such as aws:s3/bucketV2:BucketV2, or nil when it is not taggable.
	Tagger(token string) Tagger
	// Check returns why these types cannot have the metadata, or nil.
	Check(m Metadata) error
}

// Table lists taggable types by token.
type Table map[string]Tagger

var _ TaggableTypes = Table(nil)

// Tagger implements TaggableTypes.
func (t Table) Tagger(token string) Tagger { return t[token] }

// Check implements TaggableTypes: it renders the metadata for every type.
func (t Table) Check(m Metadata) error {
	found, checked := map[string]error{}, map[Tagger]bool{}
	for _, tagger := range t {
		if reflect.TypeOf(tagger).Comparable() {
			if checked[tagger] {
				continue
			}
			checked[tagger] = true
		}
		_, err := tagger.Add(nil, m)
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

// TagProperty returns the tagger of types with a property that maps tag keys to values.
//
//	"aws:s3/bucketV2:BucketV2": metadata.TagProperty("tags", metadata.AWS())
func TagProperty(property string, p Platform) Tagger { return tagProperty{property, p} }

type tagProperty struct {
	property string
	platform Platform
}

var _ Tagger = tagProperty{}

// Add implements Tagger.
func (c tagProperty) Add(inputs pulumi.Input, m Metadata) (pulumi.Input, error) {
	return Overlay(inputs, c.property, func(existing pulumi.Input) (pulumi.Input, error) {
		return c.platform.Add(existing, m)
	})
}

// Read implements Tagger.
func (c tagProperty) Read(inputs resource.PropertyMap) map[string]string {
	return Read(inputs[resource.PropertyKey(c.property)])
}

// Overlay returns a copy of inputs with one property changed. The inputs are arguments of the SDK, a pointer to a
// struct whose fields have pulumi tags, or a map by property, such as a pulumi.Map; nil is an empty map. change
// receives the value of the property, or nil, and must not modify it.
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
	index := fieldOf(out, property)
	if index == nil {
		return nil, fmt.Errorf("%s has no property %q: correct the table of taggable types", v.Type().Elem(), property)
	}
	field := out.Elem().FieldByIndex(index)
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

// propertyOf is a property of arguments.
type propertyOf struct {
	args reflect.Type
	name string
}

var propertyFields sync.Map // propertyOf -> []int

// fieldOf returns the index of the field of a property in arguments, or nil.
func fieldOf(args reflect.Value, property string) []int {
	key := propertyOf{args.Type(), property}
	if known, ok := propertyFields.Load(key); ok {
		return known.([]int)
	}
	// The tags are on the resolved type of the arguments, whose fields have the same names.
	resolved := args.Interface().(pulumi.Input).ElementType()
	if resolved.Kind() == reflect.Pointer {
		resolved = resolved.Elem()
	}
	var index []int
	if resolved.Kind() == reflect.Struct {
		for field := range resolved.Fields() {
			if key, _, _ := strings.Cut(field.Tag.Get("pulumi"), ","); key == property {
				found, _ := args.Type().Elem().FieldByName(field.Name)
				index = found.Index
				break
			}
		}
	}
	propertyFields.Store(key, index)
	return index
}

// Add returns the tags, labels or annotations of a resource including rendered metadata. Existing ones, which may be
// nil, win. Keys that are known during registration keep their values, including secret and unknown ones and their
// dependencies. If the whole map is an output, so is the result.
//
// The limit of the platform applies to the result.
func (p Platform) Add(existing pulumi.Input, m Metadata) (pulumi.StringMapInput, error) {
	rendered, err := p.Render(m)
	if err != nil {
		return nil, err
	}
	return p.add(existing, rendered)
}

// add returns the existing and the rendered tags. existing may be nil.
func (p Platform) add(existing pulumi.Input, rendered map[string]string) (pulumi.StringMapInput, error) {
	if same, ok := existing.(pulumi.StringMapInput); (ok || existing == nil) && len(rendered) == 0 {
		// The Kubernetes API drops an empty map, which would show as a difference.
		return same, nil
	}
	switch existing := existing.(type) {
	case nil:
		return pulumi.ToStringMap(rendered), checkCount(p, len(rendered))
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

// addTo returns existing and the keys of added that are not in it.
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

// text returns a value of a pulumi.Map as a string. Outputs of the engine are untyped.
func text(value pulumi.Input) pulumi.StringInput {
	if s, ok := value.(pulumi.StringInput); ok {
		return s
	}
	return pulumi.ToOutput(value).ApplyT(func(v any) string { return fmt.Sprint(v) }).(pulumi.StringOutput)
}

// texts returns the value of an output as a map of strings.
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
	return nil, fmt.Errorf("tags are a %T, expected a map of strings", v)
}

// Read returns the tags, labels or annotations of a recorded property. Secret and unknown values are empty.
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
