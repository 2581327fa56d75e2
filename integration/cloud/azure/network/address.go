package network

import (
	"fmt"
	"net/netip"
	"reflect"
	"strconv"

	v20240501 "github.com/pulumi/pulumi-azure-native-sdk/network/v2/v20240501"

	"github.com/ashlar-iac/ashlar/integration/cloud"
	"github.com/ashlar-iac/ashlar/integration/cloud/azure/kernel"
)

func publicAddress() *cloud.Type {
	return kernel.Grouped(&cloud.Type{
		Token: addressToken, Args: v20240501.PublicIPAddressArgs{}, Resource: &v20240501.PublicIPAddress{},
		Name:     "publicIpAddressName",
		Replaces: []string{"location", "publicIPAddressVersion", "publicIPPrefix", "sku"},
		Same:     sameIDs(),
		Computed: map[string][]string{"dnsSettings": {"fqdn"}},
		Create: func(c *cloud.Call) error {
			if err := kernel.SetNewGUIDs(c, "resourceGuid"); err != nil {
				return err
			}
			return setAddress(c)
		},
		Update: setAddress,
		// Source: issue 688 of terraform-provider-azurerm.
		Delete: func(c *cloud.Call) error {
			used, err := usersOfAddress(c, c.Object)
			if err == nil && len(used) > 0 {
				err = kernel.Refuse("PublicIPAddressCannotBeDeleted", "Public IP address %s can not be deleted since it is still "+
					"allocated to resource %s.", c.Object.ID, used[0].ID)
			}
			return err
		},
	}, "Microsoft.Network/publicIPAddresses")
}

// usersOfAddress returns the NAT gateways and network interfaces with a public address.
func usersOfAddress(c *cloud.Call, o *cloud.Object) ([]*cloud.Object, error) {
	used, err := users(c, gatewayToken, "publicIpAddresses", o)
	if err != nil {
		return nil, err
	}
	all, err := c.List(kernel.InterfaceToken)
	for _, nic := range all {
		for _, configuration := range cloud.Objects(nic.Outputs["ipConfigurations"]) {
			of, _ := configuration["publicIPAddress"].(map[string]any)
			if kernel.ID(o.ID).Same(cloud.Text(of, "id")) {
				used = append(used, nic)
			}
		}
	}
	return used, err
}

// checkZones refuses zones that a region does not have, and changes of the zones of a resource.
func checkZones(c *cloud.Call) error {
	for _, zone := range c.Texts("zones") {
		if !kernel.Locations()[c.Text("location")].Zones || zone != "1" && zone != "2" && zone != "3" {
			return kernel.Refuse("InvalidAvailabilityZone", "The zone(s) '%s' for resource '%s' is not supported. The supported "+
				"zones for location '%s' are '1,2,3', if it has any.", zone, c.Object.ID, c.Text("location"))
		}
	}
	if c.Old != nil && !reflect.DeepEqual(c.Old.Texts("zones"), c.Texts("zones")) {
		return kernel.Refuse("ResourceAvailabilityZonesCannotBeModified", "Resource %s has an existing availability zone "+
			"constraint %v and the request has availability zone constraint %v, which do not match. Zones cannot be "+
			"added/updated/removed once the resource is created.", c.Object.ID, c.Old.Texts("zones"), c.Texts("zones"))
	}
	return nil
}

