package mesh

import (
	"cmp"

	"github.com/ashlar-iac/ashlar/core/compliance"
	"github.com/ashlar-iac/ashlar/kubernetes/internal/compliancecontrols"
)

var (
	_ compliance.Declarer = (*ServiceMeshArgs)(nil)
	_ compliance.Declarer = (*AuthorizationArgs)(nil)
)

// Evidence implements compliance.Declarer.
func (a *ServiceMeshArgs) Evidence() []compliance.Evidence {
	mode := cmp.Or(a.MTLS, MTLSStrict)
	return []compliance.Evidence{
		compliance.Check("mtls", mode, mode == MTLSStrict, string(MTLSStrict), compliancecontrols.MutualTLS...),
		compliance.Check("defaultDeny", a.denies(), a.denies(), "true", compliancecontrols.Authorization...),
	}
}

// Evidence implements compliance.Declarer.
func (a *AuthorizationArgs) Evidence() []compliance.Evidence {
	return []compliance.Evidence{compliance.Always("action", "ALLOW", compliancecontrols.Authorization...)}
}
