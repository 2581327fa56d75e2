package authorization

import (
	_ "embed" // for the roles
	"maps"
	"slices"
	"strings"
	"sync"

	"github.com/ashlar-iac/ashlar/azure/internal/lookup"
	"github.com/ashlar-iac/ashlar/core/config"
)

// The names and GUIDs of built-in roles, which are the same in all subscriptions. Source: "Azure built-in roles", Azure
// RBAC documentation, and the role maps of Azure Verified Modules. Names with the GUID of another role are omitted.
//
//go:embed roles.txt
var builtIn string

// roles returns the GUIDs of the built-in roles by name.
var roles = sync.OnceValue(func() map[string]string {
	out := map[string]string{}
	for line := range strings.Lines(builtIn) {
		name, guid, _ := strings.Cut(strings.TrimSpace(line), "\t")
		out[name] = guid
	}
	return out
})

// privileged are the roles that grant access to others, or change all resources. Source: "Azure built-in roles for
// Privileged", and "Virtual Machine Data Access Administrator (preview)".
var privileged = []string{
	"Contributor", "Owner", "Role Based Access Control Administrator", "User Access Administrator",
	"Virtual Machine Data Access Administrator (preview)",
}

// BuiltInRoles returns the names of the built-in roles that [RoleAssignmentArgs] accepts, sorted. Other built-in roles are
// accepted by GUID.
func BuiltInRoles() []string { return slices.Sorted(maps.Keys(roles())) }

// definitions is the part of the ID of a role before its GUID.
const definitions = "/providers/Microsoft.Authorization/roleDefinitions/"

// guidOf returns the GUID of a role that is given by name, by GUID or by resource ID, in lower case. It is "" for an
// unknown role.
func guidOf(role string) string {
	if guid, ok := roles()[role]; ok {
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
		if guid != "" && roles()[name] == guid {
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
