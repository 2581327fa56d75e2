package securitygroup

import (
	"regexp"
	"strings"

	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/ec2"

	"github.com/ashlar-iac/ashlar/integration/cloud"
	"github.com/ashlar-iac/ashlar/integration/cloud/aws/kernel"
	"github.com/ashlar-iac/ashlar/integration/cloud/aws/vpc"
)

// groupText are the characters of names and descriptions of security groups and their rules.
var groupText = regexp.MustCompile(`^[0-9A-Za-z_ .:/()#,@\[\]+=&;{}!$*-]*$`)

func securityGroup() *cloud.Type {
	return vpc.InVPC(&cloud.Type{
		Token: kernel.SecurityGroupToken, Args: ec2.SecurityGroupArgs{}, Resource: &ec2.SecurityGroup{},
		Name:     "name",
		Replaces: []string{"description", "name", "namePrefix"},
		Sets:     ruleSets(),
		Defaults: map[string]any{"description": "Managed by Pulumi", "revokeRulesOnDelete": false},
		Check: func(c *cloud.Checker) {
			for _, property := range []string{"name", "description"} {
				if v, ok := c.Text(property); ok && (len(v) > 255 || !groupText.MatchString(v)) {
					c.Add(property, "invalid value for %s (at most 255 characters out of a-zA-Z0-9. _-:/()#,@[]+=&;{}!$*)", property)
				}
			}
			if name, ok := c.Text("name"); ok && strings.HasPrefix(name, "sg-") {
				c.Add("name", "invalid value for name (cannot begin with sg-)")
			}
			checkRuleBlocks(c)
		},
		Create:  createGroup,
		Update:  func(c *cloud.Call) error { return c.WriteInline(groupRules()...) },
		Refresh: func(c *cloud.Call) error { return c.ReadInline(groupRules()...) },
		Delete:  deleteGroup,
	}, "security-group", "sg-")
}

func createGroup(c *cloud.Call) error {
	same, err := c.All(kernel.SecurityGroupToken, func(o *cloud.Object) bool {
		return o.Text("vpcId") == c.Text("vpcId") && o.Text("name") == c.Text("name")
	})
	if err != nil {
		return err
	}
	if c.Text("name") == "default" {
		return kernel.Refuse("InvalidParameterValue", "Cannot use reserved security group name: default")
	}
	if len(same) > 0 {
		return kernel.Refuse("InvalidGroup.Duplicate", "The security group '%s' already exists for VPC '%s'",
			c.Text("name"), c.Text("vpcId"))
	}
	// AWS allows all egress of a new security group. The provider revokes that.
	return c.WriteInline(groupRules()...)
}

// deleteGroup refuses while a rule of another security group or a network interface refers to it.
func deleteGroup(c *cloud.Call) error {
	violation := kernel.Refuse("DependencyViolation", "resource %s has a dependent object", c.Object.ID)
	for _, direction := range directions() {
		rules, err := c.All(direction.typ, func(o *cloud.Object) bool {
			return o.Text("referencedSecurityGroupId") == c.Object.ID && o.Text("securityGroupId") != c.Object.ID
		})
		if err != nil {
			return err
		}
		if len(rules) > 0 {
			return violation
		}
	}
	for typ, property := range map[string]string{kernel.NetworkInterfaceToken: "securityGroups",
		kernel.InstanceToken: "vpcSecurityGroupIds"} {
		users, err := c.All(typ, cloud.Holding(property, c.Object.ID))
		if err != nil {
			return err
		}
		if len(users) > 0 {
			return violation
		}
	}
	return nil
}

func getSecurityGroup(c *cloud.Call, args map[string]any) (map[string]any, error) {
	o, err := kernel.Query{
		Type: kernel.SecurityGroupToken, Name: "EC2 Security Group",
		Properties: map[string]string{"id": "id", "name": "name", "vpcId": "vpcId"},
		Filters: map[string]string{"group-id": "id", "group-name": "name", "vpc-id": "vpcId",
			"description": "description"},
	}.One(c, args)
	if err != nil {
		return nil, err
	}
	return kernel.Answer(o, args, nil), nil
}
