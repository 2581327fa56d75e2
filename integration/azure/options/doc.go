// Package options tests that the simulated Azure deploys what the azure module documents and accepts: the stack files of its
// pages, its providers, each value of each enumeration of its schema, and random sections.
package options
