// Package manifest creates the objects of manifests: files, folders and kustomizations. Each object is a resource of the
// component.
package manifest
