// Package kubernetes deploys to Kubernetes clusters.
//
// [Module] is the module for configuration-driven deployments: it reads the
// section ashlar:kubernetes. [NewProvider] creates a Pulumi provider for
// programs that use the components of the packages below directly.
package kubernetes

// The schema is embedded with its descriptions, because doc comments are
// unavailable at run time.
//go:generate go test -run ^TestSchemaIsCurrent$ . -update
