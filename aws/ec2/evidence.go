package ec2

import (
	"maps"
	"slices"

	"github.com/ashlar-iac/ashlar/aws/internal/compliancecontrols"
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
		compliance.Check("metadataService.tokensRequired", *service.TokensRequired, tokens, "true", compliancecontrols.IMDSv2...),
		compliance.Check("publicAddress", a.PublicAddress, !a.PublicAddress, "false", compliancecontrols.PublicAddress...),
		compliance.Check("monitoring", *a.Monitoring, *a.Monitoring, "true", compliancecontrols.Monitoring...),
		compliance.Check("terminationProtection", *a.TerminationProtection, *a.TerminationProtection, "true", compliancecontrols.DeletionProtection...),
		compliance.Always("iamInstanceProfile", "a role of its own", compliancecontrols.InstanceRole...),
		compliance.Check("rootVolume.encrypted", *a.RootVolume.Encrypted, *a.RootVolume.Encrypted, "true", compliancecontrols.VolumeEncryption...),
	}
	for _, name := range slices.Sorted(maps.Keys(a.Volumes)) {
		encrypted := *a.Volumes[name].Encrypted
		out = append(out, compliance.Check("volumes."+name+".encrypted", encrypted, encrypted, "true", compliancecontrols.VolumeEncryption...))
	}
	return out
}

// Evidence implements compliance.Declarer.
func (a *SecurityGroupArgs) Evidence() []compliance.Evidence {
	if len(a.Ingress) == 0 {
		return []compliance.Evidence{compliance.Check("ingress", "none", true, "", compliancecontrols.Ingress...)}
	}
	var out []compliance.Evidence
	for _, name := range slices.Sorted(maps.Keys(a.Ingress)) {
		rule := a.Ingress[name]
		out = append(out, compliance.Check("ingress."+name+".cidrs", rule.CIDRs, !rule.isPublic(), "ranges of networks that are known",
			compliancecontrols.Ingress...))
	}
	return out
}
