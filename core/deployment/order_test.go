package deployment_test

import (
	"errors"
	"strings"
	"testing"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/ashlar-iac/ashlar/core"
	"github.com/ashlar-iac/ashlar/core/config"
	"github.com/ashlar-iac/ashlar/core/deployment"
	"github.com/ashlar-iac/ashlar/core/failure"
)

// node describes a module of a test.
type node struct {
	name string
	opts []deployment.ModuleOption
	fail error
}

func nodes(deployed *[]string, list ...node) []deployment.Module {
	var out []deployment.Module
	for _, n := range list {
		out = append(out, deployment.NewModule(n.name, nil, func(_ *deployment.Context, _ *linked) error {
			*deployed = append(*deployed, n.name)
			return n.fail
		}, append(n.opts, deployment.Provides[core.Cluster]("clusters"))...))
	}
	return out
}

// linked is a configuration that may refer to another module.
type linked struct {
	deployment.Switch
	Clusters config.Named[struct{}] `pulumi:"clusters"`
	Uses     config.Named[link]     `pulumi:"uses"`
}

type link struct {
	From deployment.Reference[core.Cluster] `pulumi:"from"`
}

func enabled(names ...string) map[string]string {
	out := map[string]string{}
	for _, n := range names {
		out[n] = `{"enabled":true,"clusters":{"main":{}}}`
	}
	return out
}

func uses(reference string) string {
	return `{"enabled":true,"uses":{"it":{"from":"` + reference + `"}}}`
}

func TestOrder(t *testing.T) {
	t.Parallel()
	after, needs := deployment.After, deployment.DependsOn
	tests := map[string]struct {
		reason   string
		nodes    []node
		sections map[string]string
		want     string
		err      string
	}{
		"Given": {
			reason: "modules that do not depend on each other keep the order of the program",
			nodes:  []node{{name: "b"}, {name: "c"}, {name: "a"}}, sections: enabled("a", "b", "c"),
			want: "b c a",
		},
		"Declared": {
			reason:   "declared dependencies come first",
			nodes:    []node{{name: "a", opts: []deployment.ModuleOption{needs("b")}}, {name: "b", opts: []deployment.ModuleOption{after("c")}}, {name: "c"}},
			sections: enabled("a", "b", "c"), want: "c b a",
		},
		"Configured": {
			reason:   "modules that the configuration refers to come first",
			nodes:    []node{{name: "a"}, {name: "b"}},
			sections: map[string]string{"a": uses("b/main"), "b": enabled("b")["b"]}, want: "b a",
		},
		"OptionalMissing": {
			reason:   "an optional dependency may be missing or disabled",
			nodes:    []node{{name: "a", opts: []deployment.ModuleOption{after("b", "nowhere")}}, {name: "b"}},
			sections: enabled("a"), want: "a",
		},
		"RequiredDisabled": {
			reason:   "a required module must be enabled",
			nodes:    []node{{name: "a", opts: []deployment.ModuleOption{needs("b")}}, {name: "b"}},
			sections: enabled("a"),
			err:      "a.enabled: module a requires module b, which is not enabled: set b.enabled",
		},
		"RequiredByDisabled": {
			reason:   "dependencies of a disabled module are not checked",
			nodes:    []node{{name: "a", opts: []deployment.ModuleOption{needs("b", "nowhere")}}, {name: "b"}},
			sections: map[string]string{"a": `{"enabled":false}`}, want: "",
		},
		"RequiredMissing": {
			reason:   "a required module must be part of the program",
			nodes:    []node{{name: "a", opts: []deployment.ModuleOption{needs("bb")}}, {name: "b"}},
			sections: enabled("a", "b"),
			err:      `order module a, which depends on bb: find module "bb": unknown module, expected one of: a, b`,
		},
		"Cycle": {
			reason: "a cycle is named in full, from the first module of the program on",
			nodes: []node{
				{name: "d"},
				{name: "a", opts: []deployment.ModuleOption{needs("b")}},
				{name: "b", opts: []deployment.ModuleOption{needs("c")}},
				{name: "c", opts: []deployment.ModuleOption{needs("a", "d")}},
			},
			sections: enabled("a", "b", "c", "d"),
			err:      "order modules: dependency cycle: a -> b -> c -> a",
		},
		"TwoCycles": {
			reason: "every cycle is named, also that of a module with itself",
			nodes: []node{
				{name: "a", opts: []deployment.ModuleOption{needs("b")}}, {name: "b", opts: []deployment.ModuleOption{needs("a")}},
				{name: "c", opts: []deployment.ModuleOption{needs("d")}}, {name: "d", opts: []deployment.ModuleOption{needs("c")}},
				{name: "e", opts: []deployment.ModuleOption{needs("e")}},
			},
			sections: enabled("a", "b", "c", "d", "e"),
			err:      "dependency cycle: a -> b -> a",
		},
		"ConfiguredCycle": {
			reason:   "configuration can close a cycle",
			nodes:    []node{{name: "a", opts: []deployment.ModuleOption{after("b")}}, {name: "b"}},
			sections: map[string]string{"a": enabled("a")["a"], "b": uses("a/main")},
			err:      "dependency cycle: a -> b -> a",
		},
	}
	for name, tc := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			var deployed []string
			_, err := run(t, tc.sections, nodes(&deployed, tc.nodes...)...)
			if tc.err != "" {
				require.ErrorContains(t, err, tc.err, tc.reason)
				assert.Empty(t, deployed, "nothing is deployed")
				return
			}
			require.NoError(t, err, tc.reason)
			assert.Equal(t, tc.want, strings.Join(deployed, " "), tc.reason)
		})
	}
}

