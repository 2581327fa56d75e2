package versions

import (
	"fmt"
	"slices"

	"go.yaml.in/yaml/v3"

	"github.com/ashlar-iac/ashlar/core/config"
	"github.com/ashlar-iac/ashlar/core/internal/document"
)

// The limits of a version file.
const (
	// MaxFileSize is the maximum size of a version file in bytes: 1 MiB.
	MaxFileSize = document.MaxSize
	// MaxDepth is the maximum nesting of maps and lists: 64 levels.
	MaxDepth = document.MaxDepth
	// MaxVersions is the maximum number of versions of all components together. Those that YAML aliases repeat count each
	// time.
	MaxVersions = 50_000

	// maxSeparators allows four values for each version.
	maxSeparators = 200_000
)

// Parse reads a version file in YAML or JSON. name is its name in errors, such as its path. The result is normalized:
// versions without a leading v, highest first. The [TableError] contains everything that is wrong.
//
// Modules with an embedded file as their built-in table read it with Parse.
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
	root := parseDocument(data, &c.problems)
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

// parseDocument returns the root of the syntax tree, or nil after a problem.
func parseDocument(data []byte, p *problems) *yaml.Node {
	root, defect := document.Parse(data, maxSeparators)
	switch {
	case defect != nil:
		p.add(text{line: defect.Line, column: defect.Column}, "", "%s", defect.Message)
	case root == nil:
		p.add(text{}, "", "empty: the key components is required")
	}
	return root
}

// at returns the value and the position of a node.
func at(n *yaml.Node) text { return text{value: n.Value, line: n.Line, column: n.Column} }

// reader converts the syntax tree of a version file to drafts. It follows only the keys of the format, so that its
// time is limited by the number of versions, whatever aliases contain.
type reader struct {
	*problems
	versions int
}

func (r *reader) file(root *yaml.Node) []draft {
	var out []draft
	components := false
	r.mapping(root, "", []string{"components"}, func(_, value *yaml.Node) {
		components = true
		r.mapping(value, "components", nil, func(key, value *yaml.Node) {
			out = append(out, r.component(key, value))
		})
	})
	if !components && !r.full() && root.Kind == yaml.MappingNode {
		r.add(at(root), "components", "required")
	}
	return out
}

func (r *reader) component(key, value *yaml.Node) draft {
	d := draft{name: at(key)}
	path := element("components", key.Value)
	d.reported = follow(value).Kind != yaml.MappingNode
	r.mapping(value, path, []string{"default", "suffix", "versions"}, func(key, value *yaml.Node) {
		switch key.Value {
		case "default":
			d.standard = r.scalar(value, path+".default")
		case "suffix":
			d.suffix = r.scalar(value, path+".suffix")
		case "versions":
			d.releases, d.reported = r.releases(value, path+".versions")
		}
	})
	return d
}

// releases returns the versions of a component, and whether it reported that there are none.
func (r *reader) releases(n *yaml.Node, path string) (out []draftRelease, reported bool) {
	n = follow(n)
	if n.Kind != yaml.SequenceNode {
		r.add(at(n), path, "expected a list, found %s", kind(n))
		return nil, true
	}
	if r.versions += len(n.Content); r.versions > MaxVersions {
		r.add(at(n), path, "more than the maximum of %d versions", MaxVersions)
		return nil, true
	}
	out = make([]draftRelease, 0, len(n.Content))
	for i, child := range n.Content {
		if r.full() {
			r.truncated = true
			break
		}
		out = append(out, r.release(follow(child), path, i))
	}
	return out, false
}

// release reads one version: a map or a scalar.
func (r *reader) release(n *yaml.Node, path string, i int) draftRelease {
	if n.Kind == yaml.ScalarNode {
		return draftRelease{version: at(n)}
	}
	d := draftRelease{version: text{line: n.Line, column: n.Column, reported: n.Kind != yaml.MappingNode}}
	path = fmt.Sprintf("%s[%d]", path, i)
	r.mapping(n, path, []string{"kubernetes", "version"}, func(key, value *yaml.Node) {
		switch key.Value {
		case "version":
			d.version = r.scalar(value, path+".version")
		case "kubernetes":
			d.kubernetes = r.scalar(value, path+".kubernetes")
		}
	})
	if d.version.value == "" && !d.version.reported {
		r.add(d.version, path+".version", "required")
		d.version.reported = true
	}
	return d
}

// mapping calls each for every known key of a map, or for every key when known is nil, and reports the others.
func (r *reader) mapping(n *yaml.Node, path string, known []string, each func(key, value *yaml.Node)) {
	n = follow(n)
	if n.Kind != yaml.MappingNode {
		r.add(at(n), path, "expected a map, found %s", kind(n))
		return
	}
	lines := make(map[string]int, min(len(n.Content)/2, 1024))
	for i := 0; i+1 < len(n.Content); i += 2 {
		if r.full() {
			r.truncated = true
			return
		}
		key, value := follow(n.Content[i]), n.Content[i+1]
		if key.Kind != yaml.ScalarNode {
			r.add(at(key), path, "%s as a key: use a plain word", kind(key))
			continue
		}
		where := element(path, key.Value)
		switch line, taken := lines[key.Value]; {
		case taken:
			r.add(at(n.Content[i]), where, "duplicate key, first in line %d: keep one of them", line)
		case key.Tag == "!!merge":
			r.add(at(key), where, "merge keys are not supported: repeat the values, or use an alias for the whole value")
		case known != nil && !slices.Contains(known, key.Value):
			r.add(at(key), where, "unknown key, %s", config.Suggest(shorten(key.Value), known))
		default:
			each(key, value)
		}
		lines[key.Value] = key.Line
	}
}

// scalar returns a value as written: 1.30 stays 1.30.
func (r *reader) scalar(n *yaml.Node, path string) text {
	n = follow(n)
	if n.Kind != yaml.ScalarNode {
		r.add(at(n), path, "expected a text, found %s", kind(n))
		return text{reported: true}
	}
	if n.Tag == "!!null" || n.Value == "" {
		r.add(at(n), path, "empty: set a value, or omit the key")
		return text{reported: true}
	}
	return at(n)
}

func follow(n *yaml.Node) *yaml.Node {
	if n.Kind == yaml.AliasNode {
		return n.Alias
	}
	return n
}

// kind returns the kind of a node for a message.
func kind(n *yaml.Node) string {
	switch {
	case n.Kind == yaml.MappingNode:
		return "a map"
	case n.Kind == yaml.SequenceNode:
		return "a list"
	case n.Tag == "!!null":
		return "nothing"
	}
	return fmt.Sprintf("%q", shorten(n.Value))
}

// element returns the path of a key in a map.
func element(path, key string) string {
	switch {
	case !namePattern.MatchString(key):
		return fmt.Sprintf("%s[%q]", path, shorten(key))
	case path == "":
		return key
	}
	return path + "." + key
}
