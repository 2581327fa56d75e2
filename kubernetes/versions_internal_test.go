package kubernetes

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
	"github.com/stretchr/testify/require"

	"github.com/ashlar-iac/ashlar/core"
	"github.com/ashlar-iac/ashlar/core/config"
	"github.com/ashlar-iac/ashlar/core/deployment"
	"github.com/ashlar-iac/ashlar/core/pulumitest"
	"github.com/ashlar-iac/ashlar/core/versions"
)

// istio is the table of a module of the test.
var istio = versions.Table{"istio": {Versions: []versions.Release{
	{Version: "1.27.0", Kubernetes: ">=1.29 <1.35"}, {Version: "1.26.2", Kubernetes: ">=1.29 <1.34"}, {Version: "1.25.3", Kubernetes: ">=1.28 <1.33"},
}}}

// given is a cluster of another module.
type given core.ClusterInfo

func (g given) ClusterInfo() core.ClusterInfo { return core.ClusterInfo(g) }

type clouds struct {
	deployment.Switch
	Clusters config.Named[struct{}] `pulumi:"clusters"`
}

// TestVersions resolves versions of a component for clusters. It needs the deployer: tables of add-ons change.
func TestVersions(t *testing.T) {
	t.Parallel()
	file := filepath.Join(t.TempDir(), "versions.yaml")
	require.NoError(t, os.WriteFile(file, []byte("components: {istio: {versions: [{version: 1.28.1, kubernetes: '>=1.30'}]}}"), 0o600))
	components := func(istio string) versions.Configuration {
		return versions.Configuration{Components: config.Named[string]{"istio": istio}}
	}
	tests := map[string]struct {
		reason      string
		section     versions.Configuration
		checked     string
		stack       string
		want, wrong string
	}{
		"Newest": {
			reason: "a cluster of an unknown version", want: "istio 1.27.0 (built-in table)",
		},
		"Checked": {
			reason: "a cluster that was checked", checked: "v1.28.4-eks-1", want: "istio 1.25.3 (built-in table, compatible with Kubernetes 1.28)",
		},
		"Stack": {
			reason: "ashlar:versions decides what the section does not", stack: `{"components":{"istio":"1.26.2"}}`,
			want: "istio 1.26.2 (stack configuration)",
		},
		"Section": {
			reason: "the section precedes ashlar:versions", section: components("1.27.0"), stack: `{"components":{"istio":"1.26.2"}}`,
			want: "istio 1.27.0 (stack configuration)",
		},
		"File": {
			reason: "so does its file", section: versions.Configuration{File: file}, stack: `{"components":{"istio":"1.26.2"}}`,
			want: "istio 1.28.1 (versions.yaml:1)",
		},
		"Incompatible": {
			reason: "a version that the cluster does not support", section: components("1.25.3"), checked: "1.34",
			wrong: "istio 1.25.3 requires Kubernetes >=1.28 <1.33, the cluster has 1.34: use 1.27.0",
		},
	}
	for name, tc := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			resolved, err := resolveIn(t, tc.section, tc.stack, map[string]string{"prod": tc.checked}, "prod")
			if tc.wrong != "" {
				require.ErrorContains(t, err, tc.wrong, tc.reason)
				return
			}
			require.NoError(t, err, tc.reason)
			require.Equal(t, tc.want, resolved, tc.reason)
		})
	}
	resolved, err := resolveIn(t, versions.Configuration{}, "", nil, "cloud")
	require.NoError(t, err)
	require.Equal(t, "istio 1.27.0 (built-in table, compatible with Kubernetes 1.33)", resolved, "the cluster of another module has a version")
}

// resolveIn returns the explanation of the version of istio for a cluster.
func resolveIn(
	t *testing.T, section versions.Configuration, stack string, checked map[string]string, cluster string,
) (resolved string, err error) {
	t.Helper()
	values := map[string]string{"ashlar:clouds": `{"enabled":true,"clusters":{"main":{}}}`, "ashlar:probe": `{"enabled":true}`}
	if stack != "" {
		values["ashlar:versions"] = stack
	}
	own, err := versions.New(istio, versions.WithConfiguration(section))
	require.NoError(t, err)
	cloud := deployment.NewModule("clouds", nil, func(ctx *deployment.Context, _ *clouds) error {
		return deployment.Provide[core.Cluster](ctx, "main", given{Name: "main", Version: pulumi.String("1.33").ToStringOutput()})
	}, deployment.Provides[core.Cluster]("clusters"))
	probe := deployment.NewModule("probe", nil, func(ctx *deployment.Context, _ *struct{ deployment.Switch }) error {
		d := &deployer{
			ctx: ctx, versions: own, clusterVersions: checked, explained: map[string]pulumi.Map{},
			config: &Configuration{Versions: section, Clusters: config.Named[*ClusterConfiguration]{
				"prod": {Kubeconfig: "prod.yaml"}, "cloud": {From: "clouds/main"},
			}},
		}
		kubernetes, err := d.kubernetesVersion(cluster)
		if err != nil {
			return err
		}
		got, err := d.version("istio", cluster, kubernetes)
		if err != nil {
			return err
		}
		resolved = got.String()
		require.Equal(t, map[string]pulumi.Map{cluster: {"istio": pulumi.String(resolved)}}, d.explained)
		return d.publishVersions()
	}, deployment.WithVersions(istio), deployment.DependsOn("clouds"))
	r, err := pulumitest.Record(func(ctx *pulumi.Context) error {
		return deployment.NewManager(deployment.WithConfig(config.WithStackFile(filepath.Join(t.TempDir(), "Pulumi.dev.yaml")))).Run(ctx, probe, cloud)
	}, pulumitest.WithConfig(values))
	if err == nil {
		require.Equal(t, resolved, r.Exports["probe"].Mappable().(map[string]any)["versions"].(map[string]any)[cluster].(map[string]any)["istio"])
	}
	return resolved, err
}
