//go:build !unix

package process

import (
	"errors"
	"os"
	"syscall"
)

var errUnsupported = errors.New(
	"supervised processes are not supported on this operating system: use Linux, macOS or another Unix")

func startTime(int) (string, error) { return "", errUnsupported }

func sessionAttr() *syscall.SysProcAttr { return nil }

func signalEnd(*os.Process) error { return errUnsupported }
