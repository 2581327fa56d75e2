package network

import (
	"maps"
	"regexp"
	"slices"
	"strings"

	"github.com/ashlar-iac/ashlar/aws/internal/lookup"
)

// bundles returns the services of each bundle. Sources: "Improve the security of EC2 instances by using VPC endpoints for Systems Manager",
// "Amazon ECR interface VPC endpoints", "Deploy private clusters with limited internet access" (Amazon EKS), with autoscaling for Cluster
// Autoscaler.
func bundles() map[string][]string {
	return map[string][]string{
		"ssm": {"ec2messages", "ssm", "ssmmessages"},
		"ecr": {"ecr.api", "ecr.dkr"},
		"eks": {"autoscaling", "ec2", "ecr.api", "ecr.dkr", "eks", "eks-auth", "elasticloadbalancing", "logs", "sts"},
	}
}

// noPolicy stands for the actions of services whose endpoints have no policy of one's own.
const noPolicy = ""

// hasPolicy reports whether the endpoint of a service can have a policy. Of those that are not known here, other than those of other accounts,
// it is taken to be so. That of ECS cannot in the partition aws-us-gov.
func hasPolicy(partition, service string) bool {
	actions, known := services()[service]
	switch {
	case theirs(service), known && actions == noPolicy, service == "ecs" && partition == "aws-us-gov":
		return false
	}
	return true
}

// services returns what actions begin with at the interface endpoints that are known by their short names, which all answer at port 443. Source: "AWS services that
// integrate with AWS PrivateLink".
func services() map[string]string {
	out := map[string]string{
		"aps-workspaces": "aps", "codeartifact.api": "codeartifact", "codeartifact.repositories": "codeartifact",
		"bedrock-agent-runtime": "bedrock", "bedrock-runtime": "bedrock", "data-servicediscovery": "servicediscovery",
		"ecr.api": "ecr", "ecr.dkr": "ecr", "ecs-agent": noPolicy, "ecs-telemetry": noPolicy,
		"git-codecommit": "codecommit", "kinesis-firehose": "firehose", "kinesis-streams": "kinesis", "monitoring": "cloudwatch",
		"sagemaker.api": "sagemaker", "sagemaker.runtime": "sagemaker", "sync-states": "states",
	}
	for _, same := range []string{
		"access-analyzer", "acm-pca", "application-autoscaling", "aps", "athena", "autoscaling", "backup", "batch", "bedrock",
		"cloudformation", "cloudtrail", "codebuild", "codecommit", "codedeploy", "codepipeline", "config", "datasync", "dms",
		"dynamodb", "ebs", "ec2", "ec2messages", "ecs", "eks", "eks-auth", "elasticache", "elasticfilesystem", "elasticloadbalancing",
		"elasticmapreduce", "events", "execute-api", "fis", "fsx", "glue", "imagebuilder", "inspector2", "kafka", "kms",
		"lakeformation", "lambda", "logs", "rds", "rds-data", "redshift", "redshift-data", "s3", "scheduler", "secretsmanager",
		"securityhub", "servicediscovery", "sns", "sqs", "ssm", "ssm-contacts", "ssm-incidents", "ssmmessages", "states",
		"storagegateway", "sts", "synthetics", "textract", "transfer", "xray",
	} {
		out[same] = same
	}
	return out
}

func serviceNames() []string { return slices.Sorted(maps.Keys(services())) }

// full matches the whole name of an endpoint service: what it begins with, the region and the service.
var full = regexp.MustCompile(`^[a-z0-9-]+(?:\.[a-z0-9-]+)*\.[a-z]{2,4}(?:-[a-z]+){1,2}-[0-9]{1,2}\.([a-z0-9-]+(?:\.[a-z0-9-]+)*)$`)

// shortName returns the service of a name that may be written in full.
func shortName(name string) string {
	if parts := full.FindStringSubmatch(name); parts != nil {
		return parts[1]
	}
	return name
}

// theirs reports whether an endpoint service is one of another account, and not one of AWS.
func theirs(service string) bool { return strings.HasPrefix(service, "vpce-svc-") }

// hasPrivateDNS reports whether the usual name of a service can lead to its interface endpoint. Those of endpoint services of others depend on
// what their owner has set up, and DynamoDB has none.
func hasPrivateDNS(service string) bool { return !theirs(service) && service != "dynamodb" }

// interfaces returns the names of the endpoint services by the service, each once. A name that is not written in full is the service itself.
func (s *EndpointsSettings) interfaces() map[string]string {
	out := map[string]string{}
	for _, b := range s.Bundles {
		for _, service := range bundles()[b] {
			out[service] = service
		}
	}
	for _, name := range s.Services {
		out[shortName(name)] = name
	}
	return out
}

// gateways returns the services that have a gateway endpoint.
func (s *EndpointsSettings) gateways() []string {
	var out []string
	if *s.Gateways.DynamoDB {
		out = append(out, "dynamodb")
	}
	if *s.Gateways.S3 {
		out = append(out, "s3")
	}
	return out
}

// endpointService returns the whole name of an endpoint service that has interface endpoints.
func endpointService(where lookup.Scope, name string) string {
	if full.MatchString(name) {
		return name
	}
	prefix := "com.amazonaws"
	if where.Partition == "aws-cn" && slices.Contains(chinese(), name) {
		prefix = where.ReverseDNSPrefix
	}
	return prefix + "." + where.Region + "." + name
}

// chinese are the services whose names begin with cn.com.amazonaws in the regions of China. The rest begin as everywhere.
func chinese() []string {
	return []string{
		"application-autoscaling", "athena", "autoscaling", "backup", "batch", "cloudformation", "dms", "ebs", "ec2", "ecr.api", "ecr.dkr",
		"eks", "elasticache", "elasticfilesystem", "execute-api", "kinesis-streams", "lambda", "monitoring", "rds", "redshift",
		"redshift-data", "s3", "sagemaker.api", "sagemaker.runtime", "sqs", "states", "sts", "sync-states", "synthetics", "transfer", "xray",
	}
}
