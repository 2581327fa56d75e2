// Package processtest helps tests to check that the processes they start have ended.
package processtest

import (
	"bufio"
	"context"
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"k8s.io/apimachinery/pkg/util/wait"

	"github.com/ashlar-iac/ashlar/integration/process"
)

// Tree returns the identities of a process and of all its running descendants.
func Tree(tb testing.TB, pid int) []process.Identity {
	tb.Helper()
	children, err := table()
	require.NoError(tb, err, "list the processes")
	var tree []process.Identity
	for next := []int{pid}; len(next) > 0; next = next[1:] {
		// The process may have ended since it was listed.
		if id, err := process.Identify(next[0]); err == nil {
			tree = append(tree, id)
		}
		next = append(next, children[next[0]]...)
	}
	return tree
}

// RequireRunning fails the test unless all the processes run.
func RequireRunning(tb testing.TB, ids ...process.Identity) {
	tb.Helper()
	for _, id := range ids {
		running, err := id.Running()
		require.NoError(tb, err)
		require.Truef(tb, running, "process %d has ended", id.PID)
	}
}

// RequireGone fails the test if one of the processes still runs after the time limit. Another process with the same
// process ID does not count.
func RequireGone(tb testing.TB, within time.Duration, ids ...process.Identity) {
	tb.Helper()
	ctx, cancel := context.WithTimeout(context.Background(), within)
	defer cancel()
	var left []string
	err := wait.PollUntilContextCancel(ctx, 50*time.Millisecond, true, func(context.Context) (bool, error) {
		left = nil
		for _, id := range ids {
			running, err := id.Running()
			if err != nil {
				return false, err
			}
			if running {
				left = append(left, fmt.Sprintf("%d %s", id.PID, Command(id.PID)))
			}
		}
		return len(left) == 0, nil
	})
	require.NoErrorf(tb, err, "still running after %s:\n%s", within, strings.Join(left, "\n"))
}

// table returns the process IDs of the children of every process.
func table() (map[int][]int, error) {
	files, err := filepath.Glob("/proc/[0-9]*/stat")
	if err != nil {
		return nil, err
	}
	if len(files) == 0 {
		return tableOfPS()
	}
	children := make(map[int][]int, len(files))
	for _, file := range files {
		data, err := os.ReadFile(file)
		if err != nil {
			continue // The process has ended since it was listed.
		}
		fields := strings.Fields(string(data[strings.LastIndexByte(string(data), ')')+1:]))
		if err := add(children, filepath.Base(filepath.Dir(file)), fields[1]); err != nil {
			return nil, fmt.Errorf("read %s: %w", file, err)
		}
	}
	return children, nil
}

func tableOfPS() (map[int][]int, error) {
	out, err := exec.Command("ps", "-A", "-o", "pid=,ppid=").Output()
	if err != nil {
		return nil, fmt.Errorf("run ps: %w", err)
	}
	children := make(map[int][]int)
	for line := range strings.Lines(string(out)) {
		fields := strings.Fields(line)
		if err := add(children, fields[0], fields[1]); err != nil {
			return nil, fmt.Errorf("read the output %q of ps: %w", line, err)
		}
	}
	return children, nil
}

func add(children map[int][]int, pid, parent string) error {
	child, err := strconv.Atoi(pid)
	if err != nil {
		return err
	}
	of, err := strconv.Atoi(parent)
	if err != nil {
		return err
	}
	children[of] = append(children[of], child)
	return nil
}

// Command returns the command line of a process, or "" if it has ended.
func Command(pid int) string {
	line, err := os.ReadFile("/proc/" + strconv.Itoa(pid) + "/cmdline")
	if err != nil {
		line, _ = exec.Command("ps", "-o", "command=", "-p", strconv.Itoa(pid)).Output()
	}
	return strings.TrimSpace(strings.ReplaceAll(string(line), "\x00", " "))
}

// StartSelf runs the test binary as another program, which TestMain must support, and decodes the JSON value that it
// prints first. The process is killed after the test.
func StartSelf[T any](tb testing.TB, variable string, args ...string) (*exec.Cmd, T) {
	tb.Helper()
	self, err := os.Executable()
	require.NoError(tb, err)
	cmd := exec.Command(self, args...)
	cmd.Env = append(os.Environ(), variable)
	out, err := cmd.StdoutPipe()
	require.NoError(tb, err)
	require.NoError(tb, cmd.Start())
	tb.Cleanup(func() { _ = cmd.Process.Kill() })

	line, err := bufio.NewReader(out).ReadBytes('\n')
	require.NoErrorf(tb, err, "read the output of the process: %q", line)
	var value T
	require.NoErrorf(tb, json.Unmarshal(line, &value), "output of the process: %q", line)
	return cmd, value
}

// Kill kills a supervised program, as a crash does, and waits until its supervisor has ended.
func Kill(tb testing.TB, supervisor process.Identity) {
	tb.Helper()
	for _, id := range Tree(tb, supervisor.PID)[1:] {
		program, err := os.FindProcess(id.PID)
		require.NoError(tb, err)
		require.NoError(tb, program.Kill())
	}
	RequireGone(tb, 30*time.Second, supervisor)
}
