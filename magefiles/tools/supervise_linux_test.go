package tools_test

import (
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/ashlar-iac/ashlar/magefiles/tools"
)

// brood starts different descendants and writes their process IDs: a child, a grandchild whose parent has ended, one in
// another session, and one that ignores SIGTERM. It continues when all of them are running.
const brood = `sleep 300 & echo $! >> $1
sh -c 'sleep 300 & echo $! >> $1' orphan $1
setsid sh -c 'echo $$ >> $1; exec sleep 300' session $1 &
setsid sh -c 'trap "" TERM; echo $$ >> $1; while true; do sleep 0.05; done' stubborn $1 &
echo $$ >> $1
while [ $(wc -l < $1) -lt 5 ]; do sleep 0.02; done
`

// broodSize is the number of process IDs that brood writes.
const broodSize = 5

func TestSuperviseEndsDescendantsWhenPipeCloses(t *testing.T) {
	t.Parallel()
	s := startSupervised(t, brood+"wait")
	pids := s.family(t)
	require.NoError(t, s.stdin.Close())
	require.Equal(t, 128+int(syscall.SIGTERM), s.exitCode(t))
	requireGone(t, pids)
}

func TestSuperviseEndsDescendantsOnSignal(t *testing.T) {
	t.Parallel()
	for _, signal := range []syscall.Signal{syscall.SIGTERM, syscall.SIGINT, syscall.SIGHUP} {
		t.Run(signal.String(), func(t *testing.T) {
			t.Parallel()
			s := startSupervised(t, brood+"wait")
			pids := s.family(t)
			require.NoError(t, s.cmd.Process.Signal(signal))
			s.exitCode(t)
			requireGone(t, pids)
		})
	}
}

func TestSuperviseEndsDescendantsOfEndedCommand(t *testing.T) {
	t.Parallel()
	s := startSupervised(t, brood+"exit 7")
	require.Equal(t, 7, s.exitCode(t), "the exit code is the command's")
	requireGone(t, s.family(t))
}

func TestSuperviseLeave(t *testing.T) {
	t.Parallel()
	s := startSupervised(t, brood+"exit 7", "-leave")
	pids := s.family(t)
	require.Equal(t, 7, s.exitCode(t))
	left := slices.DeleteFunc(pids, func(pid string) bool { return !alive(pid) })
	require.Len(t, left, broodSize-1, "all but the command")
	for _, pid := range left {
		number, err := strconv.Atoi(pid)
		require.NoError(t, err)
		require.NoError(t, syscall.Kill(number, syscall.SIGKILL))
	}
}

func TestSuperviseKeep(t *testing.T) {
	t.Parallel()
	s := startSupervised(t, brood+"wait")
	pids := s.family(t)
	_, err := io.WriteString(s.stdin, "k")
	require.NoError(t, err)
	require.NoError(t, s.stdin.Close())
	ended := startSupervised(t, brood+"wait")
	ended.family(t)
	require.NoError(t, ended.stdin.Close())
	ended.exitCode(t)
	for _, pid := range pids {
		require.True(t, alive(pid), "process %s goes on", pid)
	}
	require.NoError(t, s.cmd.Process.Signal(syscall.SIGTERM))
	s.exitCode(t)
	requireGone(t, pids)
}

func TestSuperviseSpare(t *testing.T) {
	t.Parallel()
	// The command leaves two processes: one by itself, and one that is kept under another supervise.
	const script = `mkfifo $1.lifeline
setsid "$0" -grace 300ms -- sh -c 'echo kept $$ >> $0; exec sleep 300' $1 < $1.lifeline &
echo supervise $! >> $1
printf k > $1.lifeline
sleep 300 & echo plain $! >> $1
while [ $(wc -l < $1) -lt 3 ]; do sleep 0.02; done
exit 7`
	for flag, spared := range map[string]bool{"-spare": true, "-leave=false": false} {
		t.Run(flag, func(t *testing.T) {
			t.Parallel()
			file := filepath.Join(t.TempDir(), "pids")
			outer := exec.Command(supervise(t), "-grace", "300ms", flag, "--", "sh", "-c", script, supervise(t), file)
			stdin, err := outer.StdinPipe()
			require.NoError(t, err)
			defer stdin.Close()
			var exit *exec.ExitError
			require.ErrorAs(t, outer.Run(), &exit)
			require.Equal(t, 7, exit.ExitCode())
			data, err := os.ReadFile(file)
			require.NoError(t, err)
			pids := map[string]string{}
			for line := range strings.Lines(string(data)) {
				name, pid, _ := strings.Cut(strings.TrimSpace(line), " ")
				pids[name] = pid
			}
			require.False(t, alive(pids["plain"]))
			require.Equal(t, spared, alive(pids["supervise"]))
			require.Equal(t, spared, alive(pids["kept"]))
			if spared {
				number, err := strconv.Atoi(pids["supervise"])
				require.NoError(t, err)
				require.NoError(t, syscall.Kill(number, syscall.SIGTERM))
				requireGone(t, []string{pids["supervise"], pids["kept"]})
			}
		})
	}
}

func TestSuperviseOwner(t *testing.T) {
	t.Parallel()
	owner := exec.Command("sleep", "300")
	require.NoError(t, owner.Start())
	stat, err := os.ReadFile("/proc/" + strconv.Itoa(owner.Process.Pid) + "/stat")
	require.NoError(t, err)
	id := strconv.Itoa(owner.Process.Pid) + ":" + strings.Fields(string(stat))[22-1]
	s := startSupervised(t, brood+"wait", "-owner", id)
	another := startSupervised(t, brood+"wait", "-owner", strconv.Itoa(owner.Process.Pid)+":1")
	pids, others := s.family(t), another.family(t)
	for _, kept := range []*supervised{s, another} {
		_, err := io.WriteString(kept.stdin, "k")
		require.NoError(t, err)
		require.NoError(t, kept.stdin.Close())
	}
	another.exitCode(t)
	requireGone(t, others)
	for _, pid := range pids {
		require.True(t, alive(pid), "process %s goes on: its owner runs, and is not another one of the same number",
			pid)
	}
	// It is not waited for: a zombie has ended, too.
	require.NoError(t, owner.Process.Kill())
	s.exitCode(t)
	requireGone(t, pids)
	_ = owner.Wait()
}

