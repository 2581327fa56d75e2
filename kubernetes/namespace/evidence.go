package namespace

import (
	"github.com/ashlar-iac/ashlar/core/compliance"
	"github.com/ashlar-iac/ashlar/kubernetes/internal/compliancecontrols"
)

var _ compliance.Declarer = (*Args)(nil)

// Evidence implements compliance.Declarer.
func (a *Args) Evidence() []compliance.Evidence {
	const setting = "podSecurity.enforce"
	enforced := a.PodSecurity.Enforce
	some, all := enforced != "privileged", enforced == "restricted"
	return []compliance.Evidence{
		compliance.Check(setting, enforced, some, "restricted", compliancecontrols.Admission...),
		compliance.Check(setting, enforced, some, "restricted", compliancecontrols.AdmissionBaseline...),
		compliance.Check(setting, enforced, all, "restricted", compliancecontrols.AdmissionRestricted...),
		compliance.Check("name", a.Name, a.Name != "default", "a name of its own", compliancecontrols.Namespaces...),
	}
}
