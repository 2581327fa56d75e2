package config

import (
	"fmt"
	"maps"
	"reflect"
	"slices"
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
	c := &sectionCheck{loader: l, section: s, checker: checker, root: s.root, broken: l.unreadable[s.name], meant: map[string]any{}}
	if c.root == nil {
		c.root = &node{kind: mapNode}
	}
	l.guard(c)
	tree := c.schema()
	c.secrets(c.root, s.typ, nil, false)
	for _, path := range c.broken {
		tree = setAside(tree, s.typ, path, c.meant[Path(path...)])
	}
	target := reflect.New(s.typ)
	if err := decode(c.prepare(tree, c.root, s.typ, traits{}), target.Interface()); err != nil {
		if len(c.broken) > 0 {
			return nil
		}
		return fmt.Errorf("decode: %w", err)
	}
	filled, err := withDefaults(target)
	if err != nil {
		return err
	}
	for _, p := range validate(filled, m) {
		if !overlaps(p.path, c.broken) && !c.incomplete(p.by) {
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
	exposed [][]string
	// broken holds the paths of values that cannot be judged any further.
	broken [][]string
	// meant holds what values of the wrong type were meant to be, by path.
	meant  map[string]any
	failed bool
}

// incomplete reports whether a value below a path was set aside. What a
// validator there finds may be a consequence of that. Validators of whole
// sections judge many entries, and go on.
func (c *sectionCheck) incomplete(at []string) bool {
	return len(at) > 0 && slices.ContainsFunc(c.broken, func(path []string) bool {
		_, converted := c.meant[Path(path...)]
		return !converted && len(path) >= len(at) && slices.Equal(path[:len(at)], at)
	})
}

func (c *sectionCheck) report(p problem) {
	c.failed = true
	c.loader.report(c.section.name, c.root, p)
}

// breaks reports a problem with a value that validators must not look at.
func (c *sectionCheck) breaks(p problem) {
	c.report(p)
	c.broken = append(c.broken, p.path)
	if p.meant != nil {
		c.meant[Path(p.path...)] = p.meant
	}
}

// hidden reports whether a value must not be shown.
func (c *sectionCheck) hidden(path []string) bool {
	return c.root.hidden(path) || overlaps(path, c.exposed)
}

// schema checks the section against its schema and returns its value, without
// the keys that the schema does not know. Where an unknown key is a slip of a
// known one that is missing, it is taken for that one, so that what stands
// below it is checked as well and nothing else seems to be missing.
func (c *sectionCheck) schema() any {
	for {
		tree := withoutNulls(c.root.plain(), c.section.typ)
		problems := c.checker.check(tree, c.hidden)
		root := c.root
		for _, p := range problems {
			if p.kind != unknownKey {
				continue
			}
			meant, similar := similar(p.path[len(p.path)-1], p.known)
			if belongs, ok := credentialKey(p.path[len(p.path)-1], p.known); ok {
				p.message, similar = belongs, false
			}
			c.report(p)
			parent := root.at(p.path[:len(p.path)-1]...)
			if parent == nil {
				continue
			}
			if parent.children[meant] != nil || !similar {
				meant = ""
			}
			root = root.renamed(p.path, meant)
		}
		if root != c.root {
			c.root = root
			continue
		}
		for _, p := range problems {
			if overlaps(p.path, c.unreadable[c.section.name]) || overlaps(p.path, c.exposed) {
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

// renamed returns a copy of the tree in which the last key of the path has
// another name, or is gone when the name is empty.
func (n *node) renamed(path []string, name string) *node {
	out := *n
	out.children = maps.Clone(n.children)
	child := n.children[path[0]]
	if len(path) > 1 {
		out.children[path[0]] = child.renamed(path[1:], name)
		return &out
	}
	out.keys = slices.Clone(n.keys)
	i := slices.Index(out.keys, path[0])
	delete(out.children, path[0])
	if name == "" {
		out.keys = slices.Delete(out.keys, i, i+1)
		return &out
	}
	out.keys[i] = name
	out.children[name] = child
	return &out
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

// overlaps reports whether a path leads to, into or around one of the others.
func overlaps(path []string, others [][]string) bool {
	return slices.ContainsFunc(others, func(other []string) bool {
		n := min(len(path), len(other))
		return slices.Equal(path[:n], other[:n])
	})
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
				c.exposed = append(c.exposed, path)
				c.breaks(problem{path: path, message: what})
			}
		}
		for _, key := range n.keys {
			walk(n.children[key], join(path, key))
		}
	}
	walk(c.root, nil)
}
