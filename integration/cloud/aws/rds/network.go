package rds

import (
	"slices"

	"github.com/ashlar-iac/ashlar/integration/cloud"
	"github.com/ashlar-iac/ashlar/integration/cloud/aws/kernel"
	"github.com/ashlar-iac/ashlar/integration/cloud/aws/vpc"
)

// setNetwork checks the subnet group and the security groups, and returns the subnets.
func setNetwork(c *cloud.Call) ([]*cloud.Object, error) {
	subnets, err := subnetsOf(c, c.Text("dbSubnetGroupName"))
	if err != nil {
		return nil, err
	}
	network := subnets[0].Text("vpcId")
	for _, id := range cloud.Texts(c.Object.Inputs["vpcSecurityGroupIds"]) {
		group, err := c.Find(kernel.SecurityGroupToken, id, "InvalidParameterValue",
			"Invalid security group , groupId= %s, groupName=.")
		if err != nil {
			return nil, err
		}
		if group.Text("vpcId") != network {
			return nil, combination("The DB instance and EC2 security group are in different VPCs. The DB instance is in %s and "+
				"the EC2 security group is in %s", network, group.Text("vpcId"))
		}
	}
	return subnets, vpc.SetSecurityGroups(c, "vpcSecurityGroupIds", network)
}

// subnetsOf returns the subnets of a subnet group, or of the default VPC.
func subnetsOf(c *cloud.Call, name string) ([]*cloud.Object, error) {
	var in func(*cloud.Object) bool
	if name != "" && name != "default" {
		group, err := c.Find(subnetGroupToken, name, "DBSubnetGroupNotFoundFault", "DBSubnetGroup '%s' not found.")
		if err != nil {
			return nil, err
		}
		in = func(subnet *cloud.Object) bool { return slices.Contains(group.Texts("subnetIds"), subnet.ID) }
	} else {
		network, err := vpc.DefaultVPC(c)
		if err != nil {
			return nil, err
		}
		in = cloud.With("vpcId", network.ID)
		c.SetDefault("dbSubnetGroupName", "default")
	}
	out, err := c.All(kernel.SubnetToken, in)
	if err == nil && len(out) == 0 {
		err = combination("No default subnet detected in VPC. Please contact AWS Support to recreate default Subnets.")
	}
	return out, err
}

// attach gives a database instance its network interface, in the subnet of its zone.
func attach(c *cloud.Call, subnets []*cloud.Object, groups []string) error {
	zone := c.Text("availabilityZone")
	i := slices.IndexFunc(subnets, func(s *cloud.Object) bool { return zone == "" || s.Text("availabilityZone") == zone })
	if i < 0 {
		return invalid("The subnet group has no subnet in the availability zone %s", zone)
	}
	c.Set("availabilityZone", subnets[i].Text("availabilityZone"))
	_, err := vpc.SetInterfaces(c, c.Object, subnets[i:i+1], vpc.InterfaceSpec{Kind: "interface",
		Description: "RDSNetworkInterface", Groups: groups})
	return err
}

// address returns the name of an instance or a cluster. The part in the middle is the same for all of an account and
// region.
func address(c *cloud.Call, of string) string {
	return of + ".csimulated00." + c.Scope.Values["region"] + ".rds." + kernel.DNSSuffix(c)
}
