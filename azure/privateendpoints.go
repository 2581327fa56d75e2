package azure

import (
	"strings"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/ashlar-iac/ashlar/azure/internal/location"
	"github.com/ashlar-iac/ashlar/azure/network"
	"github.com/ashlar-iac/ashlar/core/config"
)

// PrivateEndpointConfiguration describes a private endpoint: where it is, as network and tier or as subnetId, and the resource,
// as one of targetId, storageAccount and vault.
type PrivateEndpointConfiguration struct {
	// Provider is the name of an entry of providers. Default: that of the resource group.
	Provider string `pulumi:"provider,optional"`
	// ResourceGroup is the name of an entry of resourceGroups. Mutually exclusive with resourceGroupName. Default: the only
	// one.
	ResourceGroup string `pulumi:"resourceGroup,optional"`
	// Network is the name of an entry of networks. Mutually exclusive with subnetId. Default: the only one.
	Network string `pulumi:"network,optional"`
	// Tier is the tier of the network. Required with a network.
	Tier string `pulumi:"tier,optional"`
	// StorageAccount is the name of an entry of storageAccounts, the resource. Default: none.
	StorageAccount string `pulumi:"storageAccount,optional"`
	// Vault is the name of an entry of vaults, the resource, with the group ID vault. Default: none.
	Vault string `pulumi:"vault,optional"`
	// ZonesOf is the name of an entry of privateEndpoints that creates the private DNS zones. They are linked to the network of
	// this one, too. Required for entries with the same zones in one network or resource group. Default: zones of its own.
	ZonesOf string `pulumi:"zonesOf,optional"`
	network.PrivateEndpointArgs
}

// placeholders are resource IDs that stand for entries in checks.
const (
	placeholderGroup   = "/subscriptions/s/resourceGroups/g/providers/"
	placeholderAccount = pulumi.String(placeholderGroup + "Microsoft.Storage/storageAccounts/a")
	placeholderVault   = pulumi.String(placeholderGroup + "Microsoft.KeyVault/vaults/v")
)

// completed returns the arguments of a private endpoint with what references stand for.
func (c *Configuration) completed(e *PrivateEndpointConfiguration, subnet, target pulumi.StringInput) network.PrivateEndpointArgs {
	args := e.PrivateEndpointArgs
	if args.SubnetID == nil {
		args.SubnetID = subnet
	}
	if e.StorageAccount != "" || e.Vault != "" {
		args.TargetID = target
	}
	if e.Vault != "" && args.GroupID == "" {
		args.GroupID = "vault"
	}
	dns := network.PrivateDNS{}
	if args.DNS != nil {
		dns = *args.DNS
	}
	provider, _ := c.endpointProvider(e)
	if dns.Environment == "" {
		dns.Environment = string(c.environment(provider, args.Location))
	}
	args.DNS = &dns
	if args.Location == "" {
		args.Location = c.location(provider, "")
	}
	return args
}

// environment returns the cloud of an entry.
func (c *Configuration) environment(provider, own string) location.Environment {
	if p := c.Providers[c.Providers.Resolve(provider)]; p != nil && p.Environment != "" {
		return location.Environment(p.Environment)
	}
	return location.Of(c.location(provider, own))
}

// target returns the placeholder of the resource of an entry.
func (e *PrivateEndpointConfiguration) target() pulumi.StringInput {
	if e.Vault != "" {
		return placeholderVault
	}
	return placeholderAccount
}

// checkEndpoint checks the references of a private endpoint.
func (c *Configuration) checkEndpoint(report *config.Report, name string) {
	e := c.PrivateEndpoints[name]
	at := func(key string) []string { return []string{"privateEndpoints", name, key} }
	c.checkEndpointTarget(report, name)
	provider, _ := c.endpointProvider(e)
	switch {
	case e.SubnetID != nil && (e.Network != "" || e.Tier != ""):
		report.Add(at("subnetId"), "subnetId is mutually exclusive with network and tier: remove it, or both of them")
	case e.SubnetID == nil:
		facts := c.checkTierReference(report, []string{"privateEndpoints", name}, e.Network, e.Tier, "private endpoints", provider,
			e.Location)
		checkAddress(report, at("privateIp"), e.PrivateIP, facts)
	}
	if e.ZonesOf != "" {
		c.checkZonesOf(report, name)
	}
	args := c.completed(e, checked, e.target())
	args.ResourceGroupName = checked
	if e.ZonesOf != "" {
		args.DNS.ZoneIDs = map[string]pulumi.StringInput{"checked": checked}
	}
	args.ValidateArguments(report.At("privateEndpoints", name))
	if e.TargetID == nil && (e.StorageAccount == "") != (e.Vault == "") {
		args.CheckTarget(report.At("privateEndpoints", name))
	}
}

