// Package namespace creates namespaces that enforce the restricted Pod
// Security Standard.
package namespace
