// Package compliancecontrols lists the compliance controls for which settings of AWS components are evidence. Numbers
// are those of the CIS Amazon Web Services Foundations Benchmark 5.0.0, NIST SP 800-53 Revision 5, PCI DSS 4.0.1, and
// the Trust Services Criteria of 2017. Titles are our own. Those of PCI DSS are the related requirements of the same
// settings in "Security Hub CSPM controls for Amazon S3", "for Amazon EC2" and "for AWS KMS", AWS Security Hub User Guide.
package compliancecontrols

import "github.com/ashlar-iac/ashlar/core/compliance"

// The controls by topic.
var (
	// BucketTLS is for requests to buckets over plain HTTP.
	BucketTLS = []compliance.Control{
		cis("2.1.1", "buckets reject requests over plain HTTP"), nist("SC-8", "transmissions are protected"),
		trust("CC6.7", "data in transit is protected"), pci("4.2.1", "transmissions are encrypted"),
	}
	// BucketPublicAccess is for public access to buckets.
	BucketPublicAccess = []compliance.Control{
		cis("2.1.4", "buckets block public access"), accessEnforcement, outsiders, publicAccess,
	}
	// BucketOwnership is for ACLs of objects, which the bucket policy does not show.
	BucketOwnership = []compliance.Control{accessEnforcement}
	// Versioning is for overwritten and deleted data.
	Versioning = []compliance.Control{nist("CP-9", "data is backed up"), trust("A1.2", "data can be recovered")}
	// EncryptionAtRest is for stored data.
	EncryptionAtRest = []compliance.Control{
		nist("SC-28", "data at rest is protected"),
		trust("CC6.1", "access to data is restricted"),
	}
	// EncryptionInTransit is for transmitted data.
	EncryptionInTransit = []compliance.Control{
		nist("SC-8", "transmissions are protected"), trust("CC6.7", "data in transit is protected"),
	}
	// VolumeEncryption is for volumes of instances.
	VolumeEncryption = []compliance.Control{
		cis("5.1.1", "volumes are encrypted"), nist("SC-28", "data at rest is protected"),
		trust("CC6.1", "access to data is restricted"),
	}
	// KeyRotation is for the rotation of keys.
	KeyRotation = []compliance.Control{
		cis("3.6", "customer managed keys are rotated"), nist("SC-12", "keys are managed"),
		pci("3.7.4", "keys are changed regularly"),
	}
	// KeyUse is for principals that can use keys.
	KeyUse = []compliance.Control{leastPrivilege, accessEnforcement}
	// AccessLogs is for logs of requests.
	AccessLogs = []compliance.Control{
		nist("AU-2", "events are logged"), nist("AU-12", "audit records are generated"),
		trust("CC7.2", "anomalies are monitored"), pci("10.2.1", "audit logs are enabled"),
	}
	// LogRetention is for the retention period of logs.
	LogRetention = []compliance.Control{nist("AU-11", "audit records are retained")}
	// ObjectLock is for protection of data from deletion.
	ObjectLock = []compliance.Control{
		nist("AU-9", "audit records are protected"), pci("10.5.1", "audit records are retained"),
	}
	// FlowLogs is for logs of network traffic.
	FlowLogs = []compliance.Control{
		cis("3.7", "flow logs are on in all networks"), nist("AU-12", "audit records are generated"),
		trust("CC7.2", "anomalies are monitored"),
	}
	// Endpoints is for access through VPC endpoints.
	Endpoints = []compliance.Control{boundary, leastPrivilege}
	// DefaultSecurityGroup is for resources without an explicit security group.
	DefaultSecurityGroup = []compliance.Control{
		cis("5.5", "default security groups allow no traffic"), boundary, outsiders,
	}
	// NetworkACLs is for administration ports that are accessible from the internet.
	NetworkACLs = []compliance.Control{
		cis("5.2", "network ACLs allow no administration from the internet"), boundary, outsiders,
	}
	// Ingress is for ingress of security groups.
	Ingress = []compliance.Control{
		cis("5.3", "security groups allow no administration from the IPv4 internet"),
		cis("5.4", "security groups allow no administration from the IPv6 internet"), boundary, outsiders,
		pci("1.3.1", "inbound traffic is restricted"),
	}
	// PublicAddress is for public addresses of instances.
	PublicAddress = []compliance.Control{boundary, outsiders, publicAccess}
	// IMDSv2 is for protection of instance credentials from server-side request forgery.
	IMDSv2 = []compliance.Control{
		cis("5.7", "instance metadata requires IMDSv2"), accessEnforcement, pci("2.2.6", "system settings prevent misuse"),
	}
	// NodeCredentials is for pods that use the credentials of their node.
	NodeCredentials = []compliance.Control{leastPrivilege, accessEnforcement}
	// InstanceRole is for roles of instances in place of access keys.
	InstanceRole = []compliance.Control{cis("1.17", "instances use their own roles"), leastPrivilege}
	// PodIdentity is for credentials of pods.
	PodIdentity = []compliance.Control{nist("IA-5", "authenticators are managed"), leastPrivilege, accessEnforcement}
	// PodTraffic is for enforcement of network policies.
	PodTraffic = []compliance.Control{
		{Framework: "cis-kubernetes", ID: "5.3.1", Title: "the network plugin enforces network policies"}, boundary,
	}
	// Monitoring is for metrics of instances.
	Monitoring = []compliance.Control{nist("SI-4", "systems are monitored"), trust("CC7.2", "anomalies are monitored")}
	// LeastPrivilege is for policies that allow all actions.
	LeastPrivilege = []compliance.Control{cis("1.15", "no policy allows everything"), leastPrivilege}
	// Boundary is for permissions boundaries.
	Boundary = []compliance.Control{leastPrivilege}
	// Trust is for trust policies.
	Trust = []compliance.Control{leastPrivilege, accessEnforcement}
	// DeletionProtection is for protection from accidental deletion.
	DeletionProtection = []compliance.Control{trust("A1.2", "data can be recovered")}
)

var (
	leastPrivilege    = nist("AC-6", "least privilege")
	accessEnforcement = nist("AC-3", "access is enforced")
	boundary          = nist("SC-7", "boundaries are protected")
	outsiders         = trust("CC6.6", "access from outside the boundaries is restricted")
	publicAccess      = pci("1.4.4", "stored data is not accessible from untrusted networks")
)

func cis(id, title string) compliance.Control {
	return compliance.Control{Framework: "cis-aws", ID: id, Title: title}
}

func nist(id, title string) compliance.Control {
	return compliance.Control{Framework: "nist-800-53", ID: id, Title: title}
}

func trust(id, title string) compliance.Control {
	return compliance.Control{Framework: "soc2", ID: id, Title: title}
}

func pci(id, title string) compliance.Control {
	return compliance.Control{Framework: "pci-dss", ID: id, Title: title}
}
