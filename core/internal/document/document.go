// Package document parses YAML files, with positions for their defects, and with limits so that no file fills the
// memory or takes longer than a second.
package document

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"regexp"
	"strconv"
	"strings"
	"unicode/utf8"

	"go.yaml.in/yaml/v3"
)

// The limits of every file.
const (
	// MaxSize is the maximum size in bytes.
	MaxSize = 1 << 20
	// MaxDepth is the maximum nesting of maps and lists.
	MaxDepth = 64
)

// Mark is a position in a file, counted from 1. Column is 0 when only the line is known; both are 0 for the whole file.
type Mark struct{ Line, Column int }

// Defect is a problem that makes a file unreadable.
type Defect struct {
	Mark
	Message string
}

// Parse returns the root of the syntax tree. It is nil when the document is
// empty, or when there is a defect. JSON is YAML. A byte order mark is skipped.
//
// maxSeparators limits the commas, colons, opening brackets and lines: the
// library takes a microsecond for each value, and a file within its size has
// room for half a million. Aliases are not followed.
func Parse(data []byte, maxSeparators int) (*yaml.Node, *Defect) {
	if len(data) > MaxSize {
		return nil, TooLarge(int64(len(data)))
	}
	if at := invalidUTF8(data); at >= 0 {
		before := data[:at]
		return nil, &Defect{Mark{
			Line:   bytes.Count(before, []byte("\n")) + 1,
			Column: utf8.RuneCount(before[bytes.LastIndexByte(before, '\n')+1:]) + 1,
		}, "not UTF-8: save the file as UTF-8"}
	}
	if separators(data) > maxSeparators {
		return nil, &Defect{Message: fmt.Sprintf(
			"more than %d commas, colons, opening brackets and lines", maxSeparators)}
	}
	decoder := yaml.NewDecoder(bytes.NewReader(bytes.TrimPrefix(data, []byte("\uFEFF"))))
	var first, second yaml.Node
	if err := decoder.Decode(&first); errors.Is(err, io.EOF) {
		return nil, nil
	} else if err != nil {
		return nil, syntax(err)
	}
	if err := decoder.Decode(&second); err == nil {
		return nil, &Defect{At(&second), "several YAML documents: write one document per file"}
	} else if !errors.Is(err, io.EOF) {
		return nil, syntax(err)
	}
	if n := below(&first, MaxDepth+1); n != nil {
		return nil, &Defect{At(n), fmt.Sprintf("nested more than %d levels deep", MaxDepth)}
	}
	return first.Content[0], nil
}

// TooLarge returns the defect of a file that is too large, with its size in bytes.
func TooLarge(size int64) *Defect {
	return &Defect{Message: fmt.Sprintf("file of %d bytes exceeds the maximum of %d", size, MaxSize)}
}

// At returns the position of a node.
func At(n *yaml.Node) Mark { return Mark{n.Line, n.Column} }

// below returns the first map or list that is nested deeper than depth levels,
// or nil.
func below(n *yaml.Node, depth int) *yaml.Node {
	if n.Kind != yaml.ScalarNode && depth == 0 {
		return n
	}
	for _, child := range n.Content {
		if found := below(child, depth-1); found != nil {
			return found
		}
	}
	return nil
}

// separators counts the characters that a document needs at least one of for
// each of its values. The exception, lists that open on one line ("- - - x"),
// is bounded by the depth that the library allows.
func separators(data []byte) int {
	n := 0
	for _, c := range data {
		switch c {
		case ',', ':', '[', '{', '\n':
			n++
		}
	}
	// The other line ends that YAML knows.
	n += bytes.Count(data, []byte("\r")) - bytes.Count(data, []byte("\r\n"))
	for _, end := range []string{"\u0085", "\u2028", "\u2029"} {
		n += bytes.Count(data, []byte(end))
	}
	return n
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

// syntaxLine finds the line in an error of the library, which has no field for
// it.
var syntaxLine = regexp.MustCompile(`^line (\d+): `)

func syntax(err error) *Defect {
	d := &Defect{Message: strings.TrimPrefix(err.Error(), "yaml: ")}
	if m := syntaxLine.FindStringSubmatch(d.Message); m != nil {
		d.Message = strings.TrimPrefix(d.Message, m[0])
		// A number that does not fit leaves the place unknown.
		d.Line, _ = strconv.Atoi(m[1])
	}
	d.Message = "not valid YAML: " + d.Message
	return d
}
