package iam

import (
	"github.com/ashlar-iac/ashlar/aws/internal/controls"
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
		compliance.Check("policies", list(broad, "no broad policy"), len(broad) == 0, "policies that name actions and resources",
			controls.LeastPrivilege...),
		compliance.Check("trust", list(open, "named principals"), len(open) == 0, "principals that are named, or narrowed by conditions",
			controls.Trust...),
	}
	if a.PermissionsBoundary != nil {
		out = append(out, compliance.Always("permissionsBoundary", "set", controls.Boundary...))
	}
	return out
}

// Evidence implements compliance.Declarer.
func (a *PolicyArgs) Evidence() []compliance.Evidence {
	return []compliance.Evidence{compliance.Check("statements[].allowWildcards", wild(a.Statements), !wild(a.Statements), "false",
		controls.LeastPrivilege...)}
}
