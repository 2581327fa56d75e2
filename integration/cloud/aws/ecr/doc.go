// Package ecr simulates ECR: repositories with their policies, and the credentials of the registry. Repositories have
// no images.
//
// The sources of its rules are the resources of the same names in terraform-provider-aws, and the API reference of ECR.
// Messages of errors without another source are from memory.
package ecr
