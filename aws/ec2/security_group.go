package ec2

import (
	"maps"
	"net/netip"
	"slices"
	"strconv"

	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/ec2"
	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/vpc"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/ashlar-iac/ashlar/aws/internal/compliancecontrols"
	"github.com/ashlar-iac/ashlar/aws/internal/tagging"
	"github.com/ashlar-iac/ashlar/core/compliance"
	"github.com/ashlar-iac/ashlar/core/component"
	"github.com/ashlar-iac/ashlar/core/config"
)

// SecurityGroupToken is the type of the component [SecurityGroup].
const SecurityGroupToken = "ashlar-aws:ec2:SecurityGroup"

// SecurityGroup is a security group with a separate resource for each rule: adding or removing a rule affects no other.
type SecurityGroup struct {
	pulumi.ResourceState
	component.Base

	// ID is the ID of the group, such as sg-0123456789abcdef0.
	ID pulumi.StringOutput `pulumi:"id"`
	// ARN is the ARN of the group.
	ARN pulumi.StringOutput `pulumi:"arn"`
	// Name is the name of the group in the VPC.
	Name pulumi.StringOutput `pulumi:"name"`
}

// EgressMode is where the members of a security group can connect to.
type EgressMode string

const (
	// EgressHTTPS allows TCP on port 443 to all addresses.
	EgressHTTPS EgressMode = "https"
	// EgressNone allows nothing.
	EgressNone EgressMode = "none"
	// EgressCustom allows the rules in egress.
	EgressCustom EgressMode = "custom"
)

// SecurityGroupArgs are the arguments of a [SecurityGroup].
type SecurityGroupArgs struct {
	// Description is the description of the group. Default: the name of the component. Changing it replaces the group.
	Description string `pulumi:"description,optional" jsonschema:"pattern=^[a-zA-Z0-9 ._:/()#\\,@[\\]+=&;{}!$*-]{0\\,255}$,example=Web servers"`
	// Ingress holds the rules for connections to the members of the group, by name. Default: none, no ingress.
	Ingress config.Named[Rule] `pulumi:"ingress,optional"`
	// EgressMode is where members can connect to: https allows TCP on port 443 to all addresses, which Systems Manager
	// and package repositories need, none allows nothing, and custom allows the rules in egress. DNS and time from
	// within the VPC need no rule. Default: custom with rules in egress, otherwise https.
	EgressMode EgressMode `pulumi:"egressMode,optional" jsonschema:"enum=https,enum=none,enum=custom"`
	// Egress holds the rules for connections from the members of the group, by name. Default: none.
	Egress config.Named[Rule] `pulumi:"egress,optional"`
	// Tags are added to the group and its rules. Default: none. Changing them updates all of them.
	Tags pulumi.StringMapInput `pulumi:"tags,optional"`
	// VpcID is the ID of the VPC. Required. Changing it replaces the group.
	VpcID pulumi.StringInput `pulumi:"vpcId,optional" config:"program"`
}

var (
	_ config.Validator          = (*SecurityGroupArgs)(nil)
	_ config.ArgumentsValidator = (*SecurityGroupArgs)(nil)
	_ compliance.Declarer       = (*SecurityGroupArgs)(nil)
)

// Validate implements config.Validator.
func (a *SecurityGroupArgs) Validate(report *config.Report) {
	for _, name := range a.Ingress.Names() {
		rule := a.Ingress[name]
		for i, text := range rule.CIDRs {
			if prefix, err := netip.ParsePrefix(text); err == nil && public(prefix) && !rule.AllowPublic {
				report.Add([]string{"ingress", name, "cidrs", strconv.Itoa(i)},
					"%s includes the internet: use a smaller range, or set allowPublic to allow access from everywhere",
					text)
			}
		}
	}
	for _, name := range a.Egress.Names() {
		if a.Egress[name].AllowPublic {
			report.Add([]string{"egress", name, "allowPublic"}, "applies to ingress rules only: leave it unset")
		}
	}
	checkDuplicates(report, "ingress", a.Ingress)
	checkDuplicates(report, "egress", a.Egress)
	switch custom := a.egressMode() == EgressCustom; {
	case custom && len(a.Egress) == 0:
		report.Add([]string{"egress"}, "required for egressMode custom, but missing: add rules, or use egressMode none")
	case !custom && len(a.Egress) > 0:
		report.Add([]string{"egressMode"},
			"%s and egress are mutually exclusive: use custom, or remove egress", a.EgressMode)
	}
	tagging.Check(report, []string{"tags"}, a.Tags)
}

