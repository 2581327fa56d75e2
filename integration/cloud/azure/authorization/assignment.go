package authorization

import (
	"slices"
	"strings"

	v20220401 "github.com/pulumi/pulumi-azure-native-sdk/authorization/v2/v20220401"

	"github.com/ashlar-iac/ashlar/integration/cloud"
	"github.com/ashlar-iac/ashlar/integration/cloud/azure/kernel"
)

func assignment(principals map[string]string) *cloud.Type {
	return kernel.Extension(&cloud.Type{
		Token: assignmentToken, Args: v20220401.RoleAssignmentArgs{}, Resource: &v20220401.RoleAssignment{},
		Name: "roleAssignmentName", AutoName: kernel.GUIDName,
		Replaces: []string{"principalId"},
		Create: func(c *cloud.Call) error {
			if !kernel.IsGUID(c.Text("roleAssignmentName")) {
				// Source: issue 8737 of bicep.
				return kernel.Refuse("InvalidRoleAssignmentId", "The role assignment ID '%s' is not valid. The role assignment ID "+
					"must be a GUID.", c.Text("roleAssignmentName"))
			}
			if err := setRole(c); err != nil {
				return err
			}
			if err := checkPrincipal(c, principals); err != nil {
				return err
			}
			if err := checkOthers(c); err != nil {
				return err
			}
			// A role assignment is deleted along with the resource or group that it is for.
			scope, err := kernel.Find(c, c.Text("scope"))
			if err != nil {
				return err
			}
			if scope != nil {
				c.Object.Managed = scope.Key()
			}
			c.Set("createdOn", kernel.Now())
			c.Set("createdBy", kernel.ObjectID)
			return written(c)
		},
		Update: func(c *cloud.Call) error {
			if err := setRole(c); err != nil {
				return err
			}
			if !strings.EqualFold(c.Old.Text("roleDefinitionId"), c.Text("roleDefinitionId")) {
				return notPermitted()
			}
			if err := checkPrincipal(c, principals); err != nil {
				return err
			}
			return written(c)
		},
	}, "Microsoft.Authorization/roleAssignments", "scope")
}

func written(c *cloud.Call) error {
	c.Set("updatedOn", kernel.Now())
	c.Set("updatedBy", kernel.ObjectID)
	return nil
}

// notPermitted is the error of a change of an assignment. Source: issue 2040 of Azure-Landing-Zones.
func notPermitted() error {
	return kernel.Refuse("RoleAssignmentUpdateNotPermitted", "Tenant ID, application ID, principal ID, and scope are not "+
		"allowed to be updated.")
}

// setRole checks the role, and sets its id in the form in which Azure answers. A request with another form of it differs
// from the answer after the next refresh.
func setRole(c *cloud.Call) error {
	id := c.Text("roleDefinitionId")
	guid := kernel.ID(id).Name()
	if !kernel.IsGUID(guid) || !strings.EqualFold(kernel.ID(id).Type(), definitions) {
		return kernel.Refuse("InvalidRoleDefinitionId", "The role definition ID '%s' is not valid.", id)
	}
	r, err := findRole(c, id)
	if err != nil {
		return err
	}
	if r == nil {
		return roleNotFound(guid)
	}
	if r.custom != nil && !slices.ContainsFunc(r.custom.Texts("assignableScopes"), kernel.ID(c.Text("scope")).In) {
		// The code and the message are from memory.
		return kernel.Refuse("InvalidRoleDefinitionScope", "The role definition '%s' is not assignable at the scope '%s'.",
			guid, c.Text("scope"))
	}
	subscription := kernel.ID(c.Text("scope")).Subscription()
	if subscription == "" {
		subscription = c.Scope.Values["subscription"]
	}
	answer := definitionID(subscription, strings.ToLower(guid))
	if !kernel.SameID(answer, id) {
		c.Object.Inputs["roleDefinitionId"] = answer
		c.Set("roleDefinitionId", answer)
	}
	return nil
}

// principalType returns the type of a principal, "" for an unknown one, and whether its type is known.
func principalType(c *cloud.Call, principals map[string]string) (string, bool, error) {
	id := strings.ToLower(c.Text("principalId"))
	if id == kernel.ObjectID {
		return "ServicePrincipal", true, nil
	}
	identities, err := c.List(kernel.IdentityToken)
	if slices.ContainsFunc(identities, func(o *cloud.Object) bool { return o.Text("principalId") == id }) {
		return "ServicePrincipal", true, err
	}
	if principals == nil {
		return "", false, err
	}
	return principals[id], true, err
}

// checkPrincipal checks the principal and its type. Azure does not look up service principals whose type is given, since
// new ones take a while to be replicated. Source: "Assign Azure roles using Azure Resource Manager templates", new
// service principal; the messages are those in issues 1652 of azure-sdk-for-net and 129 of modern-web-app-pattern-dotnet.
func checkPrincipal(c *cloud.Call, principals map[string]string) error {
	id, want := c.Text("principalId"), c.Text("principalType")
	if !kernel.IsGUID(id) {
		return kernel.Refuse("InvalidPrincipalId", "A valid principal ID must be provided for role assignment.")
	}
	is, known, err := principalType(c, principals)
	switch {
	case err != nil || !known:
		return err
	case is == "" && want != "ServicePrincipal":
		return kernel.Refuse("PrincipalNotFound", "Principal %s does not exist in the directory %s. Check that you have the "+
			"correct principal ID. If you are creating this principal and then immediately assigning a role, this error might "+
			"be related to a replication delay. In this case, set the role assignment principalType property to a value, such "+
			"as ServicePrincipal, User, or Group.", strings.ReplaceAll(id, "-", ""), c.Scope.Values["tenant"])
	case is != "" && want != "" && is != want:
		return kernel.Refuse("UnmatchedPrincipalType", "The PrincipalId '%s' has type '%s' , which is different from specified "+
			"PrinciaplType '%s'.", strings.ReplaceAll(id, "-", ""), is, want)
	}
	c.SetDefault("principalType", is)
	return nil
}

// checkOthers checks an assignment against the others of the tenant. Sources: issues 5694 of bicep and 1747 of
// Enterprise-Scale.
func checkOthers(c *cloud.Call) error {
	all, err := c.List(assignmentToken)
	if err != nil {
		return err
	}
	for _, o := range all {
		sameName := strings.EqualFold(o.Text("roleAssignmentName"), c.Text("roleAssignmentName"))
		sameScope := kernel.SameID(o.Text("scope"), c.Text("scope"))
		switch {
		case sameName && !sameScope:
			return notPermitted()
		case !sameName && sameScope && strings.EqualFold(o.Text("principalId"), c.Text("principalId")) &&
			strings.EqualFold(kernel.ID(o.Text("roleDefinitionId")).Name(), kernel.ID(c.Text("roleDefinitionId")).Name()):
			return kernel.Refuse("RoleAssignmentExists", "The role assignment already exists. The ID of the conflicting role "+
				"assignment is %s.", strings.ReplaceAll(o.Text("roleAssignmentName"), "-", ""))
		}
	}
	return nil
}
