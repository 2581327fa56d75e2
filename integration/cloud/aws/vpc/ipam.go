package vpc

import (
	"net/netip"
	"slices"
	"strings"

	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/ec2"

	"github.com/ashlar-iac/ashlar/integration/cloud"
	"github.com/ashlar-iac/ashlar/integration/cloud/aws/kernel"
)

const (
	ipamPoolCIDRToken = "aws:ec2/vpcIpamPoolCidr:VpcIpamPoolCidr"
)

func ipam() *cloud.Type {
	return &cloud.Type{
		Token: kernel.IPAMToken, Args: ec2.VpcIpamArgs{}, Resource: &ec2.VpcIpam{},
		Required: []string{"operatingRegions"},
		Sets:     []string{"operatingRegions"},
		Defaults: map[string]any{"enablePrivateGua": false, "tier": "advanced"},
		Check:    func(c *cloud.Checker) { c.OneOf("tier", "advanced", "free") },
		Create: func(c *cloud.Call) error {
			regions, _ := c.Object.Outputs["operatingRegions"].([]any)
			here := func(r any) bool {
				region, _ := r.(map[string]any)
				return region["regionName"] == c.Scope.Values["region"]
			}
			if !slices.ContainsFunc(regions, here) {
				return kernel.Refuse("InvalidParameterValue", "`operating_regions` must include %s",
					c.Scope.Values["region"])
			}
			if err := kernel.SetID(c, "ipam-"); err != nil {
				return err
			}
			for _, output := range []string{"privateDefaultScopeId", "publicDefaultScopeId"} {
				if err := kernel.SetNewID(c, output, "ipam-scope-"); err != nil {
					return err
				}
			}
			c.Set("arn", kernel.GlobalARN(c, "ec2", "ipam/"+c.Object.ID))
			c.Set("scopeCount", 2.0)
			return nil
		},
		Delete: func(c *cloud.Call) error {
			pools, err := c.All(kernel.IPAMPoolToken,
				func(o *cloud.Object) bool { return o.Text("ipamId") == c.Object.ID })
			if err == nil && len(pools) > 0 {
				err = kernel.Refuse("IncorrectState", "The scope %s has pools.", pools[0].Text("ipamScopeId"))
			}
			return err
		},
	}
}

func ipamPool() *cloud.Type {
	return &cloud.Type{
		Token: kernel.IPAMPoolToken, Args: ec2.VpcIpamPoolArgs{}, Resource: &ec2.VpcIpamPool{},
		Replaces: []string{"addressFamily", "awsService", "ipamScopeId", "locale", "publicIpSource",
			"publiclyAdvertisable", "sourceIpamPoolId"},
		Check: func(c *cloud.Checker) {
			c.OneOf("addressFamily", "ipv4", "ipv6")
			for _, property := range []string{"allocationDefaultNetmaskLength", "allocationMaxNetmaskLength",
				"allocationMinNetmaskLength"} {
				c.Between(property, 0, 128)
			}
		},
		Create: createIPAMPool,
		Delete: func(c *cloud.Call) error {
			for typ, property := range map[string]string{ipamPoolCIDRToken: "ipamPoolId",
				kernel.IPAMPoolToken: "sourceIpamPoolId"} {
				users, err := c.All(typ, cloud.With(property, c.Object.ID))
				if err != nil {
					return err
				}
				if len(users) > 0 {
					return kernel.Refuse("IncorrectState", "The pool %s has CIDRs or pools.", c.Object.ID)
				}
			}
			return nil
		},
	}
}

func createIPAMPool(c *cloud.Call) error {
	scope := c.Text("ipamScopeId")
	owners, err := c.All(kernel.IPAMToken, func(o *cloud.Object) bool {
		return o.Text("privateDefaultScopeId") == scope || o.Text("publicDefaultScopeId") == scope
	})
	if err != nil {
		return err
	}
	if len(owners) == 0 {
		return kernel.Refuse("InvalidIpamScopeId.NotFound", "The ipam-scope ID '%s' does not exist", scope)
	}
	depth := 1.0
	if source := c.Text("sourceIpamPoolId"); source != "" {
		pool, err := kernel.Existing(c, kernel.IPAMPoolToken, source)
		if err != nil {
			return err
		}
		depth = pool.Number("poolDepth") + 1
	}
	if err := kernel.SetID(c, "ipam-pool-"); err != nil {
		return err
	}
	c.Object.Outputs["ipamId"] = owners[0].ID
	c.Set("arn", kernel.GlobalARN(c, "ec2", "ipam-pool/"+c.Object.ID))
	c.Set("poolDepth", depth)
	c.Set("state", "create-complete")
	c.SetDefault("locale", "None")
	c.Set("ipamScopeType", map[bool]string{true: "private",
		false: "public"}[owners[0].Text("privateDefaultScopeId") == scope])
	return nil
}

