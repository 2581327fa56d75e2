package endpoint

import (
	"fmt"
	"hash/crc32"
	"slices"

	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/ec2"

	"github.com/ashlar-iac/ashlar/integration/cloud"
	"github.com/ashlar-iac/ashlar/integration/cloud/aws/kernel"
	"github.com/ashlar-iac/ashlar/integration/cloud/aws/vpc"
)

const (
	endpointTableToken  = "aws:ec2/vpcEndpointRouteTableAssociation:VpcEndpointRouteTableAssociation"
	endpointSubnetToken = "aws:ec2/vpcEndpointSubnetAssociation:VpcEndpointSubnetAssociation"
)

// endpointTable is the association of a gateway endpoint with a route table.
func endpointTable() *cloud.Type {
	return &cloud.Type{
		Token: endpointTableToken, Args: ec2.VpcEndpointRouteTableAssociationArgs{},
		Resource: &ec2.VpcEndpointRouteTableAssociation{},
		Replaces: []string{"routeTableId", "vpcEndpointId"},
		ImportID: func(o *cloud.Object) string { return o.Text("vpcEndpointId") + "/" + o.Text("routeTableId") },
		Create: func(c *cloud.Call) error {
			endpoint, err := kernel.Existing(c, kernel.VPCEndpointToken, c.Text("vpcEndpointId"))
			if err != nil {
				return err
			}
			if endpoint.Text("vpcEndpointType") != "Gateway" {
				return kernel.Refuse("InvalidParameter", "Route table IDs are only for endpoints of type Gateway.")
			}
			c.Object.Managed = endpoint.Key()
			c.Object.ID = pairID(endpoint.ID, c.Text("routeTableId"))
			return addEndpointRoute(c, endpoint, c.Text("routeTableId"))
		},
		Refresh: func(c *cloud.Call) error {
			routes, err := tableRoute(c)
			if err == nil && len(routes) == 0 {
				c.Object.ID = ""
			}
			return err
		},
		Delete: func(c *cloud.Call) error {
			routes, err := tableRoute(c)
			for _, o := range routes {
				if err := c.Delete(o); err != nil {
					return err
				}
			}
			return err
		},
	}
}

func tableRoute(c *cloud.Call) ([]*cloud.Object, error) {
	routes, err := endpointRoutes(c, c.Text("vpcEndpointId"))
	return slices.DeleteFunc(routes,
		func(o *cloud.Object) bool { return o.Text("routeTableId") != c.Text("routeTableId") }), err
}

// pairID is the id of an association, which the provider makes up.
func pairID(a, b string) string { return fmt.Sprintf("a-%s%d", a, crc32.ChecksumIEEE([]byte(b))) }

// endpointSubnet is the association of an interface endpoint with a subnet.
func endpointSubnet() *cloud.Type {
	return &cloud.Type{
		Token: endpointSubnetToken, Args: ec2.VpcEndpointSubnetAssociationArgs{},
		Resource: &ec2.VpcEndpointSubnetAssociation{},
		Replaces: []string{"subnetId", "vpcEndpointId"},
		ImportID: func(o *cloud.Object) string { return o.Text("vpcEndpointId") + "/" + o.Text("subnetId") },
		Create: func(c *cloud.Call) error {
			err := changeSubnets(c, func(has []string) []string { return append(has, c.Text("subnetId")) })
			if err != nil {
				return err
			}
			c.Object.ID = pairID(c.Text("vpcEndpointId"), c.Text("subnetId"))
			return nil
		},
		Refresh: func(c *cloud.Call) error {
			endpoint, err := kernel.Existing(c, kernel.VPCEndpointToken, c.Text("vpcEndpointId"))
			if err != nil {
				return err
			}
			has, err := heldSubnets(c.On(endpoint))
			if err == nil && !slices.Contains(has, c.Text("subnetId")) {
				c.Object.ID = ""
			}
			return err
		},
		Delete: func(c *cloud.Call) error {
			return changeSubnets(c, func(has []string) []string {
				return slices.DeleteFunc(has, func(id string) bool { return id == c.Text("subnetId") })
			})
		},
	}
}

// changeSubnets changes the subnets in which an endpoint has network interfaces.
func changeSubnets(c *cloud.Call, change func([]string) []string) error {
	endpoint, err := kernel.Existing(c, kernel.VPCEndpointToken, c.Text("vpcEndpointId"))
	if err != nil {
		return err
	}
	if endpoint.Text("vpcEndpointType") == "Gateway" {
		return kernel.Refuse("InvalidParameter", "subnetIds: an endpoint of type Gateway has no network interfaces.")
	}
	c.Object.Managed = endpoint.Key()
	of := c.On(endpoint)
	has, err := heldSubnets(of)
	if err != nil {
		return err
	}
	s, err := findService(c, endpoint.Text("serviceName"))
	if err != nil {
		return err
	}
	subnets, err := vpc.OneSubnetPerZone(of, change(has),
		"Found another VPC endpoint subnet in the availability zone of %s.")
	if err != nil {
		return err
	}
	_, err = vpc.SetInterfaces(of, endpoint, subnets, vpc.InterfaceSpec{
		Kind: "vpc_endpoint", Description: "VPC Endpoint Interface " + endpoint.ID,
		Groups: endpoint.Texts("securityGroupIds"),
	})
	if err != nil {
		return err
	}
	of.Set("dnsEntries", dnsEntries(of, s, subnets))
	return c.Put(endpoint)
}
