// Package aws will hold Ashlar's components for AWS: secure networks, EKS
// clusters, buckets, instances and roles.
//
// It holds nothing yet.
package aws
