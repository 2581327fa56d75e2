package workload

import (
	"cmp"
	"slices"
	"strings"

	"github.com/ashlar-iac/ashlar/core/compliance"
	"github.com/ashlar-iac/ashlar/core/config"
	"github.com/ashlar-iac/ashlar/kubernetes/internal/compliancecontrols"
)

var (
	_ compliance.Declarer = (*DeploymentArgs)(nil)
	_ compliance.Declarer = (*StatefulSetArgs)(nil)
	_ compliance.Declarer = (*DaemonSetArgs)(nil)
	_ compliance.Declarer = (*JobArgs)(nil)
	_ compliance.Declarer = (*CronJobArgs)(nil)
)

// Evidence implements compliance.Declarer.
func (a *DeploymentArgs) Evidence() []compliance.Evidence { return a.pod().evidence() }

// Evidence implements compliance.Declarer.
func (a *StatefulSetArgs) Evidence() []compliance.Evidence { return a.pod().evidence() }

// Evidence implements compliance.Declarer.
func (a *DaemonSetArgs) Evidence() []compliance.Evidence { return a.pod().evidence() }

// Evidence implements compliance.Declarer.
func (a *JobArgs) Evidence() []compliance.Evidence { return a.pod().evidence() }

// Evidence implements compliance.Declarer.
func (a *CronJobArgs) Evidence() []compliance.Evidence { return a.pod().evidence() }

// evidence is what the description of pods says about compliance controls.
func (p *pod) evidence() []compliance.Evidence {
	nonRoot := p.security == nil || isTrue(p.security.RunAsNonRoot)
	out := []compliance.Evidence{
		compliance.Check("security.runAsNonRoot", nonRoot, nonRoot, "true", compliancecontrols.NonRoot...),
		compliance.Check("mountServiceAccountToken", p.mountToken, !p.mountToken, "false", compliancecontrols.ServiceToken...),
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
	for _, c := range p.containers() {
		out = append(out, c.evidence()...)
	}
	return out
}

// evidence is what the options of a container say about compliance controls.
func (c *container) evidence() []compliance.Evidence {
	option := func(keys ...string) string { return config.Path(slices.Concat(c.at, keys)...) }
	security := cmp.Or(c.security, &ContainerSecurity{})
	readOnly, secretEnv := isTrue(security.ReadOnlyRootFilesystem), "none"
	if unlessEmpty(c.secretEnv) != nil {
		secretEnv = "set"
	}
	var added []string
	for _, c := range security.Capabilities {
		added = append(added, string(c))
	}
	slices.Sort(added)
	listed, restricted := cmp.Or(strings.Join(added, ", "), "none"), true
	for _, name := range added {
		restricted = restricted && name == string(bindPorts)
	}
	return []compliance.Evidence{
		compliance.Check(option("security", "readOnlyRootFilesystem"), readOnly, readOnly, "true",
			compliancecontrols.SecurityContext...),
		compliance.Check(option("secretEnv"), secretEnv, secretEnv == "none", "none", compliancecontrols.SecretFiles...),
		compliance.Check(option("security", "capabilities"), listed, len(added) == 0, "none",
			compliancecontrols.AddedCapabilities...),
		compliance.Check(option("security", "capabilities"), listed, restricted, "none, or "+string(bindPorts),
			compliancecontrols.Capabilities...),
	}
}
