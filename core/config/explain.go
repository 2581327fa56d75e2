package config

import (
	"encoding/json"
	"fmt"
	"io"
	"maps"
	"slices"
	"strings"

	"go.yaml.in/yaml/v3"
)

// Setting is a value from one layer.
type Setting struct {
	// Layer is the layer.
	Layer Layer
	// File, Line and Column are the position of the value, as in a [Finding]. They are empty for a default.
	File         string
	Line, Column int
	// Value is the value as JSON. Secrets in it read "[secret]".
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

// setting returns the origin of a node, without its value.
func (n *node) setting() Setting {
	return Setting{Layer: n.source.layer, File: n.source.file, Line: n.value.Line, Column: n.value.Column}
}

// Explanation holds the origins of a configuration value.
type Explanation struct {
	// Path is the path of the value with its section, such as "kubernetes.applications.web.replicas".
	Path string
	// Settings holds the value of each layer, the effective one first. It is empty when no layer sets the value and
	// there is no default. A map that is merged from several layers is one setting, that of the highest layer that has
	// it; its keys have explanations of their own.
	Settings []Setting
}

// String returns the value, its origin, and the values that it overrides, each on its own line:
//
//	kubernetes.applications.web.replicas: 3 (stack, Pulumi.dev.yaml:4:17)
//	  overrides 2 (project, ashlar.yaml:7:19)
//	  overrides 1 (default)
func (e *Explanation) String() string {
	if len(e.Settings) == 0 {
		return e.Path + ": not set"
	}
	var b strings.Builder
	fmt.Fprintf(&b, "%s: %s", e.Path, e.Settings[0])
	for _, s := range e.Settings[1:] {
		fmt.Fprintf(&b, "\n  overrides %s", s)
	}
	return b.String()
}

// Explain returns the origin of the value at a path, and the values that it overrides. The path is written as for
// `pulumi config set --path`, with or without the namespace: kubernetes.applications.web.replicas. A path that no
// option has is an error.
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
	p, n := placeOf(s.typ), s.root
	defaultText, hasDefault := "", false
	for i, key := range elements[1:] {
		hasDefault = false
		if f, isStruct := p.fields(); isStruct {
			field := f.byKey[key]
			if field == nil || field.program {
				return fail("unknown key %q in %s, %s", key, Path(elements[:i+1]...), Suggest(key, f.options()))
			}
			defaultText, hasDefault = defaultOf(field.tag)
		}
		child, known := p.child(key)
		if !known {
			return fail("%s has no nested values", Path(elements[:i+1]...))
		}
		p, n = child, n.at(key)
	}
	for ; n != nil; n = n.covered {
		if n.kind == nullNode {
			continue
		}
		setting := n.setting()
		setting.Value = n.masked(p.secret)
		out.Settings = append(out.Settings, setting)
	}
	if hasDefault {
		value, err := json.Marshal(defaultValue(p.typ, defaultText))
		if err != nil {
			return fail("%w", err)
		}
		out.Settings = append(out.Settings, Setting{Layer: Default, Value: string(value)})
	}
	return out, nil
}

// Print writes the whole configuration as YAML: every section with the merged values of all layers and the defaults,
// each with its origin as a comment. Secrets read "[secret]".
//
//	kubernetes:
//	    applications:
//	        web:
//	            replicas: 3 # stack, Pulumi.dev.yaml:4:17
//	            port: 8080 # default
func (m *Manager) Print(w io.Writer) error {
	root := &yaml.Node{Kind: yaml.MappingNode}
	for _, name := range m.order {
		s := m.sections[name]
		value := render(s.root, placeOf(s.typ))
		if value == nil || len(value.Content) == 0 && s.root == nil {
			continue
		}
		root.Content = append(root.Content, &yaml.Node{Kind: yaml.ScalarNode, Value: name}, value)
	}
	encoder := yaml.NewEncoder(w)
	if err := encoder.Encode(root); err != nil {
		return fmt.Errorf("print configuration: %w", err)
	}
	return encoder.Close()
}

// render returns the value of a node, and the defaults of its type, as YAML. It is nil when there is neither.
func render(n *node, p place) *yaml.Node {
	if n != nil && n.kind == nullNode {
		n = nil
	}
	if n != nil && (n.secure || n.kind == scalarNode) {
		if n.secure || p.secret {
			return scalar(hiddenText, n)
		}
		return scalar(n.data, n)
	}
	out := &yaml.Node{Kind: yaml.MappingNode}
	f, isStruct := p.fields()
	switch {
	case n != nil && n.kind == listNode:
		out.Kind = yaml.SequenceNode
		for _, key := range n.keys {
			at, _ := p.child(key)
			if value := render(n.children[key], at); value != nil {
				out.Content = append(out.Content, value)
			}
		}
		if len(out.Content) == 0 {
			out.Style, out.LineComment = yaml.FlowStyle, n.setting().origin()
		}
	case isStruct:
		for _, field := range f.list {
			if field.program {
				continue
			}
			at, _ := p.child(field.key)
			child := n.at(field.key)
			value := render(child, at)
			if text, ok := defaultOf(field.tag); ok && (value == nil || child == nil) {
				value = scalar(defaultValue(field.typ, text), nil)
			}
			if value != nil {
				out.Content = append(out.Content, &yaml.Node{Kind: yaml.ScalarNode, Value: field.key}, value)
			}
		}
		if n == nil && len(out.Content) == 0 {
			return nil
		}
	case n != nil:
		for _, key := range slices.Sorted(maps.Keys(n.children)) {
			at, _ := p.child(key)
			value := render(n.children[key], at)
			if value == nil {
				value = &yaml.Node{Kind: yaml.MappingNode, Style: yaml.FlowStyle}
			}
			out.Content = append(out.Content, text(key), value)
		}
	default:
		return nil
	}
	return out
}

// text returns a string, in quotes where YAML would read another value.
func text(key string) *yaml.Node {
	var out yaml.Node
	out.SetString(key)
	return &out
}

// scalar returns a scalar with a comment on its origin, the default when n is nil.
func scalar(value any, n *node) *yaml.Node {
	out := &yaml.Node{Kind: yaml.ScalarNode}
	switch v := value.(type) {
	case string:
		out = text(v)
	case json.Number:
		out.Value = v.String()
	default:
		out.Value = fmt.Sprint(v)
	}
	out.LineComment = string(Default)
	if n != nil {
		out.LineComment = n.setting().origin()
	}
	return out
}
