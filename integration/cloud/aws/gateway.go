package aws

import (
	"net/netip"

	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/ec2"

	"github.com/ashlar-iac/ashlar/integration/cloud"
)

const (
	internetGatewayType = "aws:ec2/internetGateway:InternetGateway"
	egressGatewayType   = "aws:ec2/egressOnlyInternetGateway:EgressOnlyInternetGateway"
	natGatewayType      = "aws:ec2/natGateway:NatGateway"
	addressType         = "aws:ec2/eip:Eip"
)

func internetGateway() *cloud.Type {
	return &cloud.Type{
		Token: internetGatewayType, Args: ec2.InternetGatewayArgs{}, Resource: &ec2.InternetGateway{},
		Check: checkTags,
		Create: func(c *cloud.Call) error {
			if err := attach(c); err != nil {
				return err
			}
			if err := c.NewID("igw-"); err != nil {
				return err
			}
			c.Set("arn", arn(c, "internet-gateway"))
			c.Set("ownerId", c.Scope.Values["account"])
			c.SetDefault("vpcId", "")
			return nil
		},
		Update: func(c *cloud.Call) error {
			if c.Old.Text("vpcId") == c.Text("vpcId") {
				return nil
			}
			if err := detach(c, c.Old.Text("vpcId")); err != nil {
				return err
			}
			return attach(c)
		},
		Delete: func(c *cloud.Call) error { return detach(c, c.Text("vpcId")) },
	}
}

// attach checks that the gateway's network, if it has one, takes another gateway.
func attach(c *cloud.Call) error {
	if c.Text("vpcId") == "" {
		return nil
	}
	if _, err := find(c, vpcType, c.Text("vpcId"), "InvalidVpcID.NotFound", "The vpc ID '%s' does not exist"); err != nil {
		return err
	}
	others, err := c.All(internetGatewayType, with("vpcId", c.Text("vpcId")))
	if err != nil {
		return err
	}
	if len(others) > 0 {
		return cloud.Refuse("InvalidParameterValue", "Network %s already has an internet gateway attached", c.Text("vpcId"))
	}
	return nil
}

// detach refuses to cut off a network in which something has a public address.
func detach(c *cloud.Call, network string) error {
	gateways, err := c.All(natGatewayType, func(o *cloud.Object) bool {
		subnet, err := c.Here(subnetType, o.Text("subnetId"))
		return err == nil && subnet != nil && network != "" && subnet.Text("vpcId") == network && o.Text("publicIp") != ""
	})
	if err != nil {
		return err
	}
	if len(gateways) > 0 {
		return cloud.Refuse("DependencyViolation",
			"Network %s has some mapped public address(es). Please unmap those public address(es) before detaching the gateway.", network)
	}
	return nil
}

func egressGateway() *cloud.Type {
	return &cloud.Type{
		Token: egressGatewayType, Args: ec2.EgressOnlyInternetGatewayArgs{}, Resource: &ec2.EgressOnlyInternetGateway{},
		Replaces: []string{"vpcId"},
		Check:    checkTags,
		Create: func(c *cloud.Call) error {
			if _, err := find(c, vpcType, c.Text("vpcId"), "InvalidVpcID.NotFound", "The vpc ID '%s' does not exist"); err != nil {
				return err
			}
			return c.NewID("eigw-")
		},
	}
}

func address() *cloud.Type {
	return &cloud.Type{
		Token: addressType, Args: ec2.EipArgs{}, Resource: &ec2.Eip{},
		Replaces: []string{"address", "domain", "ipamPoolId", "networkBorderGroup", "publicIpv4Pool", "vpc"},
		Check: func(c *cloud.Checker) {
			checkTags(c)
			c.OneOf("domain", "vpc", "standard")
			for _, property := range []string{"instance", "networkInterface"} {
				if c.Has(property) {
					c.Add(property, "the simulated AWS does not associate addresses with instances and network interfaces yet")
				}
			}
		},
		Create: createAddress,
		Delete: func(c *cloud.Call) error {
			users, err := c.All(natGatewayType, with("allocationId", c.Object.ID))
			if err != nil {
				return err
			}
			if len(users) > 0 {
				return cloud.Refuse("InvalidIPAddress.InUse", "Address %s is in use.", c.Text("publicIp"))
			}
			return nil
		},
	}
}

