package helm

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"maps"
	"os"
	"slices"
	"strconv"
	"strings"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/ashlar-iac/ashlar/core/config"
	"github.com/ashlar-iac/ashlar/core/failure"
	"github.com/ashlar-iac/ashlar/kubernetes/internal/chart"
	"github.com/ashlar-iac/ashlar/kubernetes/internal/objects"
	"github.com/ashlar-iac/ashlar/kubernetes/internal/podstandard"
	"github.com/ashlar-iac/ashlar/kubernetes/namespace"
)

// plan is a release before it is registered.
//
// A template can do anything with a value, so nothing but rendering shows what depends on it. The chart is rendered with
// two placeholders for each output: what differs is made from outputs when they resolve, and is secret with them. It is
// rendered twice with the same values: what differs is random, such as a generated password.
type plan struct {
	args    *ReleaseArgs
	release chart.Release
	chart   *chart.Chart
	// outputs are the outputs in values, by the path of the value.
	outputs map[string]pulumi.Input

	rendered *chart.Rendered
	// dynamic and random are the values in objects that are made from outputs, and at random.
	dynamic, random differences
	// extra are the values that the identity adds to objects.
	extra map[identity]map[string]pulumi.Input

	findings []finding
}

// finding is a problem with the arguments.
type finding struct {
	path    []string
	message string
	warning bool
}

func (p *plan) add(path []string, format string, args ...any) {
	p.findings = append(p.findings, finding{path: path, message: fmt.Sprintf(format, args...)})
}

func (p *plan) warn(path []string, format string, args ...any) {
	p.findings = append(p.findings, finding{path: path, message: fmt.Sprintf(format, args...), warning: true})
}

// err returns the findings that are no warnings.
func (p *plan) err() error {
	var failed []error
	for _, f := range p.findings {
		if !f.warning {
			failed = append(failed, fmt.Errorf("%s: %s", config.Path(f.path...), f.message))
		}
	}
	return errors.Join(failed...)
}

// namespacePath stands for the namespace among the outputs.
const namespacePath = ""

// newPlan returns the plan of a component. It is complete when it has no findings but warnings.
func newPlan(args *ReleaseArgs, component string) *plan {
	p := &plan{args: args, outputs: map[string]pulumi.Input{}, release: chart.Release{
		Name:        cmp.Or(args.Name, component),
		Kubernetes:  args.KubernetesVersion,
		APIVersions: args.APIVersions,
	}}
	if namespace, known := args.Namespace.(pulumi.String); known {
		p.release.Namespace = string(namespace)
	} else {
		p.outputs[namespacePath] = args.Namespace
	}
	if p.load() && p.check() && p.renderAll() {
		p.checkPods()
		p.addIdentity()
	}
	return p
}

// load reads the chart and the values.
func (p *plan) load() bool {
	var err error
	if p.chart, err = chart.Load(context.Background(), p.args.source()); err != nil {
		p.add([]string{cmp.Or(chart.Field(err), keyOf(p.args))}, "%v", err)
		return false
	}
	var file map[string]any
	if p.args.ValuesFile != "" {
		data, err := os.ReadFile(p.args.ValuesFile)
		if err == nil {
			file, err = chart.ReadValues(data)
		}
		if err != nil {
			p.add([]string{"valuesFile"}, "%v", err)
			return false
		}
	}
	p.release.Values = chart.MergeValues(file, p.args.Values)
	switch set := p.args.Set.(type) {
	case nil:
	case pulumi.StringMap:
		for _, path := range slices.Sorted(maps.Keys(set)) {
			text, known := set[path].(pulumi.String)
			if !known {
				p.outputs[path] = set[path]
			}
			if !setValue(p.release.Values, splitPath(path), string(text)) {
				p.add([]string{"set", path}, "a value on the way is no map: use the path of a value")
				return false
			}
		}
	default:
		p.add([]string{"set"}, "found an output, expected a map whose values can be outputs")
		return false
	}
	return true
}

// keyOf returns the option that names the chart.
func keyOf(a *ReleaseArgs) string {
	if a.Path != "" {
		return "path"
	}
	return "chart"
}

