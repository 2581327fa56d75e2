package authorization_test

import (
	"flag"
	"os/exec"
	"strings"
	"testing"

	"github.com/google/uuid"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
	"github.com/stretchr/testify/require"

	"github.com/ashlar-iac/ashlar/azure/authorization"
	"github.com/ashlar-iac/ashlar/azure/authorization/builtinrole"
	"github.com/ashlar-iac/ashlar/azure/internal/fixture"
	"github.com/ashlar-iac/ashlar/core/failure"
	"github.com/ashlar-iac/ashlar/core/pulumitest"
)

var _ = flag.Bool("update", false, "update the golden files")

const (
	assignmentType = "azure-native:authorization/v20220401:RoleAssignment"
	definitionType = "azure-native:authorization/v20220501preview:RoleDefinition"
	subscription   = "/subscriptions/" + fixture.Subscription
	group          = subscription + "/resourceGroups/shop"
	management     = "/providers/Microsoft.Management/managementGroups/landing-zones"
	owner          = "8e3af657-a8ff-443c-a75c-2fe8c4bcb635"
	reader         = "acdd72a7-3385-48ef-bd42-f606fba81ae7"
)

// assign returns the shortest arguments.
func assign(scope, role, principal string) *authorization.RoleAssignmentArgs {
	return &authorization.RoleAssignmentArgs{
		Scope: pulumi.String(scope), Role: pulumi.String(role), PrincipalID: pulumi.String(principal),
	}
}

func shortest(*pulumi.Context) *authorization.RoleAssignmentArgs {
	return assign(group, "Reader", fixture.Principal)
}

// full returns arguments with all options.
func full(ctx *pulumi.Context) *authorization.RoleAssignmentArgs {
	return &authorization.RoleAssignmentArgs{
		Scope: fixture.Text(ctx, group), Role: fixture.Text(ctx, "Storage Blob Data Reader"),
		PrincipalID: fixture.Text(ctx, fixture.Principal), PrincipalType: authorization.PrincipalGroup,
		Condition:           fixture.Text(ctx, "@Resource[Microsoft.Storage/storageAccounts/blobServices/containers:name] StringEquals 'public'"),
		AllowPrivilegedRole: "Owner", Description: "Reads the catalog",
	}
}

func create(t *testing.T, args func(*pulumi.Context) *authorization.RoleAssignmentArgs, opts ...pulumitest.Option) *pulumitest.Recording {
	t.Helper()
	r := pulumitest.Run(t, func(ctx *pulumi.Context) error {
		_, err := authorization.NewRoleAssignment(ctx, "web-reads", args(ctx))
		return err
	}, append(opts, fixture.Cloud()...)...)
	fixture.RequireOneVersion(t, r)
	return r
}

// nameOf returns the name of the assignment that arguments create.
func nameOf(t *testing.T, args *authorization.RoleAssignmentArgs) string {
	t.Helper()
	r := create(t, func(*pulumi.Context) *authorization.RoleAssignmentArgs { return args })
	name, _ := r.One(t, assignmentType).Input("roleAssignmentName")
	require.NoError(t, uuid.Validate(name.StringValue()))
	return name.StringValue()
}

func TestRoleAssignmentConforms(t *testing.T) {
	t.Parallel()
	fixture.Conform(t, pulumitest.Suite[authorization.RoleAssignmentArgs, *authorization.RoleAssignment]{
		Token: authorization.RoleAssignmentToken, New: authorization.NewRoleAssignment, RefusesNil: failure.Configuration,
		Defaults: []string{"principalType"},
	}, map[string]func(*pulumi.Context) *authorization.RoleAssignmentArgs{"everything": full, "shortest": shortest})
}

func TestRoleAssignmentGolden(t *testing.T) {
	t.Parallel()
	create(t, shortest).Golden(t, "testdata/assignment-default.txt")
	create(t, full).Golden(t, "testdata/assignment-full.txt")
}

