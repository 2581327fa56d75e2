package iam

import (
	"maps"
	"slices"

	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/iam"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/ashlar-iac/ashlar/aws/internal/tags"
	"github.com/ashlar-iac/ashlar/aws/policy"
	"github.com/ashlar-iac/ashlar/core/component"
)

// RoleToken is the type of the component [Role].
const RoleToken = "ashlar-aws:iam:Role"

const roleType = "aws:iam/role:Role"

// Role is an IAM role with its policies. Who uses one of its outputs waits for the policies, and is deleted before them.
type Role struct {
	pulumi.ResourceState
	component.Base

	// Name is the role's name in the account.
	Name pulumi.StringOutput `pulumi:"name"`
	// ARN is the role's ARN.
	ARN pulumi.StringOutput `pulumi:"arn"`
	// UniqueID tells the role from others that had its name.
	UniqueID pulumi.StringOutput `pulumi:"uniqueId"`
	// Profile is the instance profile. Nil unless there is one.
	Profile *Profile
}

// Profile is an instance profile, by which EC2 instances use a role.
type Profile struct {
	// Name is the profile's name in the account.
	Name pulumi.StringOutput
	// ARN is the profile's ARN.
	ARN pulumi.StringOutput
}

// NewRole creates a role. Nil args are refused, as somebody has to be trusted.
func NewRole(ctx *pulumi.Context, name string, args *RoleArgs, opts ...pulumi.ResourceOption) (*Role, error) {
	r := &Role{}
	given := &roleInputs{component: name}
	if args != nil {
		given.RoleArgs = *args
	}
	filled, err := component.Register(ctx, RoleToken, name, r, given, opts...)
	if err != nil {
		return nil, err
	}
	at := placeOf(ctx, r.Invoke())
	role, err := filled.role(ctx, name, at, r.Main())
	if err != nil {
		return nil, err
	}
	policies, err := filled.policies(ctx, name, role, at, r.Child())
	if err != nil {
		return nil, err
	}
	r.Made(append([]pulumi.Resource{role}, policies...)...)
	r.Name = after(ctx, role.Name, policies)
	r.ARN = after(ctx, role.Arn, policies)
	r.UniqueID = role.UniqueId
	if filled.InstanceProfile {
		profile, err := iam.NewInstanceProfile(ctx, name, &iam.InstanceProfileArgs{
			Name: optional(filled.Name), Path: pulumi.String(filled.Path), Role: role.Name, Tags: tags.Merge(filled.Tags),
		}, r.Child())
		if err != nil {
			return nil, err
		}
		r.Profile = &Profile{Name: after(ctx, profile.Name, policies), ARN: after(ctx, profile.Arn, policies)}
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
		Tags:               tags.Merge(a.Tags),
	}
	if a.PermissionsBoundary != nil {
		args.PermissionsBoundary = managed(a.PermissionsBoundary, true, at).ToStringOutput().ToStringPtrOutput()
	}
	return iam.NewRole(ctx, name, args, opts)
}

// policies gives the role its policies, each by a resource of its own name.
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
		// Its name gets random digits too: the policy of a role that is replaced stays until the new role has its own.
		own, err := iam.NewRolePolicy(ctx, name+"-"+key, &iam.RolePolicyArgs{Role: role.Name, Policy: text}, opts)
		if err != nil {
			return nil, err
		}
		out = append(out, own)
	}
	return out, nil
}

// after returns a value whose users wait for resources. The value stays known in a preview.
func after(ctx *pulumi.Context, value pulumi.StringOutput, resources []pulumi.Resource) pulumi.StringOutput {
	return pulumi.OutputWithDependencies(ctx.Context(), value, resources...).(pulumi.StringOutput)
}
