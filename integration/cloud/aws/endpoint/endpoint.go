package endpoint

import (
	"slices"
	"strings"

	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/ec2"

	"github.com/ashlar-iac/ashlar/integration/cloud"
	"github.com/ashlar-iac/ashlar/integration/cloud/aws/kernel"
	"github.com/ashlar-iac/ashlar/integration/cloud/aws/policy"
	"github.com/ashlar-iac/ashlar/integration/cloud/aws/routing"
	"github.com/ashlar-iac/ashlar/integration/cloud/aws/vpc"
)

func endpoint() *cloud.Type {
	return &cloud.Type{
		Token: kernel.VPCEndpointToken, Args: ec2.VpcEndpointArgs{}, Resource: &ec2.VpcEndpoint{},
		Replaces: []string{"serviceName", "serviceRegion", "vpcEndpointType", "vpcId"},
		Required: []string{"serviceName"},
		Recomputes: map[string][]string{"subnetIds": {"dnsEntries", "networkInterfaceIds"},
			"privateDnsEnabled": {"dnsEntries"}},
		Sets:     []string{"routeTableIds", "securityGroupIds", "subnetIds"},
		Same:     kernel.JSON("policy"),
		Defaults: map[string]any{"vpcEndpointType": "Gateway"},
		Check: func(c *cloud.Checker) {
			c.OneOf("vpcEndpointType", "Gateway", "GatewayLoadBalancer", "Interface")
			c.OneOf("ipAddressType", "dualstack", "ipv4", "ipv6")
			policy.CheckJSON(c, "policy")
		},
		Create:  createEndpoint,
		Update:  updateEndpoint,
		Refresh: refreshEndpoint,
		Delete: func(c *cloud.Call) error {
			routes, err := endpointRoutes(c, c.Object.ID)
			for _, o := range routes {
				if err := c.Delete(o); err != nil {
					return err
				}
			}
			return err
		},
	}
}

func createEndpoint(c *cloud.Call) error {
	if _, err := kernel.Existing(c, kernel.VPCToken, c.Text("vpcId")); err != nil {
		return err
	}
	s, err := findService(c, c.Text("serviceName"))
	if err != nil {
		return err
	}
	if kind := c.Text("vpcEndpointType"); !slices.Contains(s.kinds, kind) {
		return kernel.Refuse("InvalidParameter", "Endpoint type (%s) does not match available service types ([%s]).",
			kind, strings.Join(s.kinds, ", "))
	}
	if err := kernel.SetID(c, "vpce-"); err != nil {
		return err
	}
	c.Set("arn", kernel.EC2ARN(c, "vpc-endpoint"))
	c.Set("ownerId", c.Scope.Values["account"])
	c.Set("state", "available")
	c.Set("requesterManaged", false)
	c.SetDefault("serviceRegion", c.Scope.Values["region"])
	return setEndpoint(c, s)
}

func updateEndpoint(c *cloud.Call) error {
	s, err := findService(c, c.Text("serviceName"))
	if err != nil {
		return err
	}
	return setEndpoint(c, s)
}

// everything is the default policy of endpoints.
const everything = `{"Statement":[{"Action":"*","Effect":"Allow","Principal":"*","Resource":"*"}],"Version":"2008-10-17"}`

func endpointGrammar() policy.Grammar {
	return policy.Grammar{
		Code: "InvalidPolicyDocument", Size: 20480, SizeCode: "InvalidPolicyDocument",
		SizeMessage: "The policy is larger than 20480 characters.",
		Principal:   true, Resource: true, PrincipalMessage: "Invalid principal in policy: %s",
	}
}

// setEndpoint applies the inputs of an endpoint.
func setEndpoint(c *cloud.Call, s *service) error {
	c.SetDefault("policy", everything)
	if policy, asked := c.Object.Inputs["policy"].(string); asked {
		if _, err := endpointGrammar().Check(c, policy); err != nil {
			return err
		}
	} else if c.Text("vpcEndpointType") == "GatewayLoadBalancer" {
		delete(c.Object.Outputs, "policy")
	}
	var err error
	if c.Text("vpcEndpointType") == "Gateway" {
		err = setGatewayEndpoint(c, s)
	} else {
		err = setInterfaceEndpoint(c, s)
	}
	if err != nil {
		return err
	}
	return refreshEndpoint(c)
}

