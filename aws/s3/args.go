package s3

import (
	"regexp"
	"slices"
	"strconv"
	"strings"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/ashlar-iac/ashlar/aws/internal/compliancecontrols"
	"github.com/ashlar-iac/ashlar/aws/internal/lookup"
	"github.com/ashlar-iac/ashlar/aws/internal/tagging"
	"github.com/ashlar-iac/ashlar/aws/policy"
	"github.com/ashlar-iac/ashlar/core/compliance"
	"github.com/ashlar-iac/ashlar/core/config"
	"github.com/ashlar-iac/ashlar/core/naming"
)

// bucketType is the type of the bucket resource.
const bucketType = "aws:s3/bucketV2:BucketV2"

// BucketArgs are the arguments of a [Bucket].
type BucketArgs struct {
	// BucketName is the name of the bucket, unique among all AWS accounts. Default: the name of the component with random
	// characters. Changing it replaces the bucket, which must be empty. The policy is checked against it before the
	// deployment starts, so it cannot be an output.
	BucketName string `pulumi:"bucketName,optional"`
	// ForceDestroy deletes all objects and their versions when the bucket is destroyed or replaced. Without it, S3 rejects
	// the deletion of a bucket that is not empty. Default: false.
	ForceDestroy bool `pulumi:"forceDestroy,optional"`
	// PublicAccess blocks public access. Default: all public access is blocked.
	PublicAccess *PublicAccess `pulumi:"publicAccess,optional" config:"group"`
	// Ownership is the owner of new objects. With BucketOwnerEnforced, the account of the bucket owns all objects, and
	// ACLs are disabled. Changing it updates the bucket.
	Ownership Ownership `pulumi:"ownership,optional" jsonschema:"default=BucketOwnerEnforced,enum=BucketOwnerEnforced,enum=BucketOwnerPreferred,enum=ObjectWriter"`
	// Versioning keeps overwritten and deleted objects. S3 cannot disable versioning again: changing it to Disabled
	// suspends it, and existing versions are kept. Changing it updates the bucket.
	Versioning Versioning `pulumi:"versioning,optional" jsonschema:"default=Enabled,enum=Enabled,enum=Suspended,enum=Disabled"`
	// Encryption is the default encryption of objects. Default: S3 managed keys.
	Encryption *Encryption `pulumi:"encryption,optional" config:"group"`
	// Guards are statements of the bucket policy that deny unsafe requests of all principals. Default: plain HTTP,
	// TLS before 1.2 and customer-provided keys are denied.
	Guards *Guards `pulumi:"guards,optional" config:"group"`
	// Statements are additional statements of the bucket policy. Without resources, a statement applies to the bucket and
	// all objects. A resource that begins with / is a path in the bucket, such as /reports/*. Default: none. Changing them
	// updates the policy.
	Statements []policy.Statement `pulumi:"statements,optional"`
	// Lifecycle deletes and moves objects by age. Default: incomplete uploads are deleted after 7 days, noncurrent
	// versions after 90.
	Lifecycle *Lifecycle `pulumi:"lifecycle,optional" config:"group"`
	// Logging writes access logs to another bucket. Default: no access logs.
	Logging *Logging `pulumi:"logging,optional" config:"group"`
	// LogTarget allows AWS services to write logs to the bucket. Default: not allowed.
	LogTarget *LogTarget `pulumi:"logTarget,optional" config:"group"`
	// ObjectLock prevents the deletion of object versions. Default: off.
	ObjectLock *ObjectLock `pulumi:"objectLock,optional" config:"group"`
	// Replication replicates objects to other buckets, by names of your choice. Requires versioning of all buckets.
	// Default: none.
	Replication config.Named[Replica] `pulumi:"replication,optional"`
	// PermissionsBoundary is the policy that limits the permissions of the replication role: an ARN, or the name of an AWS
	// managed policy. Default: none. Changing it updates the role.
	PermissionsBoundary pulumi.StringInput `pulumi:"permissionsBoundary,optional" config:"plain"`
	// CORS are rules for requests of browsers from other sites, by names of your choice. Default: none. Changing them
	// updates the bucket.
	CORS config.Named[CORSRule] `pulumi:"cors,optional"`
	// Tags are added to the bucket, its key and its replication role. Default: none. Changing them updates these.
	Tags pulumi.StringMapInput `pulumi:"tags,optional"`
}

