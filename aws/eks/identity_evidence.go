package eks

import (
	"github.com/ashlar-iac/ashlar/aws/internal/compliancecontrols"
	"github.com/ashlar-iac/ashlar/core/compliance"
)

var (
	_ compliance.Declarer = (*WorkloadIdentityArgs)(nil)
	_ compliance.Declarer = (*AddonArgs)(nil)
)

// Evidence implements compliance.Declarer. The role declares its own.
func (a *WorkloadIdentityArgs) Evidence() []compliance.Evidence {
	return []compliance.Evidence{compliance.Always("method", a.Method, compliancecontrols.PodIdentity...)}
}

// Evidence implements compliance.Declarer. Where an add-on uses AWS, it does so as itself or as its node. The role declares its own.
func (a *AddonArgs) Evidence() []compliance.Evidence {
	var out []compliance.Evidence
	if len(knownAddons()[a.AddonName].accounts) > 0 || a.identity().wanted {
		own := a.Identity.Method != "none"
		out = append(out, compliance.Check("identity.method", a.Identity.Method, own, podIdentity+" or "+irsa, compliancecontrols.PodIdentity...))
	}
	if a.AddonName == vpcCNIAddon {
		enforced := a.Configuration["enableNetworkPolicy"] == "true"
		out = append(out, compliance.Check("configuration.enableNetworkPolicy", enforced, enforced, "true", compliancecontrols.PodTraffic...))
	}
	return out
}
