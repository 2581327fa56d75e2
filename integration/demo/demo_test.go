//go:build unix

package demo_test

import (
	"bufio"
	"bytes"
	"encoding/json"
	"io"
	"net"
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
	"github.com/ashlar-iac/ashlar/integration/testenv"
	"github.com/ashlar-iac/ashlar/magefiles/tools"
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
		"main-isolated-eu-west-1c  AWS    eu-west-1c", "Azure  all", // the subnets
		"AWS    eu-west-1b    m6i.large", "Azure  westeurope-3  Standard_D4ds_v5", // the nodes
		"AWS    Running  ip-10", "Azure  Running  aks-system", // the pods
		// the table
		"\n  AWS network ", "\n  AWS cluster ", "\n  Azure network ", "\n  Azure cluster ", "\n  applications ",
		"11 subnets, 6 nodes, 6 pods", "0 changes",
		"0 resources left",
	} {
		assert.Contains(t, plain.String(), want)
	}

	// Each application runs in its own cluster.
	pods := regexp.MustCompile(`(?m)^(web|api)-\S+ +(AWS|Azure) +Running`).FindAllStringSubmatch(plain.String(), -1)
	require.Len(t, pods, 6, plain.String())
	for _, pod := range pods {
		require.Equal(t, map[string]string{"web": "AWS", "api": "Azure"}[pod[1]], pod[2])
	}

	inspect(t, kept.String(), binary, env, "aws:ec2/vpc:Vpc")
}

// inspect runs the commands that a kept demo prints. list is what the simulated cloud lists, if there is one.
func inspect(t *testing.T, output, binary string, env []string, list string) {
	t.Helper()
	_, said, ok := strings.Cut(output, "The clusters and the stack are still running.")
	require.True(t, ok, output)
	var lines []string
	for line := range strings.Lines(said) {
		if strings.HasPrefix(line, "  ") {
			lines = append(lines, strings.TrimSpace(line))
		}
	}
	require.GreaterOrEqual(t, len(lines), 4, said)
	set, end := lines[0], lines[len(lines)-1]
	kubectl := testenv.Tools(t, tools.Kubectl).SearchPath()
	run := func(line string) string { return shell(t, env, set+"; PATH=$PATH:"+kubectl+"; "+line) }
	assert.Contains(t, run(lines[1]), "Current stack is dev")
	if list != "" {
		assert.Contains(t, run(lines[2]), list)
		requireSeparate(t, run(lines[1]+" export"))
	}
	pods := lines[len(lines)-2]
	assert.Contains(t, run(pods), "Running")
	address := strings.TrimSpace(run("kubectl config view -o jsonpath='{.clusters[0].cluster.server}'"))
	dir := regexp.MustCompile(`-end (\S+)`).FindStringSubmatch(end)[1]
	assert.DirExists(t, dir)
	shell(t, env, strings.ReplaceAll(end, "go run ./integration/cmd/demo", binary))
	assert.NoDirExists(t, dir)
	_, err := net.DialTimeout("tcp", strings.TrimPrefix(address, "https://"), time.Second)
	require.Error(t, err, "the cluster is deleted")
}

// TestQuickstart runs the quickstart, which is kept, and runs the printed commands.
// requireSeparate checks in a state that the Kubernetes objects of each cluster are those of its provider.
func requireSeparate(t *testing.T, state string) {
	t.Helper()
	var exported struct {
		Deployment struct {
			Resources []struct{ URN, Type, Provider string }
		}
	}
	require.NoError(t, json.Unmarshal([]byte(state), &exported))
	// The names of resources begin with those of the entries, and providers have the names of clusters.
	clusters := map[string]string{"web": "aws", "shop-aws": "aws", "api": "azure", "shop-azure": "azure"}
	objects := map[string]int{}
	for _, r := range exported.Deployment.Resources {
		if !strings.HasPrefix(r.Type, "kubernetes:") {
			continue
		}
		name := r.URN[strings.LastIndex(r.URN, "::")+2:]
		provider := strings.Split(r.Provider, "::")
		for prefix, cluster := range clusters {
			if name == prefix || strings.HasPrefix(name, prefix+"-") {
				require.Equal(t, cluster, provider[3], name)
				objects[cluster]++
			}
		}
	}
	require.Greater(t, objects["aws"], 5)
	require.Equal(t, objects["aws"], objects["azure"])
}

func TestQuickstart(t *testing.T) {
	t.Parallel()
	binary, env := build(t)
	cmd := exec.Command(binary, "-quickstart")
	cmd.Env = slices.Concat(env, []string{"KEEP=1"})
	out, err := cmd.CombinedOutput()
	require.NoError(t, err, string(out))
	for _, want := range []string{"node-1", "Running  node-", "3 pods", "0 changes", "\n  applications "} {
		assert.Contains(t, string(out), want)
	}
	inspect(t, string(out), binary, env, "")
}

// TestFailedDemo runs a demo that cannot compile the program.
func TestFailedDemo(t *testing.T) {
	t.Parallel()
	binary, env := build(t)
	cmd := exec.Command(binary, "-quickstart")
	cmd.Env = slices.Concat(env, []string{"GOFLAGS=-tags=a,b -unknown"})
	out, err := cmd.CombinedOutput()
	require.Error(t, err)
	require.Contains(t, string(out), "FAILED")
	require.Contains(t, string(out), "-unknown", "the reason")
	left, err := filepath.Glob(filepath.Join(filepath.Dir(binary), "tmp", "ashlar-demo-*[0-9]"))
	require.NoError(t, err)
	require.Empty(t, left, "only the log is left")
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
	cmd := exec.Command(binary, "-v")
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
	require.NotEmpty(t, planes)
	for _, path := range planes {
		plane, err := controlplane.OpenKept(path)
		require.NoError(t, err)
		for _, p := range plane.Processes() {
			tree = append(tree, p)
			// The component is the child of its supervisor.
			tree = append(tree, processtest.Tree(t, p.PID)...)
		}
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
