package process

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"sync"
	"time"
)

// DefaultGrace is how long a program may take to end after it was asked to, when [Spec.Grace] is zero.
const DefaultGrace = 10 * time.Second

// reapMargin is what supervise needs, beyond the grace, to kill what is left and to end itself.
const reapMargin = 10 * time.Second

// Spec says which program to run, and how.
type Spec struct {
	// Supervise is the path of the supervise tool. Required.
	Supervise string
	// Name is what errors call the program. Default: the base name of Path.
	Name string
	// Path is the program's executable. Required.
	Path string
	// Args are the program's arguments, without its name.
	Args []string
	// Env is the program's whole environment, in the form "key=value". Nil means the environment of this process.
	Env []string
	// Dir is the program's working directory. Default: the one of this process.
	Dir string
	// LogFile receives what the program writes to standard output and standard error, appended to what it holds. It is
	// created with mode 0600 if it is not there. Required.
	LogFile string
	// Owner is the process with whose end the program ends once it is kept. Default: none, and it ends by itself, by [Process.Stop] or by
	// [Terminate].
	Owner Identity
	// Grace is how long the program may take to end after it was asked to; then it and its descendants are killed.
	// Default: [DefaultGrace].
	Grace time.Duration
}

// Process is a program that runs under supervision. Its methods may be called from several goroutines at once.
type Process struct {
	spec     Spec
	cmd      *exec.Cmd
	identity Identity
	done     chan struct{}
	err      error // Written before done is closed.

	mu       sync.Mutex
	stdin    io.WriteCloser
	kept     bool
	stopping bool
}

// Start runs the program in a session of its own, so that a Ctrl-C meant for this program does not reach it. It returns
// as soon as the program runs; readiness is the caller's to find out.
//
// The program lives until it ends by itself, until [Process.Stop], until ctx ends, or until this program ends, whichever
// is first; [Process.Keep] takes the last two away. An error names the program and says what is missing.
func Start(ctx context.Context, spec Spec) (*Process, error) {
	spec, err := spec.withDefaults()
	if err != nil {
		return nil, err
	}
	if err := ctx.Err(); err != nil {
		return nil, fmt.Errorf("start %s: %w", spec.Name, context.Cause(ctx))
	}

	// supervise opens the log itself for the program; this descriptor is for what supervise has to say.
	log, err := os.OpenFile(spec.LogFile, os.O_CREATE|os.O_WRONLY|os.O_APPEND, 0o600)
	if err != nil {
		return nil, fmt.Errorf("start %s: open its log: %w", spec.Name, err)
	}
	defer log.Close()

	cmd := exec.Command(spec.Supervise, spec.arguments()...)
	cmd.Env = spec.Env
	cmd.Dir = spec.Dir
	cmd.Stdout, cmd.Stderr = log, log
	cmd.SysProcAttr = sessionAttr()
	stdin, err := cmd.StdinPipe()
	if err != nil {
		return nil, fmt.Errorf("start %s: %w", spec.Name, err)
	}
	if err := cmd.Start(); err != nil {
		return nil, fmt.Errorf("start %s: run the supervise tool: %w", spec.Name, err)
	}

	p := &Process{spec: spec, cmd: cmd, stdin: stdin, done: make(chan struct{})}
	// Taken before the process is waited for: until then its number cannot go to another process.
	p.identity, err = Identify(cmd.Process.Pid)
	if errors.Is(err, errGone) {
		// It has ended already. Err tells how, as of any program; no process that runs was started then.
		p.identity, err = Identity{PID: cmd.Process.Pid, StartTime: "ended"}, nil
	}
	if err != nil {
		_ = stdin.Close()
		_ = cmd.Wait()
		return nil, fmt.Errorf("start %s: %w%s", spec.Name, err, tailNote(spec.LogFile))
	}
	go p.wait()
	context.AfterFunc(ctx, p.release)
	return p, nil
}

// arguments returns those of the supervise tool.
func (s Spec) arguments() []string {
	args := []string{"-log", s.LogFile, "-grace", s.Grace.String()}
	if s.Owner != (Identity{}) {
		args = append(args, "-owner", s.Owner.String())
	}
	return slices.Concat(args, []string{"--", s.Path}, s.Args)
}