// The name must never change for the same assignment: Azure would reject the new one with RoleAssignmentExists.
func TestNamesOfAssignmentsAreStable(t *testing.T) {
	t.Parallel()
	name := nameOf(t, assign(group, "Reader", fixture.Principal))
	require.Equal(t, "f8eae8ab-ffe8-5cad-92c6-a4a04d801dbb", name)
	for reason, same := range map[string]*authorization.RoleAssignmentArgs{
		"case is ignored":  assign(strings.ToUpper(group), reader, strings.ToUpper(fixture.Principal)),
		"a final slash":    assign(group+"/", "Reader", fixture.Principal),
		"the ID of a role": assign(group, subscription+"/providers/Microsoft.Authorization/roleDefinitions/"+reader, fixture.Principal),
		"the ID of a built-in role without a subscription": assign(group, "/providers/Microsoft.Authorization/roleDefinitions/"+reader, fixture.Principal),
	} {
		if strings.HasPrefix(reason, "case") {
			same.Scope = pulumi.String("/subscriptions/" + strings.ToUpper(strings.TrimPrefix(group, "/subscriptions/")))
		}
		require.Equal(t, name, nameOf(t, same), reason)
	}
	for reason, other := range map[string]*authorization.RoleAssignmentArgs{
		"scope": assign(group+"2", "Reader", fixture.Principal), "role": assign(group, "AcrPull", fixture.Principal),
		"principal": assign(group, "Reader", fixture.Tenant),
	} {
		require.NotEqual(t, name, nameOf(t, other), reason)
	}
}

// Azure returns the ID of a role with the subscription of the scope.
func TestRolesHaveTheIDThatAzureReturns(t *testing.T) {
	t.Parallel()
	for scope, want := range map[string]string{
		group:      subscription + "/providers/Microsoft.Authorization/roleDefinitions/" + reader,
		management: "/providers/Microsoft.Authorization/roleDefinitions/" + reader,
	} {
		r := create(t, func(*pulumi.Context) *authorization.RoleAssignmentArgs {
			return assign(scope, "Reader", fixture.Principal)
		})
		a := r.One(t, assignmentType)
		id, _ := a.Input("roleDefinitionId")
		require.Equal(t, want, id.StringValue())
		kind, _ := a.Input("principalType")
		require.Equal(t, "ServicePrincipal", kind.StringValue(), "the SDK's default is User")
		require.ElementsMatch(t, []string{"roleDefinitionId", "principalType"}, a.ReplaceOnChanges)
	}
}

func TestUnknownRolesOfOtherResourcesFail(t *testing.T) {
	t.Parallel()
	_, err := pulumitest.Record(func(ctx *pulumi.Context) error {
		args := assign(group, "", fixture.Principal)
		args.Role = fixture.Text(ctx, "Redaer")
		_, err := authorization.NewRoleAssignment(ctx, "web-reads", args)
		return err
	}, fixture.Cloud()...)
	require.ErrorContains(t, err, `unknown role "Redaer": use the name of a built-in role`)
}

