package s3

import (
	"cmp"
	"slices"
	"strconv"

	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/s3"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/ashlar-iac/ashlar/core/config"
)

// Lifecycle deletes and moves objects by age. Changing a field updates the bucket. S3 applies changed rules to existing
// objects within a day.
type Lifecycle struct {
	// AbortUploadsAfterDays is the number of days after which incomplete multipart uploads are deleted, whose parts are
	// charged. 0 keeps them.
	AbortUploadsAfterDays *int `pulumi:"abortUploadsAfterDays,optional" jsonschema:"default=7,minimum=0"`
	// ExpireOldVersionsAfterDays is the number of days after which noncurrent versions are deleted. 0 keeps them.
	ExpireOldVersionsAfterDays *int `pulumi:"expireOldVersionsAfterDays,optional" jsonschema:"default=90,minimum=0"`
	// KeepOldVersions is the number of noncurrent versions of each object that are kept, regardless of their age. Default:
	// 0.
	KeepOldVersions int `pulumi:"keepOldVersions,optional" jsonschema:"minimum=0,maximum=100"`
	// ExpireDeleteMarkers deletes the delete markers of objects without versions.
	ExpireDeleteMarkers *bool `pulumi:"expireDeleteMarkers,optional" jsonschema:"default=true"`
	// Rules are additional rules, by names of your choice. Default: none.
	Rules config.Named[LifecycleRule] `pulumi:"rules,optional"`
}

// LifecycleRule deletes and moves some of the objects: those that match prefix, tags and sizes. At least one action is
// required. Source: "Lifecycle configuration elements".
type LifecycleRule struct {
	// Enabled enables the rule.
	Enabled *bool `pulumi:"enabled,optional" jsonschema:"default=true"`
	// Prefix is the prefix of the keys of the objects. Default: any.
	Prefix string `pulumi:"prefix,optional" jsonschema:"maxLength=1024"`
	// Tags are tags that the objects must have, all of them. Default: any. They determine the form of the filter, so they
	// cannot be outputs.
	Tags map[string]string `pulumi:"tags,optional"`
	// LargerThan is the exclusive minimum size of the objects in bytes. Default: any.
	LargerThan *int `pulumi:"largerThan,optional" jsonschema:"minimum=0"`
	// SmallerThan is the exclusive maximum size of the objects in bytes. Default: any.
	SmallerThan *int `pulumi:"smallerThan,optional" jsonschema:"minimum=1"`
	// Transitions move objects to other storage classes. Default: none.
	Transitions []Transition `pulumi:"transitions,optional"`
	// ExpireAfterDays is the age in days at which objects are deleted. With versioning, they become noncurrent. Default:
	// not deleted.
	ExpireAfterDays *int `pulumi:"expireAfterDays,optional" jsonschema:"minimum=1"`
	// OldVersionTransitions move noncurrent versions to other storage classes, by the number of days since they became
	// noncurrent. Default: none.
	OldVersionTransitions []Transition `pulumi:"oldVersionTransitions,optional"`
	// ExpireOldVersionsAfterDays is the number of days after which noncurrent versions are deleted. If lifecycle has it,
	// too, the shorter time applies. Default: that of lifecycle.
	ExpireOldVersionsAfterDays *int `pulumi:"expireOldVersionsAfterDays,optional" jsonschema:"minimum=1"`
	// KeepOldVersions is the number of noncurrent versions of each object that are kept, regardless of their age. Requires
	// expireOldVersionsAfterDays. Default: 0.
	KeepOldVersions int `pulumi:"keepOldVersions,optional" jsonschema:"minimum=0,maximum=100"`
	// AbortUploadsAfterDays is the number of days after which incomplete multipart uploads are deleted. Default: that of
	// lifecycle.
	AbortUploadsAfterDays *int `pulumi:"abortUploadsAfterDays,optional" jsonschema:"minimum=1"`
}

