// Package core holds the contracts through which Ashlar's modules meet.
//
// A provider module never imports another one: a cluster built by the aws
// module reaches the kubernetes module as a [Cluster], and that is all either
// of them knows of the other. A [Network] reaches clusters and machines in the
// same way, and a [Provider] says what a named provider talks to. What a module
// implements to be deployed from configuration is deployment.Module. The
// services that every module shares live in the packages below this one.
package core
