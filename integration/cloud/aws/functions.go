package aws

import (
	"cmp"
	"fmt"
	"maps"
	"slices"
	"strings"

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
		"description": description(name),
	}, nil
}

// description returns the description of a region. Source: endpoints.json of botocore.
func description(region string) string {
	return map[string]string{
		"af-south-1": "Africa (Cape Town)", "ap-east-1": "Asia Pacific (Hong Kong)", "ap-east-2": "Asia Pacific (Taipei)",
		"ap-northeast-1": "Asia Pacific (Tokyo)", "ap-northeast-2": "Asia Pacific (Seoul)",
		"ap-northeast-3": "Asia Pacific (Osaka)", "ap-south-1": "Asia Pacific (Mumbai)",
		"ap-south-2": "Asia Pacific (Hyderabad)", "ap-southeast-1": "Asia Pacific (Singapore)",
		"ap-southeast-2": "Asia Pacific (Sydney)", "ap-southeast-3": "Asia Pacific (Jakarta)",
		"ap-southeast-4": "Asia Pacific (Melbourne)", "ap-southeast-5": "Asia Pacific (Malaysia)",
		"ap-southeast-7": "Asia Pacific (Thailand)", "ca-central-1": "Canada (Central)",
		"ca-west-1": "Canada West (Calgary)", "cn-north-1": "China (Beijing)", "cn-northwest-1": "China (Ningxia)",
		"eu-central-1": "Europe (Frankfurt)", "eu-central-2": "Europe (Zurich)", "eu-north-1": "Europe (Stockholm)",
		"eu-south-1": "Europe (Milan)", "eu-south-2": "Europe (Spain)", "eu-west-1": "Europe (Ireland)",
		"eu-west-2": "Europe (London)", "eu-west-3": "Europe (Paris)", "il-central-1": "Israel (Tel Aviv)",
		"me-central-1": "Middle East (UAE)", "me-south-1": "Middle East (Bahrain)", "mx-central-1": "Mexico (Central)",
		"sa-east-1": "South America (Sao Paulo)", "us-east-1": "US East (N. Virginia)", "us-east-2": "US East (Ohio)",
		"us-gov-east-1": "AWS GovCloud (US-East)", "us-gov-west-1": "AWS GovCloud (US-West)",
		"us-west-1": "US West (N. California)", "us-west-2": "US West (Oregon)",
	}[region]
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

// getRegions returns the names of the regions of the partition.
func getRegions(c *cloud.Call, args map[string]any) (map[string]any, error) {
	var names []string
	for name, region := range kernel.Regions() {
		if region.Partition == c.Scope.Values["partition"] {
			names = append(names, name)
		}
	}
	slices.Sort(names)
	out := maps.Clone(args)
	out["id"], out["names"] = c.Scope.Values["partition"], cloud.List(names...)
	return out, nil
}

// getArn splits an ARN into its parts.
func getArn(_ *cloud.Call, args map[string]any) (map[string]any, error) {
	arn := cloud.Text(args, "arn")
	parts := strings.SplitN(arn, ":", 6)
	if len(parts) < 6 || parts[0] != "arn" {
		return nil, fmt.Errorf("%q is an invalid ARN: expected arn:PARTITION:SERVICE:REGION:ACCOUNT:RESOURCE", arn)
	}
	return map[string]any{"id": arn, "arn": arn, "partition": parts[1], "service": parts[2], "region": parts[3],
		"account": parts[4], "resource": parts[5]}, nil
}

// billingAccount is the account that delivers detailed billing reports.
//
// Source: terraform-provider-aws, internal/service/meta/billing_service_account_data_source.go.
const billingAccount = "386209384616"

func getBillingServiceAccount(c *cloud.Call, _ map[string]any) (map[string]any, error) {
	return map[string]any{"id": billingAccount,
		"arn": "arn:" + c.Scope.Values["partition"] + ":iam::" + billingAccount + ":root"}, nil
}

// getService returns the DNS names of a service in a region, from any of them or from its id.
func getService(c *cloud.Call, args map[string]any) (map[string]any, error) {
	service, region := cloud.Text(args, "serviceId"), cloud.Text(args, "region")
	name := cloud.Text(args, "reverseDnsName")
	if dns := strings.Split(cloud.Text(args, "dnsName"), "."); len(dns) > 1 {
		slices.Reverse(dns)
		name = strings.Join(dns, ".")
	}
	if parts := strings.Split(name, "."); len(parts) > 3 {
		region, service = parts[len(parts)-2], parts[len(parts)-1]
	}
	region = cmp.Or(region, c.Scope.Values["region"])
	known, ok := kernel.Regions()[region]
	if !ok || service == "" {
		return nil, fmt.Errorf("a service has a serviceId and a region: found %q in %q", service, region)
	}
	p := kernel.Partitions()[known.Partition]
	prefix := cmp.Or(cloud.Text(args, "reverseDnsPrefix"), p.Reverse)
	reverse := prefix + "." + region + "." + service
	return map[string]any{
		"id": reverse, "serviceId": service, "region": region, "partition": known.Partition, "supported": true,
		"dnsName": service + "." + region + "." + p.Suffix, "reverseDnsName": reverse, "reverseDnsPrefix": prefix,
	}, nil
}

// providerService returns the functions of the provider itself, and getCallerIdentity of STS.
func providerService() cloud.Service {
	return cloud.Service{Functions: map[string]cloud.Function{
		"aws:elb/getHostedZoneId:getHostedZoneId":                     getHostedZoneID,
		"aws:elb/getServiceAccount:getServiceAccount":                 getServiceAccount,
		"aws:index/getArn:getArn":                                     getArn,
		"aws:index/getBillingServiceAccount:getBillingServiceAccount": getBillingServiceAccount,
		"aws:index/getRegions:getRegions":                             getRegions,
		"aws:index/getService:getService":                             getService,
		"aws:index/getCallerIdentity:getCallerIdentity":               getCallerIdentity,
		"aws:index/getDefaultTags:getDefaultTags":                     getDefaultTags,
		"aws:index/getPartition:getPartition":                         getPartition,
		"aws:index/getRegion:getRegion":                               getRegion,
		"aws:index/getServicePrincipal:getServicePrincipal":           getServicePrincipal,
	}}
}
