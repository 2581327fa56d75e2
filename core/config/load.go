package config

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
	"github.com/santhosh-tekuri/jsonschema/v6"

	"github.com/ashlar-iac/ashlar/core/failure"
	"github.com/ashlar-iac/ashlar/core/internal/document"
)

// Option changes how [Load] reads a stack's configuration.
type Option interface{ apply(*loader) }

type optionFunc func(*loader)

func (f optionFunc) apply(l *loader) { f(l) }

// WithStackFile names the file that the stack's configuration stands in.
// Default: Pulumi.<stack>.yaml of the project, found from the working directory
// upwards. Programs that run inside another process, through Pulumi's
// Automation API, name it, because they have no project folder of their own.
func WithStackFile(path string) Option {
	return optionFunc(func(l *loader) { l.stackFile = path })
}

// WithValidator adds a check to a section, which runs in the same pass as the
// validators of its type: for what only the program knows, such as that a
// module needs another one.
func WithValidator(section string, v Validator) Option {
	return optionFunc(func(l *loader) { l.validators[section] = append(l.validators[section], v) })
}

// engine knows the stack's configuration. It is a *pulumi.Context.
type engine interface {
	Stack() string
	RootDirectory() string
	GetConfig(key string) (string, bool)
	IsConfigSecret(key string) bool
}

// loader reads the sections of one stack.
type loader struct {
	ctx       engine
	stackFile string

	// base is the folder of the stack's file, home that of the project.
	base, home string
	// layers holds the lowest first.
	layers []*layer
	// unreadable holds the paths of encrypted values in files that the engine
	// does not decrypt, by section.
	unreadable map[string]*pathSet
	// validators holds further checks by section.
	validators map[string][]Validator
	findings   []Finding
}

// layer is what one source says of each section.
type layer struct {
	source   *source
	sections map[string]*node
	// order is that of the file.
	order []string
	// unclear holds the sections of which some values were encrypted, but not
	// which.
	unclear map[string]bool
}

// Load reads the given sections of the stack's configuration: it lays the
// stack's own values over those of the project's file, and these over those of
// the organization's file. Every problem of every section and file is in the
// one [Error] that it returns; nothing is decoded then. A section that nobody
// mentions is decoded as if it were empty.
//
// A section that none of the given ones has the name of is a problem as well.
func Load(ctx *pulumi.Context, sections []Section, opts ...Option) (*Manager, error) {
	l := newLoader(ctx)
	for _, o := range opts {
		o.apply(l)
	}
	sections = append([]Section{NewSection[Files](FilesSection, nil)}, sections...)
	if err := l.read(sections); err != nil {
		return nil, failure.Wrap(failure.Configuration, "read", l.subject(), err)
	}
	return l.decode(sections)
}

func newLoader(ctx engine) *loader {
	return &loader{ctx: ctx, unreadable: map[string]*pathSet{}, validators: map[string][]Validator{}}
}

func (l *loader) subject() string { return "configuration of stack " + strconv.Quote(l.ctx.Stack()) }

