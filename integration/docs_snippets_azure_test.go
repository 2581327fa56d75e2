package integration_test

import (
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/ashlar-iac/ashlar/azure"
	"github.com/ashlar-iac/ashlar/azure/aks"
	"github.com/ashlar-iac/ashlar/azure/authorization"
	"github.com/ashlar-iac/ashlar/azure/compute"
	"github.com/ashlar-iac/ashlar/azure/identity"
	"github.com/ashlar-iac/ashlar/azure/keyvault"
	"github.com/ashlar-iac/ashlar/azure/monitor"
	"github.com/ashlar-iac/ashlar/azure/network"
	"github.com/ashlar-iac/ashlar/azure/resources"
	"github.com/ashlar-iac/ashlar/azure/storage"
	"github.com/ashlar-iac/ashlar/core"
	"github.com/ashlar-iac/ashlar/core/config"
	"github.com/ashlar-iac/ashlar/kubernetes"
)

// The Go snippets in the folder docs/azure.
var (
	_ = func(ctx *pulumi.Context) (pulumi.ProviderResource, error) {
		primary, err := azure.NewProvider(ctx, "primary", &azure.ProviderArgs{
			Location: "westeurope", AllowedSubscriptionIDs: []string{"11111111-2222-3333-4444-555555555555"},
		})
		return primary, err
	}
	_ = func(ctx *pulumi.Context, provider pulumi.ProviderResource) (*resources.ResourceGroup, error) {
		group, err := resources.NewResourceGroup(ctx, "shop", nil, pulumi.Provider(provider))
		return group, err
	}
	_ = func(
		ctx *pulumi.Context, provider pulumi.ProviderResource, group *resources.ResourceGroup,
	) (*identity.UserAssigned, error) {
		web, err := identity.NewUserAssigned(ctx, "web", &identity.UserAssignedArgs{
			ResourceGroupName: group.Name,
		}, pulumi.Provider(provider))
		return web, err
	}
	_ = func(
		ctx *pulumi.Context, provider pulumi.ProviderResource, group *resources.ResourceGroup,
	) (*identity.UserAssigned, error) {
		deploy, err := identity.NewUserAssigned(ctx, "deploy", &identity.UserAssignedArgs{
			ResourceGroupName: group.Name,
			FederatedCredentials: config.Named[identity.FederatedCredential]{"github": {
				Issuer:  pulumi.String("https://token.actions.githubusercontent.com"),
				Subject: pulumi.String("repo:acme/shop:environment:production"),
			}},
		}, pulumi.Provider(provider))
		return deploy, err
	}
	_ = func(
		ctx *pulumi.Context, provider pulumi.ProviderResource, group *resources.ResourceGroup, cluster core.Cluster,
	) (core.WorkloadIdentity, error) {
		web, err := identity.NewWorkloadIdentity(ctx, "web", &identity.WorkloadIdentityArgs{
			ResourceGroupName: group.Name,
			Cluster:           cluster,
			Namespace:         "shop",
			ServiceAccount:    "web",
		}, pulumi.Provider(provider))
		return web, err
	}
	_ = func(
		ctx *pulumi.Context, provider pulumi.ProviderResource, orders *storage.Account, web *identity.UserAssigned,
	) (*authorization.RoleAssignment, error) {
		reads, err := authorization.NewRoleAssignment(ctx, "web-reads-orders", &authorization.RoleAssignmentArgs{
			Scope:       orders.ID,
			Role:        pulumi.String("Storage Blob Data Reader"),
			PrincipalID: web.PrincipalID,
		}, pulumi.Provider(provider))
		return reads, err
	}
	_ = func(
		ctx *pulumi.Context, provider pulumi.ProviderResource, group *resources.ResourceGroup, network core.Network,
	) (*aks.Cluster, error) {
		cluster, err := aks.NewCluster(ctx, "shop", &aks.ClusterArgs{
			ResourceGroupName: group.Name,
			Version:           "1.36",
			Network:           network,
			Administrators:    map[string]aks.Principal{"platform": {PrincipalID: pulumi.String("11111111-2222-3333-4444-555555555555")}},
			NodePools:         map[string]aks.NodePoolArgs{"apps": {}},
		}, pulumi.Provider(provider))
		return cluster, err
	}
	_ = func(ctx *pulumi.Context, cluster *aks.Cluster) (pulumi.ProviderResource, error) {
		kube, err := kubernetes.NewProvider(ctx, "shop", &kubernetes.ProviderArgs{Kubeconfig: cluster.Kubeconfig})
		return kube, err
	}
	_ = func(ctx *pulumi.Context, provider pulumi.ProviderResource, cluster *aks.Cluster) (*aks.NodePool, error) {
		pool, err := aks.NewNodePool(ctx, "gpu", &aks.NodePoolArgs{
			Cluster: cluster,
			Size:    "Standard_NC24ads_A100_v4",
			Taints:  []aks.NodeTaint{{Key: "nvidia.com/gpu", Effect: aks.NoSchedule}},
		}, pulumi.Provider(provider))
		return pool, err
	}
	_ = func(
		ctx *pulumi.Context, provider pulumi.ProviderResource, group *resources.ResourceGroup,
	) (*authorization.RoleDefinition, error) {
		starter, err := authorization.NewRoleDefinition(ctx, "vm-starter", &authorization.RoleDefinitionArgs{
			Scope:   group.ID,
			Actions: []string{"Microsoft.Compute/virtualMachines/read", "Microsoft.Compute/virtualMachines/start/action"},
		}, pulumi.Provider(provider))
		return starter, err
	}
	_ = func(
		ctx *pulumi.Context, provider pulumi.ProviderResource, group *resources.ResourceGroup,
	) (*storage.Account, error) {
		orders, err := storage.NewAccount(ctx, "orders", &storage.AccountArgs{
			ResourceGroupName: group.Name,
			Containers:        config.Named[storage.Container]{"invoices": {}},
		}, pulumi.Provider(provider))
		return orders, err
	}
	_ = func(
		ctx *pulumi.Context, provider pulumi.ProviderResource, group *resources.ResourceGroup, key *keyvault.Key,
	) (*storage.Account, error) {
		orders, err := storage.NewAccount(ctx, "orders", &storage.AccountArgs{
			ResourceGroupName: group.Name,
			Encryption:        &storage.Encryption{KeyURI: key.URI, KeyID: key.ID},
		}, pulumi.Provider(provider))
		return orders, err
	}
	_ = func(
		ctx *pulumi.Context, provider pulumi.ProviderResource, group *resources.ResourceGroup,
	) (*keyvault.Key, error) {
		vault, err := keyvault.NewVault(ctx, "shop", &keyvault.VaultArgs{
			ResourceGroupName: group.Name,
		}, pulumi.Provider(provider))
		if err != nil {
			return nil, err
		}
		key, err := keyvault.NewKey(ctx, "storage", &keyvault.KeyArgs{
			ResourceGroupName: vault.ResourceGroupName, VaultName: vault.Name,
		}, pulumi.Provider(provider))
		return key, err
	}
	_ = func(
		ctx *pulumi.Context, provider pulumi.ProviderResource, group *resources.ResourceGroup, subnetID pulumi.StringInput,
		publicKey string,
	) (*compute.VirtualMachine, error) {
		web, err := compute.NewVirtualMachine(ctx, "web", &compute.VirtualMachineArgs{
			ResourceGroupName: group.Name,
			Size:              "Standard_D2s_v5",
			SubnetID:          subnetID,
			SSHKeys:           []string{publicKey},
		}, pulumi.Provider(provider))
		return web, err
	}
	_ = func(
		ctx *pulumi.Context, provider pulumi.ProviderResource, group *resources.ResourceGroup,
	) (*monitor.Workspace, error) {
		logs, err := monitor.NewWorkspace(ctx, "logs", &monitor.WorkspaceArgs{
			ResourceGroupName: group.Name,
		}, pulumi.Provider(provider))
		return logs, err
	}
	_ = func(
		ctx *pulumi.Context, provider pulumi.ProviderResource, group *resources.ResourceGroup,
	) (*network.SecureVNet, error) {
		main, err := network.NewSecureVNet(ctx, "main", &network.SecureVNetArgs{
			ResourceGroupName: group.Name,
			AddressPrefix:     "10.0.0.0/16",
		}, pulumi.Provider(provider))
		return main, err
	}
	_ = func(
		ctx *pulumi.Context, provider pulumi.ProviderResource, group *resources.ResourceGroup, main *network.SecureVNet,
		orders *storage.Account,
	) (*network.PrivateEndpoint, error) {
		blobs, err := network.NewPrivateEndpoint(ctx, "blobs", &network.PrivateEndpointArgs{
			ResourceGroupName: group.Name,
			SubnetID:          main.SubnetIDs.MapIndex(pulumi.String("isolated")),
			TargetID:          orders.ID,
			GroupID:           "blob",
		}, pulumi.Provider(provider))
		return blobs, err
	}
)
