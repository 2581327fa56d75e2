package network

import (
	"strings"

	"github.com/ashlar-iac/ashlar/aws/internal/compliancecontrols"
	"github.com/ashlar-iac/ashlar/core/compliance"
)

var _ compliance.Declarer = (*SecureVPCArgs)(nil)

// Evidence implements compliance.Declarer. The VPC, flow logs and endpoints within declare what is theirs. The network that makes no flow logs says so
// itself.
func (a *SecureVPCArgs) Evidence() []compliance.Evidence {
	var open, addresses []string
	for _, t := range a.liveTiers() {
		if t.ACL.open() {
			open = append(open, t.name)
		}
		if t.PublicAddresses {
			addresses = append(addresses, t.name)
		}
	}
	out := []compliance.Evidence{
		compliance.Check("tiers.*.acl", listed(open), len(open) == 0, "no tier that SSH or RDP from the internet reaches", compliancecontrols.NetworkACLs...),
		compliance.Check("tiers.*.publicAddresses", listed(addresses), len(addresses) == 0, "no tier that gives public addresses", compliancecontrols.PublicAddress...),
		compliance.Check("lockDefaults", *a.LockDefaults, *a.LockDefaults, "true", compliancecontrols.NetworkACLs...),
	}
	if !*a.FlowLogs.Enabled {
		out = append(out, compliance.Check("flowLogs.enabled", false, false, "true", compliancecontrols.FlowLogs...))
	}
	return out
}

func listed(tiers []string) string {
	if len(tiers) == 0 {
		return "none"
	}
	return strings.Join(tiers, ", ")
}
