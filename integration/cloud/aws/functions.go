package aws

import (
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

func getAvailabilityZones(c *cloud.Call, _ map[string]any) (map[string]any, error) {
	region := c.Scope.Values["region"]
	var names, ids []any
	for _, zone := range zones(region) {
		names, ids = append(names, zone), append(ids, zoneID(region, zone))
	}
	return map[string]any{"id": region, "names": names, "zoneIds": ids, "groupNames": []any{region}}, nil
}

func getCallerIdentity(c *cloud.Call, _ map[string]any) (map[string]any, error) {
	account := c.Scope.Values["account"]
	return map[string]any{
		"id": account, "accountId": account, "arn": "arn:aws:iam::" + account + ":user/simulated", "userId": "AIDASIMULATED",
	}, nil
}

func getPartition(*cloud.Call, map[string]any) (map[string]any, error) {
	return map[string]any{"id": "aws", "partition": "aws", "dnsSuffix": "amazonaws.com", "reverseDnsPrefix": "com.amazonaws"}, nil
}

func getRegion(c *cloud.Call, _ map[string]any) (map[string]any, error) {
	region := c.Scope.Values["region"]
	return map[string]any{"id": region, "name": region, "endpoint": "ec2." + region + ".amazonaws.com", "description": region}, nil
}
