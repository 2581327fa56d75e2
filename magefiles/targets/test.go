package targets

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"github.com/ashlar-iac/ashlar/magefiles/tools"

	"github.com/ashlar-iac/ashlar/magefiles/timing"
)

// Unit runs the tests of all modules but integration, with the race detector unless it is unavailable or too slow.
func (w *Workspace) Unit(ctx context.Context) error {
	return w.testPhases(ctx, phase{name: "unit", run: w.unit})
}

// Integration provides the tools of the end-to-end tests and runs the tests.
func (w *Workspace) Integration(ctx context.Context) error {
	return w.testPhases(ctx, phase{name: "integration", run: w.integration})
}

// Test runs the unit tests, the consumer tests and the integration tests, even if some of them fail. It prints how long
// packages took and how long they took last time, and finally the slowest tests. The last line of its output contains the totals:
// "N passed, N failed, N skipped".
func (w *Workspace) Test(ctx context.Context) error {
	return w.testPhases(ctx, phase{name: "unit", run: w.unit}, phase{name: consumerPhase, run: w.consumer},
		phase{name: "integration", run: w.integration})
}

// phase is a run of go test.
type phase struct {
	name string
	run  func(context.Context) (totals, error)
}

// testPhases runs all phases in sequence, even if some fail, and prints the totals.
func (w *Workspace) testPhases(ctx context.Context, phases ...phase) error {
	before, took := w.times.Read(), timing.Times{}
	var all totals
	var errs []error
	var lines []string
	for i, p := range phases {
		w.say("[%d/%d] %s tests%s", i+1, len(phases), p.name, lastTime(before, p.name))
		started := time.Now()
		t, err := p.run(ctx)
		if err != nil {
			err = fmt.Errorf("%s tests: %w", p.name, err)
			w.say("%v", err)
		} else {
			took[p.name] = time.Since(started)
		}
		errs = append(errs, err)
		all = all.plus(t)
		lines = append(lines, fmt.Sprintf("%s: %s in %s%s", p.name, t, since(started), lastTime(before, p.name)))
		if ctx.Err() != nil {
			break
		}
	}
	w.times.Record(took)
	w.say("\n%s\n%s\n%s", slowest(all.tests, 10), strings.Join(lines, "\n"), all)
	if err := errors.Join(errs...); err != nil {
		// mage prints the error last, so it also ends with the totals.
		return fmt.Errorf("tests failed: %w\n%s", err, all)
	}
	return nil
}

func (w *Workspace) unit(ctx context.Context) (totals, error) {
	race, plain := w.unitPatterns()
	if reason := w.noRace(ctx); reason != "" {
		w.say("without the race detector: %s", reason)
		race, plain = nil, append(race, plain...)
	}
	var all totals
	var errs []error
	for _, run := range []struct{ flags, patterns []string }{{[]string{"-race"}, race}, {nil, plain}} {
		if len(run.patterns) == 0 {
			continue
		}
		t, err := w.goTest(ctx, slices.Concat(run.flags, run.patterns))
		all, errs = all.plus(t), append(errs, err)
	}
	return all, errors.Join(errs...)
}

// unitPatterns returns the package patterns of all modules but integration: those with the race detector and those
// without. A single go command for each kind compiles shared packages once and uses all processors.
func (w *Workspace) unitPatterns() (race, plain []string) {
	for _, m := range w.modules {
		pattern := "./" + m.Path + "/..."
		switch {
		case m.Path == integrationPath:
		case m.WithoutRace != "":
			plain = append(plain, pattern)
		default:
			race = append(race, pattern)
		}
	}
	return race, plain
}

// integration runs without the race detector, which does not cover the child processes of the tests and would compile
// the cloud SDKs a second time.
func (w *Workspace) integration(ctx context.Context) (totals, error) {
	names := slices.DeleteFunc(tools.All(), func(n tools.Name) bool { return n == tools.GolangciLint })
	if _, err := w.tools(ctx, names...); err != nil {
		return totals{}, err
	}
	services, others, err := w.integrationPackages(ctx)
	if err != nil {
		return totals{}, err
	}
	// Other results are not cached, because they depend on the tools and on files outside the module.
	t, err := w.goTest(ctx, slices.Concat([]string{"-count=1", "-timeout", "30m"}, others))
	if len(services) == 0 || ctx.Err() != nil {
		return t, err
	}
	more, moreErr := w.goTest(ctx, services)
	return t.plus(more), errors.Join(err, moreErr)
}

