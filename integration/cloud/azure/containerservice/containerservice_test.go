package containerservice_test

import (
	"encoding/base64"
	"testing"

	provider "github.com/pulumi/pulumi-go-provider"
	"github.com/pulumi/pulumi/sdk/v3/go/common/resource"
	"github.com/stretchr/testify/require"
	"k8s.io/client-go/tools/clientcmd"

	"github.com/ashlar-iac/ashlar/integration/cloud/accounttest"
	"github.com/ashlar-iac/ashlar/integration/cloud/azure"
	"github.com/ashlar-iac/ashlar/integration/cloud/azure/azuretest"
	"github.com/ashlar-iac/ashlar/integration/cloud/azure/kernel"
)

// in are the inputs of a resource.
type in = map[string]any

type step = accounttest.Step

const (
	clusterToken = "azure-native:containerservice/v20240901:ManagedCluster"
	poolToken    = "azure-native:containerservice/v20240901:AgentPool"
	windowToken  = "azure-native:containerservice/v20240901:MaintenanceConfiguration"
	groupID      = "20000000-0000-4000-8000-00000000000a"
)

func made(name, typ, nameInput string, more in) step {
	return step{Name: name, Type: typ, Inputs: accounttest.Merge(azuretest.In(in{nameInput: name}), more)}
}

func identity(name string) step { return made(name, kernel.IdentityToken, "resourceName", nil) }

// assign gives an identity of earlier steps a role.
func assign(h *accounttest.History, identity, scope, role string) step {
	return step{Name: identity + scope, Type: kernel.AssignmentToken, Inputs: in{"scope": scope, "principalType": "ServicePrincipal",
		"principalId":      h.Output(identity, "principalId"),
		"roleDefinitionId": "/subscriptions/" + kernel.Subscription + "/providers/Microsoft.Authorization/roleDefinitions/" + role}}
}

// ground returns a group with a network, whose subnets "nodes" and "plain" have a NAT gateway and none.
func ground() []step {
	return append(azuretest.Group(), identity("plane"),
		made("nat", "azure-native:network:NatGateway", "natGatewayName", in{"sku": in{"name": "Standard"}}),
		made("net", kernel.NetworkToken, "virtualNetworkName", in{"addressSpace": in{"addressPrefixes": []any{"10.0.0.0/16"}}}),
		subnet("nodes", "10.0.0.0/24", in{"natGateway": in{"id": "$nat"}}), subnet("plain", "10.0.1.0/24", nil))
}

func subnet(name, prefix string, more in) step {
	return made(name, "azure-native:network:Subnet", "subnetName", accounttest.Merge(in{"virtualNetworkName": "net",
		"addressPrefix": prefix}, more))
}

// system returns the block of a system pool, replaced and completed by more.
func system(more in) in {
	return accounttest.Merge(in{"name": "system", "mode": "System", "count": 2.0, "vmSize": "Standard_D4ds_v5",
		"type": "VirtualMachineScaleSets"}, more)
}

// cluster returns the step of a small cluster "main", replaced and completed by more.
func cluster(more in, pools ...any) step {
	if pools == nil {
		pools = []any{system(nil)}
	}
	return made("main", clusterToken, "resourceName", accounttest.Merge(in{"dnsPrefix": "shop", "kubernetesVersion": "1.35",
		"identity": in{"type": "SystemAssigned"}, "agentPoolProfiles": pools}, more))
}

// overlay is the network profile of clusters in a network of their own, replaced and completed by more.
func overlay(more in) in {
	return accounttest.Merge(in{"networkPlugin": "azure", "networkPluginMode": "overlay", "networkDataplane": "cilium",
		"networkPolicy": "cilium", "outboundType": "userAssignedNATGateway", "serviceCidr": "172.16.0.0/16",
		"dnsServiceIP": "172.16.0.10", "podCidr": "192.168.0.0/16"}, more)
}

// private returns a private cluster in the subnet "nodes", replaced and completed by more.
func private(more in) step {
	return cluster(accounttest.Merge(in{"identity": in{"type": "UserAssigned", "userAssignedIdentities": []any{"$plane"}},
		"networkProfile":         overlay(nil),
		"apiServerAccessProfile": in{"enablePrivateCluster": true, "enablePrivateClusterPublicFQDN": false},
		"aadProfile":             in{"managed": true, "enableAzureRBAC": true}, "disableLocalAccounts": true,
		"oidcIssuerProfile": in{"enabled": true},
		"securityProfile":   in{"workloadIdentity": in{"enabled": true}},
	}, more), system(in{"vnetSubnetID": "$nodes", "availabilityZones": []any{"1", "2", "3"}}))
}

