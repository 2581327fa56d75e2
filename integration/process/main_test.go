//go:build unix

package process_test

import (
	"context"
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"os/signal"
	"path/filepath"
	"syscall"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/ashlar-iac/ashlar/integration/process"
	"github.com/ashlar-iac/ashlar/integration/process/processtest"
	"github.com/ashlar-iac/ashlar/integration/testenv"
	"github.com/ashlar-iac/ashlar/magefiles/tools"
)

// roleVariable makes the test binary run a program of the tests instead of the tests.
const roleVariable = "ASHLAR_TEST_ROLE"

// lifetime is longer than any test. A program that a test failed to end ends after it.
const lifetime = 2 * time.Minute

func TestMain(m *testing.M) {
	switch role := os.Getenv(roleVariable); role {
	case "":
		os.Exit(m.Run())
	case "fail":
		fmt.Println("the first line")
		fmt.Fprintln(os.Stderr, "cannot find the stone")
		os.Exit(3)
	case "sleep":
		fmt.Println("asleep")
		time.Sleep(lifetime)
	case "family":
		// A grandchild in another session that ignores signals.
		child := exec.Command(os.Args[0])
		child.Env = append(os.Environ(), roleVariable+"=deaf")
		child.SysProcAttr = &syscall.SysProcAttr{Setsid: true}
		if err := child.Start(); err != nil {
			fmt.Println(err)
			os.Exit(1)
		}
		fmt.Println("a family")
		time.Sleep(lifetime)
	case "deaf":
		signal.Ignore(syscall.SIGTERM, syscall.SIGINT, syscall.SIGHUP)
		time.Sleep(lifetime)
	case "parent", "keeper":
		if err := parent(role == "keeper"); err != nil {
			fmt.Println(err)
			os.Exit(1)
		}
	default:
		fmt.Printf("no role %q\n", role)
		os.Exit(2)
	}
}

// parent starts a family, prints the identity of the supervisor, and waits until it is killed.
func parent(keep bool) error {
	p, err := process.Start(context.Background(), process.Spec{
		Supervise: os.Args[1],
		Path:      os.Args[0],
		Env:       append(os.Environ(), roleVariable+"=family"),
		LogFile:   os.Args[2],
		Grace:     time.Second,
	})
	if err != nil {
		return err
	}
	if keep {
		if err := p.Keep(); err != nil {
			return err
		}
	}
	if err := json.NewEncoder(os.Stdout).Encode(p.Identity()); err != nil {
		return err
	}
	time.Sleep(lifetime)
	return nil
}

// supervise returns the path of the supervise tool.
func supervise(t *testing.T) string {
	t.Helper()
	return testenv.Tools(t, tools.Supervise).Path(tools.Supervise)
}

// spec returns the specification of the test binary in a role.
func spec(t *testing.T, role string) process.Spec {
	t.Helper()
	self, err := os.Executable()
	require.NoError(t, err)
	return process.Spec{
		Supervise: supervise(t),
		Name:      role,
		Path:      self,
		Env:       append(os.Environ(), roleVariable+"="+role),
		LogFile:   filepath.Join(t.TempDir(), "log"),
		Grace:     time.Second,
	}
}

// runParent runs the test binary as the parent of a supervised family, and returns it with the family, the supervisor
// first.
func runParent(t *testing.T, role string) (*exec.Cmd, []process.Identity) {
	t.Helper()
	log := filepath.Join(t.TempDir(), "log")
	cmd, supervisor := processtest.StartSelf[process.Identity](t, roleVariable+"="+role, supervise(t), log)
	return cmd, members(t, supervisor.PID, log)
}
