// Package keyvault creates key vaults that are accessible through Azure RBAC only and cannot be purged, and keys in them.
package keyvault
