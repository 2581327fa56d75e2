package config

import (
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"github.com/pulumi/pulumi/sdk/v3/go/common/resource"
)

// plainKey matches keys that a path can hold without quotes, as in Pulumi's own property paths.
var plainKey = regexp.MustCompile(`^[A-Za-z_$][A-Za-z0-9_$-]*$`)

// Path joins keys and indexes to the notation of `pulumi config set --path`: applications.web.ports[0],
// data["key.with.dots"]. An element is an index when it is a decimal number.
func Path(elements ...string) string {
	var b strings.Builder
	for i, e := range elements {
		_, err := strconv.Atoi(e)
		switch {
		case err == nil && i > 0:
			b.WriteString("[" + e + "]")
		case plainKey.MatchString(e):
			if i > 0 {
				b.WriteByte('.')
			}
			b.WriteString(e)
		default:
			b.WriteString("[" + strconv.Quote(e) + "]")
		}
	}
	return b.String()
}

// parsePath splits a path in Pulumi's notation.
func parsePath(path string) ([]string, error) {
	parsed, err := resource.ParsePropertyPath(path)
	if err != nil {
		return nil, err
	}
	var out []string
	for _, element := range parsed {
		out = append(out, fmt.Sprint(element)) // A string or an int.
	}
	if len(out) == 0 {
		return nil, fmt.Errorf("expected a path, such as kubernetes.applications.web")
	}
	return out, nil
}

// join returns a new path that leads on from another one.
func join(path []string, keys ...string) []string {
	return append(append(make([]string, 0, len(path)+len(keys)), path...), keys...)
}

// paths is a set of paths, each with a value. The zero value is empty.
type paths[T any] struct {
	member   bool
	value    T
	children map[string]*paths[T]
}

type pathSet = paths[struct{}]

// add adds a path, and returns where its value belongs.
func (s *paths[T]) add(path []string) *T {
	for _, key := range path {
		child := s.children[key]
		if child == nil {
			child = &paths[T]{}
			if s.children == nil {
				s.children = map[string]*paths[T]{}
			}
			s.children[key] = child
		}
		s = child
	}
	s.member = true
	return &s.value
}

// find follows a path. within tells that the path is a member or leads into one; below is what leads on from it, or
// nil.
func (s *paths[T]) find(path []string) (within bool, below *paths[T]) {
	for _, key := range path {
		if s.member {
			within = true
		}
		if s = s.children[key]; s == nil {
			return within, nil
		}
	}
	return within || s.member, s
}

// within reports whether a path is a member, or leads into one.
func (s *paths[T]) within(path []string) bool {
	within, _ := s.find(path)
	return within
}

// below reports whether a member is the path, or leads on from it.
func (s *paths[T]) below(path []string) bool {
	_, below := s.find(path)
	return below != nil && (below.member || len(below.children) > 0)
}

// touches reports whether a path is within a member, or a member is below it.
func (s *paths[T]) touches(path []string) bool { return s.within(path) || s.below(path) }

// edit changes a value in a tree of nodes.
type edit struct {
	// renamed gives the value another key. Without a name, or with one that is taken, the value is removed.
	renamed bool
	name    string
	// replaced puts another value in its place: data, or none.
	replaced bool
	data     any
	// added are values that are added to a map.
	added map[string]*node
}

// edited returns a copy of the tree with the edits.
func edited(n *node, edits *paths[edit]) *node {
	if n == nil || edits == nil || !edits.member && len(edits.children) == 0 {
		return n
	}
	out := *n
	if edits.value.replaced {
		out.kind, out.data, out.keys, out.children = scalarNode, edits.value.data, nil, nil
		if out.data == nil {
			out.kind, out.secure = nullNode, false
		}
		return &out
	}
	out.keys, out.children = make([]string, 0, len(n.keys)), make(map[string]*node, len(n.keys))
	for _, key := range n.keys {
		e := edits.children[key]
		child := edited(n.children[key], e)
		if e != nil && e.value.renamed {
			if key = e.value.name; key == "" || n.children[key] != nil || out.children[key] != nil {
				continue
			}
		}
		out.add(key, child)
	}
	for _, key := range slices.Sorted(maps.Keys(edits.value.added)) {
		out.add(key, edits.value.added[key])
	}
	return &out
}