func (s Spec) withDefaults() (Spec, error) {
	var missing []error
	if s.Path == "" {
		missing = append(missing, errors.New("no path of the program is given"))
	}
	if s.Name == "" {
		s.Name = filepath.Base(s.Path)
	}
	if s.Supervise == "" {
		missing = append(missing, errors.New("no path of the supervise tool is given"))
	}
	if s.LogFile == "" {
		missing = append(missing, errors.New("no log file is given"))
	}
	if s.Grace < 0 {
		missing = append(missing, fmt.Errorf("grace is %s; give a positive duration, or zero for %s", s.Grace, DefaultGrace))
	}
	if s.Grace == 0 {
		s.Grace = DefaultGrace
	}
	if err := errors.Join(missing...); err != nil {
		return s, fmt.Errorf("start %s: %w", s.Name, err)
	}
	// supervise opens the log after it has changed to Dir.
	var err error
	if s.LogFile, err = filepath.Abs(s.LogFile); err != nil {
		return s, fmt.Errorf("start %s: find its log: %w", s.Name, err)
	}
	return s, nil
}

func (p *Process) wait() {
	err := p.cmd.Wait()
	p.mu.Lock()
	if err != nil && !p.stopping {
		p.err = fmt.Errorf("%s ended: %w", p.spec.Name, err)
	}
	p.mu.Unlock()
	close(p.done)
}

// Name returns what errors call the program.
func (p *Process) Name() string { return p.spec.Name }

// PID returns the number of the supervising process: the one to signal. The program itself is its child.
func (p *Process) PID() int { return p.identity.PID }

// Identity returns what [Terminate] needs to end the process from another program after [Process.Keep].
func (p *Process) Identity() Identity { return p.identity }

// Done returns a channel that is closed when the program and all its descendants have ended.
func (p *Process) Done() <-chan struct{} { return p.done }

// Err returns nil while the program runs, when it ended with success and when it was ended by [Process.Stop] or by the
// end of its context; otherwise an error with the program's name and exit code.
func (p *Process) Err() error {
	select {
	case <-p.done:
		return p.err
	default:
		return nil
	}
}

// Keep lets the program outlive this one and its context: from then on it ends by itself, by [Process.Stop], by
// [Terminate] or with its owner. It is an error if the program has ended or was stopped.
func (p *Process) Keep() error {
	p.mu.Lock()
	defer p.mu.Unlock()
	switch {
	case p.kept:
		return nil
	case p.stopping:
		return fmt.Errorf("keep %s: it was stopped", p.spec.Name)
	}
	select {
	case <-p.done:
		return fmt.Errorf("keep %s: it has ended; see %s", p.spec.Name, p.spec.LogFile)
	default:
	}
	if _, err := p.stdin.Write([]byte{'k'}); err != nil {
		return fmt.Errorf("keep %s: tell the supervise tool: %w", p.spec.Name, err)
	}
	p.kept = true
	return nil
}

// Stop asks the program to end and waits until it and all its descendants are gone; after [Spec.Grace] they are killed.
// It returns nil at once if the program has ended, so it may be called more than once. When ctx ends first, the program
// still ends, but it is no longer waited for and the error says so.
func (p *Process) Stop(ctx context.Context) error {
	p.mu.Lock()
	kept := p.kept
	p.mu.Unlock()
	if kept {
		return p.stopKept(ctx)
	}
	p.release()
	select {
	case <-p.done:
		return nil
	case <-ctx.Done():
		return fmt.Errorf("stop %s (process %d): %w", p.spec.Name, p.PID(), context.Cause(ctx))
	}
}

func (p *Process) stopKept(ctx context.Context) error {
	p.mu.Lock()
	p.stopping = true
	p.mu.Unlock()
	if err := Terminate(ctx, p.identity); err != nil {
		return fmt.Errorf("stop %s: %w", p.spec.Name, err)
	}
	// supervise is gone, so this only waits for the goroutine that collects its exit code.
	<-p.done
	return nil
}

// release closes the pipe, on which supervise ends the program, unless the program is kept.
func (p *Process) release() {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.kept || p.stopping {
		return
	}
	p.stopping = true
	_ = p.stdin.Close()
}
