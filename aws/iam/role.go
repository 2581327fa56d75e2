package iam

import (
	"maps"
	"slices"

	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/iam"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/ashlar-iac/ashlar/aws/policy"
	"github.com/ashlar-iac/ashlar/core/component"
	"github.com/ashlar-iac/ashlar/core/metadata"
)

// RoleToken is the type of the component [Role].
const RoleToken = "ashlar-aws:iam:Role"

const roleType = "aws:iam/role:Role"

// Role is an IAM role with its policies. Dependents of its outputs are created after, and destroyed before, the
// policies.
type Role struct {
	pulumi.ResourceState
	component.Base

	// Name is the name of the role.
	Name pulumi.StringOutput `pulumi:"name"`
	// ARN is the ARN of the role.
	ARN pulumi.StringOutput `pulumi:"arn"`
	// UniqueID is the ID of the role, which is not reused when a role with the same name is created again.
	UniqueID pulumi.StringOutput `pulumi:"uniqueId"`
	// InstanceProfileName is the name of the instance profile. Nil without one.
	InstanceProfileName pulumi.StringPtrOutput `pulumi:"instanceProfileName,optional"`
	// InstanceProfileARN is the ARN of the instance profile. Nil without one.
	InstanceProfileARN pulumi.StringPtrOutput `pulumi:"instanceProfileArn,optional"`
}

// NewRole creates a role. Args are required, because a role needs a trust policy.
func NewRole(ctx *pulumi.Context, name string, args *RoleArgs, opts ...pulumi.ResourceOption) (*Role, error) {
	r := &Role{}
	args, err := component.Register(ctx, RoleToken, name, r, args, opts...)
	if err != nil {
		return nil, err
	}
	at := placeOf(ctx, r.Invoke())
	role, err := args.role(ctx, name, at, r.Main())
	if err != nil {
		return nil, err
	}
	policies, err := args.policies(ctx, name, role, at, r.Child())
	if err != nil {
		return nil, err
	}
	r.AddChildren(append([]pulumi.Resource{role}, policies...)...)
	r.Name = after(ctx, role.Name, policies)
	r.ARN = after(ctx, role.Arn, policies)
	r.UniqueID = role.UniqueId
	if args.InstanceProfile {
		profile, err := iam.NewInstanceProfile(ctx, name, &iam.InstanceProfileArgs{
			Name: optional(args.Name), Path: pulumi.String(args.Path), Role: role.Name, Tags: metadata.MergeTags(args.Tags),
		}, r.Child())
		if err != nil {
			return nil, err
		}
		r.InstanceProfileName = after(ctx, profile.Name, policies).ToStringPtrOutput()
		r.InstanceProfileARN = after(ctx, profile.Arn, policies).ToStringPtrOutput()
	}
	return component.Finish(ctx, r)
}

func (a *RoleArgs) role(ctx *pulumi.Context, name string, at place, opts pulumi.ResourceOption) (*iam.Role, error) {
	trust, err := a.Trust.document(at).JSON(policy.Trust)
	if err != nil {
		return nil, err
	}
	duration, _ := seconds(a.MaxSessionDuration)
	args := &iam.RoleArgs{
		Name:               optional(a.Name),
		Path:               pulumi.String(a.Path),
		Description:        optional(a.Description),
		AssumeRolePolicy:   trust,
		MaxSessionDuration: pulumi.Int(duration),
		Tags:               metadata.MergeTags(a.Tags),
	}
	if a.PermissionsBoundary != nil {
		args.PermissionsBoundary = managed(a.PermissionsBoundary, true, at).ToStringOutput().ToStringPtrOutput()
	}
	return iam.NewRole(ctx, name, args, opts)
}

// policies creates the policies of the role, each as a resource with its own name.
func (a *RoleArgs) policies(
	ctx *pulumi.Context, name string, role *iam.Role, at place, opts pulumi.ResourceOption,
) ([]pulumi.Resource, error) {
	var out []pulumi.Resource
	for _, key := range slices.Sorted(maps.Keys(a.ManagedPolicies)) {
		attached, err := iam.NewRolePolicyAttachment(ctx, name+"-"+key, &iam.RolePolicyAttachmentArgs{
			Role: role.Name, PolicyArn: managed(a.ManagedPolicies[key], a.AllowBroadPolicies, at),
		}, opts)
		if err != nil {
			return nil, err
		}
		out = append(out, attached)
	}
	for _, key := range slices.Sorted(maps.Keys(a.InlinePolicies)) {
		d := a.InlinePolicies[key]
		text, err := d.JSON(policy.Inline)
		if err != nil {
			return nil, err
		}
		// The physical name has random characters: when the role is replaced, the old policy stays until the new one exists.
		own, err := iam.NewRolePolicy(ctx, name+"-"+key, &iam.RolePolicyArgs{Role: role.Name, Policy: text}, opts)
		if err != nil {
			return nil, err
		}
		out = append(out, own)
	}
	return out, nil
}

// after returns a value whose dependents wait for resources. The value stays known in a preview.
func after(ctx *pulumi.Context, value pulumi.StringOutput, resources []pulumi.Resource) pulumi.StringOutput {
	return pulumi.OutputWithDependencies(ctx.Context(), value, resources...).(pulumi.StringOutput)
}
