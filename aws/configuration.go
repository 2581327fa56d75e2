package aws

import (
	"strconv"

	"github.com/ashlar-iac/ashlar/aws/ec2"
	"github.com/ashlar-iac/ashlar/aws/iam"
	"github.com/ashlar-iac/ashlar/aws/network"
	"github.com/ashlar-iac/ashlar/aws/s3"
	"github.com/ashlar-iac/ashlar/core/config"
	"github.com/ashlar-iac/ashlar/core/deployment"
)

// Configuration is the section ashlar:aws. Every entry names the provider that makes it, and may leave it out where there is only one.
type Configuration struct {
	deployment.Switch
	// Providers holds the regions and accounts to deploy to.
	Providers config.Named[ProviderSettings] `pulumi:"providers"`
	// Networks holds the networks to create.
	Networks config.Named[NetworkConfiguration] `pulumi:"networks"`
	// Buckets holds the buckets to create.
	Buckets config.Named[*BucketConfiguration] `pulumi:"buckets"`
	// Policies holds the policies to create, which roles share.
	Policies config.Named[*PolicyConfiguration] `pulumi:"policies"`
	// IdentityProviders holds the OIDC identity providers that accounts are to know, so that roles can trust them.
	IdentityProviders config.Named[*IdentityProviderConfiguration] `pulumi:"identityProviders"`
	// Roles holds the roles to create.
	Roles config.Named[*RoleConfiguration] `pulumi:"roles"`
	// Clusters holds the Kubernetes clusters to create.
	Clusters config.Named[ClusterConfiguration] `pulumi:"clusters"`
	// WorkloadIdentities holds the identities of pods to create.
	WorkloadIdentities config.Named[WorkloadIdentityConfiguration] `pulumi:"workloadIdentities"`
	// Instances holds the machines to create.
	Instances config.Named[InstanceConfiguration] `pulumi:"instances"`
}

// NetworkConfiguration describes a network to create.
type NetworkConfiguration struct {
	// Provider is the name of the provider. Default: the only one, where there is one.
	Provider string `pulumi:"provider"`
	network.SecureVPCArgs
}

// BucketConfiguration describes a bucket to create.
type BucketConfiguration struct {
	// Provider is the name of an entry of providers. Default: the only one.
	Provider string `pulumi:"provider,optional"`
	// LogTo is the name of an entry of buckets, with the same provider and logTarget.accessLogs, that access logs are written to.
	// Mutually exclusive with logging.bucket. Default: none.
	LogTo string `pulumi:"logTo,optional"`
	// ReplicateTo are names of entries of buckets, with any provider, that objects are replicated to. Entries of replication
	// with the same names have the options of the replicas. Default: none.
	ReplicateTo []string `pulumi:"replicateTo,optional"`
	s3.BucketArgs
}

// PolicyConfiguration describes a policy to create.
type PolicyConfiguration struct {
	// Provider is the name of an entry of providers. Default: the only one.
	Provider string `pulumi:"provider,optional"`
	iam.PolicyArgs
}

// IdentityProviderConfiguration describes an identity provider to create.
type IdentityProviderConfiguration struct {
	// Provider is the name of an entry of providers. Default: the only one.
	Provider string `pulumi:"provider,optional"`
	iam.OIDCProviderArgs
}

// RoleConfiguration describes a role to create.
type RoleConfiguration struct {
	// Provider is the name of an entry of providers. Default: the only one.
	Provider string `pulumi:"provider,optional"`
	// Policies are names of entries of policies, with the same provider, that are attached to the role. Default: none.
	Policies []string `pulumi:"policies,optional"`
	iam.RoleArgs
}

// InstanceConfiguration describes a machine to create.
type InstanceConfiguration struct {
	// Provider is the name of the provider. Default: that of the network.
	Provider string `pulumi:"provider"`
	// Network is the name of an entry of networks. Default: the only one, where there is one.
	Network string `pulumi:"network"`
	// Policies are names of entries of policies, of the same provider, that are attached to the machine's role. Default: none.
	Policies []string `pulumi:"policies"`
	ec2.InstanceSettings
}

