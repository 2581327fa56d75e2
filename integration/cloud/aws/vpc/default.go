package vpc

import (
	"maps"

	"github.com/ashlar-iac/ashlar/integration/cloud"
	"github.com/ashlar-iac/ashlar/integration/cloud/aws/kernel"
)

// AdoptDefault is a type that adopts a resource that AWS created along with a VPC. Creating it removes everything from
// that resource that is not among the inputs; deleting it removes it from the state only. of is the token of the
// adopted type, and id the input with its id, or "" if the input is the id of the VPC.
func AdoptDefault(t *cloud.Type, of, id string, lists []cloud.Inline) *cloud.Type {
	fresh := func(c *cloud.Call, part *cloud.Object) {
		c.Object.ID, c.Object.Managed = part.ID, part.Key()
		for _, property := range []string{"arn", "ownerId", "vpcId", "name", "description"} {
			if v, ok := part.Outputs[property]; ok {
				c.Set(property, v)
			}
		}
	}
	// The rules of a network ACL are always managed: without any among the inputs, each is drift. Lists of the other
	// types can be unmanaged.
	strict := of == kernel.NetworkACLToken
	refreshAll := func(c *cloud.Call) error {
		if err := c.ReadInline(lists...); err != nil {
			return err
		}
		for _, l := range lists {
			if blocks, _ := c.Object.Outputs[l.Property].([]any); strict && len(blocks) > 0 {
				c.Object.Inputs[l.Property] = blocks
			}
		}
		return nil
	}
	t.Create = func(c *cloud.Call) error {
		part, err := partOf(c, of, c.Text(id), c.Text("vpcId"))
		if err != nil {
			return err
		}
		fresh(c, part)
		for _, l := range lists {
			blocks, _ := c.Object.Inputs[l.Property].([]any)
			if err := l.Write(c, part, blocks); err != nil {
				return err
			}
		}
		if err := shareTags(c, part); err != nil {
			return err
		}
		return refreshOutputs(c, lists)
	}
	t.Refresh = refreshAll
	t.Update = func(c *cloud.Call) error {
		part, err := kernel.Existing(c, of, c.Object.ID)
		if err != nil {
			return err
		}
		for _, l := range lists {
			blocks, given := c.Object.Inputs[l.Property].([]any)
			if !given && !strict {
				continue
			}
			if err := l.Write(c, part, blocks); err != nil {
				return err
			}
		}
		if err := shareTags(c, part); err != nil {
			return err
		}
		return refreshOutputs(c, lists)
	}
	t.Adopt = func(c *cloud.Call, name string) (*cloud.Object, error) {
		if network, err := c.Here(kernel.VPCToken, name); err != nil {
			return nil, err
		} else if network != nil && t.ImportID != nil {
			name = network.Text(id)
		}
		part, err := c.Here(of, name)
		if err != nil || part == nil || !isDefault(part) {
			return nil, err
		}
		c.Object.Inputs, c.Object.Outputs = map[string]any{}, map[string]any{}
		fresh(c, part)
		input, value := id, part.ID
		if id == "" {
			input, value = "vpcId", part.Text("vpcId")
		}
		maps.Copy(c.Object.Inputs, t.Defaults)
		c.Object.Inputs[input], c.Object.Outputs[input] = value, value
		for _, l := range lists {
			blocks, err := l.Read(c, part.ID, nil)
			if err != nil {
				return nil, err
			}
			if len(blocks) > 0 {
				c.Object.Inputs[l.Property] = blocks
			}
		}
		return c.Object, c.Put(c.Object)
	}
	return t
}

func refreshOutputs(c *cloud.Call, lists []cloud.Inline) error {
	for _, l := range lists {
		asked, _ := c.Object.Inputs[l.Property].([]any)
		blocks, err := l.Read(c, c.Object.ID, asked)
		if err != nil {
			return err
		}
		c.Set(l.Property, blocks)
	}
	return nil
}

// partOf returns a resource that AWS created along with a VPC, by its own id or that of the VPC.
func partOf(c *cloud.Call, typ, id, network string) (*cloud.Object, error) {
	if id == "" {
		property := map[string]string{kernel.SecurityGroupToken: "defaultSecurityGroupId",
			kernel.RouteTableToken: "defaultRouteTableId"}[typ]
		if network == "" {
			given, err := DefaultVPC(c)
			if err != nil {
				return nil, err
			}
			network = given.ID
		}
		of, err := kernel.Existing(c, kernel.VPCToken, network)
		if err != nil {
			return nil, err
		}
		id = of.Text(property)
	}
	part, err := kernel.Existing(c, typ, id)
	if err == nil && !isDefault(part) {
		err = kernel.Refuse("InvalidParameterValue",
			"%s is not the default one of its network: use a resource of the type %s", id, typ)
	}
	return part, err
}

