// Command supervise runs a program and ends it with all its descendants when the parent of supervise ends.
//
//	supervise [-log FILE] [-grace 10s] [-leave] [-spare] [-owner PID:START] -- command args...
//
// Standard input is a pipe. The parent has its write end. When the pipe closes, because the parent closed it, ended or
// was killed, supervise ends the command, as it does on SIGTERM, SIGINT and SIGHUP. The byte 'k' (keep) on standard
// input keeps the command: then only signals end it and, with -owner, the end of the process with that process ID and
// start time (on Linux field 22 of /proc/<pid>/stat, elsewhere lstart of ps). Other bytes are ignored.
//
// To end the command, supervise sends SIGTERM to it and all its descendants and, after the grace, SIGKILL to those that
// are still running. On Linux these are all descendants, including those in other sessions and process groups; on other
// Unix systems they are the processes in the process group of the command. When the command ends by itself, supervise
// ends its descendants, unless -leave is set. With -spare, supervise never ends descendants that run under another
// supervise.
//
// The command runs in a new process group with an empty standard input. Its output is appended to FILE or, without
// -log, written to the output of supervise. The parent should start supervise in a new session, so that Ctrl-C in a
// terminal only reaches the parent.
//
// The exit code is that of the command, or 128 plus the number of the signal that ended it; 127 if the command does not
// exist, 126 if it cannot be started, and 2 for invalid arguments.
package main
