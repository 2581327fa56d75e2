package lb

import (
	"net/netip"
	"regexp"
	"strconv"
	"strings"

	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/lb"

	"github.com/ashlar-iac/ashlar/integration/cloud"
	"github.com/ashlar-iac/ashlar/integration/cloud/aws/kernel"
	"github.com/ashlar-iac/ashlar/integration/cloud/aws/s3"
	"github.com/ashlar-iac/ashlar/integration/cloud/aws/vpc"
)

// The types of load balancers.
const (
	application = "application"
	network     = "network"
	gateway     = "gateway"
)

// name checks the names of load balancers and target groups.
//
// Source: API reference of CreateLoadBalancer and CreateTargetGroup, Name.
func name(c *cloud.Checker) {
	kernel.Names{Longest: 32, Pattern: regexp.MustCompile(`^[0-9A-Za-z]([0-9A-Za-z-]*[0-9A-Za-z])?-?$`),
		Says: "only alphanumeric characters and hyphens allowed, no hyphen at the beginning"}.Check(c, "name")
	if text, ok := c.Text("name"); ok && strings.HasSuffix(text, "-") {
		c.Add("name", "%q cannot end with a hyphen: %q", "name", text)
	}
	if text, ok := c.Text("namePrefix"); ok && len(text) > 6 {
		c.Add("namePrefix", "%q cannot be longer than %d characters: %q", "namePrefix", 6, text)
	}
}

func loadBalancer() *cloud.Type {
	return of(kernel.LoadBalancerToken, lb.LoadBalancerArgs{}, &lb.LoadBalancer{}, &cloud.Type{
		Name:     "name",
		Replaces: []string{"customerOwnedIpv4Pool", "internal", "loadBalancerType", "name", "namePrefix"},
		Sets:     []string{"securityGroups", "subnetMappings", "subnets"},
		Defaults: map[string]any{
			"clientKeepAlive": 3600.0, "desyncMitigationMode": "defensive",
			"dnsRecordClientRoutingPolicy": "any_availability_zone", "dropInvalidHeaderFields": false,
			"enableCrossZoneLoadBalancing": false, "enableDeletionProtection": false, "enableHttp2": true,
			"enableTlsVersionAndCipherSuiteHeaders": false, "enableWafFailOpen": false, "enableXffClientPort": false,
			"enableZonalShift": false, "idleTimeout": 60.0, "loadBalancerType": application, "preserveHostHeader": false,
			"xffHeaderProcessingMode": "append",
		},
		Replacing: func(inputs map[string]any) []string {
			if inputs["loadBalancerType"] == gateway {
				return []string{"subnetMappings", "subnets"}
			}
			return nil
		},
		Check: func(c *cloud.Checker) {
			name(c)
			if text, ok := c.Text("name"); ok && strings.HasPrefix(text, "internal-") {
				c.Add("name", "%q cannot begin with \"internal-\": %q", "name", text)
			}
			c.ExactlyOne("subnetMappings", "subnets")
			c.OneOf("loadBalancerType", application, network, gateway)
			c.OneOf("ipAddressType", "ipv4", "dualstack", "dualstack-without-public-ipv4")
			c.OneOf("desyncMitigationMode", "monitor", "defensive", "strictest")
			c.OneOf("xffHeaderProcessingMode", "append", "preserve", "remove")
			c.OneOf("dnsRecordClientRoutingPolicy", "any_availability_zone", "availability_zone_affinity",
				"partial_availability_zone_affinity")
			c.OneOf("enforceSecurityGroupInboundRulesOnPrivateLinkTraffic", "on", "off")
		},
		Create: createLoadBalancer,
		Update: setLoadBalancer,
		Delete: func(c *cloud.Call) error {
			if c.Object.Bool("enableDeletionProtection") {
				return kernel.Refuse("OperationNotPermitted",
					"Load balancer '%s' cannot be deleted because deletion protection is enabled", c.Object.ID)
			}
			return nil
		},
	})
}

