package authorization

import (
	"strings"
	"sync"

	"github.com/ashlar-iac/ashlar/azure/authorization/builtinrole"
	"github.com/ashlar-iac/ashlar/integration/cloud"
	"github.com/ashlar-iac/ashlar/integration/cloud/azure/kernel"
)

// builtIn returns the built-in roles: names by GUID. They are those that the azure module knows.
var builtIn = sync.OnceValue(func() map[string]string {
	out := map[string]string{}
	for name, guid := range builtinrole.GUIDs() {
		out[guid] = name
	}
	return out
})

const definitions = "Microsoft.Authorization/roleDefinitions"

// definitionID returns the id of a role in the form in which Azure answers, that of a subscription.
func definitionID(subscription, guid string) string {
	return kernel.SubscriptionID(subscription) + "/providers/" + definitions + "/" + guid
}

// role is a role definition, built in or custom.
type role struct {
	name   string
	custom *cloud.Object
}

// findRole returns the role with an id in any of the forms that Azure accepts, or nil.
func findRole(c *cloud.Call, id string) (*role, error) {
	guid := strings.ToLower(kernel.ID(id).Name())
	if name, ok := builtIn()[guid]; ok {
		return &role{name: name}, nil
	}
	all, err := c.List(definitionToken)
	for _, o := range all {
		if strings.EqualFold(o.Text("name"), guid) {
			return &role{name: o.Text("roleName"), custom: o}, err
		}
	}
	return nil, err
}

// BuiltIn returns the name of the built-in role with an id in any of the forms that Azure accepts, or "".
func BuiltIn(id string) string { return builtIn()[strings.ToLower(kernel.ID(id).Name())] }

// Allowed reports whether a principal has one of the built-in roles at a resource, a scope that it is in, or a custom
// role there. The permissions of custom roles are not evaluated.
func Allowed(c *cloud.Call, principal, resource string, roles ...string) (bool, error) {
	all, err := c.List(assignmentToken)
	if err != nil {
		return false, err
	}
	for _, o := range all {
		if !strings.EqualFold(o.Text("principalId"), principal) || !kernel.ID(resource).In(o.Text("scope")) {
			continue
		}
		r, err := findRole(c, o.Text("roleDefinitionId"))
		if err != nil {
			return false, err
		}
		if r == nil {
			continue
		}
		for _, name := range roles {
			if r.custom != nil || r.name == name {
				return true, nil
			}
		}
	}
	return false, nil
}
