// Package configuration creates immutable ConfigMaps and Secrets.
//
// New content creates an object with another name. A workload that refers to the
// object by its Name output rolls out. The old object is deleted after everything
// that depends on it has been updated: a rollout that fails can roll back.
//
// The content comes from the arguments, and from files and directories.
package configuration
