package azure

import (
	"github.com/ashlar-iac/ashlar/azure/internal/location"
	"github.com/ashlar-iac/ashlar/core/config"
)

// checkClouds reports entries whose location is in another Azure cloud than that of their provider, which Azure rejects with
// LocationNotAvailableForResourceType.
func (c *Configuration) checkClouds(report *config.Report) {
	c.eachLocation(func(kind, name, provider, place string) {
		p := c.Providers[c.Providers.Resolve(provider)]
		if p == nil || place == "" {
			return
		}
		cloud := location.Public
		if p.Environment != "" {
			cloud = location.Environment(p.Environment)
		}
		if is := location.Of(place); is != cloud {
			report.Add([]string{kind, name, "location"}, "location %q is in the cloud %q, and provider %q is for %q: use a location of "+
				"that cloud, such as %s", place, is, c.Providers.Resolve(provider), cloud, location.Names(cloud)[0])
		}
	})
}

// eachLocation calls f for each entry with a location of its own, with the provider of the entry.
func (c *Configuration) eachLocation(f func(kind, name, provider, place string)) {
	for _, name := range c.ResourceGroups.Names() {
		e := c.ResourceGroups[name]
		f("resourceGroups", name, e.Provider, e.Location)
	}
	for _, name := range c.Identities.Names() {
		provider, _ := c.identityProvider(c.Identities[name])
		f("identities", name, provider, c.Identities[name].Location)
	}
	for _, name := range c.WorkloadIdentities.Names() {
		provider, _ := c.workloadProvider(c.WorkloadIdentities[name])
		f("workloadIdentities", name, provider, c.WorkloadIdentities[name].Location)
	}
	for _, name := range c.Workspaces.Names() {
		provider, _ := c.workspaceProvider(c.Workspaces[name])
		f("workspaces", name, provider, c.Workspaces[name].Location)
	}
	for _, name := range c.Vaults.Names() {
		provider, _ := c.vaultProvider(c.Vaults[name])
		f("vaults", name, provider, c.Vaults[name].Location)
	}
	for _, name := range c.StorageAccounts.Names() {
		provider, _ := c.accountProvider(c.StorageAccounts[name])
		f("storageAccounts", name, provider, c.StorageAccounts[name].Location)
	}
	for _, name := range c.VirtualMachines.Names() {
		provider, _ := c.machineProvider(c.VirtualMachines[name])
		f("virtualMachines", name, provider, c.VirtualMachines[name].Location)
	}
}
