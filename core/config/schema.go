package config

import (
	"bytes"
	"encoding/json"
	"fmt"
	"maps"
	"reflect"
	"slices"
	"strings"

	"github.com/invopop/jsonschema"
)

// Schema returns the JSON Schema (draft 2020-12) of the struct that value points to, as indented JSON that ends with a
// newline. No object accepts additional properties.
//
// sources maps import paths to the folders of their Go files, whose doc comments become descriptions. A module
// generates its schema in a test, commits it and embeds it, because the sources are not available when a program runs.
func Schema(value any, sources map[string]string) ([]byte, error) {
	named := map[string]reflect.Type{}
	r := &jsonschema.Reflector{
		Anonymous:                  true,
		ExpandedStruct:             true,
		RequiredFromJSONSchemaTags: true,
		FieldNameTag:               "pulumi",
		Mapper: func(t reflect.Type) *jsonschema.Schema {
			if k, ok := kindOf(t); ok {
				return k.schema()
			}
			if t.Kind() == reflect.Map && t.Name() == "" {
				// The reflector omits the schema of elements that are interfaces.
				if k, ok := kindOf(t.Elem()); ok {
					return &jsonschema.Schema{Type: "object", AdditionalProperties: k.schema()}
				}
			}
			return nil
		},
		// Two packages may each have a type of the same name.
		Namer: func(t reflect.Type) string {
			name := definitionName(t)
			named[name] = t
			return name
		},
	}
	for path, dir := range sources {
		if err := r.AddGoComments(path, dir); err != nil {
			return nil, fmt.Errorf("read doc comments of %s in %s: %w", path, dir, err)
		}
	}
	for name, comment := range r.CommentMap {
		r.CommentMap[name] = strings.Join(strings.Fields(comment), " ")
	}
	out := r.Reflect(value)
	for name, definition := range out.Definitions {
		if t := named[name]; t != nil && t.Kind() == reflect.Struct && definition.Properties != nil {
			removeArguments(definition, t)
		}
	}
	return encodeSchema(out)
}

// removeArguments removes what is not an option from the schema of a nested struct: arguments of the constructor alone,
// which are fields without a key and those with the tag config:"program", and fields of an embedded struct that are
// shadowed.
func removeArguments(s *jsonschema.Schema, t reflect.Type) {
	options := fieldsOf(t).byKey
	for p := s.Properties.Oldest(); p != nil; {
		key := p.Key
		p = p.Next()
		if f := options[key]; f == nil || f.program {
			s.Properties.Delete(key)
		}
	}
	s.Required = slices.DeleteFunc(s.Required, func(key string) bool {
		f := options[key]
		return f == nil || f.program || !isRequired(f.tag)
	})
}

