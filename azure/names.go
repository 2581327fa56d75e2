package azure

import (
	"cmp"
	"strconv"
	"strings"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/ashlar-iac/ashlar/core/config"
)

// claimNames declares the physical names that entries set, so that a second entry with the same name is reported before
// anything is created. Names with random characters are unique, and Azure ignores case. Sources: "Naming rules and
// restrictions for Azure resources"; role assignments: "Troubleshoot Azure RBAC".
func (c *Configuration) claimNames(report *config.Report) {
	claim := func(kind, scope, name string, path ...string) {
		report.Claim(path, config.Claim{Kind: kind, Scope: scope, Name: strings.ToLower(name)})
	}
	for _, name := range c.ResourceGroups.Names() {
		e := c.ResourceGroups[name]
		claim("resource group", c.subscription(e.Provider), e.Name, "resourceGroups", name, "name")
	}
	for _, name := range c.Identities.Names() {
		e := c.Identities[name]
		claim("user-assigned identity", c.group(e.Provider, e.ResourceGroup, e.ResourceGroupName), e.Name, "identities", name,
			"name")
	}
	for _, name := range c.WorkloadIdentities.Names() {
		e := c.WorkloadIdentities[name]
		claim("user-assigned identity", c.group(e.Provider, e.ResourceGroup, e.ResourceGroupName), e.Name, "workloadIdentities",
			name, "name")
	}
	for _, name := range c.Workspaces.Names() {
		e := c.Workspaces[name]
		claim("Log Analytics workspace", c.group(e.Provider, e.ResourceGroup, e.ResourceGroupName), e.Name, "workspaces", name,
			"name")
	}
	for _, name := range c.Vaults.Names() {
		claim("key vault", "", c.Vaults[name].Name, "vaults", name, "name")
	}
	for _, name := range c.Keys.Names() {
		e := c.Keys[name]
		if vault := c.vaultOf(e); vault != nil {
			claim("key", "vault "+strconv.Quote(c.Vaults.Resolve(e.Vault)), cmp.Or(e.Name, name), "keys", name)
		}
	}
	for _, name := range c.StorageAccounts.Names() {
		claim("storage account", "", c.StorageAccounts[name].Name, "storageAccounts", name, "name")
	}
	for _, name := range c.VirtualMachines.Names() {
		e := c.VirtualMachines[name]
		claim("virtual machine", c.group(e.Provider, e.ResourceGroup, e.ResourceGroupName), e.Name, "virtualMachines", name, "name")
	}
	c.claimNetworks(claim)
	c.claimClusters(claim)
	for _, name := range c.RoleDefinitions.Names() {
		claim("role", "the tenant", cmp.Or(c.RoleDefinitions[name].RoleName, name), "roleDefinitions", name)
	}
	for _, name := range c.RoleAssignments.Names() {
		claim("role assignment", "", c.RoleAssignments[name].describe(), "roleAssignments", name)
	}
}

// describe returns the role, the principal and the scope of an assignment, or "" when one is not known: Azure rejects a
// second assignment of the three.
func (e *RoleAssignmentConfiguration) describe() string {
	text := func(reference string, given pulumi.StringInput) string {
		known, _ := given.(pulumi.String)
		return cmp.Or(reference, string(known))
	}
	scope := text("", e.Scope)
	for _, t := range e.targets() {
		scope = t.noun + " " + t.name
	}
	role, principal := text(e.RoleDefinition, e.Role), text(e.Identity, e.PrincipalID)
	if e.WorkloadIdentity != "" {
		principal = "workload identity " + e.WorkloadIdentity
	}
	if role == "" || principal == "" || scope == "" {
		return ""
	}
	return role + " for " + principal + " on " + scope
}

// subscription describes the subscription of a provider. Providers of one subscription have the same description, as far
// as the configuration tells.
func (c *Configuration) subscription(name string) string {
	name = c.Providers.Resolve(name)
	if p := c.Providers[name]; p != nil {
		return "subscription " + cmp.Or(p.SubscriptionID, "of the environment")
	}
	return "provider " + strconv.Quote(name)
}

// group describes a resource group.
func (c *Configuration) group(provider, reference string, given pulumi.StringInput) string {
	if known, ok := given.(pulumi.String); ok {
		return "resource group " + string(known) + " of " + c.subscription(provider)
	}
	return "resource group " + strconv.Quote(c.ResourceGroups.Resolve(reference))
}
