// Package compliancecontrols lists the controls of compliance frameworks that settings of AWS
// components are evidence for. Numbers are those of the CIS Amazon Web Services
// Foundations Benchmark 5.0.0, NIST SP 800-53 Revision 5, PCI DSS 4.0.1, and the Trust
// Services Criteria of 2017. Titles are in our own words.
package compliancecontrols

import "github.com/ashlar-iac/ashlar/core/compliance"

// The controls by what is asked for.
var (
	// BucketTLS is about requests to buckets over plain HTTP.
	BucketTLS = []compliance.Control{
		cis("2.1.1", "buckets refuse requests over plain HTTP"), nist("SC-8", "transmissions are protected"), trust("CC6.7", "data in transit is protected"),
	}
	// BucketPublicAccess is about buckets that anybody can read.
	BucketPublicAccess = []compliance.Control{
		cis("2.1.4", "buckets block public access"), accessEnforcement, outsiders,
	}
	// BucketOwnership is about access lists of objects, which no policy of the bucket shows.
	BucketOwnership = []compliance.Control{accessEnforcement}
	// Versioning is about data that was overwritten or deleted.
	Versioning = []compliance.Control{nist("CP-9", "data is backed up"), trust("A1.2", "data can be recovered")}
	// EncryptionAtRest is about data on disks.
	EncryptionAtRest = []compliance.Control{
		nist("SC-28", "data at rest is protected"), trust("CC6.1", "access to data is restricted"),
	}
	// EncryptionInTransit is about messages on their way.
	EncryptionInTransit = []compliance.Control{nist("SC-8", "transmissions are protected"), trust("CC6.7", "data in transit is protected")}
	// VolumeEncryption is about volumes of machines.
	VolumeEncryption = []compliance.Control{
		cis("5.1.1", "volumes are encrypted"), nist("SC-28", "data at rest is protected"), trust("CC6.1", "access to data is restricted"),
	}
	// KeyRotation is about keys that are used for too long.
	KeyRotation = []compliance.Control{cis("3.6", "keys of customers are rotated"), nist("SC-12", "keys are managed")}
	// KeyUse is about who can use keys.
	KeyUse = []compliance.Control{leastPrivilege, accessEnforcement}
	// AccessLogs is about who used what.
	AccessLogs = []compliance.Control{
		nist("AU-2", "events are logged"), nist("AU-12", "audit records are generated"), trust("CC7.2", "anomalies are monitored"),
	}
	// LogRetention is about how long logs are kept.
	LogRetention = []compliance.Control{nist("AU-11", "audit records are retained")}
	// ObjectLock is about data that must not be deleted.
	ObjectLock = []compliance.Control{nist("AU-9", "audit records are protected")}
	// FlowLogs is about the traffic of networks.
	FlowLogs = []compliance.Control{
		cis("3.7", "flow logs are on in all networks"), nist("AU-12", "audit records are generated"), trust("CC7.2", "anomalies are monitored"),
	}
	// Endpoints is about what leaves a network through its endpoints.
	Endpoints = []compliance.Control{boundary, leastPrivilege}
	// DefaultSecurityGroup is about machines that got no group of their own.
	DefaultSecurityGroup = []compliance.Control{cis("5.5", "default security groups admit no traffic"), boundary, outsiders}
	// NetworkACLs is about administration from the internet.
	NetworkACLs = []compliance.Control{cis("5.2", "network ACLs admit no administration from the internet"), boundary, outsiders}
	// Ingress is about security groups that are open.
	Ingress = []compliance.Control{
		cis("5.3", "security groups admit no administration from the IPv4 internet"),
		cis("5.4", "security groups admit no administration from the IPv6 internet"), boundary, outsiders,
	}
	// PublicAddress is about machines in the internet.
	PublicAddress = []compliance.Control{boundary, outsiders}
	// IMDSv2 is about credentials that a request forged on a machine's behalf could read.
	IMDSv2 = []compliance.Control{cis("5.7", "instance metadata asks for a session"), accessEnforcement}
	// NodeCredentials is about pods that act as the machine that they run on.
	NodeCredentials = []compliance.Control{leastPrivilege, accessEnforcement}
	// InstanceRole is about keys on machines.
	InstanceRole = []compliance.Control{cis("1.17", "machines use roles of their own"), leastPrivilege}
	// PodIdentity is about credentials of pods.
	PodIdentity = []compliance.Control{nist("IA-5", "authenticators are managed"), leastPrivilege, accessEnforcement}
	// PodTraffic is about network policies that are enforced.
	PodTraffic = []compliance.Control{
		{Framework: "cis-kubernetes", ID: "5.3.1", Title: "the network plugin enforces network policies"}, boundary,
	}
	// Monitoring is about seeing what machines do.
	Monitoring = []compliance.Control{nist("SI-4", "systems are monitored"), trust("CC7.2", "anomalies are monitored")}
	// LeastPrivilege is about policies that allow everything.
	LeastPrivilege = []compliance.Control{cis("1.15", "no policy allows everything"), leastPrivilege}
	// Boundary is about what roles can be given at most.
	Boundary = []compliance.Control{leastPrivilege}
	// Trust is about who can become whom.
	Trust = []compliance.Control{leastPrivilege, accessEnforcement}
	// DeletionProtection is about accidents.
	DeletionProtection = []compliance.Control{trust("A1.2", "data can be recovered")}
)

var (
	leastPrivilege    = nist("AC-6", "least privilege")
	accessEnforcement = nist("AC-3", "access is enforced")
	boundary          = nist("SC-7", "boundaries are protected")
	outsiders         = trust("CC6.6", "access from outside the boundaries is restricted")
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
