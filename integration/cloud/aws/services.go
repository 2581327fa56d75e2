package aws

import (
	"strings"

	"github.com/ashlar-iac/ashlar/integration/cloud"
	"github.com/ashlar-iac/ashlar/integration/cloud/aws/acm"
	"github.com/ashlar-iac/ashlar/integration/cloud/aws/alarms"
	"github.com/ashlar-iac/ashlar/integration/cloud/aws/apigateway"
	"github.com/ashlar-iac/ashlar/integration/cloud/aws/apigatewayv2"
	"github.com/ashlar-iac/ashlar/integration/cloud/aws/autoscaling"
	"github.com/ashlar-iac/ashlar/integration/cloud/aws/cloudfront"
	"github.com/ashlar-iac/ashlar/integration/cloud/aws/dynamodb"
	"github.com/ashlar-iac/ashlar/integration/cloud/aws/ec2"
	"github.com/ashlar-iac/ashlar/integration/cloud/aws/ecr"
	"github.com/ashlar-iac/ashlar/integration/cloud/aws/ecs"
	"github.com/ashlar-iac/ashlar/integration/cloud/aws/efs"
	"github.com/ashlar-iac/ashlar/integration/cloud/aws/eks"
	"github.com/ashlar-iac/ashlar/integration/cloud/aws/endpoint"
	"github.com/ashlar-iac/ashlar/integration/cloud/aws/events"
	"github.com/ashlar-iac/ashlar/integration/cloud/aws/iam"
	"github.com/ashlar-iac/ashlar/integration/cloud/aws/kinesis"
	"github.com/ashlar-iac/ashlar/integration/cloud/aws/kms"
	"github.com/ashlar-iac/ashlar/integration/cloud/aws/lambda"
	"github.com/ashlar-iac/ashlar/integration/cloud/aws/lb"
	"github.com/ashlar-iac/ashlar/integration/cloud/aws/logs"
	"github.com/ashlar-iac/ashlar/integration/cloud/aws/networkacl"
	"github.com/ashlar-iac/ashlar/integration/cloud/aws/rds"
	"github.com/ashlar-iac/ashlar/integration/cloud/aws/route53"
	"github.com/ashlar-iac/ashlar/integration/cloud/aws/routing"
	"github.com/ashlar-iac/ashlar/integration/cloud/aws/s3"
	"github.com/ashlar-iac/ashlar/integration/cloud/aws/secretsmanager"
	"github.com/ashlar-iac/ashlar/integration/cloud/aws/securitygroup"
	"github.com/ashlar-iac/ashlar/integration/cloud/aws/sfn"
	"github.com/ashlar-iac/ashlar/integration/cloud/aws/sns"
	"github.com/ashlar-iac/ashlar/integration/cloud/aws/sqs"
	"github.com/ashlar-iac/ashlar/integration/cloud/aws/ssm"
	"github.com/ashlar-iac/ashlar/integration/cloud/aws/vpc"
	"github.com/ashlar-iac/ashlar/integration/clusters"
)

// services returns the services of the simulated AWS. Register a new service here.
func services(run clusters.ControlPlanes) []cloud.Service {
	return []cloud.Service{
		providerService(), lookups(),
		vpc.Service(), securitygroup.Service(), networkacl.Service(), routing.Service(), endpoint.Service(),
		ec2.Service(),
		autoscaling.Service(), lb.Service(), route53.Service(), acm.Service(),
		sns.Service(), alarms.Service(), ecr.Service(), dynamodb.Service(), secretsmanager.Service(),
		rds.Service(), lambda.Service(), ecs.Service(), cloudfront.Service(),
		apigateway.Service(), apigatewayv2.Service(), efs.Service(), kinesis.Service(), sfn.Service(),
		eks.Service(run),
		iam.Service(), kms.Service(),
		s3.Service(), sqs.Service(), ssm.Service(), logs.Service(), events.Service(),
	}
}

// canonical returns the token of a type or function of load balancers, which version 6 of the provider has twice: in the
// module "lb", and with the same properties in "alb".
func canonical(token string) string { return strings.Replace(token, "aws:alb/", "aws:lb/", 1) }

// others returns the token of a type or function in the module "alb".
func others(token string) []string {
	name, ok := strings.CutPrefix(token, "aws:lb/")
	if !ok || name == "getHostedZoneId:getHostedZoneId" { // It is in "lb" only.
		return nil
	}
	return []string{"aws:alb/" + name}
}
