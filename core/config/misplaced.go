package config

import (
	"fmt"
	"regexp"
	"strings"
)

// misplaced reports keys that stand one level or two from where they belong, and moves those with only one place to
// belong to there, so that the values below them are checked as well and nothing that depends on them seems to be missing.
// Where there are several, what depends on the key is not reported.
func (c *sectionCheck) misplaced() {
	var moves paths[edit]
	c.root.walk(nil, func(n *node, path []string) bool {
		p, known := c.place.at(path)
		if !known || !n.isMap() {
			return known
		}
		for _, key := range n.keys {
			targets := c.homes(n, p, path, key)
			if len(targets) == 0 {
				continue
			}
			at := join(path, key)
			c.report(problem{kind: unknownKey, path: at, message: "unknown key here, it belongs in " + c.listed(targets)})
			if len(targets) > 1 {
				for _, target := range targets {
					c.lost.add(join(target, key))
				}
			} else if to := moves.add(targets[0]); to.added == nil {
				to.added = map[string]*node{key: n.children[key]}
			} else {
				to.added[key] = n.children[key]
			}
			*moves.add(at) = edit{renamed: true} // Removed.
		}
		return true
	})
	c.root = edited(c.root, &moves)
}

// listed returns the paths of maps in a message.
func (c *sectionCheck) listed(paths [][]string) string {
	words := make([]string, 0, len(paths))
	for _, path := range paths[:min(len(paths), maxListed)] {
		words = append(words, Path(join([]string{c.section.name}, path...)...))
	}
	if more := len(paths) - len(words); more > 0 {
		words = append(words, fmt.Sprintf("%d more", more))
	}
	return strings.Join(words, ", ")
}

// homes returns the paths of the maps to which a key of a map probably belongs, or nil for a key that is where it belongs,
// or nowhere.
func (c *sectionCheck) homes(n *node, p place, path []string, key string) [][]string {
	child := n.children[key]
	f, isStruct := p.fields()
	switch {
	case isStruct && f.isOption(key):
		return nil
	case isStruct:
		if _, credential := credentialKey(key, f.options()); credential {
			return nil
		}
		if inner := homesWithin(n, p, path, key, child, 2); len(inner) > 0 {
			return inner
		}
		for i := len(path) - 1; i >= max(0, len(path)-2); i-- {
			if at, _ := c.place.at(path[:i]); lacks(c.root.at(path[:i]...), at, key, child) {
				return [][]string{path[:i]}
			}
		}
		return nil
	case !p.isKeyed():
		return nil
	}
	// An entry with the name of an option of entries, and with none of their options.
	entry, _ := p.child(key)
	of, ok := entry.fields()
	if !ok || !of.isOption(key) || nameForm.MatchString(key) && !of.without(child) {
		return nil
	}
	return homesWithin(n, p, path, key, child, 1)
}

// homesWithin returns the paths of the maps up to a number of levels below n that could have the key.
func homesWithin(n *node, p place, path []string, key string, child *node, levels int) [][]string {
	if levels == 0 {
		return nil
	}
	var out [][]string
	for _, name := range n.keys {
		at, known := p.child(name)
		inner := n.children[name]
		if !known || inner == child || !inner.isMap() {
			continue
		}
		if lacks(inner, at, key, child) {
			out = append(out, join(path, name))
		}
		out = append(out, homesWithin(inner, at, join(path, name), key, child, levels-1)...)
	}
	return out
}

// lacks reports whether a map could have the key with a value like child, and has not.
func lacks(n *node, p place, key string, child *node) bool {
	f, ok := p.fields()
	if !ok || n == nil || n.secure || n.at(key) != nil || !f.isOption(key) {
		return false
	}
	at, _ := p.child(key)
	return child.kind == nullNode || at.isObject() == child.isMap()
}

// isOption reports whether a stack file may have the key.
func (f *fields) isOption(key string) bool {
	field := f.byKey[key]
	return field != nil && !field.program
}

// without reports whether a value is no struct of this type: it is not a map, or has none of its options.
func (f *fields) without(n *node) bool {
	if !n.isMap() {
		return n.kind != nullNode
	}
	for _, key := range n.keys {
		if f.isOption(key) {
			return false
		}
	}
	return len(n.keys) > 0
}

var nameForm = regexp.MustCompile(NamePattern)

// meantName returns the name of an entry that was probably meant by one with other characters: Web_2 -> web-2.
func meantName(name string) (string, bool) {
	out := strings.Trim(notInNames.ReplaceAllString(strings.ToLower(wordStart.ReplaceAllString(name, "$1-$2")), "-"), "-")
	return out, out != name && nameForm.MatchString(out)
}

var (
	notInNames = regexp.MustCompile(`[^a-z0-9]+`)
	wordStart  = regexp.MustCompile(`([a-z0-9])([A-Z])`)
)
