// Package azure will hold Ashlar's components for Azure: secure networks, AKS
// clusters, storage accounts, virtual machines and role assignments.
//
// It holds nothing yet.
package azure
