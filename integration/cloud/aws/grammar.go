package aws

import (
	"fmt"
	"regexp"
	"slices"
	"strings"

	"github.com/ashlar-iac/ashlar/integration/cloud"
)

// grammar is what a kind of policy document must look like.
type grammar struct {
	// code is what a document is refused with.
	code string
	// size is how many characters a document has at most, and sizeCode and sizeMessage are what a longer one is refused with.
	size                  int
	sizeCode, sizeMessage string
	// principal and resource say whether statements have them.
	principal, resource bool
	// vendor is the only one whose actions are allowed. Default: any.
	vendor string
	// vendorMessage is what other actions are refused with.
	vendorMessage string
	// principalMessage is what a principal that does not exist is refused with; it takes the principal.
	principalMessage string
}

const malformed = "MalformedPolicyDocument"

func trustGrammar() grammar {
	return grammar{
		code: malformed, size: 2048, sizeCode: "LimitExceeded", sizeMessage: "Cannot exceed quota for ACLSizePerRole: 2048",
		principal: true, vendor: "sts", vendorMessage: "AssumeRole policy may only specify STS AssumeRole actions.",
		principalMessage: `Invalid principal in policy: "AWS":"%s"`,
	}
}

func managedGrammar() grammar {
	return grammar{
		code: malformed, size: 6144, sizeCode: "LimitExceeded", sizeMessage: "Cannot exceed quota for PolicySize: 6144", resource: true,
	}
}

func inlineGrammar() grammar {
	return grammar{
		code: malformed, size: 10240, sizeCode: "LimitExceeded", sizeMessage: "Maximum policy size of 10240 bytes exceeded", resource: true,
	}
}

func keyGrammar() grammar {
	return grammar{
		code: malformed + "Exception", size: 32768, sizeCode: "LimitExceededException", sizeMessage: "The policy is larger than 32768 bytes",
		principal: true, resource: true, vendor: "kms", vendorMessage: "Policy contains actions of another service than KMS.",
		principalMessage: "Policy contains a statement with one or more invalid principals. (%s)",
	}
}

func bucketGrammar() grammar {
	return grammar{
		code: "MalformedPolicy", size: 20480, sizeCode: "PolicyTooLarge", sizeMessage: "Policy exceeds the maximum allowed document size.",
		principal: true, resource: true, vendor: "s3", vendorMessage: "Policy has invalid action",
		principalMessage: "Invalid principal in policy (%s)",
	}
}

// check returns the document, or refuses it.
func (g grammar) check(c *cloud.Call, text string) (*document, error) {
	refuse := func(format string, args ...any) (*document, error) { return nil, cloud.Refuse(g.code, format, args...) }
	d, err := parseDocument(text)
	if err != nil {
		return refuse("%v", err)
	}
	if length(text) > g.size {
		return nil, cloud.Refuse(g.sizeCode, "%s", g.sizeMessage)
	}
	if d.version != "" && d.version != "2008-10-17" && d.version != "2012-10-17" {
		return refuse("Syntax errors in policy.")
	}
	if err := duplicateIDs(text); err != nil {
		return refuse("%v", err)
	}
	for _, s := range d.statements {
		if err := g.statement(c, s); err != nil {
			return refuse("%v", err)
		}
		if err := g.principals(c, s); err != nil {
			return nil, err
		}
	}
	return d, nil
}

var (
	spacePattern = regexp.MustCompile(`\s`)
	sidPattern   = regexp.MustCompile(`"Sid"\s*:\s*"([^"]+)"`)
)

// length counts as "IAM and AWS STS quotas" does: white space does not count.
func length(text string) int { return len(spacePattern.ReplaceAllString(text, "")) }

func duplicateIDs(text string) error {
	seen := map[string]bool{}
	for _, found := range sidPattern.FindAllStringSubmatch(text, -1) {
		if seen[found[1]] {
			return said("Statement IDs (SID) in a single policy must be unique.")
		}
		seen[found[1]] = true
	}
	return nil
}

// statement returns what is wrong with a statement, in the cloud's own words.
func (g grammar) statement(c *cloud.Call, s statement) error {
	either := func(a, b string) bool { return s.has[a] != s.has[b] }
	switch {
	case !either("Action", "NotAction"):
		return said("Policy statement must contain actions.")
	case g.principal && !either("Principal", "NotPrincipal"):
		return said("Missing required field Principal")
	case !g.principal && (s.has["Principal"] || s.has["NotPrincipal"]):
		return said("Policy document should not specify a principal.")
	case !g.resource && (s.has["Resource"] || s.has["NotResource"]):
		return said("Has prohibited field Resource")
	case g.resource && !either("Resource", "NotResource"):
		return said("Policy statement must contain resources.")
	}
	for _, action := range slices.Concat(s.actions, s.notActions) {
		if err := g.action(action); err != nil {
			return err
		}
	}
	for _, resource := range slices.Concat(s.resources, s.notParts) {
		if err := checkResource(c, resource); err != nil {
			return err
		}
	}
	return nil
}

