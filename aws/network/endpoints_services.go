package network

import (
	"maps"
	"regexp"
	"slices"
	"strings"

	"github.com/ashlar-iac/ashlar/aws/internal/lookup"
)

// bundles returns the services of each bundle. Sources: "Improve the security of EC2 instances by using VPC endpoints
// for Systems Manager", "Amazon ECR interface VPC endpoints", "Deploy private clusters with limited internet access"
// (Amazon EKS), with autoscaling for Cluster Autoscaler.
func bundles() map[EndpointBundle][]string {
	return map[EndpointBundle][]string{
		EndpointBundleSSM: {"ec2messages", "ssm", "ssmmessages"},
		EndpointBundleECR: {"ecr.api", "ecr.dkr"},
		EndpointBundleEKS: {
			"autoscaling", "ec2", "ecr.api", "ecr.dkr", "eks", "eks-auth", "elasticloadbalancing", "logs", "sts",
		},
	}
}

// noPolicy is the action prefix of services whose endpoints do not support policies.
const noPolicy = ""

// hasPolicy reports whether the endpoint of a service supports policies. Unknown AWS services are assumed to, endpoint
// services of other accounts not to. ECS does not in the partition aws-us-gov.
func hasPolicy(partition, service string) bool {
	actions, known := services()[service]
	switch {
	case isCustom(service), known && actions == noPolicy, service == "ecs" && partition == "aws-us-gov":
		return false
	}
	return true
}

// services returns the action prefix of each service whose short name is known. All of them use port 443. Source: "AWS
// services that integrate with AWS PrivateLink".
func services() map[string]string {
	out := map[string]string{
		"aps-workspaces": "aps", "codeartifact.api": "codeartifact", "codeartifact.repositories": "codeartifact",
		"bedrock-agent-runtime": "bedrock", "bedrock-runtime": "bedrock", "data-servicediscovery": "servicediscovery",
		"ecr.api": "ecr", "ecr.dkr": "ecr", "ecs-agent": noPolicy, "ecs-telemetry": noPolicy,
		"git-codecommit": "codecommit", "kinesis-firehose": "firehose", "kinesis-streams": "kinesis",
		"monitoring":    "cloudwatch",
		"sagemaker.api": "sagemaker", "sagemaker.runtime": "sagemaker", "sync-states": "states",
	}
	for _, same := range []string{
		"access-analyzer", "acm-pca", "application-autoscaling", "aps", "athena", "autoscaling", "backup", "batch", "bedrock",
		"cloudformation", "cloudtrail", "codebuild", "codecommit", "codedeploy", "codepipeline", "config", "datasync", "dms",
		"dynamodb", "ebs", "ec2", "ec2messages", "ecs", "eks", "eks-auth", "elasticache", "elasticfilesystem",
		"elasticloadbalancing",
		"elasticmapreduce", "events", "execute-api", "fis", "fsx", "glue", "imagebuilder", "inspector2", "kafka", "kms",
		"lakeformation", "lambda", "logs", "rds", "rds-data", "redshift", "redshift-data", "s3", "scheduler",
		"secretsmanager",
		"securityhub", "servicediscovery", "sns", "sqs", "ssm", "ssm-contacts", "ssm-incidents", "ssmmessages", "states",
		"storagegateway", "sts", "synthetics", "textract", "transfer", "xray",
	} {
		out[same] = same
	}
	return out
}

func bundleNames() []string {
	return []string{string(EndpointBundleSSM), string(EndpointBundleECR), string(EndpointBundleEKS)}
}

func serviceNames() []string { return slices.Sorted(maps.Keys(services())) }

// fullName matches the full name of an endpoint service: a prefix, the region and the service.
var fullName = regexp.MustCompile(
	`^[a-z0-9-]+(?:\.[a-z0-9-]+)*\.[a-z]{2,4}(?:-[a-z]+){1,2}-[0-9]{1,2}\.([a-z0-9-]+(?:\.[a-z0-9-]+)*)$`,
)

// shortName returns the service of a short or full name.
func shortName(name string) string {
	if parts := fullName.FindStringSubmatch(name); parts != nil {
		return parts[1]
	}
	return name
}

// isCustom reports whether a service is an endpoint service that AWS does not provide.
func isCustom(service string) bool { return strings.HasPrefix(service, "vpce-svc-") }

// hasPrivateDNS reports whether the public DNS name of a service can resolve to its interface endpoint. DynamoDB does
// not support it. For custom endpoint services it depends on their owner.
func hasPrivateDNS(service string) bool { return !isCustom(service) && service != "dynamodb" }

// interfaces returns the services with an interface endpoint, and the short or full name of each.
func (a *EndpointsArgs) interfaces() map[string]string {
	out := map[string]string{}
	for _, b := range a.Bundles {
		for _, service := range bundles()[b] {
			out[service] = service
		}
	}
	for _, name := range a.Services {
		out[shortName(name)] = name
	}
	return out
}

// gateways returns the services with a gateway endpoint.
func (a *EndpointsArgs) gateways() []string {
	gateways := a.Gateways
	if gateways == nil {
		gateways = &GatewayEndpoints{}
	}
	var out []string
	if enabled(gateways.DynamoDB) {
		out = append(out, "dynamodb")
	}
	if enabled(gateways.S3) {
		out = append(out, "s3")
	}
	return out
}

// endpointService returns the full name of the endpoint service of an interface endpoint.
func endpointService(scope lookup.Scope, name string) string {
	if fullName.MatchString(name) {
		return name
	}
	prefix := "com.amazonaws"
	if scope.Partition == "aws-cn" && slices.Contains(servicesWithChineseNames(), name) {
		prefix = scope.ReverseDNSPrefix
	}
	return prefix + "." + scope.Region + "." + name
}

// servicesWithChineseNames returns the services whose full names begin with cn.com.amazonaws in China. Others begin
// with com.amazonaws.
func servicesWithChineseNames() []string {
	return []string{
		"application-autoscaling", "athena", "autoscaling", "backup", "batch", "cloudformation", "dms", "ebs", "ec2",
		"ecr.api", "ecr.dkr", "eks", "elasticache", "elasticfilesystem", "execute-api", "fsx", "imagebuilder",
		"kinesis-streams", "lambda", "monitoring", "rds", "redshift", "redshift-data", "s3", "sagemaker.api",
		"sagemaker.runtime", "securityhub", "sqs", "states", "sts", "sync-states", "synthetics", "transfer", "xray",
	}
}
