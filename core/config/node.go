package config

import (
	"encoding/json"
	"math"
	"regexp"
	"slices"
	"strconv"

	"github.com/ashlar-iac/ashlar/core/internal/document"
)

// node is a value of a file, with its position. Nodes are not modified once they are made: layers share them.
type node struct {
	kind nodeKind
	// data is the value of a scalar: a string, a bool or a json.Number. An encrypted value is decrypted.
	data any
	// secure tells that the value is encrypted in the file.
	secure bool
	// doubtful tells that the value may be encrypted in the file that the engine read, which is another one.
	doubtful bool
	// literal is the text of a scalar that is not a string, as it stands in the file.
	literal string
	// quoted tells that a string is written in quotes.
	quoted bool
	// foreign is the kind of a scalar for which JSON has no type, such as a date. Its data is the literal.
	foreign string
	// rendered is how the engine passes a foreign scalar.
	rendered string
	// keys holds the keys of a map, or the indexes of a list, in their order.
	keys     []string
	children map[string]*node

	// key and value are the positions of the two in the file of the source.
	key, value document.Mark
	source     *source
	// covered is the value of lower layers that this one overrides.
	covered *node
}

type nodeKind int

const (
	nullNode nodeKind = iota
	scalarNode
	mapNode
	listNode
)

// source is one layer of configuration that was read.
type source struct {
	layer Layer
	// file is its name in messages, empty when there is no file.
	file string
	// directory is the base of relative paths in the layer.
	directory string
}

func (n *node) add(key string, child *node) {
	n.keys = append(n.keys, key)
	n.children[key] = child
}

// at returns the node at a path, or nil.
func (n *node) at(path ...string) *node {
	for _, key := range path {
		if n == nil {
			return nil
		}
		n = n.children[key]
	}
	return n
}

// nearest returns the node at the longest prefix of path that exists.
func (n *node) nearest(path []string) (found *node, depth int) {
	for i, key := range path {
		child := n.at(key)
		if child == nil {
			return n, i
		}
		n = child
	}
	return n, len(path)
}

// holdsSecret reports whether the node or anything below it is encrypted.
func (n *node) holdsSecret() bool {
	found := false
	n.walk(nil, func(n *node, _ []string) bool {
		found = found || n.secure || n.doubtful
		return !found
	})
	return found
}

// hidden reports whether the value at a path must not be shown: it is
// encrypted, is within something encrypted or holds something encrypted.
func (n *node) hidden(path []string) bool {
	for i := 0; n != nil; i++ {
		if n.secure || n.doubtful {
			return true
		}
		if i == len(path) {
			return n.holdsSecret()
		}
		n = n.children[path[i]]
	}
	return false
}

// walk visits the node and those below it, as long as visit returns true. The path is valid during the call only.
func (n *node) walk(path []string, visit func(n *node, path []string) (deeper bool)) {
	if n == nil || !visit(n, path) {
		return
	}
	for _, key := range n.keys {
		n.children[key].walk(append(path, key), visit)
	}
}

// tree returns nested maps and lists of what scalar returns for scalars and encrypted values. Where the place is known,
// a key without a value is an empty map if the place has maps, so that "web:" is an entry with nothing but defaults,
// and is omitted otherwise.
func (n *node) tree(p place, scalar func(*node, place) any) any {
	switch {
	case n == nil || n.kind == nullNode:
		return nil
	case n.secure || n.kind == scalarNode:
		return scalar(n, p)
	case n.kind == listNode:
		out := make([]any, len(n.keys))
		for i, key := range n.keys {
			at, _ := p.child(key)
			out[i] = n.children[key].tree(at, scalar)
		}
		return out
	}
	out := make(map[string]any, len(n.keys))
	for _, key := range n.keys {
		at, known := p.child(key)
		value := n.children[key].tree(at, scalar)
		switch {
		case value != nil || !known:
			out[key] = value
		case at.isObject():
			out[key] = map[string]any{}
		}
	}
	return out
}

// data returns the value of a scalar, decrypted.
func data(n *node, _ place) any { return n.data }

// plain returns the value as nested maps, lists and scalars, decrypted.
func (n *node) plain() any { return n.tree(place{}, data) }

// masked returns the value as JSON without its secrets. all masks every value.
func (n *node) masked(all bool) string {
	text, err := json.Marshal(n.tree(place{}, func(n *node, _ place) any {
		if all || n.secure || n.doubtful {
			return hiddenText
		}
		return n.data
	}))
	if err != nil {
		return hiddenText
	}
	return string(text)
}

// withValue returns a node that holds value, as the engine knows it, with the
// places, order and encryption of the written node where the two agree.
// doubt tells that strings that are not written may be encrypted.
func withValue(value any, written *node, s *source, doubt bool) *node {
	out := &node{source: s}
	if written != nil {
		out.key, out.value, out.secure = written.key, written.value, written.secure
	}
	if out.secure {
		out.kind, out.data = scalarNode, value
		return out
	}
	switch v := value.(type) {
	case nil:
		if written != nil && written.kind == nullNode {
			out.literal = written.literal
		}
	case map[string]any:
		out.kind, out.children = mapNode, make(map[string]*node, len(v))
		for _, key := range orderedKeys(v, written) {
			out.add(key, withValue(v[key], written.at(key), s, doubt))
		}
	case []any:
		out.kind, out.children = listNode, make(map[string]*node, len(v))
		for i, element := range v {
			key := strconv.Itoa(i)
			out.add(key, withValue(element, written.at(key), s, doubt))
		}
	default:
		out.kind, out.data = scalarNode, value
		if written != nil && written.is(value) {
			out.data, out.literal, out.quoted, out.foreign = written.data, written.literal, written.quoted, written.foreign
		} else if _, text := value.(string); text {
			out.doubtful = doubt
		}
	}
	return out
}

// orderedKeys returns the keys of v: the written ones in their order, then the
// rest.
func orderedKeys(v map[string]any, written *node) []string {
	keys := make([]string, 0, len(v))
	if written != nil && written.kind == mapNode {
		for _, key := range written.keys {
			if _, ok := v[key]; ok {
				keys = append(keys, key)
			}
		}
	}
	if len(keys) == len(v) {
		return keys
	}
	known := len(keys)
	for key := range v {
		if written.at(key) == nil {
			keys = append(keys, key)
		}
	}
	slices.Sort(keys[known:])
	return keys
}

// plainNumber matches what JSON and YAML both read as a number.
var plainNumber = regexp.MustCompile(`^-?(0|[1-9]\d*)(\.\d+)?([eE][-+]?\d+)?$`)

// jsonFloat returns a float as JSON writes it: as it is written where that is
// JSON as well. Infinity and NaN have no such form.
func jsonFloat(text string, f float64) (json.Number, bool) {
	switch {
	case math.IsInf(f, 0) || math.IsNaN(f):
		return "0", false
	case plainNumber.MatchString(text):
		return json.Number(text), true
	}
	return json.Number(strconv.FormatFloat(f, 'g', -1, 64)), true
}
