package main

import (
	"errors"
	"os"
	"strconv"
	"strings"
	"syscall"

	"golang.org/x/sys/unix"
)

// adopt makes supervise the parent of descendants whose own parent has ended.
func adopt() {
	// Supported since Linux 3.4. Without it, such descendants are not found.
	_ = unix.Prctl(unix.PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0)
}

func commandAttr() *syscall.SysProcAttr {
	return &syscall.SysProcAttr{Setpgid: true, Pdeathsig: syscall.SIGKILL}
}

// family is the command and its descendants.
type family struct {
	command int
	// spared is the name of processes that are not ended, nor their descendants. Default: none.
	spared string
	// asked contains the processes that received SIGTERM.
	asked map[process]struct{}
}

// process identifies a process, because process IDs are reused.
type process struct {
	pid     int
	started string
}

func newFamily(command int, spare bool) *family {
	f := &family{command: command, asked: map[process]struct{}{}}
	if spare {
		// Another supervise has the name of this one.
		name, _ := os.ReadFile("/proc/self/comm")
		f.spared = strings.TrimSpace(string(name))
	}
	return f
}

// empty reports whether only spared descendants are left. It is false without -spare; then reap reports the end.
func (f *family) empty() bool { return f.spared != "" && len(f.descendants()) == 0 }

// reap waits for all descendants: exited receives the status of the command, and gone is closed when none is left.
func (f *family) reap() (exited <-chan syscall.WaitStatus, gone <-chan struct{}) {
	statuses, none := make(chan syscall.WaitStatus, 1), make(chan struct{})
	go func() {
		for {
			var status syscall.WaitStatus
			pid, err := syscall.Wait4(-1, &status, 0, nil)
			switch {
			case errors.Is(err, syscall.EINTR):
			case err != nil:
				close(none) // ECHILD: there is no child left.
				return
			case pid == f.command:
				statuses <- status
			}
		}
	}()
	return statuses, none
}

// terminate sends SIGTERM once to every descendant.
func (f *family) terminate() {
	for _, p := range f.descendants() {
		if _, done := f.asked[p]; !done {
			f.asked[p] = struct{}{}
			_ = syscall.Kill(p.pid, syscall.SIGTERM)
			// Continues a stopped process, so that it receives the signal.
			_ = syscall.Kill(p.pid, syscall.SIGCONT)
		}
	}
}

// kill kills every descendant.
func (f *family) kill() {
	for _, p := range f.descendants() {
		_ = syscall.Kill(p.pid, syscall.SIGKILL)
	}
}

// descendants returns supervise's children, their children and so on, as they are now.
func (f *family) descendants() []process {
	entries, err := os.ReadDir("/proc")
	if err != nil {
		return []process{{pid: f.command}}
	}
	children := map[int][]process{}
	for _, entry := range entries {
		pid, err := strconv.Atoi(entry.Name())
		if err != nil {
			continue
		}
		data, err := os.ReadFile("/proc/" + entry.Name() + "/stat")
		if err != nil {
			continue // The process has ended.
		}
		if s, ok := parseStat(string(data)); ok && (f.spared == "" || s.name != f.spared) {
			children[s.parent] = append(children[s.parent], process{pid, s.started})
		}
	}
	var found []process
	for queue := []int{os.Getpid()}; len(queue) > 0; queue = queue[1:] {
		for _, child := range children[queue[0]] {
			found = append(found, child)
			queue = append(queue, child.pid)
		}
	}
	return found
}

// status is the status of a process in /proc.
type status struct {
	name, state string
	parent      int
	started     string
}

// parseStat parses a line of /proc/<pid>/stat, see proc_pid_stat(5): field 3 is the state, field 4 the process ID of
// the parent, field 22 the start time. Field 2 is the name of the command in parentheses, which may contain spaces
// and parentheses.
func parseStat(stat string) (status, bool) {
	open, shut := strings.IndexByte(stat, '('), strings.LastIndexByte(stat, ')')
	if open < 0 || shut < open {
		return status{}, false
	}
	fields := strings.Fields(stat[shut+1:])
	if len(fields) <= 22-3 {
		return status{}, false
	}
	parent, err := strconv.Atoi(fields[4-3])
	return status{name: stat[open+1 : shut], state: fields[0], parent: parent, started: fields[22-3]}, err == nil
}
