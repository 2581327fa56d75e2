// Package crd has the policies for CustomResourceDefinitions in charts and manifests.
package crd

// Policy is what happens to CustomResourceDefinitions.
type Policy string

// The policies.
const (
	// Keep creates definitions or takes over those that exist, and keeps them when they are destroyed: Kubernetes deletes
	// the custom resources of a definition with it.
	Keep Policy = "keep"
	// Delete creates definitions, and deletes them when they are destroyed.
	Delete Policy = "delete"
	// Skip does not create them.
	Skip Policy = "skip"
)
