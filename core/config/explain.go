package config

import (
	"encoding/json"
	"fmt"
	"maps"
	"reflect"
	"slices"
	"strconv"
	"strings"

	"github.com/pulumi/pulumi/sdk/v3/go/common/resource"
)

// Setting is a value that one layer gives.
type Setting struct {
	// Layer is the layer.
	Layer Layer
	// File, Line and Column are where the value stands, as in a [Finding].
	// They are empty for a default.
	File         string
	Line, Column int
	// Value is the value as JSON. What is secret in it reads "[secret]".
	Value string
}

// String returns the value and its origin: 3 (stack, Pulumi.dev.yaml:4:17).
func (s Setting) String() string { return fmt.Sprintf("%s (%s)", s.Value, s.origin()) }

func (s Setting) origin() string {
	if s.File == "" {
		return string(s.Layer)
	}
	if s.Line == 0 {
		return fmt.Sprintf("%s, %s", s.Layer, s.File)
	}
	return fmt.Sprintf("%s, %s:%d:%d", s.Layer, s.File, s.Line, s.Column)
}

// Explanation says where a value of the configuration comes from.
type Explanation struct {
	// Path leads to the value from the section down, such as
	// "kubernetes.applications.web.replicas".
	Path string
	// Settings holds what each layer says, beginning with the one that
	// counts. It is empty when no layer sets the value and there is no
	// default. A map that several layers merge into is one setting, that of
	// the highest layer that mentions it; its keys have explanations of their
	// own.
	Settings []Setting
}

// String returns the value, its origin, and what it covers up, each on a line:
//
//	kubernetes.applications.web.replicas: 3 (stack, Pulumi.dev.yaml:4:17)
//	  covers 2 (project, ashlar.yaml:7:19)
//	  covers 1 (default)
func (e *Explanation) String() string {
	if len(e.Settings) == 0 {
		return e.Path + ": not set"
	}
	var b strings.Builder
	fmt.Fprintf(&b, "%s: %s", e.Path, e.Settings[0])
	for _, s := range e.Settings[1:] {
		fmt.Fprintf(&b, "\n  covers %s", s)
	}
	return b.String()
}

// Explain says which layer set the value at a path, where, and what it covers
// up. The path is written as for `pulumi config set --path`, with or without
// the namespace: kubernetes.applications.web.replicas. A path that no setting
// can have is an error.
func (m *Manager) Explain(path string) (*Explanation, error) {
	fail := func(format string, args ...any) (*Explanation, error) {
		return nil, fmt.Errorf("explain %q: "+format, append([]any{path}, args...)...)
	}
	elements, err := parsePath(strings.TrimPrefix(path, Namespace+":"))
	if err != nil {
		return fail("%w", err)
	}
	s, ok := m.sections[elements[0]]
	if !ok {
		return fail("unknown section %q, %s", elements[0], Suggest(elements[0], slices.Collect(maps.Keys(m.sections))))
	}
	out := &Explanation{Path: Path(elements...)}
	t, in, n := s.typ, traits{known: true}, s.root
	var tag reflect.StructTag
	secret := false
	for i, key := range elements[1:] {
		tag = ""
		if f := structField(t, key); f != nil {
			tag = f.tag
		} else if known, ok := structKeys(t); ok {
			return fail("unknown key %q in %s, %s", key, Path(elements[:i+1]...), Suggest(key, known))
		}
		if t, in = childOf(t, key); !in.known {
			return fail("%s holds no other values", Path(elements[:i+1]...))
		}
		secret = secret || in.secret
		n = n.at(key)
	}
	for ; n != nil; n = n.covered {
		if n.kind == nullNode {
			continue
		}
		setting := n.setting()
		setting.Value = n.masked(secret)
		out.Settings = append(out.Settings, setting)
	}
	if text, ok := defaultOf(tag); ok {
		value, err := json.Marshal(defaultValue(t, text))
		if err != nil {
			return fail("%w", err)
		}
		out.Settings = append(out.Settings, Setting{Layer: Default, Value: string(value)})
	}
	return out, nil
}

// parsePath splits a path in Pulumi's notation.
func parsePath(path string) ([]string, error) {
	parsed, err := resource.ParsePropertyPath(path)
	if err != nil {
		return nil, err
	}
	var out []string
	for _, element := range parsed {
		switch e := element.(type) {
		case string:
			out = append(out, e)
		case int:
			out = append(out, strconv.Itoa(e))
		}
	}
	if len(out) == 0 {
		return nil, fmt.Errorf("expected a path, such as kubernetes.applications.web")
	}
	return out, nil
}

// structField returns the field of a struct that has the key, or nil.
func structField(t reflect.Type, key string) *field {
	for t != nil && t.Kind() == reflect.Pointer {
		t = t.Elem()
	}
	if t == nil || t.Kind() != reflect.Struct {
		return nil
	}
	if f := fieldsOf(t).byKey[key]; f != nil && !f.traits.program {
		return f
	}
	return nil
}

// structKeys returns the keys of a struct. It is not ok for other types.
func structKeys(t reflect.Type) (keys []string, ok bool) {
	for t != nil && t.Kind() == reflect.Pointer {
		t = t.Elem()
	}
	if t == nil || t.Kind() != reflect.Struct {
		return nil, false
	}
	for _, f := range fieldsOf(t).list {
		if !f.traits.program {
			keys = append(keys, f.key)
		}
	}
	return keys, true
}

// masked returns the value as JSON without its secrets. all masks everything.
func (n *node) masked(all bool) string {
	text, err := json.Marshal(n.mask(all))
	if err != nil {
		return hiddenText
	}
	return string(text)
}

// hiddenText stands for a secret in what is shown.
const hiddenText = "[secret]"

func (n *node) mask(all bool) any {
	switch {
	case n.kind == nullNode:
		return nil
	case n.secure:
		return hiddenText
	case n.kind == mapNode:
		out := make(map[string]any, len(n.children))
		for key, child := range n.children {
			out[key] = child.mask(all)
		}
		return out
	case n.kind == listNode:
		out := make([]any, len(n.keys))
		for i, key := range n.keys {
			out[i] = n.children[key].mask(all)
		}
		return out
	case all:
		return hiddenText
	}
	return n.data
}
