package network

import (
	"net/netip"

	v20240501 "github.com/pulumi/pulumi-azure-native-sdk/network/v2/v20240501"

	"github.com/ashlar-iac/ashlar/integration/cloud"
	"github.com/ashlar-iac/ashlar/integration/cloud/azure/kernel"
)

// parts are the lists of children of a network.
func parts() []kernel.Children {
	return []kernel.Children{
		{Property: "subnets", Type: subnetToken, Name: "subnetName", Parent: "virtualNetworkName"},
		{Property: "virtualNetworkPeerings", Type: peeringToken, Name: "virtualNetworkPeeringName",
			Parent: "virtualNetworkName"},
	}
}

func network() *cloud.Type {
	return kernel.Grouped(&cloud.Type{
		Token: kernel.NetworkToken, Args: v20240501.VirtualNetworkArgs{}, Resource: &v20240501.VirtualNetwork{},
		Name:     "virtualNetworkName",
		Replaces: []string{"location"},
		Same:     sameIDs(),
		Create: func(c *cloud.Call) error {
			if err := kernel.SetNewGUIDs(c, "resourceGuid"); err != nil {
				return err
			}
			if err := setNetwork(c); err != nil {
				return err
			}
			return enableWatcher(c, c.Text("location"))
		},
		Update:  setNetwork,
		Refresh: readNetwork,
		Delete: func(c *cloud.Call) error {
			all, err := Subnets(c, c.Object)
			if err != nil {
				return err
			}
			for _, o := range all {
				if err := refuseInUse(c, o); err != nil {
					return err
				}
			}
			return nil
		},
	}, networks)
}

func readNetwork(c *cloud.Call) error {
	for _, list := range parts() {
		if err := list.Read(c); err != nil {
			return err
		}
	}
	return nil
}

// space returns the address prefixes of a network.
func space(network *cloud.Object) []netip.Prefix {
	return prefixes(cloud.Texts(network.Block("addressSpace")["addressPrefixes"]))
}

func setNetwork(c *cloud.Call) error {
	if err := checkName(c); err != nil {
		return err
	}
	texts := cloud.Texts(c.Object.Block("addressSpace")["addressPrefixes"])
	if len(texts) == 0 {
		return kernel.Refuse("InvalidRequestFormat", "The virtual network %s has no address prefixes.", c.Object.ID)
	}
	for _, text := range texts {
		if err := checkPrefix(c, text); err != nil {
			return err
		}
	}
	if a, b, ok := overlap(space(c.Object), space(c.Object), true); ok {
		return kernel.Refuse("AddressPrefixesOverlap", "The address prefixes %s and %s of the virtual network %s overlap.", a, b,
			c.Object.ID)
	}
	plan := c.Object.Block("ddosProtectionPlan")
	if c.Object.Bool("enableDdosProtection") && cloud.Text(plan, "id") == "" {
		return kernel.Refuse("DdosProtectionPlanNotSpecified", "DDoS protection of the virtual network %s is enabled, but no "+
			"DDoS protection plan is specified.", c.Object.ID)
	}
	for _, list := range parts() {
		if err := list.Write(c); err != nil {
			return err
		}
	}
	subnets, err := Subnets(c, c.Object)
	if err != nil {
		return err
	}
	for _, o := range subnets {
		for _, p := range prefixes(subnetPrefixes(o)) {
			if !inside(p, space(c.Object)) {
				return outside(o.Text("name"), c.Text("name"))
			}
		}
	}
	cloud.Fill(c.Object.Outputs, map[string]any{"enableDdosProtection": false})
	return readNetwork(c)
}
