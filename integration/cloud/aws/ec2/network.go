package ec2

import (
	"net/netip"

	"github.com/ashlar-iac/ashlar/integration/cloud"
	"github.com/ashlar-iac/ashlar/integration/cloud/aws/kernel"
	"github.com/ashlar-iac/ashlar/integration/cloud/aws/vpc"
)

// attachInterface attaches a new instance to its subnet, with a new network interface or an existing one.
func attachInterface(c *cloud.Call) error {
	if given := cloud.Objects(c.Object.Inputs["networkInterfaces"]); len(given) > 0 {
		return attachExisting(c, given[0])
	}
	subnet, err := subnetOf(c)
	if err != nil {
		return err
	}
	if zone := c.Text("availabilityZone"); zone != "" && zone != subnet.Text("availabilityZone") {
		return kernel.Refuse("InvalidParameterValue", "The availability zone '%s' is not that of the subnet '%s'.",
			zone, subnet.ID)
	}
	wanted, err := groupIDs(c, subnet)
	if err != nil {
		return err
	}
	groups, err := securityGroupsOf(c, subnet, wanted)
	if err != nil {
		return err
	}
	eni, err := vpc.CreateInterface(c, c.Object, subnet, vpc.InterfaceSpec{Kind: "interface"})
	if err != nil {
		return err
	}
	eni.Outputs["securityGroups"] = groups
	eni.Outputs["attachments"] = []any{map[string]any{"instance": c.Object.ID, "deviceIndex": 0.0}}
	ip := eni.Text("privateIp")
	setAttachment(c, subnet, eni.ID, ip, groups)
	public := c.Object.Inputs["associatePublicIpAddress"] == true
	if _, given := c.Object.Inputs["associatePublicIpAddress"]; !given {
		public = subnet.Outputs["mapPublicIpOnLaunch"] == true
	}
	c.Set("associatePublicIpAddress", public)
	if public {
		// Public addresses are from the benchmarking range (RFC 2544).
		b := netip.MustParseAddr(ip).As4()
		b[0], b[1] = 198, 18
		c.Set("publicIp", netip.AddrFrom4(b).String())
		c.Set("publicDns", vpc.PublicDNSName(c, c.Text("publicIp")))
	}
	return c.Put(eni)
}

// subnetOf returns the subnet of a new instance: the requested one, or the default one of its zone.
func subnetOf(c *cloud.Call) (*cloud.Object, error) {
	if id := c.Text("subnetId"); id != "" {
		return c.Find(kernel.SubnetToken, id, "InvalidSubnetID.NotFound", "The subnet ID '%s' does not exist")
	}
	return vpc.DefaultSubnet(c, c.Text("availabilityZone"))
}

// groupIDs returns the requested security groups of a new instance. Those of the default VPC can be requested by name.
func groupIDs(c *cloud.Call, subnet *cloud.Object) ([]string, error) {
	ids, names := requested(c, "vpcSecurityGroupIds"), requested(c, "securityGroups")
	if len(names) > 0 && c.Object.Inputs["subnetId"] != nil {
		return nil, kernel.Refuse("InvalidParameterCombination",
			"The parameter groupName cannot be used with the parameter subnet")
	}
	for _, name := range names {
		found, err := c.All(kernel.SecurityGroupToken, func(o *cloud.Object) bool {
			return o.Text("vpcId") == subnet.Text("vpcId") && (o.Text("name") == name || o.ID == name)
		})
		if err != nil {
			return nil, err
		}
		if len(found) == 0 {
			return nil, kernel.Refuse("InvalidGroup.NotFound", "The security group '%s' does not exist in VPC '%s'", name,
				subnet.Text("vpcId"))
		}
		ids = append(ids, found[0].ID)
	}
	return ids, nil
}

// attachExisting attaches an existing network interface to a new instance.
func attachExisting(c *cloud.Call, given map[string]any) error {
	id, _ := given["networkInterfaceId"].(string)
	eni, err := c.Find(kernel.NetworkInterfaceToken, id, "InvalidNetworkInterfaceID.NotFound",
		"The networkInterface ID '%s' does not exist")
	if err != nil {
		return err
	}
	others, err := c.All(kernel.InstanceToken, cloud.With("primaryNetworkInterfaceId", id))
	if err != nil {
		return err
	}
	if len(others) > 0 {
		return kernel.Refuse("InvalidNetworkInterface.InUse", "Interface: [%s] in use.", id)
	}
	subnet, err := c.Find(kernel.SubnetToken, eni.Text("subnetId"), "InvalidSubnetID.NotFound",
		"The subnet ID '%s' does not exist")
	if err != nil {
		return err
	}
	groups, _ := eni.Outputs["securityGroups"].([]any)
	setAttachment(c, subnet, id, eni.Text("privateIp"), groups)
	return nil
}

func setAttachment(c *cloud.Call, subnet *cloud.Object, eni, ip string, groups []any) {
	c.Set("primaryNetworkInterfaceId", eni)
	c.Set("privateIp", ip)
	c.Set("privateDns", vpc.PrivateDNSName(c, ip))
	c.Set("publicIp", "")
	c.Set("publicDns", "")
	c.Set("subnetId", subnet.ID)
	c.Set("availabilityZone", subnet.Text("availabilityZone"))
	c.Set("vpcSecurityGroupIds", groups)
}

// updateSecurityGroups changes the security groups of an instance.
func updateSecurityGroups(c *cloud.Call) error {
	if !c.Changed("vpcSecurityGroupIds") {
		return nil
	}
	subnet, err := c.Find(kernel.SubnetToken, c.Text("subnetId"), "InvalidSubnetID.NotFound", "The subnet ID '%s' does not exist")
	if err != nil {
		return err
	}
	groups, err := securityGroupsOf(c, subnet, requested(c, "vpcSecurityGroupIds"))
	if err != nil {
		return err
	}
	c.Set("vpcSecurityGroupIds", groups)
	eni, err := c.Here(kernel.NetworkInterfaceToken, c.Text("primaryNetworkInterfaceId"))
	if err != nil || eni == nil {
		return err
	}
	eni.Outputs["securityGroups"] = groups
	return c.Put(eni)
}