// Ownership is the owner of new objects.
type Ownership string

// The settings of object ownership.
const (
	OwnershipBucketOwnerEnforced  Ownership = "BucketOwnerEnforced"
	OwnershipBucketOwnerPreferred Ownership = "BucketOwnerPreferred"
	OwnershipObjectWriter         Ownership = "ObjectWriter"
)

// Versioning is the state of versioning.
type Versioning string

// The states of versioning.
const (
	VersioningEnabled   Versioning = "Enabled"
	VersioningSuspended Versioning = "Suspended"
	VersioningDisabled  Versioning = "Disabled"
)

// PublicAccess blocks public access. Changing a field updates the bucket. Source: "Blocking public access to your
// Amazon S3 storage".
type PublicAccess struct {
	// BlockPublicACLs rejects public ACLs.
	BlockPublicACLs *bool `pulumi:"blockPublicAcls,optional" jsonschema:"default=true"`
	// IgnorePublicACLs ignores existing public ACLs.
	IgnorePublicACLs *bool `pulumi:"ignorePublicAcls,optional" jsonschema:"default=true"`
	// BlockPublicPolicy rejects public bucket policies.
	BlockPublicPolicy *bool `pulumi:"blockPublicPolicy,optional" jsonschema:"default=true"`
	// RestrictPublicBuckets restricts a bucket with a public policy to AWS services and the account of the bucket.
	RestrictPublicBuckets *bool `pulumi:"restrictPublicBuckets,optional" jsonschema:"default=true"`
}

// Guards are statements of the bucket policy that deny unsafe requests. Changing a field updates the policy.
type Guards struct {
	// RequireTLS denies requests over plain HTTP.
	RequireTLS *bool `pulumi:"requireTls,optional" jsonschema:"default=true"`
	// MinimumTLS is the minimum version of TLS. It has no effect without requireTls.
	MinimumTLS TLSVersion `pulumi:"minimumTls,optional" jsonschema:"default=1.2,enum=1.2,enum=1.3"`
	// DenyCustomerKeys denies uploads with customer-provided keys (SSE-C), which AWS cannot recover and which ransomware
	// uses to lock objects.
	DenyCustomerKeys *bool `pulumi:"denyCustomerKeys,optional" jsonschema:"default=true"`
	// DenyOtherEncryption denies uploads that request another algorithm or another key than those of the bucket. Default:
	// true with the algorithms aws:kms and aws:kms:dsse, false with AES256.
	DenyOtherEncryption *bool `pulumi:"denyOtherEncryption,optional"`
}

// TLSVersion is a version of TLS.
type TLSVersion string

// The versions of TLS.
const (
	TLSVersion12 TLSVersion = "1.2"
	TLSVersion13 TLSVersion = "1.3"
)

