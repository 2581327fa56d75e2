package authorization_test

import (
	"testing"

	provider "github.com/pulumi/pulumi-go-provider"
	"github.com/stretchr/testify/require"

	"github.com/ashlar-iac/ashlar/integration/cloud/accounttest"
	"github.com/ashlar-iac/ashlar/integration/cloud/azure"
	"github.com/ashlar-iac/ashlar/integration/cloud/azure/azuretest"
	"github.com/ashlar-iac/ashlar/integration/cloud/azure/kernel"
)

// in are the inputs of a resource.
type in = map[string]any

type step = accounttest.Step

const (
	assignmentToken = "azure-native:authorization:RoleAssignment"
	definitionToken = "azure-native:authorization:RoleDefinition"

	reader  = "acdd72a7-3385-48ef-bd42-f606fba81ae7"
	writer  = "b24988ac-6180-42a0-ab88-20f7382dd24c"
	first   = "30000000-0000-4000-8000-000000000001"
	second  = "30000000-0000-4000-8000-000000000002"
	nobody  = "30000000-0000-4000-8000-000000000003"
	someone = "30000000-0000-4000-8000-000000000004"
)

func roleID(guid string) string {
	return "/subscriptions/" + azure.Subscription + "/providers/Microsoft.Authorization/roleDefinitions/" + guid
}

func assigned(name string, more in) step {
	return step{Name: name, Type: assignmentToken, Inputs: accounttest.Merge(in{"scope": azuretest.GroupID,
		"principalId": kernel.ObjectID, "principalType": "ServicePrincipal", "roleAssignmentName": first,
		"roleDefinitionId": roleID(reader)}, more)}
}

// principal fills in the principal of the identity "id".
func principal(h *accounttest.History, s step) step {
	s.Inputs = accounttest.Merge(s.Inputs, in{"principalId": h.Output("id", "principalId")})
	return s
}

func TestRejectedAssignments(t *testing.T) {
	t.Parallel()
	deep := "$sa/blobServices/default/containers/data"
	azuretest.RunRefusals(t, append(azuretest.Group(), azuretest.Account(nil)), map[string]accounttest.Refusal{
		"an assignment":          {Steps: []step{assigned("a", nil)}},
		"a subscription":         {Steps: []step{assigned("a", in{"scope": "/subscriptions/" + azure.Subscription})}},
		"a resource":             {Steps: []step{assigned("a", in{"scope": "$sa"})}},
		"a child":                {Steps: []step{assigned("a", in{"scope": deep})}},
		"a missing group":        {Steps: []step{assigned("a", in{"scope": azuretest.GroupID + "2"})}, Want: `Status=404 Code="ResourceGroupNotFound"`},
		"a missing resource":     {Steps: []step{assigned("a", in{"scope": "$sa2"})}, Want: `Status=404 Code="ResourceNotFound"`},
		"a name that is no GUID": {Steps: []step{assigned("a", in{"roleAssignmentName": "reader"})}, Want: `Status=400 Code="InvalidRoleAssignmentId" Message="The role assignment ID 'reader' is not valid. The role assignment ID must be a GUID."`},
		"the same under another name": {Steps: []step{assigned("a", nil), assigned("b", in{"roleAssignmentName": second})},
			Want: `Status=409 Code="RoleAssignmentExists" Message="The role assignment already exists.`},
		"another role":  {Steps: []step{assigned("a", nil), assigned("b", in{"roleAssignmentName": second, "roleDefinitionId": roleID(writer)})}},
		"the same name": {Steps: []step{assigned("a", nil), assigned("b", nil)}, Want: "cannot create already existing resource"},
		"the same name at another scope": {Steps: []step{assigned("a", nil), assigned("b", in{"scope": "$sa"})},
			Want: `Status=400 Code="RoleAssignmentUpdateNotPermitted" Message="Tenant ID, application ID, principal ID, and scope are not allowed to be updated."`},
		"a role that is no id":   {Steps: []step{assigned("a", in{"roleDefinitionId": "Reader"})}, Want: `Code="InvalidRoleDefinitionId"`},
		"a missing role":         {Steps: []step{assigned("a", in{"roleDefinitionId": roleID(nobody)})}, Want: `Code="RoleDefinitionDoesNotExist"`},
		"a mistyped principal":   {Steps: []step{assigned("a", in{"principalType": "User"})}, Want: `Status=400 Code="UnmatchedPrincipalType" Message="The PrincipalId '10000000000040008000000000000004' has type 'ServicePrincipal' , which is different from specified PrinciaplType 'User'."`},
		"a principal of no form": {Steps: []step{assigned("a", in{"principalId": "me"})}, Want: `Code="InvalidPrincipalId"`},
		"a change of the role":   {Steps: []step{assigned("a", nil), assigned("~a", in{"roleDefinitionId": roleID(writer)})}, Want: `Code="RoleAssignmentUpdateNotPermitted"`},
		"a description":          {Steps: []step{assigned("a", nil), assigned("~a", in{"description": "why"})}},
	})
}

