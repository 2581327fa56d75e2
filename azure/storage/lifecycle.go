package storage

import (
	"strconv"
	"strings"

	azstorage "github.com/pulumi/pulumi-azure-native-sdk/storage/v2/v20240101"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/ashlar-iac/ashlar/core/config"
)

// Lifecycle deletes blobs and moves them to other tiers by age. Changing a field updates the account. Azure applies changed
// rules within two days. Source: "Azure Blob Storage lifecycle management overview".
type Lifecycle struct {
	// DeleteVersionsAfterDays is the number of days after which previous versions and snapshots are deleted. 0 keeps them.
	DeleteVersionsAfterDays *int `pulumi:"deleteVersionsAfterDays,optional" jsonschema:"default=90,minimum=0"`
	// Rules are additional rules, by names of your choice: at most 99. Default: none.
	Rules config.Named[LifecycleRule] `pulumi:"rules,optional"`
}

// LifecycleRule deletes some of the blobs or moves them to other tiers. At least one action is required. Days are counted
// from the last modification of a blob, and from the creation of a version.
type LifecycleRule struct {
	// Enabled enables the rule.
	Enabled *bool `pulumi:"enabled,optional" jsonschema:"default=true"`
	// Prefixes are beginnings of the names of the blobs, with their container, such as logs/2024: at most 10. Default: all
	// blobs.
	Prefixes []string `pulumi:"prefixes,optional" jsonschema:"maxItems=10"`
	// AppendBlobs applies the rule to append blobs, such as logs, instead of block blobs. They can only be deleted. Default:
	// false.
	AppendBlobs bool `pulumi:"appendBlobs,optional"`
	// CoolAfterDays is the number of days after which blobs are moved to the cool tier. Default: not moved.
	CoolAfterDays *int `pulumi:"coolAfterDays,optional" jsonschema:"minimum=0"`
	// ColdAfterDays is the number of days after which blobs are moved to the cold tier. Default: not moved.
	ColdAfterDays *int `pulumi:"coldAfterDays,optional" jsonschema:"minimum=0"`
	// ArchiveAfterDays is the number of days after which blobs are moved to the archive tier, from which they have to be
	// restored for hours before they can be read. Not supported with zone-redundant replication. Default: not moved.
	ArchiveAfterDays *int `pulumi:"archiveAfterDays,optional" jsonschema:"minimum=0"`
	// DeleteAfterDays is the number of days after which blobs are deleted. With versioning, they become previous versions.
	// Default: not deleted.
	DeleteAfterDays *int `pulumi:"deleteAfterDays,optional" jsonschema:"minimum=0"`
	// DeleteVersionsAfterDays is the number of days after which previous versions and snapshots are deleted. If lifecycle
	// has it, too, the shorter time applies. Default: that of lifecycle.
	DeleteVersionsAfterDays *int `pulumi:"deleteVersionsAfterDays,optional" jsonschema:"minimum=1"`
}

// ruleVersions is the name of the component's rule.
const ruleVersions = "previous-versions"

// maxRules is the maximum number of rules of an account. Source: "Azure Blob Storage lifecycle management policy structure".
const maxRules = 100

var (
	_ config.Validator = (*Lifecycle)(nil)
	_ config.Validator = (*LifecycleRule)(nil)
)

// Validate implements config.Validator.
func (l *Lifecycle) Validate(report *config.Report) {
	if n := len(l.Rules); n >= maxRules {
		report.Add([]string{"rules"}, "%d rules: use at most %d, in addition to that of the component", n, maxRules-1)
	}
	if _, taken := l.Rules[ruleVersions]; taken {
		report.Add([]string{"rules", ruleVersions}, "the name is used by a rule of the component: use another name")
	}
}

