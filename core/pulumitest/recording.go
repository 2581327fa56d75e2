package pulumitest

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/pulumi/pulumi/sdk/v3/go/common/resource"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
)

// Registration is a resource that a program registered or read, as the engine
// received it, after all transforms. It must not be modified.
type Registration struct {
	// Type is the resource's type token, Name its name in the program.
	Type, Name string
	// URN identifies the resource. Parent is the URN of its parent, by default that of the stack.
	URN, Parent resource.URN
	// Custom is true for resources of a provider, Remote for components that a plugin creates, Read for existing
	// resources that are only read.
	Custom, Remote, Read bool
	// Provider manages the resource. It is nil for the package's default provider. ProviderReference is the reference
	// in the request, URN::id.
	Provider          *Registration
	ProviderReference string
	// Providers are the providers of a component's children by package, including those of its parents.
	Providers map[string]*Registration
	// Inputs are the resource's arguments. Secrets and unknown values are marked.
	Inputs resource.PropertyMap
	// ID is the ID of the resource. It is empty in a preview and for components.
	ID string
	// Outputs are the outputs that the program received. Components have none.
	Outputs resource.PropertyMap
	// RegisteredOutputs has an entry for each registration of a component's outputs.
	RegisteredOutputs []resource.PropertyMap
	// Dependencies are the explicit dependencies of the resource and the resources its inputs depend on.
	// PropertyDependencies are the latter by input.
	Dependencies         []resource.URN
	PropertyDependencies map[string][]resource.URN
	// Aliases are other identities of the resource in the state.
	Aliases []resource.Alias
	// The following fields are other resource options, by their names in the SDK.
	Protect, RetainOnDelete, DeleteBeforeReplace bool
	IgnoreChanges, ReplaceOnChanges, HideDiffs   []string
	AdditionalSecretOutputs                      []string
	DeletedWith                                  resource.URN
	ReplaceWith                                  []resource.URN
	// CustomTimeouts is nil if the resource has none.
	CustomTimeouts             *pulumi.CustomTimeouts
	Import                     string
	Version, PluginDownloadURL string
}

// Package returns the package of the resource. It is "pulumi" for explicit providers.
func (r *Registration) Package() string { return packageOf(r.Type) }

// Input returns the value at a path such as metadata.labels["app"] or
// subnets[0].cidr. The value is secret if it is within a secret. It reports false
// if there is no such value.
func (r *Registration) Input(path string) (resource.PropertyValue, bool) {
	return at(r.Inputs, path)
}

// Output is [Registration.Input] for outputs: the registered ones of a component,
// or those of a resource.
func (r *Registration) Output(path string) (resource.PropertyValue, bool) {
	if n := len(r.RegisteredOutputs); n > 0 {
		return at(r.RegisteredOutputs[n-1], path)
	}
	return at(r.Outputs, path)
}

// Invocation is a call of a function or of a resource method.
type Invocation struct {
	// Token names the function.
	Token string
	// Args are its arguments. The SDK does not mark secrets in the arguments of functions.
	Args resource.PropertyMap
	// Provider receives the call. It is nil for the package's default provider. ProviderReference is the reference in
	// the request, URN::id.
	Provider          *Registration
	ProviderReference string
	// Method is true for methods; their resource is "__self__" in Args.
	Method bool
	// Dependencies are the resources that the call depends on.
	Dependencies []resource.URN
	// Version is the version of the provider that the program requires, or "".
	Version string
}

// Package returns the package of the function.
func (i *Invocation) Package() string { return packageOf(i.Token) }

// Log is a message to the user.
type Log struct {
	// Severity is "debug", "info", "warning" or "error".
	Severity string
	Message  string
	// URN is the resource of the message, or "".
	URN resource.URN
}

func packageOf(token string) string {
	name, _, _ := strings.Cut(token, ":")
	return name
}

