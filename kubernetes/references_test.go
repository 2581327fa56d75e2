package kubernetes_test

import (
	"cmp"
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
)

// identity is a workload identity of another module.
type identity core.WorkloadIdentityInfo

func (i identity) WorkloadIdentityInfo() core.WorkloadIdentityInfo {
	return core.WorkloadIdentityInfo(i)
}

// cloud returns a module that provides clusters of a platform, and workload identities.
func cloud(name, platform string, fail error) deployment.Module {
	return deployment.NewModule(name, nil, func(ctx *deployment.Context, c *cloudConfiguration) error {
		for name := range c.Clusters {
			made := cluster{name: name, platform: platform, kubeconfig: pulumi.String(kubeconfigOf(name))}
			if err := deployment.Provide[core.Cluster](ctx, name, made); err != nil {
				return err
			}
		}
		for name, i := range c.WorkloadIdentities {
			made := identity{
				Name: name, Platform: platform, Cluster: i.Cluster,
				Namespace: pulumi.String("web"), ServiceAccount: pulumi.String("web"), Revision: pulumi.String(name),
			}
			if err := deployment.Provide[core.WorkloadIdentity](ctx, name, made); err != nil {
				return err
			}
		}
		return fail
	}, deployment.Provides[core.Cluster]("clusters"), deployment.Provides[core.WorkloadIdentity]("workloadIdentities"),
		deployment.Describes(func(_ *cloudConfiguration, name string) core.Cluster { return cluster{name: name, platform: platform} }),
		deployment.Describes(func(c *cloudConfiguration, name string) core.WorkloadIdentity {
			i := c.WorkloadIdentities[name]
			return identity{
				Name: name, Platform: platform, Cluster: i.Cluster,
				Namespace: pulumi.String("web"), ServiceAccount: pulumi.String(cmp.Or(i.ServiceAccount, "web")),
			}
		}))
}

type cloudConfiguration struct {
	deployment.Switch
	Clusters           config.Named[struct{}]      `pulumi:"clusters"`
	WorkloadIdentities config.Named[cloudIdentity] `pulumi:"workloadIdentities"`
}

type cloudIdentity struct {
	Cluster        string `pulumi:"cluster"`
	ServiceAccount string `pulumi:"serviceAccount"`
}

// deployWithClouds runs the kubernetes module before the clouds that it refers to.
func deployWithClouds(t *testing.T, sections map[string]object, fail error) (*pulumitest.Recording, error) {
	t.Helper()
	return deployModules(t, sections, []deployment.Module{
		kubernetes.Module(), cloud("cloud", "eks", fail), cloud("other", "aks", nil),
	})
}

func TestClustersOfOtherModules(t *testing.T) {
	t.Parallel()
	r, err := deployWithClouds(t, map[string]object{
		"cloud": {"enabled": true, "clusters": object{"main": object{}, "spare": object{}}},
		"kubernetes": {
			"enabled": true,
			"clusters": object{
				"prod": object{"from": "cloud/main"}, "unused": object{"from": "cloud/spare"},
			},
			"applications": object{"web": object{"image": image, "port": 8080, "cluster": "prod"}},
		},
	}, nil)
	require.NoError(t, err)
	requireProvider(t, r, "https://main.example.com", "the module is deployed after the one that provides the cluster")
	assert.Equal(t, "prod", r.One(t, ":apps/v1:Deployment").Provider.Name)
}

func TestUnknownClustersOfOtherModules(t *testing.T) {
	t.Parallel()
	section := object{"enabled": true, "clusters": object{"prod": object{"from": "cloud/mian"}}}
	_, err := deployWithClouds(t, map[string]object{
		"cloud": {"enabled": true, "clusters": object{"main": object{}}}, "kubernetes": section,
	}, nil)
	require.ErrorContains(t, err, `kubernetes.clusters.prod.from: unknown entry "mian" of cloud.clusters, expected one of: main`)

	_, err = deployWithClouds(t, map[string]object{
		"cloud": {"enabled": false, "clusters": object{"main": object{}}}, "kubernetes": section,
	}, nil)
	require.ErrorContains(t, err, `kubernetes.clusters.prod.from: module cloud is not enabled: set cloud.enabled`)
}

func TestClustersOfAFailedModule(t *testing.T) {
	t.Parallel()
	r, err := deployWithClouds(t, map[string]object{
		"cloud":      {"enabled": true, "clusters": object{"main": object{}}},
		"kubernetes": {"enabled": true, "clusters": object{"prod": object{"from": "cloud/main"}}},
	}, assert.AnError)
	require.ErrorIs(t, err, assert.AnError)
	require.ErrorContains(t, err, "deploy module kubernetes: skipped: cloud failed")
	assert.Empty(t, r.Resources)
}

