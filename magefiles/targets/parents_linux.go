package targets

import (
	"os"
	"path/filepath"
	"strconv"
	"strings"
)

// parentOf returns the process ID of the parent of a process: field 4 of /proc/<pid>/stat, see proc_pid_stat(5).
func parentOf(pid int) (int, bool) {
	data, err := os.ReadFile("/proc/" + strconv.Itoa(pid) + "/stat")
	if err != nil {
		return 0, false
	}
	// The second field is the name of the command in parentheses, which may contain spaces and parentheses.
	stat := string(data)
	fields := strings.Fields(stat[strings.LastIndexByte(stat, ')')+1:])
	if len(fields) < 2 {
		return 0, false
	}
	parent, err := strconv.Atoi(fields[1])
	return parent, err == nil
}

func isGoCommand(pid int) bool {
	path, err := os.Readlink("/proc/" + strconv.Itoa(pid) + "/exe")
	return err == nil && filepath.Base(path) == "go"
}
