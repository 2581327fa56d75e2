package config

import (
	"fmt"
	"reflect"
	"strconv"
	"strings"
)

// check validates and decodes one section. Its value is nil when there are
// findings.
//
// One wrong value must not hide another problem: what breaks the schema is set
// aside, and the validators judge the rest in the same pass.
func (l *loader) check(m *Manager, s *section) error {
	for _, layer := range l.layers {
		if layer.unclear[s.name] {
			return nil
		}
	}
	checker, err := s.checker()
	if err != nil {
		return err
	}
	c := &sectionCheck{loader: l, section: s, checker: checker, root: s.root}
	if c.root == nil {
		c.root = &node{kind: mapNode}
	}
	l.guard(c)
	tree := c.schema()
	c.secrets(c.root, s.typ, nil, false)
	for _, p := range c.broken {
		tree = setAside(tree, s.typ, p.path, p.meant)
	}
	target := reflect.New(s.typ)
	if err := decode(c.prepare(tree, c.root, s.typ, traits{}), target.Interface()); err != nil {
		if c.failed {
			return nil
		}
		return fmt.Errorf("decode: %w", err)
	}
	filled, err := withDefaults(target)
	if err != nil {
		return err
	}
	for _, p := range validate(filled, scope{manager: m, section: s.name}, l.validators[s.name]...) {
		if !c.brokenPaths.touches(p.path) && !c.unreadableAt(p.path) && !c.incomplete(p.by) {
			c.report(p)
		}
	}
	if !c.failed {
		s.value = filled.Interface()
	}
	return nil
}

// sectionCheck is the state of checking one section.
type sectionCheck struct {
	*loader
	section *section
	checker *schemaChecker
	root    *node
	// exposed holds the paths of credentials in the clear: they are not shown.
	exposed pathSet
	// broken holds the values that cannot be judged any further; brokenPaths
	// has their paths, and lost those of which nobody knows what was meant.
	broken            []problem
	brokenPaths, lost pathSet
	failed            bool
}

// incomplete reports whether a value below a path was set aside. What a
// validator there finds may be a consequence of that. Validators of whole
// sections judge many entries, and go on.
func (c *sectionCheck) incomplete(at []string) bool {
	return len(at) > 0 && c.lost.below(at)
}

func (c *sectionCheck) report(p problem) {
	c.failed = true
	c.loader.report(c.section.name, c.root, p)
}

// breaks reports a problem with a value that validators must not look at.
func (c *sectionCheck) breaks(p problem) {
	c.report(p)
	c.setAside(p)
}

func (c *sectionCheck) setAside(p problem) {
	c.broken = append(c.broken, p)
	c.brokenPaths.add(p.path)
	if p.meant == nil {
		c.lost.add(p.path)
	}
}

// unreadableAt reports whether a value is encrypted where nobody decrypts it.
func (c *sectionCheck) unreadableAt(path []string) bool {
	unreadable := c.unreadable[c.section.name]
	return unreadable != nil && unreadable.touches(path)
}

// hidden reports whether a value must not be shown.
func (c *sectionCheck) hidden(path []string) bool {
	return c.root.hidden(path) || c.exposed.touches(path)
}

// schema checks the section against its schema and returns its value, without
// the keys that the schema does not know. Where an unknown key is a slip of a
// known one that is missing, it is taken for that one, so that what stands
// below it is checked as well and nothing else seems to be missing.
func (c *sectionCheck) schema() any {
	for {
		tree := withoutNulls(c.root.plain(), c.section.typ)
		problems := c.checker.check(tree, c.hidden)
		hopeless := len(problems) >= maxProblems
		changes, change := renaming{}, false
		for _, p := range problems {
			if p.kind != unknownKey {
				continue
			}
			meant, similar := similar(p.path[len(p.path)-1], p.known)
			if belongs, ok := credentialKey(p.path[len(p.path)-1], p.known); ok {
				p.message, similar = belongs, false
			}
			c.report(p)
			if !similar {
				meant = ""
			}
			changes.add(p.path, meant)
			change = true
		}
		if change && !hopeless {
			c.root = changes.apply(c.root)
			continue
		}
		for _, p := range problems {
			if c.unreadableAt(p.path) || c.exposed.touches(p.path) {
				continue
			}
			// Encrypted values that cannot stand there are reported as such.
			if n := c.root.at(p.path...); n == nil || !n.secure || holdsSecrets(c.section.typ, p.path) {
				if p.kind == unknownKey || p.kind == badName {
					c.report(p)
				} else {
					c.breaks(p)
				}
			}
		}
		return tree
	}
}