func setGatewayEndpoint(c *cloud.Call, s *service) error {
	for _, property := range []string{"subnetIds", "securityGroupIds"} {
		if len(c.Texts(property)) > 0 {
			return kernel.Refuse("InvalidParameter", "%s: an endpoint of type Gateway has no network interfaces.",
				property)
		}
	}
	if c.Object.Bool("privateDnsEnabled") {
		return kernel.Refuse("InvalidParameter",
			"Private DNS can't be enabled because the service %s does not provide a private DNS name.", s.name)
	}
	c.SetDefault("privateDnsEnabled", false)
	prefixes := vpc.AmazonPrefixList(c, s.domain)
	c.Set("prefixListId", prefixes.ID)
	c.Set("cidrBlocks", vpc.PrefixListCIDRs(prefixes))
	c.SetDefault("ipAddressType", "ipv4")
	if _, asked := c.Object.Inputs["routeTableIds"]; !asked {
		return nil
	}
	has, err := endpointRoutes(c, c.Object.ID)
	if err != nil {
		return err
	}
	wanted := c.Texts("routeTableIds")
	for _, o := range has {
		if i := slices.Index(wanted, o.Text("routeTableId")); i >= 0 {
			wanted = slices.Delete(wanted, i, i+1)
		} else if err := c.Delete(o); err != nil {
			return err
		}
	}
	for _, table := range wanted {
		if err := addEndpointRoute(c, c.Object, table); err != nil {
			return err
		}
	}
	return nil
}

// endpointRoutes returns the routes to a gateway endpoint.
func endpointRoutes(c *cloud.Call, id string) ([]*cloud.Object, error) {
	return c.All(kernel.RouteToken, cloud.With("gatewayId", id))
}

// addEndpointRoute adds the route to a gateway endpoint to a route table.
func addEndpointRoute(c *cloud.Call, endpoint *cloud.Object, id string) error {
	table, err := kernel.Existing(c, kernel.RouteTableToken, id)
	if err != nil {
		return err
	}
	if table.Text("vpcId") != endpoint.Text("vpcId") {
		return kernel.Refuse("InvalidParameter", "Route table %s and endpoint %s belong to different networks", id,
			endpoint.ID)
	}
	prefixes := endpoint.Text("prefixListId")
	others, err := c.All(kernel.RouteToken, func(o *cloud.Object) bool {
		return o.Text("routeTableId") == id && o.Text("destinationPrefixListId") == prefixes
	})
	if err != nil {
		return err
	}
	if len(others) > 0 {
		return kernel.Refuse("RouteAlreadyExists",
			"route table %s already has a route with destination-prefix-list-id %s", id, prefixes)
	}
	return c.Put(&cloud.Object{
		Type: kernel.RouteToken, ID: routing.RouteID(id, prefixes), Place: endpoint.Place, Managed: table.Key(),
		Inputs: map[string]any{"routeTableId": id, "destinationPrefixListId": prefixes, "gatewayId": endpoint.ID},
		Outputs: map[string]any{
			"routeTableId": id, "destinationPrefixListId": prefixes, "gatewayId": endpoint.ID,
			"origin": "CreateRoute", "state": "active",
		},
	})
}

// refreshEndpoint updates the route tables, subnets and network interfaces of an endpoint.
func refreshEndpoint(c *cloud.Call) error {
	routes, err := endpointRoutes(c, c.Object.ID)
	if err != nil {
		return err
	}
	interfaces, err := vpc.InterfacesOf(c, c.Object)
	if err != nil {
		return err
	}
	tables, subnets, ids := []string{}, []string{}, []string{}
	for _, o := range routes {
		tables = append(tables, o.Text("routeTableId"))
	}
	for _, o := range interfaces {
		subnets, ids = append(subnets, o.Text("subnetId")), append(ids, o.ID)
	}
	for property, texts := range map[string][]string{"routeTableIds": tables, "subnetIds": subnets} {
		if asked, given := c.Object.Inputs[property]; given {
			texts = cloud.SortLike(texts, asked)
			c.Object.Inputs[property] = cloud.List(texts...)
		}
		c.Set(property, cloud.List(texts...))
	}
	c.Set("networkInterfaceIds", cloud.List(ids...))
	return nil
}
