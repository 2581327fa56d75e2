package networkacl

import (
	"fmt"

	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/ec2"

	"github.com/ashlar-iac/ashlar/integration/cloud"
	"github.com/ashlar-iac/ashlar/integration/cloud/aws/kernel"
	"github.com/ashlar-iac/ashlar/integration/cloud/aws/vpc"
)

func networkACL() *cloud.Type {
	return vpc.InVPC(&cloud.Type{
		Token: kernel.NetworkACLToken, Args: ec2.NetworkAclArgs{}, Resource: &ec2.NetworkAcl{},
		Sets:  []string{"ingress", "egress", "subnetIds"},
		Check: checkACLBlocks,
		Create: func(c *cloud.Call) error {
			if err := c.WriteInline(aclRules()...); err != nil {
				return err
			}
			return associateSubnets(c)
		},
		Update: func(c *cloud.Call) error {
			if err := c.WriteInline(aclRules()...); err != nil {
				return err
			}
			return associateSubnets(c)
		},
		Refresh: refreshACL,
		// The provider returns all subnets to the default ACL first.
		Delete: func(c *cloud.Call) error { return keepSubnets(c, nil) },
	}, "network-acl", "acl-")
}

func refreshACL(c *cloud.Call) error {
	if err := c.ReadInline(aclRules()...); err != nil {
		return err
	}
	return refreshSubnets(c)
}

// refreshSubnets updates the subnets of a network ACL. Subnets of a default ACL that are not among its inputs are
// drift, which the provider cannot correct: programs that leave subnets with the default ACL ignore changes of them.
func refreshSubnets(c *cloud.Call) error {
	subnets, err := subnetsOf(c)
	if err != nil {
		return err
	}
	if asked, given := c.Object.Inputs["subnetIds"]; given ||
		(c.Object.Type == kernel.DefaultNetworkACLToken && len(subnets) > 0) {
		subnets = cloud.SortLike(subnets, asked)
		c.Object.Inputs["subnetIds"] = cloud.List(subnets...)
	}
	c.Set("subnetIds", cloud.List(subnets...))
	return nil
}

// aclRules are the two lists of rules of a network ACL.
func aclRules() []cloud.Inline {
	var out []cloud.Inline
	for _, property := range []string{"ingress", "egress"} {
		egress := property == "egress"
		out = append(out, cloud.Inline{
			Property: property,
			Type:     kernel.NetworkACLRuleToken,
			Belongs: func(id string, o *cloud.Object) bool {
				return o.Text("networkAclId") == id && o.Bool("egress") == egress
			},
			Expand: func(id string, block map[string]any) []map[string]any {
				rule := map[string]any{"networkAclId": id, "egress": egress, "ruleNumber": block["ruleNo"],
					"ruleAction": block["action"]}
				for _, property := range sharedACLProperties() {
					if v, given := block[property]; given {
						rule[property] = v
					}
				}
				return []map[string]any{rule}
			},
			Block: aclBlock,
			Same:  append(sharedACLProperties(), "ruleNumber", "ruleAction"),
		})
	}
	return out
}

// sharedACLProperties are the properties with the same name in rules and in blocks.
func sharedACLProperties() []string {
	return []string{"cidrBlock", "ipv6CidrBlock", "fromPort", "toPort", "icmpCode", "icmpType", "protocol"}
}

func aclBlock(o *cloud.Object) map[string]any {
	block := map[string]any{
		"ruleNo": o.Outputs["ruleNumber"], "action": o.Outputs["ruleAction"], "fromPort": 0.0, "toPort": 0.0,
	}
	for _, property := range sharedACLProperties() {
		if v, given := o.Outputs[property]; given {
			block[property] = v
		}
	}
	return block
}

// checkACLBlocks checks the blocks of rules.
func checkACLBlocks(c *cloud.Checker) {
	for _, property := range []string{"ingress", "egress"} {
		blocks, _ := c.Value(property).([]any)
		for i, b := range blocks {
			block, _ := b.(map[string]any)
			at := fmt.Sprintf("%s[%d].", property, i)
			if n, ok := block["ruleNo"].(float64); ok && (n < 1 || n > 32766) {
				c.Add(at+"ruleNo", "expected rule_no to be in the range (1 - 32766), got %v", n)
			}
			if action, ok := block["action"].(string); ok && action != "allow" && action != "deny" {
				c.Add(at+"action", `expected action to be one of ["allow" "deny"], got %s`, action)
			}
			for _, cidr := range []string{"cidrBlock", "ipv6CidrBlock"} {
				if text, ok := block[cidr].(string); ok {
					kernel.CheckCIDR(c, at+cidr, text)
				}
			}
		}
	}
}

func defaultACL() *cloud.Type {
	t := vpc.AdoptDefault(&cloud.Type{
		Token: kernel.DefaultNetworkACLToken, Args: ec2.DefaultNetworkAclArgs{}, Resource: &ec2.DefaultNetworkAcl{},
		Replaces: []string{"defaultNetworkAclId"},
		Sets:     []string{"ingress", "egress", "subnetIds"},
		Check:    checkACLBlocks,
	}, kernel.NetworkACLToken, "defaultNetworkAclId", aclRules())
	refresh := t.Refresh
	t.Refresh = func(c *cloud.Call) error {
		if err := refresh(c); err != nil {
			return err
		}
		return refreshSubnets(c)
	}
	return t
}
