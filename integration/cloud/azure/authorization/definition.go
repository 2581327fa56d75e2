package authorization

import (
	"strings"

	"github.com/pulumi/pulumi-azure-native-sdk/authorization/v2/v20220501preview"

	"github.com/ashlar-iac/ashlar/integration/cloud"
	"github.com/ashlar-iac/ashlar/integration/cloud/azure/kernel"
)

func definition() *cloud.Type {
	return kernel.Extension(&cloud.Type{
		Token: definitionToken, Args: v20220501preview.RoleDefinitionArgs{}, Resource: &v20220501preview.RoleDefinition{},
		Name: "roleDefinitionId", AutoName: kernel.GUIDName,
		Create: func(c *cloud.Call) error {
			if !kernel.IsGUID(c.Text("roleDefinitionId")) {
				return kernel.Refuse("InvalidRoleDefinitionId", "The role definition ID '%s' is not valid. The role definition ID "+
					"must be a GUID.", c.Text("roleDefinitionId"))
			}
			c.Set("createdOn", kernel.Now())
			c.Set("createdBy", kernel.ObjectID)
			return setDefinition(c)
		},
		Update: setDefinition,
		// Source: "Troubleshoot Azure RBAC", custom roles.
		Delete: func(c *cloud.Call) error {
			all, err := c.List(assignmentToken)
			for _, o := range all {
				if strings.EqualFold(kernel.ID(o.Text("roleDefinitionId")).Name(), c.Text("name")) {
					return kernel.Refuse("RoleDefinitionHasAssignments", "There are existing role assignments referencing role.")
				}
			}
			return err
		},
	}, definitions, "scope")
}

// setDefinition checks a custom role. Source: "Azure custom roles", custom role properties and limits. Codes other than
// that of a duplicate name are from memory.
func setDefinition(c *cloud.Call) error {
	name, scopes := c.Text("roleName"), c.Texts("assignableScopes")
	switch {
	case name == "" || len([]rune(name)) > 512:
		return kernel.Refuse("RoleDefinitionRoleNameInvalid", "The name of a custom role has 1 to 512 characters.")
	case len(scopes) == 0:
		return kernel.Refuse("RoleDefinitionAssignableScopesMissing", "A custom role requires assignable scopes.")
	}
	for _, scope := range scopes {
		if scope == "/" {
			return kernel.Refuse("RoleDefinitionScopeInvalid", "Only built-in roles have the root scope '/' as assignable scope.")
		}
		if err := kernel.Need(c, scope); err != nil {
			return err
		}
	}
	for _, other := range builtIn() {
		if strings.EqualFold(other, name) {
			return duplicate(name)
		}
	}
	all, err := c.List(definitionToken)
	if err != nil {
		return err
	}
	for _, o := range all {
		if !kernel.ID(o.ID).Same(c.Object.ID) && strings.EqualFold(o.Text("roleName"), name) {
			return duplicate(name)
		}
	}
	c.SetDefault("roleType", "CustomRole")
	return written(c)
}

func duplicate(name string) error {
	return kernel.Refuse("RoleDefinitionWithSameNameExists", "A custom role with the same name '%s' already exists in this "+
		"directory. Use a different name.", name)
}
