package eks

import (
	"github.com/ashlar-iac/ashlar/aws/internal/compliancecontrols"
	"github.com/ashlar-iac/ashlar/core/compliance"
)

var _ compliance.Declarer = (*NodeGroupArgs)(nil)

// Evidence implements compliance.Declarer. A role of the group's own declares its own.
func (a *NodeGroupArgs) Evidence() []compliance.Evidence {
	tokens, hops := *a.MetadataService.TokensRequired, *a.MetadataService.HopLimit
	return []compliance.Evidence{
		compliance.Check("metadataService.tokensRequired", tokens, tokens, "true", compliancecontrols.IMDSv2...),
		compliance.Check("metadataService.hopLimit", hops, hops == 1, "1", compliancecontrols.NodeCredentials...),
		compliance.Check("monitoring", *a.Monitoring, *a.Monitoring, "true", compliancecontrols.Monitoring...),
		compliance.Always("blockDeviceMappings[].ebs.encrypted", true, compliancecontrols.VolumeEncryption...),
	}
}
