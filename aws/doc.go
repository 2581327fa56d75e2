// Package aws will hold the module that deploys what a stack's configuration
// says about AWS: networks, EKS clusters, buckets, instances and roles.
//
// So far there are policy documents, in package policy.
package aws
