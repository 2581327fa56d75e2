// Package programs holds reference programs: ordinary Pulumi projects, one a
// folder, that a user could copy. The documentation shows them, the demo runs
// them and the tests deploy them.
package programs
