package config

import (
	"cmp"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"

	"go.yaml.in/yaml/v3"
)

// Layer is where a value of the configuration comes from.
type Layer string

// The layers. Each counts more than the ones before it.
const (
	// Default is the default of the setting.
	Default Layer = "default"
	// Organization is the file that ashlar:files.organization names.
	Organization Layer = "organization"
	// Project is the file ashlar.yaml beside Pulumi.yaml, or the one that
	// ashlar:files.project names.
	Project Layer = "project"
	// Stack is the stack's own configuration: Pulumi.<stack>.yaml.
	Stack Layer = "stack"
)

// rank orders findings: the file that people edit most comes first.
func (l Layer) rank() int { return slices.Index([]Layer{Stack, Project, Organization, Default}, l) }

// ProjectFile is the name of the project's file, beside Pulumi.yaml.
const ProjectFile = "ashlar.yaml"

// FilesSection is the name of the section that names the files of the lower
// layers. [Load] always reads it.
const FilesSection = "files"

// Files is the section ashlar:files. It stands in the stack's configuration;
// the project's file may name the organization's.
type Files struct {
	// Organization is the path of a file with settings that the projects of an organization share. Default: none.
	Organization string `pulumi:"organization" config:"path"`
	// Project is the path of the project's file. Default: ashlar.yaml beside Pulumi.yaml, if it exists.
	Project string `pulumi:"project" config:"path"`
}

// project is the folder of a Pulumi project.
type project struct {
	directory string
	stackFile string
}

// findProject returns the project that dir lies in, and where the file of the
// stack is: beside Pulumi.yaml, or in the folder that its stackConfigDir names.
// It is os.ErrNotExist when there is none.
func findProject(dir, stack string) (project, error) {
	for {
		for _, name := range []string{"Pulumi.yaml", "Pulumi.yml"} {
			path := filepath.Join(dir, name)
			data, err := os.ReadFile(path)
			if errors.Is(err, os.ErrNotExist) {
				continue
			}
			if err != nil {
				return project{}, fmt.Errorf("read project file: %w", err)
			}
			var settings struct {
				StackConfigDir string `yaml:"stackConfigDir"`
			}
			if err := yaml.Unmarshal(data, &settings); err != nil {
				return project{}, fmt.Errorf("read project file %s: %w", path, err)
			}
			return project{
				directory: dir,
				stackFile: filepath.Join(dir, settings.StackConfigDir, "Pulumi."+stack+filepath.Ext(name)),
			}, nil
		}
		parent := filepath.Dir(dir)
		if parent == dir {
			return project{}, os.ErrNotExist
		}
		dir = parent
	}
}

// merge lays upper over lower: maps are merged key by key, anything else is
// replaced. A key without a value leaves a map as it is, and brings any other
// setting back to its default.
func merge(lower, upper *node) *node {
	switch {
	case upper == nil:
		return lower
	case lower == nil:
		return upper
	case upper.kind == nullNode && lower.isMap():
		return lower
	case upper.isMap() && lower.isMap():
		out := *upper
		out.keys = slices.Clone(upper.keys)
		out.children = make(map[string]*node, max(len(upper.children), len(lower.children)))
		for _, key := range upper.keys {
			out.children[key] = merge(lower.children[key], upper.children[key])
		}
		for _, key := range lower.keys {
			if _, ok := upper.children[key]; !ok {
				out.add(key, lower.children[key])
			}
		}
		return &out
	}
	out := *upper
	out.covered = lower
	return &out
}

// isMap reports whether the node is a map that others merge with.
func (n *node) isMap() bool { return n.kind == mapNode && !n.secure }

// compareFindings puts findings in the order of their places. Those without a
// place come first; those at the same place are sorted by their paths.
func compareFindings(a, b Finding) int {
	return cmp.Or(cmp.Compare(a.Layer.rank(), b.Layer.rank()), cmp.Compare(a.File, b.File), cmp.Compare(a.Line, b.Line),
		cmp.Compare(a.Column, b.Column), cmp.Compare(a.Path, b.Path))
}
