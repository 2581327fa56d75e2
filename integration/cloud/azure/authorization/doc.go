// Package authorization simulates Azure role-based access control: role assignments, role definitions, and the
// configuration of the caller.
//
// Sources: "Azure built-in roles", "Troubleshoot Azure RBAC", and errors in public issues, which comments name. Nothing
// is authorized by roles, except for what other services check: see [Allowed].
package authorization
