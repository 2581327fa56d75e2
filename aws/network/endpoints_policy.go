package network

import (
	"fmt"
	"slices"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/ashlar-iac/ashlar/aws/internal/lookup"
	"github.com/ashlar-iac/ashlar/aws/policy"
)

// perimeter says whose identities use whose resources through the endpoints.
type perimeter struct {
	lookup.Scope

	organization string
	accounts     []string
}

func (s *EndpointsSettings) perimeter(where lookup.Scope) perimeter {
	return perimeter{Scope: where, organization: s.Organization, accounts: append([]string{where.Account}, s.Accounts...)}
}

// policy returns the policy of a service's endpoint, or nil where it has none: what AWS gives the endpoint then admits everything.
func (s *EndpointsSettings) policy(where lookup.Scope, service string) (pulumi.StringPtrInput, error) {
	var document *policy.Document
	given, ok := s.Policies[service]
	actions, known := services()[service]
	switch {
	case !hasPolicy(where.Partition, service):
		return nil, nil
	case ok:
		document = &given
	case slices.Contains(s.Unrestricted, service):
		if !known {
			return nil, nil // Perhaps it cannot have one.
		}
		document = everything() // An endpoint that loses its policy keeps the last one.
	default:
		document = s.perimeter(where).document(service, actions)
	}
	text, err := document.JSON(policy.Endpoint)
	if err != nil {
		return nil, err
	}
	return text.ToStringOutput().ToStringPtrOutput(), nil
}

// everything returns the policy that AWS gives endpoints.
func everything() *policy.Document {
	return &policy.Document{Statements: []policy.Statement{{
		Effect: policy.Allow, Principals: &policy.Principals{Everyone: true}, Actions: []string{"*"}, Resources: pulumi.StringArray{pulumi.String("*")},
		AllowWildcards: true,
	}}}
}

// document returns the policy that is made for a service. actions is what its actions begin with, empty where that is not known.
func (p perimeter) document(service, actions string) *policy.Document {
	d := &policy.Document{}
	for _, who := range p.conditions("aws:Principal") {
		for _, whose := range p.conditions("aws:Resource") {
			d.Statements = append(d.Statements, policy.Statement{
				Effect:     policy.Allow,
				Sid:        fmt.Sprintf("Own%d", len(d.Statements)+1),
				Actions:    every(actions),
				Resources:  pulumi.StringArray{pulumi.String("*")},
				Conditions: []policy.Condition{who, whose},
				// An endpoint knows the actions of its service alone.
				AllowWildcards: actions == "",
			})
		}
	}
	d.Statements = append(d.Statements, p.exceptions(service)...)
	for i := range d.Statements {
		d.Statements[i].Principals = &policy.Principals{Everyone: true}
	}
	return d
}

func every(actions string) []string {
	if actions == "" {
		return []string{"*"}
	}
	return []string{actions + ":*"}
}

// conditions returns the conditions of which an identity, or a resource, has to meet one.
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

// exceptions returns what a service needs beyond one's own resources and identities: what AWS itself owns, such as images, and requests
// that nobody has signed.
func (p perimeter) exceptions(service string) []policy.Statement {
	switch service {
	case "s3":
		return []policy.Statement{p.toAnybody("FromAWS", []string{"s3:GetObject"}, p.buckets())}
	case "sts":
		return p.toOwn("Federated", "sts:AssumeRoleWithSAML", "sts:AssumeRoleWithWebIdentity")
	case "execute-api":
		return p.toOwn("Unsigned", "execute-api:Invoke")
	case "ecr.api", "ecr.dkr":
		return p.byOwn("Pull", []string{
			"ecr:BatchCheckLayerAvailability", "ecr:BatchGetImage", "ecr:DescribeImages", "ecr:GetDownloadUrlForLayer",
		}, []string{"*"})
	case "ec2":
		return slices.Concat(
			p.byOwn("Images", []string{"ec2:RunInstances"}, []string{"*"}, policy.Equals("ec2:Owner", "amazon", "aws-marketplace")),
			p.byOwn("PrefixLists", []string{"ec2:*"}, []string{"arn:" + p.Partition + ":ec2:*:aws:prefix-list/*"}))
	case "ssm":
		of := "arn:" + p.Partition + ":ssm:" + p.Region + "::"
		return p.byOwn("FromAWS", []string{
			"ssm:CreateAssociation", "ssm:Describe*", "ssm:Get*", "ssm:List*", "ssm:SendCommand", "ssm:StartSession",
		}, []string{of + "document/*", of + "parameter/aws/*"})
	}
	return nil
}

// toAnybody returns a statement that lets everybody use resources, whether the request is signed or not.
func (p perimeter) toAnybody(sid string, actions, resources []string) policy.Statement {
	return policy.Statement{Sid: sid, Effect: policy.Allow, Actions: actions, Resources: pulumi.ToStringArray(resources)}
}

// toOwn returns statements that let everybody use one's own resources.
func (p perimeter) toOwn(sid string, actions ...string) []policy.Statement {
	return p.each(sid, "aws:Resource", actions, []string{"*"})
}

// byOwn returns statements that let one's own identities use resources of others.
func (p perimeter) byOwn(sid string, actions, resources []string, conditions ...policy.Condition) []policy.Statement {
	return p.each(sid, "aws:Principal", actions, resources, conditions...)
}

func (p perimeter) each(sid, prefix string, actions, resources []string, conditions ...policy.Condition) []policy.Statement {
	var out []policy.Statement
	for i, c := range p.conditions(prefix) {
		s := policy.Statement{
			Sid: sid, Effect: policy.Allow, Actions: actions, Resources: pulumi.ToStringArray(resources), Conditions: append([]policy.Condition{c}, conditions...),
		}
		if i > 0 {
			s.Sid = fmt.Sprintf("%s%d", sid, i+1)
		}
		out = append(out, s)
	}
	return out
}

// buckets returns the objects in buckets of AWS that machines, agents and registries read, in the region: layers of images, packages of
// Amazon Linux, and what the agents of Systems Manager, CloudWatch and CodeDeploy install. Sources: "Amazon ECR interface VPC endpoints",
// "SSM Agent communications with AWS managed S3 buckets", "Package repositories" of Amazon Linux, "Service-owned resources" of the
// examples for data perimeters.
func (p perimeter) buckets() []string {
	out := []string{
		"prod-" + p.Region + "-starport-layer-bucket",
		"al2023-repos-" + p.Region + "-de612dc2", "al2023-" + p.Region,
		"amazonlinux-2-repos-" + p.Region, "amazonlinux." + p.Region + ".amazonaws.com",
		"packages." + p.Region + ".amazonaws.com", "repo." + p.Region + ".amazonaws.com",
		"amazon-ssm-" + p.Region, "amazon-ssm-packages-" + p.Region, "aws-patch-manager-" + p.Region + "-*", "aws-patchmanager-macos-" + p.Region,
		"aws-ssm-" + p.Region, "aws-ssm-distributor-file-" + p.Region, "aws-ssm-document-attachments-" + p.Region,
		"aws-windows-downloads-" + p.Region, "patch-baseline-snapshot-" + p.Region, p.Region + "-birdwatcher-prod",
		"amazoncloudwatch-agent", "amazoncloudwatch-agent-" + p.Region, "aws-codedeploy-" + p.Region,
	}
	for i, b := range out {
		out[i] = "arn:" + p.Partition + ":s3:::" + b + "/*"
	}
	return out
}