// Encryption is the encryption of objects whose uploads request none. Existing objects do not change.
type Encryption struct {
	// Algorithm is AES256 with S3 managed keys (SSE-S3), aws:kms with a KMS key (SSE-KMS), or aws:kms:dsse with two layers
	// (DSSE-KMS). Changing it updates the bucket, for new objects.
	Algorithm Algorithm `pulumi:"algorithm,optional" jsonschema:"default=AES256,enum=AES256,enum=aws:kms,enum=aws:kms:dsse"`
	// KeyARN is the ARN of a KMS key. Default: a key created for the bucket, if the algorithm requires one. Changing it
	// updates the bucket, for new objects.
	KeyARN pulumi.StringInput `pulumi:"keyArn,optional" config:"plain"`
	// OwnKey creates a KMS key for the bucket if keyArn is not set. If false, the AWS managed key aws/s3 is used, which
	// other accounts cannot use. Changing it updates the bucket. A key that is no longer used is deleted, and objects
	// encrypted with it cannot be decrypted.
	OwnKey *bool `pulumi:"ownKey,optional" jsonschema:"default=true"`
	// KeyUsers are the ARNs of roles and users that can use the key of the bucket without IAM policies, such as those of
	// other accounts. Default: none; principals of the account can use it through S3 if their IAM policies allow it.
	// Changing them updates the key policy.
	KeyUsers pulumi.StringArrayInput `pulumi:"keyUsers,optional" config:"plain"`
	// BucketKey reduces the costs of KMS: S3 requests a key for the bucket from time to time instead of one for each
	// object. Not supported with aws:kms:dsse. Changing it updates the bucket.
	BucketKey *bool `pulumi:"bucketKey,optional" jsonschema:"default=true"`
}

// Algorithm is an encryption algorithm.
type Algorithm string

// The encryption algorithms.
const (
	AlgorithmAES256  Algorithm = "AES256"
	AlgorithmKMS     Algorithm = "aws:kms"
	AlgorithmKMSDSSE Algorithm = "aws:kms:dsse"
)

// Logging writes access logs to another bucket. Changing a field updates the bucket.
type Logging struct {
	// Bucket is the name of the bucket that the logs are written to, in the same account and region. It needs
	// logTarget.accessLogs. Required with prefix. Default: none.
	Bucket pulumi.StringInput `pulumi:"bucket,optional" config:"plain"`
	// Prefix is the prefix of the keys of the logs, such as orders/. Default: the name of the component and a slash.
	Prefix string `pulumi:"prefix,optional" jsonschema:"maxLength=512"`
	// Partition partitions the keys of the logs by date: of the requests (EventTime), of the delivery of the logs
	// (DeliveryTime), or not at all (None).
	Partition LogPartition `pulumi:"partition,optional" jsonschema:"default=EventTime,enum=EventTime,enum=DeliveryTime,enum=None"`
}

// LogPartition is the date that partitions the keys of access logs.
type LogPartition string

// The partitions of access logs.
const (
	LogPartitionEventTime    LogPartition = "EventTime"
	LogPartitionDeliveryTime LogPartition = "DeliveryTime"
	LogPartitionNone         LogPartition = "None"
)

// LogTarget allows AWS services to write logs to the bucket, on behalf of specific accounts. Changing a field updates
// the bucket policy.
type LogTarget struct {
	// AccessLogs allows access logs of other buckets in the same account and region. Default: false.
	AccessLogs bool `pulumi:"accessLogs,optional"`
	// Buckets are the ARNs of the buckets whose access logs are allowed. Default: all buckets of the account.
	Buckets pulumi.StringArrayInput `pulumi:"buckets,optional" config:"plain"`
	// LoadBalancers allows access logs of Application Load Balancers. Default: false.
	LoadBalancers bool `pulumi:"loadBalancers,optional"`
	// Delivery allows logs that CloudWatch Logs delivers for other services, such as VPC flow logs and logs of Network
	// Load Balancers and firewalls. Default: false.
	Delivery bool `pulumi:"delivery,optional"`
	// Accounts are the IDs of the accounts whose load balancer logs and delivered logs are allowed. Default: the account
	// of the bucket.
	Accounts pulumi.StringArrayInput `pulumi:"accounts,optional" config:"plain"`
}

