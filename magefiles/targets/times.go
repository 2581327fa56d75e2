package targets

import (
	"encoding/json"
	"maps"
	"os"
	"path/filepath"
	"time"
)

// times are how long tests took when they last passed on this computer, by package or phase.
type times map[string]time.Duration

// readTimes returns the times in a file. Without a readable file there are none: they are only shown.
func readTimes(path string) times {
	out := times{}
	if data, err := os.ReadFile(path); err == nil {
		if json.Unmarshal(data, &out) != nil {
			return times{}
		}
	}
	return out
}

// expected returns ", last time 3.2s", or "" for what has not run.
func (t times) expected(name string) string {
	if d, ok := t[name]; ok {
		return ", last time " + short(d)
	}
	return ""
}

// write writes the times to a file. Another process reads either the old or the new times.
func (t times) write(path string) error {
	data, err := json.Marshal(t)
	if err != nil {
		return err
	}
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		return err
	}
	file, err := os.CreateTemp(filepath.Dir(path), ".test-times-")
	if err != nil {
		return err
	}
	defer func() { _ = os.Remove(file.Name()) }()
	if _, err := file.Write(data); err != nil {
		_ = file.Close()
		return err
	}
	if err := file.Close(); err != nil {
		return err
	}
	return os.Rename(file.Name(), path)
}

// lastTimes returns the times of earlier runs.
func (w *Workspace) lastTimes() times {
	path, err := w.timesPath()
	if err != nil {
		return times{}
	}
	return readTimes(path)
}

// keepTimes adds times to those of earlier runs.
func (w *Workspace) keepTimes(took times) {
	path, err := w.timesPath()
	if err == nil {
		all := readTimes(path)
		maps.Copy(all, took)
		err = all.write(path)
	}
	if err != nil {
		w.say("the times of the tests are not kept: %v", err)
	}
}

func (w *Workspace) timesPath() (string, error) {
	if w.timesFile != "" {
		return w.timesFile, nil
	}
	dir, err := w.cache()
	return filepath.Join(dir, "test-times.json"), err
}

// short formats a duration: "3.2s", "1m5s".
func short(d time.Duration) string {
	if d < 10*time.Second {
		return d.Round(100 * time.Millisecond).String()
	}
	return d.Round(time.Second).String()
}
