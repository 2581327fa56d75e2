package versions

import (
	"fmt"
	"slices"

	"go.yaml.in/yaml/v3"

	"github.com/ashlar-iac/ashlar/core/config"
)

// reader turns the syntax tree of a version file into drafts. It goes only
// where the format says, so that its work is bounded by the number of versions,
// whatever aliases do.
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
		r.add(at(root), "components", "required, but missing")
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

// releases returns the versions of a component, and whether it has reported
// that there are none.
func (r *reader) releases(n *yaml.Node, path string) (out []draftRelease, reported bool) {
	n = follow(n)
	if n.Kind != yaml.SequenceNode {
		r.add(at(n), path, "expected a list, found %s", kind(n))
		return nil, true
	}
	if r.versions += len(n.Content); r.versions > MaxVersions {
		r.add(at(n), path, "more than the %d versions that a file may offer", MaxVersions)
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

// release reads one version: a map, or the version alone.
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
		r.add(d.version, path+".version", "required, but missing")
		d.version.reported = true
	}
	return d
}

// mapping calls each for every key of a map that is known, or for every key when
// known is nil, and reports the others.
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
			r.add(at(key), path, "%s as a key: write a plain word", kind(key))
			continue
		}
		where := element(path, key.Value)
		switch line, taken := lines[key.Value]; {
		case taken:
			r.add(at(n.Content[i]), where, "stands here a second time, the first is in line %d: keep one of them", line)
		case key.Tag == "!!merge":
			r.add(at(key), where, "merge keys are not read: repeat what is meant, or use an alias for the whole value")
		case known != nil && !slices.Contains(known, key.Value):
			r.add(at(key), where, "unknown key, %s", config.Suggest(shorten(key.Value), known))
		default:
			each(key, value)
		}
		lines[key.Value] = key.Line
	}
}

// scalar returns a value as it is written: 1.30 stays 1.30.
func (r *reader) scalar(n *yaml.Node, path string) text {
	n = follow(n)
	if n.Kind != yaml.ScalarNode {
		r.add(at(n), path, "expected a text, found %s", kind(n))
		return text{reported: true}
	}
	if n.Tag == "!!null" || n.Value == "" {
		r.add(at(n), path, "empty: write a value, or leave the key out")
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

// kind names what a node is, for a message.
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
