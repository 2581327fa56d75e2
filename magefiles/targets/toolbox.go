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

// Tools provides every external program and lists where it is.
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

// Clean removes the built tools. Go's own build cache stays: `go clean -cache` empties it.
func (w *Workspace) Clean(context.Context) error {
	dir := w.cacheDir
	if dir == "" {
		var err error
		if dir, err = tools.CacheDir(); err != nil {
			return err
		}
	}
	if _, err := os.Stat(dir); os.IsNotExist(err) {
		w.say("nothing to remove: there is no %s", dir)
		return nil
	}
	size := sizeOf(dir)
	if err := os.RemoveAll(dir); err != nil {
		return fmt.Errorf("remove the built tools: %w", err)
	}
	w.say("removed %s (%d MB)", dir, size>>20)
	return nil
}

// sizeOf adds up the files below a folder that can be looked at.
func sizeOf(dir string) int64 {
	var size int64
	_ = filepath.WalkDir(dir, func(_ string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() {
			return nil //nolint:nilerr // What cannot be looked at is left out of the sum.
		}
		if info, err := entry.Info(); err == nil {
			size += info.Size()
		}
		return nil
	})
	return size
}
