// Package efs simulates EFS: file systems with their mount targets and access points. They hold no files.
//
// The sources of its rules are the resources of the same names in terraform-provider-aws, and the API reference of EFS.
// Messages of errors without another source are from memory.
package efs
