package targets

import (
	"cmp"
	"fmt"
	"io"
	"maps"
	"slices"
	"strings"
	"sync"
	"time"

	"gotest.tools/gotestsum/testjson"

	"github.com/ashlar-iac/ashlar/magefiles/timing"
)

// totals are numbers of tests. A package that fails without a failed test, because it does not build or its TestMain
// fails, counts as one failed test.
type totals struct {
	passed, failed, skipped int
	// tests are how long the tests took, without the tests in them that run in parallel.
	tests timing.Times
}

func (t totals) String() string {
	return fmt.Sprintf("%d passed, %d failed, %d skipped", t.passed, t.failed, t.skipped)
}

func (t totals) plus(o totals) totals {
	sum := totals{t.passed + o.passed, t.failed + o.failed, t.skipped + o.skipped, timing.Times{}}
	maps.Copy(sum.tests, t.tests)
	maps.Copy(sum.tests, o.tests)
	return sum
}

// slowest lists the tests that took longest, at most n.
func slowest(tests timing.Times, n int) string {
	names := slices.SortedFunc(maps.Keys(tests), func(a, b string) int {
		return cmp.Or(cmp.Compare(tests[b], tests[a]), cmp.Compare(a, b))
	})
	lines := []string{"slowest tests:"}
	for _, name := range names[:min(n, len(names))] {
		lines = append(lines, fmt.Sprintf("%8s  %s", timing.Short(tests[name]), name))
	}
	return strings.Join(lines, "\n")
}

// scan reads the output of go test -json, prints packages when they end and finally all failures, and returns the
// totals.
func (w *Workspace) scan(stdout io.Reader) (totals, error) {
	handler := &progress{out: w.out, name: w.packageName, before: w.times.Read(), took: timing.Times{},
		running: map[string]time.Time{}, last: time.Now(), started: time.Now(), ended: make(chan struct{})}
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
	testjson.PrintSummary(w.out, execution, testjson.SummarizeAll)
	w.times.Record(handler.took)
	t := totals{failed: len(execution.Failed()), skipped: len(execution.Skipped()), tests: timing.Times{}}
	for _, name := range execution.Packages() {
		cases := execution.Package(name)
		t.passed += len(cases.Passed)
		for _, c := range slices.Concat(cases.Passed, cases.Failed) {
			t.tests[w.packageName(name)+" "+c.Test.Name()] = c.Elapsed
		}
	}
	return t, nil
}

// packageName returns the path of a package within the workspace.
func (w *Workspace) packageName(importPath string) string {
	for _, m := range w.modules {
		if importPath == m.ImportPath || strings.HasPrefix(importPath, m.ImportPath+"/") {
			return m.Path + strings.TrimPrefix(importPath, m.ImportPath)
		}
	}
	return importPath
}

// progress prints the packages that have ended and, after a while without output, those that are running.
type progress struct {
	// name returns the name to show for a package.
	name func(importPath string) string
	// before are the times of the last run, and took those of this one.
	before, took timing.Times

	mu      sync.Mutex
	out     io.Writer
	started time.Time
	last    time.Time
	running map[string]time.Time
	cached  bool
	ended   chan struct{}
}

// Event is called for every event of go test.
func (p *progress) Event(event testjson.TestEvent, execution *testjson.Execution) error {
	if event.Package == "" || event.Test != "" {
		return nil
	}
	name := p.name(event.Package)
	p.mu.Lock()
	defer p.mu.Unlock()
	switch {
	case event.Action == testjson.ActionOutput:
		// It is the last output of a package.
		p.cached = strings.Contains(event.Output, "\t(cached)")
	case event.Action == "start":
		p.running[name] = time.Now()
	case event.Action.IsTerminal():
		delete(p.running, name)
		tests := execution.Package(event.Package)
		if tests.IsEmpty() && event.Action != testjson.ActionFail {
			return nil
		}
		took := time.Duration(event.Elapsed * float64(time.Second))
		if event.Action == testjson.ActionPass && !p.cached {
			p.took[name] = took
		}
		p.print("%-4s %s %s%s\n", event.Action, name, p.duration(took), lastTime(p.before, name))
	}
	return nil
}

// duration describes how long a package took.
func (p *progress) duration(took time.Duration) string {
	if p.cached {
		return "(cached)"
	}
	return timing.Short(took)
}

// Err is called for every line of output that is not an event.
func (p *progress) Err(text string) error {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.print("%s\n", text)
	return nil
}

// print prints to the output and records the time. The tests continue without output.
func (p *progress) print(format string, args ...any) {
	p.last = time.Now()
	_, _ = fmt.Fprintf(p.out, format, args...)
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
	what := "compiling"
	if len(p.running) > 0 {
		names := slices.SortedFunc(maps.Keys(p.running), func(a, b string) int {
			return cmp.Or(p.running[a].Compare(p.running[b]), cmp.Compare(a, b))
		})
		oldest := names[0]
		what = fmt.Sprintf("running %s for %s%s", oldest, since(p.running[oldest]), lastTime(p.before, oldest))
		if n := len(names); n > 1 {
			what += fmt.Sprintf("; and %d more", n-1)
		}
	}
	p.print("... %s (%s)\n", what, since(p.started))
}

// lastTime returns ", last time 3.2s", or "" for what has not run.
func lastTime(before timing.Times, name string) string {
	if d, ok := before[name]; ok {
		return ", last time " + timing.Short(d)
	}
	return ""
}