func TestIdentitiesOfOtherModules(t *testing.T) {
	t.Parallel()
	from := func(cluster string) object { return object{"prod": object{"from": cluster}} }
	tests := map[string]struct {
		reason   string
		identity string
		clusters object
		want     string
	}{
		"same cluster":    {"the pods have the identity", "cloud/shop", from("cloud/main"), ""},
		"unknown cluster": {"the cluster is not part of the program", "cloud/shop", object{"prod": object{"kubeconfig": "prod.yaml"}}, ""},
		"any cluster":     {"the identity is not limited to a cluster", "cloud/any", from("cloud/spare"), ""},
		"other cluster": {"the identity is for pods of another cluster", "cloud/shop", from("cloud/spare"),
			`kubernetes.applications.web.identity: it is for pods of the eks cluster "main", the application is in "prod", ` +
				`the eks cluster "spare": use an identity of the same cluster`},
		"other cloud": {"a cluster of another cloud has the same name", "other/shop", from("cloud/main"),
			`kubernetes.applications.web.identity: it is for pods of the aks cluster "main", the application is in "prod", ` +
				`the eks cluster "main": use an identity of the same cluster`},
		"any cluster of another cloud": {"no cluster of the platform matches", "other/any", from("cloud/main"),
			`it is for pods of the aks cluster, the application is in "prod", the eks cluster "main"`},
		"other service account": {"the identity is for pods of another service account", "cloud/worker", from("cloud/main"),
			`kubernetes.applications.web.identity: "worker" is for service account "worker", the application's is "web": use the same name`},
		"unknown identity": {"a typing error", "cloud/shpo", from("cloud/main"),
			`kubernetes.applications.web.identity: unknown entry "shpo" of cloud.workloadIdentities, did you mean "shop"?`},
	}
	for name, tc := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			section := func() object {
				return object{
					"enabled": true, "clusters": object{"main": object{}, "spare": object{}},
					"workloadIdentities": object{"shop": object{"cluster": "main"}, "any": object{}, "worker": object{"serviceAccount": "worker"}},
				}
			}
			r, err := deployWithClouds(t, map[string]object{
				"cloud": section(), "other": section(),
				"kubernetes": {
					"enabled": true, "clusters": tc.clusters,
					"applications": object{"web": object{"image": image, "port": 8080, "identity": tc.identity}},
				},
			}, nil)
			if tc.want != "" {
				require.ErrorContains(t, err, tc.want, tc.reason)
				require.Empty(t, r.Resources, "nothing is registered")
				return
			}
			require.NoError(t, err, tc.reason)
			d := pulumitest.Decode[appsv1.Deployment](t, r.One(t, ":apps/v1:Deployment"))
			require.Contains(t, d.Spec.Template.Annotations, "ashlar-iac.github.io/identity", tc.reason)
		})
	}
}

func TestKubeconfigsAreReadBeforeAnythingIsCreated(t *testing.T) {
	t.Parallel()
	for name, tc := range map[string]struct {
		reason  string
		cluster object
		want    string
	}{
		"Missing file": {"a slip in the path", object{"kubeconfig": "none.yaml"}, "kubernetes.clusters.prod.kubeconfig: read kubeconfig"},
		"Unknown context": {"the option of the context", object{"kubeconfig": "dev.yaml", "context": "stage"},
			`kubernetes.clusters.prod.context: read kubeconfig`},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			_, err := deployWithClouds(t, map[string]object{
				"cloud": {"enabled": true, "clusters": object{"main": object{}}},
				"kubernetes": {
					"enabled": true, "clusters": object{"prod": tc.cluster, "main": object{"from": "cloud/main"}},
					"namespaces": object{"a": object{"cluster": "nowhere"}},
				},
			}, assert.AnError)
			require.ErrorContains(t, err, "2 problems", "next to other problems")
			require.ErrorContains(t, err, tc.want, tc.reason)
			require.ErrorContains(t, err, "Pulumi.dev.yaml:", "with the place")
			require.NotErrorIs(t, err, assert.AnError, "no module is deployed")
		})
	}
}

func TestNamespacesAreUniqueInACluster(t *testing.T) {
	t.Parallel()
	tests := map[string]struct {
		reason  string
		section object
		want    string
	}{
		"Two entries": {"the second namespace would overwrite the first one", object{
			"clusters": dev(), "namespaces": object{"a": object{"name": "shop"}, "shop": object{}},
		}, `kubernetes.namespaces.shop: duplicate namespace "shop" in the cluster of`},
		"Of an application": {"the default namespace of an application", object{
			"clusters": dev(), "namespaces": object{"a": object{"name": "web"}}, "applications": object{"web": object{"image": image, "port": 8080}},
		}, `kubernetes.applications.web: duplicate namespace "web" in the cluster of`},
		"One cluster twice": {"two entries lead to one cluster", object{
			"clusters":   object{"dev": object{"kubeconfig": "dev.yaml"}, "again": object{"kubeconfig": "dev.yaml"}},
			"namespaces": object{"a": object{"name": "shop", "cluster": "dev"}, "shop": object{"cluster": "again"}},
		}, `kubernetes.namespaces.shop: duplicate namespace "shop"`},
		"Two clusters": {"each cluster has its own", object{
			"clusters": both(), "namespaces": object{"a": object{"name": "shop", "cluster": "dev"}, "shop": object{"cluster": "prod"}},
		}, ""},
	}
	for name, tc := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			tc.section["enabled"] = true
			_, err := deploy(t, tc.section)
			if tc.want == "" {
				require.NoError(t, err, tc.reason)
				return
			}
			require.ErrorContains(t, err, tc.want, tc.reason)
		})
	}
}
