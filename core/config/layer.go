package config

import (
	"errors"
	"fmt"
	"maps"
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
	// Stack is the path of the file of the stack itself, relative to the project folder. A file that the CLI reads because
	// of --config-file has to name itself, because programs cannot see that option. Default: Pulumi.<stack>.yaml next to
	// Pulumi.yaml, or in the folder that its stackConfigDir names.
	Stack string `pulumi:"stack"`
}

// layer holds the sections of one source.
type layer struct {
	source   *source
	sections map[string]*node
	// order is that of the file.
	order []string
	// renamed has the sections as which misspelled ones count.
	renamed map[string]string
}

func newLayer(s *source) *layer {
	return &layer{source: s, sections: map[string]*node{}, renamed: map[string]string{}}
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
	project, err := findProject(start, l.ctx.Project(), l.ctx.Stack())
	switch {
	case errors.Is(err, os.ErrNotExist):
		l.home, l.base = start, start
	case err != nil:
		return err
	default:
		l.home, l.projectConfig = project.directory, project.configured
		if path == "" {
			path = project.stackFile
		}
	}
	l.expected = stackFileName(l.ctx.Stack(), ".yaml")
	if path != "" {
		l.expected = filepath.Base(path)
	}
	named := false
	if text, ok := l.ctx.GetConfig(Namespace + ":" + FilesSection); ok {
		settings, _ := parseValue(text).(map[string]any)
		if file, _ := settings["stack"].(string); file != "" {
			path, named = file, true
			if !filepath.IsAbs(path) {
				path = filepath.Join(l.home, path)
			}
		}
	}
	if path != "" {
		l.base = filepath.Dir(path)
	}
	stack, err := l.readStack(path, named, sections)
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

// projectFiles are the names of a project file, in the order in which the CLI searches them.
var projectFiles = []string{"Pulumi.json", "Pulumi.yaml", "Pulumi.yml"}

// stackFileName returns the name of a stack's file, as the CLI makes it.
func stackFileName(stack, extension string) string {
	return "Pulumi." + strings.ReplaceAll(stack, "/", "-") + extension
}

// project is a Pulumi project.
type project struct {
	directory string
	// stackFile is the path of the stack's file: next to the project file, or in the folder that it names.
	stackFile string
	// configured tells that the project file has values, which the engine adds to those of the stack.
	configured bool
}

// findProject returns the Pulumi project of the given name that dir is in. The error is os.ErrNotExist when there is no project, or another one:
// an inline program of the Automation API may run in any folder.
//
// Source: DetectProjectPathFrom, ProjectStackPath and RewriteConfigPathIntoStackConfigDir in
// github.com/pulumi/pulumi/sdk/v3/go/common/workspace, which the CLI uses.
func findProject(dir, called, stack string) (project, error) {
	for {
		for _, name := range projectFiles {
			path := filepath.Join(dir, name)
			if info, err := os.Stat(path); err != nil || info.IsDir() {
				continue
			}
			data, err := os.ReadFile(path)
			if err != nil {
				return project{}, fmt.Errorf("read project file: %w", err)
			}
			var settings struct {
				Name           string    `yaml:"name"`
				StackConfigDir string    `yaml:"stackConfigDir"`
				Config         yaml.Node `yaml:"config"`
			}
			if err := yaml.Unmarshal(data, &settings); err != nil {
				return project{}, fmt.Errorf("read project file %s: %w", path, err)
			}
			if settings.Name != called {
				return project{}, os.ErrNotExist
			}
			folder := settings.StackConfigDir
			if folder == "" && settings.Config.ShortTag() == "!!str" {
				folder = settings.Config.Value // The former name of the option.
			}
			return project{
				directory: dir, configured: settings.Config.Kind == yaml.MappingNode,
				stackFile: filepath.Join(dir, folder, stackFileName(stack, filepath.Ext(name))),
			}, nil
		}
		parent := filepath.Dir(dir)
		if parent == dir {
			return project{}, os.ErrNotExist
		}
		dir = parent
	}
}

// readStack returns the stack's own layer. The values come from the engine, which decrypts them; the file has their
// positions, and which of them are encrypted. A stack may have no file, unless it is named.
func (l *loader) readStack(path string, named bool, sections []Section) (*layer, error) {
	s := &source{layer: Stack, directory: l.base}
	if path == "" {
		return l.stackLayer(s, nil, sections), nil
	}
	root, defects, err := readDocument(path, s)
	switch {
	case err == nil:
		s.file = filepath.Base(path)
	case !errors.Is(err, os.ErrNotExist):
		return nil, fmt.Errorf("read stack file: %w", err)
	case named:
		l.findings = append(l.findings, Finding{
			Layer: Stack, Path: FilesSection + ".stack", Message: fmt.Sprintf("file %s not found", path),
		})
	}
	l.reportDefects(s, defects)
	return l.stackLayer(s, root, sections), nil
}

// stackLayer joins the engine's values of the sections with the written ones.
func (l *loader) stackLayer(s *source, root *node, sections []Section) *layer {
	out := newLayer(s)
	known := make([]string, len(sections))
	for i, section := range sections {
		known[i] = section.name
	}
	for _, k := range l.stackKeys(root, known) {
		n := l.stackSection(s, k, slices.Contains(known, k.section))
		if k.message != "" {
			l.findings = append(l.findings, k.finding(s))
		} else {
			out.order = append(out.order, k.section)
		}
		if out.sections[k.section] == nil {
			out.sections[k.section] = n
		}
	}
	return out
}

// stackSection returns the value of a key: that of the engine, with the positions and the encryption of the written one
// where the two agree.
func (l *loader) stackSection(s *source, k stackKey, known bool) *node {
	text, present := l.ctx.GetConfig(k.key)
	secret := l.ctx.IsConfigSecret(k.key)
	switch {
	case !known && k.message == "":
		return k.written
	case !present:
		// The value that is written is checked, but not deployed.
		if k.message == "" {
			l.reportDifferences(k.section, s, k.written, []difference{{}})
		}
		return k.written
	}
	value := parseValue(text)
	compared := value
	if k.written != nil && (k.written.secure || k.written.kind == scalarNode && k.written.text() != "") {
		compared = text
	} else if k.written != nil && k.written.kind == nullNode && strings.TrimSpace(text) == "" {
		compared = nil
	}
	if tooDeep(value, MaxDepth) {
		l.findings = append(l.findings, Finding{
			Layer: Stack, File: s.file, Path: k.section, Message: fmt.Sprintf("nested more than %d levels deep", MaxDepth),
		})
		l.partial = true
		return nil
	}
	found := differences(compared, k.written, secret)
	l.reportDifferences(k.section, s, k.written, found)
	return withValue(value, k.written, s, secret && len(found) > 0)
}

// parseValue reads the text by which the engine passes a value.
func parseValue(text string) any {
	value, err := jsonschema.UnmarshalJSON(strings.NewReader(text))
	switch {
	case strings.TrimSpace(text) == "" || err == nil && value == nil:
		return map[string]any{}
	case err != nil:
		// The engine passes a plain string as it is.
		return text
	}
	return value
}

// tooDeep reports whether a value has more than depth levels of maps and lists.
func tooDeep(value any, depth int) bool {
	switch v := value.(type) {
	case map[string]any:
		for _, child := range v {
			if depth == 0 || tooDeep(child, depth-1) {
				return true
			}
		}
		return depth == 0
	case []any:
		return depth == 0 || slices.ContainsFunc(v, func(child any) bool { return tooDeep(child, depth-1) })
	}
	return false
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
		l.refuse(files.at("stack"), "files.stack", "only the stack's own file names itself: remove this")
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
			l.partial = true
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
	l.partial = l.partial || root == nil
	return l.fileLayer(s, root), nil
}

// fileLayer returns the sections of a file, or nil when it has none.
func (l *loader) fileLayer(s *source, root *node) *layer {
	switch {
	case root == nil:
		return nil
	case root.kind != mapNode && root.kind != nullNode:
		l.partial = true
		l.reportDefects(s, []document.Defect{{
			Mark:    root.value,
			Message: "expected a map of sections, such as kubernetes, found " + describe(root.plain()),
		}})
		return nil
	}
	out := newLayer(s)
	maps.Copy(out.sections, root.children)
	out.order = root.keys
	return out
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
