// Package configuration creates ConfigMaps and Secrets that never change in
// place.
//
// New content makes a new object with another name, so that a workload which
// refers to it by its Name output rolls out, and can roll back: the old object
// is deleted only after everything that depends on it has been updated.
package configuration
