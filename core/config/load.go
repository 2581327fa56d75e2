package config

import (
	"cmp"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/ashlar-iac/ashlar/core/failure"
)

// Option changes how [Load] reads a stack's configuration.
type Option interface{ apply(*loader) }

type optionFunc func(*loader)

func (f optionFunc) apply(l *loader) { f(l) }

// WithStackFile sets the path of the stack's file. Default: Pulumi.<stack>.yaml of the project, which is searched from
// the working directory upwards. Programs that run in another process, through Pulumi's Automation API, set it, because
// they have no project folder of their own.
func WithStackFile(path string) Option {
	return optionFunc(func(l *loader) { l.stackFile = path })
}

// WithValidator adds a validator to a section, which runs in the same pass as those of its type: for checks that need
// the program, such as that a required module is enabled.
func WithValidator(section string, v Validator) Option {
	return optionFunc(func(l *loader) { l.validators[section] = append(l.validators[section], v) })
}

// WithLookups adds a function to a section that checks what only a look-up in the cloud shows, such as whether a zone
// exists. It runs after all validators, also when these have problems, in previews, so that one error
// has all of them: the function skips look-ups for values that are not [Report.Sound]. Its error is for look-ups that fail.
func WithLookups(section string, lookUp func(report *Report) error) Option {
	return optionFunc(func(l *loader) { l.lookups[section] = append(l.lookups[section], lookUp) })
}

// engine knows the stack's configuration. It is a *pulumi.Context.
type engine interface {
	Stack() string
	RootDirectory() string
	GetConfig(key string) (string, bool)
	IsConfigSecret(key string) bool
	Project() string
	DryRun() bool
}

// loader reads the sections of one stack.
type loader struct {
	ctx       engine
	stackFile string

	// base is the folder of the stack's file, home that of the project. expected is the name of the stack's file.
	base, home, expected string
	// projectConfig tells that the project has configuration of its own.
	projectConfig bool
	// partial tells that a part of the configuration cannot be read, so that values may only seem to be missing.
	partial bool
	// layers holds the lowest first.
	layers []*layer
	// unreadable holds the paths of encrypted values in files that the engine does not decrypt, by section.
	unreadable map[string]*pathSet
	// validators holds additional validators by section.
	validators map[string][]Validator
	// lookups holds the look-ups by section.
	lookups map[string][]func(*Report) error
	after   delays
	// findings end the program, warnings do not.
	findings, warnings []Finding
}

// Load reads the given sections of the stack's configuration: the stack's own values override those of the project's
// file, and these override those of the organization's file. One [Error] holds the problems of all sections and files;
// nothing is decoded then. A section that no layer has is decoded as if it were empty. A section in a file that is not
// among the given ones is a problem as well.
func Load(ctx *pulumi.Context, sections []Section, opts ...Option) (*Manager, error) {
	l := newLoader(ctx)
	for _, o := range opts {
		o.apply(l)
	}
	sections = append([]Section{NewSection[Files](FilesSection, nil)}, sections...)
	if err := l.read(sections); err != nil {
		return nil, failure.Wrap(failure.Configuration, "read", l.subject(), err)
	}
	m, err := l.decode(sections)
	if err != nil {
		return nil, err
	}
	return m, warn(ctx, l.warnings)
}

// warn shows findings that do not end the program.
func warn(ctx *pulumi.Context, warnings []Finding) error {
	for _, f := range warnings {
		if err := ctx.Log.Warn(f.String(), nil); err != nil {
			return fmt.Errorf("show a warning: %w", err)
		}
	}
	return nil
}

func newLoader(ctx engine) *loader {
	return &loader{
		ctx: ctx, unreadable: map[string]*pathSet{}, validators: map[string][]Validator{},
		lookups: map[string][]func(*Report) error{}, after: delays{},
	}
}

func (l *loader) subject() string { return "configuration of stack " + strconv.Quote(l.ctx.Stack()) }

