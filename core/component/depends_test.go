package component_test

import (
	"strconv"
	"testing"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
	"github.com/stretchr/testify/require"

	"github.com/ashlar-iac/ashlar/core/component"
	"github.com/ashlar-iac/ashlar/core/pulumitest"
)

// group is a component with a leaf and, down to a depth, another group.
type group struct {
	pulumi.ResourceState
	component.Base
}

func newGroup(ctx *pulumi.Context, name string, depth int, opts ...pulumi.ResourceOption) (*group, error) {
	g := &group{}
	if _, err := component.Register(ctx, "ashlar-test:site:Group", name, g, &struct{}{}, opts...); err != nil {
		return nil, err
	}
	l := &leaf{}
	if err := ctx.RegisterResource("leafs:index:Leaf", name, pulumi.Map{}, l, g.Child()); err != nil {
		return nil, err
	}
	g.AddChildren(l)
	if depth > 0 {
		inner, err := newGroup(ctx, name+"-inner", depth-1, g.Child())
		if err != nil {
			return nil, err
		}
		g.AddChildren(inner)
	}
	return component.Finish(ctx, g)
}

// With the SDK alone this fails now and then: it knows the children of a component a moment after the constructor has
// returned.
func TestDependentsOfAComponentWaitForAllItsChildren(t *testing.T) {
	t.Parallel()
	for i := range 300 {
		t.Run(strconv.Itoa(i), func(t *testing.T) {
			t.Parallel()
			r := pulumitest.Run(t, func(ctx *pulumi.Context) error {
				parent := &group{}
				if _, err := component.Register(ctx, "ashlar-test:site:Group", "parent", parent, &struct{}{}); err != nil {
					return err
				}
				// A constructor that invokes a function continues when its component is registered: its children are
				// registered without delay.
				registered := make(chan struct{})
				parent.URN().ApplyT(func(pulumi.URN) string { close(registered); return "" })
				<-registered
				g, err := newGroup(ctx, "group", 1, parent.Child())
				if err != nil {
					return err
				}
				return ctx.RegisterResource("leafs:index:Last", "last", pulumi.Map{}, &leaf{}, parent.Child(component.DependsOn(g)))
			})
			var names []string
			for _, urn := range r.One(t, "leafs:index:Last").Dependencies {
				names = append(names, urn.Name())
			}
			require.ElementsMatch(t, []string{"group", "group-inner"}, names)
		})
	}
}

func TestResourcesWithoutChildrenAreReturned(t *testing.T) {
	t.Parallel()
	l, s := &leaf{}, &site{}
	require.Equal(t, []pulumi.Resource{l, s}, component.Resources(l, s))
}

func TestChildrenDependOnTheDependenciesOfTheirComponent(t *testing.T) {
	t.Parallel()
	r := pulumitest.Run(t, func(ctx *pulumi.Context) error {
		before, err := newGroup(ctx, "before", 0)
		if err != nil {
			return err
		}
		_, err = newGroup(ctx, "group", 1, component.DependsOn(before))
		return err
	})
	for _, l := range r.OfType("leafs:index:Leaf") {
		if l.Name == "before" {
			require.Empty(t, l.Dependencies)
			continue
		}
		require.Len(t, l.Dependencies, 1, "a destroy deletes %s first", l.Name)
		require.Equal(t, "before", l.Dependencies[0].Name())
	}
}
