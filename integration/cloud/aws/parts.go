package aws

import "github.com/ashlar-iac/ashlar/integration/cloud"

// createParts makes what AWS makes along with a VPC: a security group, a network ACL and a route table.
func createParts(c *cloud.Call) error {
	for _, part := range []struct{ typ, kind, prefix, output string }{
		{securityGroupType, "security-group", "sg-", "defaultSecurityGroupId"},
		{networkACLType, "network-acl", "acl-", "defaultNetworkAclId"},
		{routeTableType, "route-table", "rtb-", "mainRouteTableId"},
	} {
		id, err := with17(c, part.prefix)
		if err != nil {
			return err
		}
		made := &cloud.Object{
			Type: part.typ, ID: id, Place: c.Object.Place, Managed: c.Object.Key(), Inputs: map[string]any{"vpcId": c.Object.ID},
			Outputs: map[string]any{
				"vpcId": c.Object.ID, "ownerId": c.Scope.Values["account"], "arn": regional(c, "ec2", part.kind+"/"+id),
			},
		}
		if part.typ == securityGroupType {
			made.Outputs["name"], made.Outputs["description"] = "default", "default VPC security group"
		}
		if err := c.Put(made); err != nil {
			return err
		}
		if err := createDefaultRules(c, made); err != nil {
			return err
		}
		c.Set(part.output, made.ID)
	}
	c.Set("defaultRouteTableId", c.Text("mainRouteTableId"))
	return nil
}

// createDefaultRules makes the rules that the default security group and the default network ACL start with.
func createDefaultRules(c *cloud.Call, of *cloud.Object) error {
	everywhere := map[string]string{"cidrIpv4": "0.0.0.0/0"}
	if c.Text("ipv6CidrBlock") != "" {
		everywhere["cidrIpv6"] = "::/0"
	}
	switch of.Type {
	case securityGroupType:
		err := c.Create(ingressRuleType, of, map[string]any{
			"securityGroupId": of.ID, "ipProtocol": "-1", "referencedSecurityGroupId": of.ID,
		})
		for source, cidr := range everywhere {
			if err == nil {
				err = c.Create(egressRuleType, of, map[string]any{"securityGroupId": of.ID, "ipProtocol": "-1", source: cidr})
			}
		}
		return err
	case networkACLType:
		for source, cidr := range everywhere {
			property, number := "cidrBlock", 100.0
			if source == "cidrIpv6" {
				property, number = "ipv6CidrBlock", 101
			}
			for _, egress := range []bool{false, true} {
				err := c.Create(aclRuleType, of, map[string]any{
					"networkAclId": of.ID, "ruleNumber": number, "egress": egress, "protocol": "-1", "ruleAction": "allow", property: cidr,
				})
				if err != nil {
					return err
				}
			}
		}
	}
	return nil
}

// part is a type of which a VPC has one by default: making another takes no more than a VPC.
func part(t *cloud.Type, kind, prefix string) *cloud.Type {
	t.Replaces = append(t.Replaces, "vpcId")
	prepare := t.Create
	t.Create = func(c *cloud.Call) error {
		if _, err := existing(c, vpcType, c.Text("vpcId")); err != nil {
			return err
		}
		if err := c.NewID(prefix); err != nil {
			return err
		}
		c.Set("arn", arn(c, kind))
		c.Set("ownerId", c.Scope.Values["account"])
		return prepare(c)
	}
	return t
}
