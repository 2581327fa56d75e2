package config

import (
	"fmt"
	"reflect"
	"slices"
	"strings"

	"github.com/go-viper/mapstructure/v2"

	"github.com/ashlar-iac/ashlar/core/failure"
)

// readSection checks one section against its schema and decodes it. The validators run later, when all sections are decoded,
// because they can read other sections.
//
// One wrong value must not hide another problem: a value that violates the schema is removed, and the validators
// check the rest in the same pass.
func (l *loader) readSection(s *section) error {
	checker, err := s.checker()
	if err != nil {
		return err
	}
	c := &sectionCheck{loader: l, section: s, checker: checker, root: s.root, place: placeOf(s.typ)}
	if c.root == nil {
		c.root = &node{kind: mapNode}
	}
	c.misplaced()
	c.credentials()
	c.scalars()
	if err := c.schema(); err != nil {
		return err
	}
	c.secrets()
	c.distinct()
	c.doubts()
	target := reflect.New(s.typ)
	if err := decode(c.tree(edited(c.root, &c.broken), decodable), target.Interface()); err != nil {
		if c.failed {
			return nil
		}
		return fmt.Errorf("decode: %w", err)
	}
	if l.partial {
		return nil
	}
	filled, err := withDefaults(target)
	if err != nil {
		return err
	}
	s.value, s.check = filled.Interface(), c
	return nil
}

// validate runs the validators of a section.
func (c *sectionCheck) validate(m *Manager) {
	name, value := c.section.name, c.section.value
	c.add(validate(reflect.ValueOf(value), scope{manager: m, section: name, value: value}, c.validators[name]...))
}

// lookUp runs the look-ups of a section.
func (c *sectionCheck) lookUp(m *Manager) error {
	name := c.section.name
	var found []problem
	var failed []error
	for _, f := range c.lookups[name] {
		failed = append(failed, f(&Report{
			problems: &found, scope: scope{manager: m, section: name, value: c.section.value, claims: m.claims},
		}))
	}
	c.add(found)
	return failure.Join(failed...)
}

// add reports the problems that validators and look-ups found, without those that may be consequences of another one.
func (c *sectionCheck) add(found []problem) {
	for _, p := range found {
		if !c.broken.touches(p.path) && !c.unreadableAt(p.path) && !c.incomplete(p) {
			c.report(p)
			if !p.warning {
				c.delay(p.by)
			}
		}
	}
}

// sectionCheck is the state of checking one section.
type sectionCheck struct {
	*loader
	section *section
	checker *schemaChecker
	place   place
	// root is the value of the section, with slips in keys put right, and plain the tree of its values.
	root  *node
	plain any
	// exposed holds the paths of credentials in plain text: they are not shown.
	exposed pathSet
	// broken holds the values that are not decoded, or that are decoded as what they were probably meant to be. lost
	// has the paths of the former.
	broken paths[edit]
	lost   pathSet
	// faulty has the paths of all findings.
	faulty pathSet
	// causes are the unknown keys for which nothing similar is known.
	causes []cause
	failed bool
}

// cause is an unknown key of a map, of which other problems of the map may be consequences.
type cause struct {
	path    []string
	finding Finding
}

// delay moves the last finding, with a map at a path, after the unknown keys in the map: it may be a consequence of them.
func (c *sectionCheck) delay(path []string) {
	last := c.findings[len(c.findings)-1]
	for _, cause := range c.causes {
		within := len(path) > 0 && len(cause.path) >= len(path) && slices.Equal(path, cause.path[:len(path)])
		if within && compareFindings(c.after.place(last), cause.finding) < 0 {
			c.after[last] = cause.finding
		}
	}
}

// incomplete reports whether a problem may be a consequence of a value that is lost below the path of its validator: one
// with a value that is missing, or with a map. A problem with another value that is written is none. Validators of whole
// sections check many entries, and go on.
func (c *sectionCheck) incomplete(p problem) bool {
	if len(p.by) == 0 || !c.lost.below(p.by) {
		return false
	}
	n := c.root.at(p.path...)
	return n == nil || n.kind == nullNode || n.isMap()
}

func (c *sectionCheck) report(p problem) {
	c.failed = c.failed || !p.warning
	if !p.warning {
		c.faulty.add(p.path)
	}
	c.loader.report(c.section.name, c.root, p)
}

// breaks reports a problem with a value that validators must not see.
func (c *sectionCheck) breaks(p problem) {
	c.report(p)
	*c.broken.add(p.path) = edit{replaced: true, data: p.meant}
	if p.meant == nil {
		c.lost.add(p.path)
	}
}

// unreadableAt reports whether a value is encrypted in a file that the engine does not decrypt.
func (c *sectionCheck) unreadableAt(path []string) bool {
	unreadable := c.unreadable[c.section.name]
	return unreadable != nil && unreadable.touches(path)
}

// hidden reports whether a value must not be shown.
func (c *sectionCheck) hidden(path []string) bool {
	return c.root.hidden(path) || c.exposed.touches(path)
}

// scalar returns the scalar at a path, or nil.
func (c *sectionCheck) scalar(path []string) *node {
	if n := c.root.at(path...); n != nil && n.kind == scalarNode {
		return n
	}
	return nil
}

