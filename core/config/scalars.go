package config

import (
	"encoding/json"
	"fmt"
	"math/big"
	"reflect"
	"regexp"
)

// YAML has more types of scalars than a configuration: 0123 is 83, 2026-11-01 is a date and 1_000 is a number. The engine
// converts them before it passes them to the program, and JSON, in which it does, has neither dates nor infinity. A value
// that is not what stands in the file is a finding, so that nobody has to know these rules.

// expects returns the kind of scalar at a place: "string", "integer", "number", "boolean", "any", or "" for maps, lists
// and unknown places.
func (p place) expects() string {
	switch {
	case p.input && p.typ == nil:
		return "string" // An element of a map or list input.
	case p.input:
		if k, _ := kindOf(p.typ); !k.nested() {
			return k.typ
		}
		return ""
	case p.typ == nil:
		return ""
	}
	switch kind := p.typ.Kind(); {
	case kind == reflect.String:
		return "string"
	case kind == reflect.Bool:
		return "boolean"
	case kind >= reflect.Int && kind <= reflect.Uint64:
		return "integer"
	case kind == reflect.Float32 || kind == reflect.Float64:
		return "number"
	case kind == reflect.Interface:
		return "any"
	}
	return ""
}

// scalars reports scalars that YAML or the engine converted. Those of the wrong JSON type are left to the schema.
func (c *sectionCheck) scalars() {
	c.root.walk(nil, func(n *node, path []string) bool {
		if n.secure || n.doubtful {
			return false
		}
		p, known := c.place.at(path)
		expected := p.expects()
		if !known {
			expected = "any"
			if p.typ != nil && p.typ.Kind() != reflect.Interface {
				expected = "" // An unknown key.
			}
		}
		if message, meant := n.converted(expected); message != "" {
			c.breaks(problem{path: path, message: message, meant: meant})
		} else if text := n.text(); n.value.Line > 0 && n.source.layer == Stack && engineDate.MatchString(text) {
			c.report(problem{path: path, warning: true, message: fmt.Sprintf("found %q: pulumi config set writes dates that are not "+
				"in quotes like this: if it was one, write the date in quotes", text)})
		}
		if element, _ := p.child("0"); known && n.isMap() && element.expects() == "string" && p.isKeyed() {
			for _, key := range n.keys {
				if child := n.children[key]; child.kind == nullNode && child.covered == nil {
					c.report(problem{path: join(path, key), message: child.empty()})
				}
			}
		}
		return true
	})
}

// isKeyed reports whether the value is a map whose keys the file chooses.
func (p place) isKeyed() bool {
	if k, ok := kindOf(p.typ); ok {
		return k.typ == "object"
	}
	return p.typ != nil && p.typ.Kind() == reflect.Map
}

// empty is the message for an entry without a value in a map of strings.
func (n *node) empty() string {
	if n.literal == "" {
		return `no value: write "" for an empty string, or remove the key`
	}
	return fmt.Sprintf("expected a string, found %s: write it in quotes, %q, or remove the key", n.literal, n.literal)
}

// converted returns the message for a scalar that is not what stands in the file, and what was meant, or "".
func (n *node) converted(expected string) (message string, meant any) {
	if n.kind != scalarNode {
		return "", nil
	}
	anything := expected == "any"
	switch v := n.data.(type) {
	case string:
		switch {
		case expected != "string" && !anything:
		case n.foreign != "":
			return "expected a string, found " + n.describe() + ": " + n.quote(), v
		case n.value.Line == 0 && n.source != nil && n.source.layer == Stack && engineDate.MatchString(v):
			return fmt.Sprintf("found %q, which is how the engine passes a date that is not in quotes: write the date in quotes",
				v), v
		}
	case json.Number:
		written := n.literal
		if written == "" {
			written = v.String()
		}
		value, ok := new(big.Rat).SetString(v.String())
		switch {
		case !ok || expected != "integer" && expected != "number" && !anything:
		case expected == "integer" && value.IsInt() && !plainInteger.MatchString(written):
			whole := value.Num().String()
			return fmt.Sprintf("found the number %s: write %s", written, whole), json.Number(whole)
		case !plainNumber.MatchString(written) && n.foreign == "":
			text := fmt.Sprintf("found %s, which YAML reads as the number %s: write %s", written, v, v)
			if anything {
				text += fmt.Sprintf(", or %q in quotes for a string", written)
			}
			return text, v
		case value.IsInt() && value.Num().CmpAbs(exactIntegers) > 0:
			if anything {
				return fmt.Sprintf("the number %s has too many digits to be exact: %s", written, n.quote()), v
			}
			return fmt.Sprintf("the number %s has too many digits to be exact", written), nil
		}
	}
	return "", nil
}

// exactIntegers is the largest integer up to which the numbers of the engine are exact. They have 64 bits.
var exactIntegers = big.NewInt(1 << 53)

var plainInteger = regexp.MustCompile(`^-?(0|[1-9]\d*)$`)

// describe returns the text of a scalar in a message, as it stands in the file.
func (n *node) describe() string {
	switch {
	case n.foreign != "":
		return "the " + n.foreign + " " + shorten(n.literal)
	case n.literal != "" && n.kind == scalarNode:
		if _, ok := n.data.(bool); ok {
			return n.literal
		}
		return "the number " + shorten(n.literal)
	}
	number, ok := n.data.(json.Number)
	if ok && n.source != nil && n.source.layer == Stack {
		// The file may have another text for the same number.
		return "a number, which the engine passes as " + number.String()
	}
	return describe(n.plain())
}

// quote tells how to write a scalar as a string.
func (n *node) quote() string {
	if n.literal == "" {
		return "put quotes around it in the file" // Its text is not known.
	}
	return "write it in quotes"
}
