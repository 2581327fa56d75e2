// Package authorization assigns roles of Azure role-based access control (Azure RBAC) and defines custom roles.
package authorization
