package resources_test

import (
	"strings"
	"testing"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
	"github.com/stretchr/testify/require"

	"github.com/ashlar-iac/ashlar/azure/authorization"
	"github.com/ashlar-iac/ashlar/azure/identity"
	"github.com/ashlar-iac/ashlar/azure/resources"
	"github.com/ashlar-iac/ashlar/integration/cloudtest"
)

const (
	subscription = "/subscriptions/10000000-0000-4000-8000-000000000001"
	principal    = "30000000-0000-4000-8000-000000000001"
)

// access is a program with identities, a custom role and the assignment of a role.
type access struct {
	definition authorization.RoleDefinitionArgs
	assignment authorization.RoleAssignmentArgs
	// first are the arguments of the identity that has the role.
	first identity.UserAssignedArgs
	// second gives the role to another identity, on the first one if onFirst is set.
	second, onFirst bool
	// custom assigns the custom role.
	custom bool
}

func (p *access) in(a *cloudtest.Account) pulumi.RunFunc {
	return a.InGroup(func(ctx *pulumi.Context, group *resources.ResourceGroup, on pulumi.ResourceOption) error {
		first := p.first
		first.ResourceGroupName = group.Name
		web, err := identity.NewUserAssigned(ctx, "web", &first, on)
		if err != nil {
			return err
		}
		api, err := identity.NewUserAssigned(ctx, "api", &identity.UserAssignedArgs{ResourceGroupName: group.Name}, on)
		if err != nil {
			return err
		}
		definition, assignment := p.definition, p.assignment
		if definition.Scope == nil {
			definition.Scope = group.ID
		}
		operator, err := authorization.NewRoleDefinition(ctx, "operator", &definition, on)
		if err != nil {
			return err
		}
		assignment.Scope, assignment.PrincipalID = group.ID, web.PrincipalID
		if p.second {
			assignment.PrincipalID = api.PrincipalID
		}
		if p.onFirst {
			assignment.Scope = web.ID
		}
		if p.custom {
			assignment.Role = operator.ID
		}
		r, err := authorization.NewRoleAssignment(ctx, "access", &assignment, on)
		if err != nil {
			return err
		}
		ctx.Export("name", r.Name)
		ctx.Export("role", r.RoleDefinitionID)
		ctx.Export("custom", operator.RoleName)
		ctx.Export("group", group.ID)
		return nil
	})
}

// startAccess returns the program for a run. The name of a custom role is unique in the tenant.
func startAccess(a *cloudtest.Account) *access {
	return &access{
		definition: authorization.RoleDefinitionArgs{
			RoleName: "Ashlar operator " + a.Run(), Actions: []string{"Microsoft.Compute/virtualMachines/read"},
		},
		assignment: authorization.RoleAssignmentArgs{Role: pulumi.String("Storage Blob Data Reader")},
	}
}

