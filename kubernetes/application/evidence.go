package application

import (
	"github.com/ashlar-iac/ashlar/core/compliance"
	"github.com/ashlar-iac/ashlar/kubernetes/internal/compliancecontrols"
)

var _ compliance.Declarer = (*Args)(nil)

// Evidence implements compliance.Declarer. The parts of the application declare
// their own; what is left out of it can only be told here.
func (a *Args) Evidence() []compliance.Evidence {
	isolated := *a.Network.Isolated
	return []compliance.Evidence{
		compliance.Check("network.isolated", isolated, isolated, "true", compliancecontrols.NetworkPolicy...),
	}
}
