package config

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"reflect"
	"slices"
	"strconv"
	"strings"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
	"github.com/santhosh-tekuri/jsonschema/v6"
)

// Manager holds the decoded configuration of a stack.
type Manager struct {
	directory string
	values    map[string]any
	present   map[string]bool
}

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

// loader reads the sections of one stack.
type loader struct {
	ctx       *pulumi.Context
	stackFile string
	file      *stackFile
	findings  []Finding
}

// Load reads the given sections of the stack's configuration. Every problem of
// every section is in the one [Error] that it returns; nothing is decoded then.
// A section that the stack does not mention is decoded as if it were empty.
//
// A key of the ashlar namespace that none of the sections has the name of is a
// problem as well.
func Load(ctx *pulumi.Context, sections []Section, opts ...Option) (*Manager, error) {
	l := &loader{ctx: ctx}
	for _, o := range opts {
		o.apply(l)
	}
	m := &Manager{values: map[string]any{}, present: map[string]bool{}}
	if err := l.open(m); err != nil {
		return nil, err
	}
	l.checkNames(sections)
	for _, s := range sections {
		value, present, err := l.load(s)
		if err != nil {
			return nil, fmt.Errorf("section %s:%s: %w", Namespace, s.name, err)
		}
		m.values[s.name], m.present[s.name] = value, present
	}
	if err := newError("configuration of stack "+strconv.Quote(ctx.Stack()), l.findings); err != nil {
		return nil, err
	}
	return m, nil
}

// Get returns the decoded value of a section. T is the type that the section
// was described with.
func Get[T any](m *Manager, section string) (T, error) {
	value, ok := m.values[section]
	if !ok {
		var zero T
		return zero, fmt.Errorf("section %q was not loaded", section)
	}
	typed, ok := value.(T)
	if !ok {
		return typed, fmt.Errorf("section %q holds a %T, not a %T", section, value, typed)
	}
	return typed, nil
}

// Present reports whether the stack mentions the section.
func (m *Manager) Present(section string) bool { return m.present[section] }

// Directory returns the folder that relative paths in the configuration start
// from: the one that holds the stack's file, or the working directory.
func (m *Manager) Directory() string { return m.directory }

// open finds and parses the stack's file.
func (l *loader) open(m *Manager) error {
	start := l.ctx.RootDirectory()
	if start == "" {
		var err error
		if start, err = os.Getwd(); err != nil {
			return fmt.Errorf("find the stack file: %w", err)
		}
	}
	path := l.stackFile
	if path == "" {
		var err error
		path, err = findStackFile(start, l.ctx.Stack())
		if errors.Is(err, os.ErrNotExist) {
			m.directory = start
			return nil
		}
		if err != nil {
			return err
		}
	}
	m.directory = filepath.Dir(path)
	file, err := readStackFile(path)
	if err != nil {
		return err
	}
	l.file = file
	return nil
}

// checkNames reports sections of the file that nobody reads.
func (l *loader) checkNames(sections []Section) {
	var known []string
	for _, s := range sections {
		known = append(known, s.name)
	}
	for _, name := range l.file.sections() {
		if !slices.Contains(known, name) {
			p := problem{onKey: true, message: "unknown section, " + Suggest(name, known)}
			l.report(name, l.file.section(name), p)
		}
	}
}

// load validates and decodes one section. The value is nil when there are
// findings.
func (l *loader) load(s Section) (value any, present bool, err error) {
	schema, err := s.Schema()
	if err != nil {
		return nil, false, err
	}
	checker, err := newSchemaChecker(schema)
	if err != nil {
		return nil, false, err
	}
	tree, present := l.tree(s.name)
	written := l.file.section(s.name)
	if !written.sameShape(tree) {
		written = nil
		if l.ctx.IsConfigSecret(Namespace + ":" + s.name) {
			// Without the file nobody can tell which values were encrypted.
			l.report(s.name, nil, problem{message: "holds encrypted values, but the stack file was not found or says something " +
				"else, so which of them are encrypted is not known: write the whole section in the stack file, and run the " +
				"program in its project folder or name the file with config.WithStackFile"})
			return nil, present, nil
		}
	}
	tree = withoutNulls(tree, s.typ)
	hidden := func(path []string) bool {
		for n, i := written, 0; n != nil; i++ {
			if n.secure {
				return true
			}
			if i == len(path) {
				return n.holdsSecret()
			}
			n = n.at(path[i])
		}
		return false
	}
	before := len(l.findings)
	for _, p := range checker.check(tree, hidden) {
		// Encrypted values that cannot stand there are reported as such.
		if n := written.at(p.path...); n == nil || !n.secure || holdsSecrets(s.typ, p.path) {
			l.report(s.name, written, p)
		}
	}
	tree = l.wrapSecrets(s, written, written, tree, nil)
	if len(l.findings) > before {
		return nil, present, nil
	}
	target := reflect.New(s.typ)
	if err := decode(tree, target.Interface()); err != nil {
		return nil, present, fmt.Errorf("decode: %w", err)
	}
	filled, err := withDefaults(target)
	if err != nil {
		return nil, present, err
	}
	for _, p := range validate(filled) {
		l.report(s.name, written, p)
	}
	return filled.Interface(), present, nil
}

// tree returns the section's value as the engine knows it, decrypted.
func (l *loader) tree(name string) (tree any, present bool) {
	text, ok := l.ctx.GetConfig(Namespace + ":" + name)
	if !ok || strings.TrimSpace(text) == "" {
		return map[string]any{}, ok
	}
	tree, err := jsonschema.UnmarshalJSON(strings.NewReader(text))
	if err != nil {
		// The engine passes a plain string as it is.
		return text, true
	}
	if tree == nil {
		return map[string]any{}, true
	}
	return tree, true
}

// wrapSecrets returns a copy of the tree in which every encrypted value is a
// secret. It reports those that stand where they could not be kept.
func (l *loader) wrapSecrets(s Section, root, n *node, value any, path []string) any {
	if n == nil {
		return value
	}
	if n.secure {
		if !holdsSecrets(s.typ, path) {
			l.report(s.name, root, problem{path: path, message: "encrypted, but this setting is not kept secret: " +
				"write it in the clear, or use a setting that is made for secrets"})
		}
		return secret{value}
	}
	switch v := value.(type) {
	case map[string]any:
		out := make(map[string]any, len(v))
		for k, child := range v {
			out[k] = l.wrapSecrets(s, root, n.at(k), child, join(path, k))
		}
		return out
	case []any:
		out := make([]any, len(v))
		for i, child := range v {
			key := strconv.Itoa(i)
			out[i] = l.wrapSecrets(s, root, n.at(key), child, join(path, key))
		}
		return out
	}
	return value
}

// report adds a finding, placed where the problem stands in the file.
func (l *loader) report(section string, root *node, p problem) {
	f := Finding{File: l.file.name(), Path: Path(slices.Concat([]string{section}, p.path)...), Message: p.message}
	if root != nil {
		n, depth := root.nearest(p.path)
		pos := n.value
		// A missing value is shown at the thing that lacks it.
		if p.onKey || depth < len(p.path) || pos.Line == 0 {
			pos = n.key
		}
		f.Line, f.Column = pos.Line, pos.Column
	}
	l.findings = append(l.findings, f)
}
