package process_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/ashlar-iac/ashlar/integration/process"
)

func TestParseIdentity(t *testing.T) {
	t.Parallel()
	for _, id := range []process.Identity{{PID: 4711, StartTime: "123456"},
		{PID: 2, StartTime: "Thu Nov 26 14:28:15 2026"}} {
		read, err := process.ParseIdentity(id.String())
		require.NoError(t, err)
		require.Equal(t, id, read)
	}
	for _, wrong := range []string{"", "4711", "4711:", ":5", "1:5", "a:5", "-4:5"} {
		_, err := process.ParseIdentity(wrong)
		require.ErrorContains(t, err, "expected a process ID above 1, a colon and a start time", wrong)
	}
}
