// Package timing remembers how long the steps of targets took on this computer, so that the next run can say what to
// expect.
package timing

import (
	"encoding/json"
	"maps"
	"os"
	"path/filepath"
	"time"

	"github.com/rogpeppe/go-internal/lockedfile"
)

// Times are durations by the names of steps.
type Times map[string]time.Duration

// File is a file of durations. Its methods do nothing if the file cannot be used, because estimates are only shown.
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

// Read returns how long steps took last time.
func (f File) Read() Times {
	times := Times{}
	if data, err := lockedfile.Read(f.path); err != nil || json.Unmarshal(data, &times) != nil {
		return Times{}
	}
	return times
}

// Record saves how long steps took. Others stay as they are. Processes can record in parallel.
func (f File) Record(took Times) {
	if f.path == "" || os.MkdirAll(filepath.Dir(f.path), 0o755) != nil {
		return
	}
	_ = lockedfile.Transform(f.path, func(data []byte) ([]byte, error) {
		times := Times{}
		if json.Unmarshal(data, &times) != nil {
			times = Times{}
		}
		maps.Copy(times, took)
		return json.MarshalIndent(times, "", "  ")
	})
}

// Short formats a duration: "3.2s", "1m5s".
func Short(d time.Duration) string {
	if d < 10*time.Second {
		return d.Round(100 * time.Millisecond).String()
	}
	return d.Round(time.Second).String()
}
