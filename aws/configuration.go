package aws

import (
	"maps"
	"slices"
	"strconv"
	"strings"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/ashlar-iac/ashlar/aws/ec2"
	"github.com/ashlar-iac/ashlar/aws/iam"
	"github.com/ashlar-iac/ashlar/aws/internal/tagging"
	"github.com/ashlar-iac/ashlar/aws/network"
	"github.com/ashlar-iac/ashlar/aws/policy"
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
	c.claimNames(report)
	c.checkBuckets(report)
	c.checkDefaultTags(report)
	for _, name := range c.Roles.Names() {
		c.checkPolicies(report, []string{"roles", name}, c.Roles[name].Provider, c.Roles[name].Policies)
		c.checkIssuers(report, name)
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

// checkIssuers reports issuers that a role trusts and that differ from the URL of an identity provider only by a final
// slash or by upper case: IAM compares them literally.
func (c *Configuration) checkIssuers(report *config.Report, role string) {
	fold := func(issuer string) string { return strings.ToLower(strings.TrimSuffix(issuer, "/")) }
	urls := map[string]string{} // the entries by URL without https://
	for _, name := range c.IdentityProviders.Names() {
		if url, ok := c.IdentityProviders[name].URL.(pulumi.String); ok {
			urls[policy.IssuerHost(string(url))] = name
		}
	}
	for issuer := range c.Roles[role].Trust.OIDC {
		if _, same := urls[issuer]; same {
			continue
		}
		for _, host := range slices.Sorted(maps.Keys(urls)) {
			if fold(host) == fold(issuer) {
				report.Add([]string{"roles", role, "trust", "oidc", issuer},
					"not the issuer of the identity provider %q, whose URL is https://%s: use %q", urls[host], host, host)
			}
		}
	}
}

// checkDefaultTags reports default tags of providers that differ from tags of the metadata or of a role only by case:
// the AWS provider sends both for IAM roles, which ignore case, and IAM refuses them.
func (c *Configuration) checkDefaultTags(report *config.Report) {
	const same = "the same key as %q in %s for IAM roles, which ignore case: use one spelling"
	added := tagging.MetadataKeys(report)
	for _, name := range c.Providers.Names() {
		defaults, _ := c.Providers[name].DefaultTags.(pulumi.StringMap)
		for _, key := range slices.Sorted(maps.Keys(defaults)) {
			at := []string{"providers", name, "defaultTags", key}
			for _, other := range slices.Sorted(maps.Keys(added)) {
				if key != other && strings.EqualFold(key, other) {
					report.Add(at, same, other, added[other])
				}
			}
			for _, role := range c.Roles.Names() {
				own, _ := c.Roles[role].Tags.(pulumi.StringMap)
				for _, tag := range slices.Sorted(maps.Keys(own)) {
					if c.Providers.Resolve(c.Roles[role].Provider) == name && key != tag && strings.EqualFold(key, tag) {
						report.Add([]string{"roles", role, "tags", tag}, same, key, "aws."+config.Path(at[:3]...))
					}
				}
			}
		}
	}
}

func (c *Configuration) checkInstance(report *config.Report, name string) {
	e := c.Instances[name]
	own := c.instanceProvider(e)
	c.checkNetwork(report, []string{"instances", name, "network"}, own, e.Network)
	c.checkPolicies(report, []string{"instances", name}, own, e.Policies)
	if n := c.planned(e.Network); n != nil {
		args := e.InstanceArgs
		args.Network = n
		if !n.KnowsZones {
			args.Zone = "" // It is checked when the zones of the region are looked up.
		}
		args.ValidateArguments(report.At("instances", name))
	}
}

// planned returns what is known of a network before it is created. It is nil when the network is unknown or has problems,
// which are reported.
func (c *Configuration) planned(name string) *network.Planned {
	name = c.Networks.Resolve(name)
	n := c.Networks[name]
	if n == nil {
		return nil
	}
	return n.Plan(name)
}

// checkNetwork reports a network that does not exist or has another provider.
func (c *Configuration) checkNetwork(report *config.Report, at []string, own, network string) {
	c.Networks.CheckReference(report, at, "network", network)
	if n, ok := c.Networks[c.Networks.Resolve(network)]; ok {
		c.same(report, at, own, "network", c.Networks.Resolve(network), n.Provider)
	}
}
