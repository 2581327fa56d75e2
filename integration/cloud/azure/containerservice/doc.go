// Package containerservice simulates AKS: clusters, node pools and maintenance configurations. A cluster can have a
// control plane on this computer, whose nodes are those of its pools.
//
// Rules without a source at their place are those of the AKS documentation: "Supported Kubernetes versions in AKS",
// "Create node pools", "Use system node pools", "Configure networking" and "Naming rules and restrictions for Azure
// resources". "From memory" marks what no public page confirms.
package containerservice
