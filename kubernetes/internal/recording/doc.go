// Package recording runs programs without an engine and remembers what they
// register, for the tests of this module.
package recording
