package existing_test

import (
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"sync"
	"testing"

	k8s "github.com/pulumi/pulumi-kubernetes/sdk/v4/go/kubernetes"
	"github.com/pulumi/pulumi/sdk/v3/go/common/resource"
	"github.com/pulumi/pulumi/sdk/v3/go/common/tokens"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
	"github.com/stretchr/testify/require"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/ashlar-iac/ashlar/core/component"
	"github.com/ashlar-iac/ashlar/core/pulumitest"
	"github.com/ashlar-iac/ashlar/kubernetes"
	"github.com/ashlar-iac/ashlar/kubernetes/internal/existing"
)

type thing struct {
	pulumi.ResourceState
	component.Base
}

// apiServer is an API server with objects by their paths. It records the requests.
func apiServer(t *testing.T, objects ...string) (url string, requests func() []string) {
	t.Helper()
	var mu sync.Mutex
	var got []string
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		mu.Lock()
		defer mu.Unlock()
		got = append(got, r.URL.Path)
		w.Header().Set("Content-Type", "application/json")
		for _, o := range objects {
			if o == r.URL.Path {
				_ = json.NewEncoder(w).Encode(metav1.PartialObjectMetadata{
					TypeMeta:   metav1.TypeMeta{APIVersion: "meta.k8s.io/v1", Kind: "PartialObjectMetadata"},
					ObjectMeta: metav1.ObjectMeta{UID: "1"},
				})
				return
			}
		}
		w.WriteHeader(http.StatusNotFound)
		_ = json.NewEncoder(w).Encode(metav1.Status{
			TypeMeta: metav1.TypeMeta{APIVersion: "v1", Kind: "Status"}, Code: 404, Reason: metav1.StatusReasonNotFound, Status: "Failure",
		})
	}))
	t.Cleanup(server.Close)
	return server.URL, func() []string {
		mu.Lock()
		defer mu.Unlock()
		return got
	}
}

func kubeconfig(server string) pulumi.String {
	return pulumi.String(fmt.Sprintf("apiVersion: v1\nkind: Config\ncurrent-context: c\nclusters: [{name: c, cluster: {server: %q}}]\n"+
		"contexts: [{name: c, context: {cluster: c, user: u}}]\nusers: [{name: u, user: {}}]\n", server))
}

// creates calls the hook of a component's objects as the engine does.
func creates(t *testing.T, content pulumi.StringInput, typ tokens.Type, objects ...[2]string) (failed []error) {
	t.Helper()
	pulumitest.Run(t, func(ctx *pulumi.Context) error {
		p, err := kubernetes.NewProvider(ctx, "local", &kubernetes.ProviderArgs{Kubeconfig: content})
		require.NoError(t, err)
		c := &thing{}
		_, err = component.Register(ctx, "ashlar-test:index:Thing", "thing", c, &struct{}{}, pulumi.Provider(p))
		require.NoError(t, err)
		options, err := pulumi.NewResourceOptions(existing.Options(c, false))
		require.NoError(t, err)
		hook := options.Hooks.BeforeCreate[0].Callback
		for _, o := range objects {
			meta := resource.PropertyMap{"name": resource.NewProperty(o[1])}
			if o[0] != "" {
				meta["namespace"] = resource.MakeSecret(resource.NewProperty(o[0]))
			}
			failed = append(failed, hook(&pulumi.ResourceHookArgs{
				Type: typ, NewInputs: resource.PropertyMap{"metadata": resource.NewProperty(meta)},
			}))
		}
		_, err = component.Finish(ctx, c)
		return err
	})
	return failed
}

