// Package namespace creates namespaces that enforce the restricted Pod Security Standard and, on request, have a quota,
// defaults for containers, a network policy that denies all connections, and a service mesh.
package namespace
