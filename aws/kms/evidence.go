package kms

import (
	"github.com/ashlar-iac/ashlar/aws/internal/controls"
	"github.com/ashlar-iac/ashlar/core/compliance"
)

var _ compliance.Declarer = (*KeyArgs)(nil)

// Evidence implements compliance.Declarer.
func (a *KeyArgs) Evidence() []compliance.Evidence {
	return []compliance.Evidence{
		compliance.Check("rotation", *a.Rotation, *a.Rotation, "true", controls.KeyRotation...),
		compliance.Check("delegation", a.Delegation, a.Delegation == "administration", "administration", controls.KeyUse...),
		compliance.Always("deletionWindowDays", *a.DeletionWindowDays, controls.DeletionProtection...),
	}
}