// isDefault reports whether AWS created a resource along with a VPC.
func isDefault(part *cloud.Object) bool { return part.Managed != "" }

// shareTags copies the tags of a resource to the one that it adopted.
func shareTags(c *cloud.Call, part *cloud.Object) error {
	for _, property := range []string{"tags", "tagsAll"} {
		if tags, ok := c.Object.Outputs[property]; ok {
			part.Outputs[property] = tags
		} else {
			delete(part.Outputs, property)
		}
	}
	return c.Put(part)
}

// createParts creates what AWS creates along with a VPC: a security group, a network ACL and a route table.
func createParts(c *cloud.Call) error {
	for _, part := range []struct{ typ, kind, prefix, output string }{
		{kernel.SecurityGroupToken, "security-group", "sg-", "defaultSecurityGroupId"},
		{kernel.NetworkACLToken, "network-acl", "acl-", "defaultNetworkAclId"},
		{kernel.RouteTableToken, "route-table", "rtb-", "mainRouteTableId"},
	} {
		id, err := kernel.NewID(c, part.prefix)
		if err != nil {
			return err
		}
		made := &cloud.Object{
			Type: part.typ, ID: id, Place: c.Object.Place, Managed: c.Object.Key(),
			Inputs: map[string]any{"vpcId": c.Object.ID},
			Outputs: map[string]any{
				"vpcId": c.Object.ID, "ownerId": c.Scope.Values["account"],
				"arn": kernel.ARN(c, "ec2", part.kind+"/"+id),
			},
		}
		if part.typ == kernel.SecurityGroupToken {
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

// createDefaultRules creates the rules of the default security group and the default network ACL.
func createDefaultRules(c *cloud.Call, of *cloud.Object) error {
	everywhere := map[string]string{"cidrIpv4": "0.0.0.0/0"}
	if c.Text("ipv6CidrBlock") != "" {
		everywhere["cidrIpv6"] = "::/0"
	}
	switch of.Type {
	case kernel.SecurityGroupToken:
		err := c.Create(kernel.SecurityGroupIngressRuleToken, of, map[string]any{
			"securityGroupId": of.ID, "ipProtocol": "-1", "referencedSecurityGroupId": of.ID,
		})
		for source, cidr := range everywhere {
			if err == nil {
				err = c.Create(kernel.SecurityGroupEgressRuleToken, of,
					map[string]any{"securityGroupId": of.ID, "ipProtocol": "-1", source: cidr})
			}
		}
		return err
	case kernel.NetworkACLToken:
		for source, cidr := range everywhere {
			property, number := "cidrBlock", 100.0
			if source == "cidrIpv6" {
				property, number = "ipv6CidrBlock", 101
			}
			for _, egress := range []bool{false, true} {
				err := c.Create(kernel.NetworkACLRuleToken, of, map[string]any{
					"networkAclId": of.ID, "ruleNumber": number, "egress": egress, "protocol": "-1",
					"ruleAction": "allow", property: cidr,
				})
				if err != nil {
					return err
				}
			}
		}
	}
	return nil
}

// InVPC completes a type whose resources are in a VPC: it checks the VPC, and sets id, ARN and owner.
func InVPC(t *cloud.Type, kind, prefix string) *cloud.Type {
	t.Replaces = append(t.Replaces, "vpcId")
	prepare := t.Create
	t.Create = func(c *cloud.Call) error {
		if c.Text("vpcId") == "" { // Only security groups may omit it.
			network, err := DefaultVPC(c)
			if err != nil {
				return err
			}
			c.Set("vpcId", network.ID)
		}
		if _, err := kernel.Existing(c, kernel.VPCToken, c.Text("vpcId")); err != nil {
			return err
		}
		if err := kernel.SetID(c, prefix); err != nil {
			return err
		}
		c.Set("arn", kernel.EC2ARN(c, kind))
		c.Set("ownerId", c.Scope.Values["account"])
		return prepare(c)
	}
	return t
}
