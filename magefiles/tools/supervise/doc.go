// Command supervise runs a program and ends it, together with everything it started, when whoever started supervise is
// done or dead.
//
//	supervise [-log FILE] [-grace 10s] [-leave] [-spare] [-owner PID:START] -- command args...
//
// Standard input is the lifeline: a pipe whose write end the parent holds. When it closes, because the parent closed it,
// ended or was killed, supervise ends the command. SIGTERM, SIGINT and SIGHUP do the same. A byte 'k' (keep) on standard
// input releases the command: from then on only signals end it and, with -owner, the end of the process of that number and
// start time (on Linux field 22 of /proc/<pid>/stat, elsewhere lstart of ps). Other bytes mean nothing.
//
// To end means SIGTERM to the command and all its descendants and, when the grace is over, SIGKILL to those that are left.
// On Linux descendants are found wherever they went, into other sessions and process groups too; on other Unix systems
// they are those in the command's process group. When the command ends by itself, what it left behind is ended likewise;
// with -leave it is left alone, for a command that keeps something running on purpose. With -spare only those descendants are left alone, always, that run
// under a supervise of their own: they end with their own lifeline, owner or signal.
//
// The command runs in a process group of its own with an empty standard input. Its output is appended to FILE or, without
// -log, is that of supervise. The parent starts supervise in a session of its own, so that a terminal's Ctrl-C reaches
// only the parent.
//
// The exit code is the command's, or 128 plus the number of the signal that ended it; 127 if the command cannot be found,
// 126 if it cannot be started, and 2 if supervise was called wrongly.
package main