// doubts removes values that may be encrypted, so that no validator shows them.
func (c *sectionCheck) doubts() {
	c.root.walk(nil, func(n *node, path []string) bool {
		if n.doubtful {
			c.failed = true
			*c.broken.add(path) = edit{replaced: true}
			c.lost.add(path)
		}
		return !n.doubtful
	})
}

// tree returns the value of the section. One without a value is an empty map.
func (c *sectionCheck) tree(root *node, scalar func(*node, place) any) any {
	if out := root.tree(c.place, scalar); out != nil {
		return out
	}
	return map[string]any{}
}

// schema checks the section against its schema, and removes unknown keys. A slip of a known key that is missing is
// renamed, so that the values below it are checked as well and nothing else seems to be missing.
func (c *sectionCheck) schema() error {
	for {
		c.plain = c.tree(c.root, data)
		problems, err := c.checker.check(c.plain, c)
		if err != nil {
			return err
		}
		var slips paths[edit]
		for _, p := range problems {
			if p.kind != unknownKey {
				continue
			}
			key := p.path[len(p.path)-1]
			meant, _ := similar(key, p.known)
			if belongs, ok := credentialKey(key, p.known); ok {
				p.message, meant = belongs, ""
			}
			c.report(p)
			if meant == "" {
				c.causes = append(c.causes, cause{p.path[:len(p.path)-1], c.findings[len(c.findings)-1]})
			}
			*slips.add(p.path) = edit{renamed: true, name: meant}
		}
		if len(slips.children) > 0 && len(problems) < maxProblems {
			c.root = edited(c.root, &slips)
			continue
		}
		for _, p := range problems {
			if c.unreadableAt(p.path) || c.exposed.touches(p.path) || c.broken.within(p.path) ||
				p.missing && c.partial {
				continue
			}
			// Encrypted values at a wrong place are reported as such.
			if n := c.root.at(p.path...); n == nil || !n.secure && !n.doubtful || c.place.keepsSecrets(p.path) {
				if p.kind == unknownKey || p.kind == badName {
					c.report(p)
				} else {
					c.breaks(p)
					if p.missing {
						c.delay(p.path[:len(p.path)-1])
					}
				}
			}
		}
		return nil
	}
}

// secrets reports encrypted values of options that do not keep secrets, and plain text in options that require
// encrypted values.
func (c *sectionCheck) secrets() {
	c.root.walk(nil, func(n *node, path []string) bool {
		p, known := c.place.at(path)
		switch {
		case n.secure && !c.place.keepsSecrets(path):
			c.breaks(problem{path: path, message: "encrypted, but this option does not keep secrets: " +
				"write it in plain text, or use an option for secrets"})
		case !n.secure && !n.doubtful && known && p.secret && n.kind == scalarNode && n.value.Line > 0:
			c.report(problem{path: path, message: "secret in plain text: encrypt it with " +
				"pulumi config set --path --secret '" + Namespace + ":" + Path(join([]string{c.section.name}, path...)...) + "'"})
		}
		return !n.secure
	})
}

// distinct reports keys that are in more than one of the sibling maps that must differ.
func (c *sectionCheck) distinct() {
	sharedKeys(c.place, c.plain, nil, func(first, second []string) {
		c.report(problem{kind: unknownKey, path: second, message: alsoIn(pathWithPosition(c.section.name, c.root, first))})
	})
}

// credentials reports credentials in plain text.
func (c *sectionCheck) credentials() {
	c.root.walk(nil, func(n *node, path []string) bool {
		if text := n.text(); text != "" && !n.secure {
			what, found := credentialValue(text)
			if !found && len(path) > 1 && strings.TrimSpace(text) != "" {
				what, found = credentialVariable(path[len(path)-1])
			}
			if found {
				c.exposed.add(path)
				c.breaks(problem{path: path, message: what})
			}
		}
		return !n.secure
	})
}

// decodable returns a scalar for the decoder: encrypted values, and those that should be, are secrets; relative paths
// are absolute.
func decodable(n *node, p place) any {
	if n.secure {
		return secret{n.data}
	}
	value := n.data
	if p.path && n.text() != "" {
		value = n.path(n.text())
	}
	if p.secret {
		return secret{value}
	}
	return value
}

// decode fills the struct that target points to with a tree of plain values and secrets, which has passed the schema of
// the struct.
func decode(tree, target any) error {
	d, err := mapstructure.NewDecoder(&mapstructure.DecoderConfig{
		TagName: "pulumi",
		Squash:  true,
		// A field without a key is not an option, whatever its name.
		IgnoreUntaggedFields: true,
		ErrorUnused:          true,
		Result:               target,
		DecodeHook: mapstructure.DecodeHookFuncValue(func(from, to reflect.Value) (any, error) {
			if k, ok := kindOf(to.Type()); ok {
				return k.convert(from.Interface())
			}
			if _, ok := from.Interface().(secret); ok {
				return nil, fmt.Errorf("a %s cannot hold a secret", to.Type())
			}
			return from.Interface(), nil
		}),
	})
	if err != nil {
		return err
	}
	return d.Decode(tree)
}