// createAddress takes the next address of a range that is for documentation, and of others like it when it is used up.
func createAddress(c *cloud.Call) error {
	taken, err := c.List(addressType)
	if err != nil {
		return err
	}
	used := map[string]bool{}
	for _, o := range taken {
		used[o.Text("publicIp")] = true
	}
	for _, documentation := range []string{"203.0.113.0/24", "198.51.100.0/24", "192.0.2.0/24"} {
		prefix := netip.MustParsePrefix(documentation)
		for ip := prefix.Addr().Next(); prefix.Contains(ip); ip = ip.Next() {
			if used[ip.String()] {
				continue
			}
			if err := c.NewID("eipalloc-"); err != nil {
				return err
			}
			c.Set("publicIp", ip.String())
			c.Set("allocationId", c.Object.ID)
			c.Set("arn", arn(c, "elastic-ip"))
			c.SetDefault("domain", "vpc")
			c.SetDefault("networkBorderGroup", c.Scope.Values["region"])
			c.SetDefault("publicIpv4Pool", "amazon")
			return nil
		}
	}
	return cloud.Refuse("AddressLimitExceeded", "The maximum number of addresses has been reached.")
}

func natGateway() *cloud.Type {
	return &cloud.Type{
		Token: natGatewayType, Args: ec2.NatGatewayArgs{}, Resource: &ec2.NatGateway{},
		Replaces: []string{"allocationId", "connectivityType", "privateIp", "secondaryPrivateIpAddressCount", "subnetId"},
		Defaults: map[string]any{"connectivityType": "public"},
		Check: func(c *cloud.Checker) {
			checkTags(c)
			c.OneOf("connectivityType", "private", "public")
			c.Conflict("secondaryPrivateIpAddressCount", "secondaryPrivateIpAddresses")
			if kind, ok := c.Text("connectivityType"); ok && kind == "private" && c.Has("allocationId") {
				c.Add("allocationId", `allocation_id is not supported with connectivity_type = "private"`)
			}
		},
		Create: createNATGateway,
	}
}

// createNATGateway fails where AWS makes a gateway that fails, with its failure code and message.
func createNATGateway(c *cloud.Call) error {
	subnet, err := find(c, subnetType, c.Text("subnetId"), "InvalidSubnetID.NotFound", "The subnet ID '%s' does not exist")
	if err != nil {
		return err
	}
	if c.Text("connectivityType") == "public" {
		if err := mapAddress(c, subnet); err != nil {
			return err
		}
	}
	if err := c.NewID("nat-"); err != nil {
		return err
	}
	if err := c.NewText("networkInterfaceId", "eni-"); err != nil {
		return err
	}
	prefix, err := netip.ParsePrefix(subnet.Text("cidrBlock"))
	if err != nil {
		return err
	}
	others, err := c.All(natGatewayType, with("subnetId", subnet.ID))
	if err != nil {
		return err
	}
	// AWS keeps the first four addresses of a subnet for itself.
	ip := prefix.Addr()
	for range 4 + len(others) {
		ip = ip.Next()
	}
	c.SetDefault("privateIp", ip.String())
	return nil
}

func mapAddress(c *cloud.Call, subnet *cloud.Object) error {
	allocation := c.Text("allocationId")
	if allocation == "" {
		return cloud.Refuse("MissingParameter", "The request must include the AllocationId parameter. Add the required parameter and retry the request.")
	}
	address, err := find(c, addressType, allocation, "InvalidAllocationID.NotFound",
		"Elastic IP address %s could not be associated with this NAT gateway")
	if err != nil {
		return err
	}
	others, err := c.All(natGatewayType, with("allocationId", allocation))
	if err != nil {
		return err
	}
	if len(others) > 0 {
		return cloud.Refuse("Resource.AlreadyAssociated", "Elastic IP address %s is already associated", allocation)
	}
	gateways, err := c.All(internetGatewayType, with("vpcId", subnet.Text("vpcId")))
	if err != nil {
		return err
	}
	if len(gateways) == 0 {
		return cloud.Refuse("Gateway.NotAttached", "Network %s has no Internet gateway attached", subnet.Text("vpcId"))
	}
	c.Set("publicIp", address.Text("publicIp"))
	return c.NewText("associationId", "eipassoc-")
}

// find returns an object in the same place, or refuses with a message that holds its id.
func find(c *cloud.Call, typ, id, code, message string) (*cloud.Object, error) {
	o, err := c.Here(typ, id)
	if err == nil && o == nil {
		err = cloud.Refuse(code, message, id)
	}
	return o, err
}

// with keeps the objects that have a value.
func with(property, value string) func(*cloud.Object) bool {
	return func(o *cloud.Object) bool { return o.Text(property) == value }
}