func TestSuperviseEndsDescendantsOfKilledParent(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	file := filepath.Join(dir, "pids")
	// The parent holds the write end of the lifeline, as the only one.
	parent := exec.Command("sh", "-c", `mkfifo $0/lifeline
setsid "$1" -grace 300ms -- sh -c "$2" brood $0/pids < $0/lifeline &
echo $! >> $0/pids
exec 9> $0/lifeline
exec sleep 300`, dir, supervise(t), brood+"wait")
	require.NoError(t, parent.Start())
	pids := readFamily(t, file, broodSize+1)
	require.NoError(t, parent.Process.Kill())
	_ = parent.Wait()
	requireGone(t, pids)
}

func TestSuperviseLog(t *testing.T) {
	t.Parallel()
	log := filepath.Join(t.TempDir(), "log")
	require.NoError(t, os.WriteFile(log, []byte("before\n"), 0o600))
	s := startSupervised(t, "echo out; echo err >&2; cat", "-log", log)
	require.Equal(t, 0, s.exitCode(t), "standard input is empty")
	content, err := os.ReadFile(log)
	require.NoError(t, err)
	require.Equal(t, "before\nout\nerr\n", string(content))
}

func TestSuperviseReportsFailedStart(t *testing.T) {
	t.Parallel()
	cases := map[string]struct {
		reason string
		args   []string
		code   int
		want   string
	}{
		"NoCommand": {reason: "nothing to run", code: 2, want: "missing command"},
		"NotFound": {reason: "no such program", args: []string{"--", "no-such-program"}, code: 127,
			want: `start "no-such-program"`},
		"NotExecutable": {reason: "a text file", args: []string{"--", "./go.mod"}, code: 126, want: `start "./go.mod"`},
		"NoLog": {reason: "the log is a folder", args: []string{"-log", "/", "--", "true"}, code: 126,
			want: "/"},
		"BadOwner": {reason: "no identity", args: []string{"-owner", "1:2", "--", "true"}, code: 2,
			want: "expected PID:START"},
		"BadFlag": {reason: "no such flag", args: []string{"-x"}, code: 2, want: "-x"},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			cmd := exec.CommandContext(t.Context(), supervise(t), c.args...)
			cmd.Dir = "supervise"
			out, err := cmd.CombinedOutput()
			var exit *exec.ExitError
			require.ErrorAs(t, err, &exit, c.reason)
			require.Equal(t, c.code, exit.ExitCode(), c.reason)
			require.Contains(t, string(out), c.want, c.reason)
		})
	}
}

// supervise returns the path of the real program in the tool cache.
func supervise(t *testing.T) string {
	t.Helper()
	set, err := tools.Ensure(t.Context(), tools.Options{}, tools.Supervise)
	require.NoError(t, err)
	return set.Path(tools.Supervise)
}

// supervised is a running supervise.
type supervised struct {
	cmd   *exec.Cmd
	stdin io.WriteCloser
	file  string
}

// startSupervised runs a shell script under supervise. The argument of the script is the file for process IDs.
func startSupervised(t *testing.T, body string, flags ...string) *supervised {
	t.Helper()
	file := filepath.Join(t.TempDir(), "pids")
	args := append(append([]string{"-grace", "300ms"}, flags...), "--", "sh", "-c", body, "brood", file)
	s := &supervised{cmd: exec.Command(supervise(t), args...), file: file}
	s.cmd.SysProcAttr = &syscall.SysProcAttr{Setsid: true}
	s.cmd.Stderr = os.Stderr
	var err error
	s.stdin, err = s.cmd.StdinPipe()
	require.NoError(t, err)
	require.NoError(t, s.cmd.Start())
	t.Cleanup(func() { _ = s.cmd.Process.Signal(syscall.SIGTERM) })
	return s
}

func (s *supervised) family(t *testing.T) []string {
	t.Helper()
	return readFamily(t, s.file, broodSize)
}

func (s *supervised) exitCode(t *testing.T) int {
	t.Helper()
	codes := make(chan int, 1)
	go func() {
		// Not cmd.Wait: it closes standard input, which is the lifeline.
		state, err := s.cmd.Process.Wait()
		if err != nil {
			codes <- -1
			return
		}
		codes <- state.ExitCode()
	}()
	select {
	case code := <-codes:
		return code
	case <-time.After(20 * time.Second):
		require.Fail(t, "supervise did not end")
		return -1
	}
}

func readFamily(t *testing.T, file string, size int) []string {
	t.Helper()
	var pids []string
	require.Eventually(t, func() bool {
		data, _ := os.ReadFile(file)
		pids = strings.Fields(string(data))
		return len(pids) == size
	}, 20*time.Second, 10*time.Millisecond, "the script did not write its numbers")
	for _, pid := range pids {
		_, err := strconv.Atoi(pid)
		require.NoError(t, err)
	}
	return pids
}

func requireGone(t *testing.T, pids []string) {
	t.Helper()
	require.Eventually(t, func() bool {
		for _, pid := range pids {
			if alive(pid) {
				return false
			}
		}
		return true
	}, 10*time.Second, 10*time.Millisecond, "processes %v are gone", pids)
}