// decode checks and decodes the sections of the layers that were read.
func (l *loader) decode(sections []Section) (*Manager, error) {
	subject := l.subject()
	m := &Manager{sections: map[string]*section{}, claims: claims{}}
	known := make([]string, len(sections))
	for i, s := range sections {
		known[i] = s.name
	}
	for _, layer := range l.layers {
		layer.rename(known)
	}
	for _, s := range sections {
		if m.sections[s.name] != nil {
			return nil, failure.New(failure.Configuration, "read", subject, "duplicate section %s", s.name)
		}
		var root *node
		for _, layer := range l.layers {
			root = merge(root, layer.sections[s.name])
		}
		m.sections[s.name] = &section{Section: s, root: root}
		m.order = append(m.order, s.name)
	}
	for _, layer := range l.layers {
		l.checkSections(layer, m.order)
	}
	for _, s := range sections {
		if err := l.readSection(m.sections[s.name]); err != nil {
			return nil, failure.Wrap(failure.Configuration, "read", "section "+Namespace+":"+s.name, err)
		}
	}
	for _, s := range sections {
		if c := m.sections[s.name].check; c != nil {
			c.validate(m)
		}
	}
	var failed []error
	// Look-ups register providers. With findings, they run in previews only, which leave nothing in the state.
	lookUp := len(l.findings) == 0 || l.ctx.DryRun()
	for _, s := range sections {
		if c := m.sections[s.name].check; c != nil && lookUp {
			failed = append(failed, c.lookUp(m))
		}
	}
	slices.SortStableFunc(l.findings, l.after.compare)
	if len(l.findings) > 0 {
		failed = append([]error{&Error{Subject: subject, Findings: slices.Compact(l.findings)}}, failed...)
	}
	if err := failure.Join(failed...); err != nil {
		return nil, err
	}
	return m, nil
}

// checkSections reports unknown sections of a layer, and encrypted values that the engine does not decrypt.
func (l *loader) checkSections(layer *layer, known []string) {
	for _, name := range layer.order {
		n := layer.sections[name]
		if !slices.Contains(known, name) {
			message := "unknown section, " + Suggest(name, known)
			if plain, ok := strings.CutPrefix(name, Namespace+":"); ok && layer.source.layer != Stack {
				message = "sections of this file have no namespace: write " + plain
			} else if name == "config" && layer.source.layer != Stack {
				message = "sections are top-level keys of this file: remove config and the namespace " + Namespace
			}
			l.report(name, n, problem{kind: unknownKey, message: message})
		}
		if layer.source.layer == Stack {
			continue
		}
		name = cmp.Or(layer.renamed[name], name)
		n.walk(nil, func(n *node, path []string) bool {
			if n.secure {
				if l.unreadable[name] == nil {
					l.unreadable[name] = &pathSet{}
				}
				l.unreadable[name].add(path)
				l.report(name, n, problem{path: path, at: n, message: "encrypted values are only supported in the " +
					"stack's configuration: move it there with pulumi config set --path --secret '" +
					Namespace + ":" + Path(join([]string{name}, path...)...) + "'"})
			}
			return !n.secure
		})
	}
}

// report adds a finding at the position of a problem in its file.
func (l *loader) report(section string, root *node, p problem) {
	stack := l.layers[len(l.layers)-1].source
	f := Finding{Layer: Stack, File: stack.file, Path: section, Message: p.message}
	if len(p.path) > 0 {
		f.Path = Path(join([]string{section}, p.path...)...)
	}
	n, depth := root.nearest(p.path)
	if p.at != nil {
		n, depth = p.at, len(p.path)
	}
	if n != nil && n.source != nil {
		position := n.value
		// A missing value is shown at the map that lacks it.
		if p.kind != wrongValue || depth < len(p.path) || position.Line == 0 {
			position = n.key
		}
		f.Layer, f.File, f.Line, f.Column = n.source.layer, n.source.file, position.Line, position.Column
	}
	if p.warning {
		l.warnings = append(l.warnings, f)
		return
	}
	l.findings = append(l.findings, f)
}
