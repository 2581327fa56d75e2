package networkacl

import (
	"fmt"
	"hash/crc32"
	"slices"
	"strconv"

	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/ec2"

	"github.com/ashlar-iac/ashlar/integration/cloud"
	"github.com/ashlar-iac/ashlar/integration/cloud/aws/kernel"
)

func aclRule() *cloud.Type {
	return &cloud.Type{
		Token: kernel.NetworkACLRuleToken, Args: ec2.NetworkAclRuleArgs{}, Resource: &ec2.NetworkAclRule{},
		Replaces: []string{"cidrBlock", "egress", "fromPort", "icmpCode", "icmpType", "ipv6CidrBlock", "networkAclId",
			"protocol",
			"ruleAction", "ruleNumber", "toPort"},
		Defaults: map[string]any{"egress": false},
		ImportID: importACLRule,
		Check: func(c *cloud.Checker) {
			c.ExactlyOne("cidrBlock", "ipv6CidrBlock")
			c.OneOf("ruleAction", "allow", "deny")
			c.Between("ruleNumber", 1, 32766)
			c.Between("fromPort", 0, 65535)
			c.Between("toPort", 0, 65535)
			kernel.CheckCIDRs(c, "cidrBlock", "ipv6CidrBlock")
			if protocol, ok := c.Text("protocol"); ok && aclProtocol(protocol) < -1 {
				c.Add("protocol", "%q is not a valid protocol: expected a number, or one of all, tcp, udp, icmp, icmpv6", protocol)
			}
		},
		Create: createACLRule,
	}
}

// rulesPerACL is a quota for each direction.
const rulesPerACL = 20

func createACLRule(c *cloud.Call) error {
	acl, err := kernel.Existing(c, kernel.NetworkACLToken, c.Text("networkAclId"))
	if err != nil {
		return err
	}
	number, protocol := c.Object.Number("ruleNumber"), aclProtocol(c.Text("protocol"))
	if protocol < -1 {
		return kernel.Refuse("InvalidParameterValue",
			"Value (%s) for parameter protocol is invalid. Unknown protocol.", c.Text("protocol"))
	}
	if from, to := c.Object.Number("fromPort"), c.Object.Number("toPort"); from > to {
		return kernel.Refuse("InvalidParameterValue", "Invalid port range: from %v to %v", from, to)
	}
	others, err := c.All(kernel.NetworkACLRuleToken, func(o *cloud.Object) bool {
		return o.Text("networkAclId") == acl.ID && o.Bool("egress") == c.Object.Bool("egress")
	})
	if err != nil {
		return err
	}
	if slices.ContainsFunc(others, func(o *cloud.Object) bool { return o.Number("ruleNumber") == number }) {
		return kernel.Refuse("NetworkAclEntryAlreadyExists", "The network acl entry identified by %v already exists.",
			number)
	}
	if len(others) >= rulesPerACL {
		return kernel.Refuse("NetworkAclEntryLimitExceeded",
			"The maximum number of network acl entries has been reached.")
	}
	c.Object.Managed = acl.Key() // Rules are deleted with their ACL.
	text := fmt.Sprintf("%s-%v-%v-%d-", acl.ID, number, c.Object.Bool("egress"), protocol)
	c.Object.ID = fmt.Sprintf("nacl-%d", crc32.ChecksumIEEE([]byte(text)))
	return nil
}

// aclProtocol returns the number of a protocol, -1 for all protocols, and less for an invalid one.
func aclProtocol(name string) int {
	if number, known := map[string]int{"all": -1, "icmp": 1, "tcp": 6, "udp": 17, "icmpv6": 58, "ah": 51, "esp": 50,
		"gre": 47}[name]; known {
		return number
	}
	number, err := strconv.Atoi(name)
	if err != nil || number > 255 {
		return -2
	}
	return number
}

func importACLRule(o *cloud.Object) string {
	return fmt.Sprintf("%s:%v:%s:%v", o.Text("networkAclId"), o.Number("ruleNumber"), o.Text("protocol"),
		o.Bool("egress"))
}
