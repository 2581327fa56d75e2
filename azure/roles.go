package azure

import (
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/ashlar-iac/ashlar/azure/authorization"
	"github.com/ashlar-iac/ashlar/core/config"
)

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

func (d *deployer) addDefinitions() error {
	return each(d, "roleDefinitions", d.config.RoleDefinitions, d.config.definitionProvider,
		func(name string, e *RoleDefinitionConfiguration, on pulumi.ResourceOption) (pulumi.Map, error) {
			args := e.RoleDefinitionArgs
			if e.ResourceGroup != "" {
				args.Scope = d.groups[e.ResourceGroup].ID
			}
			r, err := authorization.NewRoleDefinition(d.ctx.Context, name, &args, on)
			if err != nil {
				return nil, err
			}
			d.definitions[name] = r
			return pulumi.Map{"id": r.ID, "roleName": r.RoleName}, nil
		})
}

func (d *deployer) addAssignments() error {
	return each(d, "roleAssignments", d.config.RoleAssignments, d.config.assignmentProvider,
		func(name string, e *RoleAssignmentConfiguration, on pulumi.ResourceOption) (pulumi.Map, error) {
			args := e.RoleAssignmentArgs
			for _, t := range e.targets() {
				args.Scope = d.target(t)
			}
			if e.Identity != "" {
				args.PrincipalID = d.identities[e.Identity].PrincipalID
			}
			if e.WorkloadIdentity != "" {
				args.PrincipalID = d.workloads[e.WorkloadIdentity].PrincipalID
			}
			if e.RoleDefinition != "" {
				args.Role = d.definitions[e.RoleDefinition].ID
			}
			a, err := authorization.NewRoleAssignment(d.ctx.Context, name, &args, on)
			if err != nil {
				return nil, err
			}
			return pulumi.Map{"id": a.ID}, nil
		})
}

// target returns the resource ID of what a role is for.
func (d *deployer) target(t target) pulumi.StringInput {
	switch t.key {
	case "resourceGroup":
		return d.groups[t.name].ID
	case "storageAccount":
		return d.accounts[t.name].ID
	case "vault":
		return d.vaults[t.name].ID
	case "key":
		return d.keys[t.name].ID
	}
	return d.workspaces[t.name].ID
}
