package azure

import (
	_ "embed" // for the schema

	azurenative "github.com/pulumi/pulumi-azure-native-sdk/v2"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/ashlar-iac/ashlar/azure/internal/taggable"
	"github.com/ashlar-iac/ashlar/core"
	"github.com/ashlar-iac/ashlar/core/credentials"
	"github.com/ashlar-iac/ashlar/core/deployment"
	"github.com/ashlar-iac/ashlar/core/metadata"
	"github.com/ashlar-iac/ashlar/core/provider"
)

//go:generate go test -run TestSchemaIsCurrent . -update

// ModuleName is the name of the module and of its section.
const ModuleName = "azure"

//go:embed schema.json
var schema []byte

// Option configures the module.
type Option interface{ apply(*settings) }

type optionFunc func(*settings)

func (f optionFunc) apply(s *settings) { f(s) }

type settings struct{ credentials *credentials.Resolver }

// WithCredentials sets the resolver of credentials, for tests. Default: the environment.
func WithCredentials(r *credentials.Resolver) Option {
	return optionFunc(func(s *settings) { s.credentials = r })
}

// Module returns the module for the section ashlar:azure: resource groups, managed identities, identities of pods, Log
// Analytics workspaces, key vaults and keys, storage accounts, networks, private endpoints, AKS clusters, virtual machines,
// custom roles and role assignments in named subscriptions and locations. Other modules refer to its networks, clusters and
// identities of pods by names such as azure/main.
//
// The stack output azure holds outputs of each entry, by kind and name.
func Module(opts ...Option) deployment.Module {
	s := &settings{credentials: credentials.New()}
	for _, o := range opts {
		o.apply(s)
	}
	deploy := func(ctx *deployment.Context, c *Configuration) error {
		return (&deployer{ctx: ctx, config: c}).deploy()
	}
	lookUp := func(ctx *deployment.LookupContext, c *Configuration) error {
		return (&lookups{LookupContext: ctx, config: c, credentials: s.credentials}).run()
	}
	return deployment.NewModule(ModuleName, schema, deploy, deployment.WithTaggableTypes(TaggableTypes()),
		deployment.WithLookups(lookUp), deployment.Provides[core.Network]("networks"), deployment.Provides[core.Cluster]("clusters"),
		deployment.Provides[core.WorkloadIdentity]("workloadIdentities"), deployment.Describes((*Configuration).describeCluster),
		deployment.Describes((*Configuration).describeIdentity))
}

// providerOf returns the option for the resources and look-ups of a provider.
func providerOf(registry *provider.Registry, c *Configuration, name string) (pulumi.ResourceOrInvokeOption, error) {
	p, err := provider.Get[*azurenative.Provider](registry, ModuleName, c.Providers.Resolve(name))
	if err != nil {
		return nil, err
	}
	return pulumi.Provider(p), nil
}

// TaggableTypes returns the taggable resource types of Azure: every type of azure-native with a map of tags. Others, such as
// role assignments and blob containers, are not taggable. Resources of a group do not inherit its tags.
func TaggableTypes() metadata.TaggableTypes { return taggable.New() }