func createLoadBalancer(c *cloud.Call) error {
	same, err := c.All(kernel.LoadBalancerToken, cloud.With("name", c.Text("name")))
	if err != nil {
		return err
	}
	if len(same) > 0 {
		return kernel.Errorf("ELBv2 Load Balancer (%s) already exists", c.Text("name"))
	}
	typ := c.Text("loadBalancerType")
	if err := identify(c, "loadbalancer/"+map[string]string{application: "app", network: "net", gateway: "gwy"}[typ]+
		"/"+c.Text("name")); err != nil {
		return err
	}
	_, suffix, _ := strings.Cut(c.Object.ID, ":loadbalancer/")
	c.Set("arnSuffix", suffix)
	c.SetDefault("internal", false)
	c.Set("zoneId", zoneOf(c.Scope.Values["region"], typ))
	c.Set("dnsName", dnsName(c, suffix[strings.LastIndex(suffix, "/")+1:]))
	return setLoadBalancer(c)
}

// dnsName returns the name of a load balancer: a number follows the name of an application load balancer, and the
// digits of its ARN that of a network load balancer.
func dnsName(c *cloud.Call, digits string) string {
	region, domain := c.Scope.Values["region"], kernel.DNSSuffix(c)
	switch c.Text("loadBalancerType") {
	case application:
		number, _ := strconv.ParseUint(digits[:8], 16, 64)
		name := c.Text("name") + "-" + strconv.FormatUint(number, 10) + "." + region + ".elb." + domain
		if c.Object.Bool("internal") {
			return "internal-" + name
		}
		return name
	case network:
		return c.Text("name") + "-" + digits + ".elb." + region + "." + domain
	}
	return ""
}

// setLoadBalancer checks the subnets, security groups and access logs of a load balancer, and gives it a network
// interface in each subnet.
func setLoadBalancer(c *cloud.Call) error {
	c.SetDefault("ipAddressType", "ipv4")
	typ := c.Text("loadBalancerType")
	if typ == network {
		c.SetDefault("enforceSecurityGroupInboundRulesOnPrivateLinkTraffic",
			map[bool]string{true: "on"}[len(c.Texts("securityGroups")) > 0])
	}
	subnets, err := subnetsOf(c)
	if err != nil {
		return err
	}
	if err := setGroups(c); err != nil {
		return err
	}
	for _, logs := range []string{"accessLogs", "connectionLogs"} {
		block := c.Object.Block(logs)
		if block["enabled"] != true {
			continue
		}
		if _, err := s3.FindBucket(c, cloud.Text(block, "bucket")); err != nil {
			return kernel.Refuse("InvalidConfigurationRequest",
				"Access Denied for bucket: %s. Please check S3bucket permission", cloud.Text(block, "bucket"))
		}
	}
	kind := map[string]string{application: "interface", network: "network_load_balancer",
		gateway: "gateway_load_balancer"}[typ]
	_, err = vpc.SetInterfaces(c, c.Object, subnets, vpc.InterfaceSpec{Kind: kind,
		Description: "ELB " + c.Text("arnSuffix"), Groups: c.Texts("securityGroups")})
	return err
}

