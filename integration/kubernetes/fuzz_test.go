package kubernetes_test

import (
	"encoding/json"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/pulumi/pulumi/sdk/v3/go/common/resource"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
	"github.com/stretchr/testify/require"
	"k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/runtime/schema"
	"k8s.io/client-go/dynamic"
	"k8s.io/client-go/tools/clientcmd"
	"sigs.k8s.io/yaml"

	"github.com/ashlar-iac/ashlar/core/config"
	"github.com/ashlar-iac/ashlar/core/deployment"
	"github.com/ashlar-iac/ashlar/core/pulumitest"
	"github.com/ashlar-iac/ashlar/integration/sections"
	"github.com/ashlar-iac/ashlar/integration/testenv"
	"github.com/ashlar-iac/ashlar/kubernetes"
)

var seeds = flag.Uint64("seeds", 200, "the number of random sections of FuzzKubernetesSection, from the first seed")

// random writes sections of the module. Clusters and identities of other modules are not in them.
func random(tb testing.TB) *sections.Writer {
	tb.Helper()
	schema, err := os.ReadFile(filepath.Join("..", "..", "kubernetes", "schema.json"))
	require.NoError(tb, err)
	paths := []string{"/etc/a", "/etc/a/b", "/tmp", "/tmp/a", "/var/cache", "/etc/a:b", "/"}
	labels := []string{"team", "example.com/team", "app.kubernetes.io/name", "kubernetes.io/metadata.name", "a_b"}
	w, err := sections.New(schema, sections.Options{
		Needs: map[string][]string{"applications": {"namespaces"}},
		// Other kinds need files, charts or custom resources, which a random section does not have.
		Likely: map[string]float64{
			"enabled": 0, "clusters": 0, "versions": 0, "applications": 0.9, "meshes": 0, "manifests": 0, "addons": 0, "releases": 0,
			"gateways": 0, "routes": 0, "secrets": 0, "configMaps": 0, "serviceAccounts": 0, "daemonSets": 0, "jobs": 0, "cronJobs": 0,
		},
		Names: map[string][]string{
			"labels": labels, "pods": labels, "files": paths, "env": {"MODE", "a.b", "lower", "-A", "A B"}, "secretEnv": {"TOKEN", "a.b", "lower"},
			"annotations": append(labels, "controller.kubernetes.io/pod-deletion-cost", "service.beta.kubernetes.io/aws-load-balancer-type"),
		},
		Values: map[string][]any{
			"cluster": {"c"}, "identity": {},
			"applications.*.namespace": {sections.Reference("namespaces")},
			"namespaces.*.name":        {"team", "shop", "default", "kube-public", "2"},
			"peer.namespace":           {"team", "kube-system"},
			"image": {
				"registry.example.com/web:1.2.3", "nginx@sha256:" + strings.Repeat("01", 32), "localhost:5000/a/b:v1", "web:latest", "web",
			},
			"command": {"sh", "-c", "sleep 1", "$(MODE)"}, "args": {"--port=8080", ""},
			"port": {80, 8080, 443, 65535}, "ports": {80, 443, 65535, 5432},
			"cpu": {"100m", "1", "0.5", "1500m", "2k", "0.1m", "0"}, "cpuLimit": {"1", "500m", "2", "0.0001"},
			"memory": {"128Mi", "1Gi", "512m", "1e9", "1.5Gi", "100M", "0"}, "memoryLimit": {"256Mi", "2Gi", "128Mi", "1G"},
			"writablePaths":    {"/var/cache", "/etc/a", "/tmp", "/tmp/b", "/var/cache/web", "/data:rw"},
			"cidr":             {"10.0.0.0/8", "10.0.0.1/8", "0.0.0.0/0", "fd00::/8", "::ffff:10.0.0.0/104", "192.0.2.7/32", "010.0.0.0/8"},
			"imagePullSecrets": {"registry", "a.b", "Registry"}, "path": {"/healthz", "/", "/a b", "/ä?x=%zz"},
			"labels.*": {"web", "", "a.b", "A_B-c", "-a"}, "pods.*": {"web", "", "a.b", "-a"},
			"annotations.*": {"web", "", "a b\n", "10"}, "env.*": {"a", "", "$(TOKEN)", "a\nb"}, "secretEnv.*": {"a", "", "ä"}, "files.*": {"a", "", "\u0000", "ä"},
		},
	})
	require.NoError(tb, err)
	return w
}

// encrypted returns a copy of a section as in a stack file, with secrets.
func encrypted(section map[string]any) (out map[string]any, secret bool) {
	out = sections.Clone(section)
	applications, _ := out["applications"].(map[string]any)
	for _, app := range applications {
		env, _ := app.(map[string]any)["secretEnv"].(map[string]any)
		for name := range env {
			env[name], secret = map[string]any{"secure": "v1:AAAA:" + name}, true
		}
	}
	return out, secret
}

// record runs the module with a section.
func record(t *testing.T, section map[string]any) (*pulumitest.Recording, error) {
	t.Helper()
	inFile, secret := encrypted(section)
	content, err := json.Marshal(map[string]any{"config": map[string]any{"ashlar:kubernetes": inFile}})
	require.NoError(t, err)
	file := filepath.Join(t.TempDir(), "Pulumi.dev.yaml")
	require.NoError(t, os.WriteFile(file, content, 0o600))
	value, err := json.Marshal(section)
	require.NoError(t, err)
	var secrets []string
	if secret {
		secrets = []string{"ashlar:kubernetes"}
	}
	return pulumitest.Record(func(ctx *pulumi.Context) error {
		return deployment.NewManager(deployment.WithConfig(config.WithStackFile(file))).Run(ctx, kubernetes.Module())
	}, pulumitest.WithConfig(map[string]string{"ashlar:kubernetes": string(value)}, secrets...), pulumitest.WithDefaults(named))
}

