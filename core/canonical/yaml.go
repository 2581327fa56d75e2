package canonical

import (
	"bytes"
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strconv"

	"go.yaml.in/yaml/v3"
)

// YAML returns v as one YAML document of block style: sorted keys, two spaces a
// level, a newline at the end. It has the form that v has in JSON.
//
// A string of several lines is a literal block, unless a block cannot hold it
// exactly. A string that some reader could take for something else, such as
// "no", "1.33", "2012-10-17" or "10.0.0.0/16", is in double quotes, and so is
// every string that is not evidently one. See the package's documentation for
// what is an error.
func YAML(v any) ([]byte, error) {
	text, err := encodeYAML(v)
	if err != nil {
		return nil, fmt.Errorf("write %T as YAML: %w", v, err)
	}
	return text, nil
}

func encodeYAML(v any) ([]byte, error) {
	plain, err := plainOf(v)
	if err != nil {
		return nil, err
	}
	root, err := node(plain)
	if err != nil {
		return nil, err
	}
	var text bytes.Buffer
	encoder := yaml.NewEncoder(&text)
	encoder.SetIndent(indent)
	if err := encoder.Encode(root); err != nil {
		return nil, err
	}
	return text.Bytes(), encoder.Close()
}

// node returns the YAML node of a plain value.
func node(plain any) (*yaml.Node, error) {
	switch v := plain.(type) {
	case map[string]any:
		return mapping(v)
	case []any:
		return sequence(v)
	case string:
		return text(v, isBlock(v)), nil
	case json.Number:
		return number(v)
	case bool:
		return &yaml.Node{Kind: yaml.ScalarNode, Tag: "!!bool", Value: strconv.FormatBool(v)}, nil
	}
	return &yaml.Node{Kind: yaml.ScalarNode, Tag: "!!null", Value: "null"}, nil
}

func mapping(values map[string]any) (*yaml.Node, error) {
	out := &yaml.Node{Kind: yaml.MappingNode}
	if len(values) == 0 {
		out.Style = yaml.FlowStyle
	}
	for _, key := range slices.Sorted(maps.Keys(values)) {
		value, err := node(values[key])
		if err != nil {
			return nil, err
		}
		// A block would be valid as a key, but hardly anybody reads that.
		out.Content = append(out.Content, text(key, false), value)
	}
	return out, nil
}

func sequence(values []any) (*yaml.Node, error) {
	out := &yaml.Node{Kind: yaml.SequenceNode}
	if len(values) == 0 {
		out.Style = yaml.FlowStyle
	}
	for _, value := range values {
		item, err := node(value)
		if err != nil {
			return nil, err
		}
		out.Content = append(out.Content, item)
	}
	return out, nil
}

func text(value string, block bool) *yaml.Node {
	out := &yaml.Node{Kind: yaml.ScalarNode, Tag: "!!str", Value: value, Style: yaml.DoubleQuotedStyle}
	switch {
	case block:
		out.Style = yaml.LiteralStyle
	case isPlain(value):
		out.Style = 0
	}
	return out
}

func number(value json.Number) (*yaml.Node, error) {
	if _, err := value.Float64(); err != nil {
		return nil, fmt.Errorf("the number %s is too large", value)
	}
	// Without a tag: readers take a large integer for a float, and with one the
	// text would say so.
	return &yaml.Node{Kind: yaml.ScalarNode, Value: value.String()}, nil
}