// isRequired reports whether the jsonschema tag of a field has the keyword required.
func isRequired(tag reflect.StructTag) bool {
	return slices.Contains(strings.Split(tag.Get("jsonschema"), ","), "required")
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

// encodeSchema returns indented JSON that ends with a newline.
func encodeSchema(schema any) ([]byte, error) {
	var b bytes.Buffer
	encoder := json.NewEncoder(&b)
	encoder.SetEscapeHTML(false)
	encoder.SetIndent("", "  ")
	if err := encoder.Encode(schema); err != nil {
		return nil, fmt.Errorf("encode schema: %w", err)
	}
	return b.Bytes(), nil
}

// FileSchema returns one JSON Schema for all configuration files: Pulumi.<stack>.yaml, and the project's and the
// organization's file. Editors complete and check the files with it. sources is as for [Schema].
//
// It differs from the schemas of the sections because each file is only one layer: nothing is required. Options that
// keep secrets accept encrypted values, and a map may have no value.
func FileSchema(sections []Section, sources map[string]string) ([]byte, error) {
	defs := object{"secure": object{
		"type": "object", "description": "A value that is encrypted: pulumi config set --path --secret.",
		"properties": object{"secure": object{"type": "string"}}, "required": []any{"secure"},
		"additionalProperties": false,
	}}
	inStack, inFile := object{}, object{}
	for _, s := range append([]Section{NewSection[Files](FilesSection, nil)}, sections...) {
		text, err := Schema(reflect.New(s.typ).Interface(), sources)
		if err != nil {
			return nil, err
		}
		var schema object
		if err := json.Unmarshal(text, &schema); err != nil {
			return nil, fmt.Errorf("read schema of section %s: %w", s.name, err)
		}
		l := loosener{section: s.name, defs: defs, schema: schema}
		delete(schema, "$schema")
		l.loosen(schema, placeOf(s.typ), false)
		delete(schema, "$defs")
		defs[s.name] = schema
		ref := object{"$ref": "#/$defs/" + s.name}
		inStack[Namespace+":"+s.name], inFile[s.name] = ref, ref
	}
	defs["stack"] = object{
		"type":        []any{"object", "null"},
		"description": "The settings of a stack: Pulumi.<stack>.yaml.",
		"properties": object{"config": object{
			"type": []any{"object", "null"}, "properties": inStack,
			// Keys of other namespaces are not checked.
			"propertyNames": object{"anyOf": []any{
				object{"enum": slices.Sorted(maps.Keys(inStack))},
				object{"not": object{"pattern": "^" + Namespace + ":"}},
			}},
		}},
	}
	defs["file"] = object{
		"type":        []any{"object", "null"},
		"description": "The settings that stacks share: " + ProjectFile + ", or the file of an organization.",
		"properties":  inFile, "additionalProperties": false,
	}
	stackKeys := []any{}
	for _, key := range []string{"config", "encryptionsalt", "encryptedkey", "secretsprovider", "environment"} {
		stackKeys = append(stackKeys, object{"required": []any{key}})
	}
	return encodeSchema(object{
		"$schema": "https://json-schema.org/draft/2020-12/schema",
		"title":   "Ashlar configuration",
		"if":      object{"anyOf": stackKeys},
		"then":    object{"$ref": "#/$defs/stack"},
		"else":    object{"$ref": "#/$defs/file"},
		"$defs":   defs,
	})
}

type object = map[string]any

// loosener turns the schema of a section into one for a part of it.
type loosener struct {
	section      string
	defs, schema object
}

// loosen changes the schema of a value at a place. encrypted tells that the value may be encrypted.
func (l *loosener) loosen(s object, at place, encrypted bool) {
	if ref, ok := s["$ref"].(string); ok {
		name := strings.TrimPrefix(ref, "#/$defs/")
		s["$ref"] = "#/$defs/" + l.section + "." + name
		if def, ok := l.schema["$defs"].(object)[name].(object); ok && l.defs[l.section+"."+name] == nil {
			l.defs[l.section+"."+name] = def
			l.loosen(def, at, false)
		}
		return
	}
	delete(s, "required")
	if name, ok := s["format"].(string); ok {
		for _, f := range formats {
			if f.name == name && s["pattern"] == nil {
				s["pattern"] = f.pattern
				s["patternErrorMessage"] = "expected " + f.expected
			}
		}
	}
	if pattern, ok := s["pattern"].(string); ok {
		if words, ok := patternMeaning(pattern); ok {
			s["patternErrorMessage"] = words
		}
	}
	if properties, ok := s["properties"].(object); ok {
		for key, child := range properties {
			p, _ := at.child(key)
			l.loosen(child.(object), p, p.input && !p.plain)
		}
	}
	for _, keyword := range []string{"additionalProperties", "items"} {
		if child, ok := s[keyword].(object); ok {
			p, _ := at.child("0")
			l.loosen(child, p, encrypted && at.input)
		}
	}
	switch {
	case s["type"] == "object":
		s["type"] = []any{"object", "null"}
	case encrypted && s["type"] != "array":
		l.orEncrypted(s)
	}
}

// orEncrypted makes the schema accept an encrypted value as well.
func (l *loosener) orEncrypted(s object) {
	plain := object{}
	for key, value := range s {
		if key != "description" && key != "default" {
			plain[key] = value
			delete(s, key)
		}
	}
	s["anyOf"] = []any{plain, object{"$ref": "#/$defs/secure"}}
}
