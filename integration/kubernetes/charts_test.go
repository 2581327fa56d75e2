package kubernetes_test

import (
	"archive/tar"
	"bytes"
	"compress/gzip"
	"fmt"
	"io/fs"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/ashlar-iac/ashlar/core/component"
	"github.com/ashlar-iac/ashlar/integration/controlplane"
	"github.com/ashlar-iac/ashlar/integration/engine"
	"github.com/ashlar-iac/ashlar/integration/testenv"
	"github.com/ashlar-iac/ashlar/kubernetes"
	"github.com/ashlar-iac/ashlar/kubernetes/addon"
	"github.com/ashlar-iac/ashlar/kubernetes/crd"
	"github.com/ashlar-iac/ashlar/kubernetes/helm"
	"github.com/ashlar-iac/ashlar/kubernetes/manifest"
	"github.com/ashlar-iac/ashlar/kubernetes/namespace"
)

const (
	// shopChart is a chart with a definition and a custom resource of it, a Deployment, a Service and a hook.
	shopChart = "../../kubernetes/helm/testdata/shop"
	// plainManifests and kustomizedManifests are folders with manifests.
	plainManifests, kustomizedManifests = "../../kubernetes/manifest/testdata/plain", "../../kubernetes/manifest/testdata/kustomized"
	// secretValue is a value that no state may have in the clear.
	secretValue = "canary-5d41402abc4b2a76"
	// itemsPath is the API of the custom resources of the chart.
	itemsPath = "/apis/shop.example.com/v1/namespaces/shop/items"
)

// serveCharts serves a repository with two versions of the chart.
func serveCharts(t *testing.T) string {
	t.Helper()
	archives := map[string][]byte{}
	var index strings.Builder
	index.WriteString("apiVersion: v1\nentries:\n  shop:\n")
	for _, version := range []string{"1.1.0", "1.0.0"} {
		path := "/shop-" + version + ".tgz"
		archives[path] = packChart(t, version)
		fmt.Fprintf(&index, "    - {name: shop, version: %s, urls: [%q]}\n", version, strings.TrimPrefix(path, "/"))
	}
	archives["/index.yaml"] = []byte(index.String())
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if data, ok := archives[r.URL.Path]; ok {
			_, _ = w.Write(data)
			return
		}
		w.WriteHeader(http.StatusNotFound)
	}))
	t.Cleanup(server.Close)
	return server.URL
}

// packChart returns the archive of a version of the chart.
func packChart(t *testing.T, version string) []byte {
	t.Helper()
	var out bytes.Buffer
	zipped := gzip.NewWriter(&out)
	files := tar.NewWriter(zipped)
	folder := os.DirFS(shopChart)
	require.NoError(t, fs.WalkDir(folder, ".", func(path string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() {
			return err
		}
		data, err := fs.ReadFile(folder, path)
		if path == "Chart.yaml" {
			data = bytes.Replace(data, []byte("\nversion: 1.0.0"), []byte("\nversion: "+version), 1)
		}
		require.NoError(t, files.WriteHeader(&tar.Header{Name: filepath.Join("shop", path), Mode: 0o600, Size: int64(len(data))}))
		_, writeErr := files.Write(data)
		require.NoError(t, writeErr)
		return err
	}))
	require.NoError(t, files.Close())
	require.NoError(t, zipped.Close())
	return out.Bytes()
}

// exists reports whether the API server has an object.
func exists(t *testing.T, cluster *controlplane.ControlPlane, path string) bool {
	t.Helper()
	err := cluster.Client().Discovery().RESTClient().Get().AbsPath(path).Do(t.Context()).Error()
	if err != nil {
		require.True(t, apierrors.IsNotFound(err), "%v", err)
	}
	return err == nil
}

const definitionPath = "/apis/apiextensions.k8s.io/v1/customresourcedefinitions/items.shop.example.com"

