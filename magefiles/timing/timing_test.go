package timing_test

import (
	"os"
	"path/filepath"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/ashlar-iac/ashlar/magefiles/timing"
)

func TestFile(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "new", "times.json")
	f := timing.At(path)
	require.Zero(t, f.Last("up"), "the file does not exist")
	f.Record(map[string]time.Duration{"up": time.Minute, "destroy": time.Second})
	f.Record(map[string]time.Duration{"up": 90 * time.Second})
	require.Equal(t, 90*time.Second, timing.At(path).Last("up"))
	require.Equal(t, time.Second, f.Last("destroy"), "another step keeps its time")
	require.Zero(t, f.Last("none"))

	require.NoError(t, os.WriteFile(path, []byte("damaged"), 0o600))
	require.Zero(t, f.Last("up"))
	f.Record(map[string]time.Duration{"up": time.Hour})
	require.Equal(t, time.Hour, f.Last("up"))
}

func TestParallelRecords(t *testing.T) {
	t.Parallel()
	f := timing.At(filepath.Join(t.TempDir(), "times.json"))
	var all sync.WaitGroup
	steps := []string{"a", "b", "c", "d", "e", "f"}
	for _, step := range steps {
		all.Go(func() { f.Record(map[string]time.Duration{step: time.Minute}) })
	}
	all.Wait()
	for _, step := range steps {
		require.Equal(t, time.Minute, f.Last(step))
	}
}

func TestWithoutFile(t *testing.T) {
	t.Parallel()
	f := timing.At("")
	f.Record(map[string]time.Duration{"up": time.Minute})
	require.Zero(t, f.Last("up"))
}
