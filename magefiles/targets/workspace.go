package targets

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"time"

	"github.com/ashlar-iac/ashlar/magefiles/tools"

	"github.com/ashlar-iac/ashlar/magefiles/timing"
)

// integrationPath is the path of the module with the end-to-end tests, which run separately.
const integrationPath = "integration"

// Workspace is the repository with its list of modules.
type Workspace struct {
	root    string
	modules []Module
	out     io.Writer
	// cacheDir is the folder of downloaded and built tools. Default: that of package tools.
	cacheDir string
	// rehearsalEnv is added to the environment of the go command in rehearsals. Default: nothing. Tests use other module
	// caches, because the versions of their modules have different contents.
	rehearsalEnv []string
	// times are how long tests took when they last passed.
	times timing.File
}

// Open returns the workspace at or above dir. The targets write their output to out.
func Open(dir string, out io.Writer) (*Workspace, error) {
	root, err := tools.FindRoot(dir)
	if err != nil {
		return nil, err
	}
	modules, err := ReadModules(root)
	if err != nil {
		return nil, err
	}
	return &Workspace{root: root, modules: modules, out: out, times: timing.Open()}, nil
}

// Run opens the workspace of the working directory and calls a target, which writes to standard output. The context of
// the target also ends with the program that started this one.
func Run(ctx context.Context, target func(*Workspace, context.Context) error) error {
	w, err := Open(".", os.Stdout)
	if err != nil {
		return err
	}
	ctx, stop := whileParentsLive(ctx, parents(), 500*time.Millisecond)
	defer stop()
	if err := target(w, ctx); err != nil {
		if cause := context.Cause(ctx); cause != nil && !errors.Is(err, cause) {
			return fmt.Errorf("%w: %w", cause, err)
		}
		return err
	}
	return nil
}

func (w *Workspace) say(format string, args ...any) {
	// The target continues without output.
	_, _ = fmt.Fprintf(w.out, format+"\n", args...)
}

// dir returns the folder of a module.
func (w *Workspace) dir(m Module) string { return filepath.Join(w.root, filepath.FromSlash(m.Path)) }

// tools provides external programs and prints the progress.
func (w *Workspace) tools(ctx context.Context, names ...tools.Name) (tools.Set, error) {
	return tools.Ensure(ctx, tools.Options{Root: w.root, CacheDir: w.cacheDir, Progress: w.out}, names...)
}

// cache returns the folder of built tools.
func (w *Workspace) cache() (string, error) {
	if w.cacheDir != "" {
		return w.cacheDir, nil
	}
	return tools.CacheDir()
}

// since formats the elapsed time: "3.2s", "1m5s".
func since(started time.Time) string { return timing.Short(time.Since(started)) }
