package policy

import (
	"fmt"
	"maps"
	"path"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/ashlar-iac/ashlar/core/config"
)

// finding is a problem at a path in a document.
type finding struct {
	path    []string
	message string
	// doubtful is set if AWS may know better, because the reference is older.
	doubtful bool
}

// checker collects the problems of a document.
type checker struct {
	kind     Kind
	rules    rules
	findings []finding
	// text is the JSON of a document without problems whose values are all known.
	text string
}

// failed reports whether there are problems other than doubts.
func (c *checker) failed() bool {
	return slices.ContainsFunc(c.findings, func(f finding) bool { return !f.doubtful })
}

func (c *checker) add(path []string, format string, args ...any) {
	c.findings = append(c.findings, finding{path: path, message: fmt.Sprintf(format, args...)})
}

func (c *checker) doubt(path []string, format string, args ...any) {
	c.findings = append(c.findings, finding{path: path, message: fmt.Sprintf(format, args...), doubtful: true})
}

// check finds all problems of a document, in document order.
func (d *Document) check(p plain, kind Kind) *checker {
	c := &checker{kind: kind}
	var ok bool
	if c.rules, ok = kind.rules(); !ok {
		c.add(nil, "unknown kind of policy %q", kind)
		return c
	}
	if len(p) == 0 {
		c.add([]string{"statements"}, "required: add at least one statement")
	}
	if d.ID != "" && !c.rules.freeSid {
		c.add([]string{"id"}, "not supported in %s: omit it", c.kind.article())
	}
	sids := map[string]int{}
	for i := range p {
		s := &p[i]
		c.statement(s)
		if first, taken := sids[s.Sid]; taken && s.Sid != "" {
			c.add(below(s.path, "sid"), "duplicate Sid %q, also used by statements[%d]", s.Sid, first)
		} else {
			sids[s.Sid] = i
		}
		if s.Effect == Allow && !s.AllowWildcards {
			c.breadth(s)
			c.trust(s)
		}
	}
	if !c.failed() && p.complete() {
		c.render(p, d.ID)
	}
	return c
}

func (c *checker) statement(s *statement) {
	if s.Sid != "" && !c.rules.freeSid && !shortSid.MatchString(s.Sid) {
		c.add(below(s.path, "sid"), "invalid Sid %q: use letters and digits in %s", s.Sid, c.kind.article())
	}
	switch s.Effect {
	case Allow, Deny:
	case "":
		c.add(below(s.path, "effect"), "required: use Allow or Deny")
	default:
		c.add(below(s.path, "effect"), "unknown effect %q: use Allow or Deny", s.Effect)
	}
	c.pair(s, "actions", s.actions.given(), "notActions", s.notActions.given(), required)
	c.pair(s, "resources", s.resources.given(), "notResources", s.notResources.given(), c.rules.resources)
	c.pair(s, "principals", s.principals != nil, "notPrincipals", s.notPrincipals != nil, c.rules.principals)
	for _, actions := range []texts{s.actions, s.notActions} {
		actions.each(c.action)
	}
	for _, resources := range []texts{s.resources, s.notResources} {
		resources.each(func(at place, v string) { c.invalid(at, checkResource(v)) })
	}
	if s.notPrincipals != nil && s.Effect == Allow {
		c.add(below(s.path, "notPrincipals"), "supported with the effect Deny only: use principals")
	}
	c.principals(s.principals)
	c.principals(s.notPrincipals)
	c.conditions(s)
	c.effective(s)
}

// pair checks an element and its negation.
func (c *checker) pair(s *statement, name string, given bool, not string, notGiven bool, n need) {
	switch {
	case given && notGiven:
		c.add(below(s.path, not), "%s and %s are mutually exclusive", name, not)
	case n == required && !given && !notGiven:
		c.add(below(s.path, name), "required in %s: add %s or %s", c.kind.article(), name, not)
	case n == unsupported && given:
		c.add(below(s.path, name), "not supported in %s: %s", c.kind.article(), c.instead(name))
	case n == unsupported && notGiven:
		c.add(below(s.path, not), "not supported in %s: %s", c.kind.article(), c.instead(name))
	}
}

func (c *checker) instead(name string) string {
	if name == "principals" {
		return "it applies to the identity that it is attached to"
	}
	return "it applies to its role"
}

func (c *checker) invalid(at place, problem string) {
	if problem != "" {
		c.add(at.path(), "%s", problem)
	}
}

