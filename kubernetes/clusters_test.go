package kubernetes_test

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync/atomic"
	"testing"

	"github.com/pulumi/pulumi/sdk/v3/go/common/resource"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
	"github.com/stretchr/testify/require"

	"github.com/ashlar-iac/ashlar/core/config"
	"github.com/ashlar-iac/ashlar/core/failure"
	"github.com/ashlar-iac/ashlar/core/pulumitest"
	"github.com/ashlar-iac/ashlar/kubernetes"
)

// apiServer is an API server of a version. It counts requests.
func apiServer(t *testing.T, version string) (kubeconfig string, requests *atomic.Int32) {
	t.Helper()
	requests = &atomic.Int32{}
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		requests.Add(1)
		w.Header().Set("Content-Type", "application/json")
		_, _ = fmt.Fprintf(w, `{"major": "1", "minor": "33", "gitVersion": %q}`, version)
	}))
	t.Cleanup(server.Close)
	return strings.ReplaceAll(kubeconfigOf("dev"), "https://dev.example.com", server.URL), requests
}

// unreachable returns a kubeconfig of an API server that does not answer.
func unreachable() string {
	return strings.ReplaceAll(kubeconfigOf("dev"), "https://dev.example.com", "http://127.0.0.1:1")
}

func TestProvidersCheckTheirCluster(t *testing.T) {
	t.Parallel()
	answering, requests := apiServer(t, "v1.33.4")
	provider := func(content pulumi.StringInput) (*pulumitest.Recording, error) {
		return pulumitest.Record(func(ctx *pulumi.Context) error {
			_, err := kubernetes.NewProvider(ctx, "prod", &kubernetes.ProviderArgs{Kubeconfig: content, Check: true})
			return err
		})
	}
	for name, given := range map[string]func(string) pulumi.StringInput{
		"Text":   func(text string) pulumi.StringInput { return pulumi.String(text) },
		"Output": func(text string) pulumi.StringInput { return pulumi.String(text).ToStringOutput() },
	} {
		t.Run(name, func(t *testing.T) {
			before := requests.Load()
			r, err := provider(given(answering))
			require.NoError(t, err)
			r.One(t, providerType)
			require.Equal(t, before+1, requests.Load())

			r, err = provider(given(unreachable()))
			require.ErrorContains(t, err, `connect to cluster "prod" at http://127.0.0.1:1: `)
			require.ErrorContains(t, err, "connection refused: check that it is running")
			require.NotContains(t, err.Error(), canary)
			require.Empty(t, r.Resources, "nothing is registered")
		})
	}
	r := pulumitest.Run(t, func(ctx *pulumi.Context) error {
		_, err := kubernetes.NewProvider(ctx, "prod", &kubernetes.ProviderArgs{
			Kubeconfig: pulumitest.Unknown[pulumi.StringOutput](), Check: true,
		})
		return err
	}, pulumitest.Preview())
	r.One(t, providerType) // A cluster that does not exist yet is not checked.
}

func TestProviderSettings(t *testing.T) {
	t.Parallel()
	r := pulumitest.Run(t, func(ctx *pulumi.Context) error {
		_, err := kubernetes.NewProvider(ctx, "prod", &kubernetes.ProviderArgs{
			Kubeconfig: pulumi.String(kubeconfigOf("dev")), Namespace: "shop", DeleteUnreachable: true,
		})
		return err
	})
	inputs := r.One(t, providerType).Inputs
	require.Equal(t, "shop", inputs["namespace"].StringValue())
	require.Equal(t, "true", fmt.Sprint(inputs["deleteUnreachable"].V))

	_, err := pulumitest.Record(func(ctx *pulumi.Context) error {
		_, err := kubernetes.NewProvider(ctx, "prod", &kubernetes.ProviderArgs{Kubeconfig: pulumi.String(kubeconfigOf("dev")), Namespace: "Shop"})
		return err
	})
	require.ErrorContains(t, err, `invalid Namespace "Shop"`)
	require.ErrorIs(t, err, failure.Configuration)
	_, err = pulumitest.Record(func(ctx *pulumi.Context) error {
		_, err := kubernetes.NewProvider(ctx, "prod", &kubernetes.ProviderArgs{InCluster: true, Context: "dev"})
		return err
	})
	require.ErrorContains(t, err, "InCluster has no contexts: remove Context")
}

