package component

import "github.com/pulumi/pulumi/sdk/v3/go/pulumi"

// Child returns the options of a child resource: the component as its parent, and opts. The options of the component
// reach the child at any depth: providers of every package, Protect, RetainOnDelete, DeletedWith, DependsOn,
// transformations, and aliases of a renamed component. Call it after [Register] has returned.
func (b *Base) Child(opts ...pulumi.ResourceOption) pulumi.ResourceOption {
	own := []pulumi.ResourceOption{pulumi.Parent(b.self)}
	if len(b.dependsOn) > 0 {
		own = append(own, DependsOn(b.dependsOn...))
	}
	return pulumi.Composite(append(own, opts...)...)
}

// Main returns the options of the main resource of the component, such as the bucket of a bucket component: those of
// [Base.Child], and the options of the component that children do not inherit: Timeouts, IgnoreChanges,
// ReplaceOnChanges, DeleteBeforeReplace, HideDiffs and AdditionalSecretOutputs. Their property paths are those of the
// resource. opts come last, so that they extend lists and override timeouts.
func (b *Base) Main(opts ...pulumi.ResourceOption) pulumi.ResourceOption {
	return b.Child(append([]pulumi.ResourceOption{b.main}, opts...)...)
}

// Invoke returns the options of a function call of the component, such as the lookup of an image: the provider of the
// component's children. Without it, a call uses the default provider, which may be another account.
func (b *Base) Invoke(opts ...pulumi.InvokeOption) pulumi.InvokeOption {
	return pulumi.CompositeInvoke(append([]pulumi.InvokeOption{pulumi.Parent(b.self)}, opts...)...)
}

// mainOptions returns the options of a component that belong to its main
// resource.
func mainOptions(given *pulumi.ResourceOptions) pulumi.ResourceOption {
	out := []pulumi.ResourceOption{
		pulumi.IgnoreChanges(given.IgnoreChanges),
		pulumi.ReplaceOnChanges(given.ReplaceOnChanges),
		pulumi.HideDiffs(given.HideDiffs),
		pulumi.AdditionalSecretOutputs(given.AdditionalSecretOutputs),
	}
	if given.CustomTimeouts != nil {
		out = append(out, pulumi.Timeouts(given.CustomTimeouts))
	}
	if given.DeleteBeforeReplace {
		out = append(out, pulumi.DeleteBeforeReplace(true))
	}
	return pulumi.Composite(out...)
}

// AddChildren adds children that dependents of the component wait for: see [Resources].
func (b *Base) AddChildren(resources ...pulumi.Resource) {
	b.children = append(b.children, resources...)
}

// Resources returns the resources that a dependent of the given resources waits for: of a component, those added with
// [Base.AddChildren], or the component itself when there are none.
//
// The SDK waits for the known children of a component, and learns of a child on a goroutine that the child's
// registration starts. A resource that depends on a component right after its constructor has returned may be
// registered earlier, and would not wait for the child.
func Resources(given ...pulumi.Resource) []pulumi.Resource {
	var out []pulumi.Resource
	for _, r := range given {
		if c, ok := r.(based); ok && len(c.base().children) > 0 {
			out = append(out, Resources(c.base().children...)...)
			continue
		}
		out = append(out, r)
	}
	return out
}

// DependsOn is pulumi.DependsOn for the resources that [Resources] returns.
func DependsOn(given ...pulumi.Resource) pulumi.ResourceOption {
	return pulumi.DependsOn(Resources(given...))
}