func ipamPoolCIDR() *cloud.Type {
	return &cloud.Type{
		Token: ipamPoolCIDRToken, Args: ec2.VpcIpamPoolCidrArgs{}, Resource: &ec2.VpcIpamPoolCidr{},
		Replaces: []string{"cidr", "cidrAuthorizationContext", "ipamPoolId", "netmaskLength"},
		Check: func(c *cloud.Checker) {
			c.ExactlyOne("cidr", "netmaskLength")
			kernel.CheckCIDRs(c, "cidr")
		},
		Create: func(c *cloud.Call) error {
			pool, err := kernel.Existing(c, kernel.IPAMPoolToken, c.Text("ipamPoolId"))
			if err != nil {
				return err
			}
			if source := pool.Text("sourceIpamPoolId"); source != "" {
				prefix, err := allocate(c, source, c.Text("cidr"), int(c.Object.Number("netmaskLength")))
				if err != nil {
					return err
				}
				c.Set("cidr", prefix.String())
			} else if c.Text("cidr") == "" {
				return kernel.Refuse("InvalidParameterValue", "A pool without a source pool needs a CIDR.")
			}
			c.Object.ID = c.Text("cidr") + "_" + pool.ID
			return kernel.SetNewID(c, "ipamPoolCidrId", "ipam-pool-cidr-")
		},
		Delete: func(c *cloud.Call) error {
			taken, err := allocated(c, c.Text("ipamPoolId"))
			if err == nil && slices.ContainsFunc(kernel.Prefixes(c.Text("cidr")),
				func(p netip.Prefix) bool { return kernel.Overlaps(taken, p) }) {
				err = kernel.Refuse("IncorrectState", "The CIDR %s has allocations.", c.Text("cidr"))
			}
			return err
		},
	}
}

// allocate allocates a CIDR block from a pool: the requested one, or the first free one of a length. The default length
// is the pool's.
func allocate(c *cloud.Call, id, text string, length int) (netip.Prefix, error) {
	var none netip.Prefix
	pool, err := poolOf(c, id)
	if err != nil {
		return none, err
	}
	if region := c.Scope.Values["region"]; c.Object.Type != ipamPoolCIDRToken && pool.Text("locale") != region {
		return none, kernel.Refuse("InvalidParameterValue",
			"The locale of the pool %s is %s, and the allocation is for %s.", id, pool.Text("locale"), region)
	}
	taken, err := allocated(c, id)
	if err != nil {
		return none, err
	}
	if length == 0 {
		length = int(pool.Number("allocationDefaultNetmaskLength"))
	}
	wanted := kernel.Prefixes(text)
	if len(wanted) > 0 {
		length = wanted[0].Bits()
	}
	if length == 0 {
		return none, kernel.Refuse("MissingParameter", "The pool %s has no default netmask length: specify a netmask length.", id)
	}
	least, most := int(pool.Number("allocationMinNetmaskLength")), int(pool.Number("allocationMaxNetmaskLength"))
	if length < least || (most > 0 && length > most) {
		return none, kernel.Refuse("InvalidParameterValue",
			"The netmask length %d is not within those that the pool %s allows: %d to %d.", length, id, least, most)
	}
	provisioned, err := c.List(ipamPoolCIDRToken)
	if err != nil {
		return none, err
	}
	for _, o := range provisioned {
		for _, outer := range kernel.Prefixes(o.Text("cidr")) {
			if o.Text("ipamPoolId") != id {
				continue
			}
			if len(wanted) > 0 && kernel.Within([]netip.Prefix{outer}, wanted[0]) &&
				!kernel.Overlaps(taken, wanted[0]) {
				return wanted[0], nil
			}
			if p, ok := kernel.FreePrefix(outer, length, taken); len(wanted) == 0 && ok {
				return p, nil
			}
		}
	}
	if len(wanted) > 0 {
		return none, kernel.Refuse("InvalidParameterValue", "The CIDR %s is not free in the pool %s.", text, id)
	}
	return none, kernel.Refuse("InsufficientCidrBlocks", "The allocation size is too big for the pool: %s", id)
}

// poolOf returns a pool of the account, in any region.
func poolOf(c *cloud.Call, id string) (*cloud.Object, error) {
	pools, err := c.List(kernel.IPAMPoolToken)
	account := c.Scope.Values["account"] + "/"
	i := slices.IndexFunc(pools, func(o *cloud.Object) bool {
		return o.ID == id &&
			strings.HasPrefix(o.Place, account)
	})
	if err != nil {
		return nil, err
	}
	if i < 0 {
		return kernel.Existing(c, kernel.IPAMPoolToken, id)
	}
	return pools[i], nil
}

// allocated returns the CIDR blocks of a pool that VPCs and other pools use.
func allocated(c *cloud.Call, pool string) ([]netip.Prefix, error) {
	var out []netip.Prefix
	for _, from := range []struct{ typ, pool, cidr string }{
		{kernel.VPCToken, "ipv4IpamPoolId", "cidrBlock"}, {kernel.VPCToken, "ipv6IpamPoolId", "ipv6CidrBlock"},
		{cidrAssociationToken, "ipv4IpamPoolId", "cidrBlock"},
	} {
		users, err := c.List(from.typ)
		if err != nil {
			return nil, err
		}
		for _, o := range users {
			if o.Text(from.pool) == pool && o.Key() != c.Object.Key() {
				out = append(out, kernel.Prefixes(o.Text(from.cidr))...)
			}
		}
	}
	children, err := c.List(kernel.IPAMPoolToken)
	if err != nil {
		return nil, err
	}
	cidrs, err := c.List(ipamPoolCIDRToken)
	for _, child := range children {
		for _, o := range cidrs {
			if child.Text("sourceIpamPoolId") == pool && o.Text("ipamPoolId") == child.ID {
				out = append(out, kernel.Prefixes(o.Text("cidr"))...)
			}
		}
	}
	return out, err
}