func TestObjectsThatExistAreNotCreated(t *testing.T) {
	t.Parallel()
	tests := map[tokens.Type]struct{ path, subject string }{
		"kubernetes:core/v1:Namespace":      {"/api/v1/namespaces/web", `Namespace "web"`},
		"kubernetes:core/v1:ServiceAccount": {"/api/v1/namespaces/team/serviceaccounts/web", `ServiceAccount "web" in namespace "team"`},
		"kubernetes:core/v1:Service":        {"/api/v1/namespaces/team/services/web", `Service "web" in namespace "team"`},
		"kubernetes:core/v1:ConfigMap":      {"/api/v1/namespaces/team/configmaps/web", `ConfigMap "web" in namespace "team"`},
		"kubernetes:apps/v1:Deployment":     {"/apis/apps/v1/namespaces/team/deployments/web", `Deployment "web" in namespace "team"`},
		"kubernetes:policy/v1:PodDisruptionBudget": {
			"/apis/policy/v1/namespaces/team/poddisruptionbudgets/web", `PodDisruptionBudget "web" in namespace "team"`,
		},
		"kubernetes:networking.k8s.io/v1:NetworkPolicy": {
			"/apis/networking.k8s.io/v1/namespaces/team/networkpolicies/web", `NetworkPolicy "web" in namespace "team"`,
		},
		"kubernetes:networking.k8s.io/v1:Ingress": {
			"/apis/networking.k8s.io/v1/namespaces/team/ingresses/web", `Ingress "web" in namespace "team"`,
		},
		"kubernetes:cert-manager.io/v1:Issuer": {
			"/apis/cert-manager.io/v1/namespaces/team/issuers/web", `Issuer "web" in namespace "team"`,
		},
	}
	for typ, tc := range tests {
		t.Run(string(typ), func(t *testing.T) {
			t.Parallel()
			namespace := "team"
			if typ.Name() == "Namespace" {
				namespace = ""
			}
			url, requests := apiServer(t, tc.path)
			failed := creates(t, kubeconfig(url), typ, [2]string{namespace, "web"}, [2]string{namespace, "other"})
			require.EqualError(t, failed[0], "create "+tc.subject+": it exists already: use another name, import it if an "+
				"interrupted update created it, or set adopt to manage it and to keep it when it is destroyed")
			require.NoError(t, failed[1], "another name is free")
			require.Len(t, requests(), 2, "one request for each object")
		})
	}
}

func TestObjectsOfANewNamespaceAreNotLookedUp(t *testing.T) {
	t.Parallel()
	url, requests := apiServer(t)
	require.Equal(t, []error{nil, nil}, creates(t, kubeconfig(url), "kubernetes:core/v1:Namespace", [2]string{"", "team"},
		[2]string{"team", "web"}))
	require.Equal(t, []string{"/api/v1/namespaces/team"}, requests())
}

func TestAnUnknownClusterHasNoObjects(t *testing.T) {
	t.Parallel()
	unknown := pulumitest.Unknown[pulumi.StringOutput]()
	require.Equal(t, []error{nil}, creates(t, unknown, "kubernetes:core/v1:Namespace", [2]string{"", "team"}))
}

func TestObjectsThatCannotBeLookedUpAreLeftToTheProvider(t *testing.T) {
	t.Parallel()
	require.Equal(t, []error{nil, nil}, creates(t, kubeconfig("http://127.0.0.1:1"), "kubernetes:core/v1:Namespace",
		[2]string{"", "team"}, [2]string{"", "other"}))
}

func TestProvidersOfThePulumiSDKAreNotGuarded(t *testing.T) {
	t.Parallel()
	pulumitest.Run(t, func(ctx *pulumi.Context) error {
		p, err := k8s.NewProvider(ctx, "raw", &k8s.ProviderArgs{})
		require.NoError(t, err)
		c := &thing{}
		_, err = component.Register(ctx, "ashlar-test:index:Thing", "thing", c, &struct{}{}, pulumi.Provider(p))
		require.NoError(t, err)
		options, err := pulumi.NewResourceOptions(existing.Options(c, false))
		require.NoError(t, err)
		require.Nil(t, options.Hooks)
		adopted, err := pulumi.NewResourceOptions(existing.Options(c, true))
		require.NoError(t, err)
		require.True(t, adopted.RetainOnDelete)
		_, err = component.Finish(ctx, c)
		return err
	})
}
