package aws

import (
	"maps"
	"net/netip"
	"slices"
	"strings"

	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/ec2"

	"github.com/ashlar-iac/ashlar/integration/cloud"
)

const subnetType = "aws:ec2/subnet:Subnet"

func subnet() *cloud.Type {
	return &cloud.Type{
		Token: subnetType, Args: ec2.SubnetArgs{}, Resource: &ec2.Subnet{},
		Replaces: []string{"availabilityZone", "availabilityZoneId", "cidrBlock", "ipv6Native", "outpostArn", "vpcId"},
		Defaults: map[string]any{
			"assignIpv6AddressOnCreation": false, "enableDns64": false, "enableResourceNameDnsARecordOnLaunch": false,
			"enableResourceNameDnsAaaaRecordOnLaunch": false, "ipv6Native": false, "mapPublicIpOnLaunch": false,
		},
		Check: func(c *cloud.Checker) {
			c.Conflict("availabilityZone", "availabilityZoneId")
			checkTags(c)
			if cidr, ok := c.Text("cidrBlock"); ok {
				checkCIDR(c, "cidrBlock", cidr)
			}
		},
		Create: createSubnet,
		Update: subnetDefaults,
		Delete: func(c *cloud.Call) error { return unused(c, "subnet", "subnetId", natGatewayType) },
	}
}

func createSubnet(c *cloud.Call) error {
	network, err := c.Here(vpcType, c.Text("vpcId"))
	if err != nil {
		return err
	}
	if network == nil {
		return cloud.Refuse("InvalidVpcID.NotFound", "The vpc ID '%s' does not exist", c.Text("vpcId"))
	}
	prefix, err := subnetRange(c, network)
	if err != nil {
		return err
	}
	if err := placeInZone(c); err != nil {
		return err
	}
	if err := c.NewID("subnet-"); err != nil {
		return err
	}
	c.Set("arn", arn(c, "subnet"))
	c.Set("ownerId", c.Scope.Values["account"])
	c.Set("cidrBlock", prefix.String())
	return subnetDefaults(c)
}

// subnetDefaults sets what a subnet has when nothing is asked for, or no longer.
func subnetDefaults(c *cloud.Call) error {
	c.SetDefault("privateDnsHostnameTypeOnLaunch", "ip-name")
	return nil
}

// subnetRange checks the addresses of a subnet against its network and the other subnets.
func subnetRange(c *cloud.Call, network *cloud.Object) (netip.Prefix, error) {
	text := c.Text("cidrBlock")
	prefix, err := netip.ParsePrefix(text)
	outer, outerErr := netip.ParsePrefix(network.Text("cidrBlock"))
	if err != nil || outerErr != nil || prefix.Bits() < 16 || prefix.Bits() > 28 ||
		prefix.Bits() < outer.Bits() || !outer.Contains(prefix.Addr()) {
		return prefix, cloud.Refuse("InvalidSubnet.Range", "The CIDR '%s' is invalid.", text)
	}
	others, err := c.All(subnetType, func(o *cloud.Object) bool {
		other, err := netip.ParsePrefix(o.Text("cidrBlock"))
		return err == nil && o.Text("vpcId") == network.ID && other.Overlaps(prefix)
	})
	if err != nil {
		return prefix, err
	}
	if len(others) > 0 {
		return prefix, cloud.Refuse("InvalidSubnet.Conflict", "The CIDR '%s' conflicts with another subnet", text)
	}
	return prefix, nil
}

// placeInZone sets the zone's name and id. A subnet that names no zone gets the first one.
func placeInZone(c *cloud.Call) error {
	region := c.Scope.Values["region"]
	names := zones(region)
	name, id := c.Text("availabilityZone"), c.Text("availabilityZoneId")
	i := 0
	switch {
	case name != "":
		i = slices.Index(names, name)
	case id != "":
		i = slices.IndexFunc(names, func(zone string) bool { return zoneID(region, zone) == id })
	}
	if i < 0 {
		return cloud.Refuse("InvalidParameterValue",
			"Value (%s) for parameter availabilityZone is invalid. Subnets can currently only be created in the following availability zones: %s.",
			name+id, strings.Join(names, ", "))
	}
	c.Set("availabilityZone", names[i])
	c.Set("availabilityZoneId", zoneID(region, names[i]))
	return nil
}

// part is a type of which a VPC has one by default: making another takes no more than a VPC.
func part(t *cloud.Type, kind, prefix string) *cloud.Type {
	t.Replaces = append(t.Replaces, "vpcId")
	check := t.Check
	t.Check = func(c *cloud.Checker) {
		checkTags(c)
		if check != nil {
			check(c)
		}
	}
	create := t.Create
	t.Create = func(c *cloud.Call) error {
		network, err := c.Here(vpcType, c.Text("vpcId"))
		if err != nil {
			return err
		}
		if network == nil {
			return cloud.Refuse("InvalidVpcID.NotFound", "The vpc ID '%s' does not exist", c.Text("vpcId"))
		}
		if create != nil {
			if err := create(c); err != nil {
				return err
			}
		}
		if err := c.NewID(prefix); err != nil {
			return err
		}
		c.Set("arn", arn(c, kind))
		c.Set("ownerId", c.Scope.Values["account"])
		return nil
	}
	return t
}

func checkCIDR(c *cloud.Checker, property, cidr string) {
	prefix, err := netip.ParsePrefix(cidr)
	if err != nil {
		c.Add(property, "%q is not a valid CIDR block: %v", cidr, err)
	} else if prefix != prefix.Masked() {
		c.Add(property, "%q is not a valid CIDR block; did you mean %q?", cidr, prefix.Masked())
	}
}

// checkTags holds tags to "Tag naming limits and requirements" of AWS.
func checkTags(c *cloud.Checker) {
	tags := maps.Clone(c.Scope.Tags)
	if tags == nil {
		tags = map[string]string{}
	}
	maps.Copy(tags, c.Texts("tags"))
	if len(tags) > 50 {
		c.Add("tags", "TagLimitExceeded: expected at most 50 tags, got %d", len(tags))
	}
	for _, key := range slices.Sorted(maps.Keys(tags)) {
		switch {
		case strings.HasPrefix(strings.ToLower(key), "aws:"):
			c.Add("tags", "InvalidParameterValue: Tag keys starting with 'aws:' are reserved for internal use: %s", key)
		case len([]rune(key)) > 128 || len([]rune(tags[key])) > 256:
			c.Add("tags", "InvalidParameterValue: a tag's key has at most 128 characters, its value 256: %s", key)
		}
	}
}