// Validate implements config.Validator.
func (r *LifecycleRule) Validate(report *config.Report) {
	type step struct {
		key, tier string
		days      *int
	}
	steps := []step{
		{"coolAfterDays", "cool", r.CoolAfterDays}, {"coldAfterDays", "cold", r.ColdAfterDays},
		{"archiveAfterDays", "archive", r.ArchiveAfterDays}, {"deleteAfterDays", "", r.DeleteAfterDays},
	}
	var before *step
	for i := range steps {
		s := &steps[i]
		if s.days == nil {
			continue
		}
		if r.AppendBlobs && s.tier != "" {
			report.Add([]string{s.key}, "append blobs cannot be moved to the %s tier: use deleteAfterDays", s.tier)
		}
		if before != nil && *s.days <= *before.days {
			report.Add([]string{s.key}, "expected more than %s, which is %d, found %d", before.key, *before.days, *s.days)
		}
		before = s
	}
	if before == nil && r.DeleteVersionsAfterDays == nil {
		report.Add(nil, "no action: add one such as deleteAfterDays: 30")
	}
	for i, prefix := range r.Prefixes {
		if container, _, _ := strings.Cut(prefix, "/"); container == "" {
			report.Add([]string{"prefixes", strconv.Itoa(i)}, "found %q: begin with the name of a container, such as logs/2024", prefix)
		}
	}
}

// checkTiers reports tiers that the replication does not support. Source: "Access tiers for blob data": the archive tier is
// for LRS, GRS and RAGRS.
func (l *Lifecycle) checkTiers(report *config.Report, replication Replication) {
	if !replication.zones() {
		return
	}
	for _, name := range l.Rules.Names() {
		if l.Rules[name].ArchiveAfterDays != nil {
			report.Add([]string{"lifecycle", "rules", name, "archiveAfterDays"},
				"%s does not support the archive tier: use coldAfterDays, or the replication LRS, GRS or RAGRS", replication)
		}
	}
}

// native returns the rules of the account: that of the component first.
func (l *Lifecycle) native(versioning bool) azstorage.ManagementPolicyRuleArray {
	var out azstorage.ManagementPolicyRuleArray
	if days := *l.DeleteVersionsAfterDays; days > 0 {
		on := true
		rule := LifecycleRule{Enabled: &on, DeleteVersionsAfterDays: &days}
		out = append(out, rule.native(ruleVersions, versioning))
	}
	for _, name := range l.Rules.Names() {
		rule := l.Rules[name]
		out = append(out, rule.native(name, versioning))
	}
	return out
}

func (r *LifecycleRule) native(name string, versioning bool) *azstorage.ManagementPolicyRuleArgs {
	kind := "blockBlob"
	if r.AppendBlobs {
		kind = "appendBlob"
	}
	filter := &azstorage.ManagementPolicyFilterArgs{BlobTypes: pulumi.ToStringArray([]string{kind})}
	if len(r.Prefixes) > 0 {
		filter.PrefixMatch = pulumi.ToStringArray(r.Prefixes)
	}
	actions := &azstorage.ManagementPolicyActionArgs{}
	if r.CoolAfterDays != nil || r.ColdAfterDays != nil || r.ArchiveAfterDays != nil || r.DeleteAfterDays != nil {
		actions.BaseBlob = &azstorage.ManagementPolicyBaseBlobArgs{
			TierToCool: modified(r.CoolAfterDays), TierToCold: modified(r.ColdAfterDays),
			TierToArchive: modified(r.ArchiveAfterDays), Delete: modified(r.DeleteAfterDays),
		}
	}
	if days := r.DeleteVersionsAfterDays; days != nil {
		old := &azstorage.DateAfterCreationArgs{DaysAfterCreationGreaterThan: pulumi.Float64(*days)}
		actions.Snapshot = &azstorage.ManagementPolicySnapShotArgs{Delete: old}
		if versioning {
			actions.Version = &azstorage.ManagementPolicyVersionArgs{Delete: old}
		}
	}
	return &azstorage.ManagementPolicyRuleArgs{
		Name: pulumi.String(name), Type: pulumi.String(azstorage.RuleTypeLifecycle), Enabled: pulumi.Bool(*r.Enabled),
		Definition: &azstorage.ManagementPolicyDefinitionArgs{Actions: actions, Filters: filter},
	}
}

// modified returns nil for an action that is not set.
func modified(days *int) azstorage.DateAfterModificationPtrInput {
	if days == nil {
		return nil
	}
	return &azstorage.DateAfterModificationArgs{DaysAfterModificationGreaterThan: pulumi.Float64(*days)}
}
