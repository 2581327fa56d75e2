package vpc

import (
	"cmp"
	"fmt"
	"maps"
	"net/netip"
	"slices"

	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/ec2"

	"github.com/ashlar-iac/ashlar/integration/cloud"
	"github.com/ashlar-iac/ashlar/integration/cloud/aws/kernel"
)

const (
	defaultVPCToken    = "aws:ec2/defaultVpc:DefaultVpc"
	defaultSubnetToken = "aws:ec2/defaultSubnet:DefaultSubnet"
)

// DefaultVPC returns the VPC that AWS creates in each region of an account: 172.31.0.0/16 with a public /20 subnet for
// each Availability Zone, an internet gateway, and a route to it in the main route table. The store gets it with the
// first request that needs it.
//
// Source: Amazon VPC User Guide, "Default VPCs", "Default VPC components".
func DefaultVPC(c *cloud.Call) (*cloud.Object, error) {
	found, err := c.All(kernel.VPCToken, func(o *cloud.Object) bool { return o.Bool("default") })
	if err != nil || len(found) > 0 {
		return slices.Concat(found, []*cloud.Object{nil})[0], err
	}
	network := given(kernel.VPCToken, c.Object.Place, map[string]any{"cidrBlock": "172.31.0.0/16",
		"enableDnsSupport": true, "enableDnsHostnames": true, "instanceTenancy": "default"})
	network.Outputs["default"] = true
	if err := c.Add(network); err != nil {
		return nil, err
	}
	zones, err := zonesOf(c)
	if err != nil {
		return nil, err
	}
	next := netip.MustParseAddr("172.31.0.0")
	for _, z := range zones {
		if z.optIn != optInNotRequired {
			continue
		}
		inputs := maps.Clone(subnet().Defaults)
		maps.Copy(inputs, map[string]any{"vpcId": network.ID, "availabilityZone": z.name,
			"cidrBlock": next.String() + "/20", "mapPublicIpOnLaunch": true})
		o := given(kernel.SubnetToken, network.Place, inputs)
		o.Managed, o.Outputs["defaultForAz"] = network.Key(), true
		if err := c.Add(o); err != nil {
			return nil, err
		}
		bytes := next.As4()
		bytes[2] += 16
		next = netip.AddrFrom4(bytes)
	}
	gateway := given(kernel.InternetGatewayToken, network.Place, map[string]any{"vpcId": network.ID})
	gateway.Managed = network.Key()
	if err := c.Add(gateway); err != nil {
		return nil, err
	}
	return network, c.Create(kernel.RouteToken, network, map[string]any{
		"routeTableId": network.Text("mainRouteTableId"), "destinationCidrBlock": "0.0.0.0/0", "gatewayId": gateway.ID,
	})
}

// given returns an object that the account has from the beginning.
func given(typ, place string, inputs map[string]any) *cloud.Object {
	return &cloud.Object{Type: typ, Place: place, Inputs: inputs, Outputs: maps.Clone(inputs)}
}

// DefaultSubnet returns the default subnet of an Availability Zone, or of the first one for "".
func DefaultSubnet(c *cloud.Call, zone string) (*cloud.Object, error) {
	network, err := DefaultVPC(c)
	if err != nil {
		return nil, err
	}
	found, err := c.All(kernel.SubnetToken, func(o *cloud.Object) bool {
		return o.Text("vpcId") == network.ID && o.Bool("defaultForAz") && (zone == "" || o.Text("availabilityZone") == zone)
	})
	if err != nil {
		return nil, err
	}
	if len(found) == 0 {
		return nil, kernel.Refuse("InvalidInput", "No default subnet for availability zone: '%s'.", zone)
	}
	return slices.MinFunc(found, func(a, b *cloud.Object) int {
		return cmp.Compare(a.Text("availabilityZone"), b.Text("availabilityZone"))
	}), nil
}

// WithDefault is a look-up that also finds the default VPC and what belongs to it.
func WithDefault(look cloud.Function) cloud.Function {
	return func(c *cloud.Call, args map[string]any) (map[string]any, error) {
		if _, err := DefaultVPC(c); err != nil {
			return nil, err
		}
		return look(c, args)
	}
}

// Given reports whether an object belongs to the default VPC of its region, which an account has before and after any
// program.
func Given(store *cloud.Store, o *cloud.Object) (is bool, err error) {
	err = store.Do(func(tx *cloud.Tx) error {
		for o != nil && !is {
			is = o.Type == kernel.VPCToken && o.Bool("default")
			if o, err = tx.Owner(o); err != nil {
				return err
			}
		}
		return nil
	})
	return is, err
}

