package kubeconfig_test

import (
	"encoding/base64"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/stretchr/testify/require"
	"k8s.io/client-go/tools/clientcmd"

	"github.com/ashlar-iac/ashlar/core/failure"
	"github.com/ashlar-iac/ashlar/kubernetes/kubeconfig"
)

// canary is a credential, which must only be in Content.
const canary = "canary-5d41402abc4b2a76"

// two is a kubeconfig with two contexts.
const two = `apiVersion: v1
kind: Config
current-context: dev
clusters:
  - name: dev
    cluster: { server: "https://dev.example.com:6443", certificate-authority-data: Y2E= }
  - name: prod
    cluster: { server: "https://prod.example.com" }
users:
  - name: dev
    user: { token: ` + canary + ` }
  - name: prod
    user: { token: ` + canary + `-prod }
contexts:
  - name: dev
    context: { cluster: dev, user: dev, namespace: team }
  - name: prod
    context: { cluster: prod, user: prod }
`

func write(t *testing.T, name, text string) string {
	t.Helper()
	require.NoError(t, os.MkdirAll(filepath.Dir(name), 0o700))
	require.NoError(t, os.WriteFile(name, []byte(text), 0o600))
	return name
}

// wrong are kubeconfigs from which no context can be read.
var wrong = map[string]struct {
	reason  string
	text    string
	context string
	want    string
}{
	"Malformed": {
		reason: "the decoder quotes its input, which holds credentials",
		text:   "users: [{name: dev, user: {token: [" + canary + "]}}]",
		want:   "invalid kubeconfig",
	},
	"NotYAML": {
		reason: "a token in place of a kubeconfig is not shown",
		text:   canary,
		want:   "invalid kubeconfig",
	},
	"OtherKind": {
		reason: "an object of another kind",
		text:   "apiVersion: v1\nkind: " + canary,
		want:   "invalid kubeconfig",
	},
	"Empty": {
		reason: "empty content has no contexts",
		text:   "",
		want:   "no contexts",
	},
	"NoContexts": {
		reason: "clusters and users without a context",
		text:   "apiVersion: v1\nkind: Config\nusers: [{name: dev, user: {token: " + canary + "}}]",
		want:   "no contexts",
	},
	"NoCurrentContext": {
		reason: "the context is not guessed",
		text:   strings.Replace(two, "current-context: dev\n", "", 1),
		want:   "no current context: set context to one of: dev, prod",
	},
	"UnknownContext": {
		reason:  "the error lists the contexts",
		text:    two,
		context: "staging",
		want:    `unknown context "staging", expected one of: dev, prod`,
	},
	"UnknownCurrentContext": {
		reason: "the current context was deleted",
		text:   strings.Replace(two, "current-context: dev", "current-context: gone", 1),
		want:   `unknown context "gone", expected one of: dev, prod`,
	},
	"UnknownCluster": {
		reason: "the cluster of the context was deleted",
		text:   strings.Replace(two, "cluster: dev,", "cluster: gone,", 1),
		want:   `context "dev" refers to the unknown cluster "gone"`,
	},
	"UnknownUser": {
		reason: "the user of the context was deleted",
		text:   strings.Replace(two, "user: dev,", "user: gone,", 1),
		want:   `context "dev" refers to the unknown user "gone"`,
	},
	"NoServer": {
		reason: "a cluster requires a server",
		text:   strings.Replace(two, `server: "https://dev.example.com:6443", `, "", 1),
		want:   `cluster "dev" has no server`,
	},
	"MissingCertificate": {
		reason: "certificates are read at once, not when the provider starts",
		text:   strings.Replace(two, "certificate-authority-data: Y2E=", "certificate-authority: /does/not/exist.crt", 1),
		want:   "read certificates and keys: open /does/not/exist.crt",
	},
	"CertificateTwice": {
		reason: "the certificate is not guessed",
		text: strings.Replace(two, "certificate-authority-data: Y2E=",
			"certificate-authority: /does/not/exist.crt, certificate-authority-data: Y2E=", 1),
		want: "read certificates and keys: cannot have values for both path and contents",
	},
}

func TestParseRejectsInvalidKubeconfigs(t *testing.T) {
	t.Parallel()
	for name, tc := range wrong {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			got, err := kubeconfig.Parse(tc.text, tc.context)
			require.ErrorContains(t, err, "kubeconfig content: "+tc.want, tc.reason)
			require.NotContains(t, err.Error(), canary, tc.reason)
			require.Nil(t, got)
		})
	}
}