// Transition moves objects to another storage class.
type Transition struct {
	// StorageClass is the storage class. Required.
	StorageClass StorageClass `pulumi:"storageClass" jsonschema:"required,enum=STANDARD_IA,enum=INTELLIGENT_TIERING,enum=ONEZONE_IA,enum=GLACIER_IR,enum=GLACIER,enum=DEEP_ARCHIVE"`
	// AfterDays is the number of days after which objects are moved. Default: 0.
	AfterDays int `pulumi:"afterDays,optional" jsonschema:"minimum=0"`
}

// StorageClass is a storage class of objects.
type StorageClass string

// The storage classes. Transitions to STANDARD are not supported.
const (
	StorageClassStandard           StorageClass = "STANDARD"
	StorageClassStandardIA         StorageClass = "STANDARD_IA"
	StorageClassIntelligentTiering StorageClass = "INTELLIGENT_TIERING"
	StorageClassOneZoneIA          StorageClass = "ONEZONE_IA"
	StorageClassGlacierIR          StorageClass = "GLACIER_IR"
	StorageClassGlacier            StorageClass = "GLACIER"
	StorageClassDeepArchive        StorageClass = "DEEP_ARCHIVE"
)

// infrequent reports whether the storage class is for infrequent access.
func (c StorageClass) infrequent() bool {
	return c == StorageClassStandardIA || c == StorageClassOneZoneIA
}

// The names of the component's rules.
const (
	ruleUploads = "abort-uploads"
	ruleOld     = "old-versions"
	ruleMarkers = "delete-markers"
)

// rules returns all rules by their IDs.
func (l *Lifecycle) rules() config.Named[LifecycleRule] {
	all := config.Named[LifecycleRule]{}
	on := true
	for name, r := range l.Rules {
		all[name] = r
	}
	if l.AbortUploadsAfterDays != nil && *l.AbortUploadsAfterDays > 0 {
		all[ruleUploads] = LifecycleRule{Enabled: &on, AbortUploadsAfterDays: l.AbortUploadsAfterDays}
	}
	if l.ExpireOldVersionsAfterDays != nil && *l.ExpireOldVersionsAfterDays > 0 {
		all[ruleOld] = LifecycleRule{
			Enabled: &on, ExpireOldVersionsAfterDays: l.ExpireOldVersionsAfterDays, KeepOldVersions: l.KeepOldVersions,
		}
	}
	if l.ExpireDeleteMarkers != nil && *l.ExpireDeleteMarkers {
		all[ruleMarkers] = LifecycleRule{Enabled: &on}
	}
	return all
}

var (
	_ config.Validator = (*Lifecycle)(nil)
	_ config.Validator = (*LifecycleRule)(nil)
)

// maxRules is the maximum number of rules of a bucket. Source: "Setting an S3 Lifecycle configuration on a bucket".
const maxRules = 1000

// Validate implements config.Validator.
func (l *Lifecycle) Validate(report *config.Report) {
	if n := len(l.rules()); n > maxRules {
		report.Add([]string{"rules"}, "%d rules with those of the component, the maximum is %d", n, maxRules)
	}
	for _, name := range []string{ruleUploads, ruleOld, ruleMarkers} {
		if _, taken := l.Rules[name]; taken {
			report.Add([]string{"rules", name}, "the name is used by a rule of the component: use another name")
		}
	}
	if l.KeepOldVersions > 0 && l.ExpireOldVersionsAfterDays != nil && *l.ExpireOldVersionsAfterDays == 0 {
		report.Add([]string{"keepOldVersions"},
			"no effect, because expireOldVersionsAfterDays keeps all versions: omit one of them")
	}
}

