package targets

import (
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"text/tabwriter"
	"time"

	"github.com/ashlar-iac/ashlar/magefiles/timing"
	"github.com/ashlar-iac/ashlar/magefiles/tools"
)

// firstContact returns the commands that a new user waits for, in the order in which their parts are needed. A command
// contains only what those before it have not provided.
func firstContact() [][]string {
	mage := []string{"go", "tool", "mage"}
	commands := [][]string{append(slices.Clip(mage), "-l")}
	for _, n := range tools.Demo() {
		commands = append(commands, append(slices.Clip(mage), "tool", string(n)))
	}
	return append(commands, append(slices.Clip(mage), "quickstart"), append(slices.Clip(mage), "demo"))
}

// Cold measures what a new user waits for: it clones the last commit into a temporary folder, runs the commands of the
// README with empty caches for modules, packages and tools there, and prints the wall clock, user and system time of
// each. Two processors need about half an hour if the tools are built from source.
func (w *Workspace) Cold(ctx context.Context) error { return w.cold(ctx, firstContact()) }

func (w *Workspace) cold(ctx context.Context, commands [][]string) error {
	dir, err := os.MkdirTemp("", "ashlar-cold-")
	if err != nil {
		return fmt.Errorf("create a folder for empty caches: %w", err)
	}
	defer func() { _ = os.RemoveAll(dir) }()
	clone := filepath.Join(dir, "ashlar")
	if err := w.run(ctx, command{
		path: "git", args: []string{"clone", "--quiet", w.root, clone}, stdout: w.out, stderr: w.out,
	}); err != nil {
		return fmt.Errorf("clone the workspace: %w", err)
	}
	env, err := emptyCaches(dir)
	if err != nil {
		return err
	}
	var rows []measured
	for i, args := range commands {
		line := strings.Join(args, " ")
		w.say("[%d/%d] %s", i+1, len(commands), line)
		started := time.Now()
		state, err := w.runState(ctx, command{
			path: args[0], args: args[1:], dir: clone, env: env, stdout: w.out, stderr: w.out, grace: demoGrace,
		})
		if err != nil {
			return fmt.Errorf("%s: %w", line, err)
		}
		row := measured{command: line, wall: time.Since(started), user: state.UserTime(), system: state.SystemTime()}
		rows = append(rows, row)
	}
	return w.coldTable(ctx, rows)
}

// emptyCaches returns environment variables for caches in new folders.
func emptyCaches(dir string) ([]string, error) {
	// Otherwise the modules could not be removed.
	env := []string{"GOFLAGS=" + strings.TrimSpace(os.Getenv("GOFLAGS")+" -modcacherw")}
	for _, variable := range []string{"GOCACHE", "GOMODCACHE", "XDG_CACHE_HOME", "TMPDIR"} {
		path := filepath.Join(dir, strings.ToLower(variable))
		if err := os.Mkdir(path, 0o755); err != nil {
			return nil, fmt.Errorf("create an empty cache: %w", err)
		}
		env = append(env, variable+"="+path)
	}
	return env, nil
}

// measured is a command with the time that it took.
type measured struct {
	command            string
	wall, user, system time.Duration
}

func (w *Workspace) coldTable(ctx context.Context, rows []measured) error {
	commit, err := exec.CommandContext(ctx, "git", "-C", w.root, "rev-parse", "--short", "HEAD").Output()
	if err != nil {
		return fmt.Errorf("read the commit of the workspace: %w", err)
	}
	w.say("\ncommit %s on %s/%s with %d processors, %s", strings.TrimSpace(string(commit)),
		runtime.GOOS, runtime.GOARCH, runtime.NumCPU(), runtime.Version())
	table := tabwriter.NewWriter(w.out, 0, 0, 2, ' ', tabwriter.AlignRight)
	fmt.Fprintln(table, "wall clock\tuser\tsystem\tprocessor\t  command")
	total := measured{command: "together"}
	for _, r := range append(rows, total) {
		if r == total {
			r.wall, r.user, r.system = sum(rows)
		}
		fmt.Fprintf(table, "%s\t%.0fs\t%.0fs\t%.0fs\t  %s\n", timing.Short(r.wall),
			r.user.Seconds(), r.system.Seconds(), (r.user + r.system).Seconds(), r.command)
	}
	return table.Flush()
}

func sum(rows []measured) (wall, user, system time.Duration) {
	for _, r := range rows {
		wall, user, system = wall+r.wall, user+r.user, system+r.system
	}
	return wall, user, system
}