func pool(name string, more in) step {
	return made(name, poolToken, "agentPoolName", accounttest.Merge(in{"resourceName": "main", "mode": "User",
		"vmSize": "Standard_D2s_v5"}, more))
}

func update(s step) step {
	s.Name = "~" + s.Name
	return s
}

func TestClusterOutputs(t *testing.T) {
	t.Parallel()
	h := azuretest.New(t).All(ground()...).All(private(nil))
	require.Equal(t, "/subscriptions/"+azure.Subscription+"/resourcegroups/rg/providers/Microsoft.ContainerService/managedClusters/main",
		h.IDs["main"], "AKS spells the id in its own way")
	require.Equal(t, "Microsoft.ContainerService/ManagedClusters", h.Output("main", "type"))
	require.Nil(t, h.Output("main", "fqdn"), "the public name is disabled")
	require.Regexp(t, `^shop-[0-9a-f]{8}\.[0-9a-f-]{36}\.privatelink\.westeurope\.azmk8s\.io$`, h.Output("main", "privateFQDN"))
	issuer, _ := h.Output("main", "oidcIssuerProfile").(in)
	require.Regexp(t, `^https://westeurope\.oic\.prod-aks\.azure\.com/`+kernel.Tenant+`/[0-9a-f-]{36}/$`, issuer["issuerURL"])
	require.Equal(t, "1.35.6", h.Output("main", "currentKubernetesVersion"))
	require.Equal(t, "1.35", h.Output("main", "kubernetesVersion"), "an alias stays one")
	require.Equal(t, "MC_rg_main_westeurope", h.Output("main", "nodeResourceGroup"))
	require.NotEmpty(t, h.Output("main", "eTag"))

	profile, _ := h.Output("main", "identityProfile").(in)
	kubelet, _ := profile["kubeletidentity"].(in)
	found, err := h.Call("azure-native:managedidentity:getUserAssignedIdentity",
		in{"resourceGroupName": "MC_rg_main_westeurope", "resourceName": "main-agentpool"})
	require.NoError(t, err)
	require.Equal(t, found["principalId"], kubelet["objectId"])
	require.Equal(t, found["id"], kubelet["resourceId"])

	pools, _ := h.Output("main", "agentPoolProfiles").([]any)
	answer, _ := pools[0].(in)
	for property, want := range map[string]any{"name": "system", "osDiskType": "Ephemeral", "osDiskSizeGB": 128.0, "maxPods": 250.0,
		"currentOrchestratorVersion": "1.35.6", "osSKU": "Ubuntu", "count": 2.0, "type": "VirtualMachineScaleSets"} {
		require.Equal(t, want, answer[property], property)
	}
	inputs := h.Refreshed("main")
	require.False(t, h.Differences(step{Name: "~main", Inputs: private(nil).Inputs}).HasChanges)
	require.Equal(t, "1.35", inputs["kubernetesVersion"], "a refresh finds no drift")

	h.All(pool("apps", in{"vnetSubnetID": "$nodes"}))
	listed, _ := h.Refreshed("main")["agentPoolProfiles"].([]any)
	require.Len(t, listed, 2, "a cluster answers with all pools, also for its inputs")

	got, err := h.Call("azure-native:containerservice:getManagedCluster", in{"resourceGroupName": "rg", "resourceName": "main"})
	require.NoError(t, err)
	require.Equal(t, h.Output("main", "privateFQDN"), got["privateFQDN"])
	h.All(step{Name: "-apps"}, step{Name: "-main"})
	left, err := azure.New().Made(h.Store, "")
	require.NoError(t, err)
	for _, o := range left {
		require.NotContains(t, o.ID, "MC_", "the resource group of the nodes is deleted with the cluster")
		require.NotContains(t, o.ID, "managedClusters")
	}
}

