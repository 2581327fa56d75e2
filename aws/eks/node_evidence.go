package eks

import (
	"github.com/ashlar-iac/ashlar/aws/internal/controls"
	"github.com/ashlar-iac/ashlar/core/compliance"
)

var _ compliance.Declarer = (*NodeGroupArgs)(nil)

// Evidence implements compliance.Declarer. A role of the group's own declares its own.
func (a *NodeGroupArgs) Evidence() []compliance.Evidence {
	tokens, hops := *a.MetadataService.TokensRequired, *a.MetadataService.HopLimit
	return []compliance.Evidence{
		compliance.Check("metadataService.tokensRequired", tokens, tokens, "true", controls.IMDSv2...),
		compliance.Check("metadataService.hopLimit", hops, hops == 1, "1", controls.NodeCredentials...),
		compliance.Check("monitoring", *a.Monitoring, *a.Monitoring, "true", controls.Monitoring...),
		compliance.Always("blockDeviceMappings[].ebs.encrypted", true, controls.VolumeEncryption...),
	}
}
