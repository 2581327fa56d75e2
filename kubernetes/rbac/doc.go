// Package rbac creates service accounts with the permissions that they need: named verbs on named resources, in their
// namespace or in the whole cluster.
package rbac
