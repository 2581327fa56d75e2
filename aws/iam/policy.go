package iam

import (
	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/iam"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/ashlar-iac/ashlar/aws/internal/tags"
	"github.com/ashlar-iac/ashlar/aws/policy"
	"github.com/ashlar-iac/ashlar/core/component"
	"github.com/ashlar-iac/ashlar/core/config"
)

// PolicyToken is the type of the component [Policy].
const PolicyToken = "ashlar-aws:iam:Policy"

// Policy is a customer managed policy, which roles of the account share.
type Policy struct {
	pulumi.ResourceState
	component.Base

	// Name is the policy's name in the account.
	Name pulumi.StringOutput `pulumi:"name"`
	// ARN is the policy's ARN.
	ARN pulumi.StringOutput `pulumi:"arn"`
	// UniqueID tells the policy from others that had its name.
	UniqueID pulumi.StringOutput `pulumi:"uniqueId"`
}

// PolicyArgs describes a [Policy].
type PolicyArgs struct {
	// Name is the policy's name in the account. Default: the name of the component and random digits. Changing it replaces the
	// policy.
	Name string `pulumi:"name"`
	// Path groups policies, such as /teams/shop/. Changing it replaces the policy.
	Path string `pulumi:"path" jsonschema:"default=/"`
	// Description says what the policy is for. Default: none. Changing it replaces the policy, as IAM cannot change it.
	Description string `pulumi:"description"`
	// Statements are what the policy allows and denies. Required. They may have 6,144 characters. Changing them updates the policy,
	// and so every role that it is attached to.
	Statements []policy.Statement `pulumi:"statements" jsonschema:"required,minItems=1"`
	// Tags are added to the policy. Default: none. Changing them updates it.
	Tags map[string]string `pulumi:"tags"`
}

var _ config.Validator = (*PolicyArgs)(nil)

// Validate implements config.Validator.
func (a *PolicyArgs) Validate(report *config.Report) {
	if a.Name != "" {
		checkName(report, policyType, a.Name, "")
	}
	checkPath(report, a.Path)
	checkDescription(report, a.Description)
	if len(a.Statements) > 0 {
		a.document().Report(report, nil, policy.Managed)
	}
	tags.Check(report, []string{"tags"}, a.Tags)
}

const policyType = "aws:iam/policy:Policy"

// policyInputs are the arguments of a policy, and what is known of it besides.
type policyInputs struct {
	PolicyArgs

	component string
}

// Validate implements config.Validator.
func (p *policyInputs) Validate(report *config.Report) {
	p.PolicyArgs.Validate(report)
	if p.Name == "" {
		checkName(report, policyType, "", p.component)
	}
}

func (a *PolicyArgs) document() *policy.Document { return &policy.Document{Statements: a.Statements} }

// NewPolicy creates a policy. Nil args are refused.
func NewPolicy(ctx *pulumi.Context, name string, args *PolicyArgs, opts ...pulumi.ResourceOption) (*Policy, error) {
	p := &Policy{}
	given := &policyInputs{component: name}
	if args != nil {
		given.PolicyArgs = *args
	}
	filled, err := component.Register(ctx, PolicyToken, name, p, given, opts...)
	if err != nil {
		return nil, err
	}
	text, err := filled.document().JSON(policy.Managed)
	if err != nil {
		return nil, err
	}
	resource, err := iam.NewPolicy(ctx, name, &iam.PolicyArgs{
		Name: optional(filled.Name), Path: pulumi.String(filled.Path), Description: optional(filled.Description), Policy: text,
		Tags: tags.Merge(filled.Tags),
	}, p.Main())
	if err != nil {
		return nil, err
	}
	p.Name, p.ARN, p.UniqueID = resource.Name, resource.Arn, resource.PolicyId
	return component.Finish(ctx, p)
}
