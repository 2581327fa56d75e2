// Package builtinrole lists the built-in roles of Azure by name. It imports nothing else, for programs that need only the
// list.
package builtinrole

import (
	_ "embed" // for the list
	"maps"
	"slices"
	"strings"
	"sync"
)

// The names and GUIDs of built-in roles, which are the same in all subscriptions. Source: "Azure built-in roles", Azure
// RBAC documentation, and the role maps of Azure Verified Modules. Names with the GUID of another role are omitted.
//
//go:embed roles.txt
var list string

var roles = sync.OnceValue(func() map[string]string {
	out := map[string]string{}
	for line := range strings.Lines(list) {
		name, guid, _ := strings.Cut(strings.TrimSpace(line), "\t")
		out[name] = guid
	}
	return out
})

// GUIDs returns the GUIDs of the built-in roles by name, in lower case. The map is a copy.
func GUIDs() map[string]string { return maps.Clone(roles()) }

// Names returns the names of the built-in roles, sorted.
func Names() []string { return slices.Sorted(maps.Keys(roles())) }

// GUID returns the GUID of a built-in role, or "" for an unknown name.
func GUID(name string) string { return roles()[name] }