// decode checks and decodes the sections of the layers that were read.
func (l *loader) decode(sections []Section) (*Manager, error) {
	subject := l.subject()
	// A file that cannot be read makes everything that it says look missing.
	if err := newError(subject, l.findings); err != nil {
		return nil, err
	}
	m := &Manager{sections: map[string]*section{}}
	for _, s := range sections {
		if m.sections[s.name] != nil {
			return nil, failure.New(failure.Configuration, "read", subject, "the section %s is described twice", s.name)
		}
		m.sections[s.name] = &section{Section: s, root: l.merged(s.name), present: l.present(s.name)}
		m.order = append(m.order, s.name)
	}
	l.checkNames(sections)
	for _, s := range sections {
		if err := l.check(m, m.sections[s.name]); err != nil {
			return nil, failure.Wrap(failure.Configuration, "read", "section "+Namespace+":"+s.name, err)
		}
	}
	if err := newError(subject, l.findings); err != nil {
		return nil, err
	}
	return m, nil
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
	found, err := findProject(start, l.ctx.Stack())
	switch {
	case errors.Is(err, os.ErrNotExist):
		l.home, l.base = start, start
	case err != nil:
		return err
	default:
		l.home = found.directory
		if path == "" {
			path = found.stackFile
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

// readStack returns the stack's own layer. The values come from the engine,
// which decrypts them; the file tells where each one was written, and which
// were encrypted. A stack may have no file.
func (l *loader) readStack(path string, sections []Section) (*layer, error) {
	s := &source{layer: Stack, directory: l.base}
	if path == "" {
		return l.stackLayer(s, nil, sections), nil
	}
	root, defects, err := readDocument(path)
	if err != nil && !errors.Is(err, os.ErrNotExist) {
		return nil, fmt.Errorf("read stack file: %w", err)
	}
	if err == nil {
		s.file = filepath.Base(path)
	}
	l.reportDefects(s, defects)
	return l.stackLayer(s, root.at("config"), sections), nil
}

// stackLayer joins what the engine knows of the sections with what is written.
func (l *loader) stackLayer(s *source, written *node, sections []Section) *layer {
	out := &layer{source: s, sections: map[string]*node{}, unclear: map[string]bool{}}
	for _, s := range sections {
		value, present := l.value(s.name)
		if !present {
			continue
		}
		if depth(value, MaxDepth+1) > MaxDepth {
			l.findings = append(l.findings, Finding{
				Layer: Stack, File: out.source.file, Path: s.name,
				Message: fmt.Sprintf("nested more than %d levels deep", MaxDepth),
			})
			continue
		}
		at := written.at(Namespace + ":" + s.name)
		if !at.sameShape(value) {
			// Without the file nobody can tell which values were encrypted.
			out.unclear[s.name] = l.ctx.IsConfigSecret(Namespace + ":" + s.name)
		}
		out.sections[s.name] = withValue(value, at, out.source)
	}
	if written != nil {
		for _, key := range written.keys {
			if name, ok := strings.CutPrefix(key, Namespace+":"); ok {
				out.order = append(out.order, name)
				if out.sections[name] == nil {
					out.sections[name] = written.children[key].withSource(out.source)
				}
			}
		}
	}
	return out
}

// value returns the section's value as the engine knows it, decrypted.
func (l *loader) value(name string) (value any, present bool) {
	text, ok := l.ctx.GetConfig(Namespace + ":" + name)
	if !ok {
		return nil, false
	}
	if strings.TrimSpace(text) == "" {
		return map[string]any{}, true
	}
	value, err := jsonschema.UnmarshalJSON(strings.NewReader(text))
	if err != nil {
		// The engine passes a plain string as it is.
		return text, true
	}
	if value == nil {
		return map[string]any{}, true
	}
	return value, true
}

// readFiles returns the layers of the project's and the organization's file, the
// lowest first.
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
		l.refuse(files.at("project"), "files.project", "the stack's configuration names the project's file: remove this")
	}
	var organization *layer
	if n.text() != "" {
		if organization, err = l.readFile(Organization, n.path(n.text()), n); err != nil {
			return nil, err
		}
	}
	var out []*layer
	if organization != nil {
		l.refuse(organization.sections[FilesSection], FilesSection,
			"the stack's configuration or the project's file names the files: remove this")
		out = append(out, organization)
	}
	if project != nil {
		out = append(out, project)
	}
	return out, nil
}

func (l *loader) refuse(n *node, path, message string) {
	if n != nil {
		l.findings = append(l.findings, Finding{
			Layer: n.source.layer, File: n.source.file, Line: n.key.Line, Column: n.key.Column, Path: path, Message: message,
		})
	}
}

// readFile reads the file of a layer: a map of sections. by is the value that
// names it; when it is nil, the file need not exist.
func (l *loader) readFile(kind Layer, path string, by *node) (*layer, error) {
	s := &source{layer: kind, file: path, directory: filepath.Dir(path)}
	if relative, err := filepath.Rel(l.base, path); err == nil {
		s.file = filepath.ToSlash(relative)
	}
	root, defects, err := readDocument(path)
	switch {
	case errors.Is(err, os.ErrNotExist):
		if by != nil {
			l.findings = append(l.findings, Finding{
				Layer: by.source.layer, File: by.source.file, Line: by.value.Line, Column: by.value.Column,
				Path: FilesSection + "." + string(kind), Message: fmt.Sprintf("there is no file %s", s.file),
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
	if root == nil {
		return nil
	}
	root = root.withSource(s)
	if root.kind == nullNode {
		root.kind = mapNode
	}
	if root.kind != mapNode {
		l.reportDefects(s, []document.Defect{{Mark: root.value, Message: "expected a map of sections, such as kubernetes, found " + describe(root.plain())}})
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

// merged returns what all layers say of a section, or nil.
func (l *loader) merged(name string) *node {
	var out *node
	for _, layer := range l.layers {
		out = merge(out, layer.sections[name])
	}
	return out
}

func (l *loader) present(name string) bool {
	for _, layer := range l.layers {
		if layer.sections[name] != nil {
			return true
		}
	}
	return false
}

// checkNames reports sections that nobody reads, and encrypted values in files
// that the engine does not decrypt.
func (l *loader) checkNames(sections []Section) {
	known := map[string]bool{}
	var names []string
	for _, s := range sections {
		known[s.name] = true
		names = append(names, s.name)
	}
	for _, layer := range l.layers {
		for _, name := range layer.order {
			n := layer.sections[name]
			if !known[name] {
				message := "unknown section, " + Suggest(name, names)
				if plain, ok := strings.CutPrefix(name, Namespace+":"); ok && layer.source.layer != Stack {
					message = "in this file sections are written without the namespace: " + plain
				} else if name == "config" && layer.source.layer != Stack {
					message = "in this file sections stand at the top: remove config and the namespace " + Namespace
				}
				l.report(name, n, problem{kind: unknownKey, message: message})
			}
			if layer.source.layer != Stack {
				l.refuseEncrypted(n, []string{name})
			}
		}
		for name, unclear := range layer.unclear {
			if unclear {
				l.report(name, nil, problem{message: "holds encrypted values, but the stack file was not found or says something " +
					"else, so which of them are encrypted is not known: write the whole section in the stack file, and run the " +
					"program in its project folder or name the file with config.WithStackFile"})
			}
		}
	}
}

func (l *loader) refuseEncrypted(n *node, path []string) {
	if n.secure {
		if l.unreadable[path[0]] == nil {
			l.unreadable[path[0]] = &pathSet{}
		}
		l.unreadable[path[0]].add(path[1:])
		l.report(path[0], n, problem{path: path[1:], at: n, message: "encrypted values can be read from the stack's " +
			"configuration alone: move it there, pulumi config set --path --secret '" + Namespace + ":" + Path(path...) + "'"})
		return
	}
	for _, key := range n.keys {
		l.refuseEncrypted(n.children[key], join(path, key))
	}
}

// report adds a finding, placed where the problem stands in its file.
func (l *loader) report(section string, root *node, p problem) {
	stack := l.layers[len(l.layers)-1].source
	f := Finding{Layer: Stack, File: stack.file, Path: Path(append([]string{section}, p.path...)...), Message: p.message}
	n, depth := root.nearest(p.path)
	if p.at != nil {
		n, depth = p.at, len(p.path)
	}
	if n != nil {
		place := n.value
		// A missing value is shown at the thing that lacks it.
		if p.kind != wrongValue || depth < len(p.path) || place.Line == 0 {
			place = n.key
		}
		f.Layer, f.File, f.Line, f.Column = n.source.layer, n.source.file, place.Line, place.Column
	}
	l.findings = append(l.findings, f)
}

// text returns a string as it is written, or "" for anything else.
func (n *node) text() string {
	if n == nil || n.kind != scalarNode {
		return ""
	}
	s, _ := n.data.(string)
	return s
}

// path makes a path absolute that is relative to the file in which it is
// written. Addresses with a scheme stay as they are.
func (n *node) path(path string) string {
	if path == "" || filepath.IsAbs(path) || strings.Contains(path, "://") || n.source == nil {
		return path
	}
	return filepath.Join(n.source.directory, path)
}
