package versions

import (
	"go.yaml.in/yaml/v3"

	"github.com/ashlar-iac/ashlar/core/internal/document"
)

// The limits of a version file.
const (
	// MaxFileSize is how large a version file may be, in bytes: 1 MiB.
	MaxFileSize = document.MaxSize
	// MaxDepth is how deep maps and lists may be nested in one: 64 levels.
	MaxDepth = document.MaxDepth
	// MaxVersions is how many versions one may offer, of all components
	// together. Those that YAML aliases repeat count each time.
	MaxVersions = 50_000

	// maxSeparators leaves room for four values a version.
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

// parseDocument returns the root of the syntax tree, or nil when there is a
// problem.
func parseDocument(data []byte, p *problems) *yaml.Node {
	root, defect := document.Parse(data, maxSeparators)
	switch {
	case defect != nil:
		p.add(text{line: defect.Line, column: defect.Column}, "", "%s", defect.Message)
	case root == nil:
		p.add(text{}, "", "empty: write at least the key components")
	}
	return root
}

// at returns where a node stands.
func at(n *yaml.Node) text { return text{value: n.Value, line: n.Line, column: n.Column} }
