package iam

import (
	"errors"
	"regexp"
	"strconv"
	"strings"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/ashlar-iac/ashlar/aws/policy"
	"github.com/ashlar-iac/ashlar/core/config"
)

var (
	clusterARN     = regexp.MustCompile(`^arn:aws[a-z-]*:eks:[a-z0-9-]+:[0-9]{12}:cluster/[^/*?]+$`)
	providerARN    = regexp.MustCompile(`^arn:aws[a-z-]*:iam::[0-9]{12}:oidc-provider/.+$`)
	issuerHost     = regexp.MustCompile(`^[a-z0-9-]+(\.[a-z0-9-]+)+(:[0-9]+)?(/[A-Za-z0-9._~%-]+)*$`)
	repositoryName = regexp.MustCompile(`^[A-Za-z0-9](-?[A-Za-z0-9])*/[A-Za-z0-9._-]{1,100}$`)
	serviceAccount = regexp.MustCompile(`^[a-z0-9]([a-z0-9-]*[a-z0-9])?/[a-z0-9*?]([a-z0-9.*?-]*[a-z0-9*?])?$`)
	label          = regexp.MustCompile(`^[a-z0-9]([a-z0-9.-]*[a-z0-9])?$`)
)

func (c *trustCheck) github(name string, g GitHubTrust) {
	at := []string{"github", name}
	if !repositoryName.MatchString(name) {
		c.add(at, "found %q, expected ORGANIZATION/REPOSITORY without wildcards", name)
	}
	given := len(g.Branches)+len(g.Tags)+len(g.Environments) > 0 || g.PullRequests
	switch {
	case !given && !g.AnyRun:
		c.add(at, "no run could assume the role: name branches, tags or environments, or set anyRun if every run is meant")
	case given && g.AnyRun:
		c.add(append(at, "anyRun"), "it includes branches, tags, environments and pullRequests: leave out one or the other")
	}
	inOrder(map[string][]string{"branches": g.Branches, "tags": g.Tags, "environments": g.Environments}, func(field string, list []string) {
		for i, v := range list {
			if v == "" || strings.HasPrefix(v, "refs/") || strings.ContainsAny(v, " \t\n") && field != "environments" {
				c.add(append(at, field, strconv.Itoa(i)), "found %q, expected a name such as main, without refs/heads/ or refs/tags/", v)
			}
		}
	})
	if (g.OrganizationID == "") != (g.RepositoryID == "") {
		c.add(append(at, "repositoryId"), "organizationId and repositoryId go together: give both or none")
	}
	c.provider(at, g.Provider)
}

func (c *trustCheck) oidc(issuer string, o OIDCTrust) {
	at := []string{"oidc", issuer}
	if !issuerHost.MatchString(issuer) {
		c.add(at, "found %q, expected the issuer without https://, such as gitlab.com", issuer)
	} else if s := (policy.Document{Statements: []policy.Statement{
		policy.TrustOIDC(assumed().provider(nil, pulumi.String(issuer)), pulumi.String(issuer), o.Audiences, o.Subjects),
	}}); len(o.Audiences) > 0 && len(o.Subjects) > 0 {
		var wrong *config.Error
		if errors.As(s.Check(policy.Trust), &wrong) {
			for _, f := range wrong.Findings {
				// There is nothing else in it that can be wrong.
				c.add(append(at, "subjects"), "%s", strings.TrimSuffix(f.Message, ", or set allowWildcards if that is what is meant"))
			}
		}
	}
	c.provider(at, o.Provider)
}

func (c *trustCheck) irsa(name string, i IRSATrust) {
	at := []string{"irsa", name}
	if s, ok := i.Issuer.(pulumi.String); ok && s != "" && !issuerHost.MatchString(policy.IssuerHost(string(s))) {
		c.add(append(at, "issuer"), "found %q, expected the address of the cluster's identity provider, https://oidc.eks.REGION.amazonaws.com/id/ID", s)
	}
	for n, account := range i.ServiceAccounts {
		if !serviceAccount.MatchString(account) || strings.ContainsAny(strings.Split(account, "/")[0], "*?") {
			c.add(append(at, "serviceAccounts", strconv.Itoa(n)), "found %q, expected NAMESPACE/NAME, with wildcards in the name alone", account)
		}
	}
	c.provider(at, i.Provider)
}

func (c *trustCheck) podIdentity(i *PodIdentityTrust) {
	c.plain([]string{"podIdentity", "clusters"}, i.Clusters, func(v string) string {
		return expect(clusterARN.MatchString(v), v, "the ARN of an EKS cluster without wildcards")
	})
	inOrder(map[string][]string{"namespaces": i.Namespaces, "serviceAccounts": i.ServiceAccounts}, func(field string, list []string) {
		for n, v := range list {
			if !label.MatchString(v) {
				c.add([]string{"podIdentity", field, strconv.Itoa(n)}, "found %q, expected the name of one, without wildcards", v)
			}
		}
	})
}

func (c *trustCheck) provider(at []string, arn pulumi.StringInput) {
	if s, ok := arn.(pulumi.String); ok && !providerARN.MatchString(string(s)) {
		c.add(append(at, "provider"), "found %q, expected the ARN of an identity provider: arn:aws:iam::ACCOUNT:oidc-provider/ISSUER", s)
	}
}