// adopted completes a type that adopts what AWS gives to each account, and that is only forgotten when it is deleted.
// find returns it, existing is the output that says that it existed, and settings are the inputs that the adopted
// resource has, too.
func adopted(t *cloud.Type, existing string, find func(*cloud.Call) (*cloud.Object, error), settings ...string) *cloud.Type {
	write := func(c *cloud.Call) error {
		part, err := find(c)
		if err != nil {
			return err
		}
		c.Object.ID, c.Object.Managed = part.ID, part.Key()
		c.Set(existing, true)
		for _, name := range settings {
			if v, ok := c.Object.Inputs[name]; ok {
				part.Inputs[name], part.Outputs[name] = v, v
			}
		}
		if err := shareTags(c, part); err != nil {
			return err
		}
		for name, v := range part.Outputs {
			c.SetDefault(name, v)
		}
		return nil
	}
	t.Create, t.Update = write, write
	t.Check = func(c *cloud.Checker) {
		if v, _ := c.Value("forceDestroy").(bool); v {
			c.Add("forceDestroy", "the simulated AWS does not delete what each account has")
		}
	}
	t.Defaults = map[string]any{"forceDestroy": false}
	t.Refresh = func(c *cloud.Call) error {
		part, err := find(c)
		if err != nil {
			return err
		}
		for _, name := range settings {
			if _, asked := c.Object.Inputs[name]; asked {
				c.Object.Inputs[name] = part.Outputs[name]
			}
			c.Set(name, part.Outputs[name])
		}
		return nil
	}
	return t
}

func defaultVPC() *cloud.Type {
	return adopted(&cloud.Type{
		Token: defaultVPCToken, Args: ec2.DefaultVpcArgs{}, Resource: &ec2.DefaultVpc{},
	}, "existingDefaultVpc", DefaultVPC, "enableDnsHostnames", "enableDnsSupport", "enableNetworkAddressUsageMetrics")
}

func defaultSubnet() *cloud.Type {
	return adopted(&cloud.Type{
		Token: defaultSubnetToken, Args: ec2.DefaultSubnetArgs{}, Resource: &ec2.DefaultSubnet{},
		Replaces: []string{"availabilityZone"},
	}, "existingDefaultSubnet", func(c *cloud.Call) (*cloud.Object, error) {
		return DefaultSubnet(c, c.Text("availabilityZone"))
	}, "mapPublicIpOnLaunch", "privateDnsHostnameTypeOnLaunch", "assignIpv6AddressOnCreation")
}

// getVPCs returns the ids of all VPCs that match.
func getVPCs(c *cloud.Call, args map[string]any) (map[string]any, error) {
	return kernel.IDs(c, vpcQuery(), args)
}

// getDHCPOptions looks up DHCP options: those of the account, or the default ones of AWS.
//
// Source: Amazon VPC User Guide, "DHCP option sets in Amazon VPC", "Default DHCP option set".
func getDHCPOptions(c *cloud.Call, args map[string]any) (map[string]any, error) {
	region := c.Scope.Values["region"]
	domain := region + ".compute.internal"
	if region == "us-east-1" {
		domain = "ec2.internal"
	}
	all := kernel.Query{
		Type: kernel.DHCPOptionsToken, Name: "EC2 DHCP Options Set",
		Properties: map[string]string{"dhcpOptionsId": "id"},
		Filters:    map[string]string{"dhcp-options-id": "id", "owner-id": "ownerId"},
		More: []*cloud.Object{{ID: defaultDHCPOptions, Outputs: map[string]any{
			"domainName": domain, "domainNameServers": cloud.List("AmazonProvidedDNS"),
			"ownerId": c.Scope.Values["account"],
			"arn":     kernel.ARN(c, "ec2", "dhcp-options/"+defaultDHCPOptions),
		}}},
	}
	o, err := all.One(c, args)
	if err != nil {
		return nil, err
	}
	return kernel.Answer(o, args, map[string]any{"dhcpOptionsId": o.ID}), nil
}

// getAvailabilityZone looks up one zone by its name, its id or filters.
func getAvailabilityZone(c *cloud.Call, args map[string]any) (map[string]any, error) {
	all, err := zonesOf(c)
	if err != nil {
		return nil, err
	}
	region := c.Scope.Values["region"]
	name, id := cloud.Text(args, "name"), cloud.Text(args, "zoneId")
	everything, _ := args["allAvailabilityZones"].(bool)
	all = slices.DeleteFunc(all, func(z zone) bool {
		return !everything && z.optIn == notOptedIn || name != "" && z.name != name || id != "" && z.id != id ||
			!kernel.Filtered(args, func(filter string) []string { return []string{z.values(region)[filter]} })
	})
	if len(all) != 1 {
		return nil, fmt.Errorf("expected one EC2 Availability Zone, found %d", len(all))
	}
	z := all[0]
	out := maps.Clone(args)
	maps.Copy(out, map[string]any{
		"id": z.name, "name": z.name, "zoneId": z.id, "groupName": z.group, "groupLongName": z.group, "region": region,
		"nameSuffix": z.name[len(region):], "networkBorderGroup": z.group, "optInStatus": z.optIn, "state": "available",
		"zoneType": z.kind, "parentZoneName": z.parent, "parentZoneId": "",
	})
	if z.parent != "" {
		out["parentZoneId"] = kernel.ZoneID(region, z.parent)
	}
	return out, nil
}

// values are the values of a zone by the names of filters.
func (z zone) values(region string) map[string]string {
	return map[string]string{
		"opt-in-status": z.optIn, "zone-name": z.name, "zone-id": z.id, "zone-type": z.kind,
		"group-name": z.group, "region-name": region, "state": "available", "parent-zone-name": z.parent,
	}
}
