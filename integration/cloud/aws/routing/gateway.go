package routing

import (
	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/ec2"

	"github.com/ashlar-iac/ashlar/integration/cloud"
	"github.com/ashlar-iac/ashlar/integration/cloud/aws/kernel"
	"github.com/ashlar-iac/ashlar/integration/cloud/aws/vpc"
)

func internetGateway() *cloud.Type {
	return &cloud.Type{
		Token: kernel.InternetGatewayToken, Args: ec2.InternetGatewayArgs{}, Resource: &ec2.InternetGateway{},
		Create: func(c *cloud.Call) error {
			if err := attach(c); err != nil {
				return err
			}
			if err := kernel.SetID(c, "igw-"); err != nil {
				return err
			}
			c.Set("arn", kernel.EC2ARN(c, "internet-gateway"))
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

// attach checks that the VPC of a gateway, if it has one, has no other internet gateway.
func attach(c *cloud.Call) error {
	if c.Text("vpcId") == "" {
		return nil
	}
	if _, err := kernel.Existing(c, kernel.VPCToken, c.Text("vpcId")); err != nil {
		return err
	}
	others, err := c.All(kernel.InternetGatewayToken, cloud.With("vpcId", c.Text("vpcId")))
	if err != nil {
		return err
	}
	if len(others) > 0 {
		return kernel.Refuse("InvalidParameterValue", "Network %s already has an internet gateway attached",
			c.Text("vpcId"))
	}
	return nil
}

// detach refuses to detach a gateway from a VPC with public addresses.
func detach(c *cloud.Call, network string) error {
	gateways, err := c.All(kernel.NATGatewayToken, func(o *cloud.Object) bool {
		subnet, err := c.Here(kernel.SubnetToken, o.Text("subnetId"))
		return err == nil && subnet != nil && network != "" && subnet.Text("vpcId") == network &&
			o.Text("publicIp") != ""
	})
	if err != nil {
		return err
	}
	addresses, err := c.All(kernel.ElasticIPToken,
		func(o *cloud.Object) bool { return network != "" && o.Text("associatedNetwork") == network })
	if err != nil {
		return err
	}
	if len(gateways)+len(addresses) > 0 {
		return kernel.Refuse("DependencyViolation",
			"Network %s has some mapped public address(es). Please unmap those public address(es) before detaching the gateway.", network)
	}
	return nil
}

func egressGateway() *cloud.Type {
	return &cloud.Type{
		Token: kernel.EgressOnlyInternetGatewayToken, Args: ec2.EgressOnlyInternetGatewayArgs{},
		Resource: &ec2.EgressOnlyInternetGateway{},
		Replaces: []string{"vpcId"},
		Create: func(c *cloud.Call) error {
			if _, err := kernel.Existing(c, kernel.VPCToken, c.Text("vpcId")); err != nil {
				return err
			}
			return kernel.SetID(c, "eigw-")
		},
	}
}

func natGateway() *cloud.Type {
	return &cloud.Type{
		Token: kernel.NATGatewayToken, Args: ec2.NatGatewayArgs{}, Resource: &ec2.NatGateway{},
		Replaces: []string{"allocationId", "connectivityType", "privateIp", "secondaryPrivateIpAddressCount",
			"subnetId"},
		Defaults: map[string]any{"connectivityType": "public"},
		Check: func(c *cloud.Checker) {
			c.OneOf("connectivityType", "private", "public")
			c.Conflict("secondaryPrivateIpAddressCount", "secondaryPrivateIpAddresses")
			if kind, ok := c.Text("connectivityType"); ok && kind == "private" && c.Has("allocationId") {
				c.Add("allocationId", `allocation_id is not supported with connectivity_type = "private"`)
			}
		},
		Sets:   []string{"secondaryAllocationIds", "secondaryPrivateIpAddresses"},
		Create: createNATGateway,
	}
}

// createNATGateway fails where AWS would create a gateway in the state failed, with its failure code and message.
func createNATGateway(c *cloud.Call) error {
	subnet, err := kernel.Existing(c, kernel.SubnetToken, c.Text("subnetId"))
	if err != nil {
		return err
	}
	if c.Text("connectivityType") == "public" {
		if err := mapAddress(c, subnet); err != nil {
			return err
		}
	}
	if err := kernel.SetID(c, "nat-"); err != nil {
		return err
	}
	interfaces, err := vpc.SetInterfaces(c, c.Object, []*cloud.Object{subnet}, vpc.InterfaceSpec{
		Kind: "nat_gateway", Description: "Interface for NAT Gateway " + c.Object.ID,
	})
	if err != nil {
		return err
	}
	c.Set("networkInterfaceId", interfaces[0])
	made, err := kernel.Existing(c, kernel.NetworkInterfaceToken, interfaces[0])
	if err == nil {
		c.Set("privateIp", made.Text("privateIp"))
	}
	return err
}

func mapAddress(c *cloud.Call, subnet *cloud.Object) error {
	allocation := c.Text("allocationId")
	if allocation == "" {
		return kernel.Refuse("MissingParameter",
			"The request must include the AllocationId parameter. Add the required parameter and retry the request.")
	}
	address, err := c.Find(kernel.ElasticIPToken, allocation, "InvalidAllocationID.NotFound",
		"Elastic IP address %s could not be associated with this NAT gateway")
	if err != nil {
		return err
	}
	others, err := c.All(kernel.NATGatewayToken, cloud.With("allocationId", allocation))
	if err != nil {
		return err
	}
	if len(others) > 0 || address.Text("associationId") != "" {
		return kernel.Refuse("Resource.AlreadyAssociated", "Elastic IP address %s is already associated", allocation)
	}
	gateways, err := c.All(kernel.InternetGatewayToken, cloud.With("vpcId", subnet.Text("vpcId")))
	if err != nil {
		return err
	}
	if len(gateways) == 0 {
		return kernel.Refuse("Gateway.NotAttached", "Network %s has no Internet gateway attached", subnet.Text("vpcId"))
	}
	c.Set("publicIp", address.Text("publicIp"))
	return kernel.SetNewID(c, "associationId", "eipassoc-")
}
