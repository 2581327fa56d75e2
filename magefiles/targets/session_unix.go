//go:build unix

package targets

import "syscall"

// sessionAttr keeps a terminal's Ctrl-C away from the program: the target passes it on in its own way.
func sessionAttr() *syscall.SysProcAttr { return &syscall.SysProcAttr{Setsid: true} }
