// Package process runs programs that end with the program that started them, even if that is killed.
//
// Programs run under the supervise tool of package magefiles/tools, which has the read end of a pipe. This program has
// the write end. When this program ends for any reason, the pipe closes, and supervise ends its program with all
// descendants. This also works after a crash, a failed test or SIGKILL, without signal handlers or deferred calls.
//
// [Process.Keep] keeps a program running after this program has ended. Save its [Process.Identity]: any program can end
// it with [Terminate], which never affects another process with the same process ID.
package process
