package network

import (
	"fmt"

	v20240501 "github.com/pulumi/pulumi-azure-native-sdk/network/v2/v20240501"

	"github.com/ashlar-iac/ashlar/integration/cloud"
	"github.com/ashlar-iac/ashlar/integration/cloud/azure/kernel"
)

const interfaces = "Microsoft.Network/networkInterfaces"

func networkInterface() *cloud.Type {
	return kernel.Grouped(&cloud.Type{
		Token: kernel.InterfaceToken, Args: v20240501.NetworkInterfaceArgs{}, Resource: &v20240501.NetworkInterface{},
		Name: "networkInterfaceName",
		Same: sameIDs(),
		Create: func(c *cloud.Call) error {
			if err := kernel.SetNewGUIDs(c, "resourceGuid"); err != nil {
				return err
			}
			return setNIC(c)
		},
		Update:  setNIC,
		Refresh: readNIC,
		// Source: "Troubleshoot the NicInUse error code".
		Delete: func(c *cloud.Call) error {
			user, err := machineOf(c, c.Object)
			if err == nil && user != nil {
				err = kernel.Refuse("NicInUse", "Network Interface %s is used by existing resource %s. In order to delete the network "+
					"interface, it must be dissociated from the resource. To learn more, see aka.ms/deletenic.", c.Object.ID, user.ID)
			}
			return err
		},
	}, interfaces)
}

// machineOf returns the virtual machine with a network interface, or nil.
func machineOf(c *cloud.Call, nic *cloud.Object) (*cloud.Object, error) {
	all, err := c.List(kernel.MachineToken)
	for _, o := range all {
		for _, reference := range cloud.Objects(o.Block("networkProfile")["networkInterfaces"]) {
			if kernel.ID(nic.ID).Same(cloud.Text(reference, "id")) {
				return o, err
			}
		}
	}
	return nil, err
}

// readNIC sets the virtual machine of an interface, and its MAC address, which it has while it is attached.
func readNIC(c *cloud.Call) error {
	machine, err := machineOf(c, c.Object)
	delete(c.Object.Outputs, "virtualMachine")
	delete(c.Object.Outputs, "macAddress")
	if err != nil || machine == nil {
		return err
	}
	c.Set("virtualMachine", map[string]any{"id": machine.ID})
	c.Set("macAddress", "00-0D-3A-"+macSuffix(c.Text("resourceGuid")))
	return nil
}

// macSuffix returns the end of a MAC address from hexadecimal digits.
func macSuffix(digits string) string {
	return fmt.Sprintf("%.2s-%.2s-%.2s", digits, digits[2:], digits[4:])
}

// setNIC checks an interface, and assigns its addresses. Source: "Create, change, or delete a network interface".
func setNIC(c *cloud.Call) error {
	if err := checkName(c); err != nil {
		return err
	}
	if _, err := reference(c, c.Object.Outputs["networkSecurityGroup"], groupToken, c.Text("location")); err != nil {
		return err
	}
	requested := cloud.Objects(c.Object.Inputs["ipConfigurations"])
	if len(requested) == 0 {
		return kernel.Refuse("NetworkInterfaceMustHaveIPConfiguration", "Network interface %s has no IP configuration.",
			c.Object.ID) // From memory.
	}
	var answers []any
	primaries := 0
	for i, configuration := range requested {
		answer, err := ipConfiguration(c, i, configuration, len(requested))
		if err != nil {
			return err
		}
		if answer["primary"] == true {
			primaries++
		}
		answers = append(answers, answer)
	}
	if primaries != 1 {
		return kernel.Refuse("NetworkInterfaceMustHaveOnePrimaryIPConfiguration", "Network interface %s has %d primary IP "+
			"configurations.", c.Object.ID, primaries) // From memory.
	}
	c.Set("ipConfigurations", answers)
	cloud.Fill(c.Object.Outputs, map[string]any{"enableAcceleratedNetworking": false, "enableIPForwarding": false,
		"nicType": "Standard", "disableTcpStateTracking": false, "vnetEncryptionSupported": false})
	return readNIC(c)
}

// ipConfiguration returns the answer for an IP configuration. Its subnet stays in the same network.
func ipConfiguration(c *cloud.Call, i int, configuration map[string]any, count int) (map[string]any, error) {
	of, _ := configuration["subnet"].(map[string]any)
	subnet, network, err := FindSubnet(c, cloud.Text(of, "id"))
	if err != nil {
		return nil, err
	}
	if subnet == nil || network == nil || !kernel.SameLocation(network.Text("location"), c.Text("location")) {
		return nil, kernel.Refuse("InvalidResourceReference", "Resource %s referenced by resource %s was not found. Please make "+
			"sure that the referenced resource exists, and that both resources are in the same region.", cloud.Text(of, "id"),
			c.Object.ID)
	}
	var before map[string]any
	if c.Old != nil {
		if all := cloud.Objects(c.Old.Outputs["ipConfigurations"]); i < len(all) {
			before = all[i]
		}
	}
	if was, _ := before["subnet"].(map[string]any); was != nil {
		if _, other, err := FindSubnet(c, cloud.Text(was, "id")); err != nil || other == nil || !kernel.ID(other.ID).Same(network.ID) {
			if err == nil {
				// From memory.
				err = kernel.Refuse("SubnetsNotInSameVnet", "Subnet %s is not in the same virtual network as the other subnets of "+
					"network interface %s.", subnet.ID, c.Object.ID)
			}
			return nil, err
		}
	}
	static, requested := configuration["privateIPAllocationMethod"] == "Static", cloud.Text(configuration, "privateIPAddress")
	switch {
	case static && requested == "":
		return nil, kernel.Refuse("PrivateIPAddressMustBeSpecified", "The IP configuration %s of %s has the allocation method "+
			"Static, and no address.", cloud.Text(configuration, "name"), c.Object.ID) // From memory.
	case !static:
		requested = ""
	}
	private, err := assign(c, subnet, requested, cloud.Text(before, "privateIPAddress"))
	if err != nil {
		return nil, err
	}
	answer := map[string]any{"privateIPAddress": private, "provisioningState": "Succeeded",
		"id": c.Object.ID + "/ipConfigurations/" + cloud.Text(configuration, "name")}
	cloud.Fill(answer, configuration)
	cloud.Fill(answer, map[string]any{"privateIPAllocationMethod": "Dynamic", "privateIPAddressVersion": "IPv4",
		"primary": count == 1})
	return answer, publicAddressOf(c, configuration)
}

// publicAddressOf checks the public address of an IP configuration: it exists, and no other resource has it.
func publicAddressOf(c *cloud.Call, configuration map[string]any) error {
	o, err := reference(c, configuration["publicIPAddress"], addressToken, c.Text("location"))
	if err != nil || o == nil {
		return err
	}
	used, err := usersOfAddress(c, o)
	for _, other := range used {
		if !kernel.ID(other.ID).Same(c.Object.ID) {
			return kernel.Refuse("PublicIPAddressInUse", "Resource %s is using public IP %s, which is already allocated to resource "+
				"%s.", c.Object.ID, o.ID, other.ID)
		}
	}
	return err
}
