package plugin_test

import (
	"os"
	"os/exec"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/ashlar-iac/ashlar/integration/plugin"
	"github.com/ashlar-iac/ashlar/integration/process"
	"github.com/ashlar-iac/ashlar/magefiles/tools"
)

func TestVariables(t *testing.T) {
	t.Parallel()
	built := plugin.Clouds{{CLI: "/built/path/cli", Credentials: map[string]string{"KEY": "any"}}}
	with := built.Variables("/cloud", &plugin.Clusters{
		Tools: tools.Set{tools.Etcd: "/tools/a/etcd", tools.Kwok: "/tools/b/kwok"},
		Owner: process.Identity{PID: 4711, StartTime: "5"},
	})
	require.Equal(t, "/cloud", with["ASHLAR_CLOUD"])
	require.Equal(t, "any", with["KEY"])
	require.Equal(t, "/tools/a:/tools/b", with["ASHLAR_CLUSTER_TOOLS"])
	require.Equal(t, "4711:5", with["ASHLAR_CLOUD_OWNER"])
	require.NotContains(t, with, "ASHLAR_CLUSTERS")
	first, rest, _ := strings.Cut(with["PATH"], ":")
	require.Equal(t, "/built/path", first)
	require.Equal(t, os.Getenv("PATH"), rest)

	two := append(built, plugin.Cloud{CLI: "/other/path/cli", Credentials: map[string]string{"OTHER": "any"}}).Variables("/cloud", &plugin.Clusters{})
	require.Equal(t, "any", two["KEY"])
	require.Equal(t, "any", two["OTHER"])
	require.Equal(t, "/built/path:/other/path:"+os.Getenv("PATH"), two["PATH"])

	unowned := built.Variables("/cloud", &plugin.Clusters{})
	require.NotContains(t, unowned, "ASHLAR_CLOUD_OWNER")
	without := built.Variables("/cloud", nil)
	require.Equal(t, "none", without["ASHLAR_CLUSTERS"])
	require.NotContains(t, without, "PATH")
}

func TestShell(t *testing.T) {
	t.Parallel()
	built := plugin.Clouds{{
		Provider: "/built/it's/provider", CLI: "/built/path/cli", Credentials: map[string]string{"KEY": "a $value"},
	}}
	text := built.Shell("/a $folder", tools.Set{tools.Etcd: "/tools/a/etcd"})
	run := func(before string) string {
		show := before + text + `printf '%s|' "$ASHLAR_CLOUD" "$ASHLAR_CLUSTER_TOOLS" "$KEY" "$PATH"`
		out, err := exec.CommandContext(t.Context(), "/bin/sh", "-c", show).Output()
		require.NoError(t, err)
		return string(out)
	}
	rest := "|/tools/a|a $value|/built/path:/built/it's:/tools/a:" + os.Getenv("PATH") + "|"
	require.Equal(t, "/a $folder"+rest, run("unset ASHLAR_CLOUD\n"))
	require.Equal(t, "/mine"+rest, run("ASHLAR_CLOUD=/mine\n"), "a folder that is set is kept")
}
