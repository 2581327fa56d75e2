//go:build unix && !linux

package main

import (
	"errors"
	"syscall"
	"time"
)

// adopt does nothing: only Linux has subreapers. Descendants that leave the process group are not found.
func adopt() {}

func commandAttr() *syscall.SysProcAttr { return &syscall.SysProcAttr{Setpgid: true} }

// family is the command's process group.
type family struct {
	command int
	asked   bool
}

// newFamily ignores -spare: descendants that run under another supervise are in another session.
func newFamily(command int, _ bool) *family { return &family{command: command} }

// empty is always false: reap reports the end of the group.
func (f *family) empty() bool { return false }

// reap waits for the command and its group: exited receives the status of the command, and gone is closed when no
// process of the group is left.
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

// terminate sends SIGTERM to the group once.
func (f *family) terminate() {
	if !f.asked {
		f.asked = true
		_ = syscall.Kill(-f.command, syscall.SIGTERM)
		// Continues stopped processes, so that they receive the signal.
		_ = syscall.Kill(-f.command, syscall.SIGCONT)
	}
}

// kill kills the group.
func (f *family) kill() { _ = syscall.Kill(-f.command, syscall.SIGKILL) }
