package kubernetes_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/stretchr/testify/require"
	appsv1 "k8s.io/api/apps/v1"
	corev1 "k8s.io/api/core/v1"

	"github.com/ashlar-iac/ashlar/core/config"
	"github.com/ashlar-iac/ashlar/core/deployment"
	"github.com/ashlar-iac/ashlar/core/pulumitest"
)

func TestConfigurationFindings(t *testing.T) {
	t.Parallel()
	web := func(changes object) object {
		out := object{"image": image, "port": 8080}
		for k, v := range changes {
			out[k] = v
		}
		return object{"web": out}
	}
	tests := map[string]struct {
		reason  string
		section object
		want    []string
	}{
		"UnknownCluster": {
			reason: "an unknown cluster has a suggestion",
			section: object{
				"clusters":     both(),
				"namespaces":   object{"team": object{"cluster": "prd"}},
				"applications": web(object{"cluster": "de"}),
			},
			want: []string{
				`kubernetes.applications.web.cluster: unknown cluster "de", did you mean "dev"?`,
				`kubernetes.namespaces.team.cluster: unknown cluster "prd", did you mean "prod"?`,
			},
		},
		"SeveralClusters": {
			reason: "with several clusters, each entry names one",
			section: object{
				"clusters": both(), "namespaces": object{"team": object{}}, "applications": web(object{"namespace": "team"}),
			},
			want: []string{
				"kubernetes.applications.web.cluster: several clusters configured: specify one of dev, prod",
				"kubernetes.namespaces.team.cluster: several clusters configured: specify one of dev, prod",
			},
		},
		"NoClusters": {
			reason:  "a cluster is required",
			section: object{"namespaces": object{"team": object{}}, "applications": web(object{"cluster": "dev"})},
			want: []string{
				"kubernetes.applications.web.cluster: no cluster configured: add one under clusters",
				"kubernetes.namespaces.team.cluster: no cluster configured: add one under clusters",
			},
		},
		"UnknownNamespace": {
			reason: "an unknown namespace has a suggestion",
			section: object{
				"clusters": dev(), "namespaces": object{"team": object{}}, "applications": web(object{"namespace": "teams"}),
			},
			want: []string{`kubernetes.applications.web.namespace: unknown namespace "teams", did you mean "team"?`},
		},
		"NoNamespaces": {
			reason:  "an existing namespace of the cluster is not an entry",
			section: object{"clusters": dev(), "applications": web(object{"namespace": "default"})},
			want:    []string{`kubernetes.applications.web.namespace: unknown namespace "default", there are none`},
		},
		"NamespaceElsewhere": {
			reason: "a namespace is in the cluster of its applications",
			section: object{
				"clusters": both(), "namespaces": object{"team": object{"cluster": "prod"}},
				"applications": web(object{"cluster": "dev", "namespace": "team"}),
			},
			want: []string{
				`kubernetes.applications.web.namespace: namespace "team" is in cluster "prod", the application is in "dev": use a namespace of the same cluster`,
			},
		},
		"UnknownDependency": {
			reason:  "an unknown entry has a suggestion",
			section: object{"clusters": dev(), "applications": web(object{"dependsOn": []any{"aplications/web", "namespaces/team"}})},
			want: []string{
				`kubernetes.applications.web.dependsOn[0]: unknown entry "aplications/web", did you mean "applications/web"?`,
				`kubernetes.applications.web.dependsOn[1]: unknown entry "namespaces/team", expected one of: applications/web`,
			},
		},
		"DependencyCycle": {
			reason: "entries cannot wait for each other",
			section: object{"clusters": dev(), "applications": object{
				"api": object{"image": image, "port": 8080, "dependsOn": []any{"applications/web"}},
				"web": object{"image": image, "port": 8080, "dependsOn": []any{"applications/api"}},
			}},
			want: []string{
				"kubernetes.applications.api: dependency cycle: applications/api -> applications/web -> applications/api: remove one of the references",
			},
		},
		"OwnNamespaceTaken": {
			reason:  "the namespace is not guessed",
			section: object{"clusters": dev(), "namespaces": object{"web": object{}}, "applications": web(nil)},
			want: []string{
				`kubernetes.applications.web: ambiguous namespace: "web" is an entry of namespaces, and the default namespace of the application: set namespace`,
			},
		},
		"TwoSources": {
			reason: "the kubeconfig is not guessed",
			section: object{"clusters": object{
				"dev":  object{"kubeconfig": "dev.yaml", "content": encrypted("text")},
				"prod": object{"kubeconfig": "prod.yaml", "ambient": true, "content": encrypted("text")},
			}},
			want: []string{
				"kubernetes.clusters.dev: from, kubeconfig, content, stack, inCluster and ambient are mutually exclusive: set one of them",
				"kubernetes.clusters.prod: from, kubeconfig, content, stack, inCluster and ambient are mutually exclusive: set one of them",
			},
		},
		"NoSource": {
			reason:  "the ambient kubeconfig is not used by default",
			section: object{"clusters": object{"dev": object{"context": "dev"}}},
			want:    []string{"kubernetes.clusters.dev: no kubeconfig: set from, kubeconfig, content, stack, inCluster or ambient"},
		},
		"Application": {
			reason:  "options of an application are checked by schema and code in one pass",
			section: object{"clusters": dev(), "applications": object{"web": object{"image": "nginx", "port": 80, "replica": 2}}},
			want: []string{
				`kubernetes.applications.web.replica: unknown key, did you mean "replicas"?`,
				`kubernetes.applications.web.image: image "nginx" has no tag: add a version tag or a digest`,
			},
		},
		"InTheClear": {
			reason: "plain secrets are rejected, and not shown",
			section: object{
				"clusters":     object{"dev": object{"content": kubeconfigOf("dev")}},
				"applications": web(object{"secretEnv": object{"TOKEN": "x"}}),
			},
			want: []string{
				"kubernetes.clusters.dev.content: secret in plain text: encrypt it with " +
					"pulumi config set --path --secret 'ashlar:kubernetes.clusters.dev.content'",
				"kubernetes.applications.web.secretEnv.TOKEN: secret in plain text: encrypt it with " +
					"pulumi config set --path --secret 'ashlar:kubernetes.applications.web.secretEnv.TOKEN'",
			},
		},
		"Image": {
			reason:  "the image of an application is checked",
			section: object{"clusters": dev(), "applications": web(object{"image": "nginx"})},
			want: []string{
				`kubernetes.applications.web.image: image "nginx" has no tag: add a version tag or a digest`,
			},
		},
		"Names": {
			reason:  "the name must be valid for every object",
			section: object{"clusters": dev(), "namespaces": object{"Team_A": object{}}},
			want: []string{`kubernetes.namespaces.Team_A: not a valid name: use lower case letters, digits and "-", ` +
				`start with a letter, end with a letter or digit, at most 63 characters; did you mean "team-a"?`},
		},
	}
	for name, tc := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			tc.section["enabled"] = true
			r, err := deploy(t, tc.section)
			var invalid *config.Error
			require.ErrorAs(t, err, &invalid, tc.reason)
			got := map[string]bool{}
			for _, f := range invalid.Findings {
				require.Equal(t, "Pulumi.dev.yaml", f.File)
				require.Positive(t, f.Line)
				got[f.Path+": "+f.Message] = true
			}
			want := map[string]bool{}
			for _, w := range tc.want {
				want[w] = true
			}
			if diff := cmp.Diff(want, got); diff != "" {
				t.Errorf("%s (-want +got):\n%s", tc.reason, diff)
			}
			require.Empty(t, r.Resources, "nothing is registered")
		})
	}
}

