//go:build unix

package controlplane_test

import (
	"bufio"
	"context"
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/ashlar-iac/ashlar/integration/controlplane"
	"github.com/ashlar-iac/ashlar/integration/process"
	"github.com/ashlar-iac/ashlar/magefiles/tools"
)

// roleVariable makes the test binary start a control plane and wait to be killed, instead of running the tests. Its value
// is the tools, as JSON.
const roleVariable = "ASHLAR_TEST_PARENT"

func TestMain(m *testing.M) {
	given := os.Getenv(roleVariable)
	if given == "" {
		os.Exit(m.Run())
	}
	if err := parent(given); err != nil {
		fmt.Println(err)
		os.Exit(1)
	}
}

// parent starts a control plane, says what runs, and waits to be killed.
func parent(given string) error {
	var set tools.Set
	if err := json.Unmarshal([]byte(given), &set); err != nil {
		return err
	}
	cloud, err := controlplane.Start(context.Background(), controlplane.Options{Tools: set, Dir: os.Args[1]})
	if err != nil {
		return err
	}
	if err := json.NewEncoder(os.Stdout).Encode(cloud.Processes()); err != nil {
		return err
	}
	time.Sleep(5 * time.Minute) // Longer than the test takes, so that a parent that was forgotten still ends.
	return nil
}

// programs returns the programs of a control plane, built if they have to be.
func programs(t *testing.T) tools.Set {
	t.Helper()
	set, err := tools.Ensure(t.Context(), tools.Options{Progress: t.Output()}, controlplane.Programs()...)
	require.NoError(t, err)
	return set
}

// start starts a control plane, and stops it with the test at the latest.
func start(t *testing.T, opts controlplane.Options) *controlplane.ControlPlane {
	t.Helper()
	opts.Tools = programs(t)
	opts.Progress = t.Output()
	// Not the test's context: it ends before the test's cleanup, which is to see that Stop works.
	cloud, err := controlplane.Start(context.Background(), opts)
	require.NoError(t, err)
	t.Cleanup(func() {
		if err := cloud.Stop(context.Background()); err != nil {
			t.Errorf("stop: %v", err)
		}
	})
	return cloud
}

// runParent runs the test binary as the parent of a control plane in dir, and returns it with what it supervises.
func runParent(t *testing.T, dir string) (*exec.Cmd, map[string]process.Identity) {
	t.Helper()
	self, err := os.Executable()
	require.NoError(t, err)
	set, err := json.Marshal(programs(t))
	require.NoError(t, err)
	cmd := exec.Command(self, dir)
	cmd.Env = append(os.Environ(), roleVariable+"="+string(set))
	out, err := cmd.StdoutPipe()
	require.NoError(t, err)
	require.NoError(t, cmd.Start())
	t.Cleanup(func() { _ = cmd.Process.Kill() })

	line, err := bufio.NewReader(out).ReadBytes('\n')
	require.NoErrorf(t, err, "read what the parent says; it said %q", line)
	var supervisors map[string]process.Identity
	require.NoErrorf(t, json.Unmarshal(line, &supervisors), "the parent said %q", line)
	return cmd, supervisors
}
