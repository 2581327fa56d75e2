// Package timing remembers how long the steps of targets took on this machine, so that the next run can say what to
// expect.
package timing

import (
	"encoding/json"
	"os"
	"path/filepath"
	"time"

	"github.com/rogpeppe/go-internal/lockedfile"
)

// File is a file of durations. Its methods do nothing if the file cannot be used: estimates are a convenience.
type File struct{ path string }

// Open returns the file of this user, times.json in the cache folder of Ashlar. It is created when it is written.
func Open() File {
	dir, err := os.UserCacheDir()
	if err != nil {
		return File{}
	}
	return At(filepath.Join(dir, "ashlar", "times.json"))
}

// At returns the file at a path.
func At(path string) File { return File{path} }

// Last returns how long a step took last time, or 0.
func (f File) Last(step string) time.Duration { return f.read()[step] }

func (f File) read() map[string]time.Duration {
	data, err := lockedfile.Read(f.path)
	if err != nil {
		return nil
	}
	var times map[string]time.Duration
	_ = json.Unmarshal(data, &times)
	return times
}

// Record saves how long steps took. Others stay as they are.
func (f File) Record(steps map[string]time.Duration) {
	if f.path == "" || os.MkdirAll(filepath.Dir(f.path), 0o755) != nil {
		return
	}
	_ = lockedfile.Transform(f.path, func(data []byte) ([]byte, error) {
		times := map[string]time.Duration{}
		_ = json.Unmarshal(data, &times)
		for step, took := range steps {
			times[step] = took.Round(time.Millisecond)
		}
		return json.MarshalIndent(times, "", "  ")
	})
}
