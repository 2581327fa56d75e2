package aws

import (
	"cmp"
	"strconv"
	"strings"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/ashlar-iac/ashlar/aws/eks"
	"github.com/ashlar-iac/ashlar/core/config"
)

// claimNames declares the physical names that entries set, so that a second entry with the same name is reported before
// anything is created. Names with random characters are unique. IAM does not distinguish names by case. Sources: "General
// purpose bucket naming rules", Amazon S3 User Guide; "IAM and AWS STS quotas" and "CreateOpenIDConnectProvider", AWS
// Identity and Access Management; "CreateCluster" and "CreatePodIdentityAssociation", Amazon EKS API Reference.
func (c *Configuration) claimNames(report *config.Report) {
	claim := func(kind, scope, name string, path ...string) {
		report.Claim(path, config.Claim{Kind: kind, Scope: scope, Name: name})
	}
	for _, name := range c.Buckets.Names() {
		e := c.Buckets[name]
		claim("S3 bucket", c.partition(e.Provider), e.BucketName, "buckets", name, "bucketName")
	}
	for _, name := range c.Policies.Names() {
		e := c.Policies[name]
		claim("IAM policy", c.account(e.Provider), strings.ToLower(e.Name), "policies", name, "name")
	}
	for _, name := range c.Roles.Names() {
		e := c.Roles[name]
		claim("IAM role", c.account(e.Provider), strings.ToLower(e.Name), "roles", name, "name")
	}
	for _, name := range c.IdentityProviders.Names() {
		e := c.IdentityProviders[name]
		url, _ := e.URL.(pulumi.String)
		claim("OIDC provider", c.account(e.Provider), string(url), "identityProviders", name, "url")
	}
	for _, name := range c.Clusters.Names() {
		e := c.Clusters[name]
		path := []string{"clusters", name}
		if e.Name != "" {
			path = append(path, "name")
		}
		claim("EKS cluster", c.region(c.clusterProvider(e)), cmp.Or(e.Name, name), path...)
	}
	for _, name := range c.WorkloadIdentities.Names() {
		e := c.WorkloadIdentities[name]
		// Several roles can trust a service account.
		if e.Method != eks.MethodIRSA && e.Namespace != "" && e.ServiceAccount != "" {
			claim("service account", "cluster "+strconv.Quote(c.Clusters.Resolve(e.Cluster)), e.Namespace+"/"+e.ServiceAccount,
				"workloadIdentities", name, "serviceAccount")
		}
	}
}

// account describes the account of a provider. Providers of one account have the same description, as far as the
// configuration tells.
func (c *Configuration) account(name string) string {
	name = c.Providers.Resolve(name)
	p := c.Providers[name]
	if p == nil {
		return "provider " + strconv.Quote(name)
	}
	if account := p.account(); account != "" {
		return "account " + account + at(p)
	}
	if p.AssumeRole == nil {
		return strings.TrimSuffix("the account of profile "+cmp.Or(p.Profile, "default"), " of profile default") + at(p)
	}
	return "provider " + strconv.Quote(name)
}

// region describes the account and region of a provider.
func (c *Configuration) region(name string) string {
	if p := c.Providers[c.Providers.Resolve(name)]; p != nil {
		return p.Region + " of " + c.account(name)
	}
	return c.account(name)
}

// partition describes where bucket names are unique: in all accounts of a partition, or of an emulator.
func (c *Configuration) partition(name string) string {
	p := c.Providers[c.Providers.Resolve(name)]
	switch {
	case p == nil:
		return ""
	case strings.HasPrefix(p.Region, "cn-"):
		return "the partition of China" + at(p)
	case strings.HasPrefix(p.Region, "us-gov-"):
		return "the partition of AWS GovCloud (US)" + at(p)
	}
	return strings.TrimPrefix(at(p), " ")
}

// at describes the endpoint of an emulator.
func at(p *ProviderArgs) string {
	for _, url := range []string{p.Endpoint, p.Endpoints["s3"], p.Endpoints["iam"], p.Endpoints["eks"]} {
		if url != "" {
			return " at " + url
		}
	}
	return ""
}