// Each step changes an option, which changes only the related resources.
func TestAccessOptions(t *testing.T) {
	t.Parallel()
	cloudtest.Azure(t, func(t *testing.T, a *cloudtest.Account) {
		p := startAccess(a)
		life := a.Life(t, "access", p.in(a))
		up := life.Up()
		require.Regexp(t, guid, up.Outputs["name"].Value)
		role, _ := up.Outputs["role"].Value.(string)
		require.True(t, strings.HasSuffix(role, "/roleDefinitions/2a2b9908-6ea1-4ae2-8e65-a410df84e7d1"), role)

		p.assignment.Description = "Reads the pictures"
		life.Change("description", "update "+assignmentType+" access")
		p.assignment.Condition = pulumi.String("(@Resource[Microsoft.Storage/storageAccounts/blobServices/containers:name] " +
			"StringEquals 'pictures')")
		life.Change("condition", "update "+assignmentType+" access")
		p.assignment.Role = pulumi.String("Storage Blob Data Contributor")
		life.Change("role", "replace "+assignmentType+" access")
		p.second = true
		life.Change("principal", "replace "+assignmentType+" access")
		p.assignment.Condition, p.assignment.Role, p.onFirst = nil, pulumi.String("Managed Identity Operator"), true
		life.Change("scope", "replace "+assignmentType+" access")

		p.definition.Description = "Operates virtual machines"
		life.Change("description of the role", "update "+definitionType+" operator")
		p.definition.Actions = []string{"Microsoft.Compute/virtualMachines/*"}
		life.Change("actions", "update "+definitionType+" operator")
		p.definition.NotActions = []string{"Microsoft.Compute/virtualMachines/delete"}
		life.Change("excluded actions", "update "+definitionType+" operator")
		p.definition.DataActions = []string{"Microsoft.Compute/virtualMachines/login/action"}
		life.Change("data actions", "update "+definitionType+" operator")
		p.definition.NotDataActions = []string{"Microsoft.Compute/virtualMachines/loginAsAdmin/action"}
		life.Change("excluded data actions", "update "+definitionType+" operator")
		p.definition.AllowBroadActions = true
		life.Change("broad actions are allowed")
		p.custom, p.onFirst = true, false
		life.Change("custom role", "replace "+assignmentType+" access")
		p.definition.RoleName = "Ashlar operator 2 " + a.Run()
		life.Change("name of the role", "replace "+definitionType+" operator", "replace "+assignmentType+" access")
		require.Equal(t, p.definition.RoleName, life.Output("custom"))
		group, _ := life.Output("group").(string)
		wide, _, _ := strings.Cut(group, "/resourceGroups/")
		p.definition.AdditionalScopes = pulumi.ToStringArray([]string{wide})
		life.Change("additional scope", "update "+definitionType+" operator")
		p.definition.AdditionalScopes, p.definition.Scope = nil, pulumi.String(wide)
		life.Change("scope of the role", "replace "+definitionType+" operator", "replace "+assignmentType+" access")
		life.Destroy()
	})
}

// Azure rejects another principal under the same name, and an identity that is created again is another principal.
func TestAssignmentsFollowTheirPrincipal(t *testing.T) {
	t.Parallel()
	a := cloudtest.SimulatedAzure(t)
	p := startAccess(a)
	life := a.Life(t, "principal", p.in(a))
	life.Up()
	p.first.Name = "id-web"
	life.Change("another identity", "replace "+identityType+" web", "replace "+assignmentType+" access")
	p.first.Location = elsewhere
	life.Change("the identity is created again under its name", "replace "+identityType+" web", "replace "+assignmentType+" access")
	life.Destroy()
}

// The name of an assignment is the same with another type of principal, and Azure rejects a change of the type.
func TestTypeOfPrincipal(t *testing.T) {
	t.Parallel()
	a := cloudtest.SimulatedAzure(t)
	args := authorization.RoleAssignmentArgs{
		Scope: pulumi.String(subscription), Role: pulumi.String("Reader"), PrincipalID: pulumi.String(principal),
		PrincipalType: authorization.PrincipalGroup,
	}
	life := a.Life(t, "type", func(ctx *pulumi.Context) error {
		_, err := authorization.NewRoleAssignment(ctx, "team", &args)
		return err
	})
	life.Up()
	args.PrincipalType = authorization.PrincipalForeignGroup
	life.Change("type", "replace "+assignmentType+" team")
	args.Role, args.AllowPrivilegedRole = pulumi.String("Owner"), "Owner"
	life.Change("privileged role", "replace "+assignmentType+" team")
	args.Role, args.AllowPrivilegedRole = pulumi.String("Reader"), ""
	life.Change("other role", "replace "+assignmentType+" team")
	life.Destroy()
}