func TestInvalidRoleAssignmentsAreRejected(t *testing.T) {
	t.Parallel()
	with := func(args *authorization.RoleAssignmentArgs, change func(*authorization.RoleAssignmentArgs)) *authorization.RoleAssignmentArgs {
		change(args)
		return args
	}
	tests := map[string]struct {
		reason string
		args   *authorization.RoleAssignmentArgs
		want   []string
	}{
		"nothing":         {"what is required", &authorization.RoleAssignmentArgs{}, []string{"principalId: required", "role: required", "scope: required"}},
		"misspelled role": {"names are suggested", assign(group, "Redaer", fixture.Principal), []string{`role: unknown role "Redaer", did you mean "Reader"?`}},
		"case of a role":  {"names are exact", assign(group, "storage blob data reader", fixture.Principal), []string{`role: unknown role "storage blob data reader", did you mean "Storage Blob Data Reader"?`}},
		"unknown role":    {"there are hundreds", assign(group, "Elephant Keeper", fixture.Principal), []string{`role: unknown role "Elephant Keeper", use the name of a built-in role such as Reader`}},
		"scope":           {"an ID, not a name", assign("shop", "Reader", fixture.Principal), []string{`scope: found "shop": use the resource ID of`}},
		"principal":       {"object IDs are GUIDs", assign(group, "Reader", "web@example.com"), []string{`principalId: found "web@example.com": use the object ID`}},
		"principal type":  {"typed values", with(assign(group, "Reader", fixture.Principal), func(a *authorization.RoleAssignmentArgs) { a.PrincipalType = "Application" }), []string{`principalType: unknown value "Application"`}},
		"owner":           {"grants access to others", assign(subscription, "Owner", fixture.Principal), []string{"role: Owner at the scope of a subscription or management group can grant access to others or change all resources: use a narrower scope or role, or set allowPrivilegedRole to Owner"}},
		"owner by GUID":   {"the same role", assign(strings.ToUpper(subscription[:14])+subscription[14:]+"/", owner, fixture.Principal), []string{"set allowPrivilegedRole to Owner"}},
		"management group": {"of all subscriptions in it", assign(management, "Virtual Machine Data Access Administrator (preview)", fixture.Principal),
			[]string{"set allowPrivilegedRole to Virtual Machine Data Access Administrator (preview)"}},
		"another role allowed": {"one role, by name", with(assign(subscription, "Owner", fixture.Principal), func(a *authorization.RoleAssignmentArgs) { a.AllowPrivilegedRole = "Contributor" }),
			[]string{`allowPrivilegedRole: found "Contributor" for the role Owner: write Owner`}},
		"no effect": {"for other roles", with(assign(subscription, "Reader", fixture.Principal), func(a *authorization.RoleAssignmentArgs) { a.AllowPrivilegedRole = "Reader" }),
			[]string{"allowPrivilegedRole: no effect, because Reader needs no permission: omit it"}},
	}
	for name, tc := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			fixture.RequireRejected(t, func(ctx *pulumi.Context) error {
				_, err := authorization.NewRoleAssignment(ctx, "web-reads", tc.args)
				return err
			}, tc.want...)
		})
	}
	for _, role := range []string{"Owner", "Contributor", "User Access Administrator", "Role Based Access Control Administrator"} {
		nameOf(t, assign(group, role, fixture.Principal))
		nameOf(t, with(assign(subscription, role, fixture.Principal), func(a *authorization.RoleAssignmentArgs) { a.AllowPrivilegedRole = role }))
		fixture.RequireRejected(t, func(ctx *pulumi.Context) error {
			_, err := authorization.NewRoleAssignment(ctx, "web-reads", assign(subscription, role, fixture.Principal))
			return err
		}, "set allowPrivilegedRole to "+role)
	}
}

func TestRoleAssignmentEvidence(t *testing.T) {
	t.Parallel()
	require.Equal(t, map[string]bool{"role": true}, pulumitest.Evidence(assign(group, "Owner", fixture.Principal).Evidence()))
	require.Equal(t, map[string]bool{"role": true}, pulumitest.Evidence(assign(subscription, "Reader", fixture.Principal).Evidence()))
	require.Equal(t, map[string]bool{"role": false}, pulumitest.Evidence(assign(subscription, "Owner", fixture.Principal).Evidence()))
}

func TestBuiltInRolesAreAcceptedByName(t *testing.T) {
	t.Parallel()
	for _, name := range []string{"AcrPull", "Storage Blob Data Owner"} {
		require.Contains(t, authorization.BuiltInRoles(), name)
		r := create(t, func(*pulumi.Context) *authorization.RoleAssignmentArgs { return assign(group, name, fixture.Principal) })
		id, _ := r.One(t, assignmentType).Input("roleDefinitionId")
		require.True(t, strings.HasSuffix(id.StringValue(), "/roleDefinitions/"+builtinrole.GUID(name)), id.StringValue())
	}
}

func define(ctx *pulumi.Context) *authorization.RoleDefinitionArgs {
	return &authorization.RoleDefinitionArgs{
		RoleName: "Starts virtual machines", Description: "Starts and stops", Scope: fixture.Text(ctx, subscription),
		AdditionalScopes:  pulumi.StringArray{fixture.Text(ctx, group)},
		Actions:           []string{"Microsoft.Compute/virtualMachines/*/action", "*/read"},
		NotActions:        []string{"Microsoft.Compute/virtualMachines/runCommand/action"},
		DataActions:       []string{"Microsoft.Storage/storageAccounts/blobServices/containers/blobs/read"},
		NotDataActions:    []string{"Microsoft.Storage/storageAccounts/blobServices/containers/blobs/tags/read"},
		AllowBroadActions: true,
	}
}

func defineShort(*pulumi.Context) *authorization.RoleDefinitionArgs {
	return &authorization.RoleDefinitionArgs{Scope: pulumi.String(group), Actions: []string{"Microsoft.Compute/virtualMachines/read"}}
}

func created(t *testing.T, args func(*pulumi.Context) *authorization.RoleDefinitionArgs) *pulumitest.Recording {
	t.Helper()
	r := pulumitest.Run(t, func(ctx *pulumi.Context) error {
		_, err := authorization.NewRoleDefinition(ctx, "starts", args(ctx))
		return err
	}, fixture.Cloud()...)
	fixture.RequireOneVersion(t, r)
	return r
}

