package s3

import (
	"fmt"
	"slices"
	"time"

	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/s3"

	"github.com/ashlar-iac/ashlar/integration/cloud"
	"github.com/ashlar-iac/ashlar/integration/cloud/aws/kernel"
)

func lifecycle() *cloud.Type {
	t := setting(lifecycleToken, s3.BucketLifecycleConfigurationV2Args{}, &s3.BucketLifecycleConfigurationV2{},
		func(c *cloud.Call, _ *cloud.Object) error {
			c.SetDefault("transitionDefaultMinimumObjectSize", "all_storage_classes_128K")
			return checkRules(cloud.Objects(c.Object.Outputs["rules"]))
		})
	t.Sets = []string{"transitions", "noncurrentVersionTransitions"}
	t.Check = func(c *cloud.Checker) {
		c.OneOf("transitionDefaultMinimumObjectSize", "all_storage_classes_128K", "varies_by_storage_class")
		for i, rule := range cloud.Objects(c.Value("rules")) {
			checkRule(c, fmt.Sprintf("rules[%d]", i), rule)
		}
	}
	return t
}

// checkRule checks what the provider checks.
func checkRule(c *cloud.Checker, path string, rule map[string]any) {
	c.OneOfValue(path+".status", rule["status"], "Enabled", "Disabled")
	if rule["prefix"] != nil && rule["filter"] != nil {
		c.Add(path+".prefix", "Invalid Attribute Combination: one and only one of prefix, filter may be specified")
	}
	filter, _ := rule["filter"].(map[string]any)
	if len(filter) > 1 {
		c.Add(path+".filter",
			"Invalid Attribute Combination: one and only one of and, objectSizeGreaterThan, objectSizeLessThan, prefix, tag may be specified")
	}
	for _, list := range []string{"transitions", "noncurrentVersionTransitions"} {
		for _, to := range cloud.Objects(rule[list]) {
			c.OneOfValue(path+"."+list+".storageClass", to["storageClass"], storageClasses()...)
		}
	}
	checkDates(c, path, rule)
	kept, _ := rule["noncurrentVersionExpiration"].(map[string]any)
	if n, ok := kept["newerNoncurrentVersions"].(float64); ok && (n < 1 || n > 100) {
		c.Add(path+".noncurrentVersionExpiration.newerNoncurrentVersions",
			"expected newerNoncurrentVersions to be in the range (1 - 100), got %v", n)
	}
	end, _ := rule["expiration"].(map[string]any)
	if end["days"] != nil && end["date"] != nil {
		c.Add(path+".expiration", "Invalid Attribute Combination: one and only one of date, days may be specified")
	}
}

// checkDates checks the dates of a rule, as the provider does.
func checkDates(c *cloud.Checker, path string, rule map[string]any) {
	end, _ := rule["expiration"].(map[string]any)
	dates := []any{end["date"]}
	for _, to := range cloud.Objects(rule["transitions"]) {
		dates = append(dates, to["date"])
	}
	for _, v := range dates {
		text, ok := v.(string)
		if _, err := time.Parse(time.RFC3339, text); ok && text != "" && err != nil {
			c.Add(path, "%q is not a valid RFC 3339 date, such as 2027-01-31T00:00:00Z", text)
		}
	}
}

// storageClasses are in the order of allowed transitions.
func storageClasses() []string {
	return []string{"STANDARD_IA", "INTELLIGENT_TIERING", "ONEZONE_IA", "GLACIER_IR", "GLACIER", "DEEP_ARCHIVE"}
}

// checkRules checks what S3 checks.
func checkRules(rules []map[string]any) error {
	if len(rules) == 0 || len(rules) > 1000 {
		return kernel.Refuse("MalformedXML",
			"The XML you provided was not well-formed or did not validate against our published schema")
	}
	seen := map[any]bool{}
	for _, rule := range rules {
		id, _ := rule["id"].(string)
		if seen[id] {
			return kernel.Refuse("InvalidArgument", "Rule ID must be unique. Found same ID for more than one rule")
		}
		seen[id] = true
		if len(id) > 255 {
			return kernel.Refuse("InvalidArgument", "ID length should not exceed allowed limit of 255")
		}
		if err := checkActions(rule); err != nil {
			return err
		}
	}
	return nil
}

