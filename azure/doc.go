// Package azure will provide components for Azure: secure networks, AKS clusters, storage accounts, virtual machines
// and role assignments. It is empty.
package azure
