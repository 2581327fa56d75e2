package canonical

import (
	"bytes"
	"encoding/json"
	"fmt"
)

// indent is what a level of JSON and of YAML is moved in by.
const indent = 2

// JSON returns v as indented JSON: sorted keys, two spaces a level, nothing
// escaped for HTML, a newline at the end. See the package's documentation for
// what is an error.
func JSON(v any) ([]byte, error) {
	text, err := encode(v, "  ")
	if err != nil {
		return nil, fmt.Errorf("write %T as JSON: %w", v, err)
	}
	return text, nil
}

// CompactJSON is like [JSON], without any white space between tokens and without
// a newline at the end.
func CompactJSON(v any) ([]byte, error) {
	text, err := encode(v, "")
	if err != nil {
		return nil, fmt.Errorf("write %T as JSON: %w", v, err)
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

// plainOf returns v as maps, lists, strings, booleans, nil and json.Number. It
// goes through the text, because only encoding/json knows what a type's tags and
// methods make of it.
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