func TestDisabledModuleDeploysNothing(t *testing.T) {
	t.Parallel()
	for name, section := range map[string]object{
		"Broken": {
			"enabled":  false,
			"clusters": object{"dev": object{"kubeconfig": "gone.yaml"}},
			"namespaces": object{
				"team": object{"cluster": "unknown"},
			},
			"applications": object{"web": object{"image": image, "port": 8080, "namespace": "unknown", "cluster": "unknown"}},
		},
		"Default": {"enabled": false, "clusters": dev(), "namespaces": object{"team": object{}}},
		"Empty":   {"enabled": false},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			r, err := deploy(t, section)
			require.NoError(t, err, "references are checked when the module is enabled")
			require.Empty(t, r.Resources)
			require.Equal(t, map[string]any{"kubernetes": deployment.StatusDisabled}, r.Exports[deployment.ModulesOutput].Mappable())
		})
	}
}

func TestDefaultNamespaceHasTheNameOfTheApplication(t *testing.T) {
	t.Parallel()
	r, err := deploy(t, object{
		"enabled":      true,
		"clusters":     dev(),
		"applications": object{"web": object{"image": image, "port": 8080}},
	})
	require.NoError(t, err)
	want := map[string]any{"applications": map[string]any{
		"web": map[string]any{"name": "web", "namespace": "web", "address": "web.web.svc:80"},
	}}
	if diff := cmp.Diff(want, r.Exports["kubernetes"].Mappable()); diff != "" {
		t.Errorf("stack output (-want +got):\n%s", diff)
	}
	ns := pulumitest.Decode[corev1.Namespace](t, r.One(t, ":core/v1:Namespace"))
	require.Equal(t, "web", ns.Name)
	require.Equal(t, "restricted", ns.Labels["pod-security.kubernetes.io/enforce"])
	require.Equal(t, "web", pulumitest.Decode[appsv1.Deployment](t, r.One(t, ":apps/v1:Deployment")).Namespace)
}