// TestRelease installs, changes, upgrades and destroys a chart of a repository.
func TestRelease(t *testing.T) {
	t.Parallel()
	cluster := testenv.ControlPlane(t)
	args := helm.ReleaseArgs{
		Chart: "shop", Repository: serveCharts(t), Version: "1.0.0", Namespace: pulumi.String("shop"),
		Values: map[string]any{"generate": true},
		Set:    pulumi.StringMap{"password": pulumi.ToSecret(pulumi.String(secretValue)).(pulumi.StringOutput)},
	}
	stack, err := testenv.Engine(t).Inline(t.Context(), "release", "dev", func(ctx *pulumi.Context) error {
		p, err := kubernetes.NewProvider(ctx, "local", &kubernetes.ProviderArgs{Kubeconfig: pulumi.String(cluster.Kubeconfig())})
		if err != nil {
			return err
		}
		ns, err := namespace.NewNamespace(ctx, "shop", nil, pulumi.Provider(p))
		if err != nil {
			return err
		}
		given := args
		_, err = helm.NewRelease(ctx, "web", &given, pulumi.Provider(p), component.DependsOn(ns))
		return err
	})
	require.NoError(t, err)
	client := cluster.Client()
	settings := func() map[string]string {
		found, err := client.CoreV1().ConfigMaps("shop").Get(t.Context(), "web", metav1.GetOptions{})
		require.NoError(t, err)
		return found.Data
	}
	secret := func() map[string][]byte {
		found, err := client.CoreV1().Secrets("shop").Get(t.Context(), "web", metav1.GetOptions{})
		require.NoError(t, err)
		return found.Data
	}
	ran := testenv.Succeeds(t)
	results := []*engine.Result{ran(stack.Preview(t.Context())), ran(stack.Up(t.Context()))}
	deployment, err := client.AppsV1().Deployments("shop").Get(t.Context(), "web", metav1.GetOptions{})
	require.NoError(t, err)
	assert.EqualValues(t, 2, deployment.Status.ReadyReplicas, "the pods are admitted and ready")
	assert.Equal(t, map[string]string{"greeting": "hello", "chart": "1.0.0"}, settings())
	assert.Equal(t, secretValue, string(secret()["password"]))
	assert.True(t, exists(t, cluster, itemsPath+"/web"), "custom resources follow their definition")
	assert.True(t, exists(t, cluster, "/api/v1/namespaces/shop/configmaps/web-hook"), "hooks are objects")
	results = append(results, ran(stack.CheckUnchanged(t.Context())), ran(stack.CheckNoDrift(t.Context())))

	generated := secret()["generated"]
	args.Values = map[string]any{"generate": true, "greeting": "hi", "replicas": 3}
	results = append(results, ran(stack.Up(t.Context())))
	assert.Equal(t, "hi", settings()["greeting"])
	assert.Equal(t, generated, secret()["generated"], "what the chart generates stays")
	args.Version = "1.1.0"
	results = append(results, ran(stack.Up(t.Context())))
	assert.Equal(t, "1.1.0", settings()["chart"])
	results = append(results, ran(stack.CheckUnchanged(t.Context())))
	require.NoError(t, stack.CheckNoSecret(results, secretValue))

	for _, refused := range []struct {
		change func(*helm.ReleaseArgs)
		want   string
	}{
		{func(a *helm.ReleaseArgs) { a.Version = "1.0.5" }, "there is no such version: use one such as 1.1.0, 1.0.0"},
		{func(a *helm.ReleaseArgs) { a.Values = map[string]any{"replicas": 0} }, "values.replicas: minimum: got 0, want 1"},
	} {
		before := args
		refused.change(&args)
		failed, err := stack.Up(t.Context())
		require.Error(t, err)
		assert.Contains(t, failed.Output, refused.want)
		args = before
	}

	ran(stack.Destroy(t.Context()))
	assert.False(t, exists(t, cluster, "/api/v1/namespaces/shop"))
	assert.True(t, exists(t, cluster, definitionPath), "the default keeps definitions")

	args.CRDs = crd.Keep
	ran(stack.Up(t.Context()))
	args.CRDs = crd.Delete
	ran(stack.Up(t.Context()))
	ran(stack.Destroy(t.Context()))
	assert.False(t, exists(t, cluster, definitionPath), "definitions are deleted when asked for")
}

