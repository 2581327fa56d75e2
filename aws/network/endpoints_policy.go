package network

import (
	"fmt"
	"slices"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/ashlar-iac/ashlar/aws/internal/lookup"
	"github.com/ashlar-iac/ashlar/aws/policy"
)

// perimeter is the set of principals and resources that endpoint policies allow.
type perimeter struct {
	lookup.Scope

	organization string
	accounts     []string
}

func (a *EndpointsArgs) perimeter(scope lookup.Scope) perimeter {
	return perimeter{Scope: scope, organization: a.Organization, accounts: append([]string{scope.Account}, a.Accounts...)}
}

// policy returns the policy of the endpoint of a service, or nil for the default policy of AWS, which allows
// everything.
func (a *EndpointsArgs) policy(scope lookup.Scope, service string) (pulumi.StringPtrInput, error) {
	var document *policy.Document
	given, ok := a.Policies[service]
	actions, known := services()[service]
	switch {
	case !hasPolicy(scope.Partition, service):
		return nil, nil
	case ok:
		document = &given
	case slices.Contains(a.Unrestricted, service):
		if !known {
			return nil, nil // It may not support policies.
		}
		document = allowEverything() // An endpoint whose policy is removed keeps the last one.
	default:
		document = a.perimeter(scope).document(service, actions)
	}
	text, err := document.JSON(policy.Endpoint)
	if err != nil {
		return nil, err
	}
	return text.ToStringOutput().ToStringPtrOutput(), nil
}

// allowEverything returns the default policy of AWS.
func allowEverything() *policy.Document {
	return &policy.Document{Statements: []policy.Statement{{
		Effect: policy.Allow, Principals: &policy.Principals{Everyone: true}, Actions: []string{"*"},
		Resources: pulumi.StringArray{pulumi.String("*")}, AllowWildcards: true,
	}}}
}

// document returns the generated policy for a service. actions is the prefix of its actions, empty if unknown.
func (p perimeter) document(service, actions string) *policy.Document {
	d := &policy.Document{}
	for _, principal := range p.conditions("aws:Principal") {
		for _, resource := range p.conditions("aws:Resource") {
			d.Statements = append(d.Statements, policy.Statement{
				Sid:        fmt.Sprintf("Own%d", len(d.Statements)+1),
				Effect:     policy.Allow,
				Actions:    allActions(actions),
				Resources:  pulumi.StringArray{pulumi.String("*")},
				Conditions: []policy.Condition{principal, resource},
				// An endpoint accepts only actions of its service.
				AllowWildcards: actions == "",
			})
		}
	}
	d.Statements = append(d.Statements, p.exceptions(service)...)
	if unsupported := withoutResource(actions); len(unsupported) > 0 {
		d.Statements = append(d.Statements, p.byOwnPrincipals("WithoutResource", unsupported, []string{"*"})...)
	}
	for i := range d.Statements {
		d.Statements[i].Principals = &policy.Principals{Everyone: true}
	}
	return d
}

// withoutResource returns the actions of a service whose requests do not have the condition keys aws:ResourceAccount and
// aws:ResourceOrgID, so that only the principal can be restricted. Actions with a resource of another account, such as
// the accepter of a peering connection, are among them.
//
// Source: "AWS global condition context keys: aws:ResourceAccount", AWS Identity and Access Management User Guide. Its
// older versions also have the copy actions and CreateVolume of EC2, for snapshots and images of other accounts.
func withoutResource(prefix string) []string {
	return map[string][]string{
		"auditmanager": {"auditmanager:UpdateAssessmentFrameworkShare"},
		"detective":    {"detective:AcceptInvitation"},
		"ds":           {"ds:AcceptSharedDirectory"},
		"ebs":          {"ebs:*"},
		"ec2": {
			"ec2:AcceptTransitGatewayPeeringAttachment", "ec2:AcceptVpcEndpointConnections", "ec2:AcceptVpcPeeringConnection",
			"ec2:CopyFpgaImage", "ec2:CopyImage", "ec2:CopySnapshot", "ec2:CreateTransitGatewayPeeringAttachment",
			"ec2:CreateVolume", "ec2:CreateVpcEndpoint", "ec2:CreateVpcPeeringConnection",
		},
		"es":          {"es:AcceptInboundConnection"},
		"events":      {"events:PutEvents"},
		"guardduty":   {"guardduty:AcceptAdministratorInvitation"},
		"macie2":      {"macie2:AcceptInvitation"},
		"route53":     {"route53:AssociateVpcWithHostedZone", "route53:CreateVPCAssociationAuthorization"},
		"securityhub": {"securityhub:AcceptAdministratorInvitation"},
	}[prefix]
}

func allActions(prefix string) []string {
	if prefix == "" {
		return []string{"*"}
	}
	return []string{prefix + ":*"}
}