func TestApplicationsShareNamespaces(t *testing.T) {
	t.Parallel()
	r, err := deploy(t, object{
		"enabled":    true,
		"clusters":   dev(),
		"namespaces": object{"team": object{"name": "payments", "podSecurity": object{"enforce": "baseline"}}},
		"applications": object{
			"web": object{"image": image, "port": 8080, "namespace": "team"},
			"api": object{"image": image, "port": 8080, "namespace": "team", "cluster": "dev"},
		},
	})
	require.NoError(t, err, "the only cluster is the default")
	ns := pulumitest.Decode[corev1.Namespace](t, r.One(t, ":core/v1:Namespace"))
	require.Equal(t, "payments", ns.Name)
	require.Equal(t, "baseline", ns.Labels["pod-security.kubernetes.io/enforce"])
	deployments := r.OfType(":apps/v1:Deployment")
	require.Len(t, deployments, 2)
	for _, d := range deployments {
		require.Equal(t, "payments", pulumitest.Decode[appsv1.Deployment](t, d).Namespace, "the name in the cluster")
	}
}

func TestEntriesDependOnOthers(t *testing.T) {
	t.Parallel()
	r, err := deploy(t, object{
		"enabled": true, "clusters": dev(),
		"applications": object{
			"api": object{"image": image, "port": 8080, "dependsOn": []any{"applications/web"}},
			"web": object{"image": image, "port": 8080},
		},
	})
	require.NoError(t, err)
	var workloads []*pulumitest.Registration
	for _, name := range []string{"web", "api"} {
		for _, d := range r.OfType(":apps/v1:Deployment") {
			if d.Name == name {
				workloads = append(workloads, d)
			}
		}
	}
	require.Len(t, workloads, 2)
	require.Contains(t, workloads[1].Dependencies, workloads[0].URN, "the objects of the other entry exist")
}

