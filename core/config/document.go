package config

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"os"
	"regexp"
	"strconv"
	"strings"
	"unicode/utf8"

	"go.yaml.in/yaml/v3"
)

// The limits of a configuration file.
const (
	// MaxFileSize is how large a file may be, in bytes.
	MaxFileSize = 1 << 20
	// MaxDepth is how deep maps and lists may be nested.
	MaxDepth = 64
	// maxExpansion is how many values aliases may add, so that nested ones
	// cannot fill the memory.
	maxExpansion = 100_000
)

// mark is a place in a file, counted from 1. Zeros mean that it is not known.
type mark struct{ line, column int }

// defect is something that keeps a file from being read, or part of it.
type defect struct {
	mark
	message string
}

// readDocument parses the file at path. It is an os.ErrNotExist when there is
// none; what is wrong with a file that is there, it returns as defects.
func readDocument(path string) (*node, []defect, error) {
	info, err := os.Stat(path)
	if err != nil {
		return nil, nil, err
	}
	if info.IsDir() {
		return nil, []defect{{message: "it is a folder, not a file"}}, nil
	}
	if info.Size() > MaxFileSize {
		return nil, []defect{{message: fmt.Sprintf("%d bytes are more than the %d that a configuration file may have",
			info.Size(), MaxFileSize)}}, nil
	}
	data, err := os.ReadFile(path)
	if err != nil {
		return nil, nil, err
	}
	root, defects := parseDocument(data)
	return root, defects, nil
}

// parseDocument parses YAML. An empty document is a node of kind null.
func parseDocument(data []byte) (*node, []defect) {
	if at := invalidUTF8(data); at >= 0 {
		before := data[:at]
		line := bytes.Count(before, []byte("\n")) + 1
		column := utf8.RuneCount(before[bytes.LastIndexByte(before, '\n')+1:]) + 1
		return nil, []defect{{mark{line, column}, "not UTF-8: save the file in that encoding"}}
	}
	decoder := yaml.NewDecoder(bytes.NewReader(bytes.TrimPrefix(data, []byte("\uFEFF"))))
	var document, second yaml.Node
	if err := decoder.Decode(&document); errors.Is(err, io.EOF) {
		return &node{kind: nullNode}, nil
	} else if err != nil {
		return nil, []defect{syntaxDefect(err)}
	}
	if err := decoder.Decode(&second); err == nil {
		return nil, []defect{{mark{second.Line, second.Column}, "a second document: write one document a file"}}
	} else if !errors.Is(err, io.EOF) {
		return nil, []defect{syntaxDefect(err)}
	}
	ix := indexer{}
	root := ix.index(&document, 0, false)
	if len(ix.defects) > 0 {
		return nil, ix.defects
	}
	return root, nil
}

// invalidUTF8 returns the offset of the first byte that is not UTF-8, or -1.
func invalidUTF8(data []byte) int {
	if utf8.Valid(data) {
		return -1
	}
	for i := 0; i < len(data); {
		r, size := utf8.DecodeRune(data[i:])
		if r == utf8.RuneError && size == 1 {
			return i
		}
		i += size
	}
	return -1
}

// syntaxLine finds the line in an error of the YAML library, which has no field
// for it.
var syntaxLine = regexp.MustCompile(`^line (\d+): `)

func syntaxDefect(err error) defect {
	d := defect{message: strings.TrimPrefix(err.Error(), "yaml: ")}
	if m := syntaxLine.FindStringSubmatch(d.message); m != nil {
		d.message = strings.TrimPrefix(d.message, m[0])
		if line, err := strconv.Atoi(m[1]); err == nil {
			d.mark = mark{line, 1}
		}
	}
	d.message = "not valid YAML: " + d.message
	return d
}

// indexer turns a YAML syntax tree into nodes. Aliases are followed to their
// anchors, so that a mistake is shown where it is written.
type indexer struct {
	expanded int
	defects  []defect
}

func (ix *indexer) fail(n *yaml.Node, format string, args ...any) {
	ix.defects = append(ix.defects, defect{mark{n.Line, n.Column}, fmt.Sprintf(format, args...)})
}

// index converts n. expanding tells that an alias led to it.
func (ix *indexer) index(n *yaml.Node, depth int, expanding bool) *node {
	out := &node{value: mark{n.Line, n.Column}}
	if expanding {
		if ix.expanded++; ix.expanded > maxExpansion {
			if ix.expanded == maxExpansion+1 {
				ix.fail(n, "aliases add more than %d values: write less of it by reference", maxExpansion)
			}
			return out
		}
	}
	// A document is no level, and neither is a scalar.
	if depth > MaxDepth && n.Kind != yaml.ScalarNode {
		ix.fail(n, "nested more than %d levels deep", MaxDepth)
		return out
	}
	switch n.Kind {
	case yaml.DocumentNode:
		return ix.index(n.Content[0], depth+1, expanding)
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
				shorten(key.Value), first.key.line)
			continue
		}
		child := ix.index(value, depth+1, expanding)
		child.key = mark{key.Line, key.Column}
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
