//go:build unix

package process_test

import (
	"context"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/ashlar-iac/ashlar/integration/process"
	"github.com/ashlar-iac/ashlar/integration/process/processtest"
)

const patience = 20 * time.Second

// start starts the test binary in a role. It ends with the test.
func start(t *testing.T, role string) *process.Process {
	t.Helper()
	return startSpec(t, spec(t, role))
}

func startSpec(t *testing.T, s process.Spec) *process.Process {
	t.Helper()
	p, err := process.Start(context.Background(), s)
	require.NoError(t, err)
	t.Cleanup(func() {
		if err := p.Stop(context.Background()); err != nil {
			t.Errorf("stop %s: %v", s.Name, err)
		}
	})
	return p
}

// family starts a program with a child that ignores signals, and returns all processes.
func family(t *testing.T) (*process.Process, []process.Identity) {
	t.Helper()
	s := spec(t, "family")
	p := startSpec(t, s)
	return p, members(t, p.PID(), s.LogFile)
}

// members returns the supervisor of a family, the program and its child, when all are running. Before the program says
// so in its log, the tree may contain a process that lives for a moment: package os of Go starts one to try the kernel.
func members(t *testing.T, pid int, log string) []process.Identity {
	t.Helper()
	require.Eventually(t, func() bool {
		data, err := os.ReadFile(log)
		return err == nil && strings.Contains(string(data), "a family")
	}, patience, 20*time.Millisecond, "the program has not started its child")
	tree := processtest.Tree(t, pid)
	require.Len(t, tree, 3, "supervisor, program and child")
	return tree
}

func TestStopEndsProgramAndDescendants(t *testing.T) {
	t.Parallel()
	p, tree := family(t)
	require.NoError(t, p.Err())

	require.NoError(t, p.Stop(t.Context()))
	processtest.RequireGone(t, 0, tree...)
	require.NoError(t, p.Err(), "a stopped program is not an error")
	require.NoError(t, p.Stop(t.Context()), "a second Stop does nothing")
}

func TestStopReturnsWhenContextEnds(t *testing.T) {
	t.Parallel()
	p, tree := family(t)
	ended, cancel := context.WithCancel(t.Context())
	cancel()
	require.ErrorIs(t, p.Stop(ended), context.Canceled)
	processtest.RequireGone(t, patience, tree...)
}

func TestContextEndStopsProgram(t *testing.T) {
	t.Parallel()
	ctx, cancel := context.WithCancel(t.Context())
	p, err := process.Start(ctx, spec(t, "sleep"))
	require.NoError(t, err)
	cancel()
	select {
	case <-p.Done():
		require.NoError(t, p.Err())
	case <-time.After(patience):
		t.Fatal("the program is still running")
	}
}

func TestFailedProgram(t *testing.T) {
	t.Parallel()
	p := start(t, "fail")
	select {
	case <-p.Done():
	case <-time.After(patience):
		t.Fatal("the program is still running")
	}
	require.ErrorContains(t, p.Err(), "fail ended: exit status 3")
	require.Equal(t, "cannot find the stone", p.LogTail(1))
	require.Equal(t, "the first line\ncannot find the stone", p.LogTail(10))
	require.Error(t, p.Keep(), "an ended program cannot be kept")
}

func TestMissingProgram(t *testing.T) {
	t.Parallel()
	wrong := spec(t, "sleep")
	wrong.Path = filepath.Join(t.TempDir(), "nothing")
	p, err := process.Start(t.Context(), wrong)
	if err != nil {
		require.ErrorContains(t, err, "start sleep")
		return
	}
	<-p.Done()
	require.ErrorContains(t, p.Err(), "sleep ended")
	require.Contains(t, p.LogTail(5), "nothing")
}

