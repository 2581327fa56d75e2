//go:build mage

// Ashlar's targets: each calls package targets, where the work is done and tested.
package main
