//go:build unix && !linux

package main

import (
	"errors"
	"syscall"
	"time"
)

// adopt does nothing: only Linux lets a process adopt descendants. A descendant that leaves the process group is
// missed.
func adopt() {}

func commandAttr() *syscall.SysProcAttr { return &syscall.SysProcAttr{Setpgid: true} }

// family is the command's process group.
type family struct {
	command int
	asked   bool
}

// newFamily need not be told to spare what runs under a supervise of its own: that is in a session of its own, too.
func newFamily(command int, _ bool) *family { return &family{command: command} }

// empty says nothing: what is left is known by the end of reap.
func (f *family) empty() bool { return false }

// reap collects the command, whose status exited receives; when nothing is left of its group, gone is closed.
func (f *family) reap() (exited <-chan syscall.WaitStatus, gone <-chan struct{}) {
	statuses, none := make(chan syscall.WaitStatus, 1), make(chan struct{})
	go func() {
		defer close(none)
		var status syscall.WaitStatus
		for {
			_, err := syscall.Wait4(f.command, &status, 0, nil)
			if err == nil {
				statuses <- status
				break
			}
			if !errors.Is(err, syscall.EINTR) {
				break
			}
		}
		// EPERM means that only zombies are left.
		for syscall.Kill(-f.command, 0) == nil {
			time.Sleep(20 * time.Millisecond)
		}
	}()
	return statuses, none
}

// terminate asks the group to end, once.
func (f *family) terminate() {
	if !f.asked {
		f.asked = true
		_ = syscall.Kill(-f.command, syscall.SIGTERM)
		// One that is stopped could not act on it.
		_ = syscall.Kill(-f.command, syscall.SIGCONT)
	}
}

// kill kills the group.
func (f *family) kill() { _ = syscall.Kill(-f.command, syscall.SIGKILL) }
