package azure

import (
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/ashlar-iac/ashlar/azure/identity"
	"github.com/ashlar-iac/ashlar/azure/keyvault"
	"github.com/ashlar-iac/ashlar/azure/monitor"
	"github.com/ashlar-iac/ashlar/azure/resources"
	"github.com/ashlar-iac/ashlar/core/config"
	"github.com/ashlar-iac/ashlar/core/deployment"
)

// Configuration is the section ashlar:azure. Each entry names its provider and its resource group, which are optional if
// there is only one.
type Configuration struct {
	deployment.Switch
	// Providers are the subscriptions and locations, by name.
	Providers config.Named[*ProviderArgs] `pulumi:"providers,optional"`
	// ResourceGroups are resource groups, by name.
	ResourceGroups config.Named[*ResourceGroupConfiguration] `pulumi:"resourceGroups,optional"`
	// Identities are user-assigned managed identities, by name.
	Identities config.Named[*IdentityConfiguration] `pulumi:"identities,optional"`
	// WorkloadIdentities are identities of pods, by name.
	WorkloadIdentities config.Named[*WorkloadIdentityConfiguration] `pulumi:"workloadIdentities,optional"`
	// Workspaces are Log Analytics workspaces, by name.
	Workspaces config.Named[*WorkspaceConfiguration] `pulumi:"workspaces,optional"`
	// Vaults are key vaults, by name.
	Vaults config.Named[*VaultConfiguration] `pulumi:"vaults,optional"`
	// Keys are keys in key vaults, by name.
	Keys config.Named[*KeyConfiguration] `pulumi:"keys,optional"`
	// StorageAccounts are storage accounts, by name.
	StorageAccounts config.Named[*StorageAccountConfiguration] `pulumi:"storageAccounts,optional"`
	// Networks are networks with subnets in tiers, by name.
	Networks config.Named[*NetworkConfiguration] `pulumi:"networks,optional"`
	// VirtualNetworks are networks without subnets, by name.
	VirtualNetworks config.Named[*VirtualNetworkConfiguration] `pulumi:"virtualNetworks,optional"`
	// PrivateEndpoints are private endpoints, by name.
	PrivateEndpoints config.Named[*PrivateEndpointConfiguration] `pulumi:"privateEndpoints,optional"`
	// Clusters are AKS clusters, by name.
	Clusters config.Named[*ClusterConfiguration] `pulumi:"clusters,optional"`
	// VirtualMachines are virtual machines, by name.
	VirtualMachines config.Named[*VirtualMachineConfiguration] `pulumi:"virtualMachines,optional"`
	// RoleDefinitions are custom roles, by name.
	RoleDefinitions config.Named[*RoleDefinitionConfiguration] `pulumi:"roleDefinitions,optional"`
	// RoleAssignments are assignments of roles, by name.
	RoleAssignments config.Named[*RoleAssignmentConfiguration] `pulumi:"roleAssignments,optional"`
}

// ResourceGroupConfiguration describes a resource group.
type ResourceGroupConfiguration struct {
	// Provider is the name of an entry of providers. Default: the only one.
	Provider string `pulumi:"provider,optional"`
	resources.ResourceGroupArgs
}

// IdentityConfiguration describes a user-assigned managed identity.
type IdentityConfiguration struct {
	// Provider is the name of an entry of providers. Default: that of the resource group.
	Provider string `pulumi:"provider,optional"`
	// ResourceGroup is the name of an entry of resourceGroups. Mutually exclusive with resourceGroupName. Default: the only
	// one.
	ResourceGroup string `pulumi:"resourceGroup,optional"`
	identity.UserAssignedArgs
}

// WorkspaceConfiguration describes a Log Analytics workspace.
type WorkspaceConfiguration struct {
	// Provider is the name of an entry of providers. Default: that of the resource group.
	Provider string `pulumi:"provider,optional"`
	// ResourceGroup is the name of an entry of resourceGroups. Mutually exclusive with resourceGroupName. Default: the only
	// one.
	ResourceGroup string `pulumi:"resourceGroup,optional"`
	monitor.WorkspaceArgs
}

