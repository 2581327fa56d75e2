package iam

import (
	"errors"
	"maps"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/ashlar-iac/ashlar/aws/policy"
	"github.com/ashlar-iac/ashlar/core/config"
)

const podService = "pods.eks.amazonaws.com"

var (
	accountID      = regexp.MustCompile(`^[0-9]{12}$`)
	principalARN   = regexp.MustCompile(`^arn:aws[a-z-]*:(iam|sts)::([0-9]{12}):[^:]+$`)
	sourceARN      = regexp.MustCompile(`^arn:[a-z*-]+:[a-z0-9-]+:[^:]*:[^:]*:.+$`)
	clusterARN     = regexp.MustCompile(`^arn:aws[a-z-]*:eks:[a-z0-9-]+:[0-9]{12}:cluster/[^/*?]+$`)
	providerARN    = regexp.MustCompile(`^arn:aws[a-z-]*:iam::[0-9]{12}:oidc-provider/.+$`)
	issuerHost     = regexp.MustCompile(`^[a-z0-9-]+(\.[a-z0-9-]+)+(:[0-9]+)?(/[A-Za-z0-9._~%-]+)*$`)
	repositoryName = regexp.MustCompile(`^[A-Za-z0-9](-?[A-Za-z0-9])*/[A-Za-z0-9._-]{1,100}$`)
	serviceAccount = regexp.MustCompile(`^[a-z0-9]([a-z0-9-]*[a-z0-9])?/[a-z0-9*?]([a-z0-9.*?-]*[a-z0-9*?])?$`)
	label          = regexp.MustCompile(`^[a-z0-9]([a-z0-9.-]*[a-z0-9])?$`)
)

// trustCheck collects what is wrong with a trust.
type trustCheck struct {
	*config.Report

	path []string
	// failed is set with the first problem.
	failed bool
}

func (c *trustCheck) add(path []string, format string, args ...any) {
	c.failed = true
	c.Add(slices.Concat(c.path, path), format, args...)
}

// check reports what is wrong with the trust, whose path is given, as far as it is known.
func (t *Trust) check(report *config.Report, path []string) {
	c := &trustCheck{Report: report, path: path}
	if len(t.Services)+len(t.Accounts)+len(t.GitHub)+len(t.OIDC)+len(t.IRSA)+len(t.Statements) == 0 && t.PodIdentity == nil {
		c.add(nil, "nobody could assume the role: name services, accounts, github, oidc, podIdentity, irsa or statements")
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
	if own := (policy.Document{Statements: t.Statements}); len(t.Statements) > 0 && own.Check(policy.Trust) != nil {
		own.Report(report, path, policy.Trust)
		return
	}
	if c.failed {
		return
	}
	// What is left concerns the policy as a whole.
	var wrong *config.Error
	if errors.As(t.document(assumed()).Check(policy.Trust), &wrong) {
		for _, f := range wrong.Findings {
			c.add(nil, "%s", f.Message)
		}
	}
}

func inOrder[M ~map[string]V, V any](m M, f func(string, V)) {
	for _, key := range slices.Sorted(maps.Keys(m)) {
		f(key, m[key])
	}
}

func (c *trustCheck) service(name string, s ServiceTrust) {
	at := []string{"services", name}
	one := policy.Document{Statements: []policy.Statement{policy.TrustService(name)}}
	switch {
	case name == podService:
		c.add(at, "write podIdentity, so that the sessions get their tags")
	case one.Check(policy.Trust) != nil:
		c.add(at, "found %q, expected the principal of a service, such as ec2.amazonaws.com", name)
	}
	if s.AnySource && s.SourceAccounts != nil {
		c.add(append(at, "anySource"), "sourceAccounts says on whose behalf: leave out one or the other")
	}
	c.plain(append(at, "sourceAccounts"), s.SourceAccounts, func(v string) string {
		return expect(accountID.MatchString(v), v, "an account id of 12 digits in quotes")
	})
	c.plain(append(at, "sourceArns"), s.SourceARNs, func(v string) string {
		return expect(sourceARN.MatchString(v), v, "an ARN: arn:partition:service:region:account:resource")
	})
}

func (c *trustCheck) account(id string, a AccountTrust) {
	at := []string{"accounts", id}
	if !accountID.MatchString(id) {
		c.add(at, "found %q, expected an account id of 12 digits in quotes", id)
	}
	narrow := a.Principals != nil || a.ExternalID != "" || a.MFA
	switch {
	case !narrow && !a.AnyPrincipal:
		c.add(at, "whomever the account's own policies allow could assume the role: name principals, or ask for externalId or mfa, "+
			"or set anyPrincipal if that is what is meant")
	case a.Principals != nil && a.AnyPrincipal:
		c.add(append(at, "anyPrincipal"), "principals says who may: leave out one or the other")
	}
	c.plain(append(at, "principals"), a.Principals, func(v string) string {
		parts := principalARN.FindStringSubmatch(v)
		if parts == nil {
			return expect(false, v, "the ARN of a role or a user, such as arn:aws:iam::"+id+":role/deploy")
		}
		return expect(parts[2] == id, v, "a role or a user of the account "+id)
	})
}

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

// plain checks the values of a list that are known.
func (c *trustCheck) plain(at []string, in pulumi.StringArrayInput, check func(string) string) {
	list, _ := in.(pulumi.StringArray)
	if in != nil && list != nil && len(list) == 0 {
		c.add(at, "it is empty: name at least one, or leave it out")
	}
	for i, v := range list {
		if s, ok := v.(pulumi.String); ok {
			if problem := check(string(s)); problem != "" {
				c.add(append(slices.Clone(at), strconv.Itoa(i)), "%s", problem)
			}
		}
	}
}

// expect returns what is wrong with a value unless it is right.
func expect(right bool, value, want string) string {
	if right {
		return ""
	}
	return "found " + strconv.Quote(value) + ", expected " + want
}
