//go:build unix

package main

import (
	"errors"
	"flag"
	"fmt"
	"io/fs"
	"os"
	"os/exec"
	"os/signal"
	"runtime"
	"syscall"
	"time"
)

// Exit codes as shells use them.
const (
	exitUsage     = 2
	exitNoStart   = 126
	exitNotFound  = 127
	exitSignalled = 128
)

func main() {
	// On Linux the command is killed when the thread that started it ends, so the thread must not end.
	runtime.LockOSThread()
	os.Exit(run(os.Args[1:]))
}

func run(args []string) int {
	flags := flag.NewFlagSet("supervise", flag.ContinueOnError)
	log := flags.String("log", "", "append the command's output to this file")
	leave := flags.Bool("leave", false, "do not end descendants when the command ends by itself")
	spare := flags.Bool("spare", false, "do not end descendants that run under another supervise")
	var keeper owner
	flags.Var(&keeper, "owner", "end a kept command when the process `PID:START` ends")
	grace := flags.Duration("grace", 10*time.Second, "time between SIGTERM and SIGKILL")
	if err := flags.Parse(args); err != nil {
		return exitUsage
	}
	if flags.NArg() == 0 {
		complain("missing command: " +
			"supervise [-log FILE] [-grace 10s] [-leave] [-spare] [-owner PID:START] -- command args...")
		return exitUsage
	}

	ends := make(chan os.Signal, 1)
	signal.Notify(ends, syscall.SIGTERM, syscall.SIGINT, syscall.SIGHUP)
	// A message to a parent that is gone must not end supervise. Ignoring the signal would be inherited by the command.
	signal.Notify(make(chan os.Signal, 1), syscall.SIGPIPE)

	adopt()
	command, err := start(flags.Args(), *log)
	if err != nil {
		complain("start %q: %v", flags.Arg(0), err)
		if errors.Is(err, exec.ErrNotFound) || errors.Is(err, fs.ErrNotExist) {
			return exitNotFound
		}
		return exitNoStart
	}
	w := watcher{family: newFamily(command, *spare), grace: *grace, leave: *leave}
	return w.watch(watchLifeline(os.Stdin, &keeper), ends)
}

// start starts the command and returns its process number.
func start(command []string, log string) (int, error) {
	path, err := exec.LookPath(command[0])
	if err != nil {
		return 0, err
	}
	none, err := os.Open(os.DevNull)
	if err != nil {
		return 0, err
	}
	defer none.Close()
	stdout, stderr := os.Stdout.Fd(), os.Stderr.Fd()
	if log != "" {
		file, err := os.OpenFile(log, os.O_CREATE|os.O_WRONLY|os.O_APPEND, 0o600)
		if err != nil {
			return 0, err
		}
		defer file.Close()
		stdout, stderr = file.Fd(), file.Fd()
	}
	// Not os/exec: on Linux supervise collects every exited descendant itself, whichever it is.
	return syscall.ForkExec(path, command, &syscall.ProcAttr{
		Env:   os.Environ(),
		Files: []uintptr{none.Fd(), stdout, stderr},
		Sys:   commandAttr(),
	})
}

// watcher ends the command and its descendants.
type watcher struct {
	family *family
	grace  time.Duration
	leave  bool

	ending, killing bool
	patience        <-chan time.Time
}

// watch waits until the command and its descendants have ended, ends them on request, and returns the exit code.
func (w *watcher) watch(cut <-chan struct{}, ends <-chan os.Signal) int {
	exited, gone := w.family.reap()
	code, ended := 0, false
	// New descendants may appear while the old ones end.
	again := time.NewTicker(50 * time.Millisecond)
	defer again.Stop()
	for {
		select {
		case status := <-exited:
			code = exitCode(status)
			if w.leave && !w.ending {
				return code
			}
			w.end()
			ended = true
			if w.family.empty() {
				return code
			}
		case <-cut:
			cut = nil
			w.end()
		case <-ends:
			w.end()
		case <-w.patience:
			w.killing = true
			w.family.kill()
		case <-again.C:
			w.again()
			if ended && w.family.empty() {
				return code
			}
		case <-gone:
			select {
			case status := <-exited:
				code = exitCode(status)
			default:
			}
			return code
		}
	}
}

func (w *watcher) end() {
	if !w.ending {
		w.ending = true
		w.patience = time.After(w.grace)
		w.family.terminate()
	}
}

func (w *watcher) again() {
	switch {
	case w.killing:
		w.family.kill()
	case w.ending:
		w.family.terminate()
	}
}

func exitCode(status syscall.WaitStatus) int {
	if status.Signaled() {
		return exitSignalled + int(status.Signal())
	}
	return status.ExitStatus()
}

// watchLifeline returns a channel that is closed when the pipe closes or, after a 'k', when the owner has ended.
func watchLifeline(lifeline *os.File, keeper *owner) <-chan struct{} {
	cut := make(chan struct{})
	go func() {
		buffer := make([]byte, 64)
		for {
			n, err := lifeline.Read(buffer)
			for _, b := range buffer[:n] {
				if b == 'k' {
					keeper.wait()
					close(cut)
					return
				}
			}
			if err != nil {
				close(cut)
				return
			}
		}
	}()
	return cut
}

func complain(format string, args ...any) {
	fmt.Fprintf(os.Stderr, "supervise: "+format+"\n", args...)
}
