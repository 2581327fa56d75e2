package aws

import (
	"net/netip"

	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/ec2"

	"github.com/ashlar-iac/ashlar/integration/cloud"
)

const (
	vpcType           = "aws:ec2/vpc:Vpc"
	securityGroupType = "aws:ec2/securityGroup:SecurityGroup"
	networkACLType    = "aws:ec2/networkAcl:NetworkAcl"
	routeTableType    = "aws:ec2/routeTable:RouteTable"
)

func vpc() *cloud.Type {
	return &cloud.Type{
		Token: vpcType, Args: ec2.VpcArgs{}, Resource: &ec2.Vpc{},
		Replaces: []string{"cidrBlock", "ipv4IpamPoolId", "ipv4NetmaskLength"},
		Defaults: map[string]any{"enableDnsSupport": true, "instanceTenancy": "default"},
		Check: func(c *cloud.Checker) {
			c.Conflict("assignGeneratedIpv6CidrBlock", "ipv6IpamPoolId")
			c.Conflict("cidrBlock", "ipv4NetmaskLength")
			c.OneOf("instanceTenancy", "default", "dedicated")
			checkTags(c)
			if cidr, ok := c.Text("cidrBlock"); ok {
				checkCIDR(c, "cidrBlock", cidr)
			}
		},
		Create: createVPC,
		Update: vpcDefaults,
		Delete: func(c *cloud.Call) error {
			return unused(c, "vpc", "vpcId", subnetType, internetGatewayType, egressGatewayType, securityGroupType, networkACLType, routeTableType)
		},
	}
}

// createVPC makes a VPC with what AWS makes along with it.
func createVPC(c *cloud.Call) error {
	prefix, err := netip.ParsePrefix(c.Text("cidrBlock"))
	if err != nil || prefix.Bits() < 16 || prefix.Bits() > 28 {
		return cloud.Refuse("InvalidVpc.Range", "The CIDR '%s' is invalid.", c.Text("cidrBlock"))
	}
	if err := c.NewID("vpc-"); err != nil {
		return err
	}
	account := c.Scope.Values["account"]
	c.Set("arn", arn(c, "vpc"))
	c.Set("ownerId", account)
	c.Set("dhcpOptionsId", "dopt-00000000000000000")
	for _, part := range []struct{ typ, prefix, output string }{
		{securityGroupType, "sg-", "defaultSecurityGroupId"},
		{networkACLType, "acl-", "defaultNetworkAclId"},
		{routeTableType, "rtb-", "mainRouteTableId"},
	} {
		digits, err := c.Hex(17)
		if err != nil {
			return err
		}
		made := &cloud.Object{
			Type: part.typ, ID: part.prefix + digits, Place: c.Object.Place, Managed: c.Object.Key(),
			Inputs: map[string]any{}, Outputs: map[string]any{"vpcId": c.Object.ID, "ownerId": account},
		}
		if err := c.Put(made); err != nil {
			return err
		}
		c.Set(part.output, made.ID)
	}
	c.Set("defaultRouteTableId", c.Text("mainRouteTableId"))
	return vpcDefaults(c)
}

// vpcDefaults sets what a VPC has when nothing is asked for, or no longer.
func vpcDefaults(c *cloud.Call) error {
	c.SetDefault("enableDnsHostnames", false)
	c.SetDefault("enableNetworkAddressUsageMetrics", false)
	c.SetDefault("assignGeneratedIpv6CidrBlock", false)
	return nil
}

// unused refuses to delete what others refer to.
func unused(c *cloud.Call, kind, property string, types ...string) error {
	for _, typ := range types {
		users, err := c.All(typ, func(o *cloud.Object) bool { return o.Text(property) == c.Object.ID && o.Managed != c.Object.Key() })
		if err != nil {
			return err
		}
		if len(users) > 0 {
			return cloud.Refuse("DependencyViolation", "The %s '%s' has dependencies and cannot be deleted.", kind, c.Object.ID)
		}
	}
	return nil
}
