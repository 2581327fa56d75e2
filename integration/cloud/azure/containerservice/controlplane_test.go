package containerservice_test

import (
	"errors"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/ashlar-iac/ashlar/integration/cloud/accounttest"
	"github.com/ashlar-iac/ashlar/integration/cloud/azure"
	"github.com/ashlar-iac/ashlar/integration/cloud/azure/azuretest"
	"github.com/ashlar-iac/ashlar/integration/clusters"
	"github.com/ashlar-iac/ashlar/integration/clusters/clusterstest"
)

const (
	clusterAdmin = "b1ff04bb-8a4e-4dc4-8eb5-8693973ce19b"
	writer       = "a7ffa36f-339b-4b5c-8bdf-e2c188b2c0eb"
)

// newRecorded returns a subscription whose control planes are recorded.
func newRecorded(t *testing.T, planes *clusterstest.Recorder) *accounttest.History {
	t.Helper()
	return azuretest.NewAccount(t, azure.WithControlPlanes(planes)).Use(nil).History()
}

func TestControlPlaneCalls(t *testing.T) {
	t.Parallel()
	planes := &clusterstest.Recorder{}
	h := newRecorded(t, planes).All(ground()...)
	h.All(assign(h, "plane", "$rg", clusterAdmin), private(in{"aadProfile": in{"managed": true, "enableAzureRBAC": true,
		"adminGroupObjectIDs": []any{groupID}}}))
	spec := planes.Specs[0]
	issuer, _ := h.Output("main", "oidcIssuerProfile").(in)
	require.Equal(t, issuer["issuerURL"], spec.Issuer)
	require.Contains(t, string(spec.ClientCA), "BEGIN CERTIFICATE", "the authority of Entra ID is trusted")
	require.Contains(t, kubeconfig(t, h, "listManagedClusterUserCredentials"), "server: https://127.0.0.1:6443")
	plane := h.Output("plane", "principalId").(string)
	require.ElementsMatch(t, []clusters.Access{{Group: groupID, ClusterRole: "cluster-admin"},
		{User: plane, ClusterRole: "cluster-admin"}}, planes.Access)

	nodes := planes.Groups["system"]
	require.Len(t, nodes, 2)
	node := nodes[0]
	require.Regexp(t, `^aks-system-\d{8}-vmss000000$`, node.Name)
	require.Regexp(t, `^azure:///subscriptions/[0-9a-f-]{36}/resourceGroups/mc_rg_main_westeurope/providers/Microsoft.Compute/virtualMachineScaleSets/aks-system-\d{8}-vmss/virtualMachines/0$`, node.ProviderID)
	require.Equal(t, []string{"westeurope-1", "westeurope-2"}, []string{nodes[0].Zone, nodes[1].Zone})
	require.Equal(t, []string{"Standard_D4ds_v5", "4", "16384Mi", "v1.35.6", "westeurope"},
		[]string{node.InstanceType, node.CPU, node.Memory, node.Version, node.Region})
	require.Equal(t, "system", node.Labels["kubernetes.azure.com/mode"])
	require.Equal(t, 250, node.Pods)

	h.All(pool("apps", in{"count": 3.0, "nodeLabels": in{"team": "shop"}, "nodeTaints": []any{"dedicated=shop:NoExecute"},
		"vmSize": "Standard_D2ps_v5"}))
	require.Len(t, planes.Nodes, 3)
	require.Equal(t, "0", planes.Nodes[0].Zone, "without zones")
	require.Equal(t, "shop", planes.Nodes[0].Labels["team"])
	require.Equal(t, "arm64", planes.Nodes[0].Labels["kubernetes.io/arch"])
	require.Equal(t, "dedicated=shop:NoExecute", planes.Nodes[0].Taints[0].ToString())

	h.All(assign(h, "plane", "$main/namespaces/shop", writer))
	require.Contains(t, planes.Access, clusters.Access{User: plane, ClusterRole: "edit", Namespace: "shop"})
	h.All(step{Name: "-plane$main/namespaces/shop"})
	require.Len(t, planes.Access, 2)

	h.All(update(private(in{"kubernetesVersion": "1.36", "tags": in{"a": "b"}})), update(private(in{"kubernetesVersion": "1.36"})),
		step{Name: "-apps"}, step{Name: "-main"})
	require.Equal(t, []string{
		"start 10000000-0000-4000-8000-000000000001-rg-main: main westeurope 1.35.6 westeurope.cloudapp.azure.com",
		"2 nodes of system", "3 nodes of apps", "upgrade to 1.36.2", "2 nodes of system", "2 nodes of system", "0 nodes of apps",
		"stop 10000000-0000-4000-8000-000000000001-rg-main",
	}, planes.Calls)
}

func TestNodesAreSpread(t *testing.T) {
	t.Parallel()
	planes := &clusterstest.Recorder{}
	h := newRecorded(t, planes).All(azuretest.Group()...).All(cluster(nil))
	zoned := func(count float64, more in) step {
		return pool("apps", accounttest.Merge(in{"count": count, "availabilityZones": []any{"1", "2", "3"}}, more))
	}
	names := func() (out []string) {
		for _, n := range planes.Groups["apps"] {
			out = append(out, n.Zone+" "+n.Name[strings.LastIndex(n.Name, "vmss"):])
		}
		slices.Sort(out)
		return out
	}
	h.All(zoned(4, nil))
	require.Equal(t, []string{"westeurope-1 vmss000000", "westeurope-1 vmss000003", "westeurope-2 vmss000001",
		"westeurope-3 vmss000002"}, names())
	h.All(update(zoned(3, nil)))
	require.Equal(t, []string{"westeurope-1 vmss000000", "westeurope-2 vmss000001", "westeurope-3 vmss000002"}, names(),
		"the newest of the zone with the most")
	h.All(update(zoned(4, nil)))
	require.Contains(t, names(), "westeurope-1 vmss000003")
	h.All(update(zoned(4, in{"powerState": in{"code": "Stopped"}})))
	require.Empty(t, names(), "a stopped pool has no nodes")
}

func TestDeletionOfAGroupStopsControlPlanes(t *testing.T) {
	t.Parallel()
	planes := &clusterstest.Recorder{}
	h := newRecorded(t, planes).All(azuretest.Group()...).All(cluster(nil))
	h.All(step{Name: "-rg"})
	require.Equal(t, "stop 10000000-0000-4000-8000-000000000001-rg-main", planes.Calls[len(planes.Calls)-1])
	made, err := azure.New().Made(h.Store, "")
	require.NoError(t, err)
	require.Empty(t, made, "the resource group of the nodes goes, too")
}

func TestFailedControlPlaneLeavesNoResources(t *testing.T) {
	t.Parallel()
	planes := &clusterstest.Recorder{Fail: errors.New("no room")}
	h := newRecorded(t, planes).All(azuretest.Group()...)
	require.ErrorContains(t, h.Do(cluster(nil)), "no room")
	require.True(t, strings.HasPrefix(planes.Calls[len(planes.Calls)-1], "stop "))
	made, err := azure.New().Made(h.Store, "")
	require.NoError(t, err)
	require.Len(t, made, 1, "only the resource group")
	require.NoError(t, azure.New(azure.WithControlPlanes(planes)).Reset(t.Context(), ""))
	require.Equal(t, "stop all", planes.Calls[len(planes.Calls)-1])
}
