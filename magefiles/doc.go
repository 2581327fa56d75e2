//go:build mage

// The mage targets of Ashlar. Package targets implements them.
package main
