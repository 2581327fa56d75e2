package targets

import (
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
)

// Unit runs the tests of all modules but integration, with the race detector where it works and is affordable.
func (w *Workspace) Unit(ctx context.Context) error {
	return w.testPhases(ctx, phase{name: "unit", run: w.unit})
}

// Integration provides every tool that the end-to-end tests run, and then runs them.
func (w *Workspace) Integration(ctx context.Context) error {
	return w.testPhases(ctx, phase{name: "integration", run: w.integration})
}

// Test runs the unit tests and the integration tests, the latter also if the former fail. Its last line has the totals:
// "N passed, N failed, N skipped".
func (w *Workspace) Test(ctx context.Context) error {
	return w.testPhases(ctx, phase{name: "unit", run: w.unit}, phase{name: "integration", run: w.integration})
}

// phase is a run of go test.
type phase struct {
	name string
	run  func(context.Context) (totals, error)
}

// testPhases runs the phases one after the other, whatever becomes of each, and shows the totals.
func (w *Workspace) testPhases(ctx context.Context, phases ...phase) error {
	var all totals
	var errs []error
	var lines []string
	for i, p := range phases {
		w.say("[%d/%d] %s tests", i+1, len(phases), p.name)
		started := time.Now()
		t, err := p.run(ctx)
		if err != nil {
			err = fmt.Errorf("%s tests: %w", p.name, err)
			w.say("%v", err)
		}
		errs = append(errs, err)
		all = all.plus(t)
		lines = append(lines, fmt.Sprintf("%s: %s in %s", p.name, t, since(started)))
		if ctx.Err() != nil {
			break
		}
	}
	w.say("\n%s\n%s", strings.Join(lines, "\n"), all)
	if err := errors.Join(errs...); err != nil {
		// mage shows the error last, so it ends as the output does.
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
		t, err := w.goTest(ctx, slices.Concat([]string{"test", "-json"}, run.flags, run.patterns))
		all, errs = all.plus(t), append(errs, err)
	}
	return all, errors.Join(errs...)
}

// unitPatterns returns the package patterns of all modules but integration: those that are tested with the race
// detector, and those that are not. One go command for each kind compiles shared packages once and keeps every processor
// busy.
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

// integration runs without the race detector: the tests drive child processes, which it does not see into, and it would
// compile the cloud SDKs a second time.
func (w *Workspace) integration(ctx context.Context) (totals, error) {
	names := slices.DeleteFunc(tools.All(), func(n tools.Name) bool { return n == tools.GolangciLint })
	if _, err := w.tools(ctx, names...); err != nil {
		return totals{}, err
	}
	// Results are not cached: they depend on the tools and on files outside the module, which go test does not watch.
	return w.goTest(ctx, []string{"test", "-json", "-count=1", "-timeout", "30m", "./" + integrationPath + "/..."})
}

// goTest runs go test, shows what it says and counts.
func (w *Workspace) goTest(ctx context.Context, args []string) (totals, error) {
	// The go command leaves its working folder behind when it is killed.
	work, err := os.MkdirTemp("", "ashlar-test-")
	if err != nil {
		return totals{}, fmt.Errorf("make a working folder: %w", err)
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
	t, scanErr := scan(reader, w.out)
	// After a reading error nothing reads on, and the writer must not wait for it.
	_ = reader.CloseWithError(scanErr)
	runErr := <-ran
	return t, verdict(t, scanErr, runErr)
}

// verdict says whether a run of go test was a success.
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
		return errors.New("no test ran; tests that are all skipped, or none at all, prove nothing")
	}
	return nil
}

// noRace says why the race detector cannot be used, or "".
func (w *Workspace) noRace(ctx context.Context) string {
	cmd := exec.CommandContext(ctx, "go", "env", "CGO_ENABLED", "CC")
	cmd.Dir = w.root
	out, err := cmd.Output()
	if err != nil {
		return fmt.Sprintf("go env fails: %v", err)
	}
	cgo, cc, _ := strings.Cut(strings.TrimSpace(string(out)), "\n")
	if cgo != "1" {
		return "it needs cgo, and CGO_ENABLED is " + cgo
	}
	compiler, _, _ := strings.Cut(cc, " ")
	if _, err := exec.LookPath(compiler); err != nil {
		return fmt.Sprintf("it needs a C compiler, and %s is not on PATH", filepath.Base(compiler))
	}
	return ""
}