// conditions returns the conditions of which a principal or resource must meet one.
func (p perimeter) conditions(prefix string) []policy.Condition {
	if p.organization == "" {
		return []policy.Condition{policy.Equals(prefix+"Account", p.accounts...)}
	}
	out := []policy.Condition{policy.Equals(prefix+"OrgID", p.organization)}
	if others := p.accounts[1:]; len(others) > 0 {
		out = append(out, policy.Equals(prefix+"Account", others...))
	}
	return out
}

// exceptions returns the statements that a service needs in addition: for resources that AWS owns, such as images, and
// for unsigned requests.
func (p perimeter) exceptions(service string) []policy.Statement {
	switch service {
	case "s3":
		return []policy.Statement{p.unrestricted("FromAWS", []string{"s3:GetObject"}, p.buckets())}
	case "sts":
		return p.onOwnResources("Federated", "sts:AssumeRoleWithSAML", "sts:AssumeRoleWithWebIdentity")
	case "execute-api":
		return p.onOwnResources("Unsigned", "execute-api:Invoke")
	case "ecr.api", "ecr.dkr":
		return p.byOwnPrincipals("Pull", []string{
			"ecr:BatchCheckLayerAvailability", "ecr:BatchGetImage", "ecr:DescribeImages", "ecr:GetDownloadUrlForLayer",
		}, []string{"*"})
	case "ec2":
		return slices.Concat(
			p.byOwnPrincipals("Images", []string{"ec2:RunInstances"}, []string{"*"},
				policy.Equals("ec2:Owner", "amazon", "aws-marketplace")),
			p.byOwnPrincipals("PrefixLists", []string{"ec2:*"},
				[]string{"arn:" + p.Partition + ":ec2:*:aws:prefix-list/*"}))
	case "ssm":
		of := "arn:" + p.Partition + ":ssm:" + p.Region + "::"
		return p.byOwnPrincipals("FromAWS", []string{
			"ssm:CreateAssociation", "ssm:Describe*", "ssm:Get*", "ssm:List*", "ssm:SendCommand", "ssm:StartSession",
		}, []string{of + "document/*", of + "parameter/aws/*"})
	}
	return nil
}

// unrestricted returns a statement that allows actions for all principals, also of unsigned requests.
func (p perimeter) unrestricted(sid string, actions, resources []string) policy.Statement {
	return policy.Statement{Sid: sid, Effect: policy.Allow, Actions: actions, Resources: pulumi.ToStringArray(resources)}
}

// onOwnResources returns statements that allow actions on resources of the perimeter for all principals.
func (p perimeter) onOwnResources(sid string, actions ...string) []policy.Statement {
	return p.each(sid, "aws:Resource", actions, []string{"*"})
}

// byOwnPrincipals returns statements that allow actions on all resources for principals of the perimeter.
func (p perimeter) byOwnPrincipals(
	sid string, actions, resources []string, conditions ...policy.Condition,
) []policy.Statement {
	return p.each(sid, "aws:Principal", actions, resources, conditions...)
}

func (p perimeter) each(
	sid, prefix string, actions, resources []string, conditions ...policy.Condition,
) []policy.Statement {
	var out []policy.Statement
	for i, c := range p.conditions(prefix) {
		s := policy.Statement{
			Sid: sid, Effect: policy.Allow, Actions: actions, Resources: pulumi.ToStringArray(resources),
			Conditions: append([]policy.Condition{c}, conditions...),
		}
		if i > 0 {
			s.Sid = fmt.Sprintf("%s%d", sid, i+1)
		}
		out = append(out, s)
	}
	return out
}

// buckets returns the ARNs of the objects that instances, agents and registries read from buckets of AWS in the region:
// image layers, packages of Amazon Linux, and what the agents of Systems Manager, CloudWatch and CodeDeploy install.
// Sources: "Amazon ECR interface VPC endpoints", "SSM Agent communications with AWS managed S3 buckets", "Package
// repositories" of Amazon Linux, "Service-owned resources" of the data perimeter examples.
func (p perimeter) buckets() []string {
	out := []string{
		"prod-" + p.Region + "-starport-layer-bucket",
		"al2023-repos-" + p.Region + "-de612dc2", "al2023-" + p.Region,
		"amazonlinux-2-repos-" + p.Region, "amazonlinux." + p.Region + ".amazonaws.com",
		"packages." + p.Region + ".amazonaws.com", "repo." + p.Region + ".amazonaws.com",
		"amazon-ssm-" + p.Region, "amazon-ssm-packages-" + p.Region, "aws-patch-manager-" + p.Region + "-*",
		"aws-patchmanager-macos-" + p.Region,
		"aws-ssm-" + p.Region, "aws-ssm-distributor-file-" + p.Region, "aws-ssm-document-attachments-" + p.Region,
		"aws-windows-downloads-" + p.Region, "patch-baseline-snapshot-" + p.Region, p.Region + "-birdwatcher-prod",
		"amazoncloudwatch-agent", "amazoncloudwatch-agent-" + p.Region, "aws-codedeploy-" + p.Region,
	}
	for i, b := range out {
		out[i] = "arn:" + p.Partition + ":s3:::" + b + "/*"
	}
	return out
}
