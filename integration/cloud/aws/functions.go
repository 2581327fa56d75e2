package aws

import (
	"cmp"
	"fmt"
	"slices"

	"github.com/ashlar-iac/ashlar/integration/cloud"
	"github.com/ashlar-iac/ashlar/integration/cloud/aws/kernel"
)

func getCallerIdentity(c *cloud.Call, _ map[string]any) (map[string]any, error) {
	account := c.Scope.Values["account"]
	return map[string]any{
		"id": account, "accountId": account, "arn": kernel.Caller(c), "userId": "AIDASIMULATED",
	}, nil
}

func getPartition(c *cloud.Call, _ map[string]any) (map[string]any, error) {
	name := c.Scope.Values["partition"]
	p := kernel.Partitions()[name]
	return map[string]any{"id": name, "partition": name, "dnsSuffix": p.Suffix, "reverseDnsPrefix": p.Reverse}, nil
}

// getRegion returns the provider's region, or a named one.
func getRegion(c *cloud.Call, args map[string]any) (map[string]any, error) {
	name, _ := args["name"].(string)
	name = cmp.Or(name, c.Scope.Values["region"])
	known, ok := kernel.Regions()[name]
	if !ok {
		return nil, fmt.Errorf("finding Region using name (%s): region not found", name)
	}
	return map[string]any{
		"id": name, "name": name, "endpoint": "ec2." + name + "." + kernel.Partitions()[known.Partition].Suffix,
		"description": name,
	}, nil
}

// getDefaultTags returns the default tags of the provider.
func getDefaultTags(c *cloud.Call, _ map[string]any) (map[string]any, error) {
	tags := map[string]any{}
	for key, value := range c.Scope.Tags {
		tags[key] = value
	}
	return map[string]any{"id": c.Scope.Values["partition"], "tags": tags}, nil
}

// getServicePrincipal returns the name of a service in policies of a region.
func getServicePrincipal(c *cloud.Call, args map[string]any) (map[string]any, error) {
	service, _ := args["serviceName"].(string)
	region, _ := args["region"].(string)
	region = cmp.Or(region, c.Scope.Values["region"])
	domain := "amazonaws.com"
	// These services have another domain in China.
	if kernel.Regions()[region].Partition == "aws-cn" &&
		slices.Contains([]string{"codedeploy", "elasticmapreduce", "logs", "ec2"}, service) {
		domain += ".cn"
	}
	name := service + "." + domain
	return map[string]any{
		"id": service + "." + region + "." + domain, "name": name, "serviceName": service, "suffix": domain,
		"region": region,
	}, nil
}

// providerService returns the functions of the provider itself, and getCallerIdentity of STS.
func providerService() cloud.Service {
	return cloud.Service{Functions: map[string]cloud.Function{
		"aws:index/getCallerIdentity:getCallerIdentity":     getCallerIdentity,
		"aws:index/getDefaultTags:getDefaultTags":           getDefaultTags,
		"aws:index/getPartition:getPartition":               getPartition,
		"aws:index/getRegion:getRegion":                     getRegion,
		"aws:index/getServicePrincipal:getServicePrincipal": getServicePrincipal,
	}}
}
