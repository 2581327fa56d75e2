package config

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"math/big"
	"strconv"
	"strings"
	"sync"

	"github.com/santhosh-tekuri/jsonschema/v6"
	"github.com/santhosh-tekuri/jsonschema/v6/kind"
)

// problem is a problem at a path of a tree.
type problem struct {
	kind    problemKind
	path    []string
	message string
	// known holds the keys that are supported in place of an unknown one.
	known []string
	// at is the value, where the path does not lead to it.
	at *node
	// meant is the value that one of the wrong type was probably meant to be, or nil.
	meant any
	// warning is set if the value may be right.
	warning bool
	// by is the path of the validator that found the problem.
	by []string
	// missing tells that a required value is missing.
	missing bool
}

// problemKind tells whether the value is wrong or its key.
type problemKind int

const (
	wrongValue problemKind = iota
	unknownKey
	badName
)

// schemaChecker validates trees against one schema.
type schemaChecker struct {
	rules *rules
	// validator is compiled for the first value that may violate the schema.
	validator func() (*validator, error)
}

// validator describes violations of a schema.
type validator struct {
	compiled *jsonschema.Schema
	document any
}

func newSchemaChecker(schema []byte) *schemaChecker {
	return &schemaChecker{rulesOf(schema), sync.OnceValues(func() (*validator, error) { return newValidator(schema) })}
}

func newValidator(schema []byte) (*validator, error) {
	document, err := jsonschema.UnmarshalJSON(bytes.NewReader(schema))
	if err != nil {
		return nil, fmt.Errorf("read schema: %w", err)
	}
	const url = "mem:///schema.json"
	c := jsonschema.NewCompiler()
	c.AssertFormat()
	for _, f := range formats {
		c.RegisterFormat(&jsonschema.Format{Name: f.name, Validate: f.validate})
	}
	if err := c.AddResource(url, document); err != nil {
		return nil, fmt.Errorf("read schema: %w", err)
	}
	compiled, err := c.Compile(url)
	if err != nil {
		return nil, fmt.Errorf("compile schema: %w", err)
	}
	return &validator{compiled, document}, nil
}

// written knows how the values of a tree are written.
type written interface {
	// hidden tells which values must not be shown.
	hidden(path []string) bool
	// scalar returns the scalar at a path as it stands in a file, or nil.
	scalar(path []string) *node
}

// check returns the problems of the tree. The error is for an invalid schema.
func (c *schemaChecker) check(tree any, w written) ([]problem, error) {
	if c.rules.satisfied(tree) {
		return nil, nil
	}
	v, err := c.validator()
	if err != nil {
		return nil, err
	}
	return v.check(tree, w), nil
}

func (c *validator) check(tree any, w written) []problem {
	err := c.compiled.Validate(tree)
	if err == nil {
		return nil
	}
	var invalid *jsonschema.ValidationError
	if !errors.As(err, &invalid) {
		return []problem{{message: err.Error()}}
	}
	var out []problem
	c.collect(invalid, nil, tree, w, &out)
	return out
}

// maxProblems limits the number of problems of a section: a file within its size has room for a hundred thousand, and
// each takes time to describe.
const maxProblems = 1000

