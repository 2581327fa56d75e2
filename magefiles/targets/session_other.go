//go:build !unix

package targets

import "syscall"

func sessionAttr() *syscall.SysProcAttr { return nil }
