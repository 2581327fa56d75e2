package programs_test

import (
	"flag"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/pulumi/pulumi/sdk/v3/go/auto"
	"github.com/pulumi/pulumi/sdk/v3/go/auto/optpreview"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/ashlar-iac/ashlar/integration/cloudtest"
	"github.com/ashlar-iac/ashlar/integration/programs"
	"github.com/ashlar-iac/ashlar/integration/testenv"
)

var update = flag.Bool("update", false, "rewrite the golden files")

// TestEveryMistakeIsFoundInOnePreview previews testdata/mistakes, a stack file with a mistake of every kind, with the CLI as
// users do. The whole message is compared: each mistake is found once, with its place and what to write instead.
//
// The CLI reads another file, in which the variable TOKEN is encrypted. The program finds the stack file, in which it is a
// placeholder. Its other values are those of the CLI, so they are checked all the same.
func TestEveryMistakeIsFoundInOnePreview(t *testing.T) {
	t.Parallel()
	account := cloudtest.Simulated(t)
	e := testenv.Engine(t)
	dir := filepath.Join(t.TempDir(), programs.Platform)
	require.NoError(t, programs.Copy(programs.Platform, dir))
	stack, err := e.Project(t.Context(), dir, "dev")
	require.NoError(t, err)
	stack = compiled(t, programs.Platform, stack)
	account.Use(t, e, stack)
	require.NoError(t, stack.SetConfig(t.Context(), "platform:secret", auto.ConfigValue{Value: canary, Secret: true}))
	file, err := os.ReadFile(filepath.Join(dir, "Pulumi.dev.yaml"))
	require.NoError(t, err)
	encrypted := regexp.MustCompile(`platform:secret:\s+secure: (\S+)`).FindSubmatch(file)
	require.NotNil(t, encrypted, "%s", file)
	mistakes, err := os.ReadFile(filepath.Join("testdata", "mistakes", "Pulumi.dev.yaml"))
	require.NoError(t, err)
	rewrite(t, stack, strings.ReplaceAll(string(mistakes), "SECRET", "{ secure: "+string(encrypted[1])+" }"))
	file, err = os.ReadFile(filepath.Join(dir, "Pulumi.dev.yaml"))
	require.NoError(t, err)
	other := strings.Replace(string(file), "placeholder", "{ secure: "+string(encrypted[1])+" }", 1)
	require.NoError(t, os.WriteFile(filepath.Join(dir, "other.yaml"), []byte(other), 0o600))

	var output strings.Builder
	_, err = stack.Stack.Preview(t.Context(), optpreview.ConfigFile("other.yaml"), optpreview.ProgressStreams(&output),
		optpreview.ErrorProgressStreams(&output))
	require.Error(t, err)
	_, got, _ := strings.Cut(output.String(), "Diagnostics:\n")
	got, _, _ = strings.Cut(got, "\nResources:")
	got = strings.ReplaceAll(strings.TrimRight(got, "\n")+"\n", dir, "DIR")
	golden := filepath.Join("testdata", "mistakes", "message.txt")
	if *update {
		require.NoError(t, os.WriteFile(golden, []byte(got), 0o600))
	}
	want, err := os.ReadFile(golden)
	require.NoError(t, err)
	if diff := cmp.Diff(string(want), got); diff != "" {
		t.Errorf("what the CLI prints (-want +got):\n%s\n%s", diff, output.String())
	}
	assert.NotContains(t, output.String(), canary)
	assert.Empty(t, account.Objects(t), "nothing is created")
	assertNothingRegistered(t, stack)
}