func TestFileRejectsInvalidKubeconfigs(t *testing.T) {
	t.Parallel()
	for name, tc := range wrong {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			path := write(t, filepath.Join(t.TempDir(), "config"), tc.text)
			got, err := kubeconfig.File(path, tc.context)
			require.ErrorContains(t, err, fmt.Sprintf("kubeconfig %q: %s", path, tc.want), tc.reason)
			require.NotContains(t, err.Error(), canary, tc.reason)
			require.Nil(t, got)
		})
	}
}

func TestAmbientRejectsInvalidKubeconfigs(t *testing.T) {
	for name, tc := range wrong {
		t.Run(name, func(t *testing.T) {
			if tc.text == "" {
				tc.want = "KUBECONFIG lists an empty file"
			}
			t.Setenv("KUBECONFIG", write(t, filepath.Join(t.TempDir(), "config"), tc.text))
			got, err := kubeconfig.Ambient(tc.context)
			require.ErrorContains(t, err, "ambient kubeconfig", tc.reason)
			require.ErrorContains(t, err, tc.want, tc.reason)
			require.NotContains(t, err.Error(), canary, tc.reason)
			require.Nil(t, got)
		})
	}
}

func TestFileRejectsPaths(t *testing.T) {
	t.Parallel()
	tests := map[string]struct {
		reason string
		path   func(t *testing.T, dir string) string
		want   string
	}{
		"Missing": {
			reason: "the file does not exist",
			path:   func(_ *testing.T, dir string) string { return filepath.Join(dir, "config") },
			want:   "file not found",
		},
		"Folder": {
			reason: "such as ~/.kube in place of ~/.kube/config",
			path:   func(_ *testing.T, dir string) string { return dir },
			want:   "it is a directory, expected a file",
		},
		"BrokenLink": {
			reason: "a broken link is a missing file",
			path: func(t *testing.T, dir string) string {
				t.Helper()
				require.NoError(t, os.Symlink(filepath.Join(dir, "gone"), filepath.Join(dir, "config")))
				return filepath.Join(dir, "config")
			},
			want: "file not found",
		},
		"Loop": {
			reason: "unreadable files differ from missing ones",
			path: func(t *testing.T, dir string) string {
				t.Helper()
				require.NoError(t, os.Symlink("config", filepath.Join(dir, "config")))
				return filepath.Join(dir, "config")
			},
			want: "stat ",
		},
		"BelowFile": {
			reason: "a directory of the path is a file",
			path: func(t *testing.T, dir string) string {
				t.Helper()
				return filepath.Join(write(t, filepath.Join(dir, "kube"), two), "config")
			},
			want: "stat ",
		},
	}
	for name, tc := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			path := tc.path(t, t.TempDir())
			_, err := kubeconfig.File(path, "")
			require.ErrorContains(t, err, fmt.Sprintf("kubeconfig %q: %s", path, tc.want), tc.reason)
		})
	}
}

func TestOnlyTheContextIsRead(t *testing.T) {
	t.Parallel()
	tests := map[string]struct {
		reason  string
		context string
		want    string
		server  string
	}{
		"Current": {
			reason: "the default is the current context",
			want:   "dev", server: "https://dev.example.com:6443",
		},
		"Named": {
			reason:  "a name takes precedence over the current context",
			context: "prod", want: "prod", server: "https://prod.example.com",
		},
	}
	path := write(t, filepath.Join(t.TempDir(), "config"), two)
	for name, tc := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			file, err := kubeconfig.File(path, tc.context)
			require.NoError(t, err, tc.reason)
			text, err := kubeconfig.Parse(two, tc.context)
			require.NoError(t, err, tc.reason)
			if diff := cmp.Diff(*file, *text, cmp.Transformer("fields", fields)); diff != "" {
				t.Errorf("the same kubeconfig as a file and as text (-file +text):\n%s", diff)
			}
			require.Equal(t, tc.want, file.Context, tc.reason)
			require.Equal(t, tc.server, file.Server, tc.reason)

			content, err := clientcmd.Load([]byte(file.Content))
			require.NoError(t, err)
			require.Equal(t, tc.want, content.CurrentContext)
			require.Len(t, content.Contexts, 1, "other contexts are omitted")
			require.Len(t, content.Clusters, 1)
			require.Len(t, content.AuthInfos, 1, "credentials of other clusters are omitted")
			require.Equal(t, tc.server, content.Clusters[tc.want].Server)
			require.Contains(t, content.AuthInfos[tc.want].Token, canary)
		})
	}
}

