package policy

import (
	"path"
	"slices"
	"strings"
)

const admit = ", or set allowWildcards if that is what is meant"

// breadth refuses statements that allow more than anybody wants to.
func (c *checker) breadth(s *statement) {
	if s.effect() != Allow || s.AllowWildcards {
		return
	}
	if s.notActions.given() {
		c.add(below(s.path, "notActions"), "it allows every other action, of services to come as well: name the actions%s", admit)
	}
	if s.notResources.given() {
		c.add(below(s.path, "notResources"), "it allows every other resource: name the resources%s", admit)
	}
	s.actions.each(func(at []string, action string) { c.broadAction(s, at, action) })
	if s.principals != nil && s.principals.everyone && c.rules.public && !s.narrowed() {
		c.add(below(s.path, "principals", "everyone"), "anybody could use it: name the principals, or narrow it by a condition such as "+
			"aws:PrincipalOrgID or aws:SourceVpce%s", admit)
	}
}

func (c *checker) broadAction(s *statement, at []string, action string) {
	// In the policy of a key, "*" is that key.
	everything := slices.Contains(s.resources.all(), "*") && c.kind != Key
	service, name, _ := strings.Cut(action, ":")
	switch {
	case action == "*":
		c.add(at, "it allows every action of every service: name the actions%s", admit)
	case name == "*" && everything && len(s.conditions) == 0:
		c.add(at, "it allows every action of %s on every resource: name the actions or the resources%s", service, admit)
	case c.rules.principals == forbidden && everything && matches(action, "iam:PassRole") && !s.has("iam:PassedToService"):
		c.add(at, "whoever may pass every role may become any of them: name the roles, or add a condition on iam:PassedToService%s", admit)
	}
}

// matches reports whether an action with wildcards includes another one. Actions are the same in any case.
func matches(pattern, action string) bool {
	ok, err := path.Match(strings.ToLower(pattern), strings.ToLower(action))
	return err == nil && ok
}

// has reports whether the statement has a condition on a key.
func (s *statement) has(key string) bool {
	return slices.ContainsFunc(s.conditions, func(c condition) bool {
		return slices.ContainsFunc(c.key.all(), func(k string) bool { return strings.EqualFold(k, key) })
	})
}

// narrowed reports whether a condition keeps the statement from being public. Source: "Blocking public access to your
// Amazon S3 storage: The meaning of public".
func (s *statement) narrowed() bool {
	return slices.ContainsFunc(s.conditions, condition.narrows)
}

// demands reports whether only a request that has the key, with one of the values, meets the condition.
func (c condition) demands() bool {
	quantifier, base, ifExists := splitOperator(c.operator)
	// A key that is missing meets IfExists and ForAllValues.
	return !ifExists && quantifier != "ForAllValues:" && !strings.Contains(base, "Not") && base != "Null"
}

func (c condition) narrows() bool {
	if !c.demands() {
		return false
	}
	keys := c.key.all()
	if len(keys) == 0 {
		return true // Only the engine will know: the check is made again then.
	}
	narrow := slices.ContainsFunc([]string{
		"aws:PrincipalAccount", "aws:PrincipalArn", "aws:PrincipalOrgID", "aws:PrincipalOrgPaths", "aws:PrincipalServiceName",
		"aws:SourceAccount", "aws:SourceArn", "aws:SourceIp", "aws:SourceOrgID", "aws:SourceOrgPaths", "aws:SourceOwner",
		"aws:SourceVpc", "aws:SourceVpce", "aws:userid", "kms:CallerAccount", "s3:DataAccessPointAccount", "s3:DataAccessPointArn",
	}, func(k string) bool { return strings.EqualFold(k, keys[0]) })
	return narrow && !slices.ContainsFunc(c.values.all(), anything)
}

// anything reports whether a value matches whatever there is.
func anything(value string) bool {
	return strings.Trim(value, "*?") == "" || value == "0.0.0.0/0" || value == "::/0" || value == "arn:*:*:*:*:*"
}
