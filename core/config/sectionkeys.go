package config

import (
	"fmt"
	"regexp"
	"slices"
	"strings"

	"github.com/agext/levenshtein"
)

// stackKey is a key of the stack's configuration that is a section, or was probably meant to be one.
type stackKey struct {
	// key is the key as the engine has it.
	key string
	// section is the name of the section.
	section string
	written *node
	// message is what is wrong with the key, "" for a right one.
	message string
}

func (k stackKey) finding(s *source) Finding {
	f := Finding{Layer: Stack, File: s.file, Path: k.key, Message: k.message}
	if k.written != nil {
		f.Line, f.Column = k.written.key.Line, k.written.key.Column
	}
	return f
}

// stackKeys returns the sections of a stack's file, in its order, then those that only the engine has. Keys that are
// close to those of sections come last: nothing else would tell that they do nothing.
func (l *loader) stackKeys(root *node, known []string) []stackKey {
	var out, slips []stackKey
	taken := map[string]bool{}
	add := func(k stackKey) {
		if k.message == "" {
			out = append(out, k)
			taken[k.section] = true
		} else {
			slips = append(slips, k)
		}
	}
	config := root.at("config")
	if config != nil && config.isMap() {
		for _, key := range config.keys {
			l.readKey(key, config.children[key], known, add)
		}
	}
	if root != nil && root.isMap() {
		for _, key := range root.keys {
			if key != "config" {
				l.readOutside(key, root.children[key], known, add)
			}
		}
	}
	for _, name := range known {
		if key := Namespace + ":" + name; !taken[name] {
			if _, ok := l.ctx.GetConfig(key); ok {
				add(stackKey{key: key, section: name})
			}
		}
	}
	// An environment, or the project, may have other keys than the file.
	if root == nil || root.at("environment") != nil || l.projectConfig {
		for _, k := range l.unlisted(known) {
			same := func(other stackKey) bool { return other.key == k.key }
			if !slices.ContainsFunc(slips, same) {
				slips = append(slips, k)
			}
		}
	}
	return append(out, slips...)
}

// readKey reads a key under config in a stack's file.
func (l *loader) readKey(key string, n *node, known []string, add func(stackKey)) {
	namespace, name, separated := strings.Cut(key, ":")
	// Pulumi also reads <namespace>:config:<name>.
	name = strings.TrimPrefix(name, "config:")
	switch {
	case separated && namespace == Namespace:
		add(stackKey{key: Namespace + ":" + name, section: name, written: n})
	case separated && namespace != l.ctx.Project() && isNearNamespace(namespace):
		add(slip(namespace+":"+name, name, n, known))
	case separated:
	case isNamespace(key) && n.isMap():
		for _, name := range n.keys {
			add(stackKey{
				key: key + "." + name, section: meantSection(name, known), written: n.children[name],
				message: fmt.Sprintf("a section is a key of its own: write %s:%s", Namespace, meantSection(name, known)),
			})
		}
	default:
		// Without a colon, the key is in the namespace of the project.
		if m := otherSeparator.FindStringSubmatch(key); len(m) > 1 && isNamespace(m[1]) && (n.isMap() || n.kind == nullNode) {
			if meant, ok := similar(m[2], known); ok {
				k := slip(key, meant, n, known)
				k.key = l.ctx.Project() + ":" + key
				add(k)
			}
		}
	}
}

// readOutside reads a key of a stack's file outside config, which the engine does not read.
func (l *loader) readOutside(key string, n *node, known []string, add func(stackKey)) {
	if namespace, name, ok := strings.Cut(key, ":"); ok && isNamespace(namespace) {
		section := meantSection(name, known)
		add(stackKey{key: key, section: section, written: n, message: fmt.Sprintf("write %s:%s under config", Namespace, section)})
		return
	}
	for _, inner := range n.sectionKeys() {
		_, name, _ := strings.Cut(inner, ":")
		section := meantSection(name, known)
		add(stackKey{
			key: key, section: section, written: n.children[inner],
			message: fmt.Sprintf("the engine does not read %s, so %s has no effect: write it under config", key, inner),
		})
	}
}

