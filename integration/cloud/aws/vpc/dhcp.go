package vpc

import (
	"net/netip"
	"slices"

	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/ec2"

	"github.com/ashlar-iac/ashlar/integration/cloud"
	"github.com/ashlar-iac/ashlar/integration/cloud/aws/kernel"
)

const (
	dhcpAssociationToken = "aws:ec2/vpcDhcpOptionsAssociation:VpcDhcpOptionsAssociation"
)

// defaultDHCPOptions are the DHCP options of a VPC without any.
const defaultDHCPOptions = "dopt-00000000000000000"

func dhcpOptions() *cloud.Type {
	return &cloud.Type{
		Token: kernel.DHCPOptionsToken, Args: ec2.VpcDhcpOptionsArgs{}, Resource: &ec2.VpcDhcpOptions{},
		Replaces: []string{"domainName", "domainNameServers", "ipv6AddressPreferredLeaseTime", "netbiosNameServers",
			"netbiosNodeType", "ntpServers"},
		Check: func(c *cloud.Checker) {
			for _, property := range []string{"domainName", "domainNameServers", "netbiosNameServers",
				"netbiosNodeType", "ntpServers"} {
				if c.Has(property) {
					return
				}
			}
			c.Add("domainName", "one of domainName, domainNameServers, netbiosNameServers, netbiosNodeType, ntpServers must be specified")
		},
		Create: func(c *cloud.Call) error {
			if err := checkOptions(c); err != nil {
				return err
			}
			if err := kernel.SetID(c, "dopt-"); err != nil {
				return err
			}
			c.Set("arn", kernel.EC2ARN(c, "dhcp-options"))
			c.Set("ownerId", c.Scope.Values["account"])
			return nil
		},
		Delete: func(c *cloud.Call) error { return kernel.Unused(c, "dhcpOptions", "dhcpOptionsId", kernel.VPCToken) },
	}
}

// checkOptions follows "DHCP option set concepts", Amazon VPC User Guide: four servers of a kind at most, with their
// addresses.
func checkOptions(c *cloud.Call) error {
	for _, property := range []string{"domainNameServers", "netbiosNameServers", "ntpServers"} {
		servers := c.Texts(property)
		if len(servers) > 4 {
			return kernel.Refuse("InvalidParameterValue", "%s has more than 4 servers.", property)
		}
		for _, server := range servers {
			if _, err := netip.ParseAddr(server); err != nil &&
				(property != "domainNameServers" || server != "AmazonProvidedDNS") {
				return kernel.Refuse("InvalidParameterValue", "Value (%s) for parameter value is invalid. Invalid address for %s.",
					server, property)
			}
		}
	}
	if kind := c.Text("netbiosNodeType"); kind != "" && !slices.Contains([]string{"1", "2", "4", "8"}, kind) {
		return kernel.Refuse("InvalidParameterValue",
			"Value (%s) for parameter value is invalid. The NetBIOS node type is 1, 2, 4 or 8.", kind)
	}
	return nil
}

func dhcpAssociation() *cloud.Type {
	set := func(c *cloud.Call, options string) error {
		network, err := kernel.Existing(c, kernel.VPCToken, c.Text("vpcId"))
		if err != nil {
			return err
		}
		c.Object.Managed = network.Key()
		network.Outputs["dhcpOptionsId"] = options
		return c.Put(network)
	}
	join := func(c *cloud.Call) error {
		if options := c.Text("dhcpOptionsId"); options != "default" {
			if _, err := kernel.Existing(c, kernel.DHCPOptionsToken, options); err != nil {
				return err
			}
		}
		c.Object.ID = c.Text("dhcpOptionsId") + "-" + c.Text("vpcId")
		return set(c, c.Text("dhcpOptionsId"))
	}
	return &cloud.Type{
		Token: dhcpAssociationToken, Args: ec2.VpcDhcpOptionsAssociationArgs{},
		Resource: &ec2.VpcDhcpOptionsAssociation{},
		Replaces: []string{"dhcpOptionsId", "vpcId"},
		ImportID: func(o *cloud.Object) string { return o.Text("vpcId") },
		Create:   join,
		Delete:   func(c *cloud.Call) error { return set(c, defaultDHCPOptions) },
	}
}
