// Package ecs simulates ECS: clusters, task definitions and services. No task runs.
//
// The sources of its rules are the resources of the same names in terraform-provider-aws, and the API reference of ECS.
// Messages of errors without another source are from memory.
package ecs