// Validate implements config.Validator.
func (r *LifecycleRule) Validate(report *config.Report) {
	if len(r.Transitions) == 0 && len(r.OldVersionTransitions) == 0 && r.ExpireAfterDays == nil &&
		r.ExpireOldVersionsAfterDays == nil &&
		r.AbortUploadsAfterDays == nil {
		report.Add(nil, "no action: add one such as expireAfterDays: 30")
	}
	if r.KeepOldVersions > 0 && r.ExpireOldVersionsAfterDays == nil {
		report.Add([]string{"keepOldVersions"}, "requires expireOldVersionsAfterDays: add it")
	}
	if r.LargerThan != nil && r.SmallerThan != nil && *r.LargerThan >= *r.SmallerThan {
		report.Add([]string{"smallerThan"}, "no object is larger than %d and smaller than %d bytes: use a larger size",
			*r.LargerThan, *r.SmallerThan)
	}
	checkObjectTags(report, r.Tags)
	if r.AbortUploadsAfterDays != nil && (len(r.Tags) > 0 || r.LargerThan != nil || r.SmallerThan != nil) {
		report.Add([]string{"abortUploadsAfterDays"},
			"not supported with tags and sizes, which uploads do not have: use a separate rule")
	}
	checkTransitions(report, "transitions", r.Transitions, "expireAfterDays", r.ExpireAfterDays)
	checkTransitions(report, "oldVersionTransitions", r.OldVersionTransitions, "expireOldVersionsAfterDays",
		r.ExpireOldVersionsAfterDays)
}

// checkObjectTags follows "Categorizing your objects using tags".
func checkObjectTags(report *config.Report, tags map[string]string) {
	const most, longestKey, longestValue = 10, 128, 256
	if len(tags) > most {
		report.Add([]string{"tags"}, "%d tags: use at most %d", len(tags), most)
	}
	for key, value := range tags {
		if n := len([]rune(key)); n == 0 || n > longestKey || len([]rune(value)) > longestValue {
			report.Add([]string{"tags", key}, "invalid tag: use a key of 1 to %d characters and a value of at most %d",
				longestKey, longestValue)
		}
	}
}

// checkTransitions follows "Transitioning objects using Amazon S3 Lifecycle": objects move down the storage classes,
// and stay for 30 days before and in a storage class for infrequent access.
func checkTransitions(report *config.Report, key string, transitions []Transition, endKey string, end *int) {
	const infrequent = 30
	order := []StorageClass{
		StorageClassStandardIA, StorageClassIntelligentTiering, StorageClassOneZoneIA, StorageClassGlacierIR,
		StorageClassGlacier,
		StorageClassDeepArchive,
	}
	sorted := make([]int, len(transitions))
	for i := range sorted {
		sorted[i] = i
	}
	slices.SortStableFunc(sorted, func(a, b int) int {
		return cmp.Compare(slices.Index(order, transitions[a].StorageClass), slices.Index(order, transitions[b].StorageClass))
	})
	for n, i := range sorted {
		to, at := transitions[i], []string{key, strconv.Itoa(i), "afterDays"}
		if to.StorageClass.infrequent() && to.AfterDays < infrequent {
			report.Add(at, "too early for %s: use at least %d", to.StorageClass, infrequent)
		}
		if end != nil && to.AfterDays >= *end {
			report.Add(at, "objects are deleted after %d days: use less than %s, or omit the transition", *end, endKey)
		}
		if n == 0 {
			continue
		}
		from := transitions[sorted[n-1]]
		least := from.AfterDays + 1
		if from.StorageClass.infrequent() {
			least = from.AfterDays + infrequent
		}
		switch {
		case from.StorageClass == to.StorageClass:
			report.Add([]string{key, strconv.Itoa(i), "storageClass"}, "duplicate transition to %s: remove one of them",
				to.StorageClass)
		case to.AfterDays < least:
			report.Add(at, "too early for %s after the transition to %s at %d days: use at least %d",
				to.StorageClass, from.StorageClass, from.AfterDays, least)
		}
	}
}

func (s *setup) lifecycle() (pulumi.Resource, error) {
	all := s.args.Lifecycle.rules()
	if len(all) == 0 {
		return nil, nil
	}
	var rules s3.BucketLifecycleConfigurationV2RuleArray
	for _, id := range all.Names() {
		r := all[id]
		rule := r.rule(id)
		if _, own := s.args.Lifecycle.Rules[id]; !own && id == ruleMarkers {
			rule.Expiration = &s3.BucketLifecycleConfigurationV2RuleExpirationArgs{ExpiredObjectDeleteMarker: pulumi.Bool(true)}
		}
		rules = append(rules, rule)
	}
	return s3.NewBucketLifecycleConfigurationV2(s.ctx, s.name, &s3.BucketLifecycleConfigurationV2Args{
		Bucket: s.bucket.ID(), Rules: rules,
	}, s.options())
}

