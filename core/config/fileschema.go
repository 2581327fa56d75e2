package config

import (
	"bytes"
	"encoding/json"
	"fmt"
	"maps"
	"reflect"
	"slices"
	"strings"
)

// FileSchema returns one JSON Schema for the files that people write:
// Pulumi.<stack>.yaml, and the project's and the organization's file. Editors
// complete and check them with it. sources is as for [Schema].
//
// It differs from the schemas of the sections in what only all layers together
// can tell: nothing is required. Settings that keep secrets accept encrypted
// values, and a map may be left without a value.
func FileSchema(sections []Section, sources map[string]string) ([]byte, error) {
	defs := map[string]any{"secure": object{
		"type": "object", "description": "A value that is encrypted: pulumi config set --path --secret.",
		"properties": object{"secure": object{"type": "string"}}, "required": []any{"secure"}, "additionalProperties": false,
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
		l := loosener{section: s.name, defs: defs, schema: schema, done: map[string]bool{}}
		delete(schema, "$schema")
		l.loosen(schema, s.typ, false)
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
			// Keys of other namespaces are other people's.
			"propertyNames": object{"anyOf": []any{
				object{"enum": slices.Sorted(maps.Keys(inStack))}, object{"not": object{"pattern": "^" + Namespace + ":"}},
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
	var b bytes.Buffer
	encoder := json.NewEncoder(&b)
	encoder.SetEscapeHTML(false)
	encoder.SetIndent("", "  ")
	err := encoder.Encode(object{
		"$schema": "https://json-schema.org/draft/2020-12/schema",
		"title":   "Ashlar configuration",
		"if":      object{"anyOf": stackKeys},
		"then":    object{"$ref": "#/$defs/stack"},
		"else":    object{"$ref": "#/$defs/file"},
		"$defs":   defs,
	})
	if err != nil {
		return nil, fmt.Errorf("encode schema: %w", err)
	}
	return b.Bytes(), nil
}

type object = map[string]any

// loosener turns the schema of a section into one for a part of it.
type loosener struct {
	section string
	defs    map[string]any
	schema  object
	done    map[string]bool
}

// loosen changes the schema of a value of type t. keepsSecrets tells that the
// value may be encrypted.
func (l *loosener) loosen(s object, t reflect.Type, keepsSecrets bool) {
	for t != nil && t.Kind() == reflect.Pointer {
		t = t.Elem()
	}
	if ref, ok := s["$ref"].(string); ok {
		name := strings.TrimPrefix(ref, "#/$defs/")
		s["$ref"] = "#/$defs/" + l.section + "." + name
		if def, ok := l.schema["$defs"].(object)[name].(object); ok && !l.done[name] {
			l.done[name] = true
			l.defs[l.section+"."+name] = def
			l.loosen(def, t, false)
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
	input := false
	if t != nil {
		_, input = kindOf(t)
	}
	if properties, ok := s["properties"].(object); ok {
		for key, child := range properties {
			typ, in := childOf(t, key)
			isInput := false
			if typ != nil {
				_, isInput = kindOf(typ)
			}
			l.loosen(child.(object), typ, isInput && !in.plain)
		}
	}
	for _, keyword := range []string{"additionalProperties", "items"} {
		if child, ok := s[keyword].(object); ok {
			typ, _ := childOf(t, "0")
			l.loosen(child, typ, keepsSecrets && input)
		}
	}
	switch {
	case s["type"] == "object":
		s["type"] = []any{"object", "null"}
	case keepsSecrets && s["type"] != "array":
		l.orEncrypted(s)
	}
}

// orEncrypted lets an encrypted value stand in place of the value.
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
