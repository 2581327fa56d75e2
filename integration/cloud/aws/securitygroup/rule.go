package securitygroup

import (
	"fmt"
	"net/netip"
	"strconv"
	"strings"

	rules "github.com/pulumi/pulumi-aws/sdk/v6/go/aws/vpc"

	"github.com/ashlar-iac/ashlar/integration/cloud"
	"github.com/ashlar-iac/ashlar/integration/cloud/aws/kernel"
	"github.com/ashlar-iac/ashlar/integration/cloud/aws/vpc"
)

func ingressRule() *cloud.Type {
	return permission(&cloud.Type{Token: kernel.SecurityGroupIngressRuleToken,
		Args: rules.SecurityGroupIngressRuleArgs{}, Resource: &rules.SecurityGroupIngressRule{}})
}

func egressRule() *cloud.Type {
	return permission(&cloud.Type{Token: kernel.SecurityGroupEgressRuleToken,
		Args: rules.SecurityGroupEgressRuleArgs{}, Resource: &rules.SecurityGroupEgressRule{}})
}

// permission is a rule with one source.
func permission(t *cloud.Type) *cloud.Type {
	t.Replaces = []string{"securityGroupId"}
	// The kind of its source cannot change in place.
	t.Replacing = func(inputs map[string]any) []string {
		var out []string
		for _, source := range sources() {
			if _, given := inputs[source]; !given {
				out = append(out, source)
			}
		}
		return out
	}
	t.Check = func(c *cloud.Checker) {
		c.ExactlyOne(sources()...)
		kernel.CheckCIDRs(c, "cidrIpv4", "cidrIpv6")
		c.Between("fromPort", -1, 65535)
		c.Between("toPort", -1, 65535)
	}
	t.Create = func(c *cloud.Call) error {
		if err := authorize(c); err != nil {
			return err
		}
		if err := kernel.SetID(c, "sgr-"); err != nil {
			return err
		}
		c.Set("arn", kernel.EC2ARN(c, "security-group-rule"))
		c.Set("securityGroupRuleId", c.Object.ID)
		return nil
	}
	t.Update = authorize
	return t
}

// authorize checks a rule as AWS does.
func authorize(c *cloud.Call) error {
	group, err := kernel.Existing(c, kernel.SecurityGroupToken, c.Text("securityGroupId"))
	if err != nil {
		return err
	}
	c.Object.Managed = group.Key() // Rules are deleted with their security group.
	if description := c.Text("description"); len(description) > 255 || !groupText.MatchString(description) {
		return kernel.Refuse("InvalidParameterValue",
			"Invalid rule description. Valid descriptions are strings less than 256 characters "+
				"from the following set:  a-zA-Z0-9. _-:/()#,@[]+=&;{}!$*")
	}
	if err := checkPorts(c.Object); err != nil {
		return err
	}
	if err := checkSource(c, group); err != nil {
		return err
	}
	return checkOtherRules(c)
}

// checkPorts follows "IpPermission", Amazon EC2 API Reference: a protocol is a name, a number or -1, whose ports are
// ignored, as are those of other protocols than TCP, UDP and ICMP.
func checkPorts(o *cloud.Object) error {
	protocol := ProtocolName(o.Text("ipProtocol"))
	from, hasFrom := o.Outputs["fromPort"].(float64)
	to, hasTo := o.Outputs["toPort"].(float64)
	switch protocol {
	case "tcp", "udp":
		if !hasFrom || !hasTo {
			return kernel.Refuse("InvalidParameterValue",
				"Invalid value 'Must specify both from and to ports with TCP/UDP.' for portRange.")
		}
		if from > to || from < 0 {
			return kernel.Refuse("InvalidParameterValue", "Invalid TCP/UDP port range (%v:%v)", from, to)
		}
	case "icmp", "icmpv6":
		// These are the type and the code; -1 stands for all.
		if !hasFrom || !hasTo || from > 255 || to > 255 || from == -1 && to != -1 {
			return kernel.Refuse("InvalidParameterValue", "Invalid ICMP type/code range (%v:%v)", from, to)
		}
	case "-1":
	default:
		if n, err := strconv.Atoi(protocol); err != nil || n < 0 || n > 255 {
			return kernel.Refuse("InvalidParameterValue", "Invalid value '%s' for IP protocol. Unknown protocol.",
				o.Text("ipProtocol"))
		}
	}
	return nil
}

// checkSource rejects sources that do not exist, and security groups of VPCs that are not peered.
func checkSource(c *cloud.Call, group *cloud.Object) error {
	if id := c.Text("prefixListId"); id != "" {
		_, err := vpc.FindPrefixList(c, id)
		return err
	}
	id := c.Text("referencedSecurityGroupId")
	if id == "" || id == group.ID {
		return nil
	}
	other, err := kernel.Existing(c, kernel.SecurityGroupToken, id)
	if err != nil || other.Text("vpcId") == group.Text("vpcId") {
		return err
	}
	peered, err := c.All(kernel.VPCPeeringConnectionToken, func(o *cloud.Object) bool {
		a, b := o.Text("vpcId"), o.Text("peerVpcId")
		return o.Text("acceptStatus") == "active" &&
			((a == group.Text("vpcId") && b == other.Text("vpcId")) ||
				(b == group.Text("vpcId") && a == other.Text("vpcId")))
	})
	if err == nil && len(peered) == 0 {
		err = kernel.Refuse("InvalidGroup.NotFound",
			"You have specified two resources that belong to different networks.")
	}
	return err
}

// rulesPerGroup is a quota for each direction and IP version.
const rulesPerGroup = 60

// checkOtherRules rejects duplicate rules and too many of them.
func checkOtherRules(c *cloud.Call) error {
	others, err := c.All(c.Object.Type, cloud.With("securityGroupId", c.Text("securityGroupId")))
	if err != nil {
		return err
	}
	rules := map[bool]int{}
	for _, o := range append(others, c.Object) {
		weight := 1
		if id := o.Text("prefixListId"); id != "" {
			list, err := vpc.FindPrefixList(c, id)
			if err != nil {
				return err
			}
			weight = int(list.Number("maxEntries"))
		}
		rules[o.Text("cidrIpv6") != ""] += weight
	}
	if max(rules[true], rules[false]) > rulesPerGroup {
		return kernel.Refuse("RulesPerSecurityGroupLimitExceeded",
			"The maximum number of rules per security group has been reached.")
	}
	for _, o := range others {
		if identity(o) == identity(c.Object) {
			return kernel.Refuse("InvalidPermission.Duplicate", "the specified rule %q already exists",
				identity(c.Object))
		}
	}
	return nil
}

// identity identifies a rule within its security group, in AWS's words.
func identity(o *cloud.Object) string {
	peer := o.Text("prefixListId") + o.Text("referencedSecurityGroupId")
	for _, cidr := range []string{o.Text("cidrIpv4"), o.Text("cidrIpv6")} {
		if p, err := netip.ParsePrefix(cidr); err == nil {
			peer = p.Masked().String()
		}
	}
	protocol := ProtocolName(o.Text("ipProtocol"))
	if protocol == "-1" {
		return fmt.Sprintf("peer: %s, ALL, ALLOW", peer)
	}
	return fmt.Sprintf("peer: %s, %s, from port: %v, to port: %v, ALLOW", peer, strings.ToUpper(protocol),
		o.Number("fromPort"), o.Number("toPort"))
}
