//go:build unix

package controlplane_test

import (
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
	"github.com/ashlar-iac/ashlar/integration/process/processtest"
	"github.com/ashlar-iac/ashlar/integration/testenv"
	"github.com/ashlar-iac/ashlar/magefiles/tools"
)

// roleVariable makes the test binary start a control plane and wait until it is killed, instead of running the tests.
// Its value is the tools as JSON.
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

// parent starts a control plane, prints its supervisors, and waits until it is killed.
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
	time.Sleep(5 * time.Minute) // Longer than the test.
	return nil
}

// programs returns the programs of a control plane.
func programs(t *testing.T) tools.Set {
	t.Helper()
	return testenv.Tools(t, tools.ControlPlane()...)
}

// runParent runs the test binary as the parent of a control plane in dir, and returns it with the supervisors.
func runParent(t *testing.T, dir string) (*exec.Cmd, map[string]process.Identity) {
	t.Helper()
	set, err := json.Marshal(programs(t))
	require.NoError(t, err)
	return processtest.StartSelf[map[string]process.Identity](t, roleVariable+"="+string(set), dir)
}
