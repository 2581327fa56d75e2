package config

import (
	"fmt"
	"os"
	"strconv"
	"strings"

	"go.yaml.in/yaml/v3"

	"github.com/ashlar-iac/ashlar/core/internal/document"
)

// The limits of a configuration file.
const (
	// MaxFileSize is how large a file may be, in bytes: 1 MiB.
	MaxFileSize = document.MaxSize
	// MaxDepth is how deep maps and lists may be nested: 64 levels.
	MaxDepth = document.MaxDepth
	// maxSeparators leaves room for 10,000 entries of 50 values.
	maxSeparators = 500_000
	// maxExpansion is how many values aliases may add, so that nested ones
	// cannot fill the memory.
	maxExpansion = 100_000
)

// readDocument parses the file at path. It is an os.ErrNotExist when there is
// none; what is wrong with a file that is there, it returns as defects.
func readDocument(path string) (*node, []document.Defect, error) {
	info, err := os.Stat(path)
	if err != nil {
		return nil, nil, err
	}
	if info.IsDir() {
		return nil, []document.Defect{{Message: "it is a folder, not a file"}}, nil
	}
	if info.Size() > MaxFileSize {
		return nil, []document.Defect{*document.TooLarge(info.Size())}, nil
	}
	data, err := os.ReadFile(path)
	if err != nil {
		return nil, nil, err
	}
	root, defects := parseDocument(data)
	return root, defects, nil
}

// parseDocument parses YAML. An empty document is a node of kind null.
func parseDocument(data []byte) (*node, []document.Defect) {
	root, defect := document.Parse(data, maxSeparators)
	switch {
	case defect != nil:
		return nil, []document.Defect{*defect}
	case root == nil:
		return &node{kind: nullNode}, nil
	}
	ix := indexer{}
	out := ix.index(root, 1, false)
	if len(ix.defects) > 0 {
		return nil, ix.defects
	}
	return out, nil
}

// indexer turns a YAML syntax tree into nodes. Aliases are followed to their
// anchors, so that a mistake is shown where it is written.
type indexer struct {
	expanded int
	defects  []document.Defect
}

func (ix *indexer) fail(n *yaml.Node, format string, args ...any) {
	ix.defects = append(ix.defects, document.Defect{Mark: document.At(n), Message: fmt.Sprintf(format, args...)})
}

// index converts n. expanding tells that an alias led to it.
func (ix *indexer) index(n *yaml.Node, depth int, expanding bool) *node {
	out := &node{value: document.At(n)}
	if expanding {
		if ix.expanded++; ix.expanded > maxExpansion {
			if ix.expanded == maxExpansion+1 {
				ix.fail(n, "aliases add more than %d values: write less of it by reference", maxExpansion)
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
			ix.fail(key, "a map or list as a key: write a plain word")
			continue
		}
		if first, taken := out.children[key.Value]; taken {
			ix.fail(key, "the key %q stands here a second time, the first is in line %d: keep one of them",
				shorten(key.Value), first.key.Line)
			continue
		}
		child := ix.index(value, depth+1, expanding)
		child.key = document.At(key)
		out.add(key.Value, child)
	}
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

// maxDefects ends the list of what is wrong with a file.
const maxDefects = 100

// scalar reads a scalar as the engine's own reader of stack files does.
func (ix *indexer) scalar(out *node, n *yaml.Node) {
	out.kind = scalarNode
	var value any
	if err := n.Decode(&value); err != nil {
		ix.fail(n, "this cannot be read as a value of type %s", strings.TrimPrefix(n.Tag, "!!"))
		return
	}
	switch v := value.(type) {
	case nil:
		out.kind = nullNode
	case bool:
		out.data = v
	case int, int64, uint64:
		out.data = jsonNumber(fmt.Sprint(v))
	case float64:
		number, ok := jsonFloat(n.Value, v)
		if !ok {
			ix.fail(n, "%s is not a number that can stand here", n.Value)
		}
		out.data = number
	default:
		// Text, and what YAML has further types for, such as dates.
		out.data = n.Value
	}
}

func shorten(s string) string {
	const most = 60
	if runes := []rune(s); len(runes) > most {
		return string(runes[:most]) + "..."
	}
	return s
}
