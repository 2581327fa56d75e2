package authorization

import (
	"slices"
	"strconv"
	"strings"

	azauthorization "github.com/pulumi/pulumi-azure-native-sdk/authorization/v2/v20220501preview"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/ashlar-iac/ashlar/azure/authorization/builtinrole"
	"github.com/ashlar-iac/ashlar/azure/internal/compliancecontrols"
	"github.com/ashlar-iac/ashlar/azure/internal/names"
	"github.com/ashlar-iac/ashlar/core/compliance"
	"github.com/ashlar-iac/ashlar/core/component"
	"github.com/ashlar-iac/ashlar/core/config"
)

// RoleDefinitionToken is the type of the component [RoleDefinition].
const RoleDefinitionToken = "ashlar-azure:authorization:RoleDefinition"

// RoleDefinition is a custom role. Its name is a GUID from the scope and the name of the role, which is the same on every
// run.
type RoleDefinition struct {
	pulumi.ResourceState
	component.Base

	// ID is the resource ID of the role, for role assignments.
	ID pulumi.StringOutput `pulumi:"id"`
	// Name is the name of the definition, a GUID.
	Name pulumi.StringOutput `pulumi:"name"`
	// RoleName is the name of the role.
	RoleName pulumi.StringOutput `pulumi:"roleName"`
}

// RoleDefinitionArgs are the arguments of a [RoleDefinition]. Source: "Azure custom roles".
type RoleDefinitionArgs struct {
	// RoleName is the name of the role, unique in the tenant. Default: the name of the component. Changing it replaces the
	// role.
	RoleName string `pulumi:"roleName,optional" jsonschema:"maxLength=128" config:"name"`
	// Description is the description of the role. Default: none. Changing it updates the role.
	Description string `pulumi:"description,optional" jsonschema:"maxLength=1024"`
	// Scope is the resource ID of the subscription, the resource group or the management group in which the role can be
	// assigned. Required for the constructor. Changing it replaces the role.
	Scope pulumi.StringInput `pulumi:"scope,optional" config:"plain"`
	// AdditionalScopes are resource IDs of other subscriptions and resource groups in which the role can be assigned.
	// Default: none. Changing them updates the role.
	AdditionalScopes pulumi.StringArrayInput `pulumi:"additionalScopes,optional" config:"plain"`
	// Actions are operations on resources that the role allows, such as Microsoft.Compute/virtualMachines/start/action. A *
	// is a wildcard. Default: none. Changing them updates the role.
	Actions []string `pulumi:"actions,optional"`
	// NotActions are operations that are subtracted from actions. Default: none. Changing them updates the role.
	NotActions []string `pulumi:"notActions,optional"`
	// DataActions are operations on data that the role allows, such as
	// Microsoft.Storage/storageAccounts/blobServices/containers/blobs/read. Default: none. Changing them updates the role.
	DataActions []string `pulumi:"dataActions,optional"`
	// NotDataActions are operations that are subtracted from dataActions. Default: none. Changing them updates the role.
	NotDataActions []string `pulumi:"notDataActions,optional"`
	// AllowBroadActions allows actions with which a principal can change all resources or give itself and others more
	// permissions: * and those that create role assignments. Default: false.
	AllowBroadActions bool `pulumi:"allowBroadActions,optional"`
}

var (
	_ config.Validator          = (*RoleDefinitionArgs)(nil)
	_ config.ArgumentsValidator = (*RoleDefinitionArgs)(nil)
	_ compliance.Declarer       = (*RoleDefinitionArgs)(nil)
)

// Validate implements config.Validator.
func (a *RoleDefinitionArgs) Validate(report *config.Report) {
	for _, name := range builtinrole.Names() {
		if strings.EqualFold(name, a.RoleName) {
			report.Add([]string{"roleName"}, "%q is a built-in role: use another name, or assign that role", name)
		}
	}
	checkScope(report, []string{"scope"}, a.Scope)
	if scopes, known := a.AdditionalScopes.(pulumi.StringArray); known {
		for i, scope := range scopes {
			checkScope(report, []string{"additionalScopes", strconv.Itoa(i)}, scope)
		}
	}
	if len(a.Actions)+len(a.DataActions) == 0 {
		report.Add([]string{"actions"}, "the role allows nothing: add actions or dataActions")
	}
	for _, list := range []struct {
		key     string
		actions []string
	}{
		{"actions", a.Actions}, {"notActions", a.NotActions}, {"dataActions", a.DataActions}, {"notDataActions", a.NotDataActions},
	} {
		for i, action := range list.actions {
			at := []string{list.key, strconv.Itoa(i)}
			if !isAction(action) {
				report.Add(at, "invalid action %q: use one such as Microsoft.Storage/storageAccounts/read", action)
			}
			if strings.HasPrefix(list.key, "not") || a.AllowBroadActions || !isBroad(action) {
				continue
			}
			report.Add(at, "%q allows to change all resources or to grant permissions: use specific actions, or set "+
				"allowBroadActions", action)
		}
	}
}

