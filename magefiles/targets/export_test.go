package targets

import (
	"context"
	"io"
	"path/filepath"
	"time"

	"github.com/ashlar-iac/ashlar/magefiles/timing"
)

// OpenWithCache is Open with a separate tool cache, and the times of tests in the workspace.
func OpenWithCache(dir, cache string, out io.Writer) (*Workspace, error) {
	w, err := Open(dir, out)
	if err == nil {
		w.cacheDir, w.times = cache, timing.At(filepath.Join(dir, ".test-times.json"))
	}
	return w, err
}

// WithRehearsalEnv adds variables to the environment of the go command in rehearsals.
func (w *Workspace) WithRehearsalEnv(env ...string) { w.rehearsalEnv = env }

// UnitPatterns returns the package patterns of the unit tests: with the race detector, and without.
func (w *Workspace) UnitPatterns() (race, plain []string) { return w.unitPatterns() }

// IntegrationPackages returns the packages of integration: those whose results are cached, and the others.
func (w *Workspace) IntegrationPackages(ctx context.Context) (services, others []string, err error) {
	return w.integrationPackages(ctx)
}

// TestPattern runs the tests of a pattern as a phase.
func (w *Workspace) TestPattern(ctx context.Context, patterns ...string) error {
	var phases []phase
	for _, p := range patterns {
		phases = append(phases, phase{name: p, run: func(ctx context.Context) (totals, error) {
			return w.goTest(ctx, []string{p})
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

// MeasureCold is Cold with other commands.
func (w *Workspace) MeasureCold(ctx context.Context, commands ...[]string) error {
	return w.cold(ctx, commands)
}

// GoRun builds and runs a command of the workspace.
func (w *Workspace) GoRun(ctx context.Context, pkg string) error { return w.goRun(ctx, pkg) }

// WhileParentsLive returns a context that ends with the parents of a target.
func WhileParentsLive(ctx context.Context, chain []int) (context.Context, func()) {
	return whileParentsLive(ctx, chain, time.Millisecond)
}

// Parents returns the process IDs of the parents.
func Parents() []int { return parents() }

// Beat prints the running packages after a time without output. last are the times of the last run.
func Beat(out io.Writer, running []string, last map[string]time.Duration, quiet time.Duration) {
	p := &progress{out: out, before: last, running: map[string]time.Time{}, started: time.Now(),
		last: time.Now().Add(-quiet)}
	for _, name := range running {
		p.running[name] = time.Now()
	}
	p.sayRunning(quiet)
}

// CheckChangelogs is one of the checks of lint.
func (w *Workspace) CheckChangelogs() error { return w.checkChangelogs() }