// splitPath splits the path of a value at dots.
func splitPath(path string) []string {
	const dot = "\x00"
	out := strings.Split(strings.ReplaceAll(path, `\.`, dot), ".")
	for i := range out {
		out[i] = strings.ReplaceAll(out[i], dot, ".")
	}
	return out
}

// setValue sets a value at a path. The maps on the way are copied: those of the arguments do not change.
func setValue(values map[string]any, path []string, value any) bool {
	for _, key := range path[:len(path)-1] {
		child, ok := values[key].(map[string]any)
		if !ok && values[key] != nil {
			return false
		}
		child = maps.Clone(child)
		if child == nil {
			child = map[string]any{}
		}
		values[key] = child
		values = child
	}
	values[path[len(path)-1]] = value
	return true
}

// check reports values that the chart rejects.
func (p *plan) check() bool {
	if !p.chart.Supports(p.kubernetes()) {
		p.add([]string{"kubernetesVersion"}, "chart %s %s requires Kubernetes %s, the cluster has %s: use another version of the chart",
			p.chart.Name(), p.chart.Version(), p.chart.KubeVersion(), p.kubernetes())
		return false
	}
	rejected, err := p.chart.CheckValues(p.with("a"))
	if err != nil {
		p.add([]string{"values"}, "%v", err)
		return false
	}
	ok := true
	for _, problem := range rejected {
		if !p.isOutput(problem.Path) {
			p.add(p.place(problem.Path), "%s", problem.Message)
			ok = false
		}
	}
	unknown, err := p.chart.UnknownValues(p.release.Values)
	if err != nil {
		p.add([]string{"values"}, "%v", err)
		return false
	}
	for _, problem := range unknown {
		p.warn(p.place(problem.Path), "%s", problem.Message)
	}
	return ok
}

// isOutput reports whether a value of the chart is an output.
func (p *plan) isOutput(path []string) bool {
	for known := range p.outputs {
		if known != namespacePath && slices.Equal(splitPath(known), path) {
			return true
		}
	}
	return false
}

// place returns the option that a value of the chart is from.
func (p *plan) place(path []string) []string {
	set, _ := p.args.Set.(pulumi.StringMap)
	for key := range set {
		if slices.Equal(splitPath(key), path) {
			return []string{"set", key}
		}
	}
	values := any(p.args.Values)
	for _, key := range path {
		below, _ := values.(map[string]any)
		values = below[key]
	}
	if values == nil && p.args.ValuesFile != "" {
		return append([]string{"valuesFile"}, path...)
	}
	return append([]string{"values"}, path...)
}

// with returns the values with a placeholder for each output.
func (p *plan) with(variant string) map[string]any {
	out := maps.Clone(p.release.Values)
	for i, path := range slices.Sorted(maps.Keys(p.outputs)) {
		if path != namespacePath {
			setValue(out, splitPath(path), placeholder(variant, i))
		}
	}
	return out
}

// placeholder stands for an output. It is a valid name, and no template changes it.
func placeholder(variant string, i int) string { return "ashlar-" + variant + strconv.Itoa(i) }

// render renders the chart with values. Objects in the namespace of the release have none.
func (p *plan) render(ctx context.Context, namespace string, values map[string]any) (*chart.Rendered, error) {
	r := p.release
	r.Namespace, r.Values = namespace, values
	out, err := p.chart.Render(ctx, r)
	if err != nil {
		return nil, err
	}
	for _, o := range out.All() {
		if o.GetNamespace() == namespace {
			o.SetNamespace("")
		}
	}
	return out, nil
}

// renderAll renders the chart, and finds out what is made from outputs and at random.
func (p *plan) renderAll() bool {
	variant := func(name string) (*chart.Rendered, error) {
		return p.render(context.Background(), cmp.Or(p.release.Namespace, placeholder(name, 0)), p.with(name))
	}
	fail := func(err error) bool {
		p.add([]string{"values"}, "%v", err)
		return false
	}
	var err error
	if p.rendered, err = variant("a"); err != nil {
		return fail(err)
	}
	again, err := variant("a")
	if err != nil {
		return fail(err)
	}
	if p.random, err = compare(p.rendered.All(), again.All()); err != nil {
		return fail(fmt.Errorf("the chart has other objects each time it is rendered: %w", err))
	}
	for _, o := range p.rendered.Ignored {
		p.warn([]string{keyOf(p.args)}, "%s is for Helm to run when it deletes or rolls back a release: it is not created", o)
	}
	if len(p.outputs) == 0 {
		return true
	}
	other, err := variant("b")
	if err != nil {
		return fail(err)
	}
	if p.dynamic, err = compare(p.rendered.All(), other.All()); err != nil {
		return fail(fmt.Errorf("objects depend on namespace or set, which are outputs: use values that are known before the deployment: %w",
			err))
	}
	p.dynamic.remove(p.random)
	return true
}

