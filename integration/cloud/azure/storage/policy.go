package storage

import (
	"slices"

	v20240101 "github.com/pulumi/pulumi-azure-native-sdk/storage/v2/v20240101"

	"github.com/ashlar-iac/ashlar/integration/cloud"
	"github.com/ashlar-iac/ashlar/integration/cloud/azure/kernel"
)

func managementPolicy() *cloud.Type {
	return ofAccount(&cloud.Type{
		Token: policyToken, Args: v20240101.ManagementPolicyArgs{}, Resource: &v20240101.ManagementPolicy{},
		Name: "managementPolicyName", Singleton: true,
		Check:  func(c *cloud.Checker) { checkDefault(c, "managementPolicyName") },
		Create: setPolicy,
		Update: setPolicy,
	}, "managementPolicies")
}

// setPolicy checks a lifecycle policy. Source: "Configure a lifecycle management policy", and "Lifecycle management policy
// structure".
func setPolicy(c *cloud.Call) error {
	account, err := owner(c)
	if err != nil {
		return err
	}
	if !hasBlobs(account) || account.Text("kind") == "Storage" {
		return unsupported("Lifecycle management")
	}
	rules := cloud.Objects(c.Object.Block("policy")["rules"])
	if len(rules) == 0 || len(rules) > 100 {
		return notAllowed(len(rules), "policy.rules")
	}
	seen := map[string]bool{}
	for _, rule := range rules {
		if name := cloud.Text(rule, "name"); seen[name] {
			return kernel.Refuse("InvalidRequestPropertyValue", "The rule name '%s' is not unique within the policy.", name)
		}
		seen[cloud.Text(rule, "name")] = true
		if err := checkRule(c, account, rule); err != nil {
			return err
		}
	}
	c.Set("lastModifiedTime", kernel.Now())
	return nil
}

// tiers are the actions that move blobs. Only block blobs have tiers, in accounts with standard performance.
func tiers() []string { return []string{"tierToArchive", "tierToCold", "tierToCool", "tierToHot"} }

func checkRule(c *cloud.Call, account *cloud.Object, rule map[string]any) error {
	if kind := cloud.Text(rule, "type"); kind != "Lifecycle" {
		return notAllowed(kind, "policy.rules.type")
	}
	definition, _ := rule["definition"].(map[string]any)
	actions, _ := definition["actions"].(map[string]any)
	filters, _ := definition["filters"].(map[string]any)
	types := cloud.Texts(filters["blobTypes"])
	if len(types) == 0 {
		return notAllowed("", "policy.rules.definition.filters.blobTypes")
	}
	for _, t := range types {
		if t != "blockBlob" && t != "appendBlob" {
			return notAllowed(t, "policy.rules.definition.filters.blobTypes")
		}
	}
	given := 0
	for _, on := range []string{"baseBlob", "snapshot", "version"} {
		of, _ := actions[on].(map[string]any)
		for name, v := range of {
			condition, _ := v.(map[string]any)
			if condition == nil {
				continue
			}
			given++
			if slices.Contains(tiers(), name) && (slices.Contains(types, "appendBlob") || tier(account) == "Premium") {
				return notAllowed(name, "policy.rules.definition.actions."+on)
			}
			if len(condition) == 0 {
				return notAllowed("", "policy.rules.definition.actions."+on+"."+name)
			}
			if condition["daysAfterLastAccessTimeGreaterThan"] != nil {
				if err := needAccessTimes(c, account); err != nil {
					return err
				}
			}
		}
	}
	if given == 0 {
		return notAllowed("", "policy.rules.definition.actions")
	}
	return nil
}

// needAccessTimes refuses a condition for the last access unless the account tracks it.
func needAccessTimes(c *cloud.Call, account *cloud.Object) error {
	service, err := c.Lookup(blobServiceToken, account.ID+"/blobServices/default")
	if err != nil {
		return err
	}
	if service == nil || service.Block("lastAccessTimeTrackingPolicy")["enable"] != true {
		return kernel.Refuse("LastAccessTimeTrackingNotEnabled", "Last access time based tracking policy must be enabled "+
			"before using its specific actions in object lifecycle management policy.")
	}
	return nil
}
