// Package integration exercises Ashlar's modules together: with the real Pulumi
// engine, on real Kubernetes control planes. It is never released.
package integration
