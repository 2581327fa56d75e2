package aks_test

import (
	"path/filepath"
	"testing"

	"github.com/pulumi/pulumi/sdk/v3/go/auto"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
	"github.com/stretchr/testify/require"

	"github.com/ashlar-iac/ashlar/azure"
	"github.com/ashlar-iac/ashlar/core/config"
	"github.com/ashlar-iac/ashlar/core/credentials"
	"github.com/ashlar-iac/ashlar/core/deployment"
	"github.com/ashlar-iac/ashlar/integration/cloud/azure/kernel"
	"github.com/ashlar-iac/ashlar/integration/cloudtest"
	"github.com/ashlar-iac/ashlar/kubernetes"
)

const canary = "canary-7c1e9a44d0b2"

// The section of the azure module creates a network, a cluster and an identity of pods. That of the kubernetes module deploys an
// application with this identity to the cluster.
func TestSections(t *testing.T) {
	t.Parallel()
	a := cloudtest.SimulatedAzure(t).WithControlPlanes()
	found := credentials.New(credentials.WithLookup(func(name string) (string, bool) {
		value, ok := map[string]string{
			"ARM_CLIENT_ID": kernel.ClientID, "ARM_CLIENT_SECRET": canary, "ARM_TENANT_ID": kernel.Tenant,
			"ARM_SUBSCRIPTION_ID": kernel.Subscription,
		}[name]
		return value, ok
	}))
	manager := deployment.NewManager(deployment.WithConfig(config.WithStackFile(filepath.Join(t.TempDir(), "Pulumi.dev.yaml"))))
	life := newCycle(t, a, "section", func(ctx *pulumi.Context) error {
		return manager.Run(ctx, azure.Module(azure.WithCredentials(found)), kubernetes.Module())
	})
	for key, value := range map[string]string{
		"ashlar:project": `{"name":"shop","owner":"platform","environment":"dev"}`,
		"ashlar:azure": `{
			"enabled": true,
			"providers": {"primary": {"location": "` + a.Region() + `"}},
			"resourceGroups": {"shop": {"deletionProtection": false}},
			"workspaces": {"logs": {}},
			"networks": {"main": {"addressPrefix": "10.0.0.0/16"}},
			"clusters": {"main": {
				"version": "1.36", "preflight": false, "deletionProtection": false, "workspace": "logs",
				"administrators": {"deploy": {"principalId": "` + kernel.ObjectID + `", "principalType": "ServicePrincipal"}},
				"systemPool": {"nodes": {"min": 1}}, "nodePools": {"apps": {"nodes": {"min": 1}}}
			}},
			"workloadIdentities": {"web": {"namespace": "web", "serviceAccount": "web"}}
		}`,
		"ashlar:kubernetes": `{
			"enabled": true, "clusters": {"prod": {"from": "azure/main"}},
			"applications": {"web": {"image": "registry.example.com/web:1.2.3", "port": 8080, "identity": "azure/web"}}
		}`,
	} {
		require.NoError(t, life.SetConfig(t.Context(), key, auto.ConfigValue{Value: value}))
	}
	up := life.up()
	require.Equal(t, map[string]any{"azure": "deployed", "kubernetes": "deployed"}, up.Outputs["modules"].Value)
	require.NoError(t, life.CheckNoSecret(nil, canary))
	control, err := a.Store.List("azure-native:containerservice:ManagedCluster")
	require.NoError(t, err)
	require.Len(t, control, 1, "two resources are one cluster")
	tags, _ := control[0].Outputs["tags"].(map[string]any)
	require.Equal(t, "platform", tags["owner"], "clusters have the metadata of the deployment")
	trusted, err := a.Store.List("azure-native:managedidentity:FederatedIdentityCredential")
	require.NoError(t, err)
	require.Len(t, trusted, 1)
	require.Equal(t, "system:serviceaccount:web:web", trusted[0].Text("subject"))
	require.Equal(t, control[0].Block("oidcIssuerProfile")["issuerURL"], trusted[0].Text("issuer"))
	workload, err := life.Find(t.Context(), "kubernetes:apps/v1:Deployment", "web")
	require.NoError(t, err)
	template := workload.Inputs["spec"].(map[string]any)["template"].(map[string]any)
	labels := template["metadata"].(map[string]any)["labels"].(map[string]any)
	require.Equal(t, "true", labels["azure.workload.identity/use"], "the webhook of AKS gives the pods a token")
	account, err := life.Find(t.Context(), "kubernetes:core/v1:ServiceAccount", "web")
	require.NoError(t, err)
	identity, err := a.Store.List("azure-native:managedidentity:UserAssignedIdentity")
	require.NoError(t, err)
	annotations := account.Inputs["metadata"].(map[string]any)["annotations"].(map[string]any)
	var clients []string
	for _, i := range identity {
		clients = append(clients, i.Text("clientId"))
	}
	require.Contains(t, clients, annotations["azure.workload.identity/client-id"])
	life.destroy()
}
