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

// DefaultGrace is the default of [Spec.Grace].
const DefaultGrace = 10 * time.Second

// reapMargin is the time that supervise needs after the grace to kill remaining processes and to end.
const reapMargin = 10 * time.Second

// Spec describes a program and how it runs.
type Spec struct {
	// Supervise is the path of the supervise tool. Required.
	Supervise string
	// Name is the name of the program in errors. Default: the base name of Path.
	Name string
	// Path is the program's executable. Required.
	Path string
	// Args are the program's arguments, without its name.
	Args []string
	// Env is the complete environment of the program, as "key=value". Default: the environment of this process.
	Env []string
	// Dir is the working directory of the program. Default: that of this process.
	Dir string
	// LogFile is the file to which the standard output and standard error of the program are appended. It is created
	// with mode 0600 if it does not exist. Required.
	LogFile string
	// Owner is a process: when it ends, the program ends, if it is kept. Default: none.
	Owner Identity
	// Grace is the time between SIGTERM and SIGKILL when the program is stopped. Default: [DefaultGrace].
	Grace time.Duration
}

// Process is a program that runs under supervise. Its methods are safe for concurrent use.
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

// Start starts the program in a new session, so that it does not receive a Ctrl-C in the terminal of this program. It
// returns when the program is running, which may not be ready yet.
//
// The program runs until it ends by itself, until [Process.Stop], until ctx ends, or until this program ends. After
// [Process.Keep], it does not end with ctx or this program.
func Start(ctx context.Context, spec Spec) (*Process, error) {
	spec, err := spec.withDefaults()
	if err != nil {
		return nil, err
	}
	if err := ctx.Err(); err != nil {
		return nil, fmt.Errorf("start %s: %w", spec.Name, context.Cause(ctx))
	}

	// supervise opens the log for the program. This descriptor is for messages of supervise itself.
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
	// The process ID is not reused before Wait.
	p.identity, err = Identify(cmd.Process.Pid)
	if errors.Is(err, errGone) {
		// The process has already ended. Err returns the reason.
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

// arguments returns the arguments of the supervise tool.
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
		missing = append(missing, errors.New("missing path of the program"))
	}
	if s.Name == "" {
		s.Name = filepath.Base(s.Path)
	}
	if s.Supervise == "" {
		missing = append(missing, errors.New("missing path of the supervise tool"))
	}
	if s.LogFile == "" {
		missing = append(missing, errors.New("missing log file"))
	}
	if s.Grace < 0 {
		missing = append(missing, fmt.Errorf("invalid grace %s: expected a positive duration, or 0 for %s", s.Grace,
			DefaultGrace))
	}
	if s.Grace == 0 {
		s.Grace = DefaultGrace
	}
	if err := errors.Join(missing...); err != nil {
		return s, fmt.Errorf("start %s: %w", s.Name, err)
	}
	// supervise opens the log relative to Dir.
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

// Name returns the name of the program in errors.
func (p *Process) Name() string { return p.spec.Name }

// PID returns the process ID of the supervisor, which receives signals. The program is its child.
func (p *Process) PID() int { return p.identity.PID }

// Identity returns the identity of the supervisor, for [Terminate] in another program after [Process.Keep].
func (p *Process) Identity() Identity { return p.identity }

// Done returns a channel that is closed after the program and all its descendants have ended.
func (p *Process) Done() <-chan struct{} { return p.done }

// Err returns the error of a program that failed, with its name and exit code. It is nil while the program is running,
// and after [Process.Stop] or the end of its context.
func (p *Process) Err() error {
	select {
	case <-p.done:
		return p.err
	default:
		return nil
	}
}

// Keep keeps the program running after this program and its context have ended, until it ends by itself, until
// [Process.Stop] or [Terminate], or until its owner ends. It returns an error if the program has ended.
func (p *Process) Keep() error {
	p.mu.Lock()
	defer p.mu.Unlock()
	switch {
	case p.kept:
		return nil
	case p.stopping:
		return fmt.Errorf("keep %s: the program was stopped", p.spec.Name)
	}
	select {
	case <-p.done:
		return fmt.Errorf("keep %s: the program has ended: see %s", p.spec.Name, p.spec.LogFile)
	default:
	}
	if _, err := p.stdin.Write([]byte{'k'}); err != nil {
		return fmt.Errorf("keep %s: write to supervise: %w", p.spec.Name, err)
	}
	p.kept = true
	return nil
}

// Stop terminates the program and waits until it and all its descendants have ended. They are killed after
// [Spec.Grace]. It does nothing if the program has ended. If ctx ends first, the program still ends, but Stop returns
// an error without waiting.
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
	// supervise has ended. This waits for the goroutine that reads its exit code.
	<-p.done
	return nil
}

// release closes the pipe, so that supervise ends the program, unless it is kept.
func (p *Process) release() {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.kept || p.stopping {
		return
	}
	p.stopping = true
	_ = p.stdin.Close()
}
