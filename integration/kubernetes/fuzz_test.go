package kubernetes_test

import (
	"encoding/json"
	"maps"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/pulumi/pulumi/sdk/v3/go/common/resource"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
	"github.com/stretchr/testify/require"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/runtime/schema"
	"k8s.io/client-go/dynamic"
	"k8s.io/client-go/tools/clientcmd"

	"github.com/ashlar-iac/ashlar/core/config"
	"github.com/ashlar-iac/ashlar/core/deployment"
	"github.com/ashlar-iac/ashlar/core/pulumitest"
	"github.com/ashlar-iac/ashlar/integration/testenv"
	"github.com/ashlar-iac/ashlar/kubernetes"
)

// words are strings that options may or may not accept.
var words = []string{
	"", "a", "web", "Web", "a b", "a.b", "a..b", "-a", "a=b", "A_B", "..a", "Ä", "/", "/tmp", "/tmp/a", "/etc/a", "/etc/a/b",
	"/etc/a:b", "/a/../b", "example.com/a", "Example.com/a", "app.kubernetes.io/name", "kubernetes.io/metadata.name",
	"registry.example.com/web:1.2.3", "Registry/web:1", "nginx@sha256:0123", "10.0.0.0/8", "10.0.0.1/8", "::ffff:10.0.0.0/104",
	"0.1m", "512m", "100m", "128Mi", "1.5Gi", "1e3", "100000u", "2", "v1.33", "v1.033", "latest", "kube-system",
	strings.Repeat("a", 63), strings.Repeat("a", 64), strings.Repeat("a", 254), "controller.kubernetes.io/pod-deletion-cost",
}

var numbers = []int{-1, 0, 1, 80, 8080, 65535, 65536, 1<<31 - 1, 1 << 31}

// sectionWriter writes random values of a JSON Schema.
type sectionWriter struct {
	*rand.Rand
	definitions map[string]any
}

func (w *sectionWriter) value(s map[string]any) any {
	if ref, ok := s["$ref"].(string); ok {
		return w.value(w.definitions[ref[strings.LastIndex(ref, "/")+1:]].(map[string]any))
	}
	if values, ok := s["enum"].([]any); ok {
		return values[w.IntN(len(values))]
	}
	switch s["type"] {
	case "boolean":
		return w.IntN(2) == 0
	case "integer":
		return numbers[w.IntN(len(numbers))]
	case "array":
		out := []any{}
		for range w.IntN(3) {
			out = append(out, w.value(s["items"].(map[string]any)))
		}
		return out
	case "object":
		return w.object(s)
	}
	return words[w.IntN(len(words))]
}

func (w *sectionWriter) object(s map[string]any) map[string]any {
	out := map[string]any{}
	properties, _ := s["properties"].(map[string]any)
	for _, key := range slices.Sorted(maps.Keys(properties)) {
		if w.IntN(6) == 0 {
			out[key] = w.value(properties[key].(map[string]any))
		}
	}
	if element, ok := s["additionalProperties"].(map[string]any); ok {
		for range w.IntN(3) {
			out[words[w.IntN(len(words))]] = w.value(element)
		}
	}
	return out
}

