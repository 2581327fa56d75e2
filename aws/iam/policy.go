package iam

import (
	"errors"
	"regexp"
	"strings"

	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/iam"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/ashlar-iac/ashlar/aws/internal/tagging"
	"github.com/ashlar-iac/ashlar/aws/policy"
	"github.com/ashlar-iac/ashlar/core/component"
	"github.com/ashlar-iac/ashlar/core/config"
	"github.com/ashlar-iac/ashlar/core/failure"
	"github.com/ashlar-iac/ashlar/core/metadata"
	"github.com/ashlar-iac/ashlar/core/naming"
)

// PolicyToken is the type of the component [Policy].
const PolicyToken = "ashlar-aws:iam:Policy"

const policyType = "aws:iam/policy:Policy"

// Policy is a customer managed policy.
type Policy struct {
	pulumi.ResourceState
	component.Base

	// Name is the name of the policy.
	Name pulumi.StringOutput `pulumi:"name"`
	// ARN is the ARN of the policy.
	ARN pulumi.StringOutput `pulumi:"arn"`
	// UniqueID is the ID of the policy, which is not reused when a policy with the same name is created again.
	UniqueID pulumi.StringOutput `pulumi:"uniqueId"`
}

// PolicyArgs are the arguments of a [Policy].
type PolicyArgs struct {
	// Name is the name of the policy. Default: the name of the component with random characters. Changing it replaces the
	// policy. It is checked before the deployment starts, so it cannot be an output.
	Name string `pulumi:"name,optional"`
	// Path groups policies, such as /teams/shop/. Changing it replaces the policy.
	Path string `pulumi:"path,optional" jsonschema:"default=/"`
	// Description describes the policy. Default: none. Changing it replaces the policy, because IAM cannot update it.
	Description string `pulumi:"description,optional"`
	// Statements are the statements of the policy, with at most 6,144 characters. Required. Changing them updates the
	// policy for all roles that it is attached to.
	Statements []policy.Statement `pulumi:"statements" jsonschema:"required,minItems=1"`
	// Tags are added to the policy. Default: none. Changing them updates it.
	Tags pulumi.StringMapInput `pulumi:"tags,optional"`
}

var _ config.Validator = (*PolicyArgs)(nil)

// Validate implements config.Validator. If the name of the component is known, it also checks the name derived from it.
func (a *PolicyArgs) Validate(report *config.Report) {
	checkName(report, policyType, a.Name)
	checkPath(report, a.Path)
	checkDescription(report, a.Description)
	if len(a.Statements) > 0 {
		a.document().Report(report, nil, policy.Managed)
	}
	tagging.Check(report, []string{"tags"}, a.Tags)
}

func (a *PolicyArgs) document() *policy.Document { return &policy.Document{Statements: a.Statements} }

// NewPolicy creates a policy. Args are required.
func NewPolicy(ctx *pulumi.Context, name string, args *PolicyArgs, opts ...pulumi.ResourceOption) (*Policy, error) {
	p := &Policy{}
	args, err := component.Register(ctx, PolicyToken, name, p, args, opts...)
	if err != nil {
		return nil, err
	}
	text, err := args.document().JSON(policy.Managed)
	if err != nil {
		return nil, err
	}
	resource, err := iam.NewPolicy(ctx, name, &iam.PolicyArgs{
		Name: optional(args.Name), Path: pulumi.String(args.Path), Description: optional(args.Description), Policy: text,
		Tags: metadata.MergeTags(args.Tags),
	}, p.Main())
	if err != nil {
		return nil, err
	}
	p.Name, p.ARN, p.UniqueID = resource.Name, resource.Arn, resource.PolicyId
	return component.Finish(ctx, p)
}

// suffix has the length of the random characters that the provider appends to the name of a component.
const suffix = "-0123456"

// checkName reports problems of the name of a resource: the name in the arguments, or the one derived from the name of
// the component.
func checkName(report *config.Report, token, name string) {
	advice := ""
	if name == "" {
		if report.Component() == "" {
			return
		}
		name, advice = report.Component()+suffix, "; the default is the name of the component with 8 random characters: set name"
	}
	for problem := range failure.All(naming.AWS()[token].Check(name)) {
		var mistake *naming.NameError
		if errors.As(problem, &mistake) {
			report.Add([]string{"name"}, "%s%s", mistake.Message, advice)
		}
	}
}

var pathPattern = regexp.MustCompile(`^/([\x21-\x7E]{1,510}/)?$`)

// checkPath reports problems of a path. Source: "IAM identifiers".
func checkPath(report *config.Report, path string) {
	switch {
	case path == "":
	case !pathPattern.MatchString(path):
		report.Add([]string{"path"},
			"invalid path %q: use a path such as /teams/shop/, at most 512 characters without spaces", path)
	case strings.HasPrefix(path, "/aws-service-role/"), strings.HasPrefix(path, "/aws-reserved/"):
		report.Add([]string{"path"}, "the path %q is reserved by AWS: use another path", path)
	}
}

var descriptionPattern = regexp.MustCompile(`^[\t\n\r\x20-\x7E\x{00A1}-\x{00FF}]*$`)

// checkDescription reports problems of a description. Source: "CreateRole", "CreatePolicy", AWS Identity and Access
// Management API Reference.
func checkDescription(report *config.Report, description string) {
	if n := len([]rune(description)); n > 1000 {
		report.Add([]string{"description"}, "too long: %d characters, the maximum is 1000", n)
	}
	if !descriptionPattern.MatchString(description) {
		report.Add([]string{"description"}, "unsupported characters: use Latin-1 characters")
	}
}

// optional returns nil for an empty string.
func optional(s string) pulumi.StringPtrInput {
	if s == "" {
		return nil
	}
	return pulumi.String(s)
}
