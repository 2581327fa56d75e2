package kubernetes_test

import (
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
	"github.com/stretchr/testify/require"

	"github.com/ashlar-iac/ashlar/core/config"
	"github.com/ashlar-iac/ashlar/core/deployment"
	"github.com/ashlar-iac/ashlar/core/pulumitest"
	"github.com/ashlar-iac/ashlar/kubernetes"
	"github.com/ashlar-iac/ashlar/kubernetes/internal/fixture"
)

const (
	image = "registry.example.com/web:1.2.3"
	// canary stands for a credential.
	canary = "canary-5d41402abc4b2a76"
)

// object is a part of a stack's configuration.
type object = map[string]any

// encrypted is a value that was set with --secret: the file has a ciphertext,
// the engine hands over the text.
type encrypted string

func (encrypted) MarshalJSON() ([]byte, error) { return []byte(`{"secure": "ciphertext"}`), nil }

// decrypted returns a copy as the engine hands it over, and whether anything in
// it was encrypted.
func decrypted(value any) (plain any, found bool) {
	switch v := value.(type) {
	case encrypted:
		return string(v), true
	case object:
		out := object{}
		for key, element := range v {
			p, f := decrypted(element)
			out[key], found = p, found || f
		}
		return out, found
	}
	return value, false
}

// kubeconfigOf returns a kubeconfig for a cluster of the given name, which has a second
// context for one called other.
func kubeconfigOf(name string) string {
	return strings.ReplaceAll(`apiVersion: v1
kind: Config
current-context: NAME
clusters:
  - name: NAME
    cluster: { server: "https://NAME.example.com" }
  - name: other
    cluster: { server: "https://other.example.com" }
users:
  - name: NAME
    user: { token: `+canary+` }
contexts:
  - name: NAME
    context: { cluster: NAME, user: NAME }
  - name: other
    context: { cluster: other, user: NAME }
`, "NAME", name)
}

// providers of clusters in tests.
const providerType = "pulumi:providers:kubernetes"

// project makes a project folder whose stack has the given section, with
// kubeconfigs for the clusters dev and prod beside it.
func project(t *testing.T, section object) (stackFile string, option pulumitest.Option) {
	t.Helper()
	dir := t.TempDir()
	write := func(name, text string) {
		require.NoError(t, os.WriteFile(filepath.Join(dir, name), []byte(text), 0o600))
	}
	text, err := json.MarshalIndent(section, "    ", "  ")
	require.NoError(t, err)
	value, secret := decrypted(section)
	plain, err := json.Marshal(value)
	require.NoError(t, err)
	write("Pulumi.yaml", "name: project\nruntime: go\n")
	// JSON is YAML.
	write("Pulumi.dev.yaml", "config:\n  ashlar:kubernetes:\n    "+string(text)+"\n")
	write("dev.yaml", kubeconfigOf("dev"))
	write("prod.yaml", kubeconfigOf("prod"))
	var secrets []string
	if secret {
		secrets = append(secrets, "ashlar:kubernetes")
	}
	return filepath.Join(dir, "Pulumi.dev.yaml"),
		pulumitest.WithConfig(map[string]string{"ashlar:kubernetes": string(plain)}, secrets...)
}

// deploy runs the module with a section.
func deploy(t *testing.T, section object, opts ...pulumitest.Option) (*pulumitest.Recording, error) {
	t.Helper()
	file, option := project(t, section)
	return pulumitest.Record(func(ctx *pulumi.Context) error {
		manager := deployment.NewManager(deployment.WithConfig(config.WithStackFile(file)))
		return manager.Run(ctx, kubernetes.Module())
	}, append(opts, option, fixture.Cluster())...)
}

// dev and both are clusters of the project folder.
func dev() object { return object{"dev": object{"kubeconfig": "dev.yaml"}} }
func both() object {
	return object{"dev": object{"kubeconfig": "dev.yaml"}, "prod": object{"kubeconfig": "prod.yaml"}}
}