func (c *checker) action(at place, action string) {
	if problem := checkAction(action); problem != "" {
		c.invalid(at, problem)
		return
	}
	service, _, _ := strings.Cut(action, ":")
	// All kinds but trust policies accept "*" for all actions of their service.
	every := action == "*" && c.kind != Trust
	if c.rules.service != "" && !every && !strings.EqualFold(service, c.rules.service) {
		c.add(at.path(), "unsupported action %q: %s supports %s actions only", action, c.kind.article(), c.rules.service)
		return
	}
	c.known(at, action)
}

func (c *checker) principals(p *principals) {
	if p == nil {
		return
	}
	given := false
	for _, t := range p.byType {
		given = given || t.given()
		t.each(func(at place, v string) {
			problem := checkPrincipal(t.name, v)
			c.invalid(at, problem)
			if t.name == "Service" && problem == "" {
				c.service(at, v)
			}
		})
	}
	switch {
	case p.everyone && given:
		c.add(below(p.path, "everyone"), "everyone and other principals are mutually exclusive")
	case !p.everyone && !given:
		c.add(p.path, "empty: add aws, services, federated or canonicalUsers, or set everyone")
	}
}

func (c *checker) conditions(s *statement) {
	seen := map[string]bool{}
	for _, cond := range s.conditions {
		check, problem := checkOperator(cond.operator)
		if problem != "" {
			c.add(below(cond.path, "operator"), "%s", problem)
		}
		key := cond.key.all()
		if !cond.key.given() {
			c.add(below(cond.path, "key"), "required: use a condition key such as aws:SourceAccount")
		}
		for _, k := range key {
			if !conditionKey.MatchString(k) {
				c.add(below(cond.path, "key"), "invalid condition key %q: use a key such as aws:SourceAccount", k)
			} else {
				c.key(cond.path, k)
			}
			// Condition keys are case-insensitive.
			id := cond.operator + " " + strings.ToLower(k)
			if seen[id] {
				c.add(cond.path, "duplicate condition %s on %s: combine the values in one condition", cond.operator, k)
			}
			seen[id] = true
		}
		if !cond.values.given() {
			c.add(below(cond.path, "values"), "required: add at least one value")
		}
		if check != nil {
			cond.values.each(func(at place, v string) { c.invalid(at, check(v)) })
		}
	}
}

// render renders the document, unless it is too long.
func (c *checker) render(p plain, id string) {
	text, err := p.json(id)
	if err != nil {
		c.add(nil, "%v", err)
		return
	}
	c.text = text
	size, unit := utf8.RuneCountInString(text), "characters"
	if c.rules.bytes {
		size, unit = len(text), "bytes"
	}
	if size > c.rules.limit {
		c.add(nil, "too long: %d %s, the maximum of %s is %d: %s", size, unit, c.kind.article(), c.rules.limit,
			shorten(c.kind))
	}
}

// shorten returns how to shorten a policy of a kind.
func shorten(kind Kind) string {
	switch kind {
	case Trust:
		return "trust fewer principals, or match several values with one pattern"
	case Managed, Inline:
		return "use wildcards in actions, use fewer statements, or split it into several policies"
	}
	return "use wildcards in actions, or use fewer statements"
}

func suggest[V any](word string, known map[string]V) string {
	return config.Suggest(word, slices.Sorted(maps.Keys(known)))
}

// permit is the end of problems that allowWildcards permits.
const permit = ", or set allowWildcards to permit it"

// breadth reports access that is too broad.
func (c *checker) breadth(s *statement) {
	if s.notActions.given() {
		c.add(below(s.path, "notActions"), "allows all other actions, including those of new services: list the actions%s",
			permit)
	}
	if s.notResources.given() {
		c.add(below(s.path, "notResources"), "allows all other resources: list the resources%s", permit)
	}
	s.actions.each(func(at place, action string) { c.broadAction(s, at, action) })
	if s.principals != nil && s.principals.everyone && c.rules.public && !s.restricted() {
		c.add(below(s.path, "principals", "everyone"),
			"allows public access: list the principals or add a condition such as "+
				"aws:PrincipalOrgID or aws:SourceVpce%s", permit)
	}
}