// servicePaths are the folders of the services of the simulated clouds. Their tests use no tools and no files outside the
// module, so the go command caches their results.
var servicePaths = []string{integrationPath + "/cloud/aws/", integrationPath + "/cloud/azure/"}

// integrationPackages returns the packages of the services of the simulated clouds and the other packages of integration.
func (w *Workspace) integrationPackages(ctx context.Context) (services, others []string, err error) {
	var out bytes.Buffer
	err = w.run(ctx, command{path: "go", args: []string{"list", "./" + integrationPath + "/..."}, dir: w.root, stdout: &out,
		stderr: w.out})
	for _, name := range strings.Fields(out.String()) {
		inService := func(path string) bool { return strings.HasPrefix(w.packageName(name), path) }
		if slices.ContainsFunc(servicePaths, inService) {
			services = append(services, name)
		} else {
			others = append(others, name)
		}
	}
	return services, others, err
}

// goTest runs go test with flags and packages, prints its output and returns the totals. Lint vets the packages.
func (w *Workspace) goTest(ctx context.Context, args []string) (totals, error) {
	args = slices.Concat([]string{"test", "-json", "-vet=off"}, args)
	// The go command does not remove its working folder if it is killed.
	work, err := os.MkdirTemp("", "ashlar-test-")
	if err != nil {
		return totals{}, fmt.Errorf("create a working folder: %w", err)
	}
	defer func() { _ = os.RemoveAll(work) }()

	reader, writer := io.Pipe()
	ran := make(chan error, 1)
	go func() {
		err := w.run(ctx, command{
			path: "go", args: args, dir: w.root, env: []string{"GOTMPDIR=" + work}, stdout: writer, stderr: w.out,
		})
		_ = writer.Close()
		ran <- err
	}()
	t, scanErr := w.scan(reader)
	// After a read error, the writer must not block.
	_ = reader.CloseWithError(scanErr)
	runErr := <-ran
	return t, verdict(t, scanErr, runErr)
}

// verdict returns an error if a run of go test failed.
func verdict(t totals, scanErr, runErr error) error {
	var exit *exec.ExitError
	switch {
	case scanErr != nil:
		return errors.Join(scanErr, runErr)
	case runErr != nil && !errors.As(runErr, &exit):
		return runErr
	case t.failed > 0:
		return fmt.Errorf("%d failed", t.failed)
	case runErr != nil:
		return fmt.Errorf("go test failed: %w", runErr)
	case t.passed == 0:
		return errors.New("no tests passed: all tests were skipped, or there are none")
	}
	return nil
}

// noRace returns why the race detector is unavailable, or "".
func (w *Workspace) noRace(ctx context.Context) string {
	cmd := exec.CommandContext(ctx, "go", "env", "CGO_ENABLED", "CC")
	cmd.Dir = w.root
	out, err := cmd.Output()
	if err != nil {
		return fmt.Sprintf("go env fails: %v", err)
	}
	cgo, cc, _ := strings.Cut(strings.TrimSpace(string(out)), "\n")
	if cgo != "1" {
		return "it requires cgo, but CGO_ENABLED is " + cgo
	}
	compiler, _, _ := strings.Cut(cc, " ")
	if _, err := exec.LookPath(compiler); err != nil {
		return fmt.Sprintf("it requires a C compiler, but %s is not on PATH", filepath.Base(compiler))
	}
	return ""
}

// benchmarkFile is the file of a module with the benchmark of its components.
const benchmarkFile = "benchmark_test.go"

// Bench measures what components cost in addition to the SDK, in each module with such a benchmark, one after the other. A
// benchmark fails when the ratio of allocations is above its limit. The others still run.
func (w *Workspace) Bench(ctx context.Context) error {
	var errs []error
	for _, m := range w.modules {
		if _, err := os.Stat(filepath.Join(w.dir(m), benchmarkFile)); err != nil {
			continue
		}
		c := command{
			path: "go", dir: w.root, stdout: w.out, stderr: w.out,
			args: []string{"test", "-run=^$", "-bench=^BenchmarkOverhead$", "-benchtime=5x", "-timeout=1h", "./" + m.Path},
		}
		if err := w.run(ctx, c); err != nil {
			errs = append(errs, fmt.Errorf("benchmarks of %s: %w", m.Path, err))
		}
		if ctx.Err() != nil {
			break
		}
	}
	return errors.Join(errs...)
}
