package aws

import (
	"net/netip"
	"strings"

	"github.com/ashlar-iac/ashlar/integration/cloud"
)

const networkInterfaceType = "aws:ec2/networkInterface:NetworkInterface"

// plugIn connects a new machine to its subnet, by an interface of its own or by one that exists.
func plugIn(c *cloud.Call) error {
	if given := objects(c.Object.Inputs["networkInterfaces"]); len(given) > 0 {
		return plugInto(c, given[0])
	}
	if c.Text("subnetId") == "" {
		return cloud.Refuse("VPCIdNotSpecified", "No default VPC for this user. GroupName is only supported for EC2-Classic and default VPC.")
	}
	subnet, err := find(c, subnetType, c.Text("subnetId"), "InvalidSubnetID.NotFound", "The subnet ID '%s' does not exist")
	if err != nil {
		return err
	}
	if zone := c.Text("availabilityZone"); zone != "" && zone != subnet.Text("availabilityZone") {
		return cloud.Refuse("InvalidParameterValue", "The availability zone '%s' is not that of the subnet '%s'.", zone, subnet.ID)
	}
	groups, err := groupsOf(c, subnet, asked(c, "vpcSecurityGroupIds"))
	if err != nil {
		return err
	}
	ip, err := takeAddress(c, subnet, c.Text("privateIp"))
	if err != nil {
		return err
	}
	digits, err := c.Hex(17)
	if err != nil {
		return err
	}
	connected(c, subnet, "eni-"+digits, ip, groups)
	public := c.Object.Inputs["associatePublicIpAddress"] == true
	if _, given := c.Object.Inputs["associatePublicIpAddress"]; !given {
		public = subnet.Outputs["mapPublicIpOnLaunch"] == true
	}
	c.Set("associatePublicIpAddress", public)
	if public {
		// Of a range that is nobody's (RFC 2544).
		_, host, _ := strings.Cut(ip, ".")
		c.Set("publicIp", "198.18"+host[strings.Index(host, "."):])
		c.Set("publicDns", "ec2-"+strings.ReplaceAll(c.Text("publicIp"), ".", "-")+"."+c.Scope.Values["region"]+".compute."+suffix(c))
	}
	return c.Put(&cloud.Object{
		Type: networkInterfaceType, ID: "eni-" + digits, Place: c.Object.Place, Managed: c.Object.Key(), Inputs: map[string]any{},
		Outputs: map[string]any{
			"subnetId": subnet.ID, "vpcId": subnet.Text("vpcId"), "securityGroups": groups, "privateIp": ip, "privateIps": []any{ip},
			"interfaceType": "interface", "ownerId": c.Scope.Values["account"], "sourceDestCheck": true,
			"arn":         regional(c, "ec2", "network-interface/eni-"+digits),
			"attachments": []any{map[string]any{"instance": c.Object.ID, "deviceIndex": 0.0}},
		},
	})
}

// plugInto connects a new machine by an interface that exists.
func plugInto(c *cloud.Call, given map[string]any) error {
	id, _ := given["networkInterfaceId"].(string)
	eni, err := find(c, networkInterfaceType, id, "InvalidNetworkInterfaceID.NotFound", "The networkInterface ID '%s' does not exist")
	if err != nil {
		return err
	}
	others, err := c.All(instanceType, with("primaryNetworkInterfaceId", id))
	if err != nil {
		return err
	}
	if len(others) > 0 {
		return cloud.Refuse("InvalidNetworkInterface.InUse", "Interface: [%s] in use.", id)
	}
	subnet, err := find(c, subnetType, eni.Text("subnetId"), "InvalidSubnetID.NotFound", "The subnet ID '%s' does not exist")
	if err != nil {
		return err
	}
	groups, _ := eni.Outputs["securityGroups"].([]any)
	connected(c, subnet, id, eni.Text("privateIp"), groups)
	return nil
}

func connected(c *cloud.Call, subnet *cloud.Object, eni, ip string, groups []any) {
	c.Set("primaryNetworkInterfaceId", eni)
	c.Set("privateIp", ip)
	c.Set("privateDns", dnsName(c, ip))
	c.Set("publicIp", "")
	c.Set("publicDns", "")
	c.Set("subnetId", subnet.ID)
	c.Set("availabilityZone", subnet.Text("availabilityZone"))
	c.Set("vpcSecurityGroupIds", groups)
}

// replug gives a machine other security groups.
func replug(c *cloud.Call) error {
	if !c.Changed("vpcSecurityGroupIds") {
		return nil
	}
	subnet, err := find(c, subnetType, c.Text("subnetId"), "InvalidSubnetID.NotFound", "The subnet ID '%s' does not exist")
	if err != nil {
		return err
	}
	groups, err := groupsOf(c, subnet, asked(c, "vpcSecurityGroupIds"))
	if err != nil {
		return err
	}
	c.Set("vpcSecurityGroupIds", groups)
	eni, err := c.Here(networkInterfaceType, c.Text("primaryNetworkInterfaceId"))
	if err != nil || eni == nil {
		return err
	}
	eni.Outputs["securityGroups"] = groups
	return c.Put(eni)
}

// takeAddress returns an address of a subnet: the one that is asked for, or the first that is free. AWS keeps four at the beginning of a
// subnet and one at its end ("Subnet CIDR blocks").
func takeAddress(c *cloud.Call, subnet *cloud.Object, wanted string) (string, error) {
	prefix, err := netip.ParsePrefix(subnet.Text("cidrBlock"))
	if err != nil {
		return "", err
	}
	taken := map[string]bool{}
	for _, typ := range []string{networkInterfaceType, natGatewayType} {
		users, err := c.All(typ, with("subnetId", subnet.ID))
		if err != nil {
			return "", err
		}
		for _, o := range users {
			taken[o.Text("privateIp")] = true
			for _, ip := range o.Texts("privateIps") {
				taken[ip] = true
			}
		}
	}
	usable := func(ip netip.Addr) bool {
		first := prefix.Addr()
		for range 4 {
			if ip == first {
				return false
			}
			first = first.Next()
		}
		return prefix.Contains(ip) && prefix.Contains(ip.Next())
	}
	if wanted != "" {
		ip, err := netip.ParseAddr(wanted)
		switch {
		case err != nil || !prefix.Contains(ip):
			return "", cloud.Refuse("InvalidParameterValue", "Address %s does not fall within the subnet's address range", wanted)
		case !usable(ip):
			return "", cloud.Refuse("InvalidParameterValue", "Address %s is in subnet's reserved address range", wanted)
		case taken[wanted]:
			return "", cloud.Refuse("InvalidIPAddress.InUse", "Address %s is in use.", wanted)
		}
		return wanted, nil
	}
	for ip := prefix.Addr(); prefix.Contains(ip); ip = ip.Next() {
		if usable(ip) && !taken[ip.String()] {
			return ip.String(), nil
		}
	}
	return "", cloud.Refuse("InsufficientFreeAddressesInSubnet",
		"There are not enough free addresses in subnet '%s' to satisfy the requested number of instances.", subnet.ID)
}
