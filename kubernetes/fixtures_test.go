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
	image  = fixture.Image
	canary = fixture.Canary
)

// object is a map in the configuration of a stack.
type object = map[string]any

// encrypted is a value that was set with --secret: the file contains a ciphertext, the engine passes the plaintext.
type encrypted string

func (encrypted) MarshalJSON() ([]byte, error) { return []byte(`{"secure": "ciphertext"}`), nil }

// decrypted returns a copy as the engine passes it, and whether it contains an encrypted value.
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

// kubeconfigOf returns a kubeconfig with a context of the given name, and one called other.
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

// providerType is the type of Kubernetes providers.
const providerType = "pulumi:providers:kubernetes"

// deploy runs the kubernetes module with a section.
func deploy(t *testing.T, section object, opts ...pulumitest.Option) (*pulumitest.Recording, error) {
	t.Helper()
	return deployModules(t, map[string]object{kubernetes.ModuleName: section}, []deployment.Module{kubernetes.Module()}, opts...)
}

// deployModules runs modules with sections, in a project that contains kubeconfigs of the clusters dev and prod.
func deployModules(
	t *testing.T, sections map[string]object, modules []deployment.Module, opts ...pulumitest.Option,
) (*pulumitest.Recording, error) {
	t.Helper()
	dir := t.TempDir()
	write := func(name, text string) {
		require.NoError(t, os.WriteFile(filepath.Join(dir, name), []byte(text), 0o600))
	}
	file, values, secrets := object{}, map[string]string{}, []string(nil)
	for name, section := range sections {
		key := config.Namespace + ":" + name
		plain, secret := decrypted(section)
		text, err := json.Marshal(plain)
		require.NoError(t, err)
		file[key], values[key] = section, string(text)
		if secret {
			secrets = append(secrets, key)
		}
	}
	// JSON is YAML.
	text, err := json.MarshalIndent(object{"config": file}, "", "  ")
	require.NoError(t, err)
	write("Pulumi.yaml", "name: project\nruntime: go\n")
	write("Pulumi.dev.yaml", string(text))
	write("dev.yaml", kubeconfigOf("dev"))
	write("prod.yaml", kubeconfigOf("prod"))
	return pulumitest.Record(func(ctx *pulumi.Context) error {
		manager := deployment.NewManager(deployment.WithConfig(config.WithStackFile(filepath.Join(dir, "Pulumi.dev.yaml"))))
		return manager.Run(ctx, modules...)
	}, append(opts, pulumitest.WithConfig(values, secrets...), fixture.Cluster())...)
}

// dev and both return clusters of the project.
func dev() object { return object{"dev": object{"kubeconfig": "dev.yaml"}} }
func both() object {
	return object{"dev": object{"kubeconfig": "dev.yaml"}, "prod": object{"kubeconfig": "prod.yaml"}}
}