// ObjectLock prevents that object versions are deleted or overwritten. S3 cannot disable Object Lock, nor the
// versioning of a bucket with Object Lock. Source: "Locking objects with Object Lock".
type ObjectLock struct {
	// Enabled enables Object Lock. Requires versioning. Default: false. Changing it updates the bucket.
	Enabled bool `pulumi:"enabled,optional"`
	// Mode is the default retention mode of new versions for the retention period. With GOVERNANCE, principals with a
	// special permission can delete locked versions. With COMPLIANCE, no principal can, not even the root user. Changing
	// it updates the bucket, for new versions.
	Mode RetentionMode `pulumi:"mode,optional" jsonschema:"default=GOVERNANCE,enum=GOVERNANCE,enum=COMPLIANCE"`
	// Days is the default retention period in days. Mutually exclusive with years. Default: none; only versions whose
	// uploads request it are locked.
	Days *int `pulumi:"days,optional" jsonschema:"minimum=1,maximum=36500"`
	// Years is the default retention period in years. Mutually exclusive with days. Default: none.
	Years *int `pulumi:"years,optional" jsonschema:"minimum=1,maximum=100"`
}

// RetentionMode is a retention mode of Object Lock.
type RetentionMode string

// The retention modes.
const (
	RetentionGovernance RetentionMode = "GOVERNANCE"
	RetentionCompliance RetentionMode = "COMPLIANCE"
)

// CORSRule allows requests of browsers from other sites. Source: "Elements of a CORS configuration".
type CORSRule struct {
	// Origins are the allowed sites, such as https://shop.example.com, each with at most one wildcard *. Required.
	Origins pulumi.StringArrayInput `pulumi:"origins" jsonschema:"required,minItems=1" config:"plain"`
	// Methods are the allowed methods: GET, HEAD, PUT, POST and DELETE. Default: GET.
	Methods []Method `pulumi:"methods,optional"`
	// Headers are the allowed request headers, each with at most one wildcard *. Default: none.
	Headers []string `pulumi:"headers,optional"`
	// ExposedHeaders are the response headers that scripts can read. Default: none.
	ExposedHeaders []string `pulumi:"exposedHeaders,optional"`
	// MaxAgeSeconds is the number of seconds that browsers cache the response to a preflight request.
	MaxAgeSeconds *int `pulumi:"maxAgeSeconds,optional" jsonschema:"default=3600,minimum=0"`
}

// Method is an HTTP method.
type Method string

// The methods of CORS rules.
const (
	MethodGet    Method = "GET"
	MethodHead   Method = "HEAD"
	MethodPut    Method = "PUT"
	MethodPost   Method = "POST"
	MethodDelete Method = "DELETE"
)

var (
	_ config.Validator          = (*BucketArgs)(nil)
	_ config.ArgumentsValidator = (*BucketArgs)(nil)
	_ config.Validator          = (*Encryption)(nil)
	_ config.Validator          = (*LogTarget)(nil)
	_ config.Validator          = (*ObjectLock)(nil)
	_ config.Validator          = (*CORSRule)(nil)
	_ compliance.Declarer       = (*BucketArgs)(nil)
)

// Validate implements config.Validator.
func (a *BucketArgs) Validate(report *config.Report) {
	a, err := config.WithDefaults(a)
	if err != nil {
		report.Add(nil, "%v", err)
		return
	}
	if a.BucketName != "" {
		if err := naming.AWS()[bucketType].Check(a.BucketName); err != nil {
			report.Add([]string{"bucketName"}, "%v", err)
		}
	}
	tagging.CheckWithRoles(report, []string{"tags"}, a.Tags)
	a.checkStatements(report)
	a.checkLogging(report)
	if a.ObjectLock.Enabled && a.Versioning != VersioningEnabled {
		report.Add([]string{"versioning"}, "%s is not supported with objectLock: use %s", a.Versioning, VersioningEnabled)
	}
	a.checkReplication(report)
}

// ValidateArguments implements config.ArgumentsValidator. In a stack file, the target buckets can be references to
// other entries.
func (a *BucketArgs) ValidateArguments(report *config.Report) {
	if a.Logging != nil && a.Logging.Bucket == nil && a.Logging.Prefix != "" {
		report.Add([]string{"logging", "bucket"}, "required with prefix: add the name of the bucket for the logs")
	}
	for _, name := range a.Replication.Names() {
		if a.Replication[name].BucketARN == nil {
			report.Add([]string{"replication", name, "bucketArn"}, "required: add the ARN of the destination bucket")
		}
	}
}