// Only Azure knows the type of a principal, and who has a role already.
func TestAssignmentsThatOnlyAzureRejects(t *testing.T) {
	t.Parallel()
	a := cloudtest.SimulatedAzure(t)
	p := startAccess(a)
	life := a.Life(t, "rejected", p.in(a))
	life.Up()
	p.assignment.PrincipalType = authorization.PrincipalUser
	rejects(t, life, `Status=400 Code="UnmatchedPrincipalType"`)
	p.assignment.PrincipalType = ""
	settled(t, life)

	twice := a.Life(t, "twice", func(ctx *pulumi.Context) error {
		for _, name := range []string{"one", "two"} {
			if _, err := authorization.NewRoleAssignment(ctx, name, &authorization.RoleAssignmentArgs{
				Scope: pulumi.String(subscription), Role: pulumi.String("Reader"), PrincipalID: pulumi.String(principal),
			}); err != nil {
				return err
			}
		}
		return nil
	})
	rejects(t, twice, "cannot create already existing resource")
	r, err := twice.Stack.Destroy(t.Context())
	require.NoError(t, err, r.Output)
	life.Destroy()
}

// Arguments that Azure rejects, and those that give more access than is obvious, are reported before any resource is
// created.
func TestInvalidAssignments(t *testing.T) {
	t.Parallel()
	args := func(change func(*authorization.RoleAssignmentArgs)) authorization.RoleAssignmentArgs {
		out := authorization.RoleAssignmentArgs{
			Scope: pulumi.String(subscription + "/resourceGroups/shop"), Role: pulumi.String("Reader"), PrincipalID: pulumi.String(principal),
		}
		change(&out)
		return out
	}
	cases[authorization.RoleAssignmentArgs]{
		"InvalidRoleDefinitionId": {args(func(a *authorization.RoleAssignmentArgs) { a.Role = pulumi.String("reader") }),
			`role: unknown role "reader", did you mean "Reader"?`},
		"InvalidPrincipalId": {args(func(a *authorization.RoleAssignmentArgs) { a.PrincipalID = pulumi.String("web") }), `principalId: found "web"`},
		"scope":              {args(func(a *authorization.RoleAssignmentArgs) { a.Scope = pulumi.String("shop") }), `scope: found "shop"`},
		"type":               {args(func(a *authorization.RoleAssignmentArgs) { a.PrincipalType = "Device" }), `principalType: unknown value "Device"`},
		"privileged role": {args(func(a *authorization.RoleAssignmentArgs) {
			a.Scope, a.Role = pulumi.String(subscription), pulumi.String("Owner")
		}),
			"role: Owner at the scope of a subscription or management group"},
	}.run(t, func(ctx *pulumi.Context, args *authorization.RoleAssignmentArgs) error {
		_, err := authorization.NewRoleAssignment(ctx, "access", args)
		return err
	})
}

// Names that exist, and scopes that do not, are known to Azure only.
func TestInvalidRoles(t *testing.T) {
	t.Parallel()
	read := []string{"Microsoft.Storage/*/read"}
	scope := pulumi.String(subscription)
	cases[authorization.RoleDefinitionArgs]{
		"RoleDefinitionWithSameNameExists": {authorization.RoleDefinitionArgs{RoleName: "reader", Scope: scope, Actions: read},
			`roleName: "Reader" is a built-in role`},
		"RoleDefinitionScopeInvalid": {authorization.RoleDefinitionArgs{Scope: pulumi.String("/"), Actions: read}, `scope: found "/"`},
		"additional scope": {authorization.RoleDefinitionArgs{Scope: scope, Actions: read,
			AdditionalScopes: pulumi.ToStringArray([]string{"shop"})}, `additionalScopes[0]: found "shop"`},
		"no actions": {authorization.RoleDefinitionArgs{Scope: scope}, "actions: the role allows nothing"},
		"action":     {authorization.RoleDefinitionArgs{Scope: scope, Actions: []string{"read"}}, `actions[0]: invalid action "read"`},
		"long name":  {authorization.RoleDefinitionArgs{RoleName: strings.Repeat("a", 129), Scope: scope, Actions: read}, "roleName: "},
	}.run(t, func(ctx *pulumi.Context, args *authorization.RoleDefinitionArgs) error {
		_, err := authorization.NewRoleDefinition(ctx, "operator", args)
		return err
	})
}
