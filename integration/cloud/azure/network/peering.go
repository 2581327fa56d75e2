package network

import (
	v20240501 "github.com/pulumi/pulumi-azure-native-sdk/network/v2/v20240501"

	"github.com/ashlar-iac/ashlar/integration/cloud"
	"github.com/ashlar-iac/ashlar/integration/cloud/azure/kernel"
)

func peering() *cloud.Type {
	return kernel.Child(&cloud.Type{
		Token: peeringToken, Args: v20240501.VirtualNetworkPeeringArgs{}, Resource: &v20240501.VirtualNetworkPeering{},
		Name:    "virtualNetworkPeeringName",
		Takes:   takes,
		Same:    sameIDs(),
		Create:  setPeering,
		Update:  setPeering,
		Refresh: readPeering,
	}, kernel.NetworkToken, networks, "virtualNetworkName", "virtualNetworkPeerings", true)
}

// remote returns the id of the network at the other side.
func remote(o *cloud.Object) string { return cloud.Text(o.Block("remoteVirtualNetwork"), "id") }

// readPeering sets the state of a peering: it is connected once the other side has a peering, too.
func readPeering(c *cloud.Call) error {
	local, err := c.Owner(c.Object)
	if err != nil {
		return err
	}
	other, err := c.Lookup(kernel.NetworkToken, remote(c.Object))
	if err != nil {
		return err
	}
	if other == nil {
		c.Set("peeringState", "Disconnected")
		return nil
	}
	c.Set("remoteVirtualNetworkAddressSpace", other.Block("addressSpace"))
	c.Set("peeringSyncLevel", "RemoteNotInSync")
	c.Set("peeringState", "Initiated")
	all, err := c.List(peeringToken)
	for _, o := range all {
		if o.Managed == other.Key() && kernel.ID(local.ID).Same(remote(o)) {
			c.Set("peeringState", "Connected")
			c.Set("peeringSyncLevel", "FullyInSync")
		}
	}
	return err
}

// setPeering checks the address spaces of both sides, and of the networks that the local one is peered with. Sources:
// issues 731 of ResourceModules and 1927 of AzureTRE.
func setPeering(c *cloud.Call) error {
	if err := checkName(c); err != nil {
		return err
	}
	local, err := c.Owner(c.Object)
	if err != nil {
		return err
	}
	other, err := c.Lookup(kernel.NetworkToken, remote(c.Object))
	if err != nil {
		return err
	}
	if other == nil {
		return kernel.Refuse("InvalidResourceReference", "Resource %s referenced by resource %s was not found. Please make sure "+
			"that the referenced resource exists, and that both resources are in the same region.", remote(c.Object), c.Object.ID)
	}
	if _, b, ok := overlap(space(local), space(other), false); ok {
		return kernel.Refuse("VnetAddressSpacesOverlap", "Cannot create or update peering %s. Virtual networks %s and %s cannot be "+
			"peered because their address spaces overlap. Overlapping address prefixes: %s", c.Object.ID, local.ID, other.ID, b)
	}
	peerings, err := c.All(peeringToken, func(o *cloud.Object) bool {
		return o.Managed == local.Key() && !kernel.ID(o.ID).Same(c.Object.ID)
	})
	if err != nil {
		return err
	}
	for _, o := range peerings {
		if kernel.ID(other.ID).Same(remote(o)) {
			return kernel.Refuse("AnotherPeeringAlreadyReferencesRemoteVnet", "Cannot create or update peering %s. There is already "+
				"another peering %s referencing remote virtual network %s.", c.Object.ID, o.ID, other.ID)
		}
		third, err := c.Lookup(kernel.NetworkToken, remote(o))
		if err != nil {
			return err
		}
		if third == nil {
			continue
		}
		if _, b, ok := overlap(space(other), space(third), false); ok {
			return kernel.Refuse("VnetAddressSpaceOverlapsWithAlreadyPeeredVnet", "Cannot create or update peering %s. Virtual "+
				"networks %s and %s cannot be peered because remote address space overlaps with that of the already peered "+
				"virtual network %s. Overlapping address prefixes: %s", c.Object.ID, local.ID, other.ID, third.ID, b)
		}
	}
	cloud.Fill(c.Object.Outputs, map[string]any{"allowVirtualNetworkAccess": true, "allowForwardedTraffic": false,
		"allowGatewayTransit": false, "useRemoteGateways": false, "peerCompleteVnets": true})
	return readPeering(c)
}
