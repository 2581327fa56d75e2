package component

import "github.com/pulumi/pulumi/sdk/v3/go/pulumi"

// Made notes resources that the component consists of, for those who depend on it: see [Resources].
func (b *Base) Made(resources ...pulumi.Resource) { b.made = append(b.made, resources...) }

// Resources returns what those have to wait for who depend on the given resources: of a component, what it has noted
// with [Base.Made], and the component itself when it has noted nothing.
//
// The SDK waits for the children of a component that it knows, and learns of a child on a goroutine that the child's
// registration starts. Who depends on a component right after its constructor has returned may be ahead of that, and
// not wait for it at all.
func Resources(given ...pulumi.Resource) []pulumi.Resource {
	var out []pulumi.Resource
	for _, r := range given {
		if c, ok := r.(based); ok && len(c.base().made) > 0 {
			out = append(out, Resources(c.base().made...)...)
			continue
		}
		out = append(out, r)
	}
	return out
}

// DependsOn is pulumi.DependsOn for what [Resources] returns.
func DependsOn(given ...pulumi.Resource) pulumi.ResourceOption {
	return pulumi.DependsOn(Resources(given...))
}
