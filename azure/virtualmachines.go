package azure

import (
	"strconv"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/ashlar-iac/ashlar/azure/compute"
	"github.com/ashlar-iac/ashlar/core/config"
)

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

func (c *Configuration) machineProvider(e *VirtualMachineConfiguration) (string, bool) {
	return c.inGroup(e.Provider, e.ResourceGroup, e.ResourceGroupName)
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

func (d *deployer) addMachines() error {
	return each(d, "virtualMachines", d.config.VirtualMachines, d.config.machineProvider,
		func(name string, e *VirtualMachineConfiguration, on pulumi.ResourceOption) (pulumi.Map, error) {
			args := e.VirtualMachineArgs
			args.ResourceGroupName = d.group(e.ResourceGroup, e.ResourceGroupName)
			args.IdentityIDs = d.assigned(args.IdentityIDs, e.Identities)
			if args.SubnetID == nil {
				args.SubnetID = d.subnet(e.Network, e.Tier)
			}
			m, err := compute.NewVirtualMachine(d.ctx.Context, name, &args, on)
			if err != nil {
				return nil, err
			}
			return pulumi.Map{"name": m.Name, "id": m.ID, "privateIp": m.PrivateIP, "principalId": m.PrincipalID}, nil
		})
}

// assigned returns the identities of a virtual machine, including entries of identities.
func (d *deployer) assigned(given pulumi.StringArrayInput, names []string) pulumi.StringArrayInput {
	if len(names) == 0 {
		return given
	}
	out := pulumi.StringArray{}
	if list, ok := given.(pulumi.StringArray); ok {
		out = append(out, list...)
	}
	for _, name := range names {
		out = append(out, d.identities[name].ID)
	}
	return out
}
