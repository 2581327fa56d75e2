// Package identity creates user-assigned managed identities, and the federated credentials with which workloads outside
// Azure use them without a secret.
package identity
