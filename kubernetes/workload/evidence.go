package workload

import (
	"github.com/ashlar-iac/ashlar/core/compliance"
	"github.com/ashlar-iac/ashlar/kubernetes/internal/controls"
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
		compliance.Check("security.runAsNonRoot", nonRoot, nonRoot, "true", controls.NonRoot...),
		compliance.Check("security.readOnlyRootFilesystem", readOnly, readOnly, "true", controls.SecurityContext...),
		compliance.Check("mountServiceAccountToken", a.MountServiceAccountToken, !a.MountServiceAccountToken, "false",
			controls.ServiceToken...),
		compliance.Check("secretEnv", secretEnv, a.SecretEnv == nil, "none", controls.SecretFiles...),
		compliance.Always("securityContext.privileged", false, controls.Privileged...),
		compliance.Always("securityContext.allowPrivilegeEscalation", false, controls.Escalation...),
		compliance.Always("securityContext.capabilities.drop", "ALL", controls.Capabilities...),
		compliance.Always("securityContext.seccompProfile", "RuntimeDefault", controls.Seccomp...),
		compliance.Always("hostPID", false, controls.HostPID...),
		compliance.Always("hostIPC", false, controls.HostIPC...),
		compliance.Always("hostNetwork", false, controls.HostNetwork...),
		compliance.Always("volumes.hostPath", "none", controls.HostPath...),
		compliance.Always("ports.hostPort", "none", controls.HostPorts...),
	}
}