func (r *LifecycleRule) rule(id string) *s3.BucketLifecycleConfigurationV2RuleArgs {
	out := &s3.BucketLifecycleConfigurationV2RuleArgs{Id: pulumi.String(id), Status: status(*r.Enabled),
		Filter: r.filter()}
	if r.AbortUploadsAfterDays != nil {
		out.AbortIncompleteMultipartUpload = &s3.BucketLifecycleConfigurationV2RuleAbortIncompleteMultipartUploadArgs{
			DaysAfterInitiation: pulumi.Int(*r.AbortUploadsAfterDays),
		}
	}
	if r.ExpireAfterDays != nil {
		out.Expiration = &s3.BucketLifecycleConfigurationV2RuleExpirationArgs{Days: pulumi.Int(*r.ExpireAfterDays)}
	}
	if r.ExpireOldVersionsAfterDays != nil {
		old := &s3.BucketLifecycleConfigurationV2RuleNoncurrentVersionExpirationArgs{NoncurrentDays: pulumi.Int(*r.ExpireOldVersionsAfterDays)}
		if r.KeepOldVersions > 0 {
			old.NewerNoncurrentVersions = pulumi.Int(r.KeepOldVersions)
		}
		out.NoncurrentVersionExpiration = old
	}
	if len(r.Transitions) > 0 {
		var list s3.BucketLifecycleConfigurationV2RuleTransitionArray
		for _, t := range r.Transitions {
			list = append(list, &s3.BucketLifecycleConfigurationV2RuleTransitionArgs{
				Days: pulumi.Int(t.AfterDays), StorageClass: pulumi.String(t.StorageClass),
			})
		}
		out.Transitions = list
	}
	if len(r.OldVersionTransitions) > 0 {
		var list s3.BucketLifecycleConfigurationV2RuleNoncurrentVersionTransitionArray
		for _, t := range r.OldVersionTransitions {
			list = append(list, &s3.BucketLifecycleConfigurationV2RuleNoncurrentVersionTransitionArgs{
				NoncurrentDays: pulumi.Int(t.AfterDays), StorageClass: pulumi.String(t.StorageClass),
			})
		}
		out.NoncurrentVersionTransitions = list
	}
	return out
}

// filter returns the filter of the objects: one criterion alone, or several in And, where the prefix can be empty.
func (r *LifecycleRule) filter() *s3.BucketLifecycleConfigurationV2RuleFilterArgs {
	var prefix pulumi.StringPtrInput
	criteria := len(r.Tags)
	if r.Prefix != "" {
		prefix = pulumi.String(r.Prefix)
		criteria++
	}
	for _, size := range []*int{r.LargerThan, r.SmallerThan} {
		if size != nil {
			criteria++
		}
	}
	if criteria > 1 {
		and := &s3.BucketLifecycleConfigurationV2RuleFilterAndArgs{
			Prefix:                prefix,
			ObjectSizeGreaterThan: optional(r.LargerThan),
			ObjectSizeLessThan:    optional(r.SmallerThan),
		}
		if len(r.Tags) > 0 {
			and.Tags = pulumi.ToStringMap(r.Tags)
		}
		return &s3.BucketLifecycleConfigurationV2RuleFilterArgs{And: and}
	}
	out := &s3.BucketLifecycleConfigurationV2RuleFilterArgs{
		Prefix: prefix, ObjectSizeGreaterThan: optional(r.LargerThan), ObjectSizeLessThan: optional(r.SmallerThan),
	}
	for key, value := range r.Tags {
		out.Tag = &s3.BucketLifecycleConfigurationV2RuleFilterTagArgs{Key: pulumi.String(key), Value: pulumi.String(value)}
	}
	return out
}
