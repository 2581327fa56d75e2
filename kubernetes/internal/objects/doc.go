// Package objects reads Kubernetes objects from YAML and JSON, and registers them as resources of a component: each object
// is one resource, so that previews show it, metadata reaches it, and drift is detected.
package objects
