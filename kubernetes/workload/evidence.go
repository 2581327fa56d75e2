package workload

import (
	"github.com/ashlar-iac/ashlar/core/compliance"
	"github.com/ashlar-iac/ashlar/kubernetes/internal/compliancecontrols"
)

var _ compliance.Declarer = (*DeploymentArgs)(nil)

// Evidence implements compliance.Declarer.
func (a *DeploymentArgs) Evidence() []compliance.Evidence {
	nonRoot, readOnly := *a.Security.RunAsNonRoot, *a.Security.ReadOnlyRootFilesystem
	secretEnv := "none"
	if a.SecretEnv != nil {
		secretEnv = "set"
	}
	return []compliance.Evidence{
		compliance.Check("security.runAsNonRoot", nonRoot, nonRoot, "true", compliancecontrols.NonRoot...),
		compliance.Check("security.readOnlyRootFilesystem", readOnly, readOnly, "true", compliancecontrols.SecurityContext...),
		compliance.Check("mountServiceAccountToken", a.MountServiceAccountToken, !a.MountServiceAccountToken, "false",
			compliancecontrols.ServiceToken...),
		compliance.Check("secretEnv", secretEnv, a.SecretEnv == nil, "none", compliancecontrols.SecretFiles...),
		compliance.Always("securityContext.privileged", false, compliancecontrols.Privileged...),
		compliance.Always("securityContext.allowPrivilegeEscalation", false, compliancecontrols.Escalation...),
		compliance.Always("securityContext.capabilities.drop", "ALL", compliancecontrols.Capabilities...),
		compliance.Always("securityContext.seccompProfile", "RuntimeDefault", compliancecontrols.Seccomp...),
		compliance.Always("hostPID", false, compliancecontrols.HostPID...),
		compliance.Always("hostIPC", false, compliancecontrols.HostIPC...),
		compliance.Always("hostNetwork", false, compliancecontrols.HostNetwork...),
		compliance.Always("volumes.hostPath", "none", compliancecontrols.HostPath...),
		compliance.Always("ports.hostPort", "none", compliancecontrols.HostPorts...),
	}
}
