package kms

import (
	"github.com/ashlar-iac/ashlar/aws/internal/compliancecontrols"
	"github.com/ashlar-iac/ashlar/core/compliance"
)

var _ compliance.Declarer = (*KeyArgs)(nil)

// Evidence implements compliance.Declarer.
func (a *KeyArgs) Evidence() []compliance.Evidence {
	return []compliance.Evidence{
		compliance.Check("rotation", *a.Rotation, *a.Rotation, "true", compliancecontrols.KeyRotation...),
		compliance.Check("delegation", a.Delegation, a.Delegation == "administration", "administration", compliancecontrols.KeyUse...),
		compliance.Always("deletionWindowDays", *a.DeletionWindowDays, compliancecontrols.DeletionProtection...),
	}
}