func TestRoleDefinitionConforms(t *testing.T) {
	t.Parallel()
	fixture.Conform(t, pulumitest.Suite[authorization.RoleDefinitionArgs, *authorization.RoleDefinition]{
		Token: authorization.RoleDefinitionToken, New: authorization.NewRoleDefinition, RefusesNil: failure.Configuration,
		Defaults: []string{"roleName"},
	}, map[string]func(*pulumi.Context) *authorization.RoleDefinitionArgs{"everything": define, "shortest": defineShort})
}

func TestRoleDefinitionGolden(t *testing.T) {
	t.Parallel()
	created(t, defineShort).Golden(t, "testdata/definition-default.txt")
	created(t, define).Golden(t, "testdata/definition-full.txt")
}

func TestInvalidRoleDefinitionsAreRejected(t *testing.T) {
	t.Parallel()
	of := func(actions ...string) authorization.RoleDefinitionArgs {
		return authorization.RoleDefinitionArgs{Scope: pulumi.String(group), Actions: actions}
	}
	const read = "Microsoft.Compute/virtualMachines/read"
	tests := map[string]struct {
		reason string
		args   authorization.RoleDefinitionArgs
		want   []string
	}{
		"nothing":    {"what is required", authorization.RoleDefinitionArgs{}, []string{"actions: the role allows nothing", "scope: required: add the resource ID"}},
		"scope":      {"an ID", authorization.RoleDefinitionArgs{Scope: pulumi.String("shop"), Actions: []string{read}}, []string{`scope: found "shop"`}},
		"more scope": {"an ID", authorization.RoleDefinitionArgs{Scope: pulumi.String(group), Actions: []string{read}, AdditionalScopes: pulumi.ToStringArray([]string{"x"})}, []string{`additionalScopes[0]: found "x"`}},
		"actions":    {"their form", of("read", "Microsoft.Compute", "virtualMachines/read", "Microsoft.Compute/virtual machines/read"), []string{`actions[0]: invalid action "read"`, `actions[1]: invalid`, `actions[2]: invalid`, `actions[3]: invalid`}},
		"everything": {"all resources", of("*"), []string{`actions[0]: "*" allows to change all resources or to grant permissions: use specific actions, or set allowBroadActions`}},
		"grants": {"roles for oneself", of("Microsoft.Authorization/*", "Microsoft.Authorization/roleAssignments/write", "*/write", "microsoft.authorization/*/Write"),
			[]string{"actions[0]: ", "actions[1]: ", "actions[2]: ", "actions[3]: "}},
	}
	for name, tc := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			fixture.RequireRejected(t, func(ctx *pulumi.Context) error {
				_, err := authorization.NewRoleDefinition(ctx, "starts", &tc.args)
				return err
			}, tc.want...)
		})
	}
	for _, action := range []string{read, "*/read", "Microsoft.Authorization/*/read", "Microsoft.Compute/*", "Microsoft.Authorization/locks/write"} {
		created(t, func(*pulumi.Context) *authorization.RoleDefinitionArgs { args := of(action); return &args })
	}
}

func TestRoleDefinitionEvidence(t *testing.T) {
	t.Parallel()
	require.Equal(t, map[string]bool{"allowBroadActions": true}, pulumitest.Evidence((&authorization.RoleDefinitionArgs{}).Evidence()))
	require.Equal(t, map[string]bool{"allowBroadActions": false},
		pulumitest.Evidence((&authorization.RoleDefinitionArgs{AllowBroadActions: true}).Evidence()))
}

// A program with role assignments compiles no other service.
func TestDependencies(t *testing.T) {
	t.Parallel()
	out, err := exec.CommandContext(t.Context(), "go", "list", "-deps", ".").Output()
	require.NoError(t, err)
	for path := range strings.FieldsSeq(string(out)) {
		for _, foreign := range []string{"pulumi-azure-native-sdk/network", "pulumi-azure-native-sdk/compute", "pulumi-azure-native-sdk/containerservice", "pulumi-aws", "pulumi-kubernetes", "k8s.io"} {
			require.NotContains(t, path, foreign)
		}
		require.NotEqual(t, "github.com/pulumi/pulumi-azure-native-sdk/authorization/v2", path, "its compilation takes longer than that of the rest")
	}
}
