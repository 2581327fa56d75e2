package aws

import (
	"strings"

	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/ec2"

	"github.com/ashlar-iac/ashlar/integration/cloud"
)

func securityGroup() *cloud.Type {
	return part(&cloud.Type{
		Token: securityGroupType, Args: ec2.SecurityGroupArgs{}, Resource: &ec2.SecurityGroup{},
		Name:     "name",
		Replaces: []string{"description", "name", "namePrefix"},
		Defaults: map[string]any{"description": "Managed by Pulumi", "revokeRulesOnDelete": false},
		Check: func(c *cloud.Checker) {
			if name, ok := c.Text("name"); ok && (strings.HasPrefix(name, "sg-") || len(name) > 255) {
				c.Add("name", "invalid value for name (cannot begin with sg-, at most 255 characters)")
			}
		},
		Create: func(c *cloud.Call) error {
			same, err := c.All(securityGroupType, func(o *cloud.Object) bool {
				return o.Text("vpcId") == c.Text("vpcId") && o.Text("name") == c.Text("name")
			})
			if err != nil {
				return err
			}
			if len(same) > 0 || c.Text("name") == "default" {
				return cloud.Refuse("InvalidGroup.Duplicate", "The security group '%s' already exists for VPC '%s'", c.Text("name"), c.Text("vpcId"))
			}
			return nil
		},
	}, "security-group", "sg-")
}

func networkACL() *cloud.Type {
	return part(&cloud.Type{Token: networkACLType, Args: ec2.NetworkAclArgs{}, Resource: &ec2.NetworkAcl{}}, "network-acl", "acl-")
}

func routeTable() *cloud.Type {
	return part(&cloud.Type{Token: routeTableType, Args: ec2.RouteTableArgs{}, Resource: &ec2.RouteTable{},
		Delete: func(c *cloud.Call) error {
			// Its routes go with it, subnets do not.
			return unused(c, "routeTable", "routeTableId", associationType)
		}}, "route-table", "rtb-")
}
