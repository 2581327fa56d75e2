package sections

import (
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strings"
)

// Choice is one value of an option: of its enumeration, or true or false.
type Choice struct {
	// Path is the path of the option within the entries of a kind: "*" is an entry of a map, "[]" an element of a list.
	Path []string
	// Value is the value.
	Value any
}

// String returns the path and the value.
func (c Choice) String() string { return fmt.Sprintf("%s=%v", strings.Join(c.Path, "."), c.Value) }

// Set sets the value in the entries of a kind: in the first entry of a map, and in the first element of a list of blocks.
// Other lists get the value as their only element. It is not ok when there is no such entry or block.
func (c Choice) Set(entries any) (changed any, ok bool) { return set(entries, c.Path, c.Value) }

func set(v any, path []string, to any) (any, bool) {
	if len(path) == 0 {
		return to, true
	}
	switch path[0] {
	case "[]":
		list, _ := v.([]any)
		if len(path) == 1 {
			return []any{to}, true
		}
		if len(list) == 0 {
			return nil, false
		}
		first, ok := set(list[0], path[1:], to)
		list[0] = first
		return list, ok
	case "*":
		entries, _ := v.(object)
		if len(entries) == 0 {
			return nil, false
		}
		name := slices.Min(slices.Collect(maps.Keys(entries)))
		inner, ok := set(entries[name], path[1:], to)
		entries[name] = inner
		return entries, ok
	}
	block, _ := v.(object)
	if block == nil {
		block = object{}
	}
	inner, ok := set(block[path[0]], path[1:], to)
	block[path[0]] = inner
	return block, ok
}

// Choices returns the values of all enumerations and booleans of a schema, by kind of entry: those of a definition once
// for each kind, also if several options have it.
func Choices(schema []byte) (map[string][]Choice, error) {
	var s object
	if err := json.Unmarshal(schema, &s); err != nil {
		return nil, fmt.Errorf("parse the schema: %w", err)
	}
	definitions, _ := s["$defs"].(object)
	out := map[string][]Choice{}
	for kind, of := range s["properties"].(object) {
		w := &walker{definitions: definitions, visited: map[string]bool{}}
		w.walk(of.(object), nil)
		out[kind] = w.choices
	}
	return out, nil
}

type walker struct {
	definitions object
	choices     []Choice
	visited     map[string]bool
}

func (w *walker) walk(schema object, path []string) {
	if reference, ok := schema["$ref"].(string); ok {
		if w.visited[reference] {
			return
		}
		w.visited[reference] = true
		w.walk(w.definitions[strings.TrimPrefix(reference, "#/$defs/")].(object), path)
		return
	}
	if values, ok := schema["enum"].([]any); ok {
		for _, v := range values {
			w.choices = append(w.choices, Choice{path, v})
		}
	}
	if schema["type"] == "boolean" {
		w.choices = append(w.choices, Choice{path, true}, Choice{path, false})
	}
	properties, _ := schema["properties"].(object)
	for _, name := range slices.Sorted(maps.Keys(properties)) {
		w.walk(properties[name].(object), at(path, name))
	}
	for key, within := range map[string]string{"additionalProperties": "*", "items": "[]"} {
		if inner, ok := schema[key].(object); ok {
			w.walk(inner, at(path, within))
		}
	}
}