// VaultConfiguration describes a key vault.
type VaultConfiguration struct {
	// Provider is the name of an entry of providers. Default: that of the resource group.
	Provider string `pulumi:"provider,optional"`
	// ResourceGroup is the name of an entry of resourceGroups. Mutually exclusive with resourceGroupName. Default: the only
	// one.
	ResourceGroup string `pulumi:"resourceGroup,optional"`
	keyvault.VaultArgs
}

var _ config.Validator = (*Configuration)(nil)

// Validate implements config.Validator: it checks references between entries.
func (c *Configuration) Validate(report *config.Report) {
	if !c.Enabled {
		return
	}
	c.eachProvider(func(kind, name, provider string, own bool) {
		if own {
			c.Providers.CheckReference(report, []string{kind, name, "provider"}, "provider", provider)
		}
	})
	c.eachGroup(func(kind, name, group string, given pulumi.StringInput) {
		c.checkGroup(report, []string{kind, name}, group, given)
	})
	for _, name := range c.WorkloadIdentities.Names() {
		c.checkWorkloadIdentity(report, name)
	}
	for _, name := range c.Keys.Names() {
		c.checkKey(report, name)
	}
	for _, name := range c.StorageAccounts.Names() {
		c.checkAccount(report, name)
	}
	c.checkNetworks(report)
	for _, name := range c.PrivateEndpoints.Names() {
		c.checkEndpoint(report, name)
	}
	c.checkZones(report)
	for _, name := range c.Clusters.Names() {
		c.checkCluster(report, name)
	}
	for _, name := range c.VirtualMachines.Names() {
		c.checkMachine(report, name)
	}
	for _, name := range c.RoleDefinitions.Names() {
		c.checkDefinition(report, name)
	}
	for _, name := range c.RoleAssignments.Names() {
		c.checkAssignment(report, name)
		c.checkAssignable(report, name)
	}
	c.checkClouds(report)
	c.claimNames(report)
}

// eachGroup calls f for each entry in a resource group, with the two ways to name it.
func (c *Configuration) eachGroup(f func(kind, name, group string, given pulumi.StringInput)) {
	for _, name := range c.Identities.Names() {
		f("identities", name, c.Identities[name].ResourceGroup, c.Identities[name].ResourceGroupName)
	}
	for _, name := range c.WorkloadIdentities.Names() {
		f("workloadIdentities", name, c.WorkloadIdentities[name].ResourceGroup, c.WorkloadIdentities[name].ResourceGroupName)
	}
	for _, name := range c.Workspaces.Names() {
		f("workspaces", name, c.Workspaces[name].ResourceGroup, c.Workspaces[name].ResourceGroupName)
	}
	for _, name := range c.Vaults.Names() {
		f("vaults", name, c.Vaults[name].ResourceGroup, c.Vaults[name].ResourceGroupName)
	}
	for _, name := range c.StorageAccounts.Names() {
		f("storageAccounts", name, c.StorageAccounts[name].ResourceGroup, c.StorageAccounts[name].ResourceGroupName)
	}
	for _, p := range c.networkPlaces() {
		f(p.kind, p.name, p.group, p.given)
	}
	for _, name := range c.PrivateEndpoints.Names() {
		f("privateEndpoints", name, c.PrivateEndpoints[name].ResourceGroup, c.PrivateEndpoints[name].ResourceGroupName)
	}
	for _, name := range c.Clusters.Names() {
		f("clusters", name, c.Clusters[name].ResourceGroup, c.Clusters[name].ResourceGroupName)
	}
	for _, name := range c.VirtualMachines.Names() {
		f("virtualMachines", name, c.VirtualMachines[name].ResourceGroup, c.VirtualMachines[name].ResourceGroupName)
	}
}

