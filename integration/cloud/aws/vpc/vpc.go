package vpc

import (
	"net/netip"

	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/ec2"

	"github.com/ashlar-iac/ashlar/integration/cloud"
	"github.com/ashlar-iac/ashlar/integration/cloud/aws/kernel"
)

func vpc() *cloud.Type {
	ipv6 := []string{"ipv6AssociationId", "ipv6CidrBlock", "ipv6CidrBlockNetworkBorderGroup"}
	return &cloud.Type{
		Token: kernel.VPCToken, Args: ec2.VpcArgs{}, Resource: &ec2.Vpc{},
		Replaces: []string{"cidrBlock", "ipv4IpamPoolId", "ipv4NetmaskLength"},
		Recomputes: map[string][]string{"assignGeneratedIpv6CidrBlock": ipv6, "ipv6IpamPoolId": ipv6,
			"ipv6NetmaskLength": ipv6},
		Defaults: map[string]any{"enableDnsSupport": true, "instanceTenancy": "default"},
		// AWS changes the tenancy in place only from dedicated to default.
		Replacing: func(inputs map[string]any) []string {
			if inputs["instanceTenancy"] == "dedicated" {
				return []string{"instanceTenancy"}
			}
			return nil
		},
		Check:  checkVPC,
		Create: createVPC,
		Update: func(c *cloud.Call) error {
			if err := setIPv6(c); err != nil {
				return err
			}
			return vpcDefaults(c)
		},
		Delete: func(c *cloud.Call) error {
			return kernel.Unused(c, "vpc", "vpcId", kernel.SubnetToken, kernel.InternetGatewayToken,
				kernel.EgressOnlyInternetGatewayToken, kernel.SecurityGroupToken, kernel.NetworkACLToken,
				kernel.RouteTableToken, kernel.VPCEndpointToken, kernel.VPCPeeringConnectionToken)
		},
	}
}

func checkVPC(c *cloud.Checker) {
	c.Conflict("assignGeneratedIpv6CidrBlock", "ipv6IpamPoolId")
	c.Conflict("assignGeneratedIpv6CidrBlock", "ipv6CidrBlock")
	c.Conflict("cidrBlock", "ipv4NetmaskLength")
	c.Conflict("ipv6CidrBlock", "ipv6NetmaskLength")
	for property, needs := range map[string]string{
		"ipv4NetmaskLength": "ipv4IpamPoolId", "ipv6CidrBlock": "ipv6IpamPoolId", "ipv6NetmaskLength": "ipv6IpamPoolId",
	} {
		if c.Has(property) && !c.Has(needs) {
			c.Add(property, "all of %s, %s must be specified", needs, property)
		}
	}
	c.Between("ipv4NetmaskLength", 16, 28)
	c.OneOf("instanceTenancy", "default", "dedicated")
	kernel.CheckCIDRs(c, "cidrBlock", "ipv6CidrBlock")
}

// createVPC creates a VPC with the resources that AWS creates along with it.
func createVPC(c *cloud.Call) error {
	prefix, err := vpcRange(c, c.Object.Number("ipv4NetmaskLength"))
	if err == nil && kernel.Overlaps(reserved(), prefix) {
		err = kernel.Refuse("InvalidVpc.Range", "The CIDR '%s' is invalid.", prefix)
	}
	if err != nil {
		return err
	}
	c.Set("cidrBlock", prefix.String())
	if err := kernel.SetID(c, "vpc-"); err != nil {
		return err
	}
	if err := setIPv6(c); err != nil {
		return err
	}
	c.Set("arn", kernel.EC2ARN(c, "vpc"))
	c.Set("ownerId", c.Scope.Values["account"])
	c.Set("dhcpOptionsId", defaultDHCPOptions)
	if err := vpcDefaults(c); err != nil {
		return err
	}
	// The rules of these resources look up the VPC.
	if err := c.Put(c.Object); err != nil {
		return err
	}
	return createParts(c)
}

