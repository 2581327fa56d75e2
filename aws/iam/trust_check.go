package iam

import (
	"errors"
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
	case name == "pods.eks.amazonaws.com":
		c.add(at, "write podIdentity, so that the sessions get their tags")
	case one.Check(policy.Trust) != nil:
		c.add(at, "found %q, expected the principal of a service, such as ec2.amazonaws.com", name)
	}
	if s.AnySource && s.SourceAccounts != nil {
		c.add(append(at, "anySource"), "sourceAccounts says on whose behalf: leave out one or the other")
	}
	c.plain(append(at, "sourceAccounts"), s.SourceAccounts, func(v string) string {
		return expect(lookup.IsID(v), v, "an account id of 12 digits in quotes")
	})
	c.plain(append(at, "sourceArns"), s.SourceARNs, func(v string) string {
		return expect(sourceARN.MatchString(v), v, "an ARN: arn:partition:service:region:account:resource")
	})
}

func (c *trustCheck) account(id string, a AccountTrust) {
	at := []string{"accounts", id}
	if !lookup.IsID(id) {
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
		// Sessions of a role have its ARN here.
		parts := principalARN.FindStringSubmatch(v)
		switch {
		case parts == nil:
			return expect(false, v, "the ARN of a role or a user, such as arn:aws:iam::"+id+":role/deploy")
		case strings.Trim(parts[3], "*?/") == "":
			return "it is everybody: name roles and users, or set anyPrincipal instead if that is what is meant"
		}
		return expect(parts[1] == id, v, "a role or a user of the account "+id)
	})
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
