package iam

import (
	"errors"
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/ashlar-iac/ashlar/aws/internal/lookup"
	"github.com/ashlar-iac/ashlar/aws/policy"
	"github.com/ashlar-iac/ashlar/core/config"
)

var (
	principalARN = regexp.MustCompile(`^arn:aws[a-z-]*:iam::([0-9]{12}):(role|user)/([^:]+)$`)
	sourceARN    = regexp.MustCompile(`^arn:[a-z*-]+:[a-z0-9-]+:[^:]*:[^:]*:.+$`)
	clusterARN   = regexp.MustCompile(`^arn:aws[a-z-]*:eks:[a-z0-9-]+:[0-9]{12}:cluster/[^/*?]+$`)
	providerARN  = regexp.MustCompile(`^arn:aws[a-z-]*:iam::[0-9]{12}:oidc-provider/.+$`)
	// issuerHost matches an issuer without https://. IAM distinguishes upper case and lower case, and a final slash is part
	// of the issuer.
	issuerHost     = regexp.MustCompile(`^[A-Za-z0-9-]+(\.[A-Za-z0-9-]+)+(:[0-9]+)?(/[A-Za-z0-9._~%-]+)*/?$`)
	eksIssuer      = regexp.MustCompile(`^oidc\.eks[.-].*/$`)
	repositoryName = regexp.MustCompile(`^[A-Za-z0-9](-?[A-Za-z0-9])*/[A-Za-z0-9._-]{1,100}$`)
	serviceAccount = regexp.MustCompile(`^[a-z0-9]([a-z0-9-]*[a-z0-9])?/[a-z0-9*?]([a-z0-9.*?-]*[a-z0-9*?])?$`)
	label          = regexp.MustCompile(`^[a-z0-9]([a-z0-9.-]*[a-z0-9])?$`)
)

var _ config.Validator = (*Trust)(nil)

// Validate implements config.Validator.
func (t *Trust) Validate(report *config.Report) {
	c := &trustCheck{Report: report}
	if len(t.Services)+len(t.Accounts)+len(t.GitHub)+len(t.OIDC)+len(t.IRSA)+len(t.Statements) == 0 &&
		t.PodIdentity == nil {
		c.add(nil, "empty: add services, accounts, github, oidc, podIdentity, irsa or statements")
		return
	}
	inOrder(t.Services, c.service)
	inOrder(t.Accounts, c.account)
	inOrder(t.GitHub, c.github)
	inOrder(t.OIDC, c.oidc)
	inOrder(t.IRSA, c.irsa)
	if t.PodIdentity != nil {
		c.podIdentity(t.PodIdentity)
	}
	if len(t.Statements) > 0 {
		own := policy.Document{Statements: t.Statements}
		if _, ok := own.Report(report, nil, policy.Trust); !ok {
			return
		}
	}
	if c.failed {
		return
	}
	// What remains are problems of the whole policy.
	var wrong *config.Error
	if errors.As(t.document(assumed()).Check(policy.Trust), &wrong) {
		for _, f := range wrong.Findings {
			c.add(nil, "%s", f.Message)
		}
	}
}

// trustCheck collects the problems of a trust policy.
type trustCheck struct {
	*config.Report

	// failed is set with the first problem.
	failed bool
}

func (c *trustCheck) add(path []string, format string, args ...any) {
	c.failed = true
	c.Add(path, format, args...)
}

func inOrder[M ~map[string]V, V any](m M, f func(string, V)) {
	for _, key := range slices.Sorted(maps.Keys(m)) {
		f(key, m[key])
	}
}

func (c *trustCheck) service(name string, s ServiceTrust) {
	at := []string{"services", name}
	switch problem, doubt := policy.CheckService(name); {
	case name == "pods.eks.amazonaws.com":
		c.add(at, "not supported: use podIdentity, which also allows session tags")
	case problem != "":
		c.add(at, "%s", problem)
	case doubt != "":
		c.Warn(at, "%s", doubt)
	}
	if s.AnySource && s.SourceAccounts != nil {
		c.add(append(at, "anySource"), "anySource and sourceAccounts are mutually exclusive")
	}
	c.values(append(at, "sourceAccounts"), s.SourceAccounts, func(v string) string {
		return unless(lookup.IsID(v), "invalid account ID %q: use 12 digits in quotes", v)
	})
	c.values(append(at, "sourceArns"), s.SourceARNs, func(v string) string {
		return unless(sourceARN.MatchString(v), "invalid ARN %q: use arn:PARTITION:SERVICE:REGION:ACCOUNT:RESOURCE", v)
	})
}

func (c *trustCheck) account(id string, a AccountTrust) {
	at := []string{"accounts", id}
	if !lookup.IsID(id) {
		c.add(at, "invalid account ID %q: use 12 digits in quotes", id)
	}
	restricted := a.Principals != nil || a.ExternalID != nil || a.MFA
	switch {
	case !restricted && !a.AnyPrincipal:
		c.add(at, "any principal of the account could assume the role: add principals, externalId or mfa, or set anyPrincipal "+
			"to permit it")
	case a.Principals != nil && a.AnyPrincipal:
		c.add(append(at, "anyPrincipal"), "anyPrincipal and principals are mutually exclusive")
	}
	c.values(append(at, "principals"), a.Principals, func(v string) string {
		// For sessions of a role, the condition key has the ARN of the role.
		parts := principalARN.FindStringSubmatch(v)
		switch {
		case parts == nil:
			return fmt.Sprintf("invalid principal %q: use the ARN of a role or user, such as arn:aws:iam::%s:role/deploy", v, id)
		case strings.Trim(parts[3], "*?/") == "":
			return fmt.Sprintf("%q matches all principals: list roles and users, or set anyPrincipal to permit it", v)
		}
		return unless(parts[1] == id, "%q is not in the account %s: use a role or user of the account", v, id)
	})
}

