package policy

import (
	"slices"
	"strings"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
)

// SourceAccount is the condition that a service acts on behalf of one of the accounts. It keeps others from making the service
// their deputy. Source: "The confused deputy problem", AWS Identity and Access Management User Guide.
func SourceAccount(accounts ...pulumi.StringInput) Condition {
	return Condition{Operator: "StringEquals", Key: pulumi.String("aws:SourceAccount"), Values: pulumi.StringArray(accounts)}
}

// SourceARN is the condition that a service acts on behalf of a resource, whose ARN may have wildcards.
func SourceARN(arns pulumi.StringArrayInput) Condition {
	return Condition{Operator: "ArnLike", Key: pulumi.String("aws:SourceArn"), Values: arns}
}

// PrincipalARN is the condition that a role or a user asks, whose ARN may have wildcards. Other than a principal, it may be of one
// that does not exist yet, and still holds when it was made anew.
func PrincipalARN(arns pulumi.StringArrayInput) Condition {
	return Condition{Operator: "ArnLike", Key: pulumi.String("aws:PrincipalArn"), Values: arns}
}

// ExternalID is the condition that who asks names the id on which you have agreed with another organization. Source: "Access to
// AWS accounts owned by third parties".
func ExternalID(id string) Condition { return Equals("sts:ExternalId", id) }

// Organization is the condition that who asks belongs to an organization of AWS Organizations.
func Organization(id string) Condition { return Equals("aws:PrincipalOrgID", id) }

// MFA is the condition that who asks has signed in with a second factor.
func MFA() Condition {
	return Condition{Operator: "Bool", Key: pulumi.String("aws:MultiFactorAuthPresent"), Values: pulumi.StringArray{pulumi.String("true")}}
}

// PodTag is the condition that a pod which EKS Pod Identity asks for has one of the values in a session tag, such as
// kubernetes-namespace, kubernetes-service-account or eks-cluster-arn. Source: "Grant Pods access to AWS resources based on tags",
// Amazon EKS User Guide.
func PodTag(tag string, values pulumi.StringArrayInput) Condition {
	return Condition{Operator: "StringEquals", Key: pulumi.String("aws:RequestTag/" + tag), Values: values}
}

// SendsSource reports whether AWS documents that a service tells on whose behalf it assumes a role, so that [SourceAccount] can be
// asked for. Of other services, some do not tell, as EC2, and a role with the condition is of no use to them. In China, principals may
// end with .cn.
func SendsSource(service string) bool {
	_, ok := slices.BinarySearch(SourceServices(), strings.TrimSuffix(service, ".cn"))
	return ok
}

// SourceServices returns the services of [SendsSource], sorted.
//
// Sources: what the guides of the services say about confused deputies and service roles: "Cross-service confused deputy
// prevention" (Amazon Bedrock, Amazon EC2 Auto Scaling, Amazon EKS, Amazon EventBridge with pipes, AWS Glue, AWS Transfer Family,
// AWS Step Functions, AWS Config), "Confused deputy prevention in EventBridge Scheduler", "IAM role for publishing flow logs to
// CloudWatch Logs", "Amazon ECS task IAM role", "Allow CodeBuild to interact with other AWS services", "Setting up and enabling Enhanced
// Monitoring" (Amazon RDS), "Create the IAM service role required for Systems Manager in hybrid and multicloud environments",
// "Amazon EKS Pod execution IAM role". Services are left out whose roles serve several features, not all of which tell.
func SourceServices() []string {
	return []string{
		"autoscaling.amazonaws.com",
		"bedrock.amazonaws.com",
		"codebuild.amazonaws.com",
		"config.amazonaws.com",
		"ecs-tasks.amazonaws.com",
		"eks-fargate-pods.amazonaws.com",
		"eks.amazonaws.com",
		"events.amazonaws.com",
		"glue.amazonaws.com",
		"monitoring.rds.amazonaws.com",
		"pipes.amazonaws.com",
		"scheduler.amazonaws.com",
		"ssm.amazonaws.com",
		"states.amazonaws.com",
		"transfer.amazonaws.com",
		"vpc-flow-logs.amazonaws.com",
	}
}
