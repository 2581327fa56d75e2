package existing_test

import (
	"net/http"
	"net/http/httptest"
	"testing"

	"github.com/pulumi/pulumi/sdk/v3/go/common/resource"
	"github.com/pulumi/pulumi/sdk/v3/go/common/tokens"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
	"github.com/stretchr/testify/require"

	"github.com/ashlar-iac/ashlar/core/component"
	"github.com/ashlar-iac/ashlar/core/pulumitest"
	"github.com/ashlar-iac/ashlar/kubernetes"
	"github.com/ashlar-iac/ashlar/kubernetes/internal/existing"
)

// hooks runs the hooks of a custom resource of a component, and returns the errors.
func hooks(t *testing.T, server string, adopt, dependent bool, typ tokens.Type, opts ...pulumitest.Option) (failed []error) {
	t.Helper()
	pulumitest.Run(t, func(ctx *pulumi.Context) error {
		p, err := kubernetes.NewProvider(ctx, "local", &kubernetes.ProviderArgs{Kubeconfig: kubeconfig(server)})
		require.NoError(t, err)
		given := []pulumi.ResourceOption{pulumi.Provider(p)}
		if dependent {
			given = append(given, pulumi.DependsOn([]pulumi.Resource{p}))
		}
		outer, inner := &thing{}, &thing{}
		_, err = component.Register(ctx, "ashlar-test:index:Thing", "outer", outer, &struct{}{}, given...)
		require.NoError(t, err)
		_, err = component.Register(ctx, "ashlar-test:index:Thing", "inner", inner, &struct{}{}, outer.Child())
		require.NoError(t, err)
		options, err := pulumi.NewResourceOptions(existing.CustomResource(inner, adopt))
		require.NoError(t, err)
		if options.Hooks != nil {
			for _, h := range options.Hooks.BeforeCreate {
				failed = append(failed, h.Callback(&pulumi.ResourceHookArgs{Type: typ, NewInputs: resource.PropertyMap{
					"metadata": resource.NewProperty(resource.PropertyMap{
						"name": resource.NewProperty("web"), "namespace": resource.NewProperty("team"),
					}),
				}}))
			}
		}
		for _, c := range []*thing{inner, outer} {
			if _, err := component.Finish(ctx, c); err != nil {
				return err
			}
		}
		return nil
	}, opts...)
	return failed
}

const httpRoute tokens.Type = "kubernetes:gateway.networking.k8s.io/v1:HTTPRoute"

func TestMissingCustomResourceDefinition(t *testing.T) {
	t.Parallel()
	server := httptest.NewServer(http.NotFoundHandler())
	t.Cleanup(server.Close)
	const want = `create HTTPRoute "web": the cluster has no CustomResourceDefinition httproutes.gateway.networking.k8s.io with ` +
		"version v1: install the CRDs of the Gateway API, or let the component depend on what installs it with pulumi.DependsOn"
	for name, opts := range map[string][]pulumitest.Option{"Update": nil, "Preview": {pulumitest.Preview()}} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			failed := hooks(t, server.URL, false, false, httpRoute, opts...)
			require.Len(t, failed, 2)
			require.NoError(t, failed[0], "no such object exists")
			require.EqualError(t, failed[1], want)
			failed = hooks(t, server.URL, true, false, httpRoute, opts...)
			require.Len(t, failed, 1, "an object that is adopted may exist")
			require.EqualError(t, failed[0], want)
		})
	}
}

func TestDependenciesMayInstallCustomResourceDefinitions(t *testing.T) {
	t.Parallel()
	server := httptest.NewServer(http.NotFoundHandler())
	t.Cleanup(server.Close)
	require.Equal(t, []error{nil}, hooks(t, server.URL, false, true, httpRoute, pulumitest.Preview()), "a preview does not know")
	failed := hooks(t, server.URL, false, true, httpRoute)
	require.Len(t, failed, 2)
	require.ErrorContains(t, failed[1], "the cluster has no CustomResourceDefinition", "an update runs after the dependencies")
}

func TestCustomResourceDefinitionsThatCannotBeLookedUp(t *testing.T) {
	t.Parallel()
	require.Equal(t, []error{nil, nil}, hooks(t, "http://127.0.0.1:1", false, false, httpRoute), "the provider fails as well")
	forbidden := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusForbidden) }))
	t.Cleanup(forbidden.Close)
	require.Equal(t, []error{nil}, hooks(t, forbidden.URL, true, false, httpRoute))
	require.Equal(t, []error{nil, nil}, hooks(t, forbidden.URL, false, false, "kubernetes:core/v1:ConfigMap"), "other types are always served")
}
