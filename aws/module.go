package aws

import (
	_ "embed" // for the schema

	pulumiaws "github.com/pulumi/pulumi-aws/sdk/v6/go/aws"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/ashlar-iac/ashlar/aws/eks"
	"github.com/ashlar-iac/ashlar/aws/internal/taggable"
	"github.com/ashlar-iac/ashlar/core"
	"github.com/ashlar-iac/ashlar/core/credentials"
	"github.com/ashlar-iac/ashlar/core/deployment"
	"github.com/ashlar-iac/ashlar/core/metadata"
	"github.com/ashlar-iac/ashlar/core/provider"
)

//go:generate go test -run TestSchemaIsCurrent . -update

// ModuleName is the name of the module and of its section.
const ModuleName = "aws"

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

// Module returns the module for the section ashlar:aws: networks, buckets, policies, identity providers, roles,
// clusters, workload identities and EC2 instances in named regions and accounts. Other modules refer to its networks,
// clusters and workload identities by names such as aws/main.
//
// The stack output aws holds outputs of each entry, by kind and name.
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
		deployment.WithLookups(lookUp),
		deployment.Provides[core.Cluster]("clusters"), deployment.Provides[core.Network]("networks"),
		deployment.Provides[core.WorkloadIdentity]("workloadIdentities"),
		deployment.Describes((*Configuration).describeCluster), deployment.Describes((*Configuration).describeIdentity))
}

// deployer deploys one section.
type deployer struct {
	ctx    *deployment.Context
	config *Configuration

	networks map[string]core.Network
	clusters map[string]*eks.Cluster
	// policies and roles hold ARNs.
	policies, roles map[string]pulumi.StringInput
}

func (d *deployer) deploy() error {
	d.networks, d.clusters = map[string]core.Network{}, map[string]*eks.Cluster{}
	d.policies, d.roles = map[string]pulumi.StringInput{}, map[string]pulumi.StringInput{}
	for _, step := range []func() error{
		d.addNetworks, d.addBuckets, d.addPolicies, d.addIdentityProviders,
		d.addRoles, d.addClusters, d.addWorkloadIdentities, d.addInstances,
	} {
		if err := step(); err != nil {
			return err
		}
	}
	return nil
}

// on returns the option for the resources of a provider.
func (d *deployer) on(name string) (pulumi.ResourceOrInvokeOption, error) {
	return providerOf(d.ctx.Providers(), d.config, name)
}

// providerOf returns the option for the resources and look-ups of a provider.
func providerOf(registry *provider.Registry, c *Configuration, name string) (pulumi.ResourceOrInvokeOption, error) {
	p, err := provider.Get[*pulumiaws.Provider](registry, ModuleName, c.Providers.Resolve(name))
	if err != nil {
		return nil, err
	}
	return pulumi.Provider(p), nil
}

// each creates a component for each entry and publishes its outputs.
func each(
	d *deployer, kind string, names []string, placed func(name string) string,
	add func(name string, on pulumi.ResourceOption) (pulumi.Map, error),
) error {
	outputs := pulumi.Map{}
	for _, name := range names {
		on, err := d.on(placed(name))
		if err != nil {
			return err
		}
		out, err := add(name, on)
		if err != nil {
			return d.ctx.Locate(err, kind, name)
		}
		outputs[name] = out
	}
	if len(outputs) > 0 {
		d.ctx.Publish(kind, outputs)
	}
	return nil
}

// TaggableTypes returns the taggable resource types of AWS: every type of the SDK with a map of tags. A launch template
// also tags the resources of its tag specifications, without the commit, which would replace the instances on every
// commit. An Auto Scaling group propagates its tags to its instances. Other types, such as routes and policy
// attachments, are not taggable.
func TaggableTypes() metadata.TaggableTypes { return taggable.Table() }
