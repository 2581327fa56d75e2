//go:build unix

package process_test

import (
	"context"
	"os/exec"
	"path/filepath"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/ashlar-iac/ashlar/integration/process"
	"github.com/ashlar-iac/ashlar/integration/process/processtest"
)

const patience = 20 * time.Second

// start starts the test binary in a role, and ends it with the test at the latest.
func start(t *testing.T, role string) *process.Process {
	t.Helper()
	p, err := process.Start(context.Background(), spec(t, role))
	require.NoError(t, err)
	t.Cleanup(func() {
		if err := p.Stop(context.Background()); err != nil {
			t.Errorf("stop %s: %v", role, err)
		}
	})
	return p
}

// family starts a program with a child that does not listen to signals, and returns everyone in it.
func family(t *testing.T) (*process.Process, []process.Identity) {
	t.Helper()
	p := start(t, "family")
	return p, members(t, p.PID())
}

// members waits until the supervisor, the program and its child run.
func members(t *testing.T, pid int) []process.Identity {
	t.Helper()
	var tree []process.Identity
	require.Eventually(t, func() bool {
		tree = processtest.Tree(t, pid)
		return len(tree) == 3
	}, patience, 20*time.Millisecond, "supervisor, program and child do not all run")
	return tree
}

func TestStopEndsTheProgramAndItsDescendants(t *testing.T) {
	t.Parallel()
	p, tree := family(t)
	require.NoError(t, p.Err())

	require.NoError(t, p.Stop(t.Context()))
	processtest.RequireGone(t, 0, tree...)
	require.NoError(t, p.Err(), "an end that was asked for is not an error")
	require.NoError(t, p.Stop(t.Context()), "a second stop has nothing to do")
}

func TestStopSaysWhenItIsNotWaitedFor(t *testing.T) {
	t.Parallel()
	p, tree := family(t)
	ended, cancel := context.WithCancel(t.Context())
	cancel()
	require.ErrorIs(t, p.Stop(ended), context.Canceled)
	processtest.RequireGone(t, patience, tree...)
}

func TestTheEndOfTheContextEndsTheProgram(t *testing.T) {
	t.Parallel()
	ctx, cancel := context.WithCancel(t.Context())
	p, err := process.Start(ctx, spec(t, "sleep"))
	require.NoError(t, err)
	cancel()
	select {
	case <-p.Done():
		require.NoError(t, p.Err())
	case <-time.After(patience):
		t.Fatal("the program still runs")
	}
}

func TestAProgramThatFailsSaysSo(t *testing.T) {
	t.Parallel()
	p := start(t, "fail")
	select {
	case <-p.Done():
	case <-time.After(patience):
		t.Fatal("the program still runs")
	}
	require.ErrorContains(t, p.Err(), "fail ended: exit status 3")
	require.Equal(t, "cannot find the stone", p.LogTail(1))
	require.Equal(t, "the first line\ncannot find the stone", p.LogTail(10))
	require.Error(t, p.Keep(), "there is nothing to keep")
}

func TestAProgramThatCannotBeRunSaysSo(t *testing.T) {
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

func TestStartSaysWhatIsWrongWithASpec(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		reason string
		spec   process.Spec
		want   []string
	}{
		{
			reason: "everything that is missing is named at once",
			spec:   process.Spec{Name: "quarry"},
			want:   []string{"start quarry", "path of the program", "path of the supervise tool", "log file"},
		},
		{
			reason: "the supervise tool has to be there",
			spec:   process.Spec{Path: "/quarry", Supervise: "/no/such/tool", LogFile: filepath.Join(t.TempDir(), "log")},
			want:   []string{"start quarry", "supervise tool", "/no/such/tool"},
		},
		{
			reason: "a log has to be writable",
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

func TestAProgramEndsWithItsKilledParent(t *testing.T) {
	t.Parallel()
	cmd, supervisor := runParent(t, "parent")
	tree := members(t, supervisor.PID)
	require.NoError(t, cmd.Process.Kill())
	_ = cmd.Wait()
	processtest.RequireGone(t, patience, tree...)
}

func TestAKeptProgramOutlivesItsParentUntilItIsTerminated(t *testing.T) {
	t.Parallel()
	cmd, supervisor := runParent(t, "keeper")
	tree := members(t, supervisor.PID)
	t.Cleanup(func() { _ = process.Terminate(context.Background(), supervisor) })
	require.NoError(t, cmd.Process.Kill())
	_ = cmd.Wait()
	time.Sleep(time.Second) // Long enough for the supervisor to see the end of the pipe.
	processtest.RequireRunning(t, tree...)

	require.NoError(t, process.Terminate(t.Context(), supervisor))
	processtest.RequireGone(t, 0, tree...)
	require.NoError(t, process.Terminate(t.Context(), supervisor), "what has ended needs no end")
}

func TestTerminateLeavesStrangersAlone(t *testing.T) {
	t.Parallel()
	p := start(t, "sleep")
	stranger := process.Identity{PID: p.PID(), StartTime: "1"}
	require.NoError(t, process.Terminate(t.Context(), stranger))
	processtest.RequireRunning(t, p.Identity())

	require.ErrorContains(t, process.Terminate(t.Context(), process.Identity{PID: p.PID()}), "not complete")
	processtest.RequireRunning(t, p.Identity())
}

func TestAKeptProgramCanStillBeStopped(t *testing.T) {
	t.Parallel()
	ctx, cancel := context.WithCancel(t.Context())
	p, err := process.Start(ctx, spec(t, "sleep"))
	require.NoError(t, err)
	require.NoError(t, p.Keep())
	require.NoError(t, p.Keep(), "kept is kept")
	cancel()
	time.Sleep(200 * time.Millisecond)
	processtest.RequireRunning(t, p.Identity())

	require.NoError(t, p.Stop(t.Context()))
	processtest.RequireGone(t, 0, p.Identity())
}

func TestAKeptProgramEndsWithItsOwner(t *testing.T) {
	t.Parallel()
	owner := start(t, "sleep")
	owned := spec(t, "sleep")
	owned.Owner = owner.Identity()
	p, err := process.Start(t.Context(), owned)
	require.NoError(t, err)
	require.NoError(t, p.Keep())
	time.Sleep(time.Second) // Long enough for the supervisor to look at the owner.
	processtest.RequireRunning(t, p.Identity())
	require.NoError(t, owner.Stop(t.Context()))
	processtest.RequireGone(t, patience, p.Identity())
}

// Whoever supervises may have ended before anybody could ask who it is.
func TestAProgramThatEndsAtOnceSaysHow(t *testing.T) {
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
