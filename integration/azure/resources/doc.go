// Package resources tests resource groups, identities, roles, key vaults, workspaces and storage accounts on the engine.
// They are one package, because linking the SDK of Azure takes longer than most of the tests.
package resources