var _ config.Validator = (*Configuration)(nil)

// Validate implements config.Validator: it checks what one entry says of
// another.
func (c *Configuration) Validate(report *config.Report) {
	if !c.Enabled {
		return
	}
	c.checkProviders(report)
	c.checkBuckets(report)
	for _, name := range c.Roles.Names() {
		c.checkPolicies(report, []string{"roles", name}, c.Roles[name].Provider, c.Roles[name].Policies)
	}
	for _, name := range c.Clusters.Names() {
		c.checkCluster(report, name)
	}
	for _, name := range c.WorkloadIdentities.Names() {
		c.checkIdentity(report, name)
	}
	for _, name := range c.Instances.Names() {
		c.checkInstance(report, name)
	}
}

// placed returns the providers that entries name, by the paths of the entries.
func (c *Configuration) placed(each func(kind, name, provider string)) {
	entries("networks", c.Networks, func(e NetworkConfiguration) string { return e.Provider }, each)
	entries("buckets", c.Buckets, func(e *BucketConfiguration) string { return e.Provider }, each)
	entries("policies", c.Policies, func(e *PolicyConfiguration) string { return e.Provider }, each)
	entries("identityProviders", c.IdentityProviders, func(e *IdentityProviderConfiguration) string { return e.Provider }, each)
	entries("roles", c.Roles, func(e *RoleConfiguration) string { return e.Provider }, each)
	entries("clusters", c.Clusters, c.clusterProvider, each)
	entries("instances", c.Instances, c.instanceProvider, each)
}

func entries[T any](kind string, all config.Named[T], provider func(T) string, each func(kind, name, provider string)) {
	for _, name := range all.Names() {
		each(kind, name, provider(all[name]))
	}
}

// instanceProvider returns the provider of a machine, which its network may say.
func (c *Configuration) instanceProvider(e InstanceConfiguration) string {
	return c.inNetwork(e.Provider, e.Network)
}

// inNetwork returns the provider of what stands in a network.
func (c *Configuration) inNetwork(provider, network string) string {
	if provider != "" {
		return provider
	}
	return c.Networks[c.Networks.Meant(network)].Provider
}

func (c *Configuration) checkProviders(report *config.Report) {
	c.placed(func(kind, name, provider string) {
		c.Providers.CheckMeant(report, []string{kind, name, "provider"}, "provider", provider)
	})
}

// same reports an entry at a path that needs another one of the same provider.
func (c *Configuration) same(report *config.Report, path []string, own, what, name, others string) {
	if own, others = c.Providers.Meant(own), c.Providers.Meant(others); own != others {
		report.Add(path, "%s %q is on provider %q, this is on %q", what, name, others, own)
	}
}

func (c *Configuration) checkPolicies(report *config.Report, path []string, own string, policies []string) {
	for i, name := range policies {
		at := append(append([]string{}, path...), "policies", strconv.Itoa(i))
		p, ok := c.Policies[name]
		if !ok {
			report.Add(at, "unknown policy %q, %s", name, config.Suggest(name, c.Policies.Names()))
			continue
		}
		c.same(report, at, own, "policy", name, p.Provider)
	}
}

func (c *Configuration) checkInstance(report *config.Report, name string) {
	e := c.Instances[name]
	own := c.instanceProvider(e)
	c.checkNetwork(report, []string{"instances", name, "network"}, own, e.Network)
	c.checkPolicies(report, []string{"instances", name}, own, e.Policies)
}

// checkNetwork reports a network that is not there, or is on another provider than what stands in it.
func (c *Configuration) checkNetwork(report *config.Report, at []string, own, network string) {
	c.Networks.CheckMeant(report, at, "network", network)
	if n, ok := c.Networks[c.Networks.Meant(network)]; ok {
		c.same(report, at, own, "network", c.Networks.Meant(network), n.Provider)
	}
}
