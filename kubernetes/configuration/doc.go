// Package configuration creates immutable ConfigMaps and Secrets.
//
// New content creates an object with another name. A workload that refers to the
// object by its Name output rolls out. The old object is deleted after everything
// that depends on it has been updated: a rollout that fails can roll back.
package configuration
