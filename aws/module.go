package aws

import (
	_ "embed" // for the schema

	pulumiaws "github.com/pulumi/pulumi-aws/sdk/v6/go/aws"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/ashlar-iac/ashlar/aws/eks"
	"github.com/ashlar-iac/ashlar/core"
	"github.com/ashlar-iac/ashlar/core/credentials"
	"github.com/ashlar-iac/ashlar/core/deployment"
	"github.com/ashlar-iac/ashlar/core/failure"
	"github.com/ashlar-iac/ashlar/core/provider"
)

//go:generate go test -run TestSchemaIsCurrent . -update

// ModuleName is the name of the module and of its section.
const ModuleName = "aws"

//go:embed schema.json
var schema []byte

// Option changes how the module works.
type Option interface{ apply(*settings) }

type optionFunc func(*settings)

func (f optionFunc) apply(s *settings) { f(s) }

type settings struct{ credentials *credentials.Resolver }

// WithCredentials finds credentials in another way than in the environment: for tests.
func WithCredentials(r *credentials.Resolver) Option {
	return optionFunc(func(s *settings) { s.credentials = r })
}

// Module returns the module that deploys what the section ashlar:aws
// describes: networks, buckets, roles, Kubernetes clusters and machines in named regions and accounts. Other modules find its networks,
// clusters and identities of pods under their names, such as aws/main.
//
// Its stack output is called aws and holds, by kind and name, what there is.
func Module(opts ...Option) deployment.Module {
	s := &settings{credentials: credentials.New()}
	for _, o := range opts {
		o.apply(s)
	}
	deploy := func(ctx *deployment.Context, c *Configuration) error {
		return (&deployer{ctx: ctx, config: c, credentials: s.credentials}).deploy()
	}
	return deployment.NewModule(ModuleName, schema, deploy, deployment.WithCarriers(Carriers()),
		deployment.Provides[core.Cluster]("clusters"), deployment.Provides[core.Network]("networks"),
		deployment.Provides[core.WorkloadIdentity]("workloadIdentities"))
}

// deployer deploys one section.
type deployer struct {
	ctx         *deployment.Context
	config      *Configuration
	credentials *credentials.Resolver

	networks map[string]core.Network
	clusters map[string]*eks.Cluster
	// policies and roles are ARNs.
	policies, roles map[string]pulumi.StringInput
}

func (d *deployer) deploy() error {
	d.networks, d.clusters = map[string]core.Network{}, map[string]*eks.Cluster{}
	d.policies, d.roles = map[string]pulumi.StringInput{}, map[string]pulumi.StringInput{}
	for _, step := range []func() error{
		d.checkCredentials, d.addProviders, d.addNetworks, d.addBuckets, d.addPolicies, d.addIdentityProviders, d.addRoles,
		d.addClusters, d.addWorkloadIdentities, d.addInstances,
	} {
		if err := step(); err != nil {
			return err
		}
	}
	return nil
}

// checkCredentials looks for the credentials of every provider that something is deployed with, so that a second account without any
// stops the deployment before the first one is changed.
func (d *deployer) checkCredentials() error {
	used := map[string]bool{}
	d.config.placed(func(_, _, name string) { used[d.config.Providers.Meant(name)] = true })
	var failed []error
	for _, name := range d.config.Providers.Names() {
		if !used[name] {
			continue
		}
		s := d.config.Providers[name]
		found, err := d.credentials.AWS(s.request(name))
		if err == nil {
			d.ctx.Logger().Debug("credentials", "provider", name, "from", found)
		}
		failed = append(failed, err)
	}
	return failure.Join(failed...)
}

// addProviders adds the providers to the deployment's registry. Those that nothing is deployed with are not made.
func (d *deployer) addProviders() error {
	var failed []error
	for _, name := range d.config.Providers.Names() {
		s := d.config.Providers[name]
		info := core.ProviderInfo{Module: ModuleName, Name: name, Region: s.Region, Account: s.account()}
		failed = append(failed, provider.Add(d.ctx.Providers(), info, func() (*pulumiaws.Provider, error) {
			return NewProvider(d.ctx.Context, name, &ProviderArgs{ProviderSettings: s, Credentials: d.credentials})
		}))
	}
	return failure.Join(failed...)
}

// on returns the option that makes a provider make a component.
func (d *deployer) on(name string) (pulumi.ResourceOption, error) {
	p, err := provider.Get[*pulumiaws.Provider](d.ctx.Providers(), ModuleName, d.config.Providers.Meant(name))
	if err != nil {
		return nil, err
	}
	return pulumi.Provider(p), nil
}

// each makes a component for every entry and publishes what it returns.
func each(
	d *deployer, kind string, names []string, placed func(name string) string, add func(name string, on pulumi.ResourceOption) (pulumi.Map, error),
) error {
	outputs := pulumi.Map{}
	for _, name := range names {
		on, err := d.on(placed(name))
		if err != nil {
			return err
		}
		out, err := add(name, on)
		if err != nil {
			return err
		}
		outputs[name] = out
	}
	if len(outputs) > 0 {
		d.ctx.Publish(kind, outputs)
	}
	return nil
}
