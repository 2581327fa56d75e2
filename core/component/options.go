package component

import "github.com/pulumi/pulumi/sdk/v3/go/pulumi"

// Child returns the options of a resource that belongs to the component: the
// component as its parent, and opts. What a user gives the component reaches the
// child through its parent, whatever the depth: providers of every package,
// Protect, RetainOnDelete, DeletedWith, transformations, and aliases of a
// component that was renamed. It may be called once [Register] has returned.
func (b *Base) Child(opts ...pulumi.ResourceOption) pulumi.ResourceOption {
	return pulumi.Composite(append([]pulumi.ResourceOption{pulumi.Parent(b.self)}, opts...)...)
}

// Main returns the options of the one resource that the component stands for,
// such as the bucket of a bucket component: those of [Base.Child], and the
// options of the component that say how a single resource is handled and that
// children do not inherit: Timeouts, IgnoreChanges, ReplaceOnChanges,
// DeleteBeforeReplace, HideDiffs and AdditionalSecretOutputs. Their property paths are those of
// the resource. opts come last, so that lists are added to and timeouts win.
func (b *Base) Main(opts ...pulumi.ResourceOption) pulumi.ResourceOption {
	return b.Child(append([]pulumi.ResourceOption{b.main}, opts...)...)
}

// Invoke returns the options of a function call of the component, such as the
// lookup of an image: it uses the provider that the component's children use.
// Without it, a call uses the default provider, which may be another account.
func (b *Base) Invoke(opts ...pulumi.InvokeOption) pulumi.InvokeOption {
	return pulumi.CompositeInvoke(append([]pulumi.InvokeOption{pulumi.Parent(b.self)}, opts...)...)
}

// mainOptions returns what of a component's options belongs to its main
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
