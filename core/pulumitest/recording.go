package pulumitest

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/pulumi/pulumi/sdk/v3/go/common/resource"
)

// Recording is what a program registered.
type Recording struct {
	// Resources are all resources but the stack: a parent before its children, those of one parent by type and name.
	// It is not the order in which they arrived, which differs from run to run.
	Resources []*Registration
	// Invokes are the calls of functions and methods that were answered or failed, in the order of their arrival.
	Invokes []*Invocation
	// Logs are messages to the user, in the order of their arrival.
	Logs []Log
	// Exports are the outputs of the stack.
	Exports resource.PropertyMap
	// Stack is the URN of the stack, which is the parent of resources without one.
	Stack resource.URN
	// Preview tells whether nothing was made.
	Preview bool
}

// Of returns the resources of a type, in order. A type that begins with a colon
// stands for all that end with it: ":Deployment", ":apps/v1:Deployment".
func (r *Recording) Of(typ string) []*Registration {
	return r.where(func(res *Registration) bool {
		return res.Type == typ || strings.HasPrefix(typ, ":") && strings.HasSuffix(res.Type, typ)
	})
}

// Find returns the resource of a type, as in [Recording.Of], and a name. It
// reports false when there is none. Of several with other parents, it is the
// first.
func (r *Recording) Find(typ, name string) (*Registration, bool) {
	for _, res := range r.Of(typ) {
		if res.Name == name {
			return res, true
		}
	}
	return nil, false
}

// One returns the only resource of a type, as in [Recording.Of]. None or several
// end the test.
func (r *Recording) One(tb testing.TB, typ string) *Registration {
	tb.Helper()
	found := r.Of(typ)
	if len(found) != 1 {
		tb.Fatalf("expected one resource of type %s, found %d among:\n%s", typ, len(found), r.list())
	}
	return found[0]
}

// Get returns the resource with a URN. It reports false when there is none.
func (r *Recording) Get(urn resource.URN) (*Registration, bool) {
	for _, res := range r.Resources {
		if res.URN == urn {
			return res, true
		}
	}
	return nil, false
}

// Children returns the resources whose parent is the given one, in order.
func (r *Recording) Children(parent resource.URN) []*Registration {
	return r.where(func(res *Registration) bool { return res.Parent == parent })
}

// Descendants returns the children of a resource, theirs, and so on, in order.
func (r *Recording) Descendants(ancestor resource.URN) []*Registration {
	within := map[resource.URN]bool{ancestor: true}
	return r.where(func(res *Registration) bool {
		// Parents come first.
		if within[res.Parent] {
			within[res.URN] = true
		}
		return within[res.Parent]
	})
}

func (r *Recording) where(keep func(*Registration) bool) []*Registration {
	var out []*Registration
	for _, res := range r.Resources {
		if keep(res) {
			out = append(out, res)
		}
	}
	return out
}

// list returns the type and the name of all resources, a line each.
func (r *Recording) list() string {
	var text strings.Builder
	for _, res := range r.Resources {
		fmt.Fprintf(&text, "  %s %q\n", res.Type, res.Name)
	}
	if text.Len() == 0 {
		return "  no resources"
	}
	return strings.TrimSuffix(text.String(), "\n")
}

// inOrder returns the resources as [Recording] promises.
func inOrder(resources map[resource.URN]*Registration, stack resource.URN) []*Registration {
	children := map[resource.URN][]*Registration{}
	for _, res := range resources {
		parent := res.Parent
		if _, known := resources[parent]; !known {
			// A parent that is not part of the program.
			parent = stack
		}
		children[parent] = append(children[parent], res)
	}
	var out []*Registration
	var visit func(resource.URN)
	visit = func(parent resource.URN) {
		slices.SortFunc(children[parent], func(a, b *Registration) int {
			return cmp.Or(cmp.Compare(a.Type, b.Type), cmp.Compare(a.Name, b.Name), cmp.Compare(a.URN, b.URN))
		})
		for _, child := range children[parent] {
			out = append(out, child)
			visit(child.URN)
		}
	}
	visit(stack)
	return out
}
