package authorization

import (
	"fmt"

	azauthorization "github.com/pulumi/pulumi-azure-native-sdk/authorization/v2/v20220401"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/ashlar-iac/ashlar/azure/internal/compliancecontrols"
	"github.com/ashlar-iac/ashlar/azure/internal/lookup"
	"github.com/ashlar-iac/ashlar/azure/internal/names"
	"github.com/ashlar-iac/ashlar/core/compliance"
	"github.com/ashlar-iac/ashlar/core/component"
	"github.com/ashlar-iac/ashlar/core/config"
)

// RoleAssignmentToken is the type of the component [RoleAssignment].
const RoleAssignmentToken = "ashlar-azure:authorization:RoleAssignment"

// RoleAssignment assigns a role to a principal at a scope. Its name is a GUID from the three, so that it is the same on
// every run, and another one when one of them changes: Azure rejects an assignment of one name with another principal or
// role, and one under another name with the same ones.
type RoleAssignment struct {
	pulumi.ResourceState
	component.Base

	// Name is the name of the assignment, a GUID.
	Name pulumi.StringOutput `pulumi:"name"`
	// ID is the resource ID of the assignment.
	ID pulumi.StringOutput `pulumi:"id"`
	// RoleDefinitionID is the resource ID of the role.
	RoleDefinitionID pulumi.StringOutput `pulumi:"roleDefinitionId"`
}

// PrincipalType is the type of a principal.
type PrincipalType string

// The types of principals.
const (
	// PrincipalServicePrincipal is a service principal, or the managed identity of a resource.
	PrincipalServicePrincipal PrincipalType = "ServicePrincipal"
	// PrincipalGroup is a group of Microsoft Entra ID.
	PrincipalGroup PrincipalType = "Group"
	// PrincipalUser is a user.
	PrincipalUser PrincipalType = "User"
	// PrincipalForeignGroup is a group of another tenant, such as that of a managed service provider.
	PrincipalForeignGroup PrincipalType = "ForeignGroup"
)

// RoleAssignmentArgs are the arguments of a [RoleAssignment]. Source: "Steps to assign an Azure role".
type RoleAssignmentArgs struct {
	// Scope is the resource ID of what the role is for: a resource, a resource group, a subscription or a management group.
	// Required for the constructor. Changing it replaces the assignment.
	Scope pulumi.StringInput `pulumi:"scope,optional" config:"plain"`
	// Role is the name of a built-in role, such as Storage Blob Data Reader, or the GUID or resource ID of any role. Required
	// for the constructor. Changing it replaces the assignment.
	Role pulumi.StringInput `pulumi:"role,optional" jsonschema:"example=Storage Blob Data Reader" config:"plain"`
	// PrincipalID is the object ID of the principal, which is not the ID of its application. Required for the constructor.
	// Changing it replaces the assignment.
	PrincipalID pulumi.StringInput `pulumi:"principalId,optional" config:"plain"`
	// PrincipalType is the type of the principal. Azure needs it for a principal that it has just created, and rejects
	// another type than that of the principal. Managed identities are service principals. Changing it replaces the
	// assignment.
	PrincipalType PrincipalType `pulumi:"principalType,optional" jsonschema:"default=ServicePrincipal,enum=ServicePrincipal,enum=Group,enum=User,enum=ForeignGroup"`
	// AllowPrivilegedRole is the name of the role, repeated, to allow a role that grants access to others or changes all
	// resources at the scope of a subscription or management group: Owner, Contributor, User Access Administrator, Role
	// Based Access Control Administrator, Key Vault Data Access Administrator, Virtual Machine Data Access Administrator
	// (preview) or Azure Stack HCI Administrator. Default: not allowed.
	AllowPrivilegedRole string `pulumi:"allowPrivilegedRole,optional"`
	// Condition restricts the assignment, such as to blobs with a tag, in the language of version 2.0. Default: none.
	// Changing it updates the assignment.
	Condition pulumi.StringInput `pulumi:"condition,optional" config:"plain"`
	// Description is the reason for the assignment. Default: none. Changing it updates the assignment.
	Description string `pulumi:"description,optional" jsonschema:"maxLength=2048"`
}

var (
	_ config.Validator          = (*RoleAssignmentArgs)(nil)
	_ config.ArgumentsValidator = (*RoleAssignmentArgs)(nil)
	_ compliance.Declarer       = (*RoleAssignmentArgs)(nil)
)

