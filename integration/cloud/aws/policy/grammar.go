package policy

import (
	"regexp"
	"slices"
	"strings"

	"github.com/ashlar-iac/ashlar/aws/policy/reference"
	"github.com/ashlar-iac/ashlar/integration/cloud"
	"github.com/ashlar-iac/ashlar/integration/cloud/aws/kernel"
)

// Grammar is the form of a kind of policy document.
type Grammar struct {
	// Code is the error code for a malformed document.
	Code string
	// Size is the maximum size in characters.
	Size int
	// SizeCode and SizeMessage are the error for a longer document.
	SizeCode, SizeMessage string
	// Principal and Resource say whether statements have these elements.
	Principal, Resource bool
	// Vendor is the only service whose actions are allowed. Default: any.
	Vendor string
	// VendorMessage is the error for actions of other services.
	VendorMessage string
	// PrincipalMessage is the error for a principal that does not exist; it takes the principal.
	PrincipalMessage string
	// ActionMessage is the error for an action that does not exist. Default: they are not checked.
	ActionMessage string
	// PlainIDs limits the ids of statements to letters and digits.
	PlainIDs bool
	// OriginAccess allows the origin access identities of CloudFront as principals.
	OriginAccess bool
}

// Malformed is the error code of IAM for a malformed document.
const Malformed = "MalformedPolicyDocument"

