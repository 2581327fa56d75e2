// Package compliancecontrols lists the controls of compliance frameworks for which
// Kubernetes components declare evidence. Sources: CIS Kubernetes Benchmark 1.12;
// NIST SP 800-53 Revision 5; Trust Services Criteria of 2017; "Pod Security
// Standards", Kubernetes documentation. Titles are paraphrased.
package compliancecontrols

import "github.com/ashlar-iac/ashlar/core/compliance"

// The controls by the setting of a component.
var (
	Admission = []compliance.Control{
		cis("5.2.1", "a policy decides which pods are admitted"),
	}
	AdmissionBaseline = []compliance.Control{
		cis("5.2.2", "no privileged containers"),
		cis("5.2.3", "no host process ID namespace"),
		cis("5.2.4", "no host IPC namespace"),
		cis("5.2.5", "no host network namespace"),
		cis("5.2.10", "no Windows HostProcess containers"),
		cis("5.2.11", "no HostPath volumes"),
		cis("5.2.12", "no host ports"),
	}
	AdmissionRestricted = []compliance.Control{
		cis("5.2.6", "no privilege escalation"),
		cis("5.2.7", "no root containers"),
		cis("5.2.8", "no NET_RAW capability"),
		cis("5.2.9", "no capabilities"),
		policy("Restricted", "the restricted policy is enforced"),
		leastPrivilege,
	}
	NonRoot = []compliance.Control{
		cis("5.2.7", "no root containers"), policy("Running as Non-root", "containers do not run as root"), leastPrivilege,
	}
	SecurityContext = []compliance.Control{cis("5.6.3", "pods and containers have a security context")}
	Escalation      = []compliance.Control{
		cis("5.2.6", "no privilege escalation"), policy("Privilege Escalation", "processes gain no privileges"), leastPrivilege,
	}
	Privileged = []compliance.Control{
		cis("5.2.2", "no privileged containers"), policy("Privileged Containers", "no container is privileged"), leastPrivilege,
	}
	Capabilities = []compliance.Control{
		cis("5.2.8", "no NET_RAW capability"), policy("Capabilities", "all capabilities are dropped"), leastPrivilege,
	}
	AddedCapabilities = []compliance.Control{cis("5.2.9", "no capabilities")}
	Seccomp           = []compliance.Control{
		cis("5.6.2", "the seccomp profile is that of the runtime"), policy("Seccomp", "a seccomp profile is set"),
	}
	HostPID = []compliance.Control{
		cis("5.2.3", "no host process ID namespace"), policy("Host Namespaces", "no namespace of the host is shared"),
	}
	HostIPC = []compliance.Control{
		cis("5.2.4", "no host IPC namespace"), policy("Host Namespaces", "no namespace of the host is shared"),
	}
	HostNetwork = []compliance.Control{
		cis("5.2.5", "no host network namespace"), policy("Host Namespaces", "no namespace of the host is shared"),
	}
	HostPath = []compliance.Control{
		cis("5.2.11", "no HostPath volumes"), policy("HostPath Volumes", "no folder of the host is mounted"),
	}
	HostPorts    = []compliance.Control{cis("5.2.12", "no host ports"), policy("Host Ports", "no port of the host is taken")}
	ServiceToken = []compliance.Control{
		cis("5.1.6", "service account tokens are mounted only where they are needed"), leastPrivilege,
	}
	SecretFiles = []compliance.Control{cis("5.4.1", "secrets are files rather than environment variables")}
	Namespaces  = []compliance.Control{
		cis("5.6.1", "namespaces separate resources"), cis("5.6.4", "the default namespace is not used"),
	}
	NetworkPolicy = []compliance.Control{
		cis("5.3.2", "namespaces have network policies"), informationFlow, boundary, outsiders,
	}
)

var (
	leastPrivilege  = nist("AC-6", "least privilege")
	informationFlow = nist("AC-4", "information flows are controlled")
	boundary        = nist("SC-7", "boundaries are protected")
	outsiders       = compliance.Control{
		Framework: "soc2", ID: "CC6.6", Title: "access from outside the boundaries is restricted",
	}
)

func cis(id, title string) compliance.Control {
	return compliance.Control{Framework: "cis-kubernetes", ID: id, Title: title}
}

func policy(id, title string) compliance.Control {
	return compliance.Control{Framework: "pod-security", ID: id, Title: title}
}

func nist(id, title string) compliance.Control {
	return compliance.Control{Framework: "nist-800-53", ID: id, Title: title}
}
