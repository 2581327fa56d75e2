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
	"github.com/ashlar-iac/ashlar/core/failure"
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
		return (&deployer{ctx: ctx, config: c, credentials: s.credentials}).deploy()
	}
	return deployment.NewModule(ModuleName, schema, deploy, deployment.WithTaggableTypes(TaggableTypes()),
		deployment.Provides[core.Cluster]("clusters"), deployment.Provides[core.Network]("networks"),
		deployment.Provides[core.WorkloadIdentity]("workloadIdentities"),
		deployment.Describes((*Configuration).describeCluster), deployment.Describes((*Configuration).describeIdentity))
}

// deployer deploys one section.
type deployer struct {
	ctx         *deployment.Context
	config      *Configuration
	credentials *credentials.Resolver

	networks map[string]core.Network
	clusters map[string]*eks.Cluster
	// policies and roles hold ARNs.
	policies, roles map[string]pulumi.StringInput
}

func (d *deployer) deploy() error {
	d.networks, d.clusters = map[string]core.Network{}, map[string]*eks.Cluster{}
	d.policies, d.roles = map[string]pulumi.StringInput{}, map[string]pulumi.StringInput{}
	for _, step := range []func() error{
		d.checkCredentials, d.addProviders, d.addNetworks, d.addBuckets, d.addPolicies, d.addIdentityProviders,
		d.addRoles, d.addClusters, d.addWorkloadIdentities, d.addInstances,
	} {
		if err := step(); err != nil {
			return err
		}
	}
	return nil
}

// checkCredentials resolves the credentials of every provider that is used, so that missing credentials of one account
// stop the deployment before another account is changed.
func (d *deployer) checkCredentials() error {
	used := map[string]bool{}
	d.config.eachProvider(func(_, _, name string) { used[d.config.Providers.Resolve(name)] = true })
	var failed []error
	for _, name := range d.config.Providers.Names() {
		if !used[name] {
			continue
		}
		found, err := d.credentials.AWS(d.config.Providers[name].request(name))
		if err == nil {
			d.ctx.Logger().Debug("credentials", "provider", name, "from", found)
		}
		failed = append(failed, d.ctx.Locate(err, "providers", name))
	}
	return failure.Join(failed...)
}

// addProviders adds the providers to the registry of the deployment. Providers that are not used are not created.
func (d *deployer) addProviders() error {
	var failed []error
	for _, name := range d.config.Providers.Names() {
		args := d.config.Providers[name]
		args.Credentials = d.credentials
		info := core.ProviderInfo{Module: ModuleName, Name: name, Region: args.Region, Account: args.account()}
		failed = append(failed, provider.Add(d.ctx.Providers(), info, func() (*pulumiaws.Provider, error) {
			return NewProvider(d.ctx.Context, name, args)
		}))
	}
	return failure.Join(failed...)
}

// on returns the option for a provider.
func (d *deployer) on(name string) (pulumi.ResourceOption, error) {
	p, err := provider.Get[*pulumiaws.Provider](d.ctx.Providers(), ModuleName, d.config.Providers.Resolve(name))
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
