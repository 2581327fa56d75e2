package workload

import (
	"cmp"

	"github.com/ashlar-iac/ashlar/core/compliance"
	"github.com/ashlar-iac/ashlar/kubernetes/internal/compliancecontrols"
)

var _ compliance.Declarer = (*DeploymentArgs)(nil)

// Evidence implements compliance.Declarer.
func (a *DeploymentArgs) Evidence() []compliance.Evidence {
	security := cmp.Or(a.Security, &Security{})
	nonRoot, readOnly := isTrue(security.RunAsNonRoot), isTrue(security.ReadOnlyRootFilesystem)
	secretEnv := "none"
	if unlessEmpty(a.SecretEnv) != nil {
		secretEnv = "set"
	}
	return []compliance.Evidence{
		compliance.Check("security.runAsNonRoot", nonRoot, nonRoot, "true", compliancecontrols.NonRoot...),
		compliance.Check("security.readOnlyRootFilesystem", readOnly, readOnly, "true", compliancecontrols.SecurityContext...),
		compliance.Check("mountServiceAccountToken", a.MountServiceAccountToken, !a.MountServiceAccountToken, "false",
			compliancecontrols.ServiceToken...),
		compliance.Check("secretEnv", secretEnv, secretEnv == "none", "none", compliancecontrols.SecretFiles...),
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

// isTrue returns the value of an option whose default is true.
func isTrue(option *bool) bool { return option == nil || *option }
