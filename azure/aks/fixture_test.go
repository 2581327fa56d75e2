package aks_test

import (
	"flag"
	"strings"
	"testing"

	"github.com/pulumi/pulumi/sdk/v3/go/common/resource"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
	"github.com/stretchr/testify/require"

	"github.com/ashlar-iac/ashlar/azure/aks"
	"github.com/ashlar-iac/ashlar/azure/internal/fixture"
	"github.com/ashlar-iac/ashlar/azure/internal/taggable"
	"github.com/ashlar-iac/ashlar/azure/network"
	"github.com/ashlar-iac/ashlar/core"
	"github.com/ashlar-iac/ashlar/core/config"
	"github.com/ashlar-iac/ashlar/core/pulumitest"
)

var _ = flag.Bool("update", false, "update the golden files")

const (
	clusterType = "azure-native:containerservice/v20240901:ManagedCluster"
	poolType    = "azure-native:containerservice/v20240901:AgentPool"
	windowType  = "azure-native:containerservice/v20240901:MaintenanceConfiguration"
	settingType = "azure-native:insights/v20210501preview:DiagnosticSetting"
	roleType    = "azure-native:authorization/v20220401:RoleAssignment"

	networkID = "/subscriptions/" + fixture.Subscription + "/resourceGroups/network/providers/Microsoft.Network/virtualNetworks/main"
	subnetID  = networkID + "/subnets/private"
	workspace = "/subscriptions/" + fixture.Subscription + "/resourceGroups/logs/providers/Microsoft.OperationalInsights/workspaces/logs"
	registry  = "/subscriptions/" + fixture.Subscription + "/resourceGroups/shop/providers/Microsoft.ContainerRegistry/registries/shop"
	diskSet   = "/subscriptions/" + fixture.Subscription + "/resourceGroups/shop/providers/Microsoft.Compute/diskEncryptionSets/disks"
	dnsZone   = "/subscriptions/" + fixture.Subscription + "/resourceGroups/dns/providers/Microsoft.Network/privateDnsZones/" +
		"privatelink.westeurope.azmk8s.io"

	developers = "dddddddd-0000-0000-0000-000000000000"
	auditors   = "eeeeeeee-0000-0000-0000-000000000000"
)

// vnet is a network with a subnet for nodes.
type vnet struct {
	platform, outbound string
	peers, pods        []string
}

var _ network.AzureNetwork = vnet{}

func (v vnet) NetworkInfo() core.NetworkInfo {
	return core.NetworkInfo{
		Name: "main", Platform: v.platform, ID: pulumi.String(networkID), CIDRs: pulumi.StringArray{pulumi.String("10.0.0.0/16")},
		Subnets: []core.Subnet{
			{Tier: "isolated", ID: pulumi.String(networkID + "/subnets/isolated")}, {Tier: "private", ID: pulumi.String(subnetID)},
		},
	}
}

func (v vnet) Facts() network.Facts {
	return network.Facts{
		PeerPrefixes: v.peers, PodCIDRs: v.pods,
		Tiers: map[string]network.TierFacts{"private": {Outbound: network.Outbound(v.outbound)}},
	}
}

// shortest returns arguments with required options only.
func shortest(*pulumi.Context) *aks.ClusterArgs {
	return &aks.ClusterArgs{
		ResourceGroupName: pulumi.String("shop"), Version: "1.37", Network: vnet{platform: "azure", outbound: "nat"},
		Administrators: config.Named[aks.Principal]{"platform": {PrincipalID: pulumi.String(fixture.Principal)}},
	}
}

// pooled returns arguments with pools for applications.
func pooled(ctx *pulumi.Context) *aks.ClusterArgs {
	args := shortest(ctx)
	args.NodePools = config.Named[aks.NodePoolArgs]{"apps": {}}
	return args
}