// Recording is what a program registered.
type Recording struct {
	// Resources are all resources but the stack: each parent before its children, siblings by type and name. The
	// order of registration differs from run to run.
	Resources []*Registration
	// Invokes are the calls of functions and methods, including failed ones, in the order of their arrival.
	Invokes []*Invocation
	// Logs are the messages to the user, in the order of their arrival.
	Logs []Log
	// Exports are the outputs of the stack.
	Exports resource.PropertyMap
	// Stack is the URN of the stack, the parent of resources without another parent.
	Stack resource.URN
	// Preview reports whether the run was a preview.
	Preview bool
}

// OfType returns the resources of a type, in order. A type that begins with a colon
// matches every type that ends with it: ":Deployment", ":apps/v1:Deployment".
func (r *Recording) OfType(typ string) []*Registration {
	return r.where(func(res *Registration) bool {
		return res.Type == typ || strings.HasPrefix(typ, ":") && strings.HasSuffix(res.Type, typ)
	})
}

// Find returns the first resource of a type, as in [Recording.OfType], and a name. It
// reports false if there is none.
func (r *Recording) Find(typ, name string) (*Registration, bool) {
	for _, res := range r.OfType(typ) {
		if res.Name == name {
			return res, true
		}
	}
	return nil, false
}

// One returns the only resource of a type, as in [Recording.OfType]. The test fails if
// there is none or more than one.
func (r *Recording) One(tb testing.TB, typ string) *Registration {
	tb.Helper()
	found := r.OfType(typ)
	if len(found) != 1 {
		tb.Fatalf("expected 1 resource of type %s, found %d, among:\n%s", typ, len(found), r.list())
	}
	return found[0]
}

// Get returns the resource with a URN. It reports false if there is none.
func (r *Recording) Get(urn resource.URN) (*Registration, bool) {
	for _, res := range r.Resources {
		if res.URN == urn {
			return res, true
		}
	}
	return nil, false
}

// Children returns the resources with the given parent, in order.
func (r *Recording) Children(parent resource.URN) []*Registration {
	return r.where(func(res *Registration) bool { return res.Parent == parent })
}

// Descendants returns the children of a resource, their children and so on, in order.
func (r *Recording) Descendants(ancestor resource.URN) []*Registration {
	within := map[resource.URN]bool{ancestor: true}
	return r.where(func(res *Registration) bool {
		// Parents come first.
		if within[res.Parent] {
			within[res.URN] = true
		}
		return within[res.Parent]
	})
}

func (r *Recording) where(keep func(*Registration) bool) []*Registration {
	var out []*Registration
	for _, res := range r.Resources {
		if keep(res) {
			out = append(out, res)
		}
	}
	return out
}

// list returns the type and the name of all resources, one per line.
func (r *Recording) list() string {
	var text strings.Builder
	for _, res := range r.Resources {
		fmt.Fprintf(&text, "  %s %q\n", res.Type, res.Name)
	}
	if text.Len() == 0 {
		return "  no resources"
	}
	return strings.TrimSuffix(text.String(), "\n")
}

// inOrder returns the resources in the order of [Recording.Resources].
func inOrder(resources map[resource.URN]*Registration, stack resource.URN) []*Registration {
	children := map[resource.URN][]*Registration{}
	for _, res := range resources {
		parent := res.Parent
		if _, known := resources[parent]; !known {
			// The parent is not registered by the program.
			parent = stack
		}
		children[parent] = append(children[parent], res)
	}
	var out []*Registration
	var visit func(resource.URN)
	visit = func(parent resource.URN) {
		slices.SortFunc(children[parent], func(a, b *Registration) int {
			return cmp.Or(cmp.Compare(a.Type, b.Type), cmp.Compare(a.Name, b.Name), cmp.Compare(a.URN, b.URN))
		})
		for _, child := range children[parent] {
			out = append(out, child)
			visit(child.URN)
		}
	}
	visit(stack)
	return out
}
