package config

import (
	"bytes"
	"encoding/json"
	"fmt"
	"reflect"
	"slices"
	"strings"

	"github.com/invopop/jsonschema"
)

// Schema returns the JSON Schema (draft 2020-12) of the struct that value
// points to, as indented JSON that ends with a newline. No object accepts
// additional properties.
//
// sources maps import paths to the folders that hold their Go files: the doc
// comments found there become descriptions. A module generates its schema in a
// test, commits it and embeds it, because the sources are not there when a
// program runs.
func Schema(value any, sources map[string]string) ([]byte, error) {
	r := newReflector()
	for path, dir := range sources {
		if err := r.AddGoComments(path, dir); err != nil {
			return nil, fmt.Errorf("read doc comments of %s in %s: %w", path, dir, err)
		}
	}
	for name, comment := range r.CommentMap {
		r.CommentMap[name] = strings.Join(strings.Fields(comment), " ")
	}
	var b bytes.Buffer
	enc := json.NewEncoder(&b)
	enc.SetEscapeHTML(false)
	enc.SetIndent("", "  ")
	if err := enc.Encode(r.reflect(value)); err != nil {
		return nil, fmt.Errorf("encode schema of %T: %w", value, err)
	}
	return b.Bytes(), nil
}

// newReflector returns the one reflector that sections and arguments go
// through, so that both read the same tags in the same way.
func newReflector() *reflector {
	out := &reflector{named: map[string]reflect.Type{}}
	out.Reflector = &jsonschema.Reflector{
		Anonymous:                  true,
		ExpandedStruct:             true,
		RequiredFromJSONSchemaTags: true,
		FieldNameTag:               "pulumi",
		Mapper: func(t reflect.Type) *jsonschema.Schema {
			if k, ok := kindOf(t); ok {
				return k.schema()
			}
			if t.Kind() == reflect.Map && t.Name() == "" {
				// The reflector leaves out the schema of elements that are interfaces.
				if k, ok := kindOf(t.Elem()); ok {
					return &jsonschema.Schema{Type: "object", AdditionalProperties: k.schema()}
				}
			}
			return nil
		},
		// Two packages may each have a type of the same name.
		Namer: func(t reflect.Type) string {
			name := definitionName(t)
			out.named[name] = t
			return name
		},
	}
	return out
}

// definitionName returns the name of a type among the definitions of a schema.
func definitionName(t reflect.Type) string {
	if t.Name() == "" || t.PkgPath() == "" {
		return ""
	}
	pkg := t.PkgPath()[strings.LastIndexByte(t.PkgPath(), '/')+1:]
	name, _, generic := strings.Cut(t.Name(), "[")
	if generic {
		args := strings.TrimSuffix(t.Name()[len(name)+1:], "]")
		args = args[strings.LastIndexByte(args, '/')+1:]
		return pkg + "." + name + "." + args
	}
	return pkg + "." + name
}

// reflector makes schemas of types.
type reflector struct {
	*jsonschema.Reflector
	// named holds the types that have a definition.
	named map[string]reflect.Type
}

// reflect returns the schema of a value. Fields without a key, and those with the tag config:"program", are arguments of the
// value itself: they are no options where its type is nested. Nor are fields of an embedded struct that others shadow.
func (r *reflector) reflect(value any) *jsonschema.Schema {
	out := r.Reflect(value)
	for name, definition := range out.Definitions {
		t, ok := r.named[name]
		if !ok || t.Kind() != reflect.Struct || definition.Properties == nil {
			continue
		}
		options := fieldsOf(t).byKey
		for p := definition.Properties.Oldest(); p != nil; {
			key := p.Key
			p = p.Next()
			if f := options[key]; f == nil || f.traits.program {
				definition.Properties.Delete(key)
			}
		}
		definition.Required = slices.DeleteFunc(definition.Required, func(key string) bool {
			f := options[key]
			return f == nil || f.traits.program || !isRequired(f.tag)
		})
	}
	return out
}

// isRequired reports whether the jsonschema tag of a field has the keyword required.
func isRequired(tag reflect.StructTag) bool {
	return slices.Contains(strings.Split(tag.Get("jsonschema"), ","), "required")
}
