package ec2

import (
	"maps"
	"slices"

	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/ec2"
	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/vpc"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/ashlar-iac/ashlar/aws/internal/tags"
	"github.com/ashlar-iac/ashlar/core/component"
	"github.com/ashlar-iac/ashlar/core/config"
)

// SecurityGroupToken is the type of the component [SecurityGroup].
const SecurityGroupToken = "ashlar-aws:ec2:SecurityGroup"

// SecurityGroup is a security group whose rules are resources of their own: one that is added or removed touches no other.
type SecurityGroup struct {
	pulumi.ResourceState
	component.Base

	// ID is the group's, such as sg-0123456789abcdef0.
	ID pulumi.StringOutput `pulumi:"id"`
	// ARN is the group's.
	ARN pulumi.StringOutput `pulumi:"arn"`
	// Name is the group's name in the VPC.
	Name pulumi.StringOutput `pulumi:"name"`
}

// SecurityGroupArgs describes a [SecurityGroup].
type SecurityGroupArgs struct {
	SecurityGroupSettings
	// VpcID is the VPC that the group belongs to. Required. Changing it replaces the group.
	VpcID pulumi.StringInput `pulumi:"vpcId" jsonschema:"required"`
	// Tags are added to the group and its rules. Changing them updates all of them.
	Tags map[string]string `pulumi:"tags"`
}

// SecurityGroupSettings are the choices that people make about a security group.
type SecurityGroupSettings struct {
	// Description says what the group is for. Changing it replaces the group. Default: the name of the component.
	Description string `pulumi:"description" jsonschema:"pattern=^[a-zA-Z0-9 ._:/()#\\,@[\\]+=&;{}!$*-]{0\\,255}$"`
	// Ingress says who may talk to the members of the group, by name. Default: nobody.
	Ingress config.Named[IngressRule] `pulumi:"ingress"`
	// Egress says to whom the members may talk, by name. An empty map means nobody. Name resolution and the time that AWS
	// offers within a VPC need no rule. Default: everybody, by TCP at port 443, which Systems Manager and the sources of packages
	// need.
	Egress config.Named[Rule] `pulumi:"egress"`
}

var _ config.Validator = (*SecurityGroupArgs)(nil)

// Validate implements config.Validator.
func (a *SecurityGroupArgs) Validate(report *config.Report) {
	// It hides the promoted method of the settings.
	a.SecurityGroupSettings.Validate(report)
	tags.Check(report, []string{"tags"}, a.Tags)
}

var _ config.Validator = (*SecurityGroupSettings)(nil)

// Validate implements config.Validator.
func (s *SecurityGroupSettings) Validate(report *config.Report) {
	in := config.Named[Rule]{}
	for name := range s.Ingress {
		in[name] = s.Ingress[name].Rule
	}
	checkTwice(report, "ingress", in)
	checkTwice(report, "egress", s.Egress)
}

// NewSecurityGroup creates a security group.
func NewSecurityGroup(ctx *pulumi.Context, name string, args *SecurityGroupArgs, opts ...pulumi.ResourceOption) (*SecurityGroup, error) {
	g := &SecurityGroup{}
	args, err := component.Register(ctx, SecurityGroupToken, name, g, args, opts...)
	if err != nil {
		return nil, err
	}
	description := args.Description
	if description == "" {
		description = name
	}
	group, err := ec2.NewSecurityGroup(ctx, name, &ec2.SecurityGroupArgs{
		VpcId: args.VpcID.ToStringOutput().ToStringPtrOutput(), Description: pulumi.String(description), Tags: tags.Named(name, args.Tags),
	}, g.Main())
	if err != nil {
		return nil, err
	}
	g.Made(group)
	if err := g.ingress(ctx, name, args, group.ID()); err != nil {
		return nil, err
	}
	if err := g.egress(ctx, name, args, group.ID()); err != nil {
		return nil, err
	}
	g.ID, g.ARN, g.Name = group.ID().ToStringOutput(), group.Arn, group.Name
	return component.Finish(ctx, g)
}

func (g *SecurityGroup) ingress(ctx *pulumi.Context, name string, args *SecurityGroupArgs, group pulumi.StringInput) error {
	for _, key := range slices.Sorted(maps.Keys(args.Ingress)) {
		rule := args.Ingress[key]
		for _, p := range rule.permissions(key, group) {
			made, err := vpc.NewSecurityGroupIngressRule(ctx, name+"-ingress-"+p.name, &vpc.SecurityGroupIngressRuleArgs{
				SecurityGroupId: group, Description: p.description, IpProtocol: p.protocol, FromPort: p.from, ToPort: p.to,
				CidrIpv4: p.ipv4, CidrIpv6: p.ipv6, PrefixListId: p.prefixList, ReferencedSecurityGroupId: p.group,
				Tags: tags.Named(name+"-"+key, args.Tags),
			}, g.Child())
			if err != nil {
				return err
			}
			g.Made(made)
		}
	}
	return nil
}

func (g *SecurityGroup) egress(ctx *pulumi.Context, name string, args *SecurityGroupArgs, group pulumi.StringInput) error {
	rules := args.Egress
	if rules == nil {
		rules = defaultEgress()
	}
	for _, key := range slices.Sorted(maps.Keys(rules)) {
		rule := rules[key]
		for _, p := range rule.permissions(key, group) {
			made, err := vpc.NewSecurityGroupEgressRule(ctx, name+"-egress-"+p.name, &vpc.SecurityGroupEgressRuleArgs{
				SecurityGroupId: group, Description: p.description, IpProtocol: p.protocol, FromPort: p.from, ToPort: p.to,
				CidrIpv4: p.ipv4, CidrIpv6: p.ipv6, PrefixListId: p.prefixList, ReferencedSecurityGroupId: p.group,
				Tags: tags.Named(name+"-"+key, args.Tags),
			}, g.Child())
			if err != nil {
				return err
			}
			g.Made(made)
		}
	}
	return nil
}

func defaultEgress() config.Named[Rule] {
	port := 443
	return config.Named[Rule]{"https": {Protocol: "tcp", Port: &port, CIDRs: []string{"0.0.0.0/0", "::/0"}}}
}