// FuzzKubernetesSection writes sections: the objects of one without findings are accepted by the API server, which stores
// quantities as they are.
func FuzzKubernetesSection(f *testing.F) {
	cluster := testenv.ControlPlane(f)
	access, err := clientcmd.RESTConfigFromKubeConfig(cluster.Kubeconfig())
	require.NoError(f, err)
	client, err := dynamic.NewForConfig(access)
	require.NoError(f, err)
	for _, name := range []string{"web", "team"} {
		_, err := client.Resource(schema.GroupVersionResource{Version: "v1", Resource: "namespaces"}).Create(f.Context(),
			&unstructured.Unstructured{Object: map[string]any{
				"apiVersion": "v1", "kind": "Namespace", "metadata": map[string]any{"name": name},
			}}, metav1.CreateOptions{})
		require.NoError(f, err)
	}
	text, err := config.Schema(&kubernetes.Configuration{}, nil)
	require.NoError(f, err)
	var document map[string]any
	require.NoError(f, json.Unmarshal(text, &document))
	definitions, _ := document["$defs"].(map[string]any)
	element := func(name string) map[string]any {
		return definitions["kubernetes."+name+"Configuration"].(map[string]any)
	}
	kubeconfig := filepath.Join(f.TempDir(), "kubeconfig")
	require.NoError(f, os.WriteFile(kubeconfig, cluster.Kubeconfig(), 0o600))
	for seed := range uint64(200) {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, seed uint64) {
		w := &sectionWriter{rand.New(rand.NewPCG(seed, 0)), definitions}
		app, ns := w.value(element("Application")).(map[string]any), w.value(element("Namespace")).(map[string]any)
		app["image"], app["namespace"] = "registry.example.com/web:1.2.3", "team"
		ns["name"] = "team"
		for _, key := range []string{"secretEnv", "identity", "cluster"} {
			delete(app, key)
			delete(ns, key)
		}
		section, err := json.Marshal(map[string]any{
			"enabled": true, "clusters": map[string]any{"c": map[string]any{"kubeconfig": kubeconfig}},
			"namespaces": map[string]any{"team": ns}, "applications": map[string]any{"web": app},
		})
		require.NoError(t, err)
		file := filepath.Join(t.TempDir(), "Pulumi.dev.yaml")
		require.NoError(t, os.WriteFile(file, []byte(`{"config": {"ashlar:kubernetes": `+string(section)+`}}`), 0o600))
		r, err := pulumitest.Record(func(ctx *pulumi.Context) error {
			return deployment.NewManager(deployment.WithConfig(config.WithStackFile(file))).Run(ctx, kubernetes.Module())
		}, pulumitest.WithConfig(map[string]string{"ashlar:kubernetes": string(section)}))
		if err != nil {
			return
		}
		for _, registered := range r.Resources {
			if resourceType, ok := fuzzed[registered.Type]; ok {
				accepts(t, client, resourceType, registered, section)
			}
		}
	})
}

// fuzzed are the types of objects of the section.
var fuzzed = map[string]schema.GroupVersionResource{
	"kubernetes:core/v1:Namespace":                  {Version: "v1", Resource: "namespaces"},
	"kubernetes:core/v1:ServiceAccount":             {Version: "v1", Resource: "serviceaccounts"},
	"kubernetes:core/v1:Service":                    {Version: "v1", Resource: "services"},
	"kubernetes:core/v1:ConfigMap":                  {Version: "v1", Resource: "configmaps"},
	"kubernetes:apps/v1:Deployment":                 {Group: "apps", Version: "v1", Resource: "deployments"},
	"kubernetes:policy/v1:PodDisruptionBudget":      {Group: "policy", Version: "v1", Resource: "poddisruptionbudgets"},
	"kubernetes:networking.k8s.io/v1:NetworkPolicy": {Group: "networking.k8s.io", Version: "v1", Resource: "networkpolicies"},
}

// accepts checks that the API server accepts an object.
func accepts(
	t *testing.T, client dynamic.Interface, typ schema.GroupVersionResource, r *pulumitest.Registration, section []byte,
) {
	t.Helper()
	if typ.Resource == "namespaces" {
		// It exists: the name is not what is tested.
		r.Inputs["metadata"].ObjectValue()["name"] = resource.NewProperty("team-2")
		delete(r.Inputs["metadata"].ObjectValue()["labels"].ObjectValue(), "kubernetes.io/metadata.name")
	}
	sent := pulumitest.Decode[unstructured.Unstructured](t, r)
	got, err := client.Resource(typ).Namespace(sent.GetNamespace()).Create(t.Context(), &sent, metav1.CreateOptions{
		DryRun: []string{metav1.DryRunAll}, FieldValidation: metav1.FieldValidationStrict,
	})
	if err != nil {
		t.Fatalf("the API server rejects %s %s:\n%v\n%s", typ.Resource, sent.GetName(), err, section)
	}
	containers := func(o *unstructured.Unstructured) any {
		list, _, _ := unstructured.NestedSlice(o.Object, "spec", "template", "spec", "containers")
		if len(list) == 0 {
			return nil
		}
		return list[0].(map[string]any)["resources"]
	}
	if diff := cmp.Diff(containers(&sent), containers(got)); diff != "" {
		t.Fatalf("the API server changes the resources (-sent +stored):\n%s\n%s", diff, section)
	}
}
