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

// Configuration is the section ashlar:aws. Each entry names its provider, which is optional if there is only one.
type Configuration struct {
	deployment.Switch
	// Providers are the regions and accounts, by name.
	Providers config.Named[*ProviderArgs] `pulumi:"providers,optional"`
	// Networks are networks, by name.
	Networks config.Named[*NetworkConfiguration] `pulumi:"networks,optional"`
	// Buckets are S3 buckets, by name.
	Buckets config.Named[*BucketConfiguration] `pulumi:"buckets,optional"`
	// Policies are managed IAM policies, by name.
	Policies config.Named[*PolicyConfiguration] `pulumi:"policies,optional"`
	// IdentityProviders are OIDC identity providers of accounts, by name.
	IdentityProviders config.Named[*IdentityProviderConfiguration] `pulumi:"identityProviders,optional"`
	// Roles are IAM roles, by name.
	Roles config.Named[*RoleConfiguration] `pulumi:"roles,optional"`
	// Clusters are EKS clusters, by name.
	Clusters config.Named[*ClusterConfiguration] `pulumi:"clusters,optional"`
	// WorkloadIdentities are roles of Kubernetes service accounts, by name.
	WorkloadIdentities config.Named[*WorkloadIdentityConfiguration] `pulumi:"workloadIdentities,optional"`
	// Instances are EC2 instances, by name.
	Instances config.Named[*InstanceConfiguration] `pulumi:"instances,optional"`
}

// NetworkConfiguration describes a network.
type NetworkConfiguration struct {
	// Provider is the name of an entry of providers. Default: the only one.
	Provider string `pulumi:"provider,optional"`
	network.SecureVPCArgs
}

// BucketConfiguration describes a bucket.
type BucketConfiguration struct {
	// Provider is the name of an entry of providers. Default: the only one.
	Provider string `pulumi:"provider,optional"`
	// LogTo is the name of an entry of buckets, with the same provider and logTarget.accessLogs, that access logs are
	// written to. Mutually exclusive with logging.bucket. Default: none.
	LogTo string `pulumi:"logTo,optional"`
	// ReplicateTo are names of entries of buckets, with any provider, that objects are replicated to. Entries of
	// replication with the same names have the options of the replicas. Default: none.
	ReplicateTo []string `pulumi:"replicateTo,optional"`
	s3.BucketArgs
}

// PolicyConfiguration describes a policy.
type PolicyConfiguration struct {
	// Provider is the name of an entry of providers. Default: the only one.
	Provider string `pulumi:"provider,optional"`
	iam.PolicyArgs
}

// IdentityProviderConfiguration describes an identity provider.
type IdentityProviderConfiguration struct {
	// Provider is the name of an entry of providers. Default: the only one.
	Provider string `pulumi:"provider,optional"`
	iam.OIDCProviderArgs
}

// RoleConfiguration describes a role.
type RoleConfiguration struct {
	// Provider is the name of an entry of providers. Default: the only one.
	Provider string `pulumi:"provider,optional"`
	// Policies are names of entries of policies, with the same provider, that are attached to the role. Default: none.
	Policies []string `pulumi:"policies,optional"`
	iam.RoleArgs
}

// InstanceConfiguration describes an EC2 instance.
type InstanceConfiguration struct {
	// Provider is the name of an entry of providers. Default: that of the network.
	Provider string `pulumi:"provider,optional"`
	// Network is the name of an entry of networks. Default: the only one.
	Network string `pulumi:"network,optional"`
	// Policies are names of entries of policies, with the same provider, that are attached to the role. Default: none.
	Policies []string `pulumi:"policies,optional"`
	ec2.InstanceArgs
}

var _ config.Validator = (*Configuration)(nil)

// Validate implements config.Validator: it checks references between entries.
func (c *Configuration) Validate(report *config.Report) {
	if !c.Enabled {
		return
	}
	c.checkProviders(report)
	c.checkBuckets(report)
	c.claimNames(report)
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

// eachProvider calls f with the kind, the name and the provider of each entry.
func (c *Configuration) eachProvider(f func(kind, name, provider string)) {
	entries("networks", c.Networks, func(e *NetworkConfiguration) string { return e.Provider }, f)
	entries("buckets", c.Buckets, func(e *BucketConfiguration) string { return e.Provider }, f)
	entries("policies", c.Policies, func(e *PolicyConfiguration) string { return e.Provider }, f)
	entries("identityProviders", c.IdentityProviders, func(e *IdentityProviderConfiguration) string { return e.Provider }, f)
	entries("roles", c.Roles, func(e *RoleConfiguration) string { return e.Provider }, f)
	entries("clusters", c.Clusters, c.clusterProvider, f)
	entries("instances", c.Instances, c.instanceProvider, f)
}

func entries[T any](kind string, all config.Named[T], provider func(T) string, f func(kind, name, provider string)) {
	for _, name := range all.Names() {
		f(kind, name, provider(all[name]))
	}
}

// instanceProvider returns the provider of an instance: its own or that of its network.
func (c *Configuration) instanceProvider(e *InstanceConfiguration) string {
	return c.networkProvider(e.Provider, e.Network)
}

// networkProvider returns the provider, or that of the network when it is empty.
func (c *Configuration) networkProvider(provider, network string) string {
	if n := c.Networks[c.Networks.Resolve(network)]; provider == "" && n != nil {
		return n.Provider
	}
	return provider
}

func (c *Configuration) checkProviders(report *config.Report) {
	c.eachProvider(func(kind, name, provider string) {
		c.Providers.CheckReference(report, []string{kind, name, "provider"}, "provider", provider)
	})
}

// same reports a reference to an entry with another provider.
func (c *Configuration) same(report *config.Report, path []string, own, kind, name, other string) {
	if own, other = c.Providers.Resolve(own), c.Providers.Resolve(other); own != other {
		report.Add(path,
			"%s %q has the provider %q instead of %q: use one with the same provider", kind, name, other, own)
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

// checkNetwork reports a network that does not exist or has another provider.
func (c *Configuration) checkNetwork(report *config.Report, at []string, own, network string) {
	c.Networks.CheckReference(report, at, "network", network)
	if n, ok := c.Networks[c.Networks.Resolve(network)]; ok {
		c.same(report, at, own, "network", c.Networks.Resolve(network), n.Provider)
	}
}
