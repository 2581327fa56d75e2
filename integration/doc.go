// Package integration tests all modules together with the real Pulumi engine and real
// Kubernetes control planes. It is never released.
package integration