// vpcRange returns the requested CIDR block, or one of a pool. length is 0 if none is requested.
func vpcRange(c *cloud.Call, length float64) (netip.Prefix, error) {
	text, pool := c.Text("cidrBlock"), c.Text("ipv4IpamPoolId")
	if text == "" && pool == "" {
		return netip.Prefix{}, kernel.Refuse("MissingParameter",
			"Either 'cidrBlock' or 'ipv4IpamPoolId' should be provided.")
	}
	if pool != "" {
		return allocate(c, pool, text, int(length))
	}
	prefix, err := netip.ParsePrefix(text)
	if err != nil || !prefix.Addr().Is4() || prefix.Bits() < 16 || prefix.Bits() > 28 {
		return prefix, kernel.Refuse("InvalidVpc.Range", "The CIDR '%s' is invalid.", text)
	}
	return prefix, nil
}

// vpcDefaults sets the defaults of omitted inputs.
func vpcDefaults(c *cloud.Call) error {
	c.SetDefault("enableDnsHostnames", false)
	c.SetDefault("enableNetworkAddressUsageMetrics", false)
	c.SetDefault("assignGeneratedIpv6CidrBlock", false)
	// Source: "ModifyVpcAttribute", Amazon EC2 API Reference; the code is from memory.
	if c.Object.Bool("enableDnsHostnames") && c.Object.Outputs["enableDnsSupport"] == false {
		return kernel.Refuse("InvalidParameterCombination",
			"You can only enable DNS hostnames if you've enabled DNS support.")
	}
	return nil
}

// setIPv6 assigns an IPv6 CIDR block, removes it, or keeps it.
func setIPv6(c *cloud.Call) error {
	generated, pool := c.Object.Bool("assignGeneratedIpv6CidrBlock"), c.Text("ipv6IpamPoolId")
	if c.Old != nil {
		changed := c.Text("ipv6IpamPoolId") != c.Old.Text("ipv6IpamPoolId") ||
			c.Old.Bool("assignGeneratedIpv6CidrBlock") != generated
		if !changed {
			return nil
		}
		if err := dropIPv6(c); err != nil {
			return err
		}
	}
	var prefix netip.Prefix
	var err error
	switch {
	case pool != "":
		prefix, err = allocate(c, pool, c.Text("ipv6CidrBlock"), int(c.Object.Number("ipv6NetmaskLength")))
	case generated:
		prefix, err = amazonRange(c)
	default:
		return nil
	}
	if err != nil {
		return err
	}
	c.Set("ipv6CidrBlock", prefix.String())
	c.SetDefault("ipv6CidrBlockNetworkBorderGroup", c.Scope.Values["region"])
	return kernel.SetNewID(c, "ipv6AssociationId", "vpc-cidr-assoc-")
}

// dropIPv6 refuses while a subnet uses the CIDR block.
func dropIPv6(c *cloud.Call) error {
	users, err := c.All(kernel.SubnetToken, func(o *cloud.Object) bool {
		return o.Text("vpcId") == c.Object.ID && o.Text("ipv6CidrBlock") != ""
	})
	if err != nil {
		return err
	}
	if len(users) > 0 {
		return inUse(c.Text("ipv6AssociationId"))
	}
	for _, property := range []string{"ipv6CidrBlock", "ipv6CidrBlockNetworkBorderGroup", "ipv6AssociationId"} {
		if _, asked := c.Object.Inputs[property]; !asked {
			delete(c.Object.Outputs, property)
		}
	}
	return nil
}

// inUse is the error when a CIDR block with subnets is disassociated from a VPC.
func inUse(association string) error {
	return kernel.Refuse("InvalidCidrBlock.InUse",
		"The vpc CIDR block with association ID %s may not be disassociated. It is currently in use.", association)
}

// amazonRange returns an Amazon-provided CIDR block that no other VPC has, from the prefix for documentation.
func amazonRange(c *cloud.Call) (netip.Prefix, error) {
	networks, err := c.List(kernel.VPCToken)
	if err != nil {
		return netip.Prefix{}, err
	}
	var taken []netip.Prefix
	for _, o := range networks {
		taken = append(taken, kernel.Prefixes(o.Text("ipv6CidrBlock"))...)
	}
	prefix, ok := kernel.FreePrefix(netip.MustParsePrefix("2001:db8:1000::/36"), 56, taken)
	if !ok {
		return prefix, kernel.Refuse("InsufficientCidrBlocks", "There is no IPv6 range left.")
	}
	return prefix, nil
}