// Check returns the parsed document, or rejects it.
func (g Grammar) Check(c *cloud.Call, text string) (*Document, error) {
	refuse := func(format string, args ...any) (*Document, error) {
		return nil, kernel.Refuse(g.Code, format, args...)
	}
	d, err := Parse(text)
	if err != nil {
		return refuse("%v", err)
	}
	if Length(text) > g.Size {
		return nil, kernel.Refuse(g.SizeCode, "%s", g.SizeMessage)
	}
	if d.version != "" && d.version != "2008-10-17" && d.version != "2012-10-17" {
		return refuse("Syntax errors in policy.")
	}
	if err := duplicateIDs(text); err != nil {
		return refuse("%v", err)
	}
	if len(d.Statements) == 0 {
		return refuse("%v", errSyntax())
	}
	for _, s := range d.Statements {
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

// Length returns the size of a document as "IAM and AWS STS quotas" counts it: without white space.
func Length(text string) int { return len(spacePattern.ReplaceAllString(text, "")) }

func duplicateIDs(text string) error {
	seen := map[string]bool{}
	for _, found := range sidPattern.FindAllStringSubmatch(text, -1) {
		if seen[found[1]] {
			return kernel.Errorf("Statement IDs (SID) in a single policy must be unique.")
		}
		seen[found[1]] = true
	}
	return nil
}

// statement returns what is wrong with a statement, in AWS's words.
func (g Grammar) statement(c *cloud.Call, s Statement) error {
	either := func(a, b string) bool { return s.Has[a] != s.Has[b] }
	switch {
	case g.PlainIDs && !plainID.MatchString(s.id):
		return kernel.Errorf("Statement IDs (SID) must be alpha-numeric. Check that your input satisfies the regular " +
			"expression [0-9A-Za-z]*")
	case !either("Action", "NotAction"), len(s.Actions)+len(s.notActions) == 0:
		return kernel.Errorf("Policy statement must contain actions.")
	case g.Principal && !either("Principal", "NotPrincipal"):
		return kernel.Errorf("Missing required field Principal")
	case !g.Principal && (s.Has["Principal"] || s.Has["NotPrincipal"]):
		return kernel.Errorf("Policy document should not specify a principal.")
	case !g.Resource && (s.Has["Resource"] || s.Has["NotResource"]):
		return kernel.Errorf("Has prohibited field Resource")
	case s.Has["NotPrincipal"] && s.Effect == "Allow":
		return kernel.Errorf("Allow with NotPrincipal is not allowed.")
	case g.Resource && !either("Resource", "NotResource"), g.Resource && len(s.Resources)+len(s.NotResources) == 0:
		return kernel.Errorf("Policy statement must contain resources.")
	}
	for _, action := range slices.Concat(s.Actions, s.notActions) {
		if err := g.action(action); err != nil {
			return err
		}
	}
	for _, resource := range slices.Concat(s.Resources, s.NotResources) {
		if err := checkResource(c, resource); err != nil {
			return err
		}
	}
	return nil
}

var (
	plainID       = regexp.MustCompile(`^[0-9A-Za-z]*$`)
	vendorPattern = regexp.MustCompile(`^[a-zA-Z0-9-]+$`)
	verbPattern   = regexp.MustCompile(`^[a-zA-Z0-9*?]+$`)
)

func (g Grammar) action(action string) error {
	if action == "*" && g.Vendor != "sts" {
		return nil
	}
	name, what, ok := strings.Cut(action, ":")
	switch {
	case !ok:
		return kernel.Errorf("Actions/Conditions must be prefaced by a vendor, e.g., iam, sdb, ec2, etc.")
	case !vendorPattern.MatchString(name):
		return kernel.Errorf("Vendor %s is not valid", name)
	case !verbPattern.MatchString(what):
		return errSyntax()
	case g.Vendor != "" && !strings.EqualFold(name, g.Vendor) && (g.Vendor != "s3" || !strings.HasPrefix(name, "s3")):
		return kernel.Errorf("%s", g.VendorMessage)
	case g.Vendor == "sts" && len(grantable(action)) == 0:
		return kernel.Errorf("%s", g.VendorMessage)
	case g.ActionMessage != "" && !reference.Exists(action):
		return kernel.Errorf("%s", g.ActionMessage)
	}
	return nil
}

// grantable returns the actions that a pattern stands for and that trust policies can allow. Source: "Actions,
// resources, and condition keys for AWS Security Token Service", actions with the resource type role.
func grantable(pattern string) []string {
	all := []string{"sts:AssumeRole", "sts:AssumeRoleWithSAML", "sts:AssumeRoleWithWebIdentity", "sts:SetContext",
		"sts:SetSourceIdentity", "sts:TagSession"}
	return slices.DeleteFunc(all, func(action string) bool {
		return !kernel.MatchAny([]string{pattern}, action, true)
	})
}

// checkResource checks the form of an ARN.
func checkResource(c *cloud.Call, resource string) error {
	if resource == "*" {
		return nil
	}
	parts := strings.SplitN(resource, ":", 6)
	switch {
	case parts[0] != "arn" || len(parts) < 6:
		return kernel.Errorf(`Resource %s must be in ARN format or "*".`, resource)
	case parts[1] != c.Scope.Values["partition"] && !strings.ContainsAny(parts[1], "*?$"):
		return kernel.Errorf("Partition %q is not valid for resource %q.", parts[1], resource)
	case !vendorPattern.MatchString(parts[2]) && !strings.ContainsAny(parts[2], "*?"):
		return kernel.Errorf("Vendor %q is not valid for resource %q.", parts[2], resource)
	case parts[2] == "iam" && parts[3] != "" && parts[3] != "*":
		return kernel.Errorf("IAM resource %s cannot contain region information.", resource)
	}
	return nil
}

// principals rejects principals that do not exist.
func (g Grammar) principals(c *cloud.Call, s Statement) error {
	for _, list := range []map[string][]string{s.Principals, s.notPrincipals} {
		for _, p := range list["AWS"] {
			if g.OriginAccess && originAccess.MatchString(p) {
				continue
			}
			ok, err := PrincipalExists(c, p)
			if err != nil {
				return err
			}
			if !ok {
				return kernel.Refuse(g.Code, g.PrincipalMessage, p)
			}
		}
		for _, p := range list["Service"] {
			if !reference.IsPrincipal(p) {
				return kernel.Refuse(g.Code, `Invalid principal in policy: "SERVICE":"%s"`, p)
			}
		}
		for _, p := range list["Federated"] {
			if !federated.MatchString(p) {
				return kernel.Refuse(g.Code, `Invalid principal in policy: "FEDERATED":"%s"`, p)
			}
		}
		for _, p := range list["CanonicalUser"] {
			if !canonicalUser.MatchString(p) {
				return kernel.Refuse(g.Code, g.PrincipalMessage, p)
			}
		}
	}
	return nil
}

var (
	accountPattern   = regexp.MustCompile(`^\d{12}$`)
	uniquePattern    = regexp.MustCompile(`^A(ROA|IDA)[A-Z0-9]{13,}$`)
	principalPattern = regexp.MustCompile(`^arn:([a-z-]+):(iam|sts)::(\d{12}):(root|(user|role|assumed-role|federated-user)/[^*?]+)$`)
	// canonicalUser and originAccess follow "Restrict access to an Amazon S3 origin", Amazon CloudFront Developer Guide.
	canonicalUser = regexp.MustCompile(`^[0-9a-f]{64,}$`)
	originAccess  = regexp.MustCompile(`^arn:aws:iam::cloudfront:user/CloudFront Origin Access Identity [0-9A-Z]+$`)
	// federated follows "AWS JSON policy elements: Principal", web identity and SAML sessions.
	federated = regexp.MustCompile(`^(arn:[a-z-]+:iam::\d{12}:(oidc|saml)-provider/.+|cognito-identity\.amazonaws\.com|` +
		`accounts\.google\.com|graph\.facebook\.com|www\.amazon\.com|\*)$`)
)

// PrincipalExists reports whether a principal exists. Roles of accounts without any objects in the store count as
// existing.
func PrincipalExists(c *cloud.Call, p string) (bool, error) {
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
	if p == kernel.Caller(c) {
		return true, nil
	}
	// An account is known if it is the caller's, or has roles.
	roles, err := c.List(kernel.RoleToken)
	if err != nil {
		return false, err
	}
	linked, err := c.List(kernel.ServiceLinkedRoleToken)
	if err != nil {
		return false, err
	}
	users, err := c.List(kernel.UserToken)
	if err != nil {
		return false, err
	}
	roles = slices.Concat(roles, linked, users)
	known := account == c.Scope.Values["account"]
	for _, o := range roles {
		if o.Text("arn") == p {
			return true, nil
		}
		known = known || o.Place == account
	}
	return !known, nil
}

// CheckJSON reports policies that are not JSON, as the provider does before it calls AWS.
func CheckJSON(c *cloud.Checker, properties ...string) {
	for _, property := range properties {
		text, ok := c.Text(property)
		if !ok {
			continue
		}
		if _, err := Parse(text); err != nil && strings.Contains(err.Error(), "Json") {
			c.Add(property, "%q contains an invalid JSON policy: not a JSON object", property)
		}
	}
}
