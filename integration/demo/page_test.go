package demo_test

import (
	"bytes"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/ashlar-iac/ashlar/integration/demo"
)

func logFile(t *testing.T) *os.File {
	t.Helper()
	log, err := os.Create(filepath.Join(t.TempDir(), "demo.log"))
	require.NoError(t, err)
	t.Cleanup(func() { _ = log.Close() })
	return log
}

func TestPageOfLines(t *testing.T) {
	t.Parallel()
	var out bytes.Buffer
	p := demo.NewPage(&out, logFile(t), 7)
	p.Do(2, "Deploy everything", "12 resources deployed", "15 resources")
	p.Table("NAME\tZONE", "a\tnorth", "longer\tsouth")
	require.Regexp(t, `^\[2/7\] Deploy everything\n      \.\.\. 12 resources deployed, \d+m?s\n      15 resources, \d+m?s\n`+
		"\nNAME    ZONE\na       north\nlonger  south\n$", out.String())
}

func TestPageOfTerminal(t *testing.T) {
	t.Parallel()
	for _, width := range []int{40, 80, 160} {
		var out bytes.Buffer
		p := demo.NewTerminal(&out, logFile(t), width, 7)
		p.Do(2, "Deploy everything", "compiling github.com/pulumi/pulumi-aws/sdk/v6/go/aws/ec2", "15 resources")
		// Each state replaces the one before.
		states := strings.Split(out.String(), "\r\x1b[K")
		require.GreaterOrEqual(t, len(states), 4)
		require.Empty(t, states[0])
		require.Contains(t, states[2], "[2/7] Deploy everything, 0s: comp")
		for _, state := range states[1 : len(states)-1] {
			require.Less(t, len([]rune(state)), width, "a longer line would not be replaced")
		}
		require.Regexp(t, `^\[2/7\] Deploy everything {32}15 resources +\d+m?s\n$`, states[len(states)-1])
		require.NotContains(t, out.String(), "\x1b[1m", "without colours")
	}
}

// slow returns the text in pieces, as a file that grows.
type slow struct{ pieces []string }

func (s *slow) Read(p []byte) (int, error) {
	if len(s.pieces) == 0 {
		return 0, io.EOF
	}
	n := copy(p, s.pieces[0])
	s.pieces = s.pieces[1:]
	return n, io.EOF
}

const (
	created = `{"timestamp":10,"resOutputsEvent":{"metadata":{"op":"create","urn":"urn:pulumi:dev::p::a:b:Main$x:y:Z::one"}}}` + "\n"
	started = `{"timestamp":7,"resourcePreEvent":{"metadata":{"op":"create","urn":"urn:pulumi:dev::p::a:b:Main$x:y:Z::one"}}}` + "\n"
	itself  = `{"timestamp":2,"resourcePreEvent":{"metadata":{"op":"create","urn":"urn:pulumi:dev::p::a:b:Main::main"}}}` + "\n"
	other   = `{"timestamp":30,"resOutputsEvent":{"metadata":{"op":"same","urn":"urn:pulumi:dev::p::a:b:MainRoute$x:y:Z::one"}}}` + "\n"
	summary = `{"timestamp":40,"summaryEvent":{"resourceChanges":{"same":3,"create":2,"read":1,"delete":0,"update":1}}}` + "\n"
)

func TestEvents(t *testing.T) {
	t.Parallel()
	all := started + created + other + created + summary
	count, changes, err := demo.Counts(&slow{[]string{all[:50], all[50:300], all[300:]}})
	require.NoError(t, err)
	require.Equal(t, 2, count, "each resource once")
	require.Equal(t, []string{"create 2", "update 1"}, changes)

	count, changes, err = demo.Counts(strings.NewReader(all[:len(all)-5]))
	require.NoError(t, err)
	require.Equal(t, 2, count)
	require.Empty(t, changes, "the last line is not complete")

	_, _, err = demo.Counts(strings.NewReader("no event\n"))
	require.ErrorContains(t, err, "read an event of the engine")

	times, err := demo.PartTimes(strings.NewReader(itself+started+other+created), "a:b:Main")
	require.NoError(t, err)
	require.Equal(t, []string{"  part 3s 1 resource"}, times)
}
