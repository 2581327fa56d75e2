package s3

import (
	"cmp"
	"slices"
	"strconv"

	"github.com/ashlar-iac/ashlar/core/config"
)

var (
	_ config.Validator = (*Lifecycle)(nil)
	_ config.Validator = (*LifecycleRule)(nil)
)

// maxRules is how many rules a bucket can have. Source: "Setting an S3 Lifecycle configuration on a bucket".
const maxRules = 1000

// Validate implements config.Validator.
func (l *Lifecycle) Validate(report *config.Report) {
	if n := len(l.rules()); n > maxRules {
		report.Add([]string{"rules"}, "%d rules with those of the bucket itself, S3 takes %d", n, maxRules)
	}
	for _, name := range []string{ruleUploads, ruleOld, ruleMarkers} {
		if _, taken := l.Rules[name]; taken {
			report.Add([]string{"rules", name}, "a rule of the bucket itself has this name: choose another one")
		}
	}
	if l.KeepOldVersions > 0 && *l.ExpireOldVersionsAfterDays == 0 {
		report.Add([]string{"keepOldVersions"}, "all are kept: leave it out, or say in expireOldVersionsAfterDays when the others go")
	}
}

// Validate implements config.Validator.
func (r *LifecycleRule) Validate(report *config.Report) {
	if len(r.Transitions) == 0 && len(r.OldVersionTransitions) == 0 && r.ExpireAfterDays == nil && r.ExpireOldVersionsAfterDays == nil &&
		r.AbortUploadsAfterDays == nil {
		report.Add(nil, "it does nothing: say when objects move or go, such as expireAfterDays: 30")
	}
	if r.KeepOldVersions > 0 && r.ExpireOldVersionsAfterDays == nil {
		report.Add([]string{"keepOldVersions"}, "it says what expireOldVersionsAfterDays leaves: say when the others go, or leave it out")
	}
	if r.LargerThan != nil && r.SmallerThan != nil && *r.LargerThan >= *r.SmallerThan {
		report.Add([]string{"smallerThan"}, "nothing is larger than %d and smaller than %d bytes", *r.LargerThan, *r.SmallerThan)
	}
	checkObjectTags(report, r.Tags)
	if r.AbortUploadsAfterDays != nil && (len(r.Tags) > 0 || r.LargerThan != nil || r.SmallerThan != nil) {
		report.Add([]string{"abortUploadsAfterDays"}, "uploads have neither tags nor a size before they are finished: take a rule without tags and sizes")
	}
	checkTransitions(report, "transitions", r.Transitions, "expireAfterDays", r.ExpireAfterDays)
	checkTransitions(report, "oldVersionTransitions", r.OldVersionTransitions, "expireOldVersionsAfterDays", r.ExpireOldVersionsAfterDays)
}

// checkObjectTags follows "Categorizing your objects using tags".
func checkObjectTags(report *config.Report, tags map[string]string) {
	const most, longestKey, longestValue = 10, 128, 256
	if len(tags) > most {
		report.Add([]string{"tags"}, "%d tags, an object has at most %d", len(tags), most)
	}
	for key, value := range tags {
		if n := len([]rune(key)); n == 0 || n > longestKey || len([]rune(value)) > longestValue {
			report.Add([]string{"tags", key}, "expected a key of 1 to %d characters, and a value of up to %d", longestKey, longestValue)
		}
	}
}

// checkTransitions follows "Transitioning objects using Amazon S3 Lifecycle": objects go down the classes, and stay for 30 days before they
// go into a class for infrequent access, and in it.
func checkTransitions(report *config.Report, key string, transitions []Transition, endKey string, end *int) {
	const infrequent = 30
	order := []string{"STANDARD_IA", "INTELLIGENT_TIERING", "ONEZONE_IA", "GLACIER_IR", "GLACIER", "DEEP_ARCHIVE"}
	isInfrequent := func(class string) bool { return class == "STANDARD_IA" || class == "ONEZONE_IA" }
	sorted := make([]int, len(transitions))
	for i := range sorted {
		sorted[i] = i
	}
	slices.SortStableFunc(sorted, func(a, b int) int {
		return cmp.Compare(slices.Index(order, transitions[a].StorageClass), slices.Index(order, transitions[b].StorageClass))
	})
	for n, i := range sorted {
		to, at := transitions[i], []string{key, strconv.Itoa(i), "afterDays"}
		if isInfrequent(to.StorageClass) && to.AfterDays < infrequent {
			report.Add(at, "found %d, but objects go to %s after %d days at the earliest", to.AfterDays, to.StorageClass, infrequent)
		}
		if end != nil && to.AfterDays >= *end {
			report.Add(at, "found %d, but they go altogether after %d days, as %s says: move them before that, or not at all", to.AfterDays, *end, endKey)
		}
		if n == 0 {
			continue
		}
		from := transitions[sorted[n-1]]
		least := from.AfterDays + 1
		if isInfrequent(from.StorageClass) {
			least = from.AfterDays + infrequent
		}
		switch {
		case from.StorageClass == to.StorageClass:
			report.Add([]string{key, strconv.Itoa(i), "storageClass"}, "they go to %s already: leave out one of them", to.StorageClass)
		case to.AfterDays < least:
			report.Add(at, "found %d, but they go to %s after %d days, and from there to %s after %d at the earliest",
				to.AfterDays, from.StorageClass, from.AfterDays, to.StorageClass, least)
		}
	}
}
