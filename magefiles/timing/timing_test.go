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
	require.Empty(t, f.Read(), "the file does not exist")
	f.Record(timing.Times{"up": time.Minute, "destroy": time.Second})
	f.Record(timing.Times{"up": 90 * time.Second})
	require.Equal(t, timing.Times{"up": 90 * time.Second, "destroy": time.Second}, timing.At(path).Read())

	require.NoError(t, os.WriteFile(path, []byte("damaged"), 0o600))
	require.Empty(t, f.Read())
	f.Record(timing.Times{"up": time.Hour})
	require.Equal(t, timing.Times{"up": time.Hour}, f.Read())
}

func TestParallelRecords(t *testing.T) {
	t.Parallel()
	f := timing.At(filepath.Join(t.TempDir(), "times.json"))
	var all sync.WaitGroup
	steps := []string{"a", "b", "c", "d", "e", "f"}
	for _, step := range steps {
		all.Go(func() { f.Record(timing.Times{step: time.Minute}) })
	}
	all.Wait()
	require.Len(t, f.Read(), len(steps))
}

func TestWithoutFile(t *testing.T) {
	t.Parallel()
	f := timing.At("")
	f.Record(timing.Times{"up": time.Minute})
	require.Empty(t, f.Read())
}

func TestShort(t *testing.T) {
	t.Parallel()
	require.Equal(t, "0s", timing.Short(20*time.Millisecond))
	require.Equal(t, "3.2s", timing.Short(3210*time.Millisecond))
	require.Equal(t, "1m5s", timing.Short(65*time.Second+400*time.Millisecond))
}