func TestResourcesAreDeployedToTheirCluster(t *testing.T) {
	t.Parallel()
	// full returns options that create every resource.
	full := func(cluster, namespace string) object {
		return object{
			"cluster": cluster, "namespace": namespace, "image": image, "port": 8080,
			"files": object{"/etc/motd": "hello"}, "secretEnv": object{"TOKEN": encrypted("x")},
		}
	}
	r, err := deploy(t, object{
		"enabled":  true,
		"clusters": both(),
		"namespaces": object{
			"team": object{"cluster": "dev"}, "payments": object{"cluster": "prod"},
		},
		"applications": object{
			"on-dev": full("dev", "team"), "on-prod": full("prod", "payments"), "alone-on-prod": full("prod", ""),
		},
	})
	require.NoError(t, err)
	cluster := map[string]string{
		"team": "dev", "on-dev": "dev", "payments": "prod", "on-prod": "prod", "alone-on-prod": "prod",
	}
	count := map[string]int{}
	for _, res := range r.Resources {
		if !strings.HasPrefix(res.Type, "kubernetes:") {
			continue
		}
		name := res.Name
		for _, suffix := range []string{"-files", "-env", "-isolation"} {
			name = strings.TrimSuffix(name, suffix)
		}
		require.Contains(t, res.ProviderReference, "::"+cluster[name]+"::"+cluster[name]+"-id", "provider of %s %s", res.Type, res.Name)
		count[name]++
	}
	require.Equal(t, map[string]int{"team": 1, "payments": 1, "on-dev": 7, "on-prod": 7, "alone-on-prod": 8}, count,
		"also children of children, such as the ConfigMap of an application")

	servers := map[string]string{}
	for _, p := range r.OfType(providerType) {
		servers[p.Name] = p.Inputs["clusterIdentifier"].StringValue()
	}
	require.Equal(t, map[string]string{"dev": "https://dev.example.com", "prod": "https://prod.example.com"}, servers)
}

func TestInvalidKubeconfigStopsTheDeployment(t *testing.T) {
	t.Parallel()
	r, err := deploy(t, object{
		"enabled": true,
		"clusters": object{
			"dev":     object{"kubeconfig": "dev.yaml"},
			"gone":    object{"kubeconfig": "gone.yaml"},
			"context": object{"kubeconfig": "prod.yaml", "context": "staging"},
		},
		"namespaces": object{"team": object{"cluster": "dev"}},
	})
	require.ErrorContains(t, err, `kubernetes.clusters.context.context: read kubeconfig "`)
	require.ErrorContains(t, err, `prod.yaml": unknown context "staging", expected one of: other, prod`)
	require.ErrorContains(t, err, `gone.yaml": file not found`)
	require.NotContains(t, err.Error(), canary)
	require.Empty(t, r.Resources, "all clusters are checked before anything is registered")
}

func TestKubeconfigInTheConfiguration(t *testing.T) {
	t.Parallel()
	r, err := deploy(t, object{
		"enabled": true, "clusters": object{"dev": object{"content": encrypted(kubeconfigOf("dev"))}},
		"namespaces": object{"team": object{}},
	})
	require.NoError(t, err)
	requireProvider(t, r, "https://dev.example.com", "an encrypted kubeconfig")
}

func TestAmbientKubeconfig(t *testing.T) {
	path := filepath.Join(t.TempDir(), "config")
	require.NoError(t, os.WriteFile(path, []byte(kubeconfigOf("ambient")), 0o600))
	t.Setenv("KUBECONFIG", path)
	r, err := deploy(t, object{
		"enabled": true, "clusters": object{"dev": object{"ambient": true, "context": "other"}},
		"namespaces": object{"team": object{}},
	})
	require.NoError(t, err)
	requireProvider(t, r, "https://other.example.com", "the context of the ambient kubeconfig")
}

func TestModulePreview(t *testing.T) {
	t.Parallel()
	r, err := deploy(t, object{
		"enabled": true, "clusters": dev(), "applications": object{"web": object{"image": image, "port": 8080}},
	}, pulumitest.Preview())
	require.NoError(t, err)
	require.Len(t, r.OfType(":apps/v1:Deployment"), 1)
}
