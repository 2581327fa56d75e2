package application

import (
	"github.com/ashlar-iac/ashlar/core/compliance"
	"github.com/ashlar-iac/ashlar/kubernetes/internal/compliancecontrols"
)

var _ compliance.Declarer = (*ApplicationArgs)(nil)

// Evidence implements compliance.Declarer. The children of the application declare their own evidence; here is that of
// an omitted network policy.
func (a *ApplicationArgs) Evidence() []compliance.Evidence {
	isolated := a.isolated()
	return []compliance.Evidence{
		compliance.Check("network.isolated", isolated, isolated, "true", compliancecontrols.NetworkPolicy...),
	}
}
