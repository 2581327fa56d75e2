package deployment

import (
	"errors"
	"fmt"
	"slices"
	"strings"

	"gonum.org/v1/gonum/graph"
	"gonum.org/v1/gonum/graph/path"
	"gonum.org/v1/gonum/graph/simple"
	"gonum.org/v1/gonum/graph/topo"

	"github.com/ashlar-iac/ashlar/core/failure"
)

// step is a module of this run.
type step struct {
	module  Module
	section any
	enabled bool
	// before has the names of the enabled modules on which it depends, declared or configured.
	before []string
}

// CycleError is a dependency cycle of modules, or of entries of a section. It is of the class failure.DependencyCycle.
type CycleError struct {
	// Names has the names of one cycle, each of which depends on the next, and the last one on the first.
	Names []string
}

// Error lists the names, the first one again at the end.
func (e *CycleError) Error() string {
	return "dependency cycle: " + strings.Join(append(slices.Clone(e.Names), e.Names[0]), " -> ")
}

// Is reports whether target is failure.DependencyCycle.
func (e *CycleError) Is(target error) bool { return target == failure.DependencyCycle }

// Order returns the names so that each comes after those it depends on, and otherwise in the given order. Dependencies
// that are not among the names are ignored. The error joins a [CycleError] for each cycle.
func Order(names []string, dependencies func(name string) []string) ([]string, error) {
	ids := map[string]int64{}
	g := simple.NewDirectedGraph()
	for i, name := range names {
		ids[name] = int64(i)
		g.AddNode(simple.Node(i))
	}
	var failed []error
	for i, name := range names {
		for _, before := range dependencies(name) {
			id, known := ids[before]
			switch {
			case !known:
			case id == int64(i):
				failed = append(failed, &CycleError{Names: []string{name}})
			default:
				g.SetEdge(simple.Edge{F: simple.Node(id), T: simple.Node(i)})
			}
		}
	}
	order, err := topo.SortStabilized(g, nil)
	if err != nil {
		var groups topo.Unorderable
		if !errors.As(err, &groups) {
			return nil, err
		}
		for _, cycle := range cycles(g, groups) {
			in := make([]string, len(cycle))
			for i, id := range cycle {
				in[i] = names[id]
			}
			failed = append(failed, &CycleError{Names: in})
		}
	}
	if err := failure.Join(failed...); err != nil {
		return nil, err
	}
	out := make([]string, len(order))
	for i, node := range order {
		out[i] = names[node.ID()]
	}
	return out, nil
}

// sorted returns the steps in the order of their dependencies.
func sorted(steps []*step) ([]*step, error) {
	byName, names := map[string]*step{}, make([]string, len(steps))
	for i, s := range steps {
		names[i] = s.module.Name()
		byName[names[i]] = s
	}
	order, err := Order(names, func(name string) []string { return byName[name].before })
	if err != nil {
		return nil, failure.Wrap(failure.Deployment, "order", "modules", err)
	}
	out := make([]*step, len(order))
	for i, name := range order {
		out[i] = byName[name]
	}
	return out, nil
}

// cycles returns a shortest cycle through the first node of each group of nodes that depend on each other. All
// cycles could be too many to print.
func cycles(g graph.Directed, groups [][]graph.Node) [][]int64 {
	var out [][]int64
	for _, group := range groups {
		first := slices.MinFunc(group, func(a, b graph.Node) int { return int(a.ID() - b.ID()) })
		from := path.DijkstraFrom(first, g)
		var shortest []graph.Node
		for _, last := range graph.NodesOf(g.To(first.ID())) {
			cycle, _ := from.To(last.ID())
			if len(cycle) > 0 && (shortest == nil || len(cycle) < len(shortest) ||
				len(cycle) == len(shortest) && cycle[len(cycle)-1].ID() < shortest[len(shortest)-1].ID()) {
				shortest = cycle
			}
		}
		// The edges of the graph lead to dependents.
		ids := []int64{first.ID()}
		for _, node := range slices.Backward(shortest[1:]) {
			ids = append(ids, node.ID())
		}
		out = append(out, ids)
	}
	slices.SortFunc(out, func(a, b []int64) int { return int(a[0] - b[0]) })
	return out
}

// plan sets the dependencies of each step.
func plan(registry *Registry, steps []*step) error {
	enabled := map[string]bool{}
	for _, s := range steps {
		enabled[s.module.Name()] = s.enabled
	}
	var failed []error
	for _, s := range steps {
		if !s.enabled {
			continue
		}
		var names []string
		eachReference(s.section, func(_ []string, r referrer) { names = append(names, r.Module()) })
		for _, d := range dependenciesOf(s.module) {
			if _, err := registry.Module(d.Module); err != nil && !d.Optional {
				subject := fmt.Sprintf("module %s, which depends on %s", s.module.Name(), d.Module)
				failed = append(failed, failure.Wrap(failure.Deployment, "order", subject, err))
			}
			names = append(names, d.Module)
		}
		slices.Sort(names)
		for _, name := range slices.Compact(names) {
			if enabled[name] {
				s.before = append(s.before, name)
			}
		}
	}
	return failure.Join(failed...)
}
