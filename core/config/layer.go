package config

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/santhosh-tekuri/jsonschema/v6"
	"go.yaml.in/yaml/v3"

	"github.com/ashlar-iac/ashlar/core/internal/document"
)

// Layer is a source of configuration values.
type Layer string

// The layers. Each overrides the ones before it.
const (
	// Default is the default of the option.
	Default Layer = "default"
	// Organization is the file that ashlar:files.organization names.
	Organization Layer = "organization"
	// Project is the file ashlar.yaml next to Pulumi.yaml, or the one that ashlar:files.project names.
	Project Layer = "project"
	// Stack is the stack's own configuration: Pulumi.<stack>.yaml.
	Stack Layer = "stack"
)

// rank orders findings: the file that is edited most comes first.
func (l Layer) rank() int { return slices.Index([]Layer{Stack, Project, Organization, Default}, l) }

// ProjectFile is the name of the project's file, next to Pulumi.yaml.
const ProjectFile = "ashlar.yaml"

// FilesSection is the name of the section with the files of the lower layers. [Load] always reads it.
const FilesSection = "files"

// Files is the section ashlar:files of the stack's configuration. The project's file may set the organization's file.
type Files struct {
	// Organization is the path of a file with settings that the projects of an organization share. Default: none.
	Organization string `pulumi:"organization" config:"path"`
	// Project is the path of the project's file. Default: ashlar.yaml next to Pulumi.yaml, if it exists.
	Project string `pulumi:"project" config:"path"`
}

// layer holds the sections of one source.
type layer struct {
	source   *source
	sections map[string]*node
	// order is that of the file.
	order []string
	// unclear holds the sections with encrypted values for which it is unknown which values are encrypted.
	unclear map[string]bool
}

// read finds and reads all layers.
func (l *loader) read(sections []Section) error {
	start := l.ctx.RootDirectory()
	if start == "" {
		var err error
		if start, err = os.Getwd(); err != nil {
			return fmt.Errorf("find the stack file: %w", err)
		}
	}
	path := l.stackFile
	if path != "" {
		start = filepath.Dir(path)
	}
	directory, stackFile, err := findProject(start, l.ctx.Stack())
	switch {
	case errors.Is(err, os.ErrNotExist):
		l.home, l.base = start, start
	case err != nil:
		return err
	default:
		l.home = directory
		if path == "" {
			path = stackFile
		}
	}
	if path != "" {
		l.base = filepath.Dir(path)
	}
	stack, err := l.readStack(path, sections)
	if err != nil {
		return err
	}
	lower, err := l.readFiles(stack)
	if err != nil {
		return err
	}
	lower = append(lower, stack)
	l.layers = lower
	return nil
}

// findProject returns the folder of the Pulumi project that dir is in, and the path of the stack's file: next to
// Pulumi.yaml, or in the folder that its stackConfigDir names. The error is os.ErrNotExist when there is no project.
func findProject(dir, stack string) (directory, stackFile string, err error) {
	for {
		for _, name := range []string{"Pulumi.yaml", "Pulumi.yml"} {
			path := filepath.Join(dir, name)
			data, err := os.ReadFile(path)
			if errors.Is(err, os.ErrNotExist) {
				continue
			}
			if err != nil {
				return "", "", fmt.Errorf("read project file: %w", err)
			}
			var settings struct {
				StackConfigDir string `yaml:"stackConfigDir"`
			}
			if err := yaml.Unmarshal(data, &settings); err != nil {
				return "", "", fmt.Errorf("read project file %s: %w", path, err)
			}
			return dir, filepath.Join(dir, settings.StackConfigDir, "Pulumi."+stack+filepath.Ext(name)), nil
		}
		parent := filepath.Dir(dir)
		if parent == dir {
			return "", "", os.ErrNotExist
		}
		dir = parent
	}
}

// readStack returns the stack's own layer. The values come from the engine, which decrypts them; the file has their
// positions, and which of them are encrypted. A stack may have no file.
func (l *loader) readStack(path string, sections []Section) (*layer, error) {
	s := &source{layer: Stack, directory: l.base}
	if path == "" {
		return l.stackLayer(s, nil, sections), nil
	}
	root, defects, err := readDocument(path, s)
	if err != nil && !errors.Is(err, os.ErrNotExist) {
		return nil, fmt.Errorf("read stack file: %w", err)
	}
	if err == nil {
		s.file = filepath.Base(path)
	}
	l.reportDefects(s, defects)
	return l.stackLayer(s, root.at("config"), sections), nil
}

