package helm

import (
	"fmt"
	"maps"
	"slices"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/ashlar-iac/ashlar/core/component"
	"github.com/ashlar-iac/ashlar/core/failure"
	"github.com/ashlar-iac/ashlar/kubernetes/internal/objects"
)

// ReleaseToken is the type of the component [Release].
const ReleaseToken = "ashlar-kubernetes:helm:Release"

// Release is a chart with its objects as child resources: CustomResourceDefinitions, hooks that Helm runs before an
// installation, what pods use, pods, webhooks, custom resources of the chart, and hooks that Helm runs afterwards. Each
// group is created when the previous one is ready, and deleted before it.
type Release struct {
	pulumi.ResourceState
	component.Base

	// Name is the name of the release.
	Name pulumi.StringOutput `pulumi:"name"`
	// Namespace is the name of its namespace.
	Namespace pulumi.StringOutput `pulumi:"namespace"`
	// Version is the version of the chart.
	Version pulumi.StringOutput `pulumi:"version"`
}

// NewRelease installs a chart.
func NewRelease(ctx *pulumi.Context, name string, args *ReleaseArgs, opts ...pulumi.ResourceOption) (*Release, error) {
	r := &Release{}
	args, err := component.Register(ctx, ReleaseToken, name, r, args, opts...)
	if err != nil {
		return nil, err
	}
	p := newPlan(args, name)
	if err := p.err(); err != nil {
		return nil, failure.Wrap(failure.Configuration, "render", fmt.Sprintf("release %q", name), err)
	}
	namespace := p.checkedNamespace()
	waves := objects.Waves(slices.Concat(p.rendered.CRDs, p.rendered.Objects), p.rendered.Before, p.rendered.After)
	err = objects.Register(ctx, r, name, waves, objects.Options{
		Namespace: namespace,
		CRDs:      args.CRDs,
		Adopt:     args.Adopt,
		SkipAwait: args.SkipAwait,
		Outputs:   p.inputs(),
		Resource:  p.options,
	})
	if err != nil {
		return nil, err
	}
	r.Name = pulumi.String(args.Name).ToStringOutput()
	r.Namespace = namespace.ToStringOutput()
	r.Version = pulumi.String(p.chart.Version()).ToStringOutput()
	return component.Finish(ctx, r)
}

// options returns the options of the resource of an object.
func (p *plan) options(o objects.Object) []pulumi.ResourceOption {
	var out []pulumi.ResourceOption
	if random := p.random[identify(o)]; len(random) > 0 {
		// What the chart generates stays as it was created.
		out = append(out, pulumi.IgnoreChanges(slices.Sorted(maps.Keys(random))))
	}
	if _, pods := o.PodPath(); pods && p.args.Identity != nil {
		out = append(out, pulumi.DependsOn(p.args.Identity.WorkloadIdentityInfo().Ready))
	}
	return out
}
