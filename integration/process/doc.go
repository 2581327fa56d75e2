// Package process runs programs that end with the program that started them, even when that one is killed.
//
// A program is started under the supervise tool of package magefiles/tools, which holds the read end of a pipe whose
// write end is held here. When this program ends, however it ends, the pipe closes and supervise ends the program and all
// its descendants. Nothing has to be cleaned up by a signal handler or a deferred call, so nothing is left behind by a
// crash, a failed test or SIGKILL.
//
// A process may also be kept on purpose: [Process.Keep] releases it, [Process.Identity] is what to write down, and
// [Terminate] ends it later from any other program, without risk to a stranger that was given the same number.
package process
