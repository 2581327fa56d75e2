// Package programs contains reference programs: ordinary Pulumi projects, one per
// folder, for users to copy. The documentation, the demo and the tests use them.
package programs
