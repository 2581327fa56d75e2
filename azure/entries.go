package azure

import (
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/ashlar-iac/ashlar/azure/aks"
	"github.com/ashlar-iac/ashlar/azure/authorization"
	"github.com/ashlar-iac/ashlar/azure/identity"
	"github.com/ashlar-iac/ashlar/azure/keyvault"
	"github.com/ashlar-iac/ashlar/azure/monitor"
	"github.com/ashlar-iac/ashlar/azure/network"
	"github.com/ashlar-iac/ashlar/azure/resources"
	"github.com/ashlar-iac/ashlar/azure/storage"
	"github.com/ashlar-iac/ashlar/core/config"
	"github.com/ashlar-iac/ashlar/core/deployment"
)

// deployer deploys one section.
type deployer struct {
	ctx    *deployment.Context
	config *Configuration

	groups     map[string]*resources.ResourceGroup
	identities map[string]*identity.UserAssigned
	workloads  map[string]*identity.WorkloadIdentity
	clusters   map[string]*aks.Cluster
	workspaces map[string]*monitor.Workspace
	vaults     map[string]*keyvault.Vault
	keys       map[string]*keyvault.Key
	accounts   map[string]*storage.Account
	// networks are those of networks and virtualNetworks, vnets those of networks. existing are those of other programs, by ID.
	networks    map[string]network.AzureNetwork
	vnets       map[string]*network.SecureVNet
	existing    map[string]*network.Existing
	endpoints   map[string]*network.PrivateEndpoint
	definitions map[string]*authorization.RoleDefinition
}

func (d *deployer) deploy() error {
	d.groups, d.identities = map[string]*resources.ResourceGroup{}, map[string]*identity.UserAssigned{}
	d.workspaces, d.vaults = map[string]*monitor.Workspace{}, map[string]*keyvault.Vault{}
	d.keys, d.accounts = map[string]*keyvault.Key{}, map[string]*storage.Account{}
	d.networks, d.vnets = map[string]network.AzureNetwork{}, map[string]*network.SecureVNet{}
	d.existing, d.endpoints = map[string]*network.Existing{}, map[string]*network.PrivateEndpoint{}
	d.workloads, d.clusters = map[string]*identity.WorkloadIdentity{}, map[string]*aks.Cluster{}
	d.definitions = map[string]*authorization.RoleDefinition{}
	for _, step := range []func() error{
		d.addGroups, d.addIdentities, d.addWorkspaces, d.addVaults, d.addKeys, d.addAccounts, d.addNetworks,
		d.addEndpoints, d.addClusters, d.addWorkloadIdentities, d.addMachines, d.addDefinitions, d.addAssignments,
	} {
		if err := step(); err != nil {
			return err
		}
	}
	return nil
}

// each creates a component for each entry of a kind and publishes its outputs.
func each[E any](
	d *deployer, kind string, all config.Named[E], placed func(E) (string, bool),
	add func(name string, e E, on pulumi.ResourceOption) (pulumi.Map, error),
) error {
	outputs := pulumi.Map{}
	for _, name := range all.Names() {
		provider, _ := placed(all[name])
		on, err := providerOf(d.ctx.Providers(), d.config, provider)
		if err != nil {
			return err
		}
		out, err := add(name, all[name], on)
		if err != nil {
			return d.ctx.Locate(err, kind, name)
		}
		outputs[name] = out
	}
	if len(outputs) > 0 {
		d.ctx.Publish(kind, outputs)
	}
	return nil
}

// group returns the name of the resource group of an entry.
func (d *deployer) group(reference string, given pulumi.StringInput) pulumi.StringInput {
	if given != nil {
		return given
	}
	return d.groups[d.config.ResourceGroups.Resolve(reference)].Name
}

func (d *deployer) addGroups() error {
	return each(d, "resourceGroups", d.config.ResourceGroups, d.config.resourceGroupProvider,
		func(name string, e *ResourceGroupConfiguration, on pulumi.ResourceOption) (pulumi.Map, error) {
			g, err := resources.NewResourceGroup(d.ctx.Context, name, &e.ResourceGroupArgs, on)
			if err != nil {
				return nil, err
			}
			d.groups[name] = g
			return pulumi.Map{"name": g.Name, "id": g.ID}, nil
		})
}

func (d *deployer) addIdentities() error {
	return each(d, "identities", d.config.Identities, d.config.identityProvider,
		func(name string, e *IdentityConfiguration, on pulumi.ResourceOption) (pulumi.Map, error) {
			args := e.UserAssignedArgs
			args.ResourceGroupName = d.group(e.ResourceGroup, e.ResourceGroupName)
			i, err := identity.NewUserAssigned(d.ctx.Context, name, &args, on)
			if err != nil {
				return nil, err
			}
			d.identities[name] = i
			return pulumi.Map{"id": i.ID, "clientId": i.ClientID, "principalId": i.PrincipalID}, nil
		})
}

func (d *deployer) addWorkspaces() error {
	return each(d, "workspaces", d.config.Workspaces, d.config.workspaceProvider,
		func(name string, e *WorkspaceConfiguration, on pulumi.ResourceOption) (pulumi.Map, error) {
			args := e.WorkspaceArgs
			args.ResourceGroupName = d.group(e.ResourceGroup, e.ResourceGroupName)
			w, err := monitor.NewWorkspace(d.ctx.Context, name, &args, on)
			if err != nil {
				return nil, err
			}
			d.workspaces[name] = w
			return pulumi.Map{"name": w.Name, "id": w.ID, "workspaceId": w.WorkspaceID}, nil
		})
}

func (d *deployer) addVaults() error {
	return each(d, "vaults", d.config.Vaults, d.config.vaultProvider,
		func(name string, e *VaultConfiguration, on pulumi.ResourceOption) (pulumi.Map, error) {
			args := e.VaultArgs
			args.ResourceGroupName = d.group(e.ResourceGroup, e.ResourceGroupName)
			v, err := keyvault.NewVault(d.ctx.Context, name, &args, on)
			if err != nil {
				return nil, err
			}
			d.vaults[name] = v
			return pulumi.Map{"name": v.Name, "id": v.ID, "uri": v.URI}, nil
		})
}