// TestManifests creates plain manifests and a kustomization.
func TestManifests(t *testing.T) {
	t.Parallel()
	cluster := testenv.ControlPlane(t)
	stack, err := testenv.Engine(t).Inline(t.Context(), "manifests", "dev", func(ctx *pulumi.Context) error {
		p, err := kubernetes.NewProvider(ctx, "local", &kubernetes.ProviderArgs{Kubeconfig: pulumi.String(cluster.Kubeconfig())})
		if err != nil {
			return err
		}
		on := pulumi.Provider(p)
		ns, err := namespace.NewNamespace(ctx, "team", nil, on)
		if err != nil {
			return err
		}
		for name, path := range map[string]string{"plain": plainManifests, "kustomized": kustomizedManifests} {
			_, err = manifest.NewManifest(ctx, name, &manifest.ManifestArgs{Path: path, Namespace: ns.Name, CRDs: crd.Delete}, on)
			if err != nil {
				return err
			}
		}
		return nil
	})
	require.NoError(t, err)
	ran := testenv.Succeeds(t)
	ran(stack.Up(t.Context()))
	for _, path := range []string{
		"/apis/gadgets.example.com/v1/namespaces/team/gadgets/first", "/api/v1/namespaces/team/configmaps/settings",
		"/api/v1/namespaces/team/configmaps/blue-settings",
	} {
		assert.True(t, exists(t, cluster, path), path)
	}
	ran(stack.CheckUnchanged(t.Context()))
	ran(stack.CheckNoDrift(t.Context()))
	ran(stack.Destroy(t.Context()))
	assert.False(t, exists(t, cluster, "/apis/apiextensions.k8s.io/v1/customresourcedefinitions/gadgets.gadgets.example.com"))
	assert.False(t, exists(t, cluster, "/api/v1/namespaces/team"))
}

// TestAddons installs two add-ons, whose charts a chart of the tests stands in for.
func TestAddons(t *testing.T) {
	t.Parallel()
	cluster := testenv.ControlPlane(t)
	item := map[string]any{"apiVersion": "shop.example.com/v1", "kind": "Item", "metadata": map[string]any{"name": "pool"}}
	stack, err := testenv.Engine(t).Inline(t.Context(), "addons", "dev", func(ctx *pulumi.Context) error {
		p, err := kubernetes.NewProvider(ctx, "local", &kubernetes.ProviderArgs{Kubeconfig: pulumi.String(cluster.Kubeconfig())})
		if err != nil {
			return err
		}
		on := pulumi.Provider(p)
		first, err := addon.NewAddon(ctx, "cert-manager", &addon.AddonArgs{Path: shopChart, Objects: []map[string]any{item}, CRDs: crd.Delete}, on)
		if err != nil {
			return err
		}
		_, err = addon.NewAddon(ctx, "karpenter", &addon.AddonArgs{
			Path: shopChart, CRDs: crd.Skip, Set: pulumi.StringMap{"settings.clusterName": first.Namespace},
		}, on, component.DependsOn(first))
		return err
	})
	require.NoError(t, err)
	ran := testenv.Succeeds(t)
	ran(stack.Up(t.Context()))
	assert.True(t, exists(t, cluster, "/apis/shop.example.com/v1/namespaces/cert-manager/items/pool"))
	assert.True(t, exists(t, cluster, "/apis/apps/v1/namespaces/kube-system/deployments/karpenter"))
	ran(stack.CheckUnchanged(t.Context()))
	ran(stack.Destroy(t.Context()))
	assert.False(t, exists(t, cluster, "/api/v1/namespaces/cert-manager"))
	assert.True(t, exists(t, cluster, "/api/v1/namespaces/kube-system"), "the namespace of the system stays")
	assert.False(t, exists(t, cluster, definitionPath))
}

// TestDestroyWithoutAPIServer destroys a release whose cluster no longer exists.
func TestDestroyWithoutAPIServer(t *testing.T) {
	t.Parallel()
	cluster := testenv.ControlPlane(t)
	stack, err := testenv.Engine(t).Inline(t.Context(), "unreachable", "dev", func(ctx *pulumi.Context) error {
		p, err := kubernetes.NewProvider(ctx, "local", &kubernetes.ProviderArgs{Kubeconfig: pulumi.String(cluster.Kubeconfig())})
		if err != nil {
			return err
		}
		_, err = helm.NewRelease(ctx, "web", &helm.ReleaseArgs{Path: shopChart, Namespace: pulumi.String("default")}, pulumi.Provider(p))
		return err
	})
	require.NoError(t, err)
	ran := testenv.Succeeds(t)
	ran(stack.Up(t.Context()))
	require.NoError(t, cluster.Stop(t.Context()))

	failed, err := stack.Destroy(t.Context())
	require.Error(t, err)
	const variable = "PULUMI_K8S_DELETE_UNREACHABLE"
	assert.Contains(t, failed.Output, variable, "the error says how to end it")
	stack.Workspace().SetEnvVar(variable, "true")
	ran(stack.Destroy(t.Context()))
	left, err := stack.State(t.Context())
	require.NoError(t, err)
	assert.Empty(t, left)
}
