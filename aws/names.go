package aws

import (
	"fmt"
	"strings"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/ashlar-iac/ashlar/aws/eks"
	"github.com/ashlar-iac/ashlar/core/config"
)

// claimNames reports entries with the same physical name, of which AWS would reject the second one. Names that
// auto-naming generates differ.
func (c *Configuration) claimNames(report *config.Report) {
	for _, name := range c.Buckets.Names() {
		// Bucket names are unique among all accounts.
		report.Claim([]string{"buckets", name, "bucketName"}, config.Claim{Kind: "S3 bucket", Name: c.Buckets[name].BucketName})
	}
	for _, name := range c.Roles.Names() {
		e := c.Roles[name]
		// IAM ignores case.
		report.Claim([]string{"roles", name, "name"},
			config.Claim{Kind: "IAM role", Scope: c.account(e.Provider), Name: strings.ToLower(e.Name)})
	}
	for _, name := range c.Policies.Names() {
		e := c.Policies[name]
		report.Claim([]string{"policies", name, "name"},
			config.Claim{Kind: "IAM policy", Scope: c.account(e.Provider), Name: strings.ToLower(e.Name)})
	}
	for _, name := range c.IdentityProviders.Names() {
		e := c.IdentityProviders[name]
		url, _ := e.URL.(pulumi.String)
		report.Claim([]string{"identityProviders", name, "url"},
			config.Claim{Kind: "OIDC provider", Scope: c.account(e.Provider), Name: strings.TrimPrefix(string(url), "https://")})
	}
	for _, name := range c.Clusters.Names() {
		e := c.Clusters[name]
		path, physical := []string{"clusters", name, "name"}, e.Name
		if physical == "" {
			path, physical = path[:2], name
		}
		report.Claim(path, config.Claim{Kind: "EKS cluster", Scope: c.region(c.clusterProvider(e)), Name: physical})
	}
	for _, name := range c.WorkloadIdentities.Names() {
		e := c.WorkloadIdentities[name]
		if e.Method == eks.MethodIRSA || e.Namespace == "" || e.ServiceAccount == "" {
			continue // Several roles can trust a service account.
		}
		report.Claim([]string{"workloadIdentities", name, "serviceAccount"}, config.Claim{
			Kind:  "Pod Identity association of the service account",
			Scope: fmt.Sprintf("cluster %q", c.Clusters.Resolve(e.Cluster)), Name: e.Namespace + "/" + e.ServiceAccount,
		})
	}
}

// account returns the account of a provider in words: its ID if it is known.
func (c *Configuration) account(name string) string {
	name = c.Providers.Resolve(name)
	if p := c.Providers[name]; p != nil && p.account() != "" {
		return "account " + p.account()
	}
	return fmt.Sprintf("the account of provider %q", name)
}

// region returns the account and region of a provider in words.
func (c *Configuration) region(name string) string {
	p := c.Providers[c.Providers.Resolve(name)]
	if p == nil {
		return c.account(name)
	}
	return p.Region + " of " + c.account(name)
}