func checkActions(rule map[string]any) error {
	found := false
	for _, action := range []string{
		"abortIncompleteMultipartUpload", "expiration", "noncurrentVersionExpiration", "noncurrentVersionTransitions",
		"transitions",
	} {
		if list, ok := rule[action].([]any); ok {
			found = found || len(list) > 0
		} else {
			found = found || rule[action] != nil
		}
	}
	if !found {
		return kernel.Refuse("InvalidRequest", "At least one action needs to be specified in a rule")
	}
	filter, _ := rule["filter"].(map[string]any)
	and, _ := filter["and"].(map[string]any)
	if rule["abortIncompleteMultipartUpload"] != nil && (filter["tag"] != nil || and["tags"] != nil) {
		return kernel.Refuse("InvalidRequest", "AbortIncompleteMultipartUpload cannot be specified with Tags.")
	}
	if abort, ok := rule["abortIncompleteMultipartUpload"].(map[string]any); ok {
		if days, ok := abort["daysAfterInitiation"].(float64); ok && days < 1 {
			return kernel.Refuse("InvalidArgument",
				"'DaysAfterInitiation' for AbortIncompleteMultipartUpload action must be a positive integer")
		}
	}
	if err := checkKinds(rule); err != nil {
		return err
	}
	for _, sizes := range []map[string]any{filter, and} {
		more, _ := sizes["objectSizeGreaterThan"].(float64)
		if less, ok := sizes["objectSizeLessThan"].(float64); ok && less <= more {
			return kernel.Refuse("InvalidRequest",
				"'ObjectSizeLessThan' has to be a value greater than 'ObjectSizeGreaterThan'.")
		}
	}
	end, _ := rule["expiration"].(map[string]any)
	if end["expiredObjectDeleteMarker"] == true && (filter["tag"] != nil || and["tags"] != nil) {
		return kernel.Refuse("InvalidRequest", "ExpiredObjectDeleteMarker cannot be specified with Tags.")
	}
	if err := checkDays(cloud.Objects(rule["transitions"]), "days", "Days", end["days"]); err != nil {
		return err
	}
	noncurrent, _ := rule["noncurrentVersionExpiration"].(map[string]any)
	return checkDays(cloud.Objects(rule["noncurrentVersionTransitions"]), "noncurrentDays", "NoncurrentDays",
		noncurrent["noncurrentDays"])
}

// checkInlineRule checks the transitions of a rule among the inputs of a bucket.
func checkInlineRule(rule map[string]any) error {
	end, _ := rule["expiration"].(map[string]any)
	if err := checkDays(cloud.Objects(rule["transitions"]), "days", "Days", end["days"]); err != nil {
		return err
	}
	noncurrent, _ := rule["noncurrentVersionExpiration"].(map[string]any)
	return checkDays(cloud.Objects(rule["noncurrentVersionTransitions"]), "days", "NoncurrentDays", noncurrent["days"])
}

// checkKinds rejects dates with a time, and dates mixed with days.
func checkKinds(rule map[string]any) error {
	end, _ := rule["expiration"].(map[string]any)
	days, dates := false, false
	for _, action := range append(cloud.Objects(rule["transitions"]), end) {
		days = days || action["days"] != nil
		text, _ := action["date"].(string)
		if text == "" {
			continue
		}
		dates = true
		if at, err := time.Parse(time.RFC3339, text); err == nil && !at.UTC().Truncate(24*time.Hour).Equal(at) {
			return kernel.Refuse("InvalidArgument", "'Date' must be at midnight GMT")
		}
	}
	if days && dates {
		return kernel.Refuse("InvalidRequest",
			"Found mixed 'Date' and 'Days' based Expiration and Transition actions in lifecycle rule")
	}
	return nil
}

// checkDays follows "Lifecycle configuration examples" and "Transitioning objects using Amazon S3 Lifecycle": objects
// stay in STANDARD_IA and ONEZONE_IA for at least 30 days.
func checkDays(transitions []map[string]any, property, name string, end any) error {
	if days, ok := end.(float64); ok && days < 1 {
		return kernel.Refuse("InvalidArgument", "'%s' for Expiration action must be a positive integer", name)
	}
	slices.SortStableFunc(transitions, func(a, b map[string]any) int {
		return slices.Index(storageClasses(), fmt.Sprint(a["storageClass"])) - slices.Index(storageClasses(),
			fmt.Sprint(b["storageClass"]))
	})
	last, lastClass := -1.0, ""
	for _, to := range transitions {
		days, ok := to[property].(float64)
		if !ok {
			continue
		}
		class := fmt.Sprint(to["storageClass"])
		if class == lastClass {
			return kernel.Refuse("InvalidArgument",
				"StorageClass must be different for 'Transition' actions in same 'Rule'")
		}
		if (class == "STANDARD_IA" || class == "ONEZONE_IA") && days < 30 {
			return kernel.Refuse("InvalidArgument",
				"'%s' in Transition action must be greater than or equal to 30 for storageClass '%s'", name, class)
		}
		if (lastClass == "STANDARD_IA" || lastClass == "ONEZONE_IA") && days < last+30 {
			return kernel.Refuse("InvalidArgument",
				"'%s' in the 'Transition' action for StorageClass '%s' must be 30 days more than '%[1]s' in the "+
					"'Transition' action for StorageClass '%[3]s'", name, class, lastClass)
		}
		if days <= last {
			return kernel.Refuse("InvalidArgument",
				"'%s' in the 'Transition' action for StorageClass '%s' must be greater than for StorageClass '%s'",
				name, class, lastClass)
		}
		if until, ok := end.(float64); ok && until <= days {
			return kernel.Refuse("InvalidArgument",
				"'%s' in the Expiration action must be greater than '%s' in the Transition action", name, name)
		}
		last, lastClass = days, class
	}
	return nil
}
