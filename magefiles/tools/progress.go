package tools

import (
	"fmt"
	"io"
	"sync"
	"time"

	"github.com/ashlar-iac/ashlar/magefiles/timing"
)

// reporter writes progress lines.
type reporter struct {
	out io.Writer
	// interval is the time between the progress lines of a build.
	interval time.Duration
}

func (r reporter) line(format string, args ...any) {
	// The build continues without progress lines.
	_, _ = fmt.Fprintf(r.out, format+"\n", args...)
}

func (r reporter) step(number, total int) step {
	return step{reporter: r, prefix: fmt.Sprintf("[%d/%d] ", number, total), run: &run{}}
}

// step is a numbered step.
type step struct {
	reporter reporter
	prefix   string
	run      *run
}

// run is the part of a step between start and stop.
type run struct {
	mu      sync.Mutex
	started time.Time
	ended   chan struct{}
	wait    sync.WaitGroup
}

func (s step) line(format string, args ...any) { s.reporter.line(s.prefix+format, args...) }

// start prints the start of a build, and then progress lines until stop is called.
func (s step) start(b build) {
	note := ""
	if b.module.cold > 0 {
		note = fmt.Sprintf(" (about %s cold)", approximate(b.module.cold))
	}
	s.begin("building "+b.title()+note, func() string { return "building" })
}

// begin prints the start of a step, and then progress lines with the state until stop is called.
func (s step) begin(title string, state func() string) {
	s.line("%s", title)
	s.run.started = time.Now()
	s.run.ended = make(chan struct{})
	s.run.wait.Go(func() {
		ticker := time.NewTicker(s.reporter.interval)
		defer ticker.Stop()
		for {
			select {
			case <-s.run.ended:
				return
			case <-ticker.C:
				s.line("... still %s, %s", state(), elapsed(s.run.started))
			}
		}
	})
}

// stop ends the progress lines. It may be called more than once, and without start.
func (s step) stop() {
	s.run.mu.Lock()
	defer s.run.mu.Unlock()
	if s.run.ended == nil {
		return
	}
	select {
	case <-s.run.ended:
	default:
		close(s.run.ended)
	}
	s.run.wait.Wait()
}

func (s step) done() {
	s.stop()
	s.line("done in %s", elapsed(s.run.started))
}

func elapsed(since time.Time) string { return timing.Short(time.Since(since)) }

// approximate formats an estimate: "8 min", "1.5 min", "20 s".
func approximate(d time.Duration) string {
	if d < time.Minute {
		return fmt.Sprintf("%.0f s", d.Seconds())
	}
	return fmt.Sprintf("%.3g min", d.Minutes())
}
