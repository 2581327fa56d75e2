package authorization

import (
	"strings"

	"github.com/ashlar-iac/ashlar/integration/cloud"
	"github.com/ashlar-iac/ashlar/integration/cloud/azure/kernel"
)

const (
	assignmentToken = kernel.AssignmentToken
	definitionToken = "azure-native:authorization:RoleDefinition"
)

// Service returns the types and functions of role-based access control. principals are the types of the principals of
// the tenant by object id; nil stands for any.
func Service(principals map[string]string) cloud.Service {
	return cloud.Service{
		Types: []*cloud.Type{assignment(principals), definition()},
		Functions: map[string]cloud.Function{
			"azure-native:authorization:getClientConfig":   getClientConfig,
			"azure-native:authorization:getRoleDefinition": getRoleDefinition,
		},
	}
}

// getClientConfig returns the configuration of the provider.
func getClientConfig(c *cloud.Call, _ map[string]any) (map[string]any, error) {
	return map[string]any{"clientId": c.Scope.Values["client"], "objectId": kernel.ObjectID,
		"subscriptionId": c.Scope.Values["subscription"], "tenantId": c.Scope.Values["tenant"]}, nil
}

// getRoleDefinition looks up a role by its GUID and scope.
func getRoleDefinition(c *cloud.Call, args map[string]any) (map[string]any, error) {
	guid := strings.ToLower(cloud.Text(args, "roleDefinitionId"))
	r, err := findRole(c, guid)
	switch {
	case err != nil:
		return nil, err
	case r == nil:
		return nil, roleNotFound(guid)
	case r.custom != nil:
		return kernel.Answer(r.custom), nil
	}
	return map[string]any{"id": definitionID(c.Scope.Values["subscription"], guid), "name": guid, "roleName": r.name,
		"roleType": "BuiltInRole", "type": definitions, "assignableScopes": []any{"/"}}, nil
}

// roleNotFound is the error for a missing role definition. The code is from memory.
func roleNotFound(id string) error {
	return kernel.Refuse("RoleDefinitionDoesNotExist", "The specified role definition with ID '%s' does not exist.", id)
}
