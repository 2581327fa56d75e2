package securitygroup

import (
	"cmp"
	"fmt"
	"hash/crc32"
	"strings"

	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/ec2"

	"github.com/ashlar-iac/ashlar/integration/cloud"
	"github.com/ashlar-iac/ashlar/integration/cloud/aws/kernel"
)

const groupRuleToken = "aws:ec2/securityGroupRule:SecurityGroupRule"

// groupRule is the older type of rules, with any number of sources of a kind.
func groupRule() *cloud.Type {
	return &cloud.Type{
		Token: groupRuleToken, Args: ec2.SecurityGroupRuleArgs{}, Resource: &ec2.SecurityGroupRule{},
		Replaces: []string{"cidrBlocks", "fromPort", "ipv6CidrBlocks", "prefixListIds", "protocol", "securityGroupId",
			"self",
			"sourceSecurityGroupId", "toPort", "type"},
		Defaults: map[string]any{"self": false},
		ImportID: importGroupRule,
		Check:    checkGroupRule,
		Create: func(c *cloud.Call) error {
			group, err := kernel.Existing(c, kernel.SecurityGroupToken, c.Text("securityGroupId"))
			if err != nil {
				return err
			}
			c.Object.Managed = group.Key()
			c.Object.ID = fmt.Sprintf("sgrule-%d", crc32.ChecksumIEEE([]byte(importGroupRule(c.Object))))
			l := listOf(c)
			for _, inputs := range wantedRules(c.Object) {
				if err := c.Create(l.Type, group, inputs); err != nil {
					return err
				}
			}
			return refreshGroupRule(c)
		},
		Update: func(c *cloud.Call) error {
			before := wantedRules(c.Old)
			return eachRule(c, before, func(o *cloud.Object) error {
				if description := c.Text("description"); description != "" {
					o.Outputs["description"], o.Inputs["description"] = description, description
				} else {
					delete(o.Outputs, "description")
					delete(o.Inputs, "description")
				}
				return c.Put(o)
			})
		},
		Refresh: refreshGroupRule,
		Delete: func(c *cloud.Call) error {
			return eachRule(c, wantedRules(c.Object), c.Delete)
		},
	}
}

func checkGroupRule(c *cloud.Checker) {
	c.OneOf("type", "ingress", "egress")
	c.Conflict("sourceSecurityGroupId", "cidrBlocks")
	c.Conflict("sourceSecurityGroupId", "ipv6CidrBlocks")
	rule := map[string]any{}
	given := false
	for _, property := range []string{"cidrBlocks", "ipv6CidrBlocks", "prefixListIds", "sourceSecurityGroupId"} {
		given = given || c.Has(property)
	}
	if self, _ := c.Value("self").(bool); self {
		given = true
		for _, property := range []string{"cidrBlocks", "ipv6CidrBlocks", "sourceSecurityGroupId"} {
			if c.Has(property) {
				c.Add("self", `"self": conflicts with %s`, property)
			}
		}
	}
	if !given {
		c.Add("cidrBlocks", "one of cidrBlocks, ipv6CidrBlocks, prefixListIds, self, sourceSecurityGroupId must be specified")
	}
	for _, property := range []string{"fromPort", "toPort", "protocol", "description", "cidrBlocks", "ipv6CidrBlocks"} {
		rule[property] = c.Value(property)
	}
	checkRuleBlock(c, "", rule)
}

// listOf returns the list of the security group that a rule is in.
func listOf(c *cloud.Call) cloud.Inline {
	if c.Text("type") == "egress" {
		return groupRules()[1]
	}
	return groupRules()[0]
}

// wantedRules returns the rules of AWS that a rule stands for: one for each source.
func wantedRules(o *cloud.Object) []map[string]any {
	block := map[string]any{}
	for name, v := range o.Outputs {
		block[name] = v
	}
	if id := o.Text("sourceSecurityGroupId"); id != "" {
		block["securityGroups"] = []any{id}
	}
	return expandRule(o.Text("securityGroupId"), block)
}

// eachRule calls f with each of the rules that exists.
func eachRule(c *cloud.Call, wanted []map[string]any, f func(*cloud.Object) error) error {
	l := listOf(c)
	left, err := l.Objects(c, c.Text("securityGroupId"))
	if err != nil {
		return err
	}
	for _, inputs := range wanted {
		var found *cloud.Object
		if left, found = l.Take(left, inputs); found != nil {
			if err := f(found); err != nil {
				return err
			}
		}
	}
	return nil
}

// refreshGroupRule removes sources whose rules were deleted.
func refreshGroupRule(c *cloud.Call) error {
	var found []*cloud.Object
	wanted := wantedRules(c.Object)
	err := eachRule(c, wanted, func(o *cloud.Object) error {
		found = append(found, o)
		return nil
	})
	if err != nil {
		return err
	}
	if len(found) == 1 {
		c.Set("securityGroupRuleId", found[0].ID)
	}
	if len(found) == len(wanted) {
		return nil
	}
	if len(found) == 0 {
		c.Object.ID = ""
		return nil
	}
	for property, source := range map[string]string{"cidrBlocks": "cidrIpv4", "ipv6CidrBlocks": "cidrIpv6",
		"prefixListIds": "prefixListId"} {
		if _, asked := c.Object.Inputs[property]; !asked {
			continue
		}
		left := []any{}
		for _, o := range found {
			if v := o.Text(source); v != "" {
				left = append(left, v)
			}
		}
		c.Set(property, left)
		c.Object.Inputs[property] = left
	}
	return nil
}

// importGroupRule returns an id such as sg-1_ingress_tcp_80_80_10.0.0.0/8.
func importGroupRule(o *cloud.Object) string {
	from := append(append(o.Texts("cidrBlocks"), o.Texts("ipv6CidrBlocks")...), o.Texts("prefixListIds")...)
	if id := o.Text("sourceSecurityGroupId"); id != "" {
		from = append(from, id)
	}
	if o.Bool("self") {
		from = append(from, "self")
	}
	protocol := cmp.Or(map[string]string{"-1": "all"}[o.Text("protocol")], o.Text("protocol"))
	return strings.Join(append([]string{o.Text("securityGroupId"), o.Text("type"), protocol,
		fmt.Sprint(o.Number("fromPort")), fmt.Sprint(o.Number("toPort"))}, from...), "_")
}