func (c *checker) broadAction(s *statement, at place, action string) {
	// In a key policy, "*" is the key itself.
	everything := slices.Contains(s.resources.all(), "*") && c.kind != Key
	service, name, _ := strings.Cut(action, ":")
	switch {
	case action == "*":
		c.add(at.path(), "allows all actions of all services: list the actions%s", permit)
	case name == "*" && everything && len(s.conditions) == 0:
		c.add(at.path(), "allows all %s actions on all resources: list the actions or the resources%s", service, permit)
	case c.rules.principals == unsupported && everything && matches(action, "iam:PassRole") &&
		!s.has("iam:PassedToService"):
		c.add(at.path(), "allows passing all roles, and so the permissions of all roles: list the roles or add a condition on "+
			"iam:PassedToService%s", permit)
	}
}

// matches reports whether an action with wildcards includes another action. Actions are case-insensitive.
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

// restricted reports whether a condition prevents public access. Source: "Blocking public access to your Amazon S3
// storage: The meaning of public".
func (s *statement) restricted() bool {
	return slices.ContainsFunc(s.conditions, condition.restricts)
}

// requires reports whether the condition is met only by requests that have the key with one of the values.
func (c condition) requires() bool {
	quantifier, base, ifExists := splitOperator(c.operator)
	// Requests without the key meet IfExists and ForAllValues.
	return !ifExists && quantifier != "ForAllValues:" && !strings.Contains(base, "Not") && base != "Null"
}

func (c condition) restricts() bool {
	if !c.requires() {
		return false
	}
	keys := c.key.all()
	if len(keys) == 0 {
		return true // An output: checked again when it is known.
	}
	restricts := slices.ContainsFunc([]string{
		"aws:PrincipalAccount", "aws:PrincipalArn", "aws:PrincipalOrgID", "aws:PrincipalOrgPaths", "aws:PrincipalServiceName",
		"aws:SourceAccount", "aws:SourceArn", "aws:SourceIp", "aws:SourceOrgID", "aws:SourceOrgPaths", "aws:SourceOwner",
		"aws:SourceVpc", "aws:SourceVpce", "aws:userid", "kms:CallerAccount", "s3:DataAccessPointAccount",
		"s3:DataAccessPointArn",
	}, func(k string) bool { return strings.EqualFold(k, keys[0]) })
	return restricts && !slices.ContainsFunc(c.values.all(), matchesAll)
}

// matchesAll reports whether a value matches all requests.
func matchesAll(value string) bool {
	return strings.Trim(value, "*?") == "" || value == "0.0.0.0/0" || value == "::/0" || value == "arn:*:*:*:*:*"
}

// trust reports trust policies that identities of other organizations can use.
func (c *checker) trust(s *statement) {
	if c.kind != Trust || s.principals == nil {
		return
	}
	for _, t := range s.principals.byType {
		if t.name == "Federated" {
			t.each(func(at place, provider string) { c.federated(s, at, provider) })
		}
	}
}

// federated checks the conditions on the audience and the subject of an OIDC provider. Source: "Create a role for
// OpenID Connect federation".
func (c *checker) federated(s *statement, at place, provider string) {
	_, issuer, ok := strings.Cut(provider, ":oidc-provider/")
	if !ok {
		return
	}
	subject := s.condition(issuer + ":sub")
	switch {
	case s.unknownKey():
	case s.condition(issuer+":aud") == nil:
		c.add(at.path(), "accepts tokens for any audience: add a StringEquals condition on %s:aud%s", issuer, permit)
	case subject == nil:
		c.add(at.path(), "any subject of the provider can assume the role: add a condition on %s:sub%s", issuer, permit)
	default:
		subject.values.each(func(at place, v string) { c.subject(at, issuer, v) })
	}
}

func (c *checker) subject(at place, issuer, subject string) {
	if matchesAll(subject) {
		c.add(at.path(), "%q matches any subject of the provider: list the subjects that can assume the role%s", subject, permit)
		return
	}
	if issuer != GitHubIssuer {
		return
	}
	organization, _, ok := strings.Cut(strings.TrimPrefix(subject, "repo:"), "/")
	if !strings.HasPrefix(subject, "repo:") || !ok || strings.ContainsAny(organization, "*?") {
		c.add(at.path(), "%q matches repositories of other organizations: use repo:ORGANIZATION/REPOSITORY:...%s", subject, permit)
	}
}

// condition returns the condition that requires values of a key, or nil.
func (s *statement) condition(key string) *condition {
	i := slices.IndexFunc(s.conditions,
		func(c condition) bool { return c.requires() && slices.Contains(c.key.all(), key) })
	if i < 0 {
		return nil
	}
	return &s.conditions[i]
}

func (s *statement) unknownKey() bool {
	return slices.ContainsFunc(s.conditions, func(c condition) bool { return c.key.given() && !c.key.complete() })
}
