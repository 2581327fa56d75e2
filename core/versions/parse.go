package versions

import (
	"bytes"
	"errors"
	"io"
	"regexp"
	"strconv"
	"strings"
	"unicode/utf8"

	"go.yaml.in/yaml/v3"
)

// The limits of a version file.
const (
	// MaxFileSize is how large a version file may be, in bytes.
	MaxFileSize = 1 << 20
	// MaxDepth is how deep maps and lists may be nested in one.
	MaxDepth = 64
	// MaxVersions is how many versions one may offer, of all components
	// together. Those that YAML aliases repeat count each time.
	MaxVersions = 50_000

	// maxSeparators limits the characters that separate values. The library
	// takes a microsecond for each value, and a file within its size limit has
	// room for half a million, ten times as many as there may be versions.
	maxSeparators = 200_000
)

// Parse reads a version file, in YAML or JSON. name is how errors call it, such
// as its path. The table that it returns is normalised: versions are without
// a leading v, highest first. Every mistake is in the one [TableError] that it
// returns.
//
// Modules that keep their built-in table as an embedded file read it with Parse.
func Parse(name string, data []byte) (Table, error) {
	c, err := parse(name, data)
	if err != nil {
		return nil, err
	}
	out := make(Table, len(c))
	for key, component := range c {
		entry := Component{Suffix: component.suffix, Versions: make([]Release, len(component.releases))}
		if component.standard != nil {
			entry.Default = component.standard.name
		}
		for i, r := range component.releases {
			entry.Versions[i].Version = r.name
			if r.kubernetes != nil {
				entry.Versions[i].Kubernetes = r.kubernetes.text
			}
		}
		out[key] = entry
	}
	return out, nil
}

func parse(name string, data []byte) (catalogue, error) {
	c := &compiler{root: "components."}
	root := document(data, &c.problems)
	if root == nil {
		return nil, c.err(name)
	}
	r := reader{problems: &c.problems}
	out := c.compile(r.file(root))
	if err := c.err(name); err != nil {
		return nil, err
	}
	return out, nil
}

// document returns the root of the syntax tree, or nil when there is a problem.
func document(data []byte, p *problems) *yaml.Node {
	if len(data) > MaxFileSize {
		p.add(text{}, "", "more than the %d bytes that a version file may have", MaxFileSize)
		return nil
	}
	if at := invalidUTF8(data); at >= 0 {
		before := data[:at]
		p.add(text{
			line:   bytes.Count(before, []byte("\n")) + 1,
			column: utf8.RuneCount(before[bytes.LastIndexByte(before, '\n')+1:]) + 1,
		}, "", "not UTF-8: save the file in that encoding")
		return nil
	}
	if separators(data) > maxSeparators {
		p.add(text{}, "", "more than %d commas, colons, opening brackets and lines, which no version file needs", maxSeparators)
		return nil
	}
	decoder := yaml.NewDecoder(bytes.NewReader(bytes.TrimPrefix(data, []byte("\uFEFF"))))
	var first, second yaml.Node
	if err := decoder.Decode(&first); errors.Is(err, io.EOF) {
		p.add(text{}, "", "empty: write at least the key components")
		return nil
	} else if err != nil {
		syntaxProblem(err, p)
		return nil
	}
	if err := decoder.Decode(&second); err == nil {
		p.add(at(&second), "", "a second document: write one document a file")
		return nil
	} else if !errors.Is(err, io.EOF) {
		syntaxProblem(err, p)
		return nil
	}
	if n := below(&first, MaxDepth+1); n != nil {
		p.add(at(n), "", "nested more than %d levels deep", MaxDepth)
		return nil
	}
	return first.Content[0]
}

// below returns the first map or list that is nested deeper than depth levels,
// or nil. Aliases are not followed: the reader follows them no deeper than the
// format is nested.
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

// syntaxLine finds the line in an error of the YAML library, which has no field
// for it.
var syntaxLine = regexp.MustCompile(`^line (\d+): `)

func syntaxProblem(err error, p *problems) {
	var where text
	message := strings.TrimPrefix(err.Error(), "yaml: ")
	if m := syntaxLine.FindStringSubmatch(message); m != nil {
		message = strings.TrimPrefix(message, m[0])
		// A number that does not fit leaves the place unknown.
		where.line, _ = strconv.Atoi(m[1])
	}
	p.add(where, "", "not valid YAML: %s", message)
}

// at returns where a node stands.
func at(n *yaml.Node) text { return text{value: n.Value, line: n.Line, column: n.Column} }