// named gives an object without a name one like that of the provider.
func named(r pulumitest.Registration) resource.PropertyMap {
	if _, ok := r.Input("metadata.name"); ok || !strings.HasPrefix(r.Type, "kubernetes:") {
		return nil
	}
	return resource.PropertyMap{"metadata": resource.NewProperty(resource.PropertyMap{
		"name": resource.NewProperty(r.Name + "-01234567"),
	})}
}

// FuzzKubernetesSection writes random sections: the API server accepts the objects of those that the module accepts, and
// stores quantities as they are. In a section with findings, the values that have them are removed.
func FuzzKubernetesSection(f *testing.F) {
	cluster := testenv.ControlPlane(f)
	access, err := clientcmd.RESTConfigFromKubeConfig(cluster.Kubeconfig())
	require.NoError(f, err)
	access.QPS = -1
	client, err := dynamic.NewForConfig(access)
	require.NoError(f, err)
	_, err = client.Resource(schema.GroupVersionResource{Version: "v1", Resource: "namespaces"}).Create(f.Context(),
		&unstructured.Unstructured{Object: map[string]any{
			"apiVersion": "v1", "kind": "Namespace", "metadata": map[string]any{"name": existing},
		}}, metav1.CreateOptions{})
	require.NoError(f, err)
	kubeconfig := filepath.Join(f.TempDir(), "kubeconfig")
	require.NoError(f, os.WriteFile(kubeconfig, cluster.Kubeconfig(), 0o600))
	complete := func(section map[string]any) map[string]any {
		section["enabled"], section["clusters"] = true, map[string]any{"c": map[string]any{"kubeconfig": kubeconfig}}
		return section
	}
	w := random(f)
	outcome := w.Outcome()
	f.Cleanup(func() { f.Log(outcome) })
	for seed := range *seeds {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, seed uint64) {
		section, removed, problem := sections.Attempt(w.Section(seed), func(section map[string]any) error {
			r, err := record(t, complete(section))
			if err == nil {
				err = accepts(t, client, r)
			}
			return err
		})
		outcome.Add(section, removed)
		if problem != nil {
			text, err := yaml.Marshal(section)
			require.NoError(t, err)
			t.Fatalf("the API server rejects what the module accepts: %v\n%s", problem, text)
		}
	})
}

// existing is a namespace that exists. Objects are created in it, so that those of the section need not exist.
const existing = "existing"

// fuzzed are the types of objects of the section.
var fuzzed = map[string]schema.GroupVersionResource{
	"kubernetes:core/v1:Namespace":                  {Version: "v1", Resource: "namespaces"},
	"kubernetes:core/v1:ServiceAccount":             {Version: "v1", Resource: "serviceaccounts"},
	"kubernetes:core/v1:Service":                    {Version: "v1", Resource: "services"},
	"kubernetes:core/v1:ConfigMap":                  {Version: "v1", Resource: "configmaps"},
	"kubernetes:core/v1:Secret":                     {Version: "v1", Resource: "secrets"},
	"kubernetes:apps/v1:Deployment":                 {Group: "apps", Version: "v1", Resource: "deployments"},
	"kubernetes:policy/v1:PodDisruptionBudget":      {Group: "policy", Version: "v1", Resource: "poddisruptionbudgets"},
	"kubernetes:networking.k8s.io/v1:NetworkPolicy": {Group: "networking.k8s.io", Version: "v1", Resource: "networkpolicies"},
}

// accepts creates the objects of a program, without storing them.
func accepts(t *testing.T, client dynamic.Interface, r *pulumitest.Recording) error {
	t.Helper()
	for _, registered := range r.Resources {
		typ, ok := fuzzed[registered.Type]
		if !ok {
			continue
		}
		sent := pulumitest.Decode[unstructured.Unstructured](t, registered)
		if sent.GetNamespace() != "" {
			sent.SetNamespace(existing)
		}
		if sent.GetName() == "" {
			sent.SetGenerateName(registered.Name + "-")
		}
		got, err := client.Resource(typ).Namespace(sent.GetNamespace()).Create(t.Context(), &sent, metav1.CreateOptions{
			DryRun: []string{metav1.DryRunAll}, FieldValidation: metav1.FieldValidationStrict,
		})
		if errors.IsAlreadyExists(err) && typ.Resource == "namespaces" {
			continue // It is valid.
		}
		if err != nil {
			return fmt.Errorf("create %s %s: %w", typ.Resource, sent.GetName(), err)
		}
		if diff := cmp.Diff(resources(&sent), resources(got)); diff != "" {
			return fmt.Errorf("the resources of %s change (-sent +stored):\n%s", sent.GetName(), diff)
		}
	}
	return nil
}

// resources returns the requests and limits of the first container.
func resources(o *unstructured.Unstructured) any {
	list, _, _ := unstructured.NestedSlice(o.Object, "spec", "template", "spec", "containers")
	if len(list) == 0 {
		return nil
	}
	return list[0].(map[string]any)["resources"]
}
