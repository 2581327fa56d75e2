package kubernetes_test

import (
	"encoding/json"
	"os"
	"path/filepath"
	"testing"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	appsv1 "k8s.io/api/apps/v1"

	"github.com/ashlar-iac/ashlar/core"
	"github.com/ashlar-iac/ashlar/core/config"
	"github.com/ashlar-iac/ashlar/core/deployment"
	"github.com/ashlar-iac/ashlar/core/pulumitest"
	"github.com/ashlar-iac/ashlar/kubernetes"
	"github.com/ashlar-iac/ashlar/kubernetes/internal/fixture"
)

// identity is an identity of pods that another module provides.
type identity core.WorkloadIdentityInfo

func (i identity) WorkloadIdentityInfo() core.WorkloadIdentityInfo {
	return core.WorkloadIdentityInfo(i)
}

// entry describes one of them.
type entry struct {
	Cluster string `pulumi:"cluster"`
}

// cloud is a module that provides clusters, and identities of pods in them.
func cloud(fail error) deployment.Module {
	type configuration struct {
		deployment.Switch
		Clusters           config.Named[struct{}] `pulumi:"clusters"`
		WorkloadIdentities config.Named[entry]    `pulumi:"workloadIdentities"`
	}
	return deployment.NewModule("cloud", nil, func(ctx *deployment.Context, c *configuration) error {
		for name := range c.Clusters {
			made := cluster{name: name, kubeconfig: pulumi.String(kubeconfigOf(name))}
			if err := deployment.Provide[core.Cluster](ctx, name, made); err != nil {
				return err
			}
		}
		for name, i := range c.WorkloadIdentities {
			made := identity{
				Name: name, Cluster: i.Cluster, Namespace: pulumi.String("web"), ServiceAccount: pulumi.String("web"), Revision: pulumi.String(name),
			}
			if err := deployment.Provide[core.WorkloadIdentity](ctx, name, made); err != nil {
				return err
			}
		}
		return fail
	}, deployment.Provides[core.Cluster]("clusters"), deployment.Provides[core.WorkloadIdentity]("workloadIdentities"))
}

// deployBoth runs both modules, this one first.
func deployBoth(t *testing.T, sections map[string]object, fail error) (*pulumitest.Recording, error) {
	t.Helper()
	dir := t.TempDir()
	values := map[string]string{}
	file := object{}
	for name, section := range sections {
		text, err := json.Marshal(section)
		require.NoError(t, err)
		values["ashlar:"+name] = string(text)
		file["ashlar:"+name] = section
	}
	text, err := json.Marshal(object{"config": file})
	require.NoError(t, err)
	stackFile := filepath.Join(dir, "Pulumi.dev.yaml")
	require.NoError(t, os.WriteFile(stackFile, text, 0o600))
	return pulumitest.Record(func(ctx *pulumi.Context) error {
		manager := deployment.NewManager(deployment.WithConfig(config.WithStackFile(stackFile)))
		return manager.Run(ctx, kubernetes.Module(), cloud(fail))
	}, pulumitest.WithConfig(values), fixture.Cluster())
}

func TestClustersOfOtherModules(t *testing.T) {
	t.Parallel()
	r, err := deployBoth(t, map[string]object{
		"cloud": {"enabled": true, "clusters": object{"main": object{}, "spare": object{}}},
		"kubernetes": {
			"enabled": true,
			"clusters": object{
				"prod": object{"from": "cloud/main"}, "unused": object{"from": "cloud/spare"},
			},
			"applications": object{"web": object{"image": image, "cluster": "prod"}},
		},
	}, nil)
	require.NoError(t, err)
	requireProvider(t, r, "https://main.example.com", "the module is deployed after the one that provides the cluster")
	assert.Equal(t, "prod", r.One(t, ":apps/v1:Deployment").Provider.Name)
}

func TestClustersThatNobodyProvides(t *testing.T) {
	t.Parallel()
	section := object{"enabled": true, "clusters": object{"prod": object{"from": "cloud/mian"}}}
	_, err := deployBoth(t, map[string]object{
		"cloud": {"enabled": true, "clusters": object{"main": object{}}}, "kubernetes": section,
	}, nil)
	require.ErrorContains(t, err, `kubernetes.clusters.prod.from: unknown entry "mian" of cloud.clusters, expected one of: main`)

	_, err = deployBoth(t, map[string]object{
		"cloud": {"enabled": false, "clusters": object{"main": object{}}}, "kubernetes": section,
	}, nil)
	require.ErrorContains(t, err, `kubernetes.clusters.prod.from: module cloud is not enabled: set cloud.enabled`)
}

func TestClustersOfAModuleThatFailed(t *testing.T) {
	t.Parallel()
	r, err := deployBoth(t, map[string]object{
		"cloud":      {"enabled": true, "clusters": object{"main": object{}}},
		"kubernetes": {"enabled": true, "clusters": object{"prod": object{"from": "cloud/main"}}},
	}, assert.AnError)
	require.ErrorIs(t, err, assert.AnError)
	require.ErrorContains(t, err, "deploy module kubernetes: skipped: cloud failed")
	assert.Empty(t, r.Resources)
}

func TestIdentitiesOfOtherModules(t *testing.T) {
	t.Parallel()
	file := filepath.Join(t.TempDir(), "kubeconfig")
	require.NoError(t, os.WriteFile(file, []byte(kubeconfigOf("main")), 0o600))
	tests := map[string]struct {
		reason   string
		identity string
		clusters object
		want     string
	}{
		"given":    {"pods have it", "cloud/shop", object{"prod": object{"from": "cloud/main"}}, ""},
		"anywhere": {"the cluster is none of the program", "cloud/shop", object{"prod": object{"kubeconfig": file}}, ""},
		"any":      {"nothing is known of its cluster", "cloud/any", object{"prod": object{"from": "cloud/spare"}}, ""},
		"elsewhere": {"pods of another cluster have it", "cloud/shop", object{"prod": object{"from": "cloud/spare"}},
			`the identity cloud/shop is for pods of cluster "main", the application is in "prod", which is cluster "spare": name an identity of that one`},
		"unknown": {"a slip", "cloud/shpo", object{"prod": object{"from": "cloud/main"}},
			`kubernetes.applications.web.identity: unknown entry "shpo" of cloud.workloadIdentities, did you mean "shop"?`},
	}
	for name, tc := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			r, err := deployBoth(t, map[string]object{
				"cloud": {
					"enabled": true, "clusters": object{"main": object{}, "spare": object{}},
					"workloadIdentities": object{"shop": object{"cluster": "main"}, "any": object{}},
				},
				"kubernetes": {
					"enabled": true, "clusters": tc.clusters,
					"applications": object{"web": object{"image": image, "identity": tc.identity}},
				},
			}, nil)
			if tc.want != "" {
				require.ErrorContains(t, err, tc.want, tc.reason)
				return
			}
			require.NoError(t, err, tc.reason)
			d := pulumitest.Decode[appsv1.Deployment](t, r.One(t, ":apps/v1:Deployment"))
			require.Contains(t, d.Spec.Template.Annotations, "ashlar-iac.github.io/identity", tc.reason)
		})
	}
}
