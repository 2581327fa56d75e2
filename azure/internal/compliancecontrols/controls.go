// Package compliancecontrols lists the compliance controls for which settings of Azure components are evidence. Numbers
// are those of the CIS Microsoft Azure Foundations Benchmark 4.0.0 (source: section 8 in the public benchmark definitions of
// turbot/steampipe-mod-azure-compliance, cis_v400), the CIS Azure Kubernetes Service (AKS) Benchmark 1.8.0 (source: sections 2
// and 5 in the public checks of aquasecurity/kube-bench, aks-1.8), NIST SP 800-53 Revision 5 and the Trust Services Criteria
// of 2017. Titles are our own.
package compliancecontrols

import "github.com/ashlar-iac/ashlar/core/compliance"

// The controls by topic.
var (
	// EncryptionInTransit is for transmitted data.
	EncryptionInTransit = []compliance.Control{
		nist("SC-8", "transmissions are protected"), trust("CC6.7", "data in transit is protected"),
	}
	// EncryptionAtRest is for stored data.
	EncryptionAtRest = []compliance.Control{
		nist("SC-28", "data at rest is protected"), trust("CC6.1", "access to data is restricted"),
	}
	// CustomerKeys is for keys of the customer.
	CustomerKeys = []compliance.Control{nist("SC-12", "keys are managed"), nist("SC-28", "data at rest is protected")}
	// KeyRotation is for the rotation of keys.
	KeyRotation = []compliance.Control{nist("SC-12", "keys are managed")}
	// PublicData is for data that is readable without authentication.
	PublicData = []compliance.Control{accessEnforcement, outsiders}
	// SharedKeys is for keys that authenticate without an identity.
	SharedKeys = []compliance.Control{accessEnforcement, nist("IA-5", "authenticators are managed")}
	// NetworkAccess is for access from other networks.
	NetworkAccess = []compliance.Control{nist("SC-7", "boundaries are protected"), outsiders}
	// Administration is for administration ports that are accessible from the internet.
	Administration = []compliance.Control{
		cis("8.1", "RDP is not accessible from the internet"), cis("8.2", "SSH is not accessible from the internet"),
		nist("SC-7", "boundaries are protected"), outsiders,
	}
	// Outbound is for outbound internet access that is not configured.
	Outbound = []compliance.Control{nist("SC-7", "boundaries are protected"), trust("CC6.7", "transmission is restricted")}
	// FlowLogs is for logs of network traffic.
	FlowLogs = []compliance.Control{
		nist("AU-12", "audit records are generated"), trust("CC7.2", "anomalies are monitored"),
	}
	// FlowLogRetention is for the retention period of flow logs.
	FlowLogRetention = []compliance.Control{
		cis("8.8", "flow logs of networks are kept for 90 days"), nist("AU-11", "audit records are retained"),
	}
	// Recovery is for overwritten and deleted data.
	Recovery = []compliance.Control{nist("CP-9", "data is backed up"), trust("A1.2", "data can be recovered")}
	// ChangeRecords is for records of changes of data.
	ChangeRecords = []compliance.Control{
		nist("AU-2", "events are logged"), nist("AU-12", "audit records are generated"),
		trust("CC7.2", "anomalies are monitored"),
	}
	// LogRetention is for the retention period of logs.
	LogRetention = []compliance.Control{nist("AU-11", "audit records are retained")}
	// LeastPrivilege is for roles with too many permissions.
	LeastPrivilege = []compliance.Control{nist("AC-6", "least privilege")}
	// AccessControl is for access that is granted by roles.
	AccessControl = []compliance.Control{nist("AC-6", "least privilege"), accessEnforcement}
	// Federation is for credentials of workloads.
	Federation = []compliance.Control{nist("IA-5", "authenticators are managed")}
	// Integrity is for software that starts before the operating system.
	Integrity = []compliance.Control{nist("SI-7", "the integrity of software is verified")}
	// Patches is for known vulnerabilities.
	Patches = []compliance.Control{nist("SI-2", "flaws are remediated"), trust("CC7.1", "vulnerabilities are detected")}
)

// The controls of AKS clusters by topic.
var (
	// ClusterEndpoint is for access to API servers from everywhere.
	ClusterEndpoint = append([]compliance.Control{
		cisAKS("5.4.1", "access to the control plane endpoint is restricted"),
	}, NetworkAccess...)
	// PrivateEndpoint is for access to API servers from other networks.
	PrivateEndpoint = append([]compliance.Control{
		cisAKS("5.4.2", "the API server has a private endpoint and no public access"),
	}, NetworkAccess...)
	// PrivateNodes is for public addresses of nodes.
	PrivateNodes = append([]compliance.Control{cisAKS("5.4.3", "nodes have no public addresses")}, NetworkAccess...)
	// NetworkPolicies is for enforcement of network policies.
	NetworkPolicies = append([]compliance.Control{cisAKS("5.4.4", "network policies are enforced")}, NetworkAccess...)
	// ClusterAccounts is for credentials of clusters that authenticate without Microsoft Entra ID.
	ClusterAccounts = append([]compliance.Control{cisAKS("5.5.1", "users are managed in Microsoft Entra ID")}, SharedKeys...)
	// ClusterAuthorization is for authorization in clusters.
	ClusterAuthorization = append([]compliance.Control{cisAKS("5.5.2", "Azure RBAC authorizes requests")}, AccessControl...)
	// ClusterLogs is for audit logs of clusters.
	ClusterLogs = append([]compliance.Control{cisAKS("2.1.1", "audit logs are enabled")}, ChangeRecords...)
	// ImagePulls is for the access of clusters to registries.
	ImagePulls = append([]compliance.Control{cisAKS("5.1.3", "clusters can only read from registries")}, LeastPrivilege...)
	// WorkloadAccounts is for service accounts of workloads that access Azure.
	WorkloadAccounts = append([]compliance.Control{
		cisAKS("5.2.1", "workloads access Azure with service accounts of their own"),
	}, Federation...)
)

var (
	accessEnforcement = nist("AC-3", "access is enforced")
	outsiders         = trust("CC6.6", "access from outside the boundaries is restricted")
)

func cis(id, title string) compliance.Control {
	return compliance.Control{Framework: "cis-azure", ID: id, Title: title}
}

func cisAKS(id, title string) compliance.Control {
	return compliance.Control{Framework: "cis-aks", ID: id, Title: title}
}

func nist(id, title string) compliance.Control {
	return compliance.Control{Framework: "nist-800-53", ID: id, Title: title}
}

func trust(id, title string) compliance.Control {
	return compliance.Control{Framework: "soc2", ID: id, Title: title}
}