func (c *trustCheck) github(name string, g GitHubTrust) {
	at := []string{"github", name}
	if !repositoryName.MatchString(name) {
		c.add(at, "invalid repository %q: use ORGANIZATION/REPOSITORY without wildcards", name)
	}
	given := len(g.Branches)+len(g.Tags)+len(g.Environments) > 0 || g.PullRequests
	switch {
	case !given && !g.AnyRun:
		c.add(at, "no run can assume the role: add branches, tags or environments, or set anyRun to permit all")
	case given && g.AnyRun:
		c.add(append(at, "anyRun"), "mutually exclusive with branches, tags, environments and pullRequests")
	}
	inOrder(map[string][]string{"branches": g.Branches, "tags": g.Tags, "environments": g.Environments},
		func(field string, list []string) {
			for i, v := range list {
				if v == "" || strings.HasPrefix(v, "refs/") || strings.ContainsAny(v, " \t\n") && field != "environments" {
					c.add(append(at, field, strconv.Itoa(i)),
						"invalid name %q: use a name such as main, without refs/heads/ or refs/tags/", v)
				}
			}
		})
	if (g.OrganizationID == "") != (g.RepositoryID == "") {
		c.add(append(at, "repositoryId"), "organizationId and repositoryId require each other: set both or neither")
	}
	c.provider(at, g.Provider)
}

func (c *trustCheck) oidc(issuer string, o OIDCTrust) {
	at := []string{"oidc", issuer}
	if !issuerHost.MatchString(issuer) {
		c.add(at, "invalid issuer %q: use the issuer without https://, such as gitlab.com", issuer)
	} else if s := (policy.Document{Statements: []policy.Statement{
		policy.TrustOIDC(assumed().provider(nil, pulumi.String(issuer)), pulumi.String(issuer), o.Audiences, o.Subjects),
	}}); len(o.Audiences) > 0 && len(o.Subjects) > 0 {
		var wrong *config.Error
		if errors.As(s.Check(policy.Trust), &wrong) {
			for _, f := range wrong.Findings {
				// Only subjects can have problems here. The entry has no allowWildcards.
				c.add(append(at, "subjects"), "%s", strings.TrimSuffix(f.Message, ", or set allowWildcards to permit it"))
			}
		}
	}
	c.provider(at, o.Provider)
}

func (c *trustCheck) irsa(name string, i IRSATrust) {
	at := []string{"irsa", name}
	if i.Issuer == nil {
		c.failed = true // Reported as a missing required value.
	}
	host, _ := i.Issuer.(pulumi.String)
	host = pulumi.String(policy.IssuerHost(string(host)))
	if s, ok := i.Issuer.(pulumi.String); ok && eksIssuer.MatchString(string(host)) {
		c.add(append(at, "issuer"), "invalid issuer %q: issuers of EKS have no final slash, remove it", s)
	} else if ok && s != "" && !issuerHost.MatchString(string(host)) {
		c.add(append(at, "issuer"),
			"invalid issuer %q: use the issuer of the cluster, https://oidc.eks.REGION.amazonaws.com/id/ID", s)
	}
	for n, account := range i.ServiceAccounts {
		if !serviceAccount.MatchString(account) || strings.ContainsAny(strings.Split(account, "/")[0], "*?") {
			c.add(append(at, "serviceAccounts", strconv.Itoa(n)),
				"invalid service account %q: use NAMESPACE/NAME, with wildcards in the name only", account)
		}
	}
	c.provider(at, i.Provider)
}

func (c *trustCheck) podIdentity(i *PodIdentityTrust) {
	c.values([]string{"podIdentity", "clusters"}, i.Clusters, func(v string) string {
		return unless(clusterARN.MatchString(v), "invalid cluster ARN %q: use the ARN of an EKS cluster without wildcards", v)
	})
	inOrder(map[string][]string{"namespaces": i.Namespaces, "serviceAccounts": i.ServiceAccounts},
		func(field string, list []string) {
			for n, v := range list {
				if !label.MatchString(v) {
					c.add([]string{"podIdentity", field, strconv.Itoa(n)}, "invalid name %q: use a name without wildcards", v)
				}
			}
		})
}

func (c *trustCheck) provider(at []string, arn pulumi.StringInput) {
	if s, ok := arn.(pulumi.String); ok && !providerARN.MatchString(string(s)) {
		c.add(append(at, "provider"), "invalid identity provider %q: use arn:aws:iam::ACCOUNT:oidc-provider/ISSUER", s)
	}
}

// values checks the known values of a list that restricts access. An empty list is rejected, rather than allowing all
// or none.
func (c *trustCheck) values(at []string, in pulumi.StringArrayInput, check func(string) string) {
	list, _ := in.(pulumi.StringArray)
	if in != nil && empty(in) {
		c.add(at, "empty list: add at least one value or omit it")
	}
	for i, v := range list {
		if s, ok := v.(pulumi.String); ok {
			if problem := check(string(s)); problem != "" {
				c.add(append(slices.Clone(at), strconv.Itoa(i)), "%s", problem)
			}
		}
	}
}

// unless returns the formatted problem unless the value is valid.
func unless(valid bool, format string, args ...any) string {
	if valid {
		return ""
	}
	return fmt.Sprintf(format, args...)
}
