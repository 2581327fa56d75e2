package configuration_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
	"github.com/stretchr/testify/require"
	corev1 "k8s.io/api/core/v1"

	"github.com/ashlar-iac/ashlar/core/pulumitest"
	"github.com/ashlar-iac/ashlar/kubernetes/configuration"
	"github.com/ashlar-iac/ashlar/kubernetes/internal/fixture"
)

// folder returns a new folder with files by their paths.
func folder(t *testing.T, files map[string]string) string {
	t.Helper()
	dir := t.TempDir()
	for path, content := range files {
		path = filepath.Join(dir, filepath.FromSlash(path))
		require.NoError(t, os.MkdirAll(filepath.Dir(path), 0o700))
		require.NoError(t, os.WriteFile(path, []byte(content), 0o600))
	}
	return dir
}

// binary is not valid UTF-8.
const binary = "\xff\x00\x01"

func TestConfigMapFromFiles(t *testing.T) {
	t.Parallel()
	dir := folder(t, map[string]string{
		"nginx.conf": "events {}", "pages/index.html": "<html>", "pages/logo.png": binary, "pages/deeper/skipped.html": "",
	})
	args := func() *configuration.ConfigMapArgs {
		return &configuration.ConfigMapArgs{
			Namespace: pulumi.String("team"), Data: pulumi.StringMap{"mode": pulumi.String("fast")},
			FromFiles: []string{filepath.Join(dir, "nginx.conf"), filepath.Join(dir, "pages")},
		}
	}
	name, got := configMap(t, args())
	require.Empty(t, cmp.Diff(map[string]string{"mode": "fast", "nginx.conf": "events {}", "index.html": "<html>"}, got.Data))
	require.Empty(t, cmp.Diff(map[string][]byte{"logo.png": []byte(binary)}, got.BinaryData))

	again, _ := configMap(t, args())
	require.Equal(t, name, again, "the same files have the same name")
	require.NoError(t, os.WriteFile(filepath.Join(dir, "pages", "logo.png"), []byte(binary+binary), 0o600))
	changed, _ := configMap(t, args())
	require.NotEqual(t, name, changed, "binary files are content")
	require.NoError(t, os.WriteFile(filepath.Join(dir, "nginx.conf"), []byte("events { }"), 0o600))
	more, _ := configMap(t, args())
	require.NotEqual(t, changed, more)

	text := args()
	text.FromFiles = text.FromFiles[:1]
	fromFile, _ := configMap(t, text)
	text.FromFiles, text.Data = nil, pulumi.StringMap{"mode": pulumi.String("fast"), "nginx.conf": pulumi.String("events { }")}
	fromData, object := configMap(t, text)
	require.Equal(t, fromData, fromFile, "where content comes from does not matter")
	require.Nil(t, object.BinaryData)
}

func TestSecretFromFiles(t *testing.T) {
	t.Parallel()
	dir := folder(t, map[string]string{"tls.crt": "certificate", "tls.key": fixture.Canary, "store.p12": binary})
	r := pulumitest.Run(t, func(ctx *pulumi.Context) error {
		_, err := configuration.NewSecret(ctx, "tls", &configuration.SecretArgs{
			Namespace: pulumi.String("team"), Type: configuration.SecretTypeTLS, FromFiles: []string{dir},
		})
		return err
	}, fixture.Cluster())
	require.Empty(t, r.Leaks(fixture.Canary))
	object := r.One(t, ":core/v1:Secret")
	require.True(t, object.Inputs["stringData"].IsSecret())
	require.True(t, object.Inputs["data"].IsSecret())
	got := pulumitest.Decode[corev1.Secret](t, object)
	require.Equal(t, map[string]string{"tls.crt": "certificate", "tls.key": fixture.Canary}, got.StringData)
	require.Equal(t, map[string][]byte{"store.p12": []byte(binary)}, got.Data)
}

func TestFilesThatCannotBeUsed(t *testing.T) {
	t.Parallel()
	dir := folder(t, map[string]string{
		"a/same": "", "b/same": "", "bad name": "", "big": strings.Repeat("a", 1<<20+1), "half": strings.Repeat("a", 1<<19+1), "empty/x/y": "",
	})
	at := func(names ...string) (out []string) {
		for _, name := range names {
			out = append(out, filepath.Join(dir, filepath.FromSlash(name)))
		}
		return out
	}
	team := pulumi.String("team")
	fixture.RequireRejected(t, configuration.NewConfigMap, &configuration.ConfigMapArgs{
		Namespace: team, FromFiles: at("missing", "a", "b", "bad name", "big", "empty"),
		Data: pulumi.StringMap{"same": pulumi.String("")},
	}, []string{
		"data.same: also a file of fromFiles: remove one of the two",
		"fromFiles[0]: file " + at("missing")[0] + " not found",
		`fromFiles[2]: duplicate key "same" of ` + at("b/same")[0] + ": rename one of the files",
		"fromFiles[3]: the name of " + at("bad name")[0] + " is an invalid key: use letters, digits, dashes, underscores and dots",
		"fromFiles[4]: " + at("big")[0] + " is longer than 1024 KiB: shorten or split it",
		"fromFiles[5]: no files in directory " + at("empty")[0],
	}, "each file is checked")
	fixture.RequireRejected(t, configuration.NewConfigMap, &configuration.ConfigMapArgs{
		Namespace: team, FromFiles: at("half"), Data: pulumi.StringMap{"other": pulumi.String(strings.Repeat("b", 1<<19))},
	}, []string{"data: longer than 1024 KiB in total: shorten or split the values"}, "files and data count together")
	fixture.RequireRejected(t, configuration.NewSecret, &configuration.SecretArgs{
		Namespace: team, Type: configuration.SecretTypeTLS, FromFiles: at("a"),
	}, []string{"data: type kubernetes.io/tls requires tls.crt and tls.key"}, "files have the keys that a type requires")
}
