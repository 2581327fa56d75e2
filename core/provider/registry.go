package provider

import (
	"fmt"
	"maps"
	"slices"
	"sync"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/ashlar-iac/ashlar/core"
	"github.com/ashlar-iac/ashlar/core/config"
	"github.com/ashlar-iac/ashlar/core/failure"
)

// Registry holds the named providers of all modules of a deployment. It is safe for concurrent use.
type Registry struct {
	mu      sync.Mutex
	modules map[string]*module
}

// module holds the providers of one module.
type module struct {
	entries map[string]*entry
	// standard is the name of the default provider, or empty.
	standard string
}

// entry is one named provider.
type entry struct {
	info core.ProviderInfo
	// create creates the provider on the first call and returns the same result afterwards.
	create func() (pulumi.ProviderResource, error)
}

// NewRegistry returns an empty registry.
func NewRegistry() *Registry { return &Registry{modules: map[string]*module{}} }

// Factory creates a provider. It is called at most once.
type Factory[P pulumi.ProviderResource] func() (P, error)

// Add adds a provider with the module and name of info, which are required. The factory is called when the provider
// is first requested. A duplicate name is an error of the class failure.Provider.
func Add[P pulumi.ProviderResource](r *Registry, info core.ProviderInfo, factory Factory[P]) error {
	subject := fmt.Sprintf("provider %s/%s", info.Module, info.Name)
	if info.Module == "" || info.Name == "" {
		return failure.New(failure.Provider, "add", subject, "module and name are required")
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	m := r.modules[info.Module]
	if m == nil {
		m = &module{entries: map[string]*entry{}}
		r.modules[info.Module] = m
	}
	if m.entries[info.Name] != nil {
		return failure.New(failure.Provider, "add", subject, "duplicate name")
	}
	m.entries[info.Name] = &entry{info: info, create: sync.OnceValues(func() (pulumi.ProviderResource, error) {
		p, err := factory()
		if err != nil {
			return nil, failure.Wrap(failure.Provider, "create", subject, err)
		}
		return p, nil
	})}
	return nil
}

// SetDefault sets the default provider of a module. An unknown name is an error of the class failure.Provider.
func (r *Registry) SetDefault(moduleName, name string) error {
	e, err := r.find(moduleName, name)
	if err != nil {
		return err
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	r.modules[moduleName].standard = e.info.Name
	return nil
}

// Get returns a provider of a module and creates it on the first request. The empty name is the default provider.
// Errors are of the class failure.Provider: the name is unknown, the provider cannot be created, or it is not a P.
func Get[P pulumi.ProviderResource](r *Registry, moduleName, name string) (P, error) {
	var none P
	e, err := r.find(moduleName, name)
	if err != nil {
		return none, err
	}
	created, err := e.create()
	if err != nil {
		return none, err
	}
	p, ok := created.(P)
	if !ok {
		return none, failure.New(failure.Provider, "get", fmt.Sprintf("provider %s/%s", e.info.Module, e.info.Name),
			"it is a %T, not a %T", created, none)
	}
	return p, nil
}

// Provider returns a provider and its information, and creates it on the first request. The empty name is the default
// provider.
func (r *Registry) Provider(moduleName, name string) (core.Provider, error) {
	p, err := Get[pulumi.ProviderResource](r, moduleName, name)
	if err != nil {
		return nil, err
	}
	info, err := r.Info(moduleName, name)
	if err != nil {
		return nil, err
	}
	return named{info, p}, nil
}

// Info returns the information of a provider without creating it. The empty name is the default provider.
func (r *Registry) Info(moduleName, name string) (core.ProviderInfo, error) {
	e, err := r.find(moduleName, name)
	if err != nil {
		return core.ProviderInfo{}, err
	}
	return e.info, nil
}

// Names returns the names of a module's providers, sorted. It is empty for a module without providers.
func (r *Registry) Names(moduleName string) []string {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.names(moduleName)
}

func (r *Registry) names(moduleName string) []string {
	m := r.modules[moduleName]
	if m == nil {
		return nil
	}
	return slices.Sorted(maps.Keys(m.entries))
}

// find returns the entry of a name.
func (r *Registry) find(moduleName, name string) (*entry, error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	fail := func(format string, args ...any) (*entry, error) {
		return nil, failure.New(failure.Provider, "find", fmt.Sprintf("provider %q of module %s", name, moduleName), format, args...)
	}
	m := r.modules[moduleName]
	if m == nil {
		known := slices.Sorted(maps.Keys(r.modules))
		if len(known) == 0 {
			return fail("no providers are configured")
		}
		return fail("the module has no providers, only %s", config.List(known))
	}
	names := r.names(moduleName)
	if name == "" {
		name = m.standard
		if len(names) == 1 {
			name = names[0]
		}
		if name == "" {
			return fail("several providers and no default: use one of %s", config.List(names))
		}
	}
	e := m.entries[name]
	if e == nil {
		return fail("unknown provider, %s", config.Suggest(name, names))
	}
	return e, nil
}

// named is a provider and its information.
type named struct {
	info     core.ProviderInfo
	resource pulumi.ProviderResource
}

var _ core.Provider = named{}

func (n named) ProviderInfo() core.ProviderInfo   { return n.info }
func (n named) Resource() pulumi.ProviderResource { return n.resource }
