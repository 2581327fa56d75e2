//go:build unix

package process

import (
	"os"
	"syscall"
)

func sessionAttr() *syscall.SysProcAttr { return &syscall.SysProcAttr{Setsid: true} }

func signalEnd(p *os.Process) error { return p.Signal(syscall.SIGTERM) }
