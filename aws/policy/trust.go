package policy

import (
	"slices"
	"strings"
)

// githubIssuer is the host of GitHub's identity provider.
const githubIssuer = "token.actions.githubusercontent.com"

// trust refuses trust policies under which an identity of somebody else could assume the role.
func (c *checker) trust(s *statement) {
	if c.kind != Trust || s.effect() != Allow || s.principals == nil || s.AllowWildcards {
		return
	}
	for _, t := range s.principals.byType {
		if t.name == "Federated" {
			t.each(func(at []string, provider string) { c.federated(s, at, provider) })
		}
	}
}

// federated checks that an OIDC provider vouches for an audience and a subject. Source: "Create a role for OpenID Connect
// federation".
func (c *checker) federated(s *statement, at []string, provider string) {
	_, issuer, ok := strings.Cut(provider, ":oidc-provider/")
	if !ok {
		return
	}
	subject := s.condition(issuer + ":sub")
	switch {
	case s.unknownKey():
	case s.condition(issuer+":aud") == nil:
		c.add(at, "a token for another audience would do: add a condition StringEquals on %s:aud%s", issuer, admit)
	case subject == nil:
		c.add(at, "any subject of the provider could assume the role: add a condition on %s:sub%s", issuer, admit)
	default:
		subject.values.each(func(path []string, v string) { c.subject(path, issuer, v) })
	}
}

func (c *checker) subject(at []string, issuer, subject string) {
	if anything(subject) {
		c.add(at, "%q is any subject of the provider: name those that may assume the role%s", subject, admit)
		return
	}
	if issuer != githubIssuer {
		return
	}
	organization, _, ok := strings.Cut(strings.TrimPrefix(subject, "repo:"), "/")
	if !strings.HasPrefix(subject, "repo:") || !ok || strings.ContainsAny(organization, "*?") {
		c.add(at, "%q matches repositories of other organizations: expected repo:ORGANIZATION/REPOSITORY:...%s", subject, admit)
	}
}

// condition returns the condition that demands values of a key, or nil.
func (s *statement) condition(key string) *condition {
	i := slices.IndexFunc(s.conditions, func(c condition) bool { return c.demands() && slices.Contains(c.key.all(), key) })
	if i < 0 {
		return nil
	}
	return &s.conditions[i]
}

func (s *statement) unknownKey() bool {
	return slices.ContainsFunc(s.conditions, func(c condition) bool { return c.key.given() && !c.key.complete() })
}
