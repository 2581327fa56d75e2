package targets

import (
	"context"
	"io"
	"time"
)

// OpenWithCache is Open with a separate tool cache.
func OpenWithCache(dir, cache string, out io.Writer) (*Workspace, error) {
	w, err := Open(dir, out)
	if err == nil {
		w.cacheDir = cache
	}
	return w, err
}

// UnitPatterns returns the package patterns of the unit tests: with the race detector, and without.
func (w *Workspace) UnitPatterns() (race, plain []string) { return w.unitPatterns() }

// TestPattern runs the tests of a pattern as a phase.
func (w *Workspace) TestPattern(ctx context.Context, patterns ...string) error {
	var phases []phase
	for _, p := range patterns {
		phases = append(phases, phase{name: p, run: func(ctx context.Context) (totals, error) {
			return w.goTest(ctx, []string{"test", "-json", p})
		}})
	}
	return w.testPhases(ctx, phases...)
}

// CheckReplacements is one of the checks of lint.
func (w *Workspace) CheckReplacements() error { return w.checkReplacements() }

// CheckTidy is one of the checks of lint, for one module.
func (w *Workspace) CheckTidy(ctx context.Context, dir string) error {
	return w.checkTidy(ctx, []string{dir})
}

// GoRun builds and runs a command of the workspace.
func (w *Workspace) GoRun(ctx context.Context, pkg string) error { return w.goRun(ctx, pkg) }

// WhileParentsLive returns a context that ends with the parents of a target.
func WhileParentsLive(ctx context.Context, chain []int) (context.Context, func()) {
	return whileParentsLive(ctx, chain, time.Millisecond)
}

// Parents returns the process IDs of the parents.
func Parents() []int { return parents() }

// Beat prints the running packages after a time without output.
func Beat(out io.Writer, running []string, quiet time.Duration) {
	p := &progress{out: out, running: running, started: time.Now(), last: time.Now().Add(-quiet)}
	p.sayRunning(quiet)
}
