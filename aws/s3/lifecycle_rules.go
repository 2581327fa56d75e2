package s3

import (
	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/s3"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
)

// age makes the rules of the life cycle.
func (s *setup) age() (pulumi.Resource, error) {
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
	out := &s3.BucketLifecycleConfigurationV2RuleArgs{Id: pulumi.String(id), Status: status(*r.Enabled), Filter: r.filter()}
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

// filter returns which objects the rule is about. S3 takes one criterion alone, or several in And, where a prefix may be empty.
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

// optional leaves a property out that is not given.
func optional(n *int) pulumi.IntPtrInput {
	if n == nil {
		return nil
	}
	return pulumi.Int(*n)
}
