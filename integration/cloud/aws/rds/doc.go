// Package rds simulates RDS: DB instances, Aurora clusters with their instances, subnet groups and parameter groups. No
// database runs.
//
// The sources of its rules are the resources of the same names in terraform-provider-aws, and the API reference of RDS.
// Messages of errors without another source are from memory.
package rds
