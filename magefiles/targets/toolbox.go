package targets

import (
	"context"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"text/tabwriter"

	"github.com/ashlar-iac/ashlar/magefiles/tools"
)

// Tools provides all external programs and lists their paths.
func (w *Workspace) Tools(ctx context.Context) error {
	set, err := w.tools(ctx, tools.All()...)
	if err != nil {
		return err
	}
	table := tabwriter.NewWriter(w.out, 0, 0, 2, ' ', 0)
	fmt.Fprintln(table, "TOOL\tPATH")
	for _, name := range tools.All() {
		fmt.Fprintf(table, "%s\t%s\n", name, set.Path(name))
	}
	return table.Flush()
}

// Tool provides one external program and prints its path. Everything else goes to standard error, so that a shell can use
// the output.
func (w *Workspace) Tool(ctx context.Context, name string) error {
	out := w.out
	w.out = os.Stderr
	set, err := w.tools(ctx, tools.Name(name))
	if err != nil {
		return err
	}
	_, err = fmt.Fprintln(out, set.Path(tools.Name(name)))
	return err
}

// Clean removes the downloaded and built tools. It keeps the build cache of Go, which `go clean -cache` removes.
func (w *Workspace) Clean(context.Context) error {
	dir, err := w.cache()
	if err != nil {
		return err
	}
	if _, err := os.Stat(dir); os.IsNotExist(err) {
		w.say("nothing to remove: %s does not exist", dir)
		return nil
	}
	size := sizeOf(dir)
	if err := os.RemoveAll(dir); err != nil {
		return fmt.Errorf("remove the tools: %w", err)
	}
	w.say("removed %s (%d MB)", dir, size>>20)
	return nil
}

// sizeOf returns the total size of the readable files in a folder.
func sizeOf(dir string) int64 {
	var size int64
	_ = filepath.WalkDir(dir, func(_ string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() {
			return nil //nolint:nilerr // Unreadable files do not count.
		}
		if info, err := entry.Info(); err == nil {
			size += info.Size()
		}
		return nil
	})
	return size
}