// fields returns the fields of a kubeconfig, without its methods.
func fields(k kubeconfig.Kubeconfig) map[string]string {
	return map[string]string{"content": k.Content, "context": k.Context, "server": k.Server}
}

func TestContextWithoutUserIsAccepted(t *testing.T) {
	t.Parallel()
	got, err := kubeconfig.Parse(strings.Replace(two, "user: dev, ", "", 1), "")
	require.NoError(t, err, "a local proxy can authenticate")
	require.NotContains(t, got.Content, canary)
}

// withFiles refers to every kind of file, relative to itself.
const withFiles = `apiVersion: v1
kind: Config
current-context: dev
clusters:
  - name: dev
    cluster: { server: "https://dev.example.com", certificate-authority: pki/ca.crt }
users:
  - name: dev
    user: { client-certificate: pki/user.crt, client-key: ../keys/user.key }
contexts:
  - name: dev
    context: { cluster: dev, user: dev }
`

// writeFiles creates a directory with the kubeconfig and its files.
func writeFiles(t *testing.T) string {
	t.Helper()
	dir := t.TempDir()
	write(t, filepath.Join(dir, "kube", "pki", "ca.crt"), "the authority")
	write(t, filepath.Join(dir, "kube", "pki", "user.crt"), "the user")
	write(t, filepath.Join(dir, "keys", "user.key"), "the key")
	return write(t, filepath.Join(dir, "kube", "config"), withFiles)
}

func requireInlined(t *testing.T, content string) {
	t.Helper()
	for _, data := range []string{"the authority", "the user", "the key"} {
		require.Contains(t, content, base64.StdEncoding.EncodeToString([]byte(data)))
	}
	for _, path := range []string{"pki", "keys", "certificate-authority:", "client-certificate:", "client-key:"} {
		require.NotContains(t, content, path, "the content does not refer to files")
	}
}

func TestCertificatesInFilesAreInlined(t *testing.T) {
	t.Parallel()
	got, err := kubeconfig.File(writeFiles(t), "")
	require.NoError(t, err, "files are relative to the folder of the kubeconfig")
	requireInlined(t, got.Content)
}

func TestTokenAndAuthorityInFilesAreInlined(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	write(t, filepath.Join(dir, "token"), canary+"\n")
	authority := write(t, filepath.Join(dir, "ca.crt"), "the authority")
	text := strings.Replace(two, "user: { token: "+canary+" }", "user: { tokenFile: token }", 1)
	got, err := kubeconfig.File(write(t, filepath.Join(dir, "config"), text), "")
	require.NoError(t, err)
	require.Contains(t, got.Content, "token: "+canary)
	require.NotContains(t, got.Content, "tokenFile")

	text = strings.Replace(two, "user: { token: "+canary+" }",
		"user: { auth-provider: { name: oidc, config: { idp-certificate-authority: "+authority+" } } }", 1)
	got, err = kubeconfig.File(write(t, filepath.Join(dir, "config"), text), "")
	require.NoError(t, err)
	require.Contains(t, got.Content, base64.StdEncoding.EncodeToString([]byte("the authority")))
	require.NotContains(t, got.Content, authority)

	_, err = kubeconfig.Parse(strings.Replace(two, "user: { token: "+canary+" }", "user: { tokenFile: /does/not/exist }", 1), "")
	require.ErrorContains(t, err, "read the bearer token: open /does/not/exist")
}

func TestRelativePathOfKubeconfig(t *testing.T) {
	path := writeFiles(t)
	t.Chdir(filepath.Dir(filepath.Dir(path)))
	got, err := kubeconfig.File(filepath.Join("kube", "config"), "")
	require.NoError(t, err)
	requireInlined(t, got.Content)
}

func TestRelativePluginIsResolved(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	text := strings.Replace(two, "user: { token: "+canary+" }",
		"user: { exec: { apiVersion: client.authentication.k8s.io/v1, command: ./bin/login, interactiveMode: Never } }", 1)
	got, err := kubeconfig.File(write(t, filepath.Join(dir, "config"), text), "")
	require.NoError(t, err)
	require.Contains(t, got.Content, "command: "+filepath.Join(dir, "bin", "login"),
		"a relative command starts at the folder of the kubeconfig, whatever the working directory")
}