// setAddress checks a public IP address, and assigns the address of a static one. Source: "Public IP addresses", SKU.
func setAddress(c *cloud.Call) error {
	if err := checkName(c); err != nil {
		return err
	}
	if err := checkZones(c); err != nil {
		return err
	}
	cloud.Fill(c.Object.Outputs, map[string]any{"publicIPAllocationMethod": "Dynamic", "publicIPAddressVersion": "IPv4",
		"idleTimeoutInMinutes": 4.0})
	sku := c.Object.Block("sku")
	cloud.Fill(sku, map[string]any{"name": "Basic", "tier": "Regional"})
	c.Set("sku", sku)
	static := c.Text("publicIPAllocationMethod") == "Static"
	switch {
	case sku["name"] == "Basic":
		// Source: "Upgrading a Basic public IP address to Standard": Basic was retired on September 30, 2025.
		return kernel.Refuse("BasicSkuPublicIPAddressNotSupported", "Public IP addresses with the SKU Basic are retired. Use the "+
			"SKU Standard.")
	case !static:
		return kernel.Refuse("StandardSkuPublicIPAddressesMustBeStatic", "Public IP address %s has the SKU Standard, which "+
			"requires the allocation method Static.", c.Object.ID)
	}
	if _, err := reference(c, c.Object.Outputs["publicIPPrefix"], prefixToken, c.Text("location")); err != nil {
		return err
	}
	if dns := c.Object.Block("dnsSettings"); cloud.Text(dns, "domainNameLabel") != "" {
		dns["fqdn"] = cloud.Text(dns, "domainNameLabel") + "." + c.Text("location") + ".cloudapp.azure.com"
		c.Set("dnsSettings", dns)
	}
	if c.Text("ipAddress") != "" {
		return nil
	}
	address, err := newAddress(c)
	c.Set("ipAddress", address)
	return err
}

// newAddress returns a public IPv4 address of Azure.
func newAddress(c *cloud.Call) (string, error) {
	digits, err := c.Hex(6)
	if err != nil {
		return "", err
	}
	n, err := strconv.ParseUint(digits, 16, 32)
	return fmt.Sprintf("20.%d.%d.%d", n>>16, n>>8&255, n&255), err
}

func publicPrefix() *cloud.Type {
	return kernel.Grouped(&cloud.Type{
		Token: prefixToken, Args: v20240501.PublicIPPrefixArgs{}, Resource: &v20240501.PublicIPPrefix{},
		Name: "publicIpPrefixName",
		Same: sameIDs(),
		Create: func(c *cloud.Call) error {
			if err := kernel.SetNewGUIDs(c, "resourceGuid"); err != nil {
				return err
			}
			return setPublicPrefix(c)
		},
		Update: setPublicPrefix,
		Delete: func(c *cloud.Call) error {
			used, err := users(c, gatewayToken, "publicIpPrefixes", c.Object)
			if err != nil {
				return err
			}
			addresses, err := users(c, addressToken, "publicIPPrefix", c.Object)
			if used = append(used, addresses...); err == nil && len(used) > 0 {
				err = kernel.Refuse("PublicIPPrefixCannotBeDeleted", "Public IP prefix %s can not be deleted since it is still "+
					"used by %s.", c.Object.ID, ids(used))
			}
			return err
		},
	}, "Microsoft.Network/publicIPPrefixes")
}

// setPublicPrefix checks a prefix of public addresses, and assigns one. Source: "Public IP address prefix", sizes.
func setPublicPrefix(c *cloud.Call) error {
	if err := checkName(c); err != nil {
		return err
	}
	if err := checkZones(c); err != nil {
		return err
	}
	cloud.Fill(c.Object.Outputs, map[string]any{"publicIPAddressVersion": "IPv4", "prefixLength": 28.0})
	length := c.Object.Number("prefixLength")
	if c.Text("publicIPAddressVersion") == "IPv4" && (length < 28 || length > 31) {
		return kernel.Refuse("PublicIPPrefixLengthInvalid", "Public IP prefix %s has the invalid length %v. It is 28 to 31.",
			c.Object.ID, length)
	}
	if c.Old != nil && c.Old.Number("prefixLength") != length {
		return kernel.Immutable("prefixLength")
	}
	if c.Text("ipPrefix") != "" {
		return nil
	}
	address, err := newAddress(c)
	if err != nil {
		return err
	}
	of, err := netip.MustParseAddr(address).Prefix(int(length))
	c.Set("ipPrefix", of.String())
	return err
}
