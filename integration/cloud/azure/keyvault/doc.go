// Package keyvault simulates Azure Key Vault: vaults with soft delete and purge protection, and keys, as far as the
// management API creates them. They hold no secrets.
//
// Sources: the specification of Microsoft.KeyVault 2024-11-01, "Azure Key Vault soft-delete overview", and errors in
// public issues. Codes and messages of errors without another source are from memory.
package keyvault