func TestClustersAreCheckedBeforeAnythingIsRegistered(t *testing.T) {
	t.Parallel()
	answering, _ := apiServer(t, "v1.33.4")
	section := func(content string) object {
		return object{
			"enabled":    true,
			"clusters":   object{"dev": object{"content": encrypted(content), "check": true}, "prod": object{"kubeconfig": "prod.yaml"}},
			"namespaces": object{"team": object{"cluster": "dev"}, "other": object{"cluster": "prod"}},
		}
	}
	r, err := deploy(t, section(answering))
	require.NoError(t, err)
	require.Len(t, r.OfType(":core/v1:Namespace"), 2)

	r, err = deploy(t, section(unreachable()))
	var invalid *config.Error
	require.ErrorAs(t, err, &invalid)
	require.Len(t, invalid.Findings, 1)
	require.Equal(t, "kubernetes.clusters.dev.check", invalid.Findings[0].Path)
	require.Positive(t, invalid.Findings[0].Line)
	require.Contains(t, invalid.Findings[0].Message, `connect to cluster "dev" at http://127.0.0.1:1`)
	require.Empty(t, r.Resources, "nothing is registered, also in the other cluster")
}

// exported are the outputs of another stack.
func exported(outputs resource.PropertyMap, secrets ...string) pulumitest.Option {
	return pulumitest.WithDefaults(func(r pulumitest.Registration) resource.PropertyMap {
		if r.Type != "pulumi:pulumi:StackReference" {
			return nil
		}
		var names []resource.PropertyValue
		for _, name := range secrets {
			names = append(names, resource.NewProperty(name))
		}
		return resource.PropertyMap{
			"name": resource.NewProperty("acme/clusters/prod"), "outputs": resource.NewProperty(outputs),
			"secretOutputNames": resource.NewProperty(names),
		}
	})
}

func TestClustersOfOtherStacks(t *testing.T) {
	t.Parallel()
	section := func(changes object) object {
		prod := object{"stack": "acme/clusters/prod"}
		for key, value := range changes {
			prod[key] = value
		}
		return object{"enabled": true, "clusters": object{"prod": prod}, "namespaces": object{"team": object{}}}
	}
	outputs := resource.PropertyMap{
		"kubeconfig": resource.NewProperty(kubeconfigOf("prod")), "spare": resource.NewProperty(kubeconfigOf("spare")),
		"count": resource.NewProperty(1.0),
	}
	r, err := deploy(t, section(nil), exported(outputs, "kubeconfig"))
	require.NoError(t, err)
	requireProvider(t, r, "https://prod.example.com", "the default output")

	r, err = deploy(t, section(object{"output": "spare", "context": "other"}), exported(outputs))
	require.NoError(t, err)
	requireProvider(t, r, "https://other.example.com", "one that is not secret becomes secret")

	for output, want := range map[string]string{
		"missing": `read output "missing" of stack acme/clusters/prod: no such output with a kubeconfig as text`,
		"count":   `read output "count" of stack acme/clusters/prod: no such output with a kubeconfig as text`,
	} {
		r, err = deploy(t, section(object{"output": output}), exported(outputs))
		require.ErrorContains(t, err, want)
		require.ErrorContains(t, err, "kubernetes.clusters.prod", "the error names the entry")
		require.Empty(t, r.OfType(":core/v1:Namespace"), "no object is registered")
	}
	_, err = deploy(t, section(object{"context": "unknown"}), exported(outputs))
	require.ErrorContains(t, err, `unknown context "unknown", expected one of: other, prod`)
	require.NotContains(t, err.Error(), canary)
}

func TestInClusterOutsideOfAPod(t *testing.T) {
	t.Setenv("KUBERNETES_SERVICE_HOST", "")
	t.Setenv("KUBERNETES_SERVICE_PORT", "")
	_, err := deploy(t, object{"enabled": true, "clusters": object{"own": object{"inCluster": true}}})
	var invalid *config.Error
	require.ErrorAs(t, err, &invalid)
	require.Equal(t, "kubernetes.clusters.own.inCluster", invalid.Findings[0].Path)
}