// secrets reports encrypted values that stand where they could not be kept
// secret, and plain ones where only encrypted ones may stand. confined tells
// that the field asks for encryption.
func (c *sectionCheck) secrets(n *node, t reflect.Type, path []string, confined bool) {
	if n.secure {
		if !holdsSecrets(c.section.typ, path) {
			c.breaks(problem{path: path, message: "encrypted, but this setting is not kept secret: " +
				"write it in the clear, or use a setting that is made for secrets"})
		}
		return
	}
	if confined && n.kind == scalarNode && n.value.Line > 0 {
		c.report(problem{path: path, message: "a secret in the clear: encrypt it, pulumi config set --path --secret '" +
			Namespace + ":" + Path(join([]string{c.section.name}, path...)...) + "'"})
		return
	}
	for _, key := range n.keys {
		child, in := childOf(t, key)
		if in.known {
			c.secrets(n.children[key], child, join(path, key), confined || in.secret)
		}
	}
}

// prepare returns a copy of the tree for the decoder: encrypted values, and
// those that should be, are secrets; relative paths are absolute.
func (c *sectionCheck) prepare(value any, n *node, t reflect.Type, in traits) any {
	if n == nil {
		return value
	}
	if n.secure {
		return secret{value}
	}
	inner := func(key string, element any) any {
		child, own := childOf(t, key)
		if own.element {
			own = in
		}
		own.secret = own.secret || in.secret
		return c.prepare(element, n.children[key], child, own)
	}
	switch v := value.(type) {
	case map[string]any:
		out := make(map[string]any, len(v))
		for key, element := range v {
			out[key] = inner(key, element)
		}
		return out
	case []any:
		out := make([]any, len(v))
		for i, element := range v {
			out[i] = inner(strconv.Itoa(i), element)
		}
		return out
	case string:
		if in.path {
			value = n.path(v)
		}
	}
	if in.secret {
		return secret{value}
	}
	return value
}

// setAside replaces the value at a path by what was meant, or else by an empty
// one.
func setAside(tree any, t reflect.Type, path []string, meant any) any {
	if len(path) == 0 {
		if meant != nil {
			return meant
		}
		if t != nil && isObject(t) {
			return map[string]any{}
		}
		return nil
	}
	child, _ := childOf(t, path[0])
	switch v := tree.(type) {
	case map[string]any:
		if element, ok := v[path[0]]; ok {
			if v[path[0]] = setAside(element, child, path[1:], meant); v[path[0]] == nil {
				delete(v, path[0])
			}
		}
	case []any:
		if i, err := strconv.Atoi(path[0]); err == nil && i >= 0 && i < len(v) {
			v[i] = setAside(v[i], child, path[1:], meant)
		}
	}
	return tree
}

// guard reports credentials that are written in the clear.
func (l *loader) guard(c *sectionCheck) {
	var walk func(n *node, path []string)
	walk = func(n *node, path []string) {
		if n.secure {
			return
		}
		if text, ok := n.data.(string); ok && n.kind == scalarNode {
			what, found := credentialValue(text)
			if !found && len(path) > 1 {
				what, found = credentialVariable(path[len(path)-1])
				found = found && strings.TrimSpace(text) != ""
			}
			if found {
				c.exposed.add(path)
				c.breaks(problem{path: path, message: what})
			}
		}
		for _, key := range n.keys {
			walk(n.children[key], join(path, key))
		}
	}
	walk(c.root, nil)
}
