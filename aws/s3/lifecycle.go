package s3

import (
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/ashlar-iac/ashlar/core/config"
)

// Lifecycle says what becomes of objects as time goes by. Changing any of it updates the bucket; S3 deletes in the night that follows what is
// too old by the new rules.
type Lifecycle struct {
	// AbortUploadsAfterDays deletes the parts of uploads that were not finished by then, which are charged and not shown. 0 keeps them.
	AbortUploadsAfterDays *int `pulumi:"abortUploadsAfterDays" jsonschema:"default=7,minimum=0"`
	// ExpireOldVersionsAfterDays deletes versions that were overwritten or deleted so many days ago. 0 keeps them.
	ExpireOldVersionsAfterDays *int `pulumi:"expireOldVersionsAfterDays" jsonschema:"default=90,minimum=0"`
	// KeepOldVersions is how many old versions of each object stay, however old they are. Default: none.
	KeepOldVersions int `pulumi:"keepOldVersions" jsonschema:"minimum=0,maximum=100"`
	// ExpireDeleteMarkers removes the marks of deleted objects when none of their versions are left.
	ExpireDeleteMarkers *bool `pulumi:"expireDeleteMarkers" jsonschema:"default=true"`
	// Rules are further rules, by names of your choice. Default: none.
	Rules config.Named[LifecycleRule] `pulumi:"rules"`
}

// LifecycleRule says what becomes of some of the objects. It is about those that fit all of prefix, tags and sizes, and so about all without
// them. Source: "Lifecycle configuration elements".
type LifecycleRule struct {
	// Enabled says whether the rule holds.
	Enabled *bool `pulumi:"enabled" jsonschema:"default=true"`
	// Prefix is what the keys of the objects begin with. Default: anything.
	Prefix string `pulumi:"prefix" jsonschema:"maxLength=1024"`
	// Tags are what the objects have, all of them. Default: any.
	Tags map[string]string `pulumi:"tags"`
	// LargerThan is a size in bytes above which objects are. Default: any.
	LargerThan *int `pulumi:"largerThan" jsonschema:"minimum=0"`
	// SmallerThan is a size in bytes below which objects are. Default: any.
	SmallerThan *int `pulumi:"smallerThan" jsonschema:"minimum=1"`
	// Transitions move objects to other storage classes. Default: none.
	Transitions []Transition `pulumi:"transitions"`
	// ExpireAfterDays deletes objects of that age. In a bucket with versions, they become old versions. Default: they stay.
	ExpireAfterDays *int `pulumi:"expireAfterDays" jsonschema:"minimum=1"`
	// OldVersionTransitions move old versions to other storage classes. Their days count from when they became old. Default: none.
	OldVersionTransitions []Transition `pulumi:"oldVersionTransitions"`
	// ExpireOldVersionsAfterDays deletes versions that were overwritten or deleted so many days ago. Where the rule of the bucket is about an
	// object too, the shorter time holds. Default: the bucket's.
	ExpireOldVersionsAfterDays *int `pulumi:"expireOldVersionsAfterDays" jsonschema:"minimum=1"`
	// KeepOldVersions is how many old versions of each object expireOldVersionsAfterDays leaves, however old they are. Default: none.
	KeepOldVersions int `pulumi:"keepOldVersions" jsonschema:"minimum=0,maximum=100"`
	// AbortUploadsAfterDays deletes the parts of uploads that were not finished by then. Default: as the bucket does.
	AbortUploadsAfterDays *int `pulumi:"abortUploadsAfterDays" jsonschema:"minimum=1"`
}

// Transition moves objects to another storage class.
type Transition struct {
	// StorageClass is where they go. Required.
	StorageClass string `pulumi:"storageClass" jsonschema:"required,enum=STANDARD_IA,enum=INTELLIGENT_TIERING,enum=ONEZONE_IA,enum=GLACIER_IR,enum=GLACIER,enum=DEEP_ARCHIVE"`
	// AfterDays is when they go. 0 is the night that follows.
	AfterDays int `pulumi:"afterDays" jsonschema:"minimum=0"`
}

// The names of the rules that the package writes.
const (
	ruleUploads = "abort-uploads"
	ruleOld     = "old-versions"
	ruleMarkers = "delete-markers"
)

// rules returns all rules by their ids.
func (l *Lifecycle) rules() config.Named[LifecycleRule] {
	all := config.Named[LifecycleRule]{}
	on := true
	for name, r := range l.Rules {
		all[name] = r
	}
	if *l.AbortUploadsAfterDays > 0 {
		all[ruleUploads] = LifecycleRule{Enabled: &on, AbortUploadsAfterDays: l.AbortUploadsAfterDays}
	}
	if *l.ExpireOldVersionsAfterDays > 0 {
		all[ruleOld] = LifecycleRule{
			Enabled: &on, ExpireOldVersionsAfterDays: l.ExpireOldVersionsAfterDays, KeepOldVersions: l.KeepOldVersions,
		}
	}
	if *l.ExpireDeleteMarkers {
		all[ruleMarkers] = LifecycleRule{Enabled: &on}
	}
	return all
}

func status(enabled bool) pulumi.String {
	if enabled {
		return "Enabled"
	}
	return "Disabled"
}
