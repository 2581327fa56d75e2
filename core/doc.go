// Package core holds the contracts through which Ashlar's modules meet.
//
// A provider module never imports another one: a cluster built by the aws
// module reaches the kubernetes module as a [Cluster], and that is all either
// of them knows of the other. The services that every module shares live in
// the packages below this one: component, config, deployment and logging.
package core
