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

// interfaceServices are the services with interface endpoints.
func interfaceServices() []string {
	return []string{
		"access-analyzer", "acm-pca", "application-autoscaling", "athena", "autoscaling", "backup", "batch",
		"bedrock", "bedrock-runtime",
		"cloudformation", "cloudtrail", "codeartifact.api", "codeartifact.repositories", "codebuild", "codecommit",
		"codedeploy",
		"codepipeline", "config", "datasync", "dms", "dynamodb", "ebs", "ec2", "ec2messages", "ecr.api", "ecr.dkr",
		"ecs", "ecs-agent",
		"ecs-telemetry", "eks", "eks-auth", "elasticache", "elasticfilesystem", "elasticloadbalancing",
		"elasticmapreduce", "events",
		"execute-api", "fis", "fsx", "glue", "guardduty-data", "imagebuilder", "inspector2", "kafka",
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
	prefix := kernel.ReverseDNS(c) + "." + region + "."
	if strings.HasPrefix(name, kernel.ReverseDNS(c)+".vpce."+region+".vpce-svc-") {
		return &service{name: name, kinds: []string{"GatewayLoadBalancer", "Interface"}}, nil
	}
	short, ok := strings.CutPrefix(name, prefix)
	if !ok {
		return nil, missing
	}
	s := &service{name: name, domain: short}
	if slices.Contains([]string{"s3", "dynamodb", "s3express"}, short) {
		s.kinds = []string{"Gateway"}
	}
	if slices.Contains(interfaceServices(), short) {
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
		name = kernel.ReverseDNS(c) + "." + c.Scope.Values["region"] + "." + short
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
