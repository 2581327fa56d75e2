package endpoint

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/ashlar-iac/ashlar/integration/cloud"
	"github.com/ashlar-iac/ashlar/integration/cloud/aws/kernel"
)

// service is a service with VPC endpoints.
type service struct {
	// name is such as "com.amazonaws.eu-west-1.ecr.api".
	name string
	// kinds are the types of endpoints that it has.
	kinds []string
	// domain is its private DNS name without the region and the domain of AWS.
	domain string
}

// interfaceServices are the services with interface endpoints. Source: "AWS services that integrate with AWS
// PrivateLink".
func interfaceServices() []string {
	return []string{
		"access-analyzer", "acm-pca", "application-autoscaling", "aps", "aps-workspaces", "athena", "autoscaling",
		"backup", "batch", "bedrock", "bedrock-agent-runtime", "bedrock-runtime",
		"cloudformation", "cloudtrail", "codeartifact.api", "codeartifact.repositories", "codebuild", "codecommit",
		"codedeploy",
		"codepipeline", "config", "data-servicediscovery", "datasync", "dms", "dynamodb", "ebs", "ec2", "ec2messages", "ecr.api", "ecr.dkr",
		"ecs", "ecs-agent",
		"ecs-telemetry", "eks", "eks-auth", "elasticache", "elasticfilesystem", "elasticloadbalancing",
		"elasticmapreduce", "events",
		"execute-api", "fis", "fsx", "git-codecommit", "glue", "guardduty-data", "imagebuilder", "inspector2", "kafka",
		"kinesis-firehose",
		"kinesis-streams", "kms", "lakeformation", "lambda", "logs", "monitoring", "rds", "rds-data", "redshift",
		"redshift-data", "s3",
		"sagemaker.api", "sagemaker.runtime", "scheduler", "secretsmanager", "securityhub", "servicediscovery", "sns",
		"sqs", "ssm",
		"ssm-contacts", "ssm-incidents", "ssmmessages", "states", "storagegateway", "sts", "sync-states",
		"synthetics", "textract",
		"transfer", "xray",
	}
}

// withChineseNames are the services whose interface endpoints have names that begin with cn.com.amazonaws in China.
// Those of others begin with com.amazonaws, and so do those of all gateway endpoints. Source: the list of
// aws-ec2/lib/vpc-endpoint.ts in the AWS CDK, from describe-vpc-endpoint-services in both regions.
func withChineseNames() []string {
	return []string{
		"application-autoscaling", "athena", "autoscaling", "backup", "batch", "cloudformation", "dms", "ebs", "ec2",
		"ecr.api", "ecr.dkr", "eks", "elasticache", "elasticfilesystem", "execute-api", "fsx", "imagebuilder",
		"kinesis-streams", "lambda", "monitoring", "rds", "redshift", "redshift-data", "s3", "sagemaker.api",
		"sagemaker.runtime", "securityhub", "sqs", "states", "sts", "sync-states", "synthetics", "transfer", "xray",
	}
}

// usual begins the names of the endpoint services of AWS, except for some in China.
const usual = "com.amazonaws"

// domains are the private DNS names of services that differ from their service names.
func domains() map[string]string {
	return map[string]string{
		"codeartifact.api": "codeartifact", "codeartifact.repositories": "*.d.codeartifact", "ecr.api": "api.ecr",
		"ecr.dkr":   "*.dkr.ecr",
		"ecs-agent": "ecs-a", "ecs-telemetry": "ecs-t", "execute-api": "*.execute-api", "kinesis-firehose": "firehose",
		"kinesis-streams": "kinesis", "sagemaker.api": "api.sagemaker", "sagemaker.runtime": "runtime.sagemaker",
	}
}

// findService returns a service by its name. Endpoint services of other accounts always exist.
func findService(c *cloud.Call, name string) (*service, error) {
	missing := kernel.Refuse("InvalidServiceName", "The Vpc Endpoint Service '%s' does not exist", name)
	region := c.Scope.Values["region"]
	prefix, short, ok := strings.Cut(name, "."+region+".")
	if !ok ||
		!slices.Contains([]string{usual, kernel.ReverseDNS(c), kernel.ReverseDNS(c) + ".vpce"}, prefix) {
		return nil, missing
	}
	if prefix == kernel.ReverseDNS(c)+".vpce" {
		if !strings.HasPrefix(short, "vpce-svc-") {
			return nil, missing
		}
		return &service{name: name, kinds: []string{"GatewayLoadBalancer", "Interface"}}, nil
	}
	s := &service{name: name, domain: short}
	if prefix == usual && slices.Contains([]string{"s3", "dynamodb", "s3express"}, short) {
		s.kinds = []string{"Gateway"}
	}
	own := usual
	if slices.Contains(withChineseNames(), short) {
		own = kernel.ReverseDNS(c)
	}
	if prefix == own && slices.Contains(interfaceServices(), short) {
		s.kinds = append(s.kinds, "Interface")
	}
	if domain, ok := domains()[short]; ok {
		s.domain = domain
	}
	if len(s.kinds) == 0 {
		return nil, missing
	}
	return s, nil
}

// privateDomain is the name by which a VPC resolves a service through an endpoint with private DNS.
func (s *service) privateDomain(c *cloud.Call) string {
	if s.domain == "" {
		return ""
	}
	if s.domain == "eks-auth" {
		return s.domain + "." + c.Scope.Values["region"] + ".api.aws"
	}
	return s.domain + "." + c.Scope.Values["region"] + "." + kernel.DNSSuffix(c)
}

func getEndpointService(c *cloud.Call, args map[string]any) (map[string]any, error) {
	name, _ := args["serviceName"].(string)
	if short, _ := args["service"].(string); short != "" {
		name = usual + "." + c.Scope.Values["region"] + "." + short // So does the provider, in China as well.
	}
	s, err := findService(c, name)
	if err != nil {
		return nil, err
	}
	kind, _ := args["serviceType"].(string)
	switch {
	case kind == "" && len(s.kinds) > 1:
		return nil, fmt.Errorf("multiple EC2 VPC Endpoint Services matched; use additional constraints to reduce matches to a single EC2 VPC Endpoint Service")
	case kind == "":
		kind = s.kinds[0]
	case !slices.Contains(s.kinds, kind):
		return nil, fmt.Errorf("no matching EC2 VPC Endpoint Service found")
	}
	names := kernel.Zones(c.Scope.Values["region"])
	out := maps.Clone(args)
	maps.Copy(out, map[string]any{
		"id": name, "serviceName": name, "serviceType": kind, "serviceId": "vpce-svc-" +
			strings.ReplaceAll(s.domain, ".", ""),
		"availabilityZones": cloud.List(names...), "acceptanceRequired": false, "managesVpcEndpoints": false,
		"owner":                      "amazon",
		"vpcEndpointPolicySupported": true, "privateDnsName": s.privateDomain(c), "region": c.Scope.Values["region"],
		"supportedIpAddressTypes": cloud.List("ipv4"),
	})
	return out, nil
}

// Service returns the types and functions of VPC endpoints.
func Service() cloud.Service {
	return cloud.Service{
		Types:     []*cloud.Type{endpoint(), endpointTable(), endpointSubnet()},
		Functions: map[string]cloud.Function{"aws:ec2/getVpcEndpointService:getVpcEndpointService": getEndpointService},
	}
}