// stackLayer joins the engine's values of the sections with the written ones.
func (l *loader) stackLayer(s *source, written *node, sections []Section) *layer {
	out := &layer{source: s, sections: map[string]*node{}, unclear: map[string]bool{}}
	for _, section := range sections {
		name := section.name
		value, present := l.value(name)
		if !present {
			continue
		}
		at := written.at(Namespace + ":" + name)
		n := withValue(value, at, s)
		tooDeep := false
		n.walk(nil, func(n *node, path []string) bool {
			tooDeep = tooDeep || len(path) >= MaxDepth && n.kind >= mapNode
			return !tooDeep
		})
		if tooDeep {
			l.findings = append(l.findings, Finding{
				Layer: Stack, File: s.file, Path: name,
				Message: fmt.Sprintf("nested more than %d levels deep", MaxDepth),
			})
			continue
		}
		if !at.sameShape(value) {
			// Which values are encrypted is known from the file alone.
			out.unclear[name] = l.ctx.IsConfigSecret(Namespace + ":" + name)
		}
		out.sections[name] = n
	}
	if written != nil {
		for _, key := range written.keys {
			if name, ok := strings.CutPrefix(key, Namespace+":"); ok {
				out.order = append(out.order, name)
				if out.sections[name] == nil {
					out.sections[name] = written.children[key]
				}
			}
		}
	}
	return out
}

// value returns the engine's value of a section, decrypted.
func (l *loader) value(name string) (value any, present bool) {
	text, ok := l.ctx.GetConfig(Namespace + ":" + name)
	if !ok {
		return nil, false
	}
	value, err := jsonschema.UnmarshalJSON(strings.NewReader(text))
	switch {
	case strings.TrimSpace(text) == "" || err == nil && value == nil:
		return map[string]any{}, true
	case err != nil:
		// The engine passes a plain string as it is.
		return text, true
	}
	return value, true
}

// readFiles returns the layers of the project's and the organization's file, the lowest first.
func (l *loader) readFiles(stack *layer) ([]*layer, error) {
	named := stack.sections[FilesSection]
	path, by := filepath.Join(l.home, ProjectFile), (*node)(nil)
	if n := named.at("project"); n.text() != "" {
		path, by = n.path(n.text()), n
	}
	project, err := l.readFile(Project, path, by)
	if err != nil {
		return nil, err
	}
	n := named.at("organization")
	if project != nil {
		files := project.sections[FilesSection]
		if n.text() == "" {
			n = files.at("organization")
		}
		l.refuse(files.at("project"), "files.project",
			"only the stack's configuration sets the project's file: remove this")
	}
	var out []*layer
	if n.text() != "" {
		organization, err := l.readFile(Organization, n.path(n.text()), n)
		if err != nil {
			return nil, err
		}
		if organization != nil {
			l.refuse(organization.sections[FilesSection], FilesSection,
				"only the stack's configuration and the project's file set the files: remove this")
			out = append(out, organization)
		}
	}
	if project != nil {
		out = append(out, project)
	}
	return out, nil
}

func (l *loader) refuse(n *node, path, message string) {
	if n != nil {
		l.findings = append(l.findings, Finding{
			Layer: n.source.layer, File: n.source.file, Line: n.key.Line, Column: n.key.Column,
			Path: path, Message: message,
		})
	}
}

// readFile reads the file of a layer: a map of sections. by is the value that names it; when it is nil, the file need
// not exist.
func (l *loader) readFile(kind Layer, path string, by *node) (*layer, error) {
	s := &source{layer: kind, file: path, directory: filepath.Dir(path)}
	if relative, err := filepath.Rel(l.base, path); err == nil {
		s.file = filepath.ToSlash(relative)
	}
	root, defects, err := readDocument(path, s)
	switch {
	case errors.Is(err, os.ErrNotExist):
		if by != nil {
			l.findings = append(l.findings, Finding{
				Layer: by.source.layer, File: by.source.file, Line: by.value.Line, Column: by.value.Column,
				Path: FilesSection + "." + string(kind), Message: fmt.Sprintf("file %s not found", s.file),
			})
		}
		return nil, nil
	case err != nil:
		return nil, fmt.Errorf("read %s file: %w", kind, err)
	}
	l.reportDefects(s, defects)
	return l.fileLayer(s, root), nil
}

// fileLayer returns the sections of a file, or nil when it has none.
func (l *loader) fileLayer(s *source, root *node) *layer {
	switch {
	case root == nil:
		return nil
	case root.kind != mapNode && root.kind != nullNode:
		l.reportDefects(s, []document.Defect{{
			Mark:    root.value,
			Message: "expected a map of sections, such as kubernetes, found " + describe(root.plain()),
		}})
		return nil
	}
	return &layer{source: s, sections: root.children, order: root.keys}
}

func (l *loader) reportDefects(s *source, defects []document.Defect) {
	for _, d := range defects {
		l.findings = append(l.findings, Finding{
			Layer: s.layer, File: s.file, Line: d.Line, Column: d.Column, Message: d.Message,
		})
	}
}

// text returns a string as it is written, or "" for anything else.
func (n *node) text() string {
	if n == nil || n.kind != scalarNode {
		return ""
	}
	s, _ := n.data.(string)
	return s
}

// path makes a path absolute that is relative to its file. URLs stay as they are.
func (n *node) path(path string) string {
	if path == "" || filepath.IsAbs(path) || strings.Contains(path, "://") || n.source == nil {
		return path
	}
	return filepath.Join(n.source.directory, path)
}

// merge returns upper merged over lower: maps are merged key by key, anything else is replaced. A key without a value
// leaves a map as it is, and resets any other option to its default.
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