// checkGroup reports a reference to a resource group that does not resolve.
func (c *Configuration) checkGroup(report *config.Report, at []string, group string, given pulumi.StringInput) {
	at = append(at[:len(at):len(at)], "resourceGroup")
	switch {
	case given != nil && group != "":
		report.Add(at, "resourceGroup and resourceGroupName are mutually exclusive: remove one of them")
	case given == nil && len(c.ResourceGroups) == 0:
		report.Add(at, "no resource group configured: add one under resourceGroups, or set resourceGroupName")
	case given == nil:
		checkReference(report, at, "resource group", group, c.ResourceGroups)
	}
}

// checkReference is config.Named.CheckReference for nouns of several words.
func checkReference[T any](report *config.Report, at []string, noun, name string, entries config.Named[T]) {
	name = entries.Resolve(name)
	if _, known := entries[name]; known {
		return
	}
	if name == "" {
		report.Add(at, "several %ss configured: specify one of %s", noun, config.List(entries.Names()))
		return
	}
	report.Add(at, "unknown %s %q, %s", noun, name, config.Suggest(name, entries.Names()))
}

func checkKnown(report *config.Report, at []string, noun, name string, known []string) {
	for _, k := range known {
		if k == name {
			return
		}
	}
	report.Add(at, "unknown %s %q, %s", noun, name, config.Suggest(name, known))
}

// eachProvider calls f with the kind, the name and the provider of each entry. The provider is its own, or else that of
// another entry, such as its resource group.
func (c *Configuration) eachProvider(f func(kind, name, provider string, own bool)) {
	entries("resourceGroups", c.ResourceGroups, c.resourceGroupProvider, f)
	entries("identities", c.Identities, c.identityProvider, f)
	entries("workloadIdentities", c.WorkloadIdentities, c.workloadProvider, f)
	entries("workspaces", c.Workspaces, c.workspaceProvider, f)
	entries("vaults", c.Vaults, c.vaultProvider, f)
	entries("keys", c.Keys, c.keyProvider, f)
	entries("storageAccounts", c.StorageAccounts, c.accountProvider, f)
	entries("networks", c.Networks, c.networkProvider, f)
	entries("virtualNetworks", c.VirtualNetworks, c.virtualNetworkProvider, f)
	entries("privateEndpoints", c.PrivateEndpoints, c.endpointProvider, f)
	entries("clusters", c.Clusters, c.clusterProvider, f)
	entries("virtualMachines", c.VirtualMachines, c.machineProvider, f)
	entries("roleDefinitions", c.RoleDefinitions, c.definitionProvider, f)
	entries("roleAssignments", c.RoleAssignments, c.assignmentProvider, f)
}

func entries[T any](
	kind string, all config.Named[T], provider func(T) (string, bool), f func(kind, name, provider string, own bool),
) {
	for _, name := range all.Names() {
		provider, own := provider(all[name])
		f(kind, name, provider, own)
	}
}

// inGroup returns the provider of an entry in a resource group: its own or that of the group, which is empty when the group
// does not exist.
func (c *Configuration) inGroup(provider, group string, given pulumi.StringInput) (name string, own bool) {
	if provider != "" || given != nil && group == "" {
		return provider, true
	}
	g := c.ResourceGroups[c.ResourceGroups.Resolve(group)]
	if g == nil {
		return "", false
	}
	return g.Provider, false
}

func (*Configuration) resourceGroupProvider(e *ResourceGroupConfiguration) (string, bool) {
	return e.Provider, true
}

func (c *Configuration) identityProvider(e *IdentityConfiguration) (string, bool) {
	return c.inGroup(e.Provider, e.ResourceGroup, e.ResourceGroupName)
}

func (c *Configuration) workspaceProvider(e *WorkspaceConfiguration) (string, bool) {
	return c.inGroup(e.Provider, e.ResourceGroup, e.ResourceGroupName)
}

func (c *Configuration) vaultProvider(e *VaultConfiguration) (string, bool) {
	return c.inGroup(e.Provider, e.ResourceGroup, e.ResourceGroupName)
}

// inherited returns the provider of another entry, which is empty when the entry does not exist.
func inherited[E any](e *E, provider func(*E) (string, bool)) (name string, own bool) {
	if e == nil {
		return "", false
	}
	name, _ = provider(e)
	return name, false
}
