package namespace

import (
	"cmp"

	"github.com/ashlar-iac/ashlar/core/compliance"
	"github.com/ashlar-iac/ashlar/kubernetes/internal/compliancecontrols"
)

var _ compliance.Declarer = (*NamespaceArgs)(nil)

// Evidence implements compliance.Declarer.
func (a *NamespaceArgs) Evidence() []compliance.Evidence {
	const setting = "podSecurity.enforce"
	level := cmp.Or(cmp.Or(a.PodSecurity, &PodSecurity{}).Enforce, PodSecurityRestricted)
	some, all := level != PodSecurityPrivileged, level == PodSecurityRestricted
	out := []compliance.Evidence{
		compliance.Check(setting, level, some, "restricted", compliancecontrols.Admission...),
		compliance.Check(setting, level, some, "restricted", compliancecontrols.AdmissionBaseline...),
		compliance.Check(setting, level, all, "restricted", compliancecontrols.AdmissionRestricted...),
		compliance.Check("name", a.Name, a.Name != "default", "another name", compliancecontrols.Namespaces...),
	}
	// Without it, the workloads of the namespace can have network policies of their own.
	if a.DefaultDeny {
		out = append(out, compliance.Check("defaultDeny", true, true, "true", compliancecontrols.NetworkPolicy...))
	}
	return out
}
