package programs_test

import (
	"encoding/json"
	"flag"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/pulumi/pulumi/sdk/v3/go/auto"
	"github.com/pulumi/pulumi/sdk/v3/go/common/apitype"
	"github.com/pulumi/pulumi/sdk/v3/go/common/resource"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"go.yaml.in/yaml/v3"

	"github.com/ashlar-iac/ashlar/integration/cloud"
	"github.com/ashlar-iac/ashlar/integration/cloudtest"
	"github.com/ashlar-iac/ashlar/integration/engine"
	"github.com/ashlar-iac/ashlar/integration/programs"
	"github.com/ashlar-iac/ashlar/integration/testenv"
	"github.com/ashlar-iac/ashlar/kubernetes/network"
)

var record = flag.Bool("record", false, "record the states that the programs are compared with")

// reference is a kubeconfig of a cluster that does not exist: the echo provider replaces the Kubernetes provider.
const reference = `apiVersion: v1
kind: Config
current-context: reference
contexts: [{ name: reference, context: { cluster: reference, user: reference } }]
clusters: [{ name: reference, cluster: { server: "https://reference.invalid:6443" } }]
users:
- name: reference
  user: { exec: { apiVersion: client.authentication.k8s.io/v1, command: "true", interactiveMode: Never } }
`

// TestProgramsAreStable previews each program with the recorded state of an earlier version of the library: no resource
// of a provider is created, updated, replaced or deleted.
func TestProgramsAreStable(t *testing.T) {
	t.Parallel()
	for _, program := range []string{programs.Quickstart, programs.Components, programs.Layers, programs.Module,
		programs.Platform} {
		t.Run(program, func(t *testing.T) {
			t.Parallel()
			stack, store := referenceStack(t, program)
			folder := filepath.Join("testdata", "states", program)
			if *record {
				up, err := stack.Up(t.Context())
				require.NoError(t, err, up.Output)
				state := exported(t, stack)
				text, err := json.MarshalIndent(state, "", " ")
				require.NoError(t, err)
				require.NoError(t, os.MkdirAll(folder, 0o755))
				require.NoError(t, os.WriteFile(filepath.Join(folder, "state.json"), append(text, '\n'), 0o600))
				if store != nil {
					objects, err := store.List("")
					require.NoError(t, err)
					text, err := json.MarshalIndent(objects, "", " ")
					require.NoError(t, err)
					require.NoError(t, os.WriteFile(filepath.Join(folder, "objects.json"), append(text, '\n'), 0o600))
				}
				return
			}
			text, err := os.ReadFile(filepath.Join(folder, "state.json"))
			require.NoError(t, err)
			var state apitype.UntypedDeployment
			require.NoError(t, json.Unmarshal(text, &state))
			state.Deployment = encryptable(t, stack, state.Deployment)
			require.NoError(t, stack.Import(t.Context(), state))
			preview, err := stack.Preview(t.Context())
			require.NoError(t, err, preview.Output)
			kept := 0
			for _, e := range preview.Events {
				m := e.ResourcePreEvent
				if m == nil {
					continue
				}
				urn, op := m.Metadata.URN, m.Metadata.Op
				switch custom := m.Metadata.New != nil && m.Metadata.New.Custom; {
				case op == apitype.OpSame:
					kept++
				case op == apitype.OpUpdate && slices.Equal(m.Metadata.Diffs, []string{"policy"}) && isCorrected(urn):
				case op == apitype.OpUpdate && !custom:
					// A component may record other inputs.
				case isRelabelled(op, urn):
					if op == apitype.OpUpdate {
						kept++
					}
				case op == apitype.OpUpdate && slices.Equal(m.Metadata.Diffs, []string{"__pulumi-go-provider-version"}):
					// The simulated provider was built with another version of its framework.
				case op == apitype.OpUpdate && strings.Contains(urn, "pulumi:providers:") &&
					!slices.ContainsFunc(m.Metadata.Diffs, func(d string) bool {
						return d != "version" && d != "__pulumi-go-provider-version"
					}):
					// The SDK asks for a later version of the provider.
				default:
					assert.Fail(t, "unexpected change", "%s %s: %v", op, urn, m.Metadata.Diffs)
				}
			}
			assert.Greater(t, kept, 5)
		})
	}
}

// isCorrected reports whether the recorded policy of a resource had statements without effect, which are corrected since:
// DescribeLogGroups on a log group, and DescribeKey with an encryption context.
func isCorrected(urn string) bool {
	for _, corrected := range []string{
		"aws:kms/key:Key::main-flow-logs", "aws:iam/rolePolicy:RolePolicy::main-flow-logs", "aws:kms/key:Key::main-logs",
	} {
		if strings.HasSuffix(urn, corrected) {
			return true
		}
	}
	return false
}