// full returns arguments with all options.
func full(ctx *pulumi.Context) *aks.ClusterArgs {
	return &aks.ClusterArgs{
		ResourceGroupName: fixture.Text(ctx, "shop"), Name: "aks-shop", Location: "northeurope", Version: "1.37",
		SubnetID: fixture.Text(ctx, subnetID), Outbound: aks.OutboundUserDefinedRouting, PodCIDR: "100.80.0.0/14",
		ServiceCIDR: "172.20.0.0/20", ConnectedCIDRs: []string{"192.168.0.0/16"}, Preflight: new(true),
		DeletionProtection: new(false),
		API: &aks.API{
			PrivateDNSZone: fixture.Text(ctx, dnsZone), PublicFQDN: true,
		},
		Administrators: config.Named[aks.Principal]{
			"deploy": {PrincipalID: fixture.Text(ctx, fixture.Principal), PrincipalType: "ServicePrincipal"},
		},
		Access: config.Named[aks.AccessEntry]{
			"developers": {PrincipalID: pulumi.String(developers), Role: aks.AccessWriter, Namespaces: []string{"shop", "web"}},
			"auditors":   {PrincipalID: pulumi.String(auditors), PrincipalType: "User", Role: aks.AccessReader},
		},
		LocalAccounts: true, RunCommand: true,
		SystemPool: &aks.NodePoolArgs{
			Size: "Standard_D4s_v6", Zones: []string{"1", "2"}, Nodes: &aks.NodeCount{Min: new(2), Max: new(4)},
			Labels: pulumi.StringMap{"team": fixture.Text(ctx, "platform")},
		},
		NodePools: config.Named[aks.NodePoolArgs]{
			"apps": {
				Size: "Standard_D8ds_v5", Version: "1.36", Nodes: &aks.NodeCount{Min: new(1), Max: new(10), Desired: new(3)},
				OS: aks.Ubuntu, Disk: &aks.NodeDisk{Type: aks.DiskManaged, SizeGB: new(256)}, EncryptionAtHost: new(false),
				MaxPods: new(60), Labels: pulumi.StringMap{"work": pulumi.String("apps")},
				Taints:  []aks.NodeTaint{{Key: "dedicated", Value: "apps", Effect: aks.NoSchedule}},
				Upgrade: &aks.PoolUpgrade{MaxSurge: "2", DrainTimeoutMinutes: new(60), SoakMinutes: new(5)}, Generation: new(2),
				Tags: pulumi.StringMap{"team": pulumi.String("apps")},
			},
			"more-system": {Mode: aks.ModeSystem, Name: "more", SubnetID: pulumi.String(networkID + "/subnets/more"), Regional: true},
		},
		RegistryIDs:         config.Named[pulumi.StringInput]{"shop": fixture.Text(ctx, registry)},
		DiskEncryptionSetID: fixture.Text(ctx, diskSet), NodeResourceGroup: "shop-nodes", LockNodeResourceGroup: new(false),
		PricingTier: aks.PricingPremium, LongTermSupport: true,
		Upgrades: &aks.Upgrades{
			Channel: aks.ChannelPatch, NodeImages: aks.NodeImagesSecurityPatch,
			Window:          &aks.MaintenanceWindow{Day: "Saturday", Weeks: new(2), Start: "22:00", UTCOffset: "+01:00", Hours: new(8)},
			NodeImageWindow: &aks.MaintenanceWindow{Day: "Monday"},
		},
		AzurePolicy: new(false), KeyVaultSecrets: &aks.KeyVaultSecrets{Rotation: new(false)},
		ImageCleaner: &aks.ImageCleaner{IntervalHours: new(24)},
		Diagnostics: &aks.Diagnostics{
			WorkspaceID: fixture.Text(ctx, workspace), Categories: []aks.LogCategory{aks.LogAudit, aks.LogGuard}, Metrics: true,
		},
		Kubeconfig: &aks.Kubeconfig{
			Login: aks.LoginServicePrincipal, ClientID: fixture.Text(ctx, "12121212-0000-0000-0000-000000000000"), Admin: true,
		},
		Tags: pulumi.StringMap{"cost": pulumi.String("shop")},
	}
}

// public returns arguments with an API server that is accessible over the internet.
func public(ctx *pulumi.Context) *aks.ClusterArgs {
	args := shortest(ctx)
	args.API = &aks.API{PublicCIDRs: []string{"198.51.100.0/24"}}
	args.Upgrades = &aks.Upgrades{Channel: aks.ChannelStable, NodeImages: aks.NodeImagesNone}
	return args
}

// create runs a program with a cluster.
func create(t *testing.T, args func(*pulumi.Context) *aks.ClusterArgs, opts ...pulumitest.Option) *pulumitest.Recording {
	t.Helper()
	r := pulumitest.Run(t, func(ctx *pulumi.Context) error {
		_, err := aks.NewCluster(ctx, "main", args(ctx))
		return err
	}, append(fixture.Cloud(), opts...)...)
	fixture.RequireOneVersion(t, r)
	return r
}

// changed returns shortest arguments with a change.
func changed(change func(*aks.ClusterArgs)) func(*pulumi.Context) *aks.ClusterArgs {
	return func(ctx *pulumi.Context) *aks.ClusterArgs {
		args := shortest(ctx)
		change(args)
		return args
	}
}

// input returns a known input of a resource.
func input(t *testing.T, r *pulumitest.Registration, path string) any {
	t.Helper()
	value, ok := r.Input(path)
	require.True(t, ok, "%s has no %s", r.Name, path)
	for value.IsSecret() {
		value = value.SecretValue().Element
	}
	return value.Mappable()
}

// control returns the cluster as it is updated and deleted, and creation as it is created.
func control(t *testing.T, r *pulumitest.Recording) *pulumitest.Registration {
	t.Helper()
	found, ok := r.Find(clusterType, "main")
	require.True(t, ok)
	return found
}

func creation(t *testing.T, r *pulumitest.Recording) *pulumitest.Registration {
	t.Helper()
	found, ok := r.Find(clusterType, "main-creation")
	require.True(t, ok)
	return found
}

// pool returns the pool whose name begins with a text.
func pool(t *testing.T, r *pulumitest.Recording, prefix string) *pulumitest.Registration {
	t.Helper()
	for _, p := range r.OfType(poolType) {
		if strings.HasPrefix(p.Name, prefix) {
			return p
		}
	}
	require.Fail(t, "no pool "+prefix)
	return nil
}

// found answers the look-up of the cluster with one that exists.
func found(answer map[string]any) pulumitest.Option {
	return pulumitest.WithInvoke(func(i pulumitest.Invocation) (resource.PropertyMap, error) {
		if taggable.Unversioned(i.Token) != "azure-native:containerservice:getManagedCluster" {
			return nil, nil
		}
		answer["id"], answer["name"] = "/subscriptions/s/resourcegroups/shop/providers/Microsoft.ContainerService/managedClusters/main", "main"
		return resource.NewPropertyMapFromMap(answer), nil
	})
}
