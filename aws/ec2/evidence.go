package ec2

import (
	"maps"
	"slices"

	"github.com/ashlar-iac/ashlar/aws/internal/controls"
	"github.com/ashlar-iac/ashlar/core/compliance"
)

var (
	_ compliance.Declarer = (*InstanceArgs)(nil)
	_ compliance.Declarer = (*SecurityGroupArgs)(nil)
)

// Evidence implements compliance.Declarer. The security group declares its own.
func (a *InstanceArgs) Evidence() []compliance.Evidence {
	service := a.MetadataService
	tokens := *service.TokensRequired || !*service.Enabled
	out := []compliance.Evidence{
		compliance.Check("metadataService.tokensRequired", *service.TokensRequired, tokens, "true", controls.IMDSv2...),
		compliance.Check("publicAddress", a.PublicAddress, !a.PublicAddress, "false", controls.PublicAddress...),
		compliance.Check("monitoring", *a.Monitoring, *a.Monitoring, "true", controls.Monitoring...),
		compliance.Check("terminationProtection", *a.TerminationProtection, *a.TerminationProtection, "true", controls.DeletionProtection...),
		compliance.Always("iamInstanceProfile", "a role of its own", controls.InstanceRole...),
		compliance.Check("rootVolume.encrypted", *a.RootVolume.Encrypted, *a.RootVolume.Encrypted, "true", controls.VolumeEncryption...),
	}
	for _, name := range slices.Sorted(maps.Keys(a.Volumes)) {
		encrypted := *a.Volumes[name].Encrypted
		out = append(out, compliance.Check("volumes."+name+".encrypted", encrypted, encrypted, "true", controls.VolumeEncryption...))
	}
	return out
}

// Evidence implements compliance.Declarer.
func (a *SecurityGroupArgs) Evidence() []compliance.Evidence {
	if len(a.Ingress) == 0 {
		return []compliance.Evidence{compliance.Check("ingress", "none", true, "", controls.Ingress...)}
	}
	var out []compliance.Evidence
	for _, name := range slices.Sorted(maps.Keys(a.Ingress)) {
		rule := a.Ingress[name]
		out = append(out, compliance.Check("ingress."+name+".cidrs", rule.CIDRs, !rule.isPublic(), "ranges of networks that are known",
			controls.Ingress...))
	}
	return out
}
