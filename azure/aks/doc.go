// Package aks creates Kubernetes clusters on Azure Kubernetes Service (AKS): [Cluster] with its identities, roles,
// maintenance windows, diagnostics and node pools, and [NodePool] for pools of existing clusters.
package aks