// checkLogging follows "Enabling Amazon S3 server access logging" and "Enable access logs for your Application Load
// Balancer".
func (a *BucketArgs) checkLogging(report *config.Report) {
	if target, known := a.Logging.Bucket.(pulumi.String); known && a.BucketName != "" && string(target) == a.BucketName {
		report.Add([]string{"logging", "bucket"}, "the bucket cannot log to itself: use another bucket")
	}
	if a.Encryption.kms() && (a.LogTarget.AccessLogs || a.LogTarget.LoadBalancers) {
		report.Add([]string{"encryption", "algorithm"},
			"%s is not supported with logTarget.accessLogs and logTarget.loadBalancers: "+
				"use %s", a.Encryption.Algorithm, AlgorithmAES256)
	}
	if a.ObjectLock.retains() && a.LogTarget.AccessLogs {
		report.Add([]string{"objectLock"},
			"a retention period is not supported with logTarget.accessLogs: omit days and years")
	}
}

var keyARN = regexp.MustCompile(`^arn:aws[a-z-]*:kms:[a-z0-9-]+:\d{12}:key/.+$`)

// Validate implements config.Validator.
func (e *Encryption) Validate(report *config.Report) {
	if e.KeyARN != nil && !e.kms() {
		report.Add([]string{"keyArn"}, "not supported with the algorithm %s: use aws:kms or aws:kms:dsse, or omit the key",
			e.Algorithm)
	}
	if arn, known := e.KeyARN.(pulumi.String); known && !keyARN.MatchString(string(arn)) {
		report.Add([]string{"keyArn"},
			"invalid key ARN %q: use an ARN such as arn:aws:kms:eu-west-1:111122223333:key/ID, because "+
				"aliases and key IDs refer to the account of the uploader", arn)
	}
	if !empty(e.KeyUsers) && !e.createsKey() {
		report.Add([]string{"keyUsers"}, "no key is created for the bucket: add the users to the policy of your key")
	}
}

func (e *Encryption) kms() bool {
	return e.Algorithm == AlgorithmKMS || e.Algorithm == AlgorithmKMSDSSE
}

// createsKey reports whether a KMS key is created for the bucket.
func (e *Encryption) createsKey() bool {
	return e.kms() && e.KeyARN == nil && (e.OwnKey == nil || *e.OwnKey)
}

// Validate implements config.Validator.
func (t *LogTarget) Validate(report *config.Report) {
	if t.Buckets != nil && empty(t.Buckets) {
		report.Add([]string{"buckets"}, "empty list: add at least one ARN or omit it")
	} else if t.Buckets != nil && !t.AccessLogs {
		report.Add([]string{"buckets"}, "requires accessLogs: set it to true")
	}
	if t.Accounts != nil && empty(t.Accounts) {
		report.Add([]string{"accounts"}, "empty list: add at least one account ID or omit it")
	} else if t.Accounts != nil && !t.LoadBalancers && !t.Delivery {
		report.Add([]string{"accounts"}, "requires loadBalancers or delivery: set one to true")
	}
	accounts, _ := t.Accounts.(pulumi.StringArray)
	for i, a := range accounts {
		if s, known := a.(pulumi.String); known && !lookup.IsID(string(s)) {
			report.Add([]string{"accounts", strconv.Itoa(i)}, "invalid account ID %q: use 12 digits in quotes", s)
		}
	}
}

// Validate implements config.Validator.
func (l *ObjectLock) Validate(report *config.Report) {
	if l.Days != nil && l.Years != nil {
		report.Add([]string{"years"}, "days and years are mutually exclusive")
	}
	if l.Mode == RetentionCompliance && l.Days == nil && l.Years == nil {
		report.Add([]string{"mode"}, "%s requires a retention period: add days or years", l.Mode)
	}
	if !l.Enabled && (l.Days != nil || l.Years != nil) {
		report.Add([]string{"enabled"}, "required for a retention period: set it to true, or omit days and years")
	}
}

