// Package kubernetes deploys to Kubernetes clusters.
//
// [Module] is the module for configuration-driven deployments: it reads the
// section ashlar:kubernetes. [NewProvider] makes a Pulumi provider for a
// program that uses the components in the packages below this one by itself:
// application, workload, network, configuration and namespace.
package kubernetes

// The committed schema is what programs validate with: descriptions come from
// doc comments, which are not there at run time.
//go:generate go test -run ^TestSchemaIsCurrent$ . -update
