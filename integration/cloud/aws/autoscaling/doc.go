// Package autoscaling simulates EC2 Auto Scaling: groups with their instances, scaling policies, scheduled actions,
// lifecycle hooks and attachments.
//
// The sources of its rules are the resources of the same names in terraform-provider-aws, which the real provider is
// built from, and the API reference of EC2 Auto Scaling. Messages of errors without another source are from memory.
package autoscaling
