package vpc

import (
	"net/netip"
	"slices"
	"strings"

	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/ec2"

	"github.com/ashlar-iac/ashlar/integration/cloud"
	"github.com/ashlar-iac/ashlar/integration/cloud/aws/kernel"
)

func subnet() *cloud.Type {
	return &cloud.Type{
		Token: kernel.SubnetToken, Args: ec2.SubnetArgs{}, Resource: &ec2.Subnet{},
		Replaces: []string{"availabilityZone", "availabilityZoneId", "cidrBlock", "ipv6Native", "outpostArn",
			"vpcId"},
		Recomputes: map[string][]string{"ipv6CidrBlock": {"ipv6CidrBlockAssociationId"}},
		Defaults: map[string]any{
			"assignIpv6AddressOnCreation": false, "enableDns64": false, "enableResourceNameDnsARecordOnLaunch": false,
			"enableResourceNameDnsAaaaRecordOnLaunch": false, "ipv6Native": false, "mapPublicIpOnLaunch": false,
		},
		Check: func(c *cloud.Checker) {
			c.Conflict("availabilityZone", "availabilityZoneId")
			c.OneOf("privateDnsHostnameTypeOnLaunch", "ip-name", "resource-name")
			kernel.CheckCIDRs(c, "cidrBlock", "ipv6CidrBlock")
		},
		Create: createSubnet,
		Update: func(c *cloud.Call) error {
			network, err := kernel.Existing(c, kernel.VPCToken, c.Text("vpcId"))
			if err != nil {
				return err
			}
			if err := setSubnetIPv6(c, network); err != nil {
				return err
			}
			return subnetDefaults(c)
		},
		Delete: func(c *cloud.Call) error {
			return kernel.Unused(c, "subnet", "subnetId", kernel.NetworkInterfaceToken, kernel.NATGatewayToken,
				kernel.InstanceToken)
		},
	}
}

func createSubnet(c *cloud.Call) error {
	network, err := kernel.Existing(c, kernel.VPCToken, c.Text("vpcId"))
	if err != nil {
		return err
	}
	if err := setSubnetIPv4(c, network); err != nil {
		return err
	}
	if err := setSubnetIPv6(c, network); err != nil {
		return err
	}
	if err := placeInZone(c); err != nil {
		return err
	}
	if err := kernel.SetID(c, "subnet-"); err != nil {
		return err
	}
	c.Set("arn", kernel.EC2ARN(c, "subnet"))
	c.Set("ownerId", c.Scope.Values["account"])
	if err := subnetDefaults(c); err != nil {
		return err
	}
	if err := c.Put(c.Object); err != nil {
		return err
	}
	return UseDefaultACL(c, c.Object)
}

// subnetDefaults sets the defaults of omitted inputs.
func subnetDefaults(c *cloud.Call) error {
	c.SetDefault("privateDnsHostnameTypeOnLaunch", "ip-name")
	return nil
}

// setSubnetIPv4 checks the IPv4 CIDR block of a subnet against the VPC and the other subnets.
func setSubnetIPv4(c *cloud.Call, network *cloud.Object) error {
	text := c.Text("cidrBlock")
	if c.Object.Bool("ipv6Native") {
		if text != "" {
			return kernel.Refuse("InvalidParameterCombination",
				"You cannot specify a 'cidrBlock' for an IPv6-only subnet.")
		}
		return nil
	}
	if text == "" {
		return kernel.Refuse("MissingParameter", "Either 'cidrBlock' or 'ipv4IpamPoolId' should be provided.")
	}
	outer, err := IPv4Ranges(c, network)
	if err != nil {
		return err
	}
	return fitSubnet(c, outer, "cidrBlock",
		func(p netip.Prefix) bool { return p.Addr().Is4() && p.Bits() >= 16 && p.Bits() <= 28 })
}

// setSubnetIPv6 does the same for IPv6. Its CIDR block can change in place.
func setSubnetIPv6(c *cloud.Call, network *cloud.Object) error {
	text := c.Text("ipv6CidrBlock")
	if text == "" {
		delete(c.Object.Outputs, "ipv6CidrBlockAssociationId")
		if c.Object.Bool("ipv6Native") {
			return kernel.Refuse("MissingParameter", "An IPv6-only subnet needs an 'ipv6CidrBlock'.")
		}
		if c.Object.Bool("assignIpv6AddressOnCreation") {
			return kernel.Refuse("InvalidParameterValue",
				"Invalid value 'true' for assignIpv6AddressOnCreation. The subnet has no IPv6 CIDR block.")
		}
		return nil
	}
	if !c.Changed("ipv6CidrBlock") {
		return nil
	}
	// "Subnet CIDR blocks": from /44 to /64, in steps of 4.
	err := fitSubnet(c, kernel.Prefixes(network.Text("ipv6CidrBlock")), "ipv6CidrBlock", func(p netip.Prefix) bool {
		return p.Bits() >= 44 && p.Bits() <= 64 && p.Bits()%4 == 0
	})
	if err != nil {
		return err
	}
	return kernel.SetNewID(c, "ipv6CidrBlockAssociationId", "subnet-cidr-assoc-")
}

// fitSubnet rejects a CIDR block of the wrong size, outside of the VPC, or that overlaps another subnet.
func fitSubnet(c *cloud.Call, outer []netip.Prefix, property string, fits func(netip.Prefix) bool) error {
	text := c.Text(property)
	prefix, err := netip.ParsePrefix(text)
	if err != nil || !fits(prefix) || !kernel.Within(outer, prefix) {
		return kernel.Refuse("InvalidSubnet.Range", "The CIDR '%s' is invalid.", text)
	}
	others, err := c.All(kernel.SubnetToken, func(o *cloud.Object) bool {
		return o.Text("vpcId") == c.Text("vpcId") && kernel.Overlaps(kernel.Prefixes(o.Text(property)), prefix)
	})
	if err != nil {
		return err
	}
	if len(others) > 0 {
		return kernel.Refuse("InvalidSubnet.Conflict", "The CIDR '%s' conflicts with another subnet", text)
	}
	c.Set(property, prefix.String())
	return nil
}

// placeInZone sets the name and id of the zone. The default is the first zone.
func placeInZone(c *cloud.Call) error {
	all, err := zonesOf(c)
	if err != nil {
		return err
	}
	all = slices.DeleteFunc(all, func(z zone) bool { return z.optIn == notOptedIn })
	name, id := c.Text("availabilityZone"), c.Text("availabilityZoneId")
	i := slices.IndexFunc(all, func(z zone) bool {
		return (name == "" && id == "" && z.optIn == optInNotRequired) || (name != "" && z.name == name) ||
			(id != "" && z.id == id)
	})
	if i < 0 {
		var names []string
		for _, z := range all {
			names = append(names, z.name)
		}
		return kernel.Refuse("InvalidParameterValue",
			"Value (%s) for parameter availabilityZone is invalid. Subnets can currently only be created in the following availability zones: %s.",
			name+id, strings.Join(names, ", "))
	}
	c.Set("availabilityZone", all[i].name)
	c.Set("availabilityZoneId", all[i].id)
	return nil
}

// UseDefaultACL associates a subnet with the default ACL of its network.
func UseDefaultACL(c *cloud.Call, subnet *cloud.Object) error {
	network, err := kernel.Existing(c, kernel.VPCToken, subnet.Text("vpcId"))
	if err != nil {
		return err
	}
	return c.Create(kernel.NetworkACLAssociationToken, subnet,
		map[string]any{"networkAclId": network.Text("defaultNetworkAclId"), "subnetId": subnet.ID})
}
