package config

// pathSet is a set of paths. The zero value is empty.
type pathSet struct {
	member   bool
	children map[string]*pathSet
}

func (s *pathSet) add(path []string) {
	for _, key := range path {
		child := s.children[key]
		if child == nil {
			child = &pathSet{}
			if s.children == nil {
				s.children = map[string]*pathSet{}
			}
			s.children[key] = child
		}
		s = child
	}
	s.member = true
}

// touches reports whether a path leads to, into or around one of the set.
func (s *pathSet) touches(path []string) bool {
	for _, key := range path {
		if s.member {
			return true
		}
		if s = s.children[key]; s == nil {
			return false
		}
	}
	return !s.empty()
}

// within reports whether a path is one of the set, or leads into one.
func (s *pathSet) within(path []string) bool {
	for _, key := range path {
		if s.member {
			return true
		}
		if s = s.children[key]; s == nil {
			return false
		}
	}
	return s.member
}

// below reports whether one of the set is the path, or leads on from it.
func (s *pathSet) below(path []string) bool {
	for _, key := range path {
		if s = s.children[key]; s == nil {
			return false
		}
	}
	return !s.empty()
}

func (s *pathSet) empty() bool { return !s.member && len(s.children) == 0 }

// renaming changes the keys of a tree. The zero value changes nothing.
type renaming struct {
	// names holds the new name of each key, empty for those to remove.
	names    map[string]string
	children map[string]*renaming
}

// add gives the last key of a path another name.
func (r *renaming) add(path []string, name string) {
	last := len(path) - 1
	for _, key := range path[:last] {
		child := r.children[key]
		if child == nil {
			child = &renaming{}
			if r.children == nil {
				r.children = map[string]*renaming{}
			}
			r.children[key] = child
		}
		r = child
	}
	if r.names == nil {
		r.names = map[string]string{}
	}
	r.names[path[last]] = name
}

// apply returns a copy of the tree with the changes. A key is not renamed to one
// that is there: it is removed, and so are all but the first of several that
// would get one name.
func (r *renaming) apply(n *node) *node {
	if n == nil || r.names == nil && r.children == nil {
		return n
	}
	out := *n
	out.keys, out.children = make([]string, 0, len(n.keys)), make(map[string]*node, len(n.children))
	for _, key := range n.keys {
		child := n.children[key]
		if c := r.children[key]; c != nil {
			child = c.apply(child)
		}
		if name, changes := r.names[key]; changes {
			if key = name; key == "" || n.children[key] != nil || out.children[key] != nil {
				continue
			}
		}
		out.add(key, child)
	}
	return &out
}