// retains reports whether new versions have a default retention period.
func (l *ObjectLock) retains() bool { return l.Enabled && (l.Days != nil || l.Years != nil) }

// Validate implements config.Validator.
func (r *CORSRule) Validate(report *config.Report) {
	known := []string{string(MethodGet), string(MethodHead), string(MethodPut), string(MethodPost), string(MethodDelete)}
	for i, m := range r.Methods {
		if !slices.Contains(known, string(m)) {
			report.Add([]string{"methods", strconv.Itoa(i)}, "unknown method %q, %s", m, config.Suggest(string(m), known))
		}
	}
	lists := map[string]pulumi.StringArray{"headers": pulumi.ToStringArray(r.Headers)}
	lists["origins"], _ = r.Origins.(pulumi.StringArray)
	for key, values := range lists {
		for i, in := range values {
			if v, known := in.(pulumi.String); known && strings.Count(string(v), "*") > 1 {
				report.Add([]string{key, strconv.Itoa(i)}, "%q has more than one wildcard: use at most one *", v)
			}
		}
	}
}

// Evidence implements compliance.Declarer. A key of the bucket declares its own evidence.
func (a *BucketArgs) Evidence() []compliance.Evidence {
	a, err := config.WithDefaults(a)
	if err != nil {
		return nil
	}
	on := func(setting string, value bool, about []compliance.Control) compliance.Evidence {
		return compliance.Check(setting, value, value, "true", about...)
	}
	p := a.PublicAccess
	out := []compliance.Evidence{
		on("publicAccess.blockPublicAcls", *p.BlockPublicACLs, compliancecontrols.BucketPublicAccess),
		on("publicAccess.ignorePublicAcls", *p.IgnorePublicACLs, compliancecontrols.BucketPublicAccess),
		on("publicAccess.blockPublicPolicy", *p.BlockPublicPolicy, compliancecontrols.BucketPublicAccess),
		on("publicAccess.restrictPublicBuckets", *p.RestrictPublicBuckets, compliancecontrols.BucketPublicAccess),
		on("guards.requireTls", *a.Guards.RequireTLS, compliancecontrols.BucketTLS),
		compliance.Check("ownership", a.Ownership, a.Ownership == OwnershipBucketOwnerEnforced,
			string(OwnershipBucketOwnerEnforced),
			compliancecontrols.BucketOwnership...),
		compliance.Check("versioning", a.Versioning, a.Versioning == VersioningEnabled, string(VersioningEnabled),
			compliancecontrols.Versioning...),
		compliance.Always("encryption.algorithm", a.Encryption.Algorithm, compliancecontrols.EncryptionAtRest...),
		a.loggingEvidence(),
	}
	if a.ObjectLock.Enabled {
		out = append(out, compliance.Always("objectLock.enabled", true, compliancecontrols.ObjectLock...))
	}
	return out
}

// loggingEvidence declares whether requests are logged. A bucket for access logs has none itself, which would be
// endless.
func (a *BucketArgs) loggingEvidence() compliance.Evidence {
	switch {
	case a.Logging.Bucket != nil:
		return compliance.Always("logging.bucket", "set", compliancecontrols.AccessLogs...)
	case a.LogTarget.AccessLogs:
		return compliance.Always("logTarget.accessLogs", true, compliancecontrols.AccessLogs...)
	}
	return compliance.Check("logging.bucket", "none", false, "the name of a bucket for access logs",
		compliancecontrols.AccessLogs...)
}

// empty reports whether a list is known to have no values.
func empty(in pulumi.StringArrayInput) bool {
	list, known := in.(pulumi.StringArray)
	return in == nil || known && len(list) == 0
}