// sectionKeys returns the keys of a map in the namespace.
func (n *node) sectionKeys() []string {
	if !n.isMap() {
		return nil
	}
	return slices.DeleteFunc(slices.Clone(n.keys), func(key string) bool {
		namespace, _, ok := strings.Cut(key, ":")
		return !ok || !isNamespace(namespace)
	})
}

// slip is a key whose namespace was probably meant to be that of sections.
func slip(key, name string, n *node, known []string) stackKey {
	section := meantSection(name, known)
	return stackKey{
		key: key, section: section, written: n,
		message: fmt.Sprintf("not a section, did you mean %q?", Namespace+":"+section),
	}
}

// meantSection returns the section that was probably meant by a name, or the name.
func meantSection(name string, known []string) string {
	if meant, ok := similar(name, known); ok {
		return meant
	}
	return name
}

// otherSeparator splits a key at another separator than a colon: ashlar.aws, ashlar/aws, ashlar_aws.
var otherSeparator = regexp.MustCompile(`^([A-Za-z]+)[^A-Za-z0-9:]+(.+)$`)

// isNamespace reports whether a word is the namespace, or close to it.
func isNamespace(word string) bool { return word == Namespace || isNearNamespace(word) }

// isNearNamespace reports whether a word was probably meant to be the namespace: another case, other separators, or up
// to two letters that differ.
func isNearNamespace(word string) bool {
	plain := strings.ToLower(strings.Trim(word, " .-_/"))
	return word != Namespace && levenshtein.Distance(plain, Namespace, nil) <= 2
}

// unlisted returns keys close to those of sections that the engine has. It cannot be asked for all of its keys, so the
// usual slips are tried: one letter that is missing, added, replaced or swapped, and another case.
func (l *loader) unlisted(known []string) []stackKey {
	var out []stackKey
	for _, namespace := range slipsOfNamespace() {
		if namespace == l.ctx.Project() {
			continue
		}
		for _, name := range known {
			if key := namespace + ":" + name; l.has(key) {
				out = append(out, slip(key, name, nil, known))
			}
		}
	}
	for _, separator := range []string{".", "/", "-", "_"} {
		for _, name := range known {
			if key := l.ctx.Project() + ":" + Namespace + separator + name; l.has(key) {
				out = append(out, slip(key, name, nil, known))
			}
		}
	}
	return out
}

func (l *loader) has(key string) bool {
	_, ok := l.ctx.GetConfig(key)
	return ok
}

// slipsOfNamespace returns words that differ from the namespace by one letter, and in other cases.
func slipsOfNamespace() []string {
	out := []string{strings.ToUpper(Namespace), strings.ToUpper(Namespace[:1]) + Namespace[1:]}
	for i := range len(Namespace) + 1 {
		before, after := Namespace[:i], Namespace[i:]
		for letter := 'a'; letter <= 'z'; letter++ {
			out = append(out, before+string(letter)+after)
			if after != "" {
				out = append(out, before+string(letter)+after[1:])
			}
		}
		if len(after) > 0 {
			out = append(out, before+after[1:])
		}
		if len(after) > 1 {
			out = append(out, before+after[1:2]+after[:1]+after[2:])
		}
	}
	slices.Sort(out)
	return slices.DeleteFunc(slices.Compact(out), func(word string) bool { return word == Namespace })
}

// rename lets misspelled sections of a layer count as those that were probably meant, where these are missing, so that
// their values are checked as well and nothing else seems to be missing.
func (l *layer) rename(known []string) {
	for _, name := range l.order {
		if slices.Contains(known, name) {
			continue
		}
		plain := strings.TrimPrefix(name, Namespace+":")
		meant, ok := similar(plain, known)
		if ok && l.sections[meant] == nil {
			l.sections[meant] = l.sections[name]
			l.renamed[name] = meant
		}
	}
}
