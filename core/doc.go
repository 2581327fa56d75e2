// Package core holds the contracts between Ashlar's modules.
//
// Provider modules never import each other: a cluster of the aws module reaches the kubernetes module as a [Cluster],
// and neither knows more of the other. In the same way, a [Network] is used by clusters and instances, a
// [WorkloadIdentity] by applications, and a [Provider] describes a named provider. The contract of a module that is
// deployed from configuration is deployment.Module. The services that all modules share are in the packages below this
// one.
package core
