// Package aws deploys the section ashlar:aws of a stack's configuration: networks, buckets, roles, policies, Kubernetes
// clusters and EC2 instances in named regions and accounts.
//
// [Module] is the module for deployment.Run. [NewProvider] creates a provider with a guard on the account, for programs
// in Go. The components are in the packages below, and can be used without the module.
package aws
