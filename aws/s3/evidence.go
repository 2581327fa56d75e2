package s3

import (
	"github.com/ashlar-iac/ashlar/aws/internal/compliancecontrols"
	"github.com/ashlar-iac/ashlar/core/compliance"
)

var _ compliance.Declarer = (*BucketArgs)(nil)

// Evidence implements compliance.Declarer. A key of the bucket's own declares its own.
func (a *BucketArgs) Evidence() []compliance.Evidence {
	p := a.PublicAccess
	out := []compliance.Evidence{
		on("publicAccess.blockPublicAcls", *p.BlockPublicACLs, compliancecontrols.BucketPublicAccess),
		on("publicAccess.ignorePublicAcls", *p.IgnorePublicACLs, compliancecontrols.BucketPublicAccess),
		on("publicAccess.blockPublicPolicy", *p.BlockPublicPolicy, compliancecontrols.BucketPublicAccess),
		on("publicAccess.restrictPublicBuckets", *p.RestrictPublicBuckets, compliancecontrols.BucketPublicAccess),
		on("guards.requireTls", *a.Guards.RequireTLS, compliancecontrols.BucketTLS),
		compliance.Check("ownership", a.Ownership, a.Ownership == "BucketOwnerEnforced", "BucketOwnerEnforced", compliancecontrols.BucketOwnership...),
		compliance.Check("versioning", a.Versioning, a.Versioning == versionsOn, versionsOn, compliancecontrols.Versioning...),
		compliance.Always("encryption.algorithm", a.Encryption.Algorithm, compliancecontrols.EncryptionAtRest...),
		a.logEvidence(),
	}
	if a.ObjectLock.Enabled {
		out = append(out, compliance.Always("objectLock.enabled", true, compliancecontrols.ObjectLock...))
	}
	return out
}

func on(setting string, value bool, about []compliance.Control) compliance.Evidence {
	return compliance.Check(setting, value, value, "true", about...)
}

// logEvidence says whether requests are recorded. A bucket that holds the records has none of its own, or they would never end.
func (a *BucketArgs) logEvidence() compliance.Evidence {
	switch {
	case a.Logging.Bucket != nil:
		return compliance.Always("logging.bucket", "set", compliancecontrols.AccessLogs...)
	case a.LogTarget.AccessLogs:
		return compliance.Always("logTarget.accessLogs", true, compliancecontrols.AccessLogs...)
	}
	return compliance.Check("logging.bucket", "none", false, "the name of a bucket that takes access logs", compliancecontrols.AccessLogs...)
}
