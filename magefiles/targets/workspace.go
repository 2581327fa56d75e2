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
)

// integrationPath is the module whose tests drive whole systems. It is tested on its own.
const integrationPath = "integration"

// Workspace is the repository on disk, with the list of its modules.
type Workspace struct {
	root    string
	modules []Module
	out     io.Writer
	// cacheDir is where built tools are kept; "" means the default of package tools.
	cacheDir string
}

// Open returns the workspace at or above dir. What the targets have to say goes to out.
func Open(dir string, out io.Writer) (*Workspace, error) {
	root, err := tools.FindRoot(dir)
	if err != nil {
		return nil, err
	}
	modules, err := ReadModules(root)
	if err != nil {
		return nil, err
	}
	return &Workspace{root: root, modules: modules, out: out}, nil
}

// Run opens the workspace around the working directory and calls a target with standard output. The context of the target
// also ends when the program that started this one does.
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
	// Nobody can be told that output cannot be written, and the work is worth finishing.
	_, _ = fmt.Fprintf(w.out, format+"\n", args...)
}

// dir returns the folder of a module.
func (w *Workspace) dir(m Module) string { return filepath.Join(w.root, filepath.FromSlash(m.Path)) }

// tools provides external programs, with progress for the reader.
func (w *Workspace) tools(ctx context.Context, names ...tools.Name) (tools.Set, error) {
	return tools.Ensure(ctx, tools.Options{Root: w.root, CacheDir: w.cacheDir, Progress: w.out}, names...)
}

// since renders how long ago something started: "3.2s", "1m5s".
func since(started time.Time) string {
	d := time.Since(started)
	if d < 10*time.Second {
		return d.Round(100 * time.Millisecond).String()
	}
	return d.Round(time.Second).String()
}
