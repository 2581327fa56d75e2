package config

import (
	"encoding/json"
	"fmt"
	"io"
	"maps"
	"reflect"
	"slices"

	"go.yaml.in/yaml/v3"
)

// Print writes the whole configuration as YAML: every section with what all
// layers say, and with the defaults. A comment at each value says where it
// comes from. Secrets read "[secret]".
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
		value := render(s.root, s.typ, false)
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

// render returns the value of a node, and the defaults of its type, as YAML.
// It is nil when there is neither.
func render(n *node, t reflect.Type, secret bool) *yaml.Node {
	for t != nil && t.Kind() == reflect.Pointer {
		t = t.Elem()
	}
	if n != nil && n.kind == nullNode {
		n = nil
	}
	input := false
	if t != nil {
		_, input = kindOf(t)
	}
	switch {
	case n != nil && n.secure:
		return scalar(hiddenText, n)
	case n != nil && n.kind == scalarNode:
		return scalar(n.mask(secret), n)
	case n != nil && n.kind == listNode:
		out := &yaml.Node{Kind: yaml.SequenceNode, LineComment: n.setting().origin()}
		for _, key := range n.keys {
			child, _ := childOf(t, key)
			if value := render(n.children[key], child, secret); value != nil {
				out.Content = append(out.Content, value)
			}
		}
		if len(out.Content) == 0 {
			out.Style = yaml.FlowStyle
		} else {
			out.LineComment = ""
		}
		return out
	case t != nil && t.Kind() == reflect.Struct && !input:
		out := &yaml.Node{Kind: yaml.MappingNode}
		for _, f := range fieldsOf(t).list {
			value := render(n.at(f.key), f.typ, secret || f.traits.secret)
			if text, ok := defaultOf(f.tag); ok && (value == nil || n.at(f.key) == nil) {
				value = scalar(defaultValue(f.typ, text), nil)
			}
			if value != nil {
				out.Content = append(out.Content, &yaml.Node{Kind: yaml.ScalarNode, Value: f.key}, value)
			}
		}
		if n == nil && len(out.Content) == 0 {
			return nil
		}
		return out
	case n != nil:
		out := &yaml.Node{Kind: yaml.MappingNode}
		for _, key := range slices.Sorted(maps.Keys(n.children)) {
			child, _ := childOf(t, key)
			value := render(n.children[key], child, secret)
			if value == nil {
				value = &yaml.Node{Kind: yaml.MappingNode, Style: yaml.FlowStyle}
			}
			out.Content = append(out.Content, text(key), value)
		}
		return out
	}
	return nil
}

// text returns a string, in quotes where YAML would read something else.
func text(key string) *yaml.Node {
	var out yaml.Node
	out.SetString(key)
	return &out
}

// scalar returns a scalar with a comment on its origin, the default when n is
// nil.
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

// setting returns the origin of a node, without its value.
func (n *node) setting() Setting {
	return Setting{Layer: n.source.layer, File: n.source.file, Line: n.value.Line, Column: n.value.Column}
}
