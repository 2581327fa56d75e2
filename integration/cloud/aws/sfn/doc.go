// Package sfn simulates Step Functions: state machines. They run nothing.
//
// The sources of its rules are aws_sfn_state_machine in terraform-provider-aws, and "Using Amazon States Language to
// define workflows". Messages of errors without another source are from memory.
package sfn