// subnetsOf returns the subnets of a load balancer, and sets the properties that depend on them.
//
// Source: "Subnets for your load balancer" in the guide of application load balancers, and the errors in issue 5 of
// kasmtech/terraform and issue 44 of coldbrewcloud/coldbrew-cli.
func subnetsOf(c *cloud.Call) ([]*cloud.Object, error) {
	ids := cloud.Texts(c.Object.Inputs["subnets"])
	for _, m := range cloud.Objects(c.Object.Inputs["subnetMappings"]) {
		ids = append(ids, cloud.Text(m, "subnetId"))
	}
	typ := c.Text("loadBalancerType")
	zones := map[string]bool{}
	var subnets []*cloud.Object
	for _, id := range ids {
		subnet, err := c.Find(kernel.SubnetToken, id, "SubnetNotFound", "The subnet ID '%s' does not exist")
		if err != nil {
			return nil, err
		}
		if len(subnets) > 0 && subnet.Text("vpcId") != subnets[0].Text("vpcId") {
			return nil, kernel.Refuse("InvalidConfigurationRequest", "All subnets must belong to the same VPC: '%s'",
				subnets[0].Text("vpcId"))
		}
		if zones[subnet.Text("availabilityZone")] {
			return nil, kernel.Refuse("InvalidConfigurationRequest",
				"A load balancer cannot be attached to multiple subnets in the same Availability Zone")
		}
		zones[subnet.Text("availabilityZone")] = true
		if err := enoughAddresses(c, subnet); err != nil {
			return nil, err
		}
		subnets = append(subnets, subnet)
	}
	if typ == application && len(subnets) < 2 {
		return nil, invalid("At least two subnets in two different Availability Zones must be specified")
	}
	if len(subnets) == 0 {
		return nil, invalid("At least one subnet must be specified")
	}
	c.Set("vpcId", subnets[0].Text("vpcId"))
	c.Set("subnets", cloud.List(ids...))
	if c.Object.Inputs["subnetMappings"] == nil {
		mappings := []any{}
		for _, id := range ids {
			mappings = append(mappings, map[string]any{"subnetId": id, "allocationId": "", "ipv6Address": "",
				"outpostId": "", "privateIpv4Address": ""})
		}
		c.Set("subnetMappings", mappings)
	}
	return subnets, facesInternet(c)
}

// enoughAddresses rejects a subnet with fewer than eight free addresses.
func enoughAddresses(c *cloud.Call, subnet *cloud.Object) error {
	prefix, err := netip.ParsePrefix(subnet.Text("cidrBlock"))
	if err != nil || c.Old != nil {
		return nil
	}
	used, err := vpc.AddressesIn(c, subnet)
	if err == nil && 1<<(32-prefix.Bits())-5-len(used) < 8 {
		err = kernel.Refuse("InvalidSubnet", "Not enough IP space available in %s. ELB requires at least 8 free IP "+
			"addresses in each subnet.", subnet.ID)
	}
	return err
}

// facesInternet rejects a load balancer with public addresses in a VPC without an internet gateway.
func facesInternet(c *cloud.Call) error {
	if c.Object.Bool("internal") || c.Text("loadBalancerType") == gateway {
		return nil
	}
	found, err := c.All(kernel.InternetGatewayToken, cloud.With("vpcId", c.Text("vpcId")))
	if err == nil && len(found) == 0 {
		err = kernel.Refuse("InvalidSubnet", "VPC %s has no internet gateway", c.Text("vpcId"))
	}
	return err
}

// setGroups checks the security groups: an application load balancer has the default one of its VPC, if none is given,
// and a gateway load balancer none at all.
func setGroups(c *cloud.Call) error {
	groups := cloud.Texts(c.Object.Inputs["securityGroups"])
	switch typ := c.Text("loadBalancerType"); {
	case typ == gateway && len(groups) > 0:
		return invalid("Security groups are not supported for load balancers with type 'gateway'")
	case typ != application && len(groups) == 0:
		if c.Old != nil && len(c.Old.Texts("securityGroups")) > 0 {
			return kernel.Refuse("InvalidConfigurationRequest",
				"You cannot remove all security groups from a network load balancer that has any")
		}
		c.Set("securityGroups", []any{})
		return nil
	case typ == network && c.Old != nil && len(c.Old.Texts("securityGroups")) == 0:
		return kernel.Refuse("InvalidConfigurationRequest", "You cannot add security groups to a network load balancer "+
			"that was created without any")
	}
	if err := vpc.SetSecurityGroups(c, "securityGroups", c.Text("vpcId")); err != nil {
		return kernel.Refuse("InvalidConfigurationRequest", "One or more security groups are invalid: %v", err)
	}
	return nil
}