func TestStartReportsInvalidSpec(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		reason string
		spec   process.Spec
		want   []string
	}{
		{
			reason: "all missing fields are reported",
			spec:   process.Spec{Name: "quarry"},
			want:   []string{"start quarry", "path of the program", "path of the supervise tool", "log file"},
		},
		{
			reason: "the supervise tool does not exist",
			spec: process.Spec{Path: "/quarry", Supervise: "/no/such/tool",
				LogFile: filepath.Join(t.TempDir(), "log")},
			want: []string{"start quarry", "supervise tool", "/no/such/tool"},
		},
		{
			reason: "the log is not writable",
			spec:   process.Spec{Path: "/quarry", Supervise: "/tool", LogFile: filepath.Join(t.TempDir(), "no", "log")},
			want:   []string{"start quarry", "open its log"},
		},
	} {
		t.Run(test.reason, func(t *testing.T) {
			t.Parallel()
			_, err := process.Start(t.Context(), test.spec)
			for _, want := range test.want {
				require.ErrorContains(t, err, want)
			}
		})
	}
}

func TestProgramEndsWithKilledParent(t *testing.T) {
	t.Parallel()
	cmd, tree := runParent(t, "parent")
	require.NoError(t, cmd.Process.Kill())
	_ = cmd.Wait()
	processtest.RequireGone(t, patience, tree...)
}

func TestKeptProgramRunsUntilTerminated(t *testing.T) {
	t.Parallel()
	cmd, tree := runParent(t, "keeper")
	supervisor := tree[0]
	t.Cleanup(func() { _ = process.Terminate(context.Background(), supervisor) })
	require.NoError(t, cmd.Process.Kill())
	_ = cmd.Wait()
	// Without Keep, a program ends.
	cmd, ended := runParent(t, "parent")
	require.NoError(t, cmd.Process.Kill())
	_ = cmd.Wait()
	processtest.RequireGone(t, patience, ended...)
	processtest.RequireRunning(t, tree...)

	require.NoError(t, process.Terminate(t.Context(), supervisor))
	processtest.RequireGone(t, 0, tree...)
	require.NoError(t, process.Terminate(t.Context(), supervisor), "Terminate does nothing after the end")
}

func TestTerminateIgnoresOtherProcesses(t *testing.T) {
	t.Parallel()
	p := start(t, "sleep")
	stranger := process.Identity{PID: p.PID(), StartTime: "1"}
	require.NoError(t, process.Terminate(t.Context(), stranger))
	processtest.RequireRunning(t, p.Identity())

	require.ErrorContains(t, process.Terminate(t.Context(), process.Identity{PID: p.PID()}), "invalid process identity")
	processtest.RequireRunning(t, p.Identity())
}

func TestStopKeptProgram(t *testing.T) {
	t.Parallel()
	ctx, cancel := context.WithCancel(t.Context())
	p, err := process.Start(ctx, spec(t, "sleep"))
	require.NoError(t, err)
	require.NoError(t, p.Keep())
	require.NoError(t, p.Keep(), "a second Keep does nothing")
	unkept, err := process.Start(ctx, spec(t, "sleep"))
	require.NoError(t, err)
	cancel()
	<-unkept.Done()
	processtest.RequireRunning(t, p.Identity())

	require.NoError(t, p.Stop(t.Context()))
	processtest.RequireGone(t, 0, p.Identity())
}

func TestKeptProgramEndsWithOwner(t *testing.T) {
	t.Parallel()
	owner := start(t, "sleep")
	owned := spec(t, "sleep")
	owned.Owner = owner.Identity()
	p, err := process.Start(t.Context(), owned)
	require.NoError(t, err)
	require.NoError(t, p.Keep())
	// A program of an owner that has ended is the first that ends.
	gone := start(t, "sleep")
	owned.LogFile, owned.Owner = filepath.Join(t.TempDir(), "log"), gone.Identity()
	ended, err := process.Start(t.Context(), owned)
	require.NoError(t, err)
	require.NoError(t, ended.Keep())
	require.NoError(t, gone.Stop(t.Context()))
	processtest.RequireGone(t, patience, ended.Identity())
	processtest.RequireRunning(t, p.Identity())
	require.NoError(t, owner.Stop(t.Context()))
	processtest.RequireGone(t, patience, p.Identity())
}

// The supervisor may end before Start reads its identity.
func TestProgramThatEndsImmediately(t *testing.T) {
	t.Parallel()
	fails, err := exec.LookPath("false")
	require.NoError(t, err)
	for range 30 {
		s := spec(t, "family")
		s.Supervise = fails
		p, err := process.Start(t.Context(), s)
		require.NoError(t, err)
		<-p.Done()
		require.ErrorContains(t, p.Err(), "exit status 1")
	}
}