var (
	vendorPattern = regexp.MustCompile(`^[a-zA-Z0-9-]+$`)
	verbPattern   = regexp.MustCompile(`^[a-zA-Z0-9*?]+$`)
)

func (g grammar) action(action string) error {
	if action == "*" && g.vendor != "sts" {
		return nil
	}
	name, what, ok := strings.Cut(action, ":")
	switch {
	case !ok:
		return said("Actions/Conditions must be prefaced by a vendor, e.g., iam, sdb, ec2, etc.")
	case !vendorPattern.MatchString(name):
		return said("Vendor %s is not valid", name)
	case !verbPattern.MatchString(what):
		return errSyntax()
	case g.vendor != "" && name != g.vendor && (g.vendor != "s3" || !strings.HasPrefix(name, "s3")):
		return said("%s", g.vendorMessage)
	}
	return nil
}

// checkResource checks the form of an ARN.
func checkResource(c *cloud.Call, resource string) error {
	if resource == "*" {
		return nil
	}
	parts := strings.SplitN(resource, ":", 6)
	switch {
	case parts[0] != "arn" || len(parts) < 6:
		return said(`Resource %s must be in ARN format or "*".`, resource)
	case parts[1] != c.Scope.Values["partition"] && !strings.ContainsAny(parts[1], "*?$"):
		return said("Partition %q is not valid for resource %q.", parts[1], resource)
	case !vendorPattern.MatchString(parts[2]) && !strings.ContainsAny(parts[2], "*?"):
		return said("Vendor %q is not valid for resource %q.", parts[2], resource)
	case parts[2] == "iam" && parts[3] != "" && parts[3] != "*":
		return said("IAM resource %s cannot contain region information.", resource)
	}
	return nil
}

// principals refuses principals that do not exist.
func (g grammar) principals(c *cloud.Call, s statement) error {
	for _, list := range []map[string][]string{s.principals, s.notPrincipals} {
		for _, p := range list["AWS"] {
			ok, err := exists(c, p)
			if err != nil {
				return err
			}
			if !ok {
				return cloud.Refuse(g.code, g.principalMessage, p)
			}
		}
		for _, p := range list["Service"] {
			if !strings.Contains(p, ".amazonaws.com") {
				return cloud.Refuse(g.code, `Invalid principal in policy: "SERVICE":"%s"`, p)
			}
		}
	}
	return nil
}

var (
	accountPattern   = regexp.MustCompile(`^\d{12}$`)
	uniquePattern    = regexp.MustCompile(`^A(ROA|IDA)[A-Z0-9]{13,}$`)
	principalPattern = regexp.MustCompile(`^arn:([a-z-]+):(iam|sts)::(\d{12}):(root|(user|role|assumed-role|federated-user)/.+)$`)
)

// exists reports whether there is such a principal. Of roles in accounts in which nothing was made, it cannot be told: they are taken to
// exist.
func exists(c *cloud.Call, p string) (bool, error) {
	if p == "*" || accountPattern.MatchString(p) || uniquePattern.MatchString(p) {
		return true, nil
	}
	parts := principalPattern.FindStringSubmatch(p)
	if len(parts) < 6 || parts[1] != c.Scope.Values["partition"] {
		return false, nil
	}
	account, kind := parts[3], parts[5]
	if kind != "role" && kind != "user" {
		return true, nil
	}
	if p == caller(c) {
		return true, nil
	}
	// An account is known when it is the caller's own, or has roles.
	roles, err := c.List(roleType)
	if err != nil {
		return false, err
	}
	linked, err := c.List(linkedRoleType)
	if err != nil {
		return false, err
	}
	roles = append(roles, linked...)
	known := account == c.Scope.Values["account"]
	for _, o := range roles {
		if o.Text("arn") == p {
			return true, nil
		}
		known = known || o.Place == account
	}
	return !known, nil
}

// validJSON reports a policy that is no JSON, as the provider does before it asks the cloud.
func validJSON(c *cloud.Checker, properties ...string) {
	for _, property := range properties {
		text, ok := c.Text(property)
		if !ok {
			continue
		}
		if _, err := parseDocument(text); err != nil && strings.Contains(err.Error(), "Json") {
			c.Add(property, "%q contains an invalid JSON policy: not a JSON object", property)
		}
	}
}

// said returns an error in the cloud's own words, which need not be ours.
func said(format string, args ...any) error { return fmt.Errorf(format, args...) }
