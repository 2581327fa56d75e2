package canonical

import (
	"bytes"
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"
	"unicode"

	"go.yaml.in/yaml/v3"
)

// YAML returns v as a YAML document in block style with sorted keys, an indentation of two spaces and a final
// newline. It has the same form as in JSON.
//
// A multi-line string is a literal block, unless a block cannot represent it exactly. A string that a reader could
// take for another type, such as "no", "1.33", "2012-10-17" or "10.0.0.0/16", is in double quotes, and so is every
// string that is not evidently one. The package documentation lists the errors.
func YAML(v any) ([]byte, error) {
	text, err := encodeYAML(v)
	if err != nil {
		return nil, fmt.Errorf("encode %T as YAML: %w", v, err)
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
		// A block is a valid key, but hard to read.
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
		return nil, fmt.Errorf("number %s is too large", value)
	}
	// No tag: readers treat a large integer as a float, and a tag would be written.
	return &yaml.Node{Kind: yaml.ScalarNode, Value: value.String()}, nil
}

// isBlock reports whether a literal block represents text exactly for every reader.
func isBlock(text string) bool {
	if !strings.Contains(text, "\n") {
		return false
	}
	// The indentation of a block is that of its first line, unless it has an indentation indicator, which some readers get
	// wrong.
	if strings.ContainsRune(" \n", rune(text[0])) {
		return false
	}
	for line := range strings.SplitSeq(text, "\n") {
		if line != "" && strings.TrimSpace(line) == "" {
			return false
		}
	}
	return !strings.ContainsFunc(text, func(c rune) bool {
		// This excludes other line breaks, tabs, the byte order mark and invisible characters.
		return c != '\n' && !unicode.IsPrint(c)
	})
}

// isPlain reports whether unquoted text is a string for every reader of YAML 1.1 and 1.2. It may return false for a
// plain string.
func isPlain(text string) bool {
	switch strings.ToLower(text) {
	case "", "y", "n", "yes", "no", "on", "off", "true", "false", "null", "nan", "inf", "infinity":
		return false
	}
	for i, c := range text {
		letter := unicode.IsLetter(c)
		switch {
		case i == 0 && !letter && c != '/':
			return false
		case letter || c >= '0' && c <= '9' || strings.ContainsRune("/._-+=@()", c):
		case c == ' ' && i < len(text)-1:
		case c == ':' && i < len(text)-1 && text[i+1] != ' ':
		default:
			return false
		}
	}
	return true
}