// ValidateArguments implements config.ArgumentsValidator.
func (a *SecurityGroupArgs) ValidateArguments(report *config.Report) {
	if a.VpcID == nil {
		report.Add([]string{"vpcId"}, "required, but missing")
	}
}

// Evidence implements compliance.Declarer.
func (a *SecurityGroupArgs) Evidence() []compliance.Evidence {
	if len(a.Ingress) == 0 {
		return []compliance.Evidence{compliance.Check("ingress", "none", true, "", compliancecontrols.Ingress...)}
	}
	var out []compliance.Evidence
	for _, name := range a.Ingress.Names() {
		rule := a.Ingress[name]
		out = append(out, compliance.Check("ingress."+name+".cidrs", rule.CIDRs, !rule.isPublic(),
			"ranges of known networks", compliancecontrols.Ingress...))
	}
	return out
}

// egressMode returns the mode that is set or follows from the rules.
func (a *SecurityGroupArgs) egressMode() EgressMode {
	switch {
	case a.EgressMode != "":
		return a.EgressMode
	case len(a.Egress) > 0:
		return EgressCustom
	}
	return EgressHTTPS
}

// egress returns the egress rules.
func (a *SecurityGroupArgs) egress() config.Named[Rule] {
	if a.egressMode() != EgressHTTPS {
		return a.Egress
	}
	return config.Named[Rule]{"https": {Protocol: ProtocolTCP, Port: new(443), CIDRs: []string{"0.0.0.0/0", "::/0"}}}
}

// NewSecurityGroup creates a security group in a VPC.
func NewSecurityGroup(
	ctx *pulumi.Context, name string, args *SecurityGroupArgs, opts ...pulumi.ResourceOption,
) (*SecurityGroup, error) {
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
		VpcId: args.VpcID.ToStringOutput().ToStringPtrOutput(), Description: pulumi.String(description),
		Tags: tagging.Named(name, args.Tags),
	}, g.Main())
	if err != nil {
		return nil, err
	}
	g.AddChildren(group)
	err = eachPermission(args.Ingress, group.ID(), func(key string, p permission) (pulumi.Resource, error) {
		return vpc.NewSecurityGroupIngressRule(ctx, name+"-ingress-"+p.name, &vpc.SecurityGroupIngressRuleArgs{
			SecurityGroupId: group.ID(), Description: p.description,
			IpProtocol: p.protocol, FromPort: p.from, ToPort: p.to,
			CidrIpv4: p.ipv4, CidrIpv6: p.ipv6, PrefixListId: p.prefixList, ReferencedSecurityGroupId: p.group,
			Tags: tagging.Named(name+"-"+key, args.Tags),
		}, g.Child())
	}, g.AddChildren)
	if err != nil {
		return nil, err
	}
	err = eachPermission(args.egress(), group.ID(), func(key string, p permission) (pulumi.Resource, error) {
		return vpc.NewSecurityGroupEgressRule(ctx, name+"-egress-"+p.name, &vpc.SecurityGroupEgressRuleArgs{
			SecurityGroupId: group.ID(), Description: p.description,
			IpProtocol: p.protocol, FromPort: p.from, ToPort: p.to,
			CidrIpv4: p.ipv4, CidrIpv6: p.ipv6, PrefixListId: p.prefixList, ReferencedSecurityGroupId: p.group,
			Tags: tagging.Named(name+"-"+key, args.Tags),
		}, g.Child())
	}, g.AddChildren)
	if err != nil {
		return nil, err
	}
	g.ID, g.ARN, g.Name = group.ID().ToStringOutput(), group.Arn, group.Name
	return component.Finish(ctx, g)
}

// eachPermission creates a resource for each permission of the rules, in the order of their names.
func eachPermission(
	rules config.Named[Rule], group pulumi.StringInput, create func(key string, p permission) (pulumi.Resource, error),
	created func(...pulumi.Resource),
) error {
	for _, key := range slices.Sorted(maps.Keys(rules)) {
		rule := rules[key]
		for _, p := range rule.permissions(key, group) {
			r, err := create(key, p)
			if err != nil {
				return err
			}
			created(r)
		}
	}
	return nil
}
