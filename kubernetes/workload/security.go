package workload

import (
	"slices"
	"strings"

	corev1 "github.com/pulumi/pulumi-kubernetes/sdk/v4/go/kubernetes/core/v1"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/ashlar-iac/ashlar/core/config"
)

// Security is the security context of a pod and its container. The defaults meet the restricted Pod Security Standard.
type Security struct {
	// ReadOnlyRootFilesystem makes the root file system of the container read-only.
	ReadOnlyRootFilesystem *bool `pulumi:"readOnlyRootFilesystem,optional" jsonschema:"default=true"`
	// RunAsNonRoot prevents the container from running as root.
	RunAsNonRoot *bool `pulumi:"runAsNonRoot,optional" jsonschema:"default=true"`
	// RunAsUser is the user ID of the container's processes. Default: that of the image.
	RunAsUser int `pulumi:"runAsUser,optional" jsonschema:"minimum=1,maximum=2147483647"`
	// FSGroup is the ID of the group that owns the volumes, with which processes can write to them that do not run as
	// root. Default: none.
	FSGroup int `pulumi:"fsGroup,optional" jsonschema:"minimum=1,maximum=2147483647"`
	// Capabilities lists the Linux capabilities of the container, such as NET_BIND_SERVICE, the only one that the
	// restricted standard allows. Default: none.
	Capabilities []Capability `pulumi:"capabilities,optional" jsonschema:"minLength=1"`
}

// ContainerSecurity is the security context of an additional container.
type ContainerSecurity struct {
	// ReadOnlyRootFilesystem makes the root file system of the container read-only.
	ReadOnlyRootFilesystem *bool `pulumi:"readOnlyRootFilesystem,optional" jsonschema:"default=true"`
	// RunAsUser is the user ID of the container's processes. Default: that of the pod, or of the image.
	RunAsUser int `pulumi:"runAsUser,optional" jsonschema:"minimum=1,maximum=2147483647"`
	// Capabilities lists the Linux capabilities of the container, such as NET_BIND_SERVICE, the only one that the
	// restricted standard allows. Default: none.
	Capabilities []Capability `pulumi:"capabilities,optional" jsonschema:"minLength=1"`
}

// Capability is the name of a Linux capability without the prefix CAP_, such as NET_BIND_SERVICE.
type Capability string

// bindPorts is the capability that the restricted standard allows. Source: "Pod Security Standards", Kubernetes
// documentation.
const bindPorts Capability = "NET_BIND_SERVICE"

// capabilities are the capabilities of Linux. A container runtime does not start containers with others. Source:
// capabilities(7), Linux manual.
var capabilities = []string{
	"AUDIT_CONTROL", "AUDIT_READ", "AUDIT_WRITE", "BLOCK_SUSPEND", "BPF", "CHECKPOINT_RESTORE", "CHOWN", "DAC_OVERRIDE",
	"DAC_READ_SEARCH", "FOWNER", "FSETID", "IPC_LOCK", "IPC_OWNER", "KILL", "LEASE", "LINUX_IMMUTABLE", "MAC_ADMIN",
	"MAC_OVERRIDE", "MKNOD", "NET_ADMIN", "NET_BIND_SERVICE", "NET_BROADCAST", "NET_RAW", "PERFMON", "SETFCAP", "SETGID",
	"SETPCAP", "SETUID", "SYSLOG", "SYS_ADMIN", "SYS_BOOT", "SYS_CHROOT", "SYS_MODULE", "SYS_NICE", "SYS_PACCT",
	"SYS_PTRACE", "SYS_RAWIO", "SYS_RESOURCE", "SYS_TIME", "SYS_TTY_CONFIG", "WAKE_ALARM",
}

var _ config.Validator = Capability("")

// Validate implements config.Validator.
func (c Capability) Validate(report *config.Report) {
	switch name := string(c); {
	case slices.Contains(capabilities, name):
	case name == "ALL":
		report.Add(nil, "found the string %q: list the capabilities that the container needs", name)
	case slices.Contains(capabilities, strings.TrimPrefix(strings.ToUpper(name), "CAP_")):
		report.Add(nil, "found the string %q: write %s", name, strings.TrimPrefix(strings.ToUpper(name), "CAP_"))
	default:
		report.Add(nil, "unknown capability %q, %s", name, config.Suggest(name, capabilities))
	}
}

// isTrue returns the value of an option whose default is true.
func isTrue(option *bool) bool { return option == nil || *option }

// container returns the part of the security context that belongs to the container.
func (s *Security) container() *ContainerSecurity {
	if s == nil {
		return nil
	}
	return &ContainerSecurity{ReadOnlyRootFilesystem: s.ReadOnlyRootFilesystem, Capabilities: s.Capabilities}
}

// pod renders the part of the security context that belongs to the pod.
func (s *Security) pod() *corev1.PodSecurityContextArgs {
	out := &corev1.PodSecurityContextArgs{
		RunAsNonRoot:   pulumi.Bool(*s.RunAsNonRoot),
		SeccompProfile: &corev1.SeccompProfileArgs{Type: pulumi.String("RuntimeDefault")},
	}
	if s.RunAsUser != 0 {
		out.RunAsUser = pulumi.Int(s.RunAsUser)
	}
	if s.FSGroup != 0 {
		out.FsGroup = pulumi.Int(s.FSGroup)
	}
	return out
}

// render renders the security context of a container.
func (s *ContainerSecurity) render() *corev1.SecurityContextArgs {
	out := &corev1.SecurityContextArgs{
		AllowPrivilegeEscalation: pulumi.Bool(false),
		ReadOnlyRootFilesystem:   pulumi.Bool(isTrue(s.ReadOnlyRootFilesystem)),
		Capabilities:             &corev1.CapabilitiesArgs{Drop: pulumi.ToStringArray([]string{"ALL"}), Add: s.added()},
	}
	if s.RunAsUser != 0 {
		out.RunAsUser = pulumi.Int(s.RunAsUser)
	}
	return out
}

// added returns the capabilities, sorted and each once.
func (s *ContainerSecurity) added() pulumi.StringArray {
	var out pulumi.StringArray
	for _, c := range slices.Compact(slices.Sorted(slices.Values(s.Capabilities))) {
		out = append(out, pulumi.String(c))
	}
	return out
}
