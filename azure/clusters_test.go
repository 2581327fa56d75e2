package azure_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/ashlar-iac/ashlar/azure/internal/fixture"
	"github.com/ashlar-iac/ashlar/core/config"
	"github.com/ashlar-iac/ashlar/core/failure"
	"github.com/ashlar-iac/ashlar/core/pulumitest"
)

const (
	clusterType    = "azure-native:containerservice/v20240901:ManagedCluster"
	assignmentType = "azure-native:authorization/v20220401:RoleAssignment"
	nodesSubnet    = "/subscriptions/" + other + "/resourceGroups/network/providers/Microsoft.Network/virtualNetworks/main/subnets/nodes"
)

// clustered returns a section with a network, a workspace, an identity and a cluster that refers to them.
func clustered() object {
	return object{
		"providers": object{"primary": object{"location": "westeurope"}}, "resourceGroups": object{"shop": object{}},
		"identities": object{"deploy": object{}}, "workspaces": object{"logs": object{}},
		"networks": object{"main": object{"addressPrefix": "10.0.0.0/16"}},
		"clusters": object{"shop": object{
			"version": "1.37", "administratorIdentities": []string{"deploy"}, "workspace": "logs",
			"nodePools": object{"apps": object{}},
		}},
	}
}

func TestClustersReferToOtherEntries(t *testing.T) {
	t.Parallel()
	r, err := deploy(t, clustered(), login())
	require.NoError(t, err)
	fixture.RequireOneVersion(t, r)
	cluster := one(t, r, clusterType, "shop")
	text := func(res *pulumitest.Registration, path string) string {
		value, ok := res.Input(path)
		require.True(t, ok, path)
		return value.StringValue()
	}
	require.Equal(t, "shop0123abcd", text(cluster, "resourceGroupName"))
	require.Equal(t, "shop", text(cluster, "resourceName"))
	require.Equal(t, "westeurope", text(cluster, "location"), "that of the provider")
	subnets := map[string]string{}
	for _, res := range r.OfType("azure-native:network/v20240501:Subnet") {
		subnets[text(res, "subnetName")] = res.ID
	}
	require.Equal(t, subnets["private"], text(one(t, r, clusterType, "shop-creation"), "agentPoolProfiles[0].vnetSubnetID"))
	setting := r.One(t, "azure-native:insights/v20210501preview:DiagnosticSetting")
	require.Equal(t, fixture.GroupID("shop0123abcd")+"/providers/Microsoft.OperationalInsights/workspaces/logs0123abcd", text(setting, "workspaceId"))
	require.Equal(t, fixture.Principal, text(one(t, r, assignmentType, "shop-access-deploy"), "principalId"))
	endpoint := r.Exports["azure"].ObjectValue()["clusters"].ObjectValue()["shop"].ObjectValue()["endpoint"]
	require.Equal(t, fixture.Server, endpoint.StringValue())
}

func TestInvalidClustersOfSectionsAreRejected(t *testing.T) {
	t.Parallel()
	for name, tc := range map[string]struct {
		reason string
		change func(section, cluster object)
		want   []string
	}{
		"unknown network": {"names are suggested", func(_, c object) { c["network"] = "mai" },
			[]string{`azure.clusters.shop.network: unknown network "mai", did you mean "main"?`}},
		"two networks": {"one of them", func(_, c object) { c["network"], c["subnetId"] = "main", nodesSubnet },
			[]string{"azure.clusters.shop.network: network and subnetId are mutually exclusive"}},
		"no network": {"nodes need a subnet", func(s, _ object) { delete(s, "networks") },
			[]string{"azure.clusters.shop.subnetId: required, but missing"}},
		"unknown tier": {"names are suggested", func(_, c object) { c["tier"] = "privat" },
			[]string{`azure.clusters.shop.tier: unknown tier "privat", did you mean "private"?`}},
		"isolated tier": {"nodes need the internet", func(_, c object) { c["tier"] = "isolated" },
			[]string{`azure.clusters.shop.outbound: tier "isolated" of network "main" has no NAT gateway`}},
		"overlap": {"with the network", func(_, c object) { c["serviceCidr"] = "10.0.128.0/20" },
			[]string{`azure.clusters.shop.serviceCidr: 10.0.128.0/20 overlaps with 10.0.0.0/16, a range of network "main"`}},
		"no administrator": {"no principal has access", func(_, c object) { delete(c, "administratorIdentities") },
			[]string{"azure.clusters.shop.administrators: required, but missing"}},
		"unknown identity": {"names are suggested", func(_, c object) { c["administratorIdentities"] = []string{"deplo"} },
			[]string{`azure.clusters.shop.administratorIdentities[0]: unknown identity "deplo", did you mean "deploy"?`}},
		"one identity twice": {"Azure rejects the second role assignment", func(_, c object) {
			c["administratorIdentities"] = []string{"deploy", "deploy"}
		}, []string{"azure.clusters.shop.administratorIdentities[1]: duplicate identity deploy"}},
		"unknown workspace": {"names are suggested", func(_, c object) { c["workspace"] = "log" },
			[]string{`azure.clusters.shop.workspace: unknown workspace "log", did you mean "logs"?`}},
		"two workspaces": {"one of them", func(_, c object) {
			c["diagnostics"] = object{"workspaceId": fixture.GroupID("x") + "/providers/Microsoft.OperationalInsights/workspaces/x"}
		}, []string{"azure.clusters.shop.workspace: mutually exclusive with diagnostics.workspaceId"}},
		"location of the provider": {"it has no zones", func(s, c object) {
			entry(s, "providers", "primary")["location"] = "westus"
			c["nodePools"] = object{"apps": object{"zones": []string{"1"}}}
		}, []string{`azure.clusters.shop.nodePools.apps.zones: location "westus" has no availability zones`}},
		"one name twice": {"in one resource group", func(s, _ object) {
			s["clusters"].(object)["other"] = object{"version": "1.37", "name": "shop", "administratorIdentities": []string{"deploy"}}
		}, []string{`azure.clusters.shop: duplicate AKS cluster "shop"`}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			section := clustered()
			tc.change(section, entry(section, "clusters", "shop"))
			r, err := deploy(t, section, login())
			require.ErrorIs(t, err, failure.Configuration)
			var invalid *config.Error
			require.ErrorAs(t, err, &invalid)
			require.Len(t, invalid.Findings, len(tc.want), "consequences are not reported: %v", err)
			for _, want := range tc.want {
				require.ErrorContains(t, err, want, tc.reason)
			}
			require.Empty(t, r.Resources, "nothing is registered")
		})
	}
}

func TestClustersInOtherNetworks(t *testing.T) {
	t.Parallel()
	section := clustered()
	entry(section, "clusters", "shop")["subnetId"] = nodesSubnet
	r, err := deploy(t, section, login())
	require.NoError(t, err)
	subnet, _ := one(t, r, clusterType, "shop-creation").Input("agentPoolProfiles[0].vnetSubnetID")
	require.Equal(t, nodesSubnet, subnet.StringValue())
}
