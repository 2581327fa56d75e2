package azure

import (
	"strconv"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/ashlar-iac/ashlar/azure/authorization"
	"github.com/ashlar-iac/ashlar/azure/compute"
	"github.com/ashlar-iac/ashlar/azure/identity"
	"github.com/ashlar-iac/ashlar/azure/keyvault"
	"github.com/ashlar-iac/ashlar/azure/monitor"
	"github.com/ashlar-iac/ashlar/azure/resources"
	"github.com/ashlar-iac/ashlar/azure/storage"
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

// KeyConfiguration describes a key.
type KeyConfiguration struct {
	// Provider is the name of an entry of providers. Default: that of the vault.
	Provider string `pulumi:"provider,optional"`
	// Vault is the name of an entry of vaults. Mutually exclusive with vaultName and resourceGroupName. Default: the only
	// one.
	Vault string `pulumi:"vault,optional"`
	keyvault.KeyArgs
}

// StorageAccountConfiguration describes a storage account.
type StorageAccountConfiguration struct {
	// Provider is the name of an entry of providers. Default: that of the resource group.
	Provider string `pulumi:"provider,optional"`
	// ResourceGroup is the name of an entry of resourceGroups. Mutually exclusive with resourceGroupName. Default: the only
	// one.
	ResourceGroup string `pulumi:"resourceGroup,optional"`
	// Key is the name of an entry of keys that encrypts the account. Mutually exclusive with encryption.keyUri and
	// encryption.keyId. Default: a key that Microsoft manages.
	Key string `pulumi:"key,optional"`
	storage.AccountArgs
}

// VirtualMachineConfiguration describes a virtual machine.
type VirtualMachineConfiguration struct {
	// Provider is the name of an entry of providers. Default: that of the resource group.
	Provider string `pulumi:"provider,optional"`
	// ResourceGroup is the name of an entry of resourceGroups. Mutually exclusive with resourceGroupName. Default: the only
	// one.
	ResourceGroup string `pulumi:"resourceGroup,optional"`
	// Network is the name of an entry of networks. Mutually exclusive with subnetId. Default: the only one.
	Network string `pulumi:"network,optional"`
	// Tier is the tier of the network. Required with a network.
	Tier string `pulumi:"tier,optional"`
	// Identities are names of entries of identities that the virtual machine has, in addition to identityIds. Default: none.
	Identities []string `pulumi:"identities,optional"`
	compute.VirtualMachineArgs
}

// RoleDefinitionConfiguration describes a custom role.
type RoleDefinitionConfiguration struct {
	// Provider is the name of an entry of providers. Default: that of the resource group.
	Provider string `pulumi:"provider,optional"`
	// ResourceGroup is the name of an entry of resourceGroups in which the role can be assigned. Mutually exclusive with
	// scope. Default: none.
	ResourceGroup string `pulumi:"resourceGroup,optional"`
	authorization.RoleDefinitionArgs
}

// RoleAssignmentConfiguration describes an assignment of a role: what it is for, as one of scope, resourceGroup,
// storageAccount, vault, key and workspace; the principal, as principalId, identity or workloadIdentity; and the role, as
// role or roleDefinition.
type RoleAssignmentConfiguration struct {
	// Provider is the name of an entry of providers. Default: that of what the role is for.
	Provider string `pulumi:"provider,optional"`
	// ResourceGroup is the name of an entry of resourceGroups that the role is for. Default: none.
	ResourceGroup string `pulumi:"resourceGroup,optional"`
	// StorageAccount is the name of an entry of storageAccounts that the role is for. Default: none.
	StorageAccount string `pulumi:"storageAccount,optional"`
	// Vault is the name of an entry of vaults that the role is for. Default: none.
	Vault string `pulumi:"vault,optional"`
	// Key is the name of an entry of keys that the role is for. Default: none.
	Key string `pulumi:"key,optional"`
	// Workspace is the name of an entry of workspaces that the role is for. Default: none.
	Workspace string `pulumi:"workspace,optional"`
	// Identity is the name of an entry of identities, the principal. Mutually exclusive with principalId. Default: none.
	Identity string `pulumi:"identity,optional"`
	// WorkloadIdentity is the name of an entry of workloadIdentities, the principal. Mutually exclusive with identity and
	// principalId. Default: none.
	WorkloadIdentity string `pulumi:"workloadIdentity,optional"`
	// RoleDefinition is the name of an entry of roleDefinitions. Mutually exclusive with role. Default: none.
	RoleDefinition string `pulumi:"roleDefinition,optional"`
	authorization.RoleAssignmentArgs
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

func (c *Configuration) checkKey(report *config.Report, name string) {
	e := c.Keys[name]
	at := []string{"keys", name, "vault"}
	own := e.VaultName != nil || e.ResourceGroupName != nil
	switch {
	case own && e.Vault != "":
		report.Add(at, "vault is mutually exclusive with vaultName and resourceGroupName: remove it, or both of them")
	case own:
		e.ValidateArguments(report.At("keys", name))
	default:
		c.Vaults.CheckReference(report, at, "vault", e.Vault)
	}
	vault := c.vaultOf(e)
	if vault != nil && e.HardwareProtected && vault.SKU != keyvault.SKUPremium {
		report.Add([]string{"keys", name, "hardwareProtected"}, "requires the tier premium of the vault: set vaults.%s.sku to premium",
			c.Vaults.Resolve(e.Vault))
	}
}

// vaultOf returns the entry of the vault of a key, or nil.
func (c *Configuration) vaultOf(e *KeyConfiguration) *VaultConfiguration {
	if e == nil || e.VaultName != nil && e.Vault == "" {
		return nil
	}
	return c.Vaults[c.Vaults.Resolve(e.Vault)]
}

func (c *Configuration) checkAccount(report *config.Report, name string) {
	e := c.StorageAccounts[name]
	provider, _ := c.accountProvider(e)
	if p := c.Providers[c.Providers.Resolve(provider)]; p != nil && e.Location == "" {
		e.CheckLocation(report.At("storageAccounts", name), p.Location)
	}
	if e.Key == "" {
		args := e.AccountArgs
		args.ResourceGroupName = checked
		args.ValidateArguments(report.At("storageAccounts", name))
		return
	}
	at := []string{"storageAccounts", name, "key"}
	if e.Encryption != nil && (e.Encryption.KeyURI != nil || e.Encryption.KeyID != nil) {
		report.Add(at, "mutually exclusive with encryption.keyUri and encryption.keyId: remove one of them")
	}
	key, known := c.Keys[e.Key]
	if !known {
		report.Add(at, "unknown key %q, %s", e.Key, config.Suggest(e.Key, c.Keys.Names()))
		return
	}
	if vault := c.vaultOf(key); vault != nil && vault.PurgeProtection != nil && !*vault.PurgeProtection {
		report.Add(at, "the vault of the key has no purge protection, which encryption requires: set vaults.%s.purgeProtection",
			c.Vaults.Resolve(key.Vault))
	}
}

func (c *Configuration) checkMachine(report *config.Report, name string) {
	e := c.VirtualMachines[name]
	args := e.VirtualMachineArgs
	args.ResourceGroupName = checked
	if e.Network != "" || e.Tier != "" || e.SubnetID == nil && len(c.Networks) > 0 {
		c.checkMachineNetwork(report, name)
		args.SubnetID = checked
	}
	args.ValidateArguments(report.At("virtualMachines", name))
	for i, other := range e.Identities {
		checkKnown(report, []string{"virtualMachines", name, "identities", strconv.Itoa(i)}, "identity", other, c.Identities.Names())
	}
}

// checkMachineNetwork checks the tier of a virtual machine.
func (c *Configuration) checkMachineNetwork(report *config.Report, name string) {
	e := c.VirtualMachines[name]
	at := func(key string) []string { return []string{"virtualMachines", name, key} }
	if e.SubnetID != nil {
		report.Add(at("subnetId"), "subnetId is mutually exclusive with network and tier: remove it, or both of them")
		return
	}
	provider, _ := c.machineProvider(e)
	facts := c.checkTierReference(report, []string{"virtualMachines", name}, e.Network, e.Tier, "virtual machines", provider, e.Location)
	checkAddress(report, at("privateIp"), e.PrivateIP, facts)
	if facts != nil && facts.Zone != "" && e.Zone != "" && facts.Zone != e.Zone {
		report.Add(at("zone"), "the tier is for zone %s: use that zone, or another tier", facts.Zone)
	}
}

func (c *Configuration) checkDefinition(report *config.Report, name string) {
	e := c.RoleDefinitions[name]
	at := []string{"roleDefinitions", name, "resourceGroup"}
	switch {
	case e.Scope != nil && e.ResourceGroup != "":
		report.Add(at, "resourceGroup and scope are mutually exclusive: remove one of them")
	case e.ResourceGroup != "":
		checkReference(report, at, "resource group", e.ResourceGroup, c.ResourceGroups)
	default:
		e.ValidateArguments(report.At("roleDefinitions", name))
	}
}

// target is what a role is for, by reference.
type target struct{ key, noun, name string }

// targets returns what an assignment refers to.
func (e *RoleAssignmentConfiguration) targets() []target {
	var out []target
	for _, t := range []target{
		{"resourceGroup", "resource group", e.ResourceGroup}, {"storageAccount", "storage account", e.StorageAccount},
		{"vault", "vault", e.Vault}, {"key", "key", e.Key}, {"workspace", "workspace", e.Workspace},
	} {
		if t.name != "" {
			out = append(out, t)
		}
	}
	return out
}

func (c *Configuration) checkAssignment(report *config.Report, name string) {
	e := c.RoleAssignments[name]
	at := func(key string) []string { return []string{"roleAssignments", name, key} }
	targets := e.targets()
	for _, t := range targets {
		known := map[string][]string{
			"resourceGroup": c.ResourceGroups.Names(), "storageAccount": c.StorageAccounts.Names(), "vault": c.Vaults.Names(),
			"key": c.Keys.Names(), "workspace": c.Workspaces.Names(),
		}[t.key]
		checkKnown(report, at(t.key), t.noun, t.name, known)
	}
	switch n := len(targets); {
	case n == 0 && e.Scope == nil:
		report.Add(at("scope"), "required: add scope, resourceGroup, storageAccount, vault, key or workspace")
	case n > 1 || n == 1 && e.Scope != nil:
		report.Add(at(targets[n-1].key), "scope, resourceGroup, storageAccount, vault, key and workspace are mutually exclusive: "+
			"use one assignment for each")
	}
	c.checkPrincipal(report, name)
	switch {
	case e.RoleDefinition != "" && e.Role != nil:
		report.Add(at("roleDefinition"), "roleDefinition and role are mutually exclusive: remove one of them")
	case e.RoleDefinition != "":
		checkKnown(report, at("roleDefinition"), "role definition", e.RoleDefinition, c.RoleDefinitions.Names())
	case e.Role == nil:
		report.Add(at("role"), "required: add the name of a built-in role, or roleDefinition")
	}
}

// checkPrincipal reports an assignment without a principal, or with several.
func (c *Configuration) checkPrincipal(report *config.Report, name string) {
	e := c.RoleAssignments[name]
	at := func(key string) []string { return []string{"roleAssignments", name, key} }
	switch {
	case e.Identity != "" && e.PrincipalID != nil:
		report.Add(at("identity"), "identity and principalId are mutually exclusive: remove one of them")
	case e.WorkloadIdentity != "" && (e.PrincipalID != nil || e.Identity != ""):
		report.Add(at("workloadIdentity"), "workloadIdentity is mutually exclusive with identity and principalId: use one of the three")
	case e.Identity != "":
		checkKnown(report, at("identity"), "identity", e.Identity, c.Identities.Names())
	case e.WorkloadIdentity != "":
		checkKnown(report, at("workloadIdentity"), "workload identity", e.WorkloadIdentity, c.WorkloadIdentities.Names())
	case e.PrincipalID == nil:
		report.Add(at("principalId"), "required: add identity, workloadIdentity, or the object ID of the principal")
	}
	reference := (e.Identity != "" || e.WorkloadIdentity != "") && e.PrincipalID == nil
	if reference && e.PrincipalType != authorization.PrincipalServicePrincipal {
		report.Add(at("principalType"), "identities are service principals: omit principalType")
	}
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

func (c *Configuration) accountProvider(e *StorageAccountConfiguration) (string, bool) {
	return c.inGroup(e.Provider, e.ResourceGroup, e.ResourceGroupName)
}

func (c *Configuration) machineProvider(e *VirtualMachineConfiguration) (string, bool) {
	return c.inGroup(e.Provider, e.ResourceGroup, e.ResourceGroupName)
}

// keyProvider returns the provider of a key: its own or that of its vault.
func (c *Configuration) keyProvider(e *KeyConfiguration) (string, bool) {
	if e.Provider != "" || e.VaultName != nil && e.Vault == "" {
		return e.Provider, true
	}
	return inherited(c.vaultOf(e), c.vaultProvider)
}

func (c *Configuration) definitionProvider(e *RoleDefinitionConfiguration) (string, bool) {
	return c.inGroup(e.Provider, e.ResourceGroup, e.Scope)
}

// assignmentProvider returns the provider of an assignment: its own or that of what the role is for.
func (c *Configuration) assignmentProvider(e *RoleAssignmentConfiguration) (string, bool) {
	targets := e.targets()
	if e.Provider != "" || len(targets) == 0 {
		return e.Provider, true
	}
	switch t := targets[0]; t.key {
	case "resourceGroup":
		return c.inGroup("", t.name, nil)
	case "storageAccount":
		return inherited(c.StorageAccounts[t.name], c.accountProvider)
	case "vault":
		return inherited(c.Vaults[t.name], c.vaultProvider)
	case "key":
		return inherited(c.Keys[t.name], c.keyProvider)
	}
	return inherited(c.Workspaces[targets[0].name], c.workspaceProvider)
}

// inherited returns the provider of another entry, which is empty when the entry does not exist.
func inherited[E any](e *E, provider func(*E) (string, bool)) (name string, own bool) {
	if e == nil {
		return "", false
	}
	name, _ = provider(e)
	return name, false
}
