package aws

import (
	"maps"

	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/ec2"

	"github.com/ashlar-iac/ashlar/integration/cloud"
)

const (
	defaultGroupType = "aws:ec2/defaultSecurityGroup:DefaultSecurityGroup"
	defaultACLType   = "aws:ec2/defaultNetworkAcl:DefaultNetworkAcl"
	defaultTableType = "aws:ec2/defaultRouteTable:DefaultRouteTable"
)

func defaultGroup() *cloud.Type {
	return takeover(&cloud.Type{
		Token: defaultGroupType, Args: ec2.DefaultSecurityGroupArgs{}, Resource: &ec2.DefaultSecurityGroup{},
		Replaces: []string{"vpcId"},
		Defaults: map[string]any{"revokeRulesOnDelete": false},
		Sets:     ruleSets(),
		Check:    checkRuleBlocks,
	}, securityGroupType, "", groupRules())
}

func defaultACL() *cloud.Type {
	t := takeover(&cloud.Type{
		Token: defaultACLType, Args: ec2.DefaultNetworkAclArgs{}, Resource: &ec2.DefaultNetworkAcl{},
		Replaces: []string{"defaultNetworkAclId"},
		Sets:     []string{"ingress", "egress", "subnetIds"},
		Check:    checkACLBlocks,
	}, networkACLType, "defaultNetworkAclId", aclRules())
	refresh := t.Refresh
	t.Refresh = func(c *cloud.Call) error {
		if err := refresh(c); err != nil {
			return err
		}
		return refreshSubnets(c)
	}
	return t
}

func defaultTable() *cloud.Type {
	return takeover(&cloud.Type{
		Token: defaultTableType, Args: ec2.DefaultRouteTableArgs{}, Resource: &ec2.DefaultRouteTable{},
		Replaces: []string{"defaultRouteTableId"},
		Sets:     []string{"routes", "propagatingVgws"},
		Check:    checkPropagation,
		// Unlike the other two, it is imported by its network.
		ImportID: func(o *cloud.Object) string { return o.Text("vpcId") },
	}, routeTableType, "defaultRouteTableId", tableRoutes())
}

// takeover is a type that takes over what AWS made along with a VPC. Creating it leaves of that only what is asked for; deleting it
// only forgets it. id is the input with the id of what is taken over; "" is for that of the network in vpcId.
func takeover(t *cloud.Type, of, id string, lists []cloud.Inline) *cloud.Type {
	fresh := func(c *cloud.Call, part *cloud.Object) {
		c.Object.ID, c.Object.Managed = part.ID, part.Key()
		for _, property := range []string{"arn", "ownerId", "vpcId", "name", "description"} {
			if v, ok := part.Outputs[property]; ok {
				c.Set(property, v)
			}
		}
	}
	// An ACL's rules are all managed: where none are asked for, any is drift. Those of the others may stay unmanaged.
	strict := of == networkACLType
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
		part, err := existing(c, of, c.Object.ID)
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
		if network, err := c.Here(vpcType, name); err != nil {
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

// partOf returns what AWS made along with a VPC, by its own id or by its network's.
func partOf(c *cloud.Call, typ, id, network string) (*cloud.Object, error) {
	if id == "" {
		property := map[string]string{securityGroupType: "defaultSecurityGroupId", routeTableType: "defaultRouteTableId"}[typ]
		of, err := existing(c, vpcType, network)
		if err != nil {
			return nil, err
		}
		id = of.Text(property)
	}
	part, err := existing(c, typ, id)
	if err == nil && !isDefault(part) {
		err = cloud.Refuse("InvalidParameterValue", "%s is not the default one of its network: use a resource of the type %s", id, typ)
	}
	return part, err
}

// isDefault reports whether AWS made something along with its network.
func isDefault(part *cloud.Object) bool { return part.Managed != "" }

// shareTags gives what is taken over the tags of the resource that took it.
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
