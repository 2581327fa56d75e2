package config

import (
	"encoding/json"
	"fmt"
	"os"
	"strconv"
	"strings"
	"time"

	"go.yaml.in/yaml/v3"

	"github.com/ashlar-iac/ashlar/core/internal/document"
)

// The limits of a configuration file.
const (
	// MaxFileSize is the maximum size of a file in bytes: 1 MiB.
	MaxFileSize = document.MaxSize
	// MaxDepth is the maximum nesting of maps and lists: 64 levels.
	MaxDepth = document.MaxDepth
	// maxSeparators leaves room for 10,000 entries of 50 values.
	maxSeparators = 500_000
	// maxExpansion is the maximum number of values that aliases add, so that nested ones cannot fill the memory.
	maxExpansion = 100_000
)

// readDocument parses the file of a source. A missing file is the error os.ErrNotExist; what is wrong with its content
// is returned as defects, without a node where it cannot be read.
func readDocument(path string, s *source) (*node, []document.Defect, error) {
	info, err := os.Stat(path)
	if err != nil {
		return nil, nil, err
	}
	if info.IsDir() {
		return nil, []document.Defect{{Message: "a directory: expected a file"}}, nil
	}
	if info.Size() > MaxFileSize {
		return nil, []document.Defect{*document.TooLarge(info.Size())}, nil
	}
	data, err := os.ReadFile(path)
	if err != nil {
		return nil, nil, err
	}
	root, defects := parseDocument(data, s)
	return root, defects, nil
}

// parseDocument parses YAML. An empty document is a node of kind null.
func parseDocument(data []byte, s *source) (*node, []document.Defect) {
	root, defect := document.Parse(data, maxSeparators)
	switch {
	case defect != nil:
		return nil, []document.Defect{*defect}
	case root == nil:
		return &node{kind: nullNode, source: s}, nil
	}
	ix := indexer{source: s}
	out := ix.index(root, 1, false)
	if ix.unsound {
		return nil, ix.defects
	}
	return out, ix.defects
}

// indexer turns a YAML syntax tree into nodes. Aliases are followed to their anchors, so that a finding has the
// position of the anchor.
type indexer struct {
	source   *source
	expanded int
	defects  []document.Defect
	// unsound tells that the tree lacks values. Duplicate keys alone are no reason not to check the rest.
	unsound bool
}

func (ix *indexer) fail(n *yaml.Node, format string, args ...any) {
	ix.unsound = true
	ix.warn(n, format, args...)
}

func (ix *indexer) warn(n *yaml.Node, format string, args ...any) {
	ix.defects = append(ix.defects, document.Defect{Mark: document.At(n), Message: fmt.Sprintf(format, args...)})
}

// index converts n. expanding tells that an alias led to it.
func (ix *indexer) index(n *yaml.Node, depth int, expanding bool) *node {
	out := &node{value: document.At(n), source: ix.source}
	if expanding {
		if ix.expanded++; ix.expanded > maxExpansion {
			if ix.expanded == maxExpansion+1 {
				ix.fail(n, "aliases add more than %d values", maxExpansion)
			}
			return out
		}
	}
	// A scalar is no level. Aliases may nest deeper than what is written.
	if depth > MaxDepth && n.Kind != yaml.ScalarNode {
		ix.fail(n, "nested more than %d levels deep", MaxDepth)
		return out
	}
	switch n.Kind {
	case yaml.AliasNode:
		if n.Alias == nil {
			return out
		}
		return ix.index(n.Alias, depth, true)
	case yaml.MappingNode:
		out.kind = mapNode
		out.children = make(map[string]*node, len(n.Content)/2)
		ix.mapping(out, n, depth, expanding)
		_, encrypted := out.children["secure"]
		out.secure = encrypted && len(out.children) == 1 && out.children["secure"].kind == scalarNode
	case yaml.SequenceNode:
		out.kind = listNode
		out.children = make(map[string]*node, len(n.Content))
		for i, element := range n.Content {
			child := ix.index(element, depth+1, expanding)
			child.key = child.value
			out.add(strconv.Itoa(i), child)
		}
	case yaml.ScalarNode:
		ix.scalar(out, n)
	}
	return out
}

func (ix *indexer) mapping(out *node, n *yaml.Node, depth int, expanding bool) {
	var merged []*node
	for i := 0; i+1 < len(n.Content) && len(ix.defects) < maxDefects; i += 2 {
		key, value := n.Content[i], n.Content[i+1]
		if key.Kind == yaml.AliasNode {
			key = key.Alias
		}
		if key.Tag == "!!merge" {
			merged = append(merged, ix.index(value, depth, expanding))
			continue
		}
		if key.Kind != yaml.ScalarNode {
			ix.fail(key, "map or list as a key: use a string")
			continue
		}
		if tag := key.ShortTag(); key.Style == 0 && tag != "!!str" {
			ix.warn(key, "the key %s is not a string: write it in quotes", shorten(key.Value))
		}
		if first, taken := out.children[key.Value]; taken {
			ix.warn(key, "duplicate key %q, first defined in line %d",
				shorten(key.Value), first.key.Line)
			continue
		}
		child := ix.index(value, depth+1, expanding)
		child.key = document.At(key)
		out.add(key.Value, child)
	}
	ix.unsound = ix.unsound || len(ix.defects) >= maxDefects
	// The map's own keys win over merged ones, and earlier merged ones over
	// later ones.
	for _, m := range merged {
		parts := []*node{m}
		if m.kind == listNode {
			parts = parts[:0]
			for _, key := range m.keys {
				parts = append(parts, m.children[key])
			}
		}
		for _, part := range parts {
			for _, key := range part.keys {
				if _, own := out.children[key]; !own && part.kind == mapNode {
					out.add(key, part.children[key])
				}
			}
		}
	}
}

// maxDefects limits the number of defects of a file.
const maxDefects = 100

// scalar reads a scalar in the way in which the engine reads stack files.
func (ix *indexer) scalar(out *node, n *yaml.Node) {
	out.kind = scalarNode
	var value any
	if err := n.Decode(&value); err != nil {
		ix.fail(n, "not a valid value of type %s", strings.TrimPrefix(n.Tag, "!!"))
		return
	}
	out.literal = n.Value
	switch v := value.(type) {
	case nil:
		out.kind = nullNode
	case bool:
		out.data = v
	case int, int64, uint64:
		out.data = json.Number(fmt.Sprint(v))
	case float64:
		number, ok := jsonFloat(n.Value, v)
		out.data = number
		if !ok {
			out.data, out.foreign = n.Value, "unsupported number"
		}
	case time.Time:
		out.data, out.foreign, out.rendered = n.Value, "date", v.String()
	case string:
		out.data, out.literal = v, ""
		out.quoted = n.Style&(yaml.DoubleQuotedStyle|yaml.SingleQuotedStyle|yaml.LiteralStyle|yaml.FoldedStyle) != 0
	default:
		ix.fail(n, "not a valid value of type %s", strings.TrimPrefix(n.Tag, "!!"))
	}
}

func shorten(s string) string {
	const most = 60
	if runes := []rune(s); len(runes) > most {
		return string(runes[:most]) + "..."
	}
	return s
}
