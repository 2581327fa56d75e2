package kubernetes_test

import (
	"encoding/json"
	"os"
	"path/filepath"
	"testing"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/ashlar-iac/ashlar/core"
	"github.com/ashlar-iac/ashlar/core/config"
	"github.com/ashlar-iac/ashlar/core/deployment"
	"github.com/ashlar-iac/ashlar/core/pulumitest"
	"github.com/ashlar-iac/ashlar/kubernetes"
	"github.com/ashlar-iac/ashlar/kubernetes/internal/fixture"
)

// cloud is a module that provides clusters.
func cloud(fail error) deployment.Module {
	type configuration struct {
		deployment.Switch
		Clusters config.Named[struct{}] `pulumi:"clusters"`
	}
	return deployment.NewModule("cloud", nil, func(ctx *deployment.Context, c *configuration) error {
		for name := range c.Clusters {
			made := cluster{kubeconfig: pulumi.String(kubeconfigOf(name))}
			if err := deployment.Provide[core.Cluster](ctx, name, made); err != nil {
				return err
			}
		}
		return fail
	})
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
	require.ErrorContains(t, err, `kubernetes.clusters.prod.from: there is no "mian" under cloud.clusters, expected one of: main`)

	_, err = deployBoth(t, map[string]object{
		"cloud": {"enabled": false, "clusters": object{"main": object{}}}, "kubernetes": section,
	}, nil)
	require.ErrorContains(t, err, `kubernetes.clusters.prod.from: the module cloud is not enabled: set cloud.enabled`)
}

func TestClustersOfAModuleThatFailed(t *testing.T) {
	t.Parallel()
	r, err := deployBoth(t, map[string]object{
		"cloud":      {"enabled": true, "clusters": object{"main": object{}}},
		"kubernetes": {"enabled": true, "clusters": object{"prod": object{"from": "cloud/main"}}},
	}, assert.AnError)
	require.ErrorIs(t, err, assert.AnError)
	require.ErrorContains(t, err, "deploy module kubernetes: not attempted: cloud failed")
	assert.Empty(t, r.Resources)
}
