package component

import "github.com/pulumi/pulumi/sdk/v3/go/pulumi"

// inherited holds the options of a component that decide which providers its children use.
type inherited struct {
	parent    pulumi.Resource
	providers []pulumi.ProviderResource
	// transformed tells that functions may have changed the options.
	transformed bool
	// depends tells that the component has explicit dependencies.
	depends bool
}

// Provider returns the provider of type P that the children and function calls of a component use: the one in the
// options of the component or of the nearest component around it. Nil stands for the default provider.
//
// It is not known, and ok is false, when the resource or one around it does not embed [Base], has a transformation, or
// has only providers of other types, which may be for the same package. Transformations of the whole stack are not
// seen.
func Provider[P pulumi.ProviderResource](r pulumi.Resource) (p P, ok bool) {
	for r != nil {
		c, isComponent := r.(based)
		if !isComponent {
			return p, false
		}
		in := c.base().inherited
		if in.transformed {
			return p, false
		}
		for _, given := range in.providers {
			if found, matches := given.(P); matches {
				return found, true
			}
		}
		if len(in.providers) > 0 {
			return p, false
		}
		r = in.parent
	}
	return p, true
}

// Depends reports whether a component, or one around it, has explicit dependencies: pulumi.DependsOn. It is false for
// resources that do not embed [Base].
func Depends(r pulumi.Resource) bool {
	for {
		c, isComponent := r.(based)
		switch {
		case !isComponent:
			return false
		case c.base().inherited.depends:
			return true
		}
		r = c.base().inherited.parent
	}
}
