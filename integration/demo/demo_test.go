//go:build unix

package demo_test

import (
	"bufio"
	"bytes"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/ashlar-iac/ashlar/integration/controlplane"
	"github.com/ashlar-iac/ashlar/integration/process/processtest"
)

// build compiles the demo. Its folders are removed after the test.
func build(t *testing.T) (binary string, env []string) {
	t.Helper()
	dir := t.TempDir()
	binary = filepath.Join(dir, "demo")
	out, err := exec.Command("go", "build", "-o", binary, "../cmd/demo").CombinedOutput()
	require.NoError(t, err, string(out))
	tmp := filepath.Join(dir, "tmp")
	require.NoError(t, os.Mkdir(tmp, 0o700))
	return binary, append(os.Environ(), "TMPDIR="+tmp)
}

// TestParallelDemos runs two demos in parallel. One of them keeps its cluster and
// stack, which are inspected and deleted with the printed commands.
func TestParallelDemos(t *testing.T) {
	t.Parallel()
	binary, env := build(t)
	var plain, kept bytes.Buffer
	first, second := exec.Command(binary), exec.Command(binary)
	first.Env, second.Env = env, append(slices.Clone(env), "KEEP=1")
	first.Stdout, first.Stderr = &plain, &plain
	second.Stdout, second.Stderr = &kept, &kept
	require.NoError(t, first.Start())
	require.NoError(t, second.Start())
	firstErr, secondErr := first.Wait(), second.Wait()
	require.NoError(t, firstErr, plain.String())
	require.NoError(t, secondErr, kept.String())

	for _, want := range []string{
		// the tree
		"ashlar-kubernetes:application:Application", "ashlar-aws:eks:Cluster", "ashlar-aws:network:SecureVPC",
		"main-isolated-eu-west-1c  eu-west-1c", // the subnets
		"eu-west-1b  m6i.large",                // the nodes
		"true   Running",                       // the pods
		// the table
		"\n  network ", "\n  cluster ", "\n  application ", "9 subnets", "3 nodes ready", "3 pods ready", "0 changes",
		"0 resources left",
	} {
		assert.Contains(t, plain.String(), want)
	}

	lines := commands(t, kept.String())
	assert.Contains(t, shell(t, env, lines["get pods"]), "Running")
	assert.Contains(t, shell(t, env, lines[" stack"]), "Current stack is dev")
	assert.Contains(t, shell(t, env, lines[" list"]), "aws:ec2/vpc:Vpc")
	dir := regexp.MustCompile(`-end (\S+)`).FindStringSubmatch(kept.String())[1]
	assert.DirExists(t, dir)
	shell(t, env, strings.ReplaceAll(lines["-end"], "go run ./integration/cmd/demo", binary))
	assert.NoDirExists(t, dir)
	_, err := exec.Command("sh", "-c", lines["get pods"]).CombinedOutput()
	require.Error(t, err, "the cluster is deleted")
}

// commands finds the commands that the demo prints.
func commands(t *testing.T, output string) map[string]string {
	t.Helper()
	_, said, ok := strings.Cut(output, "The cluster and the stack are still running.")
	require.True(t, ok, output)
	found := map[string]string{}
	for line := range strings.Lines(said) {
		for _, mark := range []string{"get pods", " stack", " list", "-end"} {
			if strings.HasPrefix(line, "  ") && strings.Contains(line, mark) {
				found[mark] = strings.TrimSpace(line)
			}
		}
	}
	require.Len(t, found, 4, said)
	return found
}

func shell(t *testing.T, env []string, line string) string {
	t.Helper()
	cmd := exec.Command("sh", "-c", line)
	cmd.Env = env
	out, err := cmd.CombinedOutput()
	require.NoError(t, err, "%s\n%s", line, out)
	return string(out)
}

// TestKilledDemo kills a demo during `pulumi up` with SIGKILL. All its processes
// end, including the control plane of its cluster.
func TestKilledDemo(t *testing.T) {
	t.Parallel()
	binary, env := build(t)
	cmd := exec.Command(binary)
	cmd.Env = env
	stdout, err := cmd.StdoutPipe()
	require.NoError(t, err)
	require.NoError(t, cmd.Start())
	awaitLine(t, stdout, "aws:eks:Cluster main created")
	tree := processtest.Tree(t, cmd.Process.Pid)
	require.Greater(t, len(tree), 5, "the CLI, the program and the plugins run")
	// Kept processes may have left the tree.
	planes, err := filepath.Glob(filepath.Join(filepath.Dir(binary), "tmp", "*", "cloud", "clusters", "*"))
	require.NoError(t, err)
	require.Len(t, planes, 1)
	plane, err := controlplane.OpenKept(planes[0])
	require.NoError(t, err)
	for _, p := range plane.Processes() {
		tree = append(tree, p)
		// The component is the child of its supervisor.
		tree = append(tree, processtest.Tree(t, p.PID)...)
	}
	require.NoError(t, cmd.Process.Kill())
	_ = cmd.Wait()
	processtest.RequireGone(t, time.Minute, tree...)
}

// awaitLine reads until a line contains the text, and discards the remaining output.
func awaitLine(t *testing.T, r io.Reader, text string) {
	t.Helper()
	var seen strings.Builder
	for scanner := bufio.NewScanner(r); scanner.Scan(); {
		seen.WriteString(scanner.Text() + "\n")
		if strings.Contains(scanner.Text(), text) {
			go func() { _, _ = io.Copy(io.Discard, r) }()
			return
		}
	}
	t.Fatalf("the demo ended before it printed %q:\n%s", text, seen.String())
}