func TestReadingTwiceReturnsTheSameContent(t *testing.T) {
	t.Parallel()
	path := writeFiles(t)
	first, err := kubeconfig.File(path, "")
	require.NoError(t, err)
	for range 10 {
		again, err := kubeconfig.File(path, "")
		require.NoError(t, err)
		require.Equal(t, first.Content, again.Content, "different content would update the provider on every run")
	}
	parsed, err := kubeconfig.Parse(first.Content, "")
	require.NoError(t, err)
	require.Equal(t, first.Content, parsed.Content, "reading the result again changes nothing")
}

func TestPrintingHidesCredentials(t *testing.T) {
	t.Parallel()
	k, err := kubeconfig.Parse(two, "")
	require.NoError(t, err)
	require.Contains(t, k.Content, canary, "the check below can fail")
	for _, format := range []string{"%s", "%v", "%+v", "%#v", "%q", "%x", "%d"} {
		for kind, value := range map[string]any{
			"pointer": k,
			"value":   *k,
			"list":    []kubeconfig.Kubeconfig{*k},
			"field":   struct{ K kubeconfig.Kubeconfig }{*k},
		} {
			got := fmt.Sprintf(format, value)
			require.NotContains(t, got, canary, "%s of a %s", format, kind)
			require.NotContains(t, got, fmt.Sprintf("%x", canary), "%s of a %s", format, kind)
		}
	}
	require.Equal(t, `kubeconfig of context "dev" at https://dev.example.com:6443`, k.String())
	require.Equal(t, k.String(), fmt.Sprintf("%#v", *k))
}

func TestAmbientReadsTheVariable(t *testing.T) {
	t.Setenv("KUBECONFIG", writeFiles(t))
	got, err := kubeconfig.Ambient("")
	require.NoError(t, err)
	require.Equal(t, "https://dev.example.com", got.Server)
	requireInlined(t, got.Content)
}

func TestAmbientMergesFiles(t *testing.T) {
	dir := t.TempDir()
	other := strings.NewReplacer("name: dev", "name: other", "cluster: dev", "cluster: other", "user: dev", "user: other",
		"current-context: dev", "current-context: other", "https://dev.", "https://other.", "prod", "third").Replace(two)
	t.Setenv("KUBECONFIG", strings.Join([]string{
		write(t, filepath.Join(dir, "one"), two),
		filepath.Join(dir, "missing"),
		write(t, filepath.Join(dir, "two"), other),
	}, string(filepath.ListSeparator)))
	got, err := kubeconfig.Ambient("")
	require.NoError(t, err, "like kubectl, it skips files that are missing")
	require.Equal(t, "dev", got.Context, "the first file wins")
	got, err = kubeconfig.Ambient("other")
	require.NoError(t, err)
	require.Equal(t, "https://other.example.com:6443", got.Server)
}

func TestAmbientReportsInvalidFiles(t *testing.T) {
	dir := t.TempDir()
	bad := write(t, filepath.Join(dir, "bad"), canary)
	good := write(t, filepath.Join(dir, "good"), two)
	t.Setenv("KUBECONFIG", strings.Join([]string{good, bad}, string(filepath.ListSeparator)))
	_, err := kubeconfig.Ambient("")
	require.EqualError(t, err, fmt.Sprintf(
		"read ambient kubeconfig %q: invalid kubeconfig: expected YAML with clusters, users and contexts", bad))
	require.ErrorIs(t, err, failure.Configuration)

	t.Setenv("KUBECONFIG", strings.Join([]string{good, dir}, string(filepath.ListSeparator)))
	_, err = kubeconfig.Ambient("")
	require.ErrorContains(t, err, "read ambient kubeconfig: ")
	require.ErrorContains(t, err, "KUBECONFIG lists a directory: name a file in it (path 2)")
	require.ErrorIs(t, err, failure.Credentials)
}

func TestAmbientWithoutFiles(t *testing.T) {
	t.Setenv("KUBECONFIG", filepath.Join(t.TempDir(), "missing"))
	_, err := kubeconfig.Ambient("")
	require.ErrorContains(t, err, "KUBECONFIG lists no file that exists")
}