// TestPrincipals are unknown if the tenant lists its principals.
func TestPrincipals(t *testing.T) {
	t.Parallel()
	a := azuretest.NewAccount(t, azure.WithPrincipals(map[string]string{someone: "User"}))
	h := a.Use(nil).History().All(azuretest.Group()...).All(azuretest.Identity())
	h.All(assigned("user", in{"principalId": someone, "principalType": "User"}))
	h.All(principal(h, assigned("identity", in{"roleAssignmentName": second})))
	for want, s := range map[string]step{
		`Status=400 Code="PrincipalNotFound" Message="Principal 30000000000040008000000000000003 does not exist in the directory ` + kernel.Tenant: assigned("x",
			in{"roleAssignmentName": nobody, "principalId": nobody, "principalType": "Group"}),
		`has type 'User' , which is different from specified PrinciaplType 'Group'`: assigned("x",
			in{"roleAssignmentName": nobody, "principalId": someone, "principalType": "Group"}),
	} {
		require.ErrorContains(t, h.Do(s), want)
	}
	h.All(assigned("new", in{"roleAssignmentName": nobody, "principalId": nobody}))
	// Without a list, any GUID is a principal of any type.
	azuretest.New(t).All(azuretest.Group()...).All(assigned("group", in{"principalId": nobody, "principalType": "Group"}))
}

func TestAssignment(t *testing.T) {
	t.Parallel()
	h := azuretest.New(t).All(azuretest.Group()...).All(azuretest.Account(nil),
		assigned("a", in{"scope": "$sa", "roleDefinitionId": "/providers/Microsoft.Authorization/roleDefinitions/" + reader}))
	require.Equal(t, h.IDs["sa"]+"/providers/Microsoft.Authorization/roleAssignments/"+first, h.IDs["a"])
	require.Equal(t, roleID(reader), h.Output("a", "roleDefinitionId"))
	require.Equal(t, roleID(reader), h.Refreshed("a")["roleDefinitionId"], "the short form of the id is drift")
	d := h.Differences(assigned("~a", in{"scope": azuretest.GroupID, "principalId": nobody}))
	for _, property := range []string{"scope", "principalId"} {
		require.Equal(t, provider.UpdateReplace, d.DetailedDiff[property].Kind, property)
	}
	require.True(t, d.DeleteBeforeReplace)
	h.All(step{Name: "-sa"})
	require.Nil(t, h.Refreshed("a"), "an assignment is deleted with its resource")
}

func custom(name string, more in) step {
	return step{Name: name, Type: definitionToken, Inputs: accounttest.Merge(in{"scope": "/subscriptions/" + azure.Subscription,
		"roleDefinitionId": someone, "roleName": "Operator", "assignableScopes": []any{azuretest.GroupID},
		"permissions": []any{in{"actions": []any{"Microsoft.Storage/*/read"}}}}, more)}
}

func TestRoleDefinitions(t *testing.T) {
	t.Parallel()
	use := assigned("a", in{"roleDefinitionId": roleID(someone)})
	azuretest.RunRefusals(t, azuretest.Group(), map[string]accounttest.Refusal{
		"a role":                 {Steps: []step{custom("r", nil), use, {Name: "-a"}, {Name: "-r"}}},
		"a role in use":          {Steps: []step{custom("r", nil), use, {Name: "-r"}}, Want: `Status=400 Code="RoleDefinitionHasAssignments" Message="There are existing role assignments referencing role."`},
		"another scope":          {Steps: []step{custom("r", nil), assigned("a", in{"scope": "/subscriptions/" + azure.Subscription, "roleDefinitionId": roleID(someone)})}, Want: "is not assignable at the scope"},
		"a duplicate name":       {Steps: []step{custom("r", nil), custom("s", in{"roleDefinitionId": nobody})}, Want: `Status=409 Code="RoleDefinitionWithSameNameExists"`},
		"a built-in name":        {Steps: []step{custom("r", in{"roleName": "reader"})}, Want: `Code="RoleDefinitionWithSameNameExists"`},
		"a name that is no GUID": {Steps: []step{custom("r", in{"roleDefinitionId": "operator"})}, Want: `Code="InvalidRoleDefinitionId"`},
		"no scopes":              {Steps: []step{custom("r", in{"assignableScopes": nil})}, Want: "requires assignable scopes"},
		"the root scope":         {Steps: []step{custom("r", in{"assignableScopes": []any{"/"}})}, Want: "Only built-in roles"},
		"a missing scope":        {Steps: []step{custom("r", in{"assignableScopes": []any{azuretest.GroupID + "x"}})}, Want: "ResourceGroupNotFound"},
		"no name":                {Steps: []step{custom("r", in{"roleName": ""})}, Want: "1 to 512 characters"},
	})
	h := azuretest.New(t).All(azuretest.Group()...).All(custom("r", nil))
	for guid, want := range map[string]in{reader: {"roleName": "Reader", "roleType": "BuiltInRole"},
		someone: {"roleName": "Operator", "roleType": "CustomRole"}} {
		found, err := h.Call("azure-native:authorization:getRoleDefinition",
			in{"roleDefinitionId": guid, "scope": "/subscriptions/" + azure.Subscription})
		require.NoError(t, err)
		require.Equal(t, want, in{"roleName": found["roleName"], "roleType": found["roleType"]})
		require.Equal(t, roleID(guid), found["id"])
	}
	_, err := h.Call("azure-native:authorization:getRoleDefinition", in{"roleDefinitionId": nobody, "scope": "/"})
	require.ErrorContains(t, err, "RoleDefinitionDoesNotExist")
}
