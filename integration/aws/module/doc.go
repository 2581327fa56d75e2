// Package module tests the aws module on the engine: a complete section of a stack file, in two regions.
package module
