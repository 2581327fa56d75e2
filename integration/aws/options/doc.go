// Package options tests that the simulated AWS deploys what the aws module documents and accepts: the stack files of its
// pages, the add-ons that it knows, and each value of each enumeration of its schema.
package options
