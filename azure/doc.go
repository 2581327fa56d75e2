// Package azure deploys the section ashlar:azure of a stack's configuration: resource groups, managed identities, role
// assignments, storage accounts, key vaults, networks, private endpoints, virtual machines and Log Analytics workspaces in named
// subscriptions and locations.
//
// [Module] is the module for deployment.Run. [NewProvider] creates a provider with a guard on the subscription and the
// tenant, for programs in Go. The components are in the packages below, and can be used without the module.
package azure