func TestCyclesHaveAnErrorClass(t *testing.T) {
	t.Parallel()
	var deployed []string
	_, err := run(t, enabled("a", "b", "c"), nodes(&deployed,
		node{name: "a", opts: []deployment.ModuleOption{deployment.After("b")}},
		node{name: "b", opts: []deployment.ModuleOption{deployment.After("a")}},
		node{name: "c", opts: []deployment.ModuleOption{deployment.After("c")}})...)
	require.ErrorIs(t, err, failure.DependencyCycle)
	require.ErrorContains(t, err, "c -> c")
	var cycle *deployment.CycleError
	require.ErrorAs(t, err, &cycle)
}

func TestReferences(t *testing.T) {
	t.Parallel()
	tests := map[string]struct {
		reason   string
		sections map[string]string
		err      string
	}{
		"Known":    {reason: "the module is enabled and has the entry", sections: map[string]string{"a": uses("b/main"), "b": enabled("b")["b"]}},
		"NoName":   {sections: map[string]string{"a": uses("b")}, err: `a.uses.it.from: expected a module and a name, such as aws/main, found "b"`},
		"NoModule": {sections: map[string]string{"a": uses("x/main")}, err: `a.uses.it.from: unknown module "x", expected one of: a, b`},
		"Itself":   {sections: map[string]string{"a": uses("a/main")}, err: "a.uses.it.from: module a cannot refer to itself"},
		"Disabled": {sections: map[string]string{"a": uses("b/main"), "b": `{"clusters":{"main":{}}}`}, err: "a.uses.it.from: module b is not enabled: set b.enabled"},
		"Unknown": {
			sections: map[string]string{"a": uses("b/mian"), "b": enabled("b")["b"]},
			err:      `a.uses.it.from: unknown entry "mian" of b.clusters, expected one of: main`,
		},
		"Nothing": {sections: map[string]string{"a": uses("b/main"), "b": `{"enabled":true}`}, err: "a.uses.it.from: b.clusters is not configured"},
		"Off":     {reason: "references of a disabled module are not checked", sections: map[string]string{"a": `{"enabled":false,"uses":{"it":{"from":"x"}}}`}},
	}
	for name, tc := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			var deployed []string
			_, err := run(t, tc.sections, nodes(&deployed, node{name: "a"}, node{name: "b"})...)
			if tc.err != "" {
				require.ErrorContains(t, err, tc.err, tc.reason)
				require.ErrorIs(t, err, failure.Configuration)
				assert.Empty(t, deployed)
				return
			}
			require.NoError(t, err, tc.reason)
		})
	}
}

func TestDependentsOfFailedModulesAreSkipped(t *testing.T) {
	t.Parallel()
	var deployed []string
	cause := errors.New("no power")
	exports, err := run(t, enabled("a", "b", "c", "d"), nodes(&deployed,
		node{name: "a", fail: cause},
		node{name: "b", opts: []deployment.ModuleOption{deployment.After("a")}},
		node{name: "c", opts: []deployment.ModuleOption{deployment.DependsOn("b")}},
		node{name: "d"})...)
	require.ErrorIs(t, err, cause)
	require.ErrorContains(t, err, "deploy module a: no power\n"+
		"deploy module b: skipped: a failed\n"+
		"deploy module c: skipped: b skipped")
	require.ErrorIs(t, err, failure.Deployment)
	assert.Equal(t, []string{"a", "d"}, deployed, "independent modules are deployed")
	assert.Equal(t, pulumi.StringMap{
		"a": pulumi.String("failed"), "b": pulumi.String("skipped"), "c": pulumi.String("skipped"), "d": pulumi.String("deployed"),
	}, exports[deployment.ModulesOutput])
}

// TestOrderOfRandomGraphs draws modules with random dependencies on modules that come before or after them in the
// program, and checks that each comes after those it depends on, or that an existing cycle is reported.
func TestOrderOfRandomGraphs(t *testing.T) {
	t.Parallel()
	names := []string{"a", "b", "c", "d", "e", "f", "g"}
	rapid.Check(t, func(r *rapid.T) {
		edges := map[string][]string{}
		var list []node
		for _, name := range names {
			edges[name] = rapid.SliceOfNDistinct(rapid.SampledFrom(names), 0, 2, rapid.ID[string]).Draw(r, name)
			list = append(list, node{name: name, opts: []deployment.ModuleOption{deployment.After(edges[name]...)}})
		}
		var deployed []string
		_, err := run(t, enabled(names...), nodes(&deployed, list...)...)
		var cycle *deployment.CycleError
		if errors.As(err, &cycle) {
			for i, from := range cycle.Names {
				to := cycle.Names[(i+1)%len(cycle.Names)]
				if !assert.Contains(r, edges[from], to, "%s has no edge %s -> %s", cycle, from, to) {
					r.FailNow()
				}
			}
			return
		}
		require.NoError(r, err)
		require.ElementsMatch(r, names, deployed)
		at := map[string]int{}
		for i, name := range deployed {
			at[name] = i
		}
		for from, list := range edges {
			for _, to := range list {
				require.Less(r, at[to], at[from])
			}
		}
	})
}
