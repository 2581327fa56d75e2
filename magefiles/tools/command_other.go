//go:build !unix

package tools

import (
	"os"
	"syscall"
)

func groupAttr() *syscall.SysProcAttr { return nil }

func interruptGroup(p *os.Process) error { return p.Kill() }

func killGroup(p *os.Process) error { return p.Kill() }