// isRelabelled reports whether a step follows from the label app.kubernetes.io/instance, which pods have since, and from
// their pause before they stop: one rollout, and what selects the pods. The network policy of an application has another
// name, so that it exists before the rollout, and the earlier one until after it.
func isRelabelled(op apitype.OpType, urn string) bool {
	typ := string(resource.URN(urn).Type())
	switch {
	case typ == "kubernetes:networking.k8s.io/v1:NetworkPolicy" || typ == network.IsolationToken:
		return op == apitype.OpCreate || op == apitype.OpDelete || op == apitype.OpUpdate
	case slices.Contains([]string{
		"kubernetes:apps/v1:Deployment", "kubernetes:core/v1:Service", "kubernetes:core/v1:ServiceAccount",
		"kubernetes:policy/v1:PodDisruptionBudget",
	}, typ):
		return op == apitype.OpUpdate
	}
	return false
}

// exported returns the state of a stack without secrets providers, times and versions.
func exported(t *testing.T, stack *engine.Stack) apitype.UntypedDeployment {
	t.Helper()
	state, err := stack.Export(t.Context())
	require.NoError(t, err)
	var deployment map[string]any
	require.NoError(t, json.Unmarshal(state.Deployment, &deployment))
	for _, key := range []string{"secrets_providers", "manifest", "metadata"} {
		delete(deployment, key)
	}
	for _, r := range deployment["resources"].([]any) {
		for _, key := range []string{"created", "modified", "sourcePosition", "stackTrace"} {
			delete(r.(map[string]any), key)
		}
	}
	state.Deployment, err = json.Marshal(deployment)
	require.NoError(t, err)
	return state
}

// encryptable sets the secrets provider of a state to that of the stack.
func encryptable(t *testing.T, stack *engine.Stack, state json.RawMessage) json.RawMessage {
	t.Helper()
	text, err := os.ReadFile(filepath.Join(stack.Dir(), "Pulumi.dev.yaml"))
	require.NoError(t, err)
	var file struct {
		Salt string `yaml:"encryptionsalt"`
	}
	require.NoError(t, yaml.Unmarshal(text, &file))
	var deployment map[string]any
	require.NoError(t, json.Unmarshal(state, &deployment))
	deployment["secrets_providers"] = map[string]any{"type": "passphrase", "state": map[string]any{"salt": file.Salt}}
	out, err := json.Marshal(deployment)
	require.NoError(t, err)
	return out
}

// referenceStack returns a stack of a program with the echo provider for Kubernetes, and the store of its simulated
// account, or nil.
func referenceStack(t *testing.T, program string) (*engine.Stack, *cloud.Store) {
	t.Helper()
	dir := filepath.Join(t.TempDir(), program)
	require.NoError(t, programs.Copy(program, dir))
	require.NoError(t, os.WriteFile(filepath.Join(dir, "kubeconfig"), []byte(reference), 0o600))
	var store *cloud.Store
	e := testenv.Engine(t)
	stack, err := e.Project(t.Context(), dir, "dev")
	require.NoError(t, err)
	stack = compiled(t, program, stack)
	if program == programs.Components {
		require.NoError(t, stack.SetConfig(t.Context(), "components:apiToken",
			auto.ConfigValue{Value: "placeholder", Secret: true}))
	}
	if program == programs.Layers {
		for name, value := range map[string]string{"AWS_ACCESS_KEY_ID": "example",
			"AWS_SECRET_ACCESS_KEY": "placeholder"} {
			stack.Workspace().SetEnvVar(name, value)
		}
	}
	server := testenv.Echo(t)
	if program == programs.Platform {
		account := cloudtest.Simulated(t)
		account.Use(t, e, stack)
		if store = account.Store; !*record {
			restore(t, store, filepath.Join("testdata", "states", program, "objects.json"))
		}
	}
	require.NoError(t, stack.Attach(map[string]int{"kubernetes": server.Port()}))
	return stack, store
}

// restore adds the objects in a file to a store.
func restore(t *testing.T, store *cloud.Store, path string) {
	t.Helper()
	text, err := os.ReadFile(path)
	require.NoError(t, err)
	var objects []*cloud.Object
	require.NoError(t, json.Unmarshal(text, &objects))
	require.NoError(t, store.Do(func(tx *cloud.Tx) error {
		for _, o := range objects {
			if err := tx.Put(o); err != nil {
				return err
			}
			// Some objects have several ids. New ones, such as those of the default network, must not have any of them.
			for range 10 {
				if _, err := tx.Hex(1); err != nil {
					return err
				}
			}
		}
		return nil
	}))
}
