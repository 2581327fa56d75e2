package network

import (
	"fmt"
	"net/netip"

	"github.com/ashlar-iac/ashlar/core/compliance"
	"github.com/ashlar-iac/ashlar/kubernetes/internal/compliancecontrols"
)

var _ compliance.Declarer = (*IsolationArgs)(nil)

// Evidence implements compliance.Declarer.
func (a *IsolationArgs) Evidence() []compliance.Evidence {
	out := []compliance.Evidence{compliance.Always("policyTypes", "Ingress, Egress", compliancecontrols.NetworkPolicy...)}
	for key, peers := range map[string][]Peer{"allowFrom": a.AllowFrom, "allowTo": a.AllowTo} {
		for i, p := range peers {
			if prefix, err := netip.ParsePrefix(p.CIDR); err == nil && prefix.Bits() == 0 {
				out = append(out, compliance.Check(fmt.Sprintf("%s[%d].cidr", key, i), p.CIDR, false,
					"the range of those who are meant", compliancecontrols.NetworkPolicy...))
			}
		}
	}
	return out
}
