package component

import (
	"errors"
	"fmt"
	"reflect"
	"slices"
	"strings"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/ashlar-iac/ashlar/core/config"
	"github.com/ashlar-iac/ashlar/core/credentials"
	"github.com/ashlar-iac/ashlar/core/failure"
)

// WithProviders is implemented by components that declare which providers they take, so that the provider of another
// package is an error instead of having no effect. Components whose type is that of a module of this library, such as
// ashlar-aws:s3:Bucket, take the providers of its package and need not implement it.
type WithProviders interface {
	// ProviderPackages returns the packages, such as aws, whose resources the component contains.
	ProviderPackages() []string
}

// own are the packages of the modules of this library, by the start of their types.
var own = map[string][]string{"ashlar-aws": {"aws"}, "ashlar-azure": {"azure-native"}, "ashlar-kubernetes": {"kubernetes"}}

// Packages returns the packages whose providers a component of a type takes. Nil means that they are not known, and that
// every provider is accepted.
func Packages(token string, c pulumi.Resource) []string {
	if d, ok := c.(WithProviders); ok {
		return d.ProviderPackages()
	}
	module, _, _ := strings.Cut(token, ":")
	return own[module]
}

// packageOf returns the package of a provider, or "" when it is not known.
func packageOf(p pulumi.ProviderResource) string {
	name, ok := strings.CutPrefix(p.PulumiResourceType(), "pulumi:providers:")
	if !ok {
		return ""
	}
	return name
}

// optionsOf returns the options of a component. Options that hold nil, with which the SDK panics, and providers that no
// child of the component uses are a *config.Error.
func optionsOf(token, name string, packages []string, opts []pulumi.ResourceOption) (*pulumi.ResourceOptions, error) {
	var findings []config.Finding
	add := func(path, format string, args ...any) {
		findings = append(findings, config.Finding{Path: path, Message: fmt.Sprintf(format, args...)})
	}
	invalid := func() error {
		return &config.Error{Subject: fmt.Sprintf("options of %s %q", token, name), Findings: findings}
	}
	given, err := read(opts)
	if err != nil {
		add("", "%v", err)
		return nil, invalid()
	}
	if given.Parent != nil && isNil(given.Parent) {
		add("parent", "nil %T: pass a constructed one or omit the option", given.Parent)
	}
	for i, r := range given.DependsOn {
		if isNil(r) {
			add(fmt.Sprintf("dependsOn[%d]", i), "nil resource: pass a constructed one or omit it")
		}
	}
	for _, p := range given.Providers {
		if pkg := packageOf(p); packages != nil && pkg != "" && !slices.Contains(packages, pkg) {
			add("provider", "provider %q is for the package %s, which no resource of the component belongs to: "+
				"pass a provider of %s", p.PulumiResourceName(), pkg, config.List(packages))
		}
	}
	if len(findings) > 0 {
		return nil, invalid()
	}
	return given, nil
}

// read evaluates options. The SDK panics on nil in some of them.
func read(opts []pulumi.ResourceOption) (given *pulumi.ResourceOptions, err error) {
	defer func() {
		if recover() != nil {
			err = errors.New("nil option, provider or dependency: pass a constructed one or omit the option")
		}
	}()
	return pulumi.NewResourceOptions(opts...)
}

func isNil(r pulumi.Resource) bool {
	v := reflect.ValueOf(r)
	return !v.IsValid() || v.Kind() == reflect.Pointer && v.IsNil()
}

// checkAmbient reports a component without an explicit provider for one of its packages, when the default provider of the
// package is certain to fail. Only the engine has default providers: unit tests with mocks have no project folder.
func checkAmbient(ctx *pulumi.Context, c pulumi.Resource, packages []string) error {
	if ctx.RootDirectory() == "" {
		return nil
	}
	var failed []error
	for _, pkg := range packages {
		// Components have the provider of their parent, and the one that a transformation sets.
		if r, ok := c.(interface {
			GetProvider(token string) pulumi.ProviderResource
		}); !ok || r.GetProvider(pkg+"::") == nil {
			failed = append(failed, credentials.New().DefaultProvider(pkg, func(key string) bool {
				value, _ := ctx.GetConfig(key)
				return value != ""
			}))
		}
	}
	return failure.Join(failed...)
}
