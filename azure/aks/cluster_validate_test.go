package aks_test

import (
	"testing"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/ashlar-iac/ashlar/azure/aks"
	"github.com/ashlar-iac/ashlar/azure/internal/fixture"
	"github.com/ashlar-iac/ashlar/core/config"
)

type pools = config.Named[aks.NodePoolArgs]

func TestInvalidClustersAreRejected(t *testing.T) {
	t.Parallel()
	for name, tc := range map[string]struct {
		reason string
		change func(*aks.ClusterArgs)
		want   []string
	}{
		"no group":         {"a cluster is in one", func(a *aks.ClusterArgs) { a.ResourceGroupName = nil }, []string{"resourceGroupName: required"}},
		"no version":       {"a default would upgrade", func(a *aks.ClusterArgs) { a.Version = "" }, []string{"version: required"}},
		"number":           {"YAML drops zeros", func(a *aks.ClusterArgs) { a.Version = "1.3" }, []string{`version: found "1.3", expected a minor version in quotes`}},
		"patch":            {"AKS selects it", func(a *aks.ClusterArgs) { a.Version = "1.36.2" }, []string{"version: found"}},
		"no administrator": {"no other principal has access", func(a *aks.ClusterArgs) { a.Administrators = nil }, []string{"administrators: required, but missing"}},
		"administrator": {"names are no IDs", func(a *aks.ClusterArgs) {
			a.Administrators["me"] = aks.Principal{PrincipalID: pulumi.String("me@example.com")}
		}, []string{"administrators.me.principalId: found"}},
		"one principal twice": {"Azure rejects the second role assignment", func(a *aks.ClusterArgs) {
			a.Access = config.Named[aks.AccessEntry]{"too": {PrincipalID: pulumi.String(fixture.Principal), Role: aks.AccessReader}}
		}, []string{"access.too.principalId: duplicate principal, same as administrators.platform.principalId"}},
		"namespace": {"of Kubernetes", func(a *aks.ClusterArgs) {
			a.Access = config.Named[aks.AccessEntry]{"dev": {PrincipalID: pulumi.String(developers), Role: aks.AccessReader, Namespaces: []string{"Shop"}}}
		}, []string{"access.dev.namespaces[0]: found"}},
		"no network": {"nodes need a subnet", func(a *aks.ClusterArgs) { a.Network = nil }, []string{"subnetId: required, but missing: set it, or Network"}},
		"two networks": {"one of them", func(a *aks.ClusterArgs) { a.SubnetID = pulumi.String(subnetID) },
			[]string{"subnetId: mutually exclusive with Network"}},
		"another cloud": {"of Azure", func(a *aks.ClusterArgs) { a.Network = vnet{platform: "aws"} },
			[]string{`network: "main" is a network on aws: use a virtual network`}},
		"tier": {"names are suggested", func(a *aks.ClusterArgs) { a.Tier = "privat" },
			[]string{`tier: unknown tier "privat" of network "main", did you mean "private"?`}},
		"no NAT gateway": {"AKS requires it before the cluster", func(a *aks.ClusterArgs) { a.Network = vnet{platform: "azure", outbound: "none"} },
			[]string{`outbound: tier "private" of network "main" has no NAT gateway`}},
		"no default route": {"AKS requires it before the cluster", func(a *aks.ClusterArgs) { a.Outbound = aks.OutboundUserDefinedRouting },
			[]string{`outbound: tier "private" of network "main" has no default route`}},
		"services in the network": {"ServiceCidrOverlapExistingSubnetsCidr", func(a *aks.ClusterArgs) { a.ServiceCIDR = "10.0.0.0/16" },
			[]string{`serviceCidr: 10.0.0.0/16 overlaps with 10.0.0.0/16, a range of network "main"`}},
		"pods in a peer": {"addresses of the peer would be unreachable", func(a *aks.ClusterArgs) {
			a.Network = vnet{platform: "azure", outbound: "nat", peers: []string{"100.64.0.0/24"}}
		}, []string{`podCidr: 100.64.0.0/16 overlaps with 100.64.0.0/24, a range of a peer of network "main"`}},
		"pods that the network denies": {"network security groups apply to them", func(a *aks.ClusterArgs) {
			a.Network = vnet{platform: "azure", outbound: "nat", pods: []string{"100.64.0.0/17"}}
		}, []string{`podCidr: network "main" denies traffic of pods in 100.64.0.0/16: add it to podCidrs of the network`}},
		"pods on premises": {"as those of a peer", func(a *aks.ClusterArgs) { a.ConnectedCIDRs = []string{"100.64.8.0/24"} },
			[]string{"podCidr: 100.64.0.0/16 overlaps with 100.64.8.0/24"}},
		"pods and services": {"of one another", func(a *aks.ClusterArgs) { a.ServiceCIDR = "100.64.0.0/20" },
			[]string{"serviceCidr: overlaps with podCidr 100.64.0.0/16"}},
		"reserved range": {"AKS rejects it", func(a *aks.ClusterArgs) { a.ServiceCIDR = "172.30.0.0/16" },
			[]string{"serviceCidr: 172.30.0.0/16 overlaps with 172.30.0.0/16, a range that AKS reserves"}},
		"too many services": {"AKS requires less than /12", func(a *aks.ClusterArgs) { a.ServiceCIDR = "192.160.0.0/12" },
			[]string{"serviceCidr: found /12"}},
		"too few pods": {"a node uses a /24", func(a *aks.ClusterArgs) { a.PodCIDR = "100.64.0.0/25" }, []string{"podCidr: found /25"}},
		"host bits":    {"the network address is suggested", func(a *aks.ClusterArgs) { a.PodCIDR = "100.64.1.0/16" }, []string{"podCidr: 100.64.1.0/16 has host bits set: use 100.64.0.0/16"}},
		"internet": {"has to be allowed", func(a *aks.ClusterArgs) { a.API = &aks.API{PublicCIDRs: []string{"0.0.0.0/0"}} },
			[]string{"api.publicCidrs[0]: 0.0.0.0/0 is the internet"}},
		"private range": {"requests come from public addresses", func(a *aks.ClusterArgs) { a.API = &aks.API{PublicCIDRs: []string{"10.0.0.0/16"}} },
			[]string{"api.publicCidrs[0]: 10.0.0.0/16 is private"}},
		"zone of a public API server": {"it has none", func(a *aks.ClusterArgs) {
			a.API = &aks.API{PublicCIDRs: []string{"198.51.100.0/24"}, PrivateDNSZone: pulumi.String(dnsZone), PublicFQDN: true}
		}, []string{"api.privateDnsZone: mutually exclusive with publicCidrs", "api.publicFqdn: a public API server always has a public name"}},
		"another zone": {"AKS requires its name", func(a *aks.ClusterArgs) {
			a.API = &aks.API{PrivateDNSZone: pulumi.String("/subscriptions/s/resourceGroups/g/providers/Microsoft.Network/privateDnsZones/example.com")}
		}, []string{"api.privateDnsZone: found"}},
		"long-term support": {"of the tier Premium", func(a *aks.ClusterArgs) { a.LongTermSupport = true }, []string{"longTermSupport: requires the tier Premium"}},
		"long-term support with a channel": {"it would leave the version", func(a *aks.ClusterArgs) {
			a.LongTermSupport, a.PricingTier, a.Upgrades = true, aks.PricingPremium, &aks.Upgrades{Channel: aks.ChannelRapid}
		}, []string{"upgrades.channel: rapid leaves the version"}},
		"pool with a channel": {"AKS moves it", func(a *aks.ClusterArgs) {
			a.Upgrades, a.NodePools = &aks.Upgrades{Channel: aks.ChannelStable}, pools{"apps": {Version: "1.36"}}
		}, []string{"nodePools.apps.version: the channel stable moves pools to other versions"}},
		"new pool": {"no newer than the control plane", func(a *aks.ClusterArgs) { a.NodePools = pools{"apps": {Version: "1.38"}} },
			[]string{"nodePools.apps.version: nodes of version 1.38 cannot join a cluster of version 1.37"}},
		"name of the first pool": {"it is taken", func(a *aks.ClusterArgs) { a.NodePools = pools{"system": {}} },
			[]string{"nodePools.system: the name is that of systemPool"}},
		"names that begin alike": {"they are shortened", func(a *aks.ClusterArgs) { a.NodePools = pools{"web-apps": {}, "webapps": {}} },
			[]string{`nodePools.webapps.name: names of pools begin with "webapps", as those of nodePools.web-apps do`}},
		"dedicated without others": {"applications have no nodes", func(a *aks.ClusterArgs) { a.DedicatedSystemPool = new(true) },
			[]string{"dedicatedSystemPool: there is no pool for applications"}},
		"user pool first": {"AKS requires a system pool", func(a *aks.ClusterArgs) { a.SystemPool = &aks.NodePoolArgs{Mode: aks.ModeUser} },
			[]string{"systemPool.mode: expected System"}},
		"small system pool": {"pods of AKS need more", func(a *aks.ClusterArgs) {
			a.SystemPool = &aks.NodePoolArgs{Size: "Standard_D2s_v5", MaxPods: new(20), Nodes: &aks.NodeCount{Min: new(0), Max: new(1)}}
		}, []string{"systemPool.maxPods: system pools require at least 30", "systemPool.nodes.min: ", "systemPool.size: Standard_D2s_v5 has 2 vCPUs"}},
		"burstable system pool": {"AKS rejects it", func(a *aks.ClusterArgs) { a.SystemPool = &aks.NodePoolArgs{Size: "Standard_B4ms"} },
			[]string{"systemPool.size: system pools reject burstable sizes"}},
		"zones without zones": {"of the location", func(a *aks.ClusterArgs) {
			a.Location, a.NodePools = "westus", pools{"apps": {Zones: []string{"1"}}}
		}, []string{`nodePools.apps.zones: location "westus" has no availability zones`}},
		"log category": {"names are suggested", func(a *aks.ClusterArgs) {
			a.Diagnostics = &aks.Diagnostics{WorkspaceID: pulumi.String(workspace), Categories: []aks.LogCategory{"kube-audti", "guard", "guard"}}
		}, []string{`diagnostics.categories[0]: unknown category "kube-audti", did you mean "kube-audit"?`, "diagnostics.categories[2]: duplicate category guard"}},
		"records twice": {"each costs", func(a *aks.ClusterArgs) {
			a.Diagnostics = &aks.Diagnostics{WorkspaceID: pulumi.String(workspace), Categories: []aks.LogCategory{aks.LogAudit, aks.LogAuditAdmin}}
		}, []string{"diagnostics.categories: kube-audit contains the records of kube-audit-admin"}},
		"no workspace": {"where logs go", func(a *aks.ClusterArgs) { a.Diagnostics = &aks.Diagnostics{} }, []string{"diagnostics.workspaceId: required, but missing"}},
		"certificate without local accounts": {"AKS rejects it", func(a *aks.ClusterArgs) { a.Kubeconfig = &aks.Kubeconfig{Admin: true} },
			[]string{"kubeconfig.admin: requires local accounts"}},
		"service principal without ID": {"kubelogin needs it", func(a *aks.ClusterArgs) { a.Kubeconfig = &aks.Kubeconfig{Login: "spn"} },
			[]string{"kubeconfig.clientId: required with spn"}},
		"client ID of the Azure CLI": {"it is not used", func(a *aks.ClusterArgs) {
			a.Kubeconfig = &aks.Kubeconfig{ClientID: pulumi.String(fixture.Principal)}
		}, []string{"kubeconfig.clientId: no effect with azurecli"}},
		"interval": {"is a duration", func(a *aks.ClusterArgs) { a.KeyVaultSecrets = &aks.KeyVaultSecrets{RotationInterval: "2 minutes"} },
			[]string{"keyVaultSecrets.rotationInterval: "}},
		"names": {"of Azure", func(a *aks.ClusterArgs) { a.Name = "-shop" }, []string{"name: invalid name"}},
		"registry": {"an ID", func(a *aks.ClusterArgs) {
			a.RegistryIDs = config.Named[pulumi.StringInput]{"shop": pulumi.String("shop.azurecr.io")}
		}, []string{"registryIds.shop: found"}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			fixture.RequireRejected(t, func(ctx *pulumi.Context) error {
				_, err := aks.NewCluster(ctx, "main", changed(tc.change)(ctx))
				return err
			}, tc.want...)
		})
	}
}
