package authorization

import (
	"strings"

	"github.com/ashlar-iac/ashlar/azure/authorization/builtinrole"
	"github.com/ashlar-iac/ashlar/azure/internal/lookup"
	"github.com/ashlar-iac/ashlar/core/config"
)

// privileged are the listed roles that grant access to others, or change all resources: those with all actions or
// Microsoft.Authorization/roleAssignments/write. Source: "Azure built-in roles", permissions.
var privileged = []string{
	"Azure Stack HCI Administrator", "Contributor", "Key Vault Data Access Administrator", "Owner",
	"Role Based Access Control Administrator", "User Access Administrator", "Virtual Machine Data Access Administrator (preview)",
}

// BuiltInRoles returns the names of the built-in roles that [RoleAssignmentArgs] accepts, sorted. Other built-in roles are
// accepted by GUID.
func BuiltInRoles() []string { return builtinrole.Names() }

// definitions is the part of the ID of a role before its GUID.
const definitions = "/providers/Microsoft.Authorization/roleDefinitions/"

// guidOf returns the GUID of a role that is given by name, by GUID or by resource ID, in lower case. It is "" for an
// unknown role.
func guidOf(role string) string {
	if guid := builtinrole.GUID(role); guid != "" {
		return guid
	}
	if i := strings.LastIndex(strings.ToLower(role), strings.ToLower(definitions)); i >= 0 {
		role = role[i+len(definitions):]
	}
	if lookup.IsGUID(role) {
		return strings.ToLower(role)
	}
	return ""
}

// nameOfPrivileged returns the name of a privileged role that is given by name, by GUID or by resource ID, or "" for other roles.
func nameOfPrivileged(role string) string {
	guid := guidOf(role)
	for _, name := range privileged {
		if guid != "" && builtinrole.GUID(name) == guid {
			return name
		}
	}
	return ""
}

// checkRole reports an unknown role.
func checkRole(report *config.Report, path []string, role string) {
	if guidOf(role) != "" {
		return
	}
	names := BuiltInRoles()
	for _, name := range names {
		if strings.EqualFold(name, role) {
			report.Add(path, "unknown role %q, did you mean %q?", role, name)
			return
		}
	}
	report.Add(path, "unknown role %q, %s", role, config.SuggestOr(role, names,
		"use the name of a built-in role such as Reader, or the GUID or resource ID of another role"))
}
