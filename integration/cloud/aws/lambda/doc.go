// Package lambda simulates Lambda: functions with their permissions, URLs, aliases and event sources. No code runs.
//
// The sources of its rules are the resources of the same names in terraform-provider-aws, and the API reference of
// Lambda. Messages of errors without another source are from memory.
package lambda