func (c *Configuration) checkEndpointTarget(report *config.Report, name string) {
	e := c.PrivateEndpoints[name]
	at := func(key string) []string { return []string{"privateEndpoints", name, key} }
	given := 0
	for _, set := range []bool{e.TargetID != nil, e.StorageAccount != "", e.Vault != ""} {
		if set {
			given++
		}
	}
	if given > 1 {
		report.Add(at("targetId"), "targetId, storageAccount and vault are mutually exclusive: use a private endpoint for each")
	}
	if e.StorageAccount != "" {
		checkKnown(report, at("storageAccount"), "storage account", e.StorageAccount, c.StorageAccounts.Names())
	}
	if e.Vault != "" {
		checkKnown(report, at("vault"), "vault", e.Vault, c.Vaults.Names())
	}
}

// checkZonesOf checks a reference to the entry with the zones.
func (c *Configuration) checkZonesOf(report *config.Report, name string) {
	e := c.PrivateEndpoints[name]
	at := []string{"privateEndpoints", name, "zonesOf"}
	owner := c.PrivateEndpoints[e.ZonesOf]
	switch {
	case owner == nil:
		report.Add(at, "unknown private endpoint %q, %s", e.ZonesOf, config.Suggest(e.ZonesOf, c.PrivateEndpoints.Names()))
		return
	case e.ZonesOf == name || owner.ZonesOf != "":
		report.Add(at, "%s has no zones of its own: use the entry that creates them", e.ZonesOf)
		return
	case e.DNS != nil && len(e.DNS.ZoneIDs)+len(e.DNS.ZoneNames) > 0:
		report.Add(at, "mutually exclusive with dns.zoneNames and dns.zoneIds: remove one of them")
		return
	}
	has, needs := c.ownZones(owner), c.ownZones(e)
	if len(needs) > 0 && strings.Join(has, " ") != strings.Join(needs, " ") {
		report.Add(at, "%s has the zones %s instead of %s: use an entry with the same group ID", e.ZonesOf, config.List(has),
			config.List(needs))
	}
}

// ownZones returns the zones that an entry has, if it does not use those of another one.
func (c *Configuration) ownZones(e *PrivateEndpointConfiguration) []string {
	args := c.completed(e, checked, e.target())
	return args.OwnZones()
}

// checkZones reports entries that create the same zone for one network, or in one resource group.
func (c *Configuration) checkZones(report *config.Report) {
	type key struct{ kind, scope, zone string }
	taken := map[key]string{}
	for _, name := range c.PrivateEndpoints.Names() {
		e := c.PrivateEndpoints[name]
		if e.ZonesOf != "" {
			continue
		}
		reported := false
		for _, zone := range c.ownZones(e) {
			zone = strings.ToLower(zone)
			for _, k := range []key{
				{"network", c.endpointNetwork(e), zone},
				{"group", c.group(e.Provider, e.ResourceGroup, e.ResourceGroupName), zone},
			} {
				if other, ok := taken[k]; ok && k.scope != "" && !reported {
					reported = true
					report.Add([]string{"privateEndpoints", name, "zonesOf"}, "required: the zone %s is created by %s; set zonesOf to %s", zone,
						report.Locate("privateEndpoints", other), other)
				} else if !ok {
					taken[k] = name
				}
			}
		}
	}
}

// endpointNetwork describes the network of an entry, or "" if it is not known.
func (c *Configuration) endpointNetwork(e *PrivateEndpointConfiguration) string {
	if e.SubnetID != nil {
		return subnetNetwork(e.SubnetID)
	}
	return c.Networks.Resolve(e.Network)
}
