package config

import (
	"encoding/json"
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"strings"
)

// The program cannot see which file the engine read: that of the stack, the one of `pulumi up --config-file`, or a remote
// one. The engine passes the values, decrypted, and tells of a section that it has encrypted values, but not which. So the
// values are the engine's, and the file that the program finds is believed only where it says the same.

// difference is a place at which a file does not say what the engine passed.
type difference struct {
	path []string
	// hides tells that the engine's value may be encrypted in the file that it read.
	hides bool
}

// differences compares the engine's value of a section with the written one. secret tells that the engine has encrypted
// values in the section.
func differences(value any, written *node, secret bool) []difference {
	c := comparison{secret: secret}
	c.compare(value, written, nil)
	if secret && c.encrypted == 0 && len(c.found) == 0 {
		// The file has everything in plain text, the engine has not.
		c.add(nil, true)
	}
	return c.found
}

type comparison struct {
	secret    bool
	encrypted int
	found     []difference
}

func (c *comparison) add(path []string, hides bool) {
	c.found = append(c.found, difference{path: path, hides: hides && c.secret})
}

func (c *comparison) compare(value any, written *node, path []string) {
	switch {
	case written == nil:
		// An environment or the project adds values to those of the file. One that is encrypted could not be told from
		// the others.
		if c.secret && holdsText(value) {
			c.add(path, true)
		}
	case written.secure:
		c.encrypted++
		if _, text := value.(string); !text || !c.secret {
			c.add(path, true)
		}
	case written.kind == mapNode:
		v, ok := value.(map[string]any)
		if !ok {
			c.add(path, true)
			return
		}
		for _, key := range orderedKeys(v, written) {
			c.compare(v[key], written.children[key], join(path, key))
		}
		for _, key := range written.keys {
			if _, ok := v[key]; !ok {
				c.add(join(path, key), false)
			}
		}
	case written.kind == listNode:
		v, ok := value.([]any)
		if !ok || len(v) != len(written.keys) {
			c.add(path, true)
			return
		}
		for i, key := range written.keys {
			c.compare(v[i], written.children[key], join(path, key))
		}
	case !written.is(value):
		c.add(path, true)
	}
}

// holdsText reports whether there is a string in a value. Encrypted values are strings, whatever they mean.
func holdsText(value any) bool {
	switch v := value.(type) {
	case string:
		return true
	case map[string]any:
		for _, child := range v {
			if holdsText(child) {
				return true
			}
		}
	case []any:
		return slices.ContainsFunc(v, holdsText)
	}
	return false
}

// is reports whether the engine reads the scalar as value.
func (n *node) is(value any) bool {
	if n.kind != scalarNode {
		return n.kind == nullNode && value == nil
	}
	switch v := value.(type) {
	case string:
		return n.data == v || n.rendered != "" && n.rendered == v
	case json.Number:
		own, ok := n.data.(json.Number)
		return ok && sameNumber(own, v)
	}
	return n.data == value
}

// sameNumber compares numbers as the engine has them: an integer is exact, anything else has 64 bits.
func sameNumber(a, b json.Number) bool {
	if a == b {
		return true
	}
	_, exactA := exactInteger(a)
	_, exactB := exactInteger(b)
	if exactA && exactB {
		return false
	}
	x, errA := a.Float64()
	y, errB := b.Float64()
	return errA == nil && errB == nil && x == y
}

func exactInteger(n json.Number) (string, bool) {
	if _, err := strconv.ParseInt(n.String(), 10, 64); err == nil {
		return n.String(), true
	}
	_, err := strconv.ParseUint(n.String(), 10, 64)
	return n.String(), err == nil
}

// engineDate matches how the engine writes a date that stands in a file without quotes: time.Time.String.
var engineDate = regexp.MustCompile(`^\d{4}-\d{2}-\d{2} \d{2}:\d{2}:\d{2}(\.\d+)? [-+]\d{4} \S+$`)

// maxListed is the number of differences that a message lists.
const maxListed = 5

// reportDifferences refuses a section whose file does not say what the engine passed.
func (l *loader) reportDifferences(name string, s *source, written *node, found []difference) {
	if len(found) == 0 {
		return
	}
	shown := make([]string, 0, maxListed+1)
	hides := false
	for i, d := range found {
		hides = hides || d.hides
		switch {
		case i < maxListed:
			shown = append(shown, Path(join([]string{name}, d.path...)...))
		case i == maxListed:
			shown = append(shown, fmt.Sprintf("%d more", len(found)-i))
		}
	}
	f := Finding{Layer: Stack, File: s.file, Path: shown[0]}
	if n, _ := written.nearest(found[0].path); n != nil {
		f.Line, f.Column = n.key.Line, n.key.Column
	}
	switch {
	case s.file == "":
		f.Message = "encrypted values, but " + l.expected + " was not found"
	case hides:
		f.Message = "the engine used encrypted values that this file does not have"
	default:
		f.Message = "the engine used another value than this file has"
	}
	if len(shown) > 1 {
		f.Message += ", at " + strings.Join(shown, ", ")
	}
	f.Message += fmt.Sprintf(": with --config-file, set %s:%s.stack in that file to its own path; otherwise, write the whole "+
		"section in %s", Namespace, FilesSection, l.expected)
	l.findings = append(l.findings, f)
}