// TestImport says that the inputs of an imported cluster are the whole answer.
func TestImport(t *testing.T) {
	t.Parallel()
	h := azuretest.New(t).All(ground()...).All(private(nil))
	r, err := h.Read(t.Context(), provider.ReadRequest{Urn: accounttest.URN(clusterToken), ID: h.IDs["main"]})
	require.NoError(t, err)
	inputs := resource.ToResourcePropertyMap(r.Inputs).Mappable()
	of, _ := inputs["identity"].(in)
	require.Equal(t, []any{h.IDs["plane"]}, of["userAssignedIdentities"], "a list, not the map of the answer")
	require.NotEmpty(t, inputs["storageProfile"], "a default of AKS")
	require.NotEmpty(t, inputs["windowsProfile"])
	for _, output := range []string{"fqdn", "systemData", "resourceUID", "eTag"} {
		require.NotContains(t, inputs, output)
	}
	pools, _ := inputs["agentPoolProfiles"].([]any)
	first, _ := pools[0].(in)
	require.Equal(t, "VirtualMachineScaleSets", first["type"])
	require.EqualValues(t, 250, first["maxPods"])
	require.NotContains(t, first, "currentOrchestratorVersion")
}

func TestAddOnsHaveIdentities(t *testing.T) {
	t.Parallel()
	h := azuretest.New(t).All(azuretest.Group()...).All(cluster(in{"addonProfiles": in{"azurepolicy": in{"enabled": true},
		"azureKeyvaultSecretsProvider": in{"enabled": true, "config": in{"enableSecretRotation": "true"}}, "omsagent": in{"enabled": false}}}))
	profiles, _ := h.Output("main", "addonProfiles").(in)
	provider, _ := profiles["azureKeyvaultSecretsProvider"].(in)
	of, _ := provider["identity"].(in)
	require.True(t, kernel.IsGUID(of["clientId"].(string)))
	require.Contains(t, of["resourceId"], "/azurekeyvaultsecretsprovider-main")
	off, _ := profiles["omsagent"].(in)
	require.Nil(t, off["identity"])
	require.Regexp(t, `^shop-[0-9a-f]{8}\.hcp\.westeurope\.azmk8s\.io$`, h.Output("main", "fqdn"))
	network, _ := h.Output("main", "networkProfile").(in)
	balancer, _ := network["loadBalancerProfile"].(in)
	require.Len(t, balancer["effectiveOutboundIPs"], 1)
}

// kubeconfig returns the kubeconfig that a function answers with.
func kubeconfig(t *testing.T, h *accounttest.History, function string) string {
	t.Helper()
	answer, err := h.Call("azure-native:containerservice:"+function, in{"resourceGroupName": "rg", "resourceName": "main"})
	require.NoError(t, err)
	first, _ := answer["kubeconfigs"].([]any)[0].(in)
	text, err := base64.StdEncoding.DecodeString(first["value"].(string))
	require.NoError(t, err)
	return string(text)
}

func TestCredentials(t *testing.T) {
	t.Parallel()
	plain := azuretest.New(t).All(azuretest.Group()...).All(cluster(nil))
	config, err := clientcmd.Load([]byte(kubeconfig(t, plain, "listManagedClusterUserCredentials")))
	require.NoError(t, err)
	require.Equal(t, "main", config.CurrentContext)
	require.NotEmpty(t, config.AuthInfos["clusterUser_rg_main"].Token, "without Entra ID a user is the local one")
	admin := kubeconfig(t, plain, "listManagedClusterAdminCredentials")
	require.Equal(t, admin, kubeconfig(t, plain, "listManagedClusterAdminCredentials"), "the text is stable")
	config, err = clientcmd.Load([]byte(admin))
	require.NoError(t, err)
	require.Equal(t, "main-admin", config.CurrentContext)
	require.Equal(t, "https://"+plain.Output("main", "fqdn").(string)+":443", config.Clusters["main"].Server)

	h := azuretest.New(t).All(ground()...).All(private(nil))
	config, err = clientcmd.Load([]byte(kubeconfig(t, h, "listManagedClusterUserCredentials")))
	require.NoError(t, err)
	exec := config.AuthInfos["clusterUser_rg_main"].Exec
	require.Equal(t, "kubelogin", exec.Command)
	require.Equal(t, []string{"--login", "devicecode"}, exec.Args[len(exec.Args)-2:])
	_, err = h.Call("azure-native:containerservice:listManagedClusterAdminCredentials",
		in{"resourceGroupName": "rg", "resourceName": "main"})
	require.ErrorContains(t, err, `Status=400 Code="BadRequest" Message="Getting static credential is not allowed because this cluster is set to disable local accounts."`)
	_, err = h.Call("azure-native:containerservice:listManagedClusterUserCredentials", in{"resourceGroupName": "rg", "resourceName": "other"})
	require.ErrorContains(t, err, `Status=404 Code="ResourceNotFound"`)
}
