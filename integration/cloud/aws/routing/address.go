package routing

import (
	"net/netip"

	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/ec2"

	"github.com/ashlar-iac/ashlar/integration/cloud"
	"github.com/ashlar-iac/ashlar/integration/cloud/aws/kernel"
	"github.com/ashlar-iac/ashlar/integration/cloud/aws/vpc"
)

const (
	addressAssociationToken = "aws:ec2/eipAssociation:EipAssociation"
)

func address() *cloud.Type {
	return &cloud.Type{
		Token: kernel.ElasticIPToken, Args: ec2.EipArgs{}, Resource: &ec2.Eip{},
		Replaces: []string{"address", "domain", "ipamPoolId", "networkBorderGroup", "publicIpv4Pool", "vpc"},
		Recomputes: map[string][]string{"instance": {"associationId", "privateIp"},
			"networkInterface": {"associationId", "privateIp"}},
		Check: func(c *cloud.Checker) {
			c.OneOf("domain", "vpc", "standard")
			c.Conflict("instance", "networkInterface")
		},
		Create: func(c *cloud.Call) error {
			if err := createAddress(c); err != nil {
				return err
			}
			return associate(c, c.Object, c.Text("networkInterface"), c.Text("instance"))
		},
		Update: func(c *cloud.Call) error {
			if !c.Changed("networkInterface") && !c.Changed("instance") {
				return nil
			}
			disassociate(c.Object, c.Object.Inputs)
			return associate(c, c.Object, c.Text("networkInterface"), c.Text("instance"))
		},
		Delete: func(c *cloud.Call) error {
			users, err := c.All(kernel.NATGatewayToken, cloud.With("allocationId", c.Object.ID))
			if err != nil {
				return err
			}
			if len(users) > 0 {
				return kernel.Refuse("InvalidIPAddress.InUse", "Address %s is in use.", c.Text("publicIp"))
			}
			return nil
		},
	}
}

// createAddress takes the next address of the ranges for documentation.
func createAddress(c *cloud.Call) error {
	taken, err := c.List(kernel.ElasticIPToken)
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
			if err := kernel.SetID(c, "eipalloc-"); err != nil {
				return err
			}
			c.Set("publicIp", ip.String())
			c.Set("publicDns", vpc.PublicDNSName(c, ip.String()))
			c.Set("allocationId", c.Object.ID)
			c.Set("arn", kernel.EC2ARN(c, "elastic-ip"))
			c.SetDefault("domain", "vpc")
			c.SetDefault("networkBorderGroup", c.Scope.Values["region"])
			c.SetDefault("publicIpv4Pool", "amazon")
			return nil
		}
	}
	return kernel.Refuse("AddressLimitExceeded", "The maximum number of addresses has been reached.")
}

// associate associates an address with a network interface or an instance, if one is given.
func associate(c *cloud.Call, address *cloud.Object, networkInterface, instance string) error {
	typ, id := kernel.NetworkInterfaceToken, networkInterface
	if id == "" {
		typ, id = kernel.InstanceToken, instance
	}
	if id == "" {
		return nil
	}
	user, err := kernel.Existing(c, typ, id)
	if err != nil {
		return err
	}
	subnet, err := kernel.Existing(c, kernel.SubnetToken, user.Text("subnetId"))
	if err != nil {
		return err
	}
	network := subnet.Text("vpcId")
	gateways, err := c.All(kernel.InternetGatewayToken, cloud.With("vpcId", network))
	if err != nil {
		return err
	}
	if len(gateways) == 0 {
		return kernel.Refuse("Gateway.NotAttached", "Network %s is not attached to any internet gateway", network)
	}
	others, err := c.All(kernel.ElasticIPToken, func(o *cloud.Object) bool {
		return o.ID != address.ID && (o.Text("networkInterface") == id || o.Text("instance") == id)
	})
	if err != nil {
		return err
	}
	if len(others) > 0 {
		return kernel.Refuse("Resource.AlreadyAssociated", "resource %s is already associated with address %s", id,
			others[0].Text("publicIp"))
	}
	association, err := kernel.NewID(c, "eipassoc-")
	address.Outputs["associationId"], address.Outputs["associatedNetwork"] = association, network
	address.Outputs["privateIp"] = user.Text("privateIp")
	if address.Text("privateIp") != "" {
		address.Outputs["privateDns"] = vpc.PrivateDNSName(c, address.Text("privateIp"))
	}
	address.Outputs[map[string]string{kernel.NetworkInterfaceToken: "networkInterface",
		kernel.InstanceToken: "instance"}[typ]] = id
	return err
}

// disassociate removes the association of an address. Requested outputs stay.
func disassociate(address *cloud.Object, asked map[string]any) {
	for _, property := range []string{"associationId", "associatedNetwork", "privateIp", "privateDns",
		"networkInterface", "instance"} {
		if _, ok := asked[property]; !ok {
			delete(address.Outputs, property)
		}
	}
}

// addressAssociation is an association as a resource of its own.
func addressAssociation() *cloud.Type {
	return &cloud.Type{
		Token: addressAssociationToken, Args: ec2.EipAssociationArgs{}, Resource: &ec2.EipAssociation{},
		Replaces: []string{"allocationId", "allowReassociation", "instanceId", "networkInterfaceId",
			"privateIpAddress", "publicIp"},
		Required: []string{"allocationId"},
		Check:    func(c *cloud.Checker) { c.ExactlyOne("instanceId", "networkInterfaceId") },
		Create: func(c *cloud.Call) error {
			address, err := kernel.Existing(c, kernel.ElasticIPToken, c.Text("allocationId"))
			if err != nil {
				return err
			}
			nats, err := c.All(kernel.NATGatewayToken, cloud.With("allocationId", address.ID))
			if err != nil {
				return err
			}
			if reassociate := c.Object.Bool("allowReassociation"); len(nats) > 0 ||
				(address.Text("associationId") != "" && !reassociate) {
				return kernel.Refuse("Resource.AlreadyAssociated", "resource %s is already associated with %s",
					address.ID, address.Text("associationId"))
			}
			disassociate(address, nil)
			if err := associate(c, address, c.Text("networkInterfaceId"), c.Text("instanceId")); err != nil {
				return err
			}
			c.Object.ID = address.Text("associationId")
			c.Object.Managed = address.Key()
			c.Set("publicIp", address.Text("publicIp"))
			c.Set("privateIpAddress", address.Text("privateIp"))
			return c.Put(address)
		},
		Delete: func(c *cloud.Call) error {
			address, err := c.Here(kernel.ElasticIPToken, c.Text("allocationId"))
			if err != nil || address == nil || address.Text("associationId") != c.Object.ID {
				return err
			}
			disassociate(address, nil)
			return c.Put(address)
		},
	}
}