// collect turns an error and its causes into problems. parent is the location of the error that e is a cause of.
func (c *validator) collect(
	e *jsonschema.ValidationError, parent []string, tree any, w written, out *[]problem,
) {
	if len(*out) >= maxProblems {
		return
	}
	path := e.InstanceLocation
	add := func(path []string, kind problemKind, format string, args ...any) {
		*out = append(*out, problem{kind: kind, path: path, message: fmt.Sprintf(format, args...)})
	}
	show := func() string {
		if w.hidden(path) {
			return hiddenText
		}
		if n := w.scalar(path); n != nil {
			return n.describe()
		}
		return describe(lookup(tree, path))
	}
	switch k := e.ErrorKind.(type) {
	case *kind.AdditionalProperties:
		known := c.propertiesAt(e.SchemaURL)
		for _, key := range k.Properties[:min(len(k.Properties), maxProblems)] {
			*out = append(*out, problem{
				kind: unknownKey, path: join(path, key), message: "unknown key, " + Suggest(key, known), known: known,
			})
		}
	case *kind.Required:
		for _, key := range k.Missing {
			add(join(path, key), wrongValue, "required, but missing")
			(*out)[len(*out)-1].missing = true
		}
	case *kind.PropertyNames:
		// The validator gives this kind of error a location that later steps
		// overwrite. The reference to the schema of the map has a sound one.
		path = parent
		meaning, named := "not a valid name", false
		for _, cause := range e.Causes {
			if p, ok := cause.ErrorKind.(*kind.Pattern); ok {
				named = p.Want == NamePattern
				if words, ok := patternMeaning(p.Want); ok {
					meaning = "not a valid name: " + words
				} else {
					meaning = fmt.Sprintf("not a valid name: it must match %s", p.Want)
				}
			}
		}
		if name, ok := meantName(k.Property); ok && named {
			meaning += fmt.Sprintf("; did you mean %q?", name)
		}
		add(join(path, k.Property), badName, "%s", meaning)
	case *kind.Type:
		n := w.scalar(path)
		meant := meant(k.Want, lookup(tree, path), n)
		add(path, wrongValue, "expected %s, found %s%s", article(k.Want), show(), quoteHint(k, meant, n))
		(*out)[len(*out)-1].meant = meant
	case *kind.Enum:
		words := make([]string, len(k.Want))
		for i, w := range k.Want {
			words[i] = fmt.Sprint(w)
		}
		if got, ok := k.Got.(string); ok && !w.hidden(path) {
			add(path, wrongValue, "unknown value %q, %s", got, suggestValue(got, words))
		} else {
			add(path, wrongValue, "found %s, expected one of: %s", show(), strings.Join(words, ", "))
		}
	case *kind.Pattern:
		if words, ok := c.patternAdvice(k, e.SchemaURL, w.hidden(path)); ok {
			add(path, wrongValue, "found %s%s", show(), words)
		} else {
			add(path, wrongValue, "found %s, which does not match %s", show(), k.Want)
		}
	case *kind.Format:
		text, _ := k.Got.(string)
		if w.hidden(path) {
			text = ""
		}
		add(path, wrongValue, "found %s: %s", show(), formatAdvice(k.Want, text))
	case *kind.Minimum:
		add(path, wrongValue, "expected at least %s, found %s", number(k.Want), show())
	case *kind.Maximum:
		add(path, wrongValue, "expected at most %s, found %s", number(k.Want), show())
	case *kind.MinLength, *kind.MinItems, *kind.MinProperties:
		add(path, wrongValue, "found %s, which is too short", show())
	case *kind.MaxLength, *kind.MaxItems, *kind.MaxProperties:
		add(path, wrongValue, "found %s, which is too long", show())
	default:
		if len(e.Causes) == 0 {
			keyword := strings.Join(e.ErrorKind.KeywordPath(), ".")
			add(path, wrongValue, "found %s, which is not allowed here (%s)", show(), keyword)
			return
		}
		for _, cause := range e.Causes {
			c.collect(cause, path, tree, w, out)
		}
	}
}

// patternAdvice returns what to write instead of a text that does not match a pattern: the meaning of the pattern, or an
// example of the schema (jsonschema:"example=..."), the one that was probably meant. An example may be any of many values.
func (c *validator) patternAdvice(k *kind.Pattern, url string, hidden bool) (string, bool) {
	words, ok := patternMeaning(k.Want)
	if ok {
		words = ": " + words
	}
	examples := c.examplesAt(url)
	if len(examples) == 0 {
		return words, ok
	}
	if meant, similar := similar(k.Got, examples); similar && !hidden {
		return words + fmt.Sprintf(", did you mean %q?", meant), true
	}
	if ok {
		return words + ", such as " + examples[0], true
	}
	return fmt.Sprintf(", which does not match %s: write a value such as %s", k.Want, examples[0]), true
}

// examplesAt returns the examples of the schema at url that are strings.
func (c *validator) examplesAt(url string) []string {
	var out []string
	list, _ := c.schemaAt(url)["examples"].([]any)
	for _, example := range list {
		if text, ok := example.(string); ok {
			out = append(out, text)
		}
	}
	return out
}

