package aws

import (
	"cmp"
	"fmt"
	"maps"

	"github.com/ashlar-iac/ashlar/integration/cloud"
)

// functions are those that are covered, by token.
func functions() map[string]cloud.Function {
	out := map[string]cloud.Function{
		"aws:index/getAvailabilityZones:getAvailabilityZones": getAvailabilityZones,
		"aws:index/getCallerIdentity:getCallerIdentity":       getCallerIdentity,
		"aws:index/getPartition:getPartition":                 getPartition,
		"aws:index/getRegion:getRegion":                       getRegion,
	}
	maps.Copy(out, networkFunctions())
	maps.Copy(out, serviceFunctions())
	return out
}

func getCallerIdentity(c *cloud.Call, _ map[string]any) (map[string]any, error) {
	account := c.Scope.Values["account"]
	return map[string]any{
		"id": account, "accountId": account, "arn": caller(c), "userId": "AIDASIMULATED",
	}, nil
}

func getPartition(c *cloud.Call, _ map[string]any) (map[string]any, error) {
	name := c.Scope.Values["partition"]
	p := partitions()[name]
	return map[string]any{"id": name, "partition": name, "dnsSuffix": p.suffix, "reverseDnsPrefix": p.reverse}, nil
}

// getRegion answers for the provider's region, or for one that is named.
func getRegion(c *cloud.Call, args map[string]any) (map[string]any, error) {
	name, _ := args["name"].(string)
	name = cmp.Or(name, c.Scope.Values["region"])
	known, ok := regions()[name]
	if !ok {
		return nil, fmt.Errorf("finding Region using name (%s): region not found", name)
	}
	return map[string]any{
		"id": name, "name": name, "endpoint": "ec2." + name + "." + partitions()[known.partition].suffix, "description": name,
	}, nil
}
