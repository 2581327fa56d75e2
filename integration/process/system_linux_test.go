package process

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// stat returns a line of /proc/<pid>/stat for a command's name and state, with 4711 as the start time.
func stat(name, state string) string {
	return "12 (" + name + ") " + state + strings.Repeat(" 1", 18) + " 4711 0 0\n"
}

func TestParseStat(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		reason, stat, want string
		gone               bool
	}{
		{reason: "a plain name", stat: stat("sleep", "S"), want: "4711"},
		{reason: "a name that looks like the fields after it", stat: stat("a) Z (b", "R"), want: "4711"},
		{reason: "a zombie has ended", stat: stat("sleep", "Z"), gone: true},
		{reason: "a dead process has ended", stat: stat("sleep", "X"), gone: true},
	} {
		t.Run(test.reason, func(t *testing.T) {
			t.Parallel()
			got, err := parseStat(test.stat)
			if test.gone {
				require.ErrorIs(t, err, errGone)
				return
			}
			require.NoError(t, err)
			require.Equal(t, test.want, got)
		})
	}
}

func FuzzParseStat(f *testing.F) {
	f.Add(stat("sleep", "S"))
	f.Add("12 (sleep")
	f.Add(")")
	f.Fuzz(func(t *testing.T, line string) {
		started, err := parseStat(line)
		require.NotEqualf(t, err == nil, started == "", "either a start time or an error, not %q and %v", started, err)
	})
}
