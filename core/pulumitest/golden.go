package pulumitest

import (
	"errors"
	"flag"
	"io/fs"
	"os"
	"path/filepath"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// Golden compares the text of the recording with a file, by convention under
// testdata, and fails the test with the difference.
//
// The file is written when the test binary has a bool flag named update that is
// set, as in go test ./... -update; the flag is the test's own, pulumitest
// defines none. A file that does not exist is written in any case, and the test
// fails, so that somebody reads it.
func (r *Recording) Golden(tb testing.TB, path string) {
	tb.Helper()
	GoldenText(tb, path, r.String())
}

// GoldenText is [Recording.Golden] for any text, such as a JSON Schema that a
// module publishes.
func GoldenText(tb testing.TB, path, got string) {
	tb.Helper()
	want, err := os.ReadFile(path)
	missing := errors.Is(err, fs.ErrNotExist)
	if err != nil && !missing {
		tb.Fatalf("read golden file: %v", err)
	}
	if string(want) == got && !missing {
		return
	}
	if !missing && !updating() {
		tb.Errorf("what there is differs from %s (-want +got):\n%s", path, cmp.Diff(string(want), got))
		return
	}
	if err := write(path, got); err != nil {
		tb.Fatalf("write golden file: %v", err)
	}
	if missing {
		tb.Errorf("%s did not exist: it was written, read it and run the test again", path)
	}
}

// updating reports whether the test's own flag says so.
func updating() bool {
	update := flag.Lookup("update")
	if update == nil {
		return false
	}
	getter, ok := update.Value.(flag.Getter)
	return ok && getter.Get() == true
}

func write(path, text string) error {
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		return err
	}
	return os.WriteFile(path, []byte(text), 0o644)
}
