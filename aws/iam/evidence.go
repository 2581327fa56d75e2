package iam

import (
	"slices"
	"strings"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/ashlar-iac/ashlar/aws/internal/compliancecontrols"
	"github.com/ashlar-iac/ashlar/aws/policy"
	"github.com/ashlar-iac/ashlar/aws/policy/reference"
	"github.com/ashlar-iac/ashlar/core/compliance"
)

var (
	_ compliance.Declarer = (*RoleArgs)(nil)
	_ compliance.Declarer = (*PolicyArgs)(nil)
)

// Evidence implements compliance.Declarer.
func (a *RoleArgs) Evidence() []compliance.Evidence {
	broad, open := a.broad(), a.Trust.open()
	out := []compliance.Evidence{
		compliance.Check("policies", list(broad, "no broad policy"), len(broad) == 0,
			"policies with specific actions and resources",
			compliancecontrols.LeastPrivilege...),
		compliance.Check("trust", list(open, "restricted principals"), len(open) == 0,
			"principals restricted by name or by conditions",
			compliancecontrols.Trust...),
	}
	if a.PermissionsBoundary != nil {
		out = append(out, compliance.Always("permissionsBoundary", "set", compliancecontrols.Boundary...))
	}
	return out
}

// Evidence implements compliance.Declarer.
func (a *PolicyArgs) Evidence() []compliance.Evidence {
	return []compliance.Evidence{compliance.Check("statements[].allowWildcards", wild(a.Statements), !wild(a.Statements),
		"false",
		compliancecontrols.LeastPrivilege...)}
}

// broad returns the policies that are broad because an option permits it.
func (a *RoleArgs) broad() []string {
	var out []string
	inOrder(a.ManagedPolicies, func(_ string, in pulumi.StringInput) {
		s, _ := in.(pulumi.String)
		name, own := awsManaged(string(s))
		if p, _ := reference.FindManaged(name); own && p.Broad {
			out = append(out, name)
		}
	})
	inOrder(a.InlinePolicies, func(name string, d policy.Document) {
		if wild(d.Statements) {
			out = append(out, name)
		}
	})
	return out
}

func wild(statements []policy.Statement) bool {
	return slices.ContainsFunc(statements,
		func(s policy.Statement) bool { return s.AllowWildcards && s.Effect != policy.Deny })
}

// open returns the entries of the trust policy that are less restricted because an option permits it.
func (t *Trust) open() []string {
	var out []string
	inOrder(t.Services, func(name string, s ServiceTrust) {
		if s.AnySource {
			out = append(out, name)
		}
	})
	inOrder(t.Accounts, func(id string, a AccountTrust) {
		if a.AnyPrincipal {
			out = append(out, id)
		}
	})
	inOrder(t.GitHub, func(name string, g GitHubTrust) {
		if g.AnyRun || g.PullRequests {
			out = append(out, name)
		}
	})
	if wild(t.Statements) {
		out = append(out, "statements")
	}
	return out
}

// list joins words, or returns a text for none.
func list(words []string, none string) string {
	if len(words) == 0 {
		return none
	}
	return strings.Join(words, ", ")
}