// checkPods reports pods that violate the Pod Security Standard.
func (p *plan) checkPods() {
	values := "values of the chart"
	if keys := p.chart.SecurityValues(); len(keys) > 0 {
		values += " such as " + config.List(keys)
	}
	level := cmp.Or(p.args.PodSecurity, namespace.PodSecurityRestricted)
	problems, err := podstandard.Check(string(level), p.kubernetes(), p.rendered.All())
	if err != nil {
		p.add([]string{"podSecurity"}, "%v", err)
	}
	for _, problem := range problems {
		p.add([]string{"podSecurity"}, "%s: set %s, or podSecurity to %s", problem.Message, values, problem.Passes)
	}
}

// kubernetes returns the version of the cluster.
func (p *plan) kubernetes() string { return cmp.Or(p.args.KubernetesVersion, chart.DefaultKubernetes) }

// inputs returns the values of an object that are outputs, by their path.
func (p *plan) inputs() func(objects.Object) map[string]pulumi.Input {
	var actual pulumi.Output
	if len(p.outputs) > 0 {
		actual = p.resolved()
	}
	return func(o objects.Object) map[string]pulumi.Input {
		out := map[string]pulumi.Input{}
		id := identify(o)
		maps.Copy(out, p.extra[id])
		for path, value := range p.random[id] {
			out[path] = pulumi.ToSecret(pulumi.Any(value))
		}
		for path := range p.dynamic[id] {
			out[path] = actual.ApplyT(func(all any) any { return all.(map[identity]map[string]any)[id][path] })
		}
		return out
	}
}

// resolved renders the chart when the outputs resolve, and returns the values of p.dynamic.
func (p *plan) resolved() pulumi.Output {
	paths := slices.Sorted(maps.Keys(p.outputs))
	inputs := make([]any, len(paths))
	for i, path := range paths {
		inputs[i] = p.outputs[path]
	}
	return pulumi.All(inputs...).ApplyTWithContext(context.Background(), func(ctx context.Context, all []any) (any, error) {
		values, namespace := maps.Clone(p.release.Values), p.release.Namespace
		for i, path := range paths {
			if path == namespacePath {
				namespace = all[i].(string)
			} else {
				setValue(values, splitPath(path), all[i])
			}
		}
		rendered, err := p.render(ctx, namespace, values)
		if err != nil {
			return nil, p.hidden(err, all)
		}
		found, err := compare(rendered.All(), p.rendered.All())
		if err != nil {
			return nil, failure.Wrap(failure.Configuration, "render", "release "+p.release.Name, p.hidden(err, all))
		}
		found.remove(p.random)
		out := map[identity]map[string]any{}
		for _, o := range rendered.All() {
			id := identify(o)
			for path := range found[id] {
				if !p.dynamic.covers(id, path) {
					return nil, failure.New(failure.Configuration, "render", "release "+p.release.Name,
						"%s of %s depends on what an output in set is: use values that are known before the deployment", path, o)
				}
			}
			out[id] = map[string]any{}
			for path := range p.dynamic[id] {
				out[id][path], _ = at(o.Object, path)
			}
		}
		return out, nil
	})
}

// hidden returns an error without the resolved values, which may be secrets.
func (p *plan) hidden(err error, values []any) error {
	text := err.Error()
	for _, v := range values {
		if secret, ok := v.(string); ok && secret != "" {
			text = strings.ReplaceAll(text, secret, "[secret]")
		}
	}
	return failure.New(failure.Configuration, "render", "release "+p.release.Name, "%s", text)
}
