package network

import (
	v20240501 "github.com/pulumi/pulumi-azure-native-sdk/network/v2/v20240501"

	"github.com/ashlar-iac/ashlar/integration/cloud"
	"github.com/ashlar-iac/ashlar/integration/cloud/azure/kernel"
)

func natGateway() *cloud.Type {
	read := func(c *cloud.Call) error {
		subnets, err := users(c, subnetToken, "natGateway", c.Object)
		setReferences(c, "subnets", subnets)
		return err
	}
	return kernel.Grouped(&cloud.Type{
		Token: gatewayToken, Args: v20240501.NatGatewayArgs{}, Resource: &v20240501.NatGateway{},
		Name: "natGatewayName",
		Same: sameIDs(),
		Create: func(c *cloud.Call) error {
			if err := kernel.SetNewGUIDs(c, "resourceGuid"); err != nil {
				return err
			}
			return setGateway(c)
		},
		Update:  setGateway,
		Refresh: read,
		// Source: issue 62 of Copilot-Studio-with-Azure-AI-Search.
		Delete: func(c *cloud.Call) error {
			used, err := users(c, subnetToken, "natGateway", c.Object)
			if err == nil && len(used) > 0 {
				err = kernel.Refuse("CannotDeleteNatGatewayAssociatedToSubnet", "NAT Gateway %s is still configured on %d subnets. "+
					"Remove NAT Gateway from all referenced subnets and then delete NAT Gateway.", c.Object.ID, len(used))
			}
			return err
		},
	}, "Microsoft.Network/natGateways")
}

// setGateway checks a NAT gateway. Sources: "NAT gateway and availability zones", and "Azure NAT Gateway FAQ".
func setGateway(c *cloud.Call) error {
	if err := checkName(c); err != nil {
		return err
	}
	if err := checkZones(c); err != nil {
		return err
	}
	addresses := cloud.Objects(c.Object.Outputs["publicIpAddresses"])
	switch {
	case cloud.Text(c.Object.Block("sku"), "name") != "Standard":
		return kernel.Refuse("InvalidRequestFormat", "NAT Gateway %s requires the SKU Standard.", c.Object.ID)
	case len(c.Texts("zones")) > 1:
		return kernel.Refuse("NatGatewayMultipleZonesNotSupported", "NAT Gateway %s can be in one availability zone.", c.Object.ID)
	case len(addresses) > 16:
		return kernel.Refuse("NatGatewayTooManyPublicIPAddresses", "NAT Gateway %s has %d public IP addresses. The maximum is 16.",
			c.Object.ID, len(addresses))
	}
	for property, token := range map[string]string{"publicIpAddresses": addressToken, "publicIpPrefixes": prefixToken} {
		for _, block := range cloud.Objects(c.Object.Outputs[property]) {
			o, err := reference(c, block, token, c.Text("location"))
			if err != nil {
				return err
			}
			if o == nil {
				return kernel.Refuse("InvalidRequestFormat", "%s of NAT Gateway %s have no id.", property, c.Object.ID)
			}
			others, err := users(c, gatewayToken, property, o)
			if err != nil {
				return err
			}
			for _, other := range others {
				if !kernel.ID(other.ID).Same(c.Object.ID) {
					return kernel.Refuse("PublicIPAddressInUse", "Resource %s is using public IP %s, which is already allocated to "+
						"resource %s.", c.Object.ID, o.ID, other.ID)
				}
			}
		}
	}
	c.SetDefault("idleTimeoutInMinutes", 4.0)
	return nil
}
