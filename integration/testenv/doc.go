// Package testenv gives end-to-end tests what they need: tools, control planes
// and engines, which end with the test.
package testenv
