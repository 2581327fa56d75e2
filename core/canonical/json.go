package canonical

import (
	"bytes"
	"encoding/json"
	"fmt"
)

// indent is the indentation of JSON and YAML.
const indent = 2

// JSON returns v as JSON with sorted keys, an indentation of two spaces, no HTML escapes and a final newline. The
// package documentation lists the errors.
func JSON(v any) ([]byte, error) {
	text, err := encode(v, "  ")
	if err != nil {
		return nil, fmt.Errorf("encode %T as JSON: %w", v, err)
	}
	return text, nil
}

// CompactJSON is [JSON] without white space between tokens and without a final newline.
func CompactJSON(v any) ([]byte, error) {
	text, err := encode(v, "")
	if err != nil {
		return nil, fmt.Errorf("encode %T as JSON: %w", v, err)
	}
	return bytes.TrimSuffix(text, []byte("\n")), nil
}

func encode(v any, indent string) ([]byte, error) {
	plain, err := plainOf(v)
	if err != nil {
		return nil, err
	}
	return marshal(plain, indent)
}

// plainOf returns v as maps, lists, strings, booleans, nil and json.Number. It encodes and decodes v, because only
// encoding/json applies the tags and methods of a type.
func plainOf(v any) (any, error) {
	text, err := marshal(v, "")
	if err != nil {
		return nil, err
	}
	decoder := json.NewDecoder(bytes.NewReader(text))
	decoder.UseNumber()
	var plain any
	err = decoder.Decode(&plain)
	return plain, err
}

func marshal(v any, indent string) ([]byte, error) {
	var text bytes.Buffer
	encoder := json.NewEncoder(&text)
	encoder.SetEscapeHTML(false)
	encoder.SetIndent("", indent)
	if err := encoder.Encode(v); err != nil {
		return nil, err
	}
	return text.Bytes(), nil
}
