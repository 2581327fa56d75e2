package endpoint

import (
	"strings"

	"github.com/ashlar-iac/ashlar/integration/cloud"
	"github.com/ashlar-iac/ashlar/integration/cloud/aws/kernel"
	"github.com/ashlar-iac/ashlar/integration/cloud/aws/vpc"
)

// setInterfaceEndpoint applies the inputs of an endpoint with network interfaces.
func setInterfaceEndpoint(c *cloud.Call, s *service) error {
	if len(c.Texts("routeTableIds")) > 0 {
		return kernel.Refuse("InvalidParameter", "Route table IDs are only for endpoints of type Gateway.")
	}
	asked := c.Texts("subnetIds")
	if _, given := c.Object.Inputs["subnetIds"]; !given {
		var err error
		if asked, err = heldSubnets(c); err != nil {
			return err
		}
	}
	subnets, err := vpc.OneSubnetPerZone(c, asked, "Found another VPC endpoint subnet in the availability zone of %s.")
	if err != nil {
		return err
	}
	kind := "vpc_endpoint"
	if c.Text("vpcEndpointType") == "GatewayLoadBalancer" {
		kind = "gateway_load_balancer_endpoint"
		if len(subnets) > 1 || len(c.Texts("securityGroupIds")) > 0 || c.Object.Bool("privateDnsEnabled") {
			return kernel.Refuse("InvalidParameter",
				"An endpoint of type GatewayLoadBalancer has one subnet, and neither security groups nor private DNS.")
		}
	} else if err := vpc.SetSecurityGroups(c, "securityGroupIds", c.Text("vpcId")); err != nil {
		return err
	}
	c.SetDefault("ipAddressType", "ipv4")
	for _, subnet := range subnets {
		if c.Text("ipAddressType") != "ipv4" && subnet.Text("ipv6CidrBlock") == "" {
			return kernel.Refuse("InvalidParameter",
				"The subnet %s has no IPv6 CIDR block, which ipAddressType %s needs.", subnet.ID,
				c.Text("ipAddressType"))
		}
	}
	c.SetDefault("privateDnsEnabled", false)
	if err := checkPrivateDNS(c, s); err != nil {
		return err
	}
	ids, err := vpc.SetInterfaces(c, c.Object, subnets, vpc.InterfaceSpec{
		Kind: kind, Description: "VPC Endpoint Interface " + c.Object.ID, Groups: c.Texts("securityGroupIds"),
	})
	if err != nil {
		return err
	}
	c.Set("networkInterfaceIds", cloud.List(ids...))
	c.Set("dnsEntries", dnsEntries(c, s, subnets))
	return nil
}

// heldSubnets returns the subnets in which an endpoint has network interfaces.
func heldSubnets(c *cloud.Call) ([]string, error) {
	interfaces, err := vpc.InterfacesOf(c, c.Object)
	var out []string
	for _, o := range interfaces {
		out = append(out, o.Text("subnetId"))
	}
	return out, err
}

// checkPrivateDNS rejects a name that the VPC cannot resolve, or that another endpoint has.
func checkPrivateDNS(c *cloud.Call, s *service) error {
	if err := checkInbound(c); err != nil || !c.Object.Bool("privateDnsEnabled") {
		return err
	}
	network, err := kernel.Existing(c, kernel.VPCToken, c.Text("vpcId"))
	if err != nil {
		return err
	}
	if !network.Bool("enableDnsSupport") || !network.Bool("enableDnsHostnames") {
		return kernel.Refuse("InvalidParameter",
			"Enabling private DNS requires both enableDnsSupport and enableDnsHostnames VPC attributes set to true for %s", network.ID)
	}
	domain := s.privateDomain(c)
	if domain == "" || strings.HasSuffix(s.name, ".dynamodb") {
		return kernel.Refuse("InvalidParameter",
			"Private DNS can't be enabled because the service %s does not provide a private DNS name.", s.name)
	}
	others, err := c.All(kernel.VPCEndpointToken, func(o *cloud.Object) bool {
		return o.Text("vpcId") == network.ID && o.Text("serviceName") == s.name && o.Bool("privateDnsEnabled")
	})
	if err == nil && len(others) > 0 {
		err = kernel.Refuse("InvalidParameter",
			"private-dns-enabled cannot be set because there is already a conflicting DNS domain for %s in the VPC %s",
			domain, network.ID)
	}
	return err
}

// checkInbound rejects private DNS for the inbound resolver only, without a gateway endpoint for the other traffic.
func checkInbound(c *cloud.Call) error {
	options, _ := c.Object.Outputs["dnsOptions"].(map[string]any)
	if only, _ := options["privateDnsOnlyForInboundResolverEndpoint"].(bool); !only {
		return nil
	}
	gateways, err := c.All(kernel.VPCEndpointToken, func(o *cloud.Object) bool {
		return o.Text("vpcId") == c.Text("vpcId") && o.Text("serviceName") == c.Text("serviceName") &&
			o.Text("vpcEndpointType") == "Gateway"
	})
	if err == nil && len(gateways) == 0 {
		err = kernel.Refuse("InvalidParameter",
			"To set PrivateDnsOnlyForInboundResolverEndpoint to true, the VPC %s must have a Gateway endpoint for the service.", c.Text("vpcId"))
	}
	return err
}

// dnsEntries returns the DNS names of an endpoint: its own, one for each zone, and that of the service.
func dnsEntries(c *cloud.Call, s *service, subnets []*cloud.Object) []any {
	region := c.Scope.Values["region"]
	service := strings.TrimPrefix(s.domain, "*.")
	base := "." + service + "." + region + ".vpce." + kernel.DNSSuffix(c)
	own := c.Object.ID + "-" + c.Object.ID[len(c.Object.ID)-8:]
	names := []string{own + base}
	for _, subnet := range subnets {
		names = append(names, own+"-"+subnet.Text("availabilityZone")+base)
	}
	out := []any{}
	for _, name := range names {
		out = append(out, map[string]any{"dnsName": name, "hostedZoneId": "Z00000000000000000VPC"})
	}
	if c.Object.Bool("privateDnsEnabled") {
		out = append(out, map[string]any{"dnsName": s.privateDomain(c), "hostedZoneId": "Z00000000000000PRIVATE"})
	}
	return out
}
