package network

import (
	"fmt"
	"net/netip"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/ashlar-iac/ashlar/core/compliance"
	"github.com/ashlar-iac/ashlar/kubernetes/internal/compliancecontrols"
)

var _ compliance.Declarer = (*IsolationArgs)(nil)

// Evidence implements compliance.Declarer. CIDR blocks that are outputs are unknown here.
func (a *IsolationArgs) Evidence() []compliance.Evidence {
	out := []compliance.Evidence{compliance.Always("policyTypes", "Ingress, Egress", compliancecontrols.NetworkPolicy...)}
	for key, peers := range map[string][]Peer{"allowFrom": a.AllowFrom, "allowTo": a.AllowTo} {
		for i, p := range peers {
			text, _ := p.CIDR.(pulumi.String)
			if prefix, err := netip.ParsePrefix(string(text)); err == nil && prefix.Bits() == 0 {
				out = append(out, compliance.Check(fmt.Sprintf("%s[%d].cidr", key, i), text, false,
					"the CIDR block of the peer", compliancecontrols.NetworkPolicy...))
			}
		}
	}
	return out
}
