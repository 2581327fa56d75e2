package eks

import (
	"slices"

	"github.com/ashlar-iac/ashlar/aws/internal/compliancecontrols"
	"github.com/ashlar-iac/ashlar/core/compliance"
	"github.com/ashlar-iac/ashlar/core/config"
)

var _ compliance.Declarer = (*ClusterArgs)(nil)

// Evidence implements compliance.Declarer. Keys, security groups, roles and the other parts declare their own.
func (a *ClusterArgs) Evidence() []compliance.Evidence {
	public := "none"
	if len(a.API.PublicCIDRs) > 0 {
		public = config.List(a.API.PublicCIDRs)
	}
	key := "a key that AWS owns"
	if a.encrypted() {
		key = "a key of the account"
	}
	logged := a.logTypes()
	list := "none"
	if len(logged) > 0 {
		list = config.List(logged)
	}
	out := []compliance.Evidence{
		compliance.Check("api.publicCidrs", public, len(a.API.PublicCIDRs) == 0, "none", compliancecontrols.PublicAddress...),
		compliance.Check("encryption", key, a.encrypted(), "a key of the account", compliancecontrols.EncryptionAtRest...),
		compliance.Check("logs.types", list, slices.Contains(logged, "audit") && slices.Contains(logged, "authenticator"), "audit and authenticator",
			compliancecontrols.AccessLogs...),
		compliance.Check("creatorAdmin", a.CreatorAdmin, !a.CreatorAdmin, "false", compliancecontrols.LeastPrivilege...),
		compliance.Check("deletionProtection", *a.DeletionProtection, *a.DeletionProtection, "true", compliancecontrols.DeletionProtection...),
	}
	if days := *a.Logs.RetentionDays; len(logged) > 0 {
		out = append(out, compliance.Check("logs.retentionDays", days, days == 0 || days >= 90, "at least 90", compliancecontrols.LogRetention...),
			compliance.Always("logs", "encrypted", compliancecontrols.EncryptionAtRest...))
	}
	return out
}
