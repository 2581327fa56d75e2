package process

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"strconv"
	"strings"
	"syscall"
)

// startTime returns the start time of a process in clock ticks since the start of the computer: field 22 of
// /proc/<pid>/stat, see proc_pid_stat(5).
func startTime(pid int) (string, error) {
	data, err := os.ReadFile("/proc/" + strconv.Itoa(pid) + "/stat")
	if errors.Is(err, fs.ErrNotExist) || errors.Is(err, syscall.ESRCH) {
		return "", errGone
	}
	if err != nil {
		return "", err
	}
	return parseStat(string(data))
}

func parseStat(stat string) (string, error) {
	// The second field is the name of the command in parentheses, which may contain spaces and parentheses.
	_, rest, found := cutLast(stat, ")")
	fields := strings.Fields(rest)
	const state, start = 0, 22 - 3 // Fields 3 and 22; the fields after the name start at 3.
	if !found || len(fields) <= start {
		return "", fmt.Errorf("too few fields in /proc stat line %q", stat)
	}
	// A zombie has ended. It stays in the process table if its parent does not wait for it.
	if fields[state] == "Z" || fields[state] == "X" {
		return "", errGone
	}
	return fields[start], nil
}

func cutLast(s, sep string) (before, after string, found bool) {
	i := strings.LastIndex(s, sep)
	if i < 0 {
		return s, "", false
	}
	return s[:i], s[i+len(sep):], true
}