// isAction reports whether a text is an operation of a resource provider, which can have wildcards.
func isAction(action string) bool {
	if action == "*" || action == "*/read" {
		return true
	}
	parts := strings.Split(action, "/")
	return len(parts) > 1 && !slices.Contains(parts, "") && !strings.ContainsAny(action, " \t?") &&
		(strings.Contains(parts[0], ".") || strings.HasPrefix(parts[0], "*"))
}

// isBroad reports whether an action includes all operations, or the creation of role assignments or roles.
func isBroad(action string) bool {
	for _, operation := range []string{
		"microsoft.authorization/roleassignments/write", "microsoft.authorization/roledefinitions/write",
		"microsoft.authorization/elevateaccess/action",
	} {
		if matches(strings.ToLower(action), operation) {
			return true
		}
	}
	return false
}

// matches reports whether an action with wildcards includes an operation. A wildcard also includes slashes.
func matches(action, operation string) bool {
	pieces := strings.Split(action, "*")
	rest, ok := strings.CutPrefix(operation, pieces[0])
	if !ok || len(pieces) == 1 {
		return ok && rest == ""
	}
	for _, piece := range pieces[1 : len(pieces)-1] {
		_, after, found := strings.Cut(rest, piece)
		if !found {
			return false
		}
		rest = after
	}
	return strings.HasSuffix(rest, pieces[len(pieces)-1])
}

// ValidateArguments implements config.ArgumentsValidator: in a section, an entry can refer to a resource group instead.
func (a *RoleDefinitionArgs) ValidateArguments(report *config.Report) {
	if a.Scope == nil {
		report.Add([]string{"scope"}, "required: add the resource ID of a subscription, a resource group or a management group")
	}
}

// Evidence implements compliance.Declarer.
func (a *RoleDefinitionArgs) Evidence() []compliance.Evidence {
	return []compliance.Evidence{compliance.Check("allowBroadActions", a.AllowBroadActions, !a.AllowBroadActions, "false",
		compliancecontrols.LeastPrivilege...)}
}

// NewRoleDefinition creates a custom role. Args are required.
func NewRoleDefinition(
	ctx *pulumi.Context, name string, args *RoleDefinitionArgs, opts ...pulumi.ResourceOption,
) (*RoleDefinition, error) {
	d := &RoleDefinition{}
	args, err := component.Register(ctx, RoleDefinitionToken, name, d, args, opts...)
	if err != nil {
		return nil, err
	}
	guid := args.Scope.ToStringOutput().ApplyT(func(scope string) string {
		return guidFrom(scope, args.RoleName)
	}).(pulumi.StringOutput)
	definition, err := azauthorization.NewRoleDefinition(ctx, name, &azauthorization.RoleDefinitionArgs{
		Scope: args.Scope, RoleDefinitionId: guid.ToStringPtrOutput(), RoleName: pulumi.String(args.RoleName),
		RoleType: pulumi.String("CustomRole"), Description: names.Optional(args.Description), AssignableScopes: args.scopes(),
		Permissions: azauthorization.PermissionArray{&azauthorization.PermissionArgs{
			Actions: pulumi.ToStringArray(args.Actions), NotActions: pulumi.ToStringArray(args.NotActions),
			DataActions: pulumi.ToStringArray(args.DataActions), NotDataActions: pulumi.ToStringArray(args.NotDataActions),
		}},
	}, d.Main())
	if err != nil {
		return nil, err
	}
	d.AddChildren(definition)
	d.ID, d.Name = definition.ID().ToStringOutput(), definition.Name
	d.RoleName = pulumi.OutputWithDependencies(ctx.Context(), pulumi.String(args.RoleName).ToStringOutput(),
		definition).(pulumi.StringOutput)
	return component.Finish(ctx, d)
}

// scopes returns the assignable scopes, of which the first one is that of the definition.
func (a *RoleDefinitionArgs) scopes() pulumi.StringArrayInput {
	if a.AdditionalScopes == nil {
		return pulumi.StringArray{a.Scope}
	}
	return pulumi.All(a.Scope, a.AdditionalScopes).ApplyT(func(all []any) []string {
		return append([]string{all[0].(string)}, all[1].([]string)...)
	}).(pulumi.StringArrayOutput)
}
