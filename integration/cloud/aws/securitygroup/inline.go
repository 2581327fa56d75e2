package securitygroup

import (
	"fmt"

	"github.com/ashlar-iac/ashlar/integration/cloud"
	"github.com/ashlar-iac/ashlar/integration/cloud/aws/kernel"
)

// direction is one of the two lists of a security group, with the type of its rules.
type direction struct{ property, typ string }

func directions() []direction {
	return []direction{{"ingress", kernel.SecurityGroupIngressRuleToken},
		{"egress", kernel.SecurityGroupEgressRuleToken}}
}

// groupRules are the two lists of rules of a security group.
func groupRules() []cloud.Inline {
	var out []cloud.Inline
	for _, d := range directions() {
		out = append(out, cloud.Inline{
			Property: d.property,
			Type:     d.typ,
			Belongs:  func(id string, o *cloud.Object) bool { return o.Text("securityGroupId") == id },
			Expand:   expandRule,
			Block:    ruleBlock,
			Same:     append(sources(), "ipProtocol", "fromPort", "toPort", "description"),
		})
	}
	return out
}

// ruleSets are the lists within rules whose order has no meaning.
func ruleSets() []string {
	return []string{"ingress", "egress", "cidrBlocks", "ipv6CidrBlocks", "prefixListIds", "securityGroups"}
}

// sources are the properties with the source or destination of a rule.
func sources() []string {
	return []string{"cidrIpv4", "cidrIpv6", "prefixListId", "referencedSecurityGroupId"}
}

// expandRule returns the rules of a block: one for each source.
func expandRule(group string, block map[string]any) []map[string]any {
	var out []map[string]any
	add := func(source string, value any) {
		protocol, _ := block["protocol"].(string)
		rule := map[string]any{"securityGroupId": group, "ipProtocol": ProtocolName(protocol), source: value}
		if rule["ipProtocol"] != "-1" {
			rule["fromPort"], rule["toPort"] = block["fromPort"], block["toPort"]
		}
		if description, _ := block["description"].(string); description != "" {
			rule["description"] = description
		}
		out = append(out, rule)
	}
	for _, l := range []struct{ property, source string }{
		{"cidrBlocks", "cidrIpv4"}, {"ipv6CidrBlocks", "cidrIpv6"}, {"prefixListIds", "prefixListId"},
		{"securityGroups", "referencedSecurityGroupId"},
	} {
		values, _ := block[l.property].([]any)
		for _, v := range values {
			add(l.source, v)
		}
	}
	if self, _ := block["self"].(bool); self {
		add("referencedSecurityGroupId", group)
	}
	return out
}

// ruleBlock returns the block of one rule.
func ruleBlock(o *cloud.Object) map[string]any {
	block := map[string]any{"protocol": o.Text("ipProtocol"), "fromPort": o.Number("fromPort"),
		"toPort": o.Number("toPort")}
	if description := o.Text("description"); description != "" {
		block["description"] = description
	}
	switch group := o.Text("referencedSecurityGroupId"); {
	case group != "" && group == o.Text("securityGroupId"):
		block["self"] = true
	case group != "":
		block["securityGroups"] = []any{group}
	case o.Text("prefixListId") != "":
		block["prefixListIds"] = []any{o.Text("prefixListId")}
	case o.Text("cidrIpv6") != "":
		block["ipv6CidrBlocks"] = []any{o.Text("cidrIpv6")}
	default:
		block["cidrBlocks"] = []any{o.Text("cidrIpv4")}
	}
	return block
}

// checkRuleBlocks checks the blocks of rules.
func checkRuleBlocks(c *cloud.Checker) {
	for _, d := range directions() {
		blocks, _ := c.Value(d.property).([]any)
		for i, b := range blocks {
			block, _ := b.(map[string]any)
			checkRuleBlock(c, fmt.Sprintf("%s[%d].", d.property, i), block)
		}
	}
}

// checkRuleBlock checks a rule, whose path is at.
func checkRuleBlock(c *cloud.Checker, at string, rule map[string]any) {
	from, hasFrom := rule["fromPort"].(float64)
	to, hasTo := rule["toPort"].(float64)
	if protocol, ok := rule["protocol"].(string); ok && ProtocolName(protocol) == "-1" && hasFrom && hasTo &&
		(from != 0 || to != 0) {
		c.Add(at+"fromPort", `from_port (%v) and to_port (%v) must both be 0 to use the 'ALL' "-1" protocol!`, from, to)
	}
	if description, ok := rule["description"].(string); ok &&
		(len(description) > 255 || !groupText.MatchString(description)) {
		c.Add(at+"description",
			"invalid value for description (at most 255 characters out of a-zA-Z0-9. _-:/()#,@[]+=&;{}!$*)")
	}
	for _, property := range []string{"cidrBlocks", "ipv6CidrBlocks"} {
		cidrs, _ := rule[property].([]any)
		for i, v := range cidrs {
			if cidr, ok := v.(string); ok {
				kernel.CheckCIDR(c, fmt.Sprintf("%s%s[%d]", at, property, i), cidr)
			}
		}
	}
}

// ProtocolName returns the name of a protocol in the EC2 API.
func ProtocolName(protocol string) string {
	switch protocol {
	case "all", "ALL", "":
		return "-1"
	case "1", "ICMP":
		return "icmp"
	case "6", "TCP":
		return "tcp"
	case "17", "UDP":
		return "udp"
	case "58", "ICMPv6", "ICMPV6":
		return "icmpv6"
	}
	return protocol
}