// schemaAt returns the schema at url, or nil.
func (c *validator) schemaAt(url string) map[string]any {
	_, fragment, _ := strings.Cut(url, "#")
	schema := c.document
	for token := range strings.SplitSeq(strings.TrimPrefix(fragment, "/"), "/") {
		if token == "" {
			continue
		}
		token = strings.NewReplacer("~1", "/", "~0", "~").Replace(token)
		object, ok := schema.(map[string]any)
		if !ok {
			return nil
		}
		schema = object[token]
	}
	object, _ := schema.(map[string]any)
	return object
}

// propertiesAt returns the properties of the schema at url.
func (c *validator) propertiesAt(url string) []string {
	properties, _ := c.schemaAt(url)["properties"].(map[string]any)
	keys := make([]string, 0, len(properties))
	for key := range properties {
		keys = append(keys, key)
	}
	return keys
}

// lookup returns the value at a path of a tree, or nil.
func lookup(tree any, path []string) any {
	for _, key := range path {
		switch t := tree.(type) {
		case map[string]any:
			tree = t[key]
		case []any:
			i, err := strconv.Atoi(key)
			if err != nil || i < 0 || i >= len(t) {
				return nil
			}
			tree = t[i]
		default:
			return nil
		}
	}
	return tree
}

// describe returns the text of a value in a message: short, and with its type where that is not obvious.
func describe(value any) string {
	const most = 60
	switch v := value.(type) {
	case nil:
		return "nothing"
	case string:
		if runes := []rune(v); len(runes) > most {
			v = string(runes[:most]) + "..."
		}
		return fmt.Sprintf("the string %q", v)
	case json.Number:
		return "the number " + v.String()
	case bool:
		return strconv.FormatBool(v)
	case []any:
		return "a list"
	case map[string]any:
		return "a map"
	}
	return fmt.Sprintf("a %T", value)
}

// article returns the names of JSON types in the words of YAML.
func article(types []string) string {
	words := make([]string, len(types))
	for i, t := range types {
		switch t {
		case "object":
			words[i] = "a map"
		case "array":
			words[i] = "a list"
		case "integer":
			words[i] = "an integer"
		default:
			words[i] = "a " + t
		}
	}
	return strings.Join(words, " or ")
}

// quoteHint returns a hint for the most common mistakes in YAML: version: 1.30 is a number, and port: "80" is a string.
func quoteHint(k *kind.Type, meant any, n *node) string {
	switch {
	case meant == nil:
		return ""
	case k.Got == "string" && n != nil && n.value.Line > 0 && !n.quoted:
		return fmt.Sprintf(": write %v", meant)
	case k.Got != "string" && n != nil && n.source != nil:
		return ": " + n.quote()
	case k.Got == "string" && k.Want[0] == "boolean":
		return fmt.Sprintf(": write %v, without quotes", meant)
	case k.Got == "string":
		return ": write it without quotes"
	}
	return ": write it in quotes"
}

// meant converts a scalar to the expected type, or returns nil.
func meant(want []string, value any, n *node) any {
	if len(want) != 1 || n != nil && n.foreign != "" {
		return nil
	}
	if _, text := value.(string); !text && n != nil && n.literal != "" && want[0] == "string" {
		return n.literal
	}
	switch v := value.(type) {
	case json.Number:
		if want[0] == "string" {
			return v.String()
		}
	case bool:
		if want[0] == "string" {
			return strconv.FormatBool(v)
		}
	case string:
		switch want[0] {
		case "integer":
			if _, err := strconv.ParseInt(v, 10, 64); err == nil {
				return json.Number(v)
			}
		case "number":
			if plainNumber.MatchString(v) {
				return json.Number(v)
			}
		case "boolean":
			words := map[string]bool{"true": true, "yes": true, "on": true, "false": false, "no": false, "off": false}
			if b, ok := words[strings.ToLower(v)]; ok {
				return b
			}
		}
	}
	return nil
}

// number returns the text of a bound in the schema, without a fraction when it has none.
func number(r *big.Rat) string {
	if r.IsInt() {
		return r.Num().String()
	}
	f, _ := r.Float64()
	return strconv.FormatFloat(f, 'g', -1, 64)
}
