// Package secretsmanager simulates Secrets Manager: secrets and their versions. A deleted secret is gone at once.
//
// The sources of its rules are the resources of the same names in terraform-provider-aws, and the API reference of
// Secrets Manager. Messages of errors without another source are from memory.
package secretsmanager
