package azure

import (
	"slices"
	"strings"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/ashlar-iac/ashlar/core/config"
)

// scope is where a role can be assigned, or is: a resource group by reference, or a resource ID.
type scope struct{ group, id string }

// checkAssignable reports an assignment of a custom role outside of the scopes of the role, which Azure rejects. What is not
// known is not checked. Source: "Azure custom roles", assignable scopes.
func (c *Configuration) checkAssignable(report *config.Report, name string) {
	e := c.RoleAssignments[name]
	role := c.RoleDefinitions[e.RoleDefinition]
	if role == nil || role.ResourceGroup != "" && c.ResourceGroups[role.ResourceGroup] == nil {
		return
	}
	scopes, known := role.assignable()
	at, ok := c.scopeOf(e)
	if !known || !ok || len(scopes) == 0 || slices.ContainsFunc(scopes, func(s scope) bool { return c.within(at, s) }) {
		return
	}
	report.Add([]string{"roleAssignments", name, "roleDefinition"}, "role %q cannot be assigned here: add the scope of the "+
		"assignment to roleDefinitions.%s.additionalScopes, or use another role", e.RoleDefinition, e.RoleDefinition)
}

// assignable returns the scopes of a custom role, and whether all are known.
func (e *RoleDefinitionConfiguration) assignable() (scopes []scope, known bool) {
	if e.ResourceGroup != "" {
		scopes = append(scopes, scope{group: e.ResourceGroup})
	}
	all := pulumi.StringArray{}
	if e.Scope != nil {
		all = append(all, e.Scope)
	}
	if e.AdditionalScopes != nil {
		more, ok := e.AdditionalScopes.(pulumi.StringArray)
		if !ok {
			return nil, false
		}
		all = append(all, more...)
	}
	for _, given := range all {
		id, ok := given.(pulumi.String)
		if !ok {
			return nil, false
		}
		scopes = append(scopes, scope{id: string(id)})
	}
	return scopes, true
}

// scopeOf returns the scope of an assignment: the resource group of what it is for, or an ID. It is not ok when neither is
// known.
func (c *Configuration) scopeOf(e *RoleAssignmentConfiguration) (at scope, ok bool) {
	if id, known := e.Scope.(pulumi.String); known {
		return scope{id: string(id)}, true
	}
	targets := e.targets()
	if len(targets) != 1 {
		return scope{}, false
	}
	group, given := c.groupOf(targets[0])
	if group = c.ResourceGroups.Resolve(group); given != nil || c.ResourceGroups[group] == nil {
		return scope{}, false
	}
	return scope{group: group}, true
}

// groupOf returns the resource group of what a role is for, in the two ways to name it.
func (c *Configuration) groupOf(t target) (group string, given pulumi.StringInput) {
	switch t.key {
	case "resourceGroup":
		return t.name, nil
	case "storageAccount":
		if e := c.StorageAccounts[t.name]; e != nil {
			return e.ResourceGroup, e.ResourceGroupName
		}
	case "vault":
		if e := c.Vaults[t.name]; e != nil {
			return e.ResourceGroup, e.ResourceGroupName
		}
	case "workspace":
		if e := c.Workspaces[t.name]; e != nil {
			return e.ResourceGroup, e.ResourceGroupName
		}
	case "key":
		if e := c.vaultOf(c.Keys[t.name]); e != nil {
			return e.ResourceGroup, e.ResourceGroupName
		}
	}
	return "", pulumi.String("unknown")
}

// within reports whether a scope is in another one, or may be: the IDs of subscriptions are not known for references.
func (c *Configuration) within(at, of scope) bool {
	switch {
	case at.group != "" && of.group != "":
		return at.group == of.group
	case of.group != "":
		return c.isGroup(of.group, at.id)
	case at.group != "":
		return !strings.Contains(strings.ToLower(of.id), resourceGroupsSegment) || c.isGroup(at.group, of.id)
	}
	id, outer := strings.ToLower(at.id)+"/", strings.ToLower(strings.TrimSuffix(of.id, "/"))+"/"
	return strings.HasPrefix(id, outer) || !strings.HasPrefix(outer, "/subscriptions/")
}

// resourceGroupsSegment is the segment before the name of a resource group, in lower case.
const resourceGroupsSegment = "/resourcegroups/"

// isGroup reports whether an ID is that of a resource group, or of something in it. A group without a name has random
// characters in its name.
func (c *Configuration) isGroup(group, id string) bool {
	_, rest, _ := strings.Cut(strings.ToLower(id), resourceGroupsSegment)
	name, _, _ := strings.Cut(rest, "/")
	return name != "" && strings.EqualFold(name, c.ResourceGroups[group].Name)
}