// Validate implements config.Validator.
func (a *RoleAssignmentArgs) Validate(report *config.Report) {
	checkScope(report, []string{"scope"}, a.Scope)
	role, roleKnown := a.Role.(pulumi.String)
	if roleKnown {
		checkRole(report, []string{"role"}, string(role))
	}
	if id, known := a.PrincipalID.(pulumi.String); known && !lookup.IsGUID(string(id)) {
		report.Add([]string{"principalId"},
			"found %q: use the object ID of the principal, such as 11111111-2222-3333-4444-555555555555", string(id))
	}
	name := nameOfPrivileged(string(role))
	switch {
	case a.AllowPrivilegedRole == "":
		if name != "" && a.wide() {
			report.Add([]string{"role"}, "%s at the scope of a subscription or management group can grant access to others or "+
				"change all resources: use a narrower scope or role, or set allowPrivilegedRole to %s", name, name)
		}
	case roleKnown && name == "":
		report.Add([]string{"allowPrivilegedRole"}, "no effect, because %s needs no permission: omit it", string(role))
	case roleKnown && a.AllowPrivilegedRole != name:
		report.Add([]string{"allowPrivilegedRole"}, "found %q for the role %s: write %s", a.AllowPrivilegedRole, name, name)
	}
}

// ValidateArguments implements config.ArgumentsValidator: in a section, entries can refer to other entries instead.
func (a *RoleAssignmentArgs) ValidateArguments(report *config.Report) {
	for _, required := range []struct {
		key, add string
		value    pulumi.StringInput
	}{
		{"scope", "add the resource ID of what the role is for", a.Scope},
		{"role", "add the name of a built-in role, or the ID of another one", a.Role},
		{"principalId", "add the object ID of the principal", a.PrincipalID},
	} {
		if required.value == nil {
			report.Add([]string{required.key}, "required: %s", required.add)
		}
	}
}

// wide reports whether the scope is known to be a subscription or management group.
func (a *RoleAssignmentArgs) wide() bool {
	scope, _ := a.Scope.(pulumi.String)
	return isWide(string(scope))
}

// Evidence implements compliance.Declarer.
func (a *RoleAssignmentArgs) Evidence() []compliance.Evidence {
	role, _ := a.Role.(pulumi.String)
	name := nameOfPrivileged(string(role))
	met := name == "" || !a.wide()
	value := "a role or scope with limited permissions"
	if !met {
		value = name
	}
	return []compliance.Evidence{compliance.Check("role", value, met, "a narrower scope or role",
		compliancecontrols.LeastPrivilege...)}
}

// NewRoleAssignment assigns a role. Args are required.
//
// Azure needs up to several minutes until an assignment has an effect everywhere.
func NewRoleAssignment(
	ctx *pulumi.Context, name string, args *RoleAssignmentArgs, opts ...pulumi.ResourceOption,
) (*RoleAssignment, error) {
	r := &RoleAssignment{}
	args, err := component.Register(ctx, RoleAssignmentToken, name, r, args, opts...)
	if err != nil {
		return nil, err
	}
	resolved := pulumi.All(args.Scope, args.Role, args.PrincipalID)
	role := resolved.ApplyT(func(all []any) (string, error) {
		guid := guidOf(all[1].(string))
		if guid == "" {
			return "", fmt.Errorf("unknown role %q: use the name of a built-in role, or the GUID or resource ID of a role", all[1])
		}
		return definitionID(all[0].(string), guid), nil
	}).(pulumi.StringOutput)
	guid := resolved.ApplyT(func(all []any) string {
		return guidFrom(all[0].(string), all[2].(string), guidOf(all[1].(string)))
	}).(pulumi.StringOutput)
	in := &azauthorization.RoleAssignmentArgs{
		Scope: args.Scope, RoleDefinitionId: role, PrincipalId: args.PrincipalID,
		PrincipalType: pulumi.String(args.PrincipalType), RoleAssignmentName: guid.ToStringPtrOutput(),
		Description: names.Optional(args.Description),
	}
	if args.Condition != nil {
		in.Condition = args.Condition.ToStringOutput().ToStringPtrOutput()
		in.ConditionVersion = pulumi.String("2.0")
	}
	// Azure updates neither; the provider replaces for the principal only. With another type of principal, the name stays.
	assignment, err := azauthorization.NewRoleAssignment(ctx, name, in, r.Main(
		pulumi.ReplaceOnChanges([]string{"roleDefinitionId", "principalType"}), pulumi.DeleteBeforeReplace(true)))
	if err != nil {
		return nil, err
	}
	r.AddChildren(assignment)
	r.Name, r.ID, r.RoleDefinitionID = assignment.Name, assignment.ID().ToStringOutput(), assignment.RoleDefinitionId
	return component.Finish(ctx, r)
}
