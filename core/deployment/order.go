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

// CycleError is a dependency cycle of modules. It is of the class failure.DependencyCycle.
type CycleError struct {
	// Modules has the names of the modules of one cycle, each of which depends on the next, and the last one on the
	// first.
	Modules []string
}

// Error names the modules, the first one again at the end.
func (e *CycleError) Error() string {
	return "dependency cycle: " + strings.Join(append(slices.Clone(e.Modules), e.Modules[0]), " -> ")
}

// Is reports whether target is failure.DependencyCycle.
func (e *CycleError) Is(target error) bool { return target == failure.DependencyCycle }

// sorted returns the steps so that each comes after those it depends on, and otherwise in the given order. The error
// names each cycle.
func sorted(steps []*step) ([]*step, error) {
	ids := map[string]int64{}
	for i, s := range steps {
		ids[s.module.Name()] = int64(i)
	}
	g := simple.NewDirectedGraph()
	for i := range steps {
		g.AddNode(simple.Node(i))
	}
	var failed []error
	for i, s := range steps {
		for _, name := range s.before {
			if ids[name] == int64(i) {
				failed = append(failed, &CycleError{Modules: []string{name}})
				continue
			}
			g.SetEdge(simple.Edge{F: simple.Node(ids[name]), T: simple.Node(i)})
		}
	}
	order, err := topo.SortStabilized(g, nil)
	if err != nil {
		var groups topo.Unorderable
		if !errors.As(err, &groups) {
			return nil, err
		}
		for _, cycle := range cycles(g, groups) {
			names := make([]string, len(cycle))
			for i, id := range cycle {
				names[i] = steps[id].module.Name()
			}
			failed = append(failed, &CycleError{Modules: names})
		}
	}
	if err := failure.Join(failed...); err != nil {
		return nil, failure.Wrap(failure.Deployment, "order", "modules", err)
	}
	out := make([]*step, len(order))
	for i, node := range order {
		out[i] = steps[node.ID()]
	}
	return out, nil
}

// cycles returns a shortest cycle through the first module of each group of modules that depend on each other. All
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
		// The edges of the graph lead to later modules; a module depends on earlier ones.
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
