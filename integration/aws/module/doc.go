// Package module tests the module of AWS on the engine: a whole section of a stack file, in two regions.
package module
