//go:build unix

package tools_test

import (
	"os"
	"strconv"
	"strings"
	"syscall"
)

// alive reports whether a process is running. A zombie is not.
func alive(pid string) bool {
	number, err := strconv.Atoi(pid)
	if err != nil || syscall.Kill(number, 0) != nil {
		return false
	}
	stat, err := os.ReadFile("/proc/" + pid + "/stat")
	if err != nil {
		// Without /proc the signal's word stands; with it the process has ended just now.
		return !os.IsNotExist(err) || !isDir("/proc/self")
	}
	return !strings.Contains(string(stat), ") Z ")
}

func isDir(path string) bool {
	info, err := os.Stat(path)
	return err == nil && info.IsDir()
}
