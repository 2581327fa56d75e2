package targets

import (
	"fmt"
	"io"
	"slices"
	"sync"
	"time"

	"gotest.tools/gotestsum/testjson"
)

// totals are numbers of tests. A package that fails without a failed test, because it does not build or its TestMain
// fails, counts as one failed test.
type totals struct{ passed, failed, skipped int }

func (t totals) String() string {
	return fmt.Sprintf("%d passed, %d failed, %d skipped", t.passed, t.failed, t.skipped)
}

func (t totals) plus(o totals) totals {
	return totals{t.passed + o.passed, t.failed + o.failed, t.skipped + o.skipped}
}

// scan reads the output of go test -json, prints packages when they end and finally all failures, and returns the
// totals.
func scan(stdout io.Reader, out io.Writer) (totals, error) {
	handler := &progress{out: out, last: time.Now(), started: time.Now(), ended: make(chan struct{})}
	handler.format = testjson.NewEventFormatter(handler, "pkgname",
		testjson.FormatOptions{HideEmptyPackages: true, Icons: "text"})
	var heartbeat sync.WaitGroup
	heartbeat.Go(func() { handler.beat(30 * time.Second) })
	execution, err := testjson.ScanTestOutput(testjson.ScanConfig{
		Stdout: stdout, Handler: handler, IgnoreNonJSONOutputLines: true,
	})
	close(handler.ended)
	heartbeat.Wait()
	if err != nil {
		return totals{}, fmt.Errorf("read the output of go test: %w", err)
	}
	testjson.PrintSummary(out, execution, testjson.SummarizeAll)
	t := totals{failed: len(execution.Failed()), skipped: len(execution.Skipped())}
	for _, name := range execution.Packages() {
		t.passed += len(execution.Package(name).Passed)
	}
	return t, nil
}

// progress prints the packages that have ended and, after a while without output, those that are running.
type progress struct {
	format testjson.EventFormatter

	mu      sync.Mutex
	out     io.Writer
	started time.Time
	last    time.Time
	running []string
	ended   chan struct{}
}

// Event is called for every event of go test.
func (p *progress) Event(event testjson.TestEvent, execution *testjson.Execution) error {
	p.follow(event)
	return p.format.Format(event, execution)
}

func (p *progress) follow(event testjson.TestEvent) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if event.Package == "" || event.Test != "" {
		return
	}
	switch {
	case event.Action == "start":
		p.running = append(p.running, event.Package)
	case event.Action.IsTerminal():
		p.running = slices.DeleteFunc(p.running, func(name string) bool { return name == event.Package })
	}
}

// Err is called for every line of output that is not an event.
func (p *progress) Err(text string) error {
	_, err := fmt.Fprintln(p, text)
	return err
}

// Write writes text to the output and records the time.
func (p *progress) Write(text []byte) (int, error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.last = time.Now()
	return p.out.Write(text)
}

// beat prints the running packages after an interval without output.
func (p *progress) beat(interval time.Duration) {
	ticker := time.NewTicker(interval / 10)
	defer ticker.Stop()
	for {
		select {
		case <-p.ended:
			return
		case <-ticker.C:
			p.sayRunning(interval)
		}
	}
}

func (p *progress) sayRunning(quiet time.Duration) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if time.Since(p.last) < quiet {
		return
	}
	p.last = time.Now()
	what := "compiling"
	switch n := len(p.running); {
	case n == 1:
		what = "running " + p.running[0]
	case n > 1:
		what = fmt.Sprintf("running %s and %d more", p.running[0], n-1)
	}
	_, _ = fmt.Fprintf(p.out, "... %s, %s\n", what, since(p.started))
}
