package pulumitest

import (
	"strings"

	"github.com/pulumi/pulumi/sdk/v3/go/common/resource"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
)

// Registration is a resource that a program registered or read, as the engine
// received it and after all transforms. It must not be modified.
type Registration struct {
	// Type is the resource's token, Name what the program calls it.
	Type, Name string
	// URN identifies the resource. That of its parent is in Parent, which is the stack's for resources without one.
	URN, Parent resource.URN
	// Custom is true for resources of a provider, Remote for components that are made by a plugin, Read for
	// resources that exist and are only read.
	Custom, Remote, Read bool
	// Provider manages the resource. It is nil for the package's default provider. ProviderReference is how the
	// program named it, as URN::id.
	Provider          *Registration
	ProviderReference string
	// Providers are those for the children of a component, by package: its own and those of its parents.
	Providers map[string]*Registration
	// Inputs are the resource's arguments. Secrets and unknown values are marked.
	Inputs resource.PropertyMap
	// ID is the resource's identity in its cloud. It is empty in a preview, and for components.
	ID string
	// Outputs are what the program was told about the resource. Components get none.
	Outputs resource.PropertyMap
	// RegisteredOutputs has an entry for every time that the outputs of a component were registered.
	RegisteredOutputs []resource.PropertyMap
	// Dependencies are what the resource waits for: what it depends on explicitly, and where its inputs come from.
	// PropertyDependencies are the latter alone, by input.
	Dependencies         []resource.URN
	PropertyDependencies map[string][]resource.URN
	// Aliases are other identities under which the resource may exist.
	Aliases []resource.Alias
	// The other options of the resource, by their names in the SDK.
	Protect, RetainOnDelete, DeleteBeforeReplace bool
	IgnoreChanges, ReplaceOnChanges, HideDiffs   []string
	AdditionalSecretOutputs                      []string
	DeletedWith                                  resource.URN
	ReplaceWith                                  []resource.URN
	// CustomTimeouts is nil when there are none.
	CustomTimeouts             *pulumi.CustomTimeouts
	Import                     string
	Version, PluginDownloadURL string
}

// Package is the name of the package that the resource belongs to. Explicit
// providers are of the package "pulumi".
func (r *Registration) Package() string { return packageOf(r.Type) }

// Input returns the value at a path such as metadata.labels["app"] or
// subnets[0].cidr. Secrets on the way are opened, and the value is secret if one
// of them was. It reports false when there is no such value.
func (r *Registration) Input(path string) (resource.PropertyValue, bool) {
	return at(r.Inputs, path)
}

// Output is [Registration.Input] for outputs: those that a component registered,
// or those of a resource.
func (r *Registration) Output(path string) (resource.PropertyValue, bool) {
	if n := len(r.RegisteredOutputs); n > 0 {
		return at(r.RegisteredOutputs[n-1], path)
	}
	return at(r.Outputs, path)
}

// Invocation is a call of a function or of a resource's method.
type Invocation struct {
	// Token names the function.
	Token string
	// Args are its arguments. The SDK does not mark secrets among those of functions.
	Args resource.PropertyMap
	// Provider answers the call. It is nil for the package's default provider. ProviderReference is how the program
	// named it, as URN::id.
	Provider          *Registration
	ProviderReference string
	// Method is true for methods; their resource is in Args as "__self__".
	Method bool
	// Dependencies are the resources that the call waits for.
	Dependencies []resource.URN
	// Version is that of the provider's package, if the program asks for one.
	Version string
}

// Package is the name of the package that the function belongs to.
func (i *Invocation) Package() string { return packageOf(i.Token) }

// Log is a message to the user.
type Log struct {
	// Severity is "debug", "info", "warning" or "error".
	Severity string
	Message  string
	// URN is the resource that the message is about, if any.
	URN resource.URN
}

func packageOf(token string) string {
	name, _, _ := strings.Cut(token, ":")
	return name
}
