package network

import (
	"net/netip"
	"regexp"
	"slices"
	"strconv"
	"strings"

	v20240501 "github.com/pulumi/pulumi-azure-native-sdk/network/v2/v20240501"

	"github.com/ashlar-iac/ashlar/integration/cloud"
	"github.com/ashlar-iac/ashlar/integration/cloud/azure/kernel"
)

const groups = "Microsoft.Network/networkSecurityGroups"

func securityGroup() *cloud.Type {
	rules := kernel.Children{Property: "securityRules", Type: ruleToken, Name: "securityRuleName",
		Parent: "networkSecurityGroupName"}
	read := func(c *cloud.Call) error {
		subnets, err := users(c, subnetToken, "networkSecurityGroup", c.Object)
		if err != nil {
			return err
		}
		setReferences(c, "subnets", subnets)
		c.Set("defaultSecurityRules", defaultRules(c.Object.ID))
		return rules.Read(c)
	}
	set := func(c *cloud.Call) error {
		if err := checkName(c); err != nil {
			return err
		}
		if err := rules.Write(c); err != nil {
			return err
		}
		return read(c)
	}
	return kernel.Grouped(&cloud.Type{
		Token: groupToken, Args: v20240501.NetworkSecurityGroupArgs{}, Resource: &v20240501.NetworkSecurityGroup{},
		Name: "networkSecurityGroupName",
		Create: func(c *cloud.Call) error {
			if err := kernel.SetNewGUIDs(c, "resourceGuid"); err != nil {
				return err
			}
			return set(c)
		},
		Update:  set,
		Refresh: read,
		// Source: issue 502 of terra-workspace-manager.
		Delete: func(c *cloud.Call) error {
			used, err := users(c, subnetToken, "networkSecurityGroup", c.Object)
			if err != nil {
				return err
			}
			interfaces, err := users(c, kernel.InterfaceToken, "networkSecurityGroup", c.Object)
			if used = append(used, interfaces...); err == nil && len(used) > 0 {
				err = kernel.Refuse("InUseNetworkSecurityGroupCannotBeDeleted", "Network security group %s cannot be deleted "+
					"because it is in use by the following resources: %s. In order to delete the Network security group, remove the "+
					"association with the resource(s).", c.Object.ID, ids(used))
			}
			return err
		},
	}, groups)
}

// defaultRules are the rules that each group has. Source: "Azure network security groups overview", default security
// rules.
func defaultRules(id string) []any {
	var out []any
	for _, r := range []struct {
		name, access, direction, source, destination string
		priority                                     float64
	}{
		{"AllowVnetInBound", "Allow", "Inbound", "VirtualNetwork", "VirtualNetwork", 65000},
		{"AllowAzureLoadBalancerInBound", "Allow", "Inbound", "AzureLoadBalancer", "*", 65001},
		{"DenyAllInBound", "Deny", "Inbound", "*", "*", 65500},
		{"AllowVnetOutBound", "Allow", "Outbound", "VirtualNetwork", "VirtualNetwork", 65000},
		{"AllowInternetOutBound", "Allow", "Outbound", "*", "Internet", 65001},
		{"DenyAllOutBound", "Deny", "Outbound", "*", "*", 65500},
	} {
		out = append(out, map[string]any{"id": id + "/defaultSecurityRules/" + r.name, "name": r.name,
			"type": groups + "/defaultSecurityRules", "access": r.access, "direction": r.direction, "priority": r.priority,
			"protocol": "*", "sourceAddressPrefix": r.source, "sourcePortRange": "*", "destinationPortRange": "*",
			"destinationAddressPrefix": r.destination, "provisioningState": "Succeeded"})
	}
	return out
}

func securityRule() *cloud.Type {
	return kernel.Child(&cloud.Type{
		Token: ruleToken, Args: v20240501.SecurityRuleArgs{}, Resource: &v20240501.SecurityRule{},
		Name:   "securityRuleName",
		Sets:   []string{"sourceAddressPrefixes", "destinationAddressPrefixes", "sourcePortRanges", "destinationPortRanges"},
		Create: setRule,
		Update: setRule,
	}, groupToken, groups, "networkSecurityGroupName", "securityRules", false)
}

// tag is a service tag, such as "AzureCloud.westeurope".
var tag = regexp.MustCompile(`^[A-Za-z][A-Za-z0-9.]*$`)

// setRule checks a rule against the others of its group.
func setRule(c *cloud.Call) error {
	if err := checkName(c); err != nil {
		return err
	}
	for property, values := range map[string][]string{"access": {"Allow", "Deny"}, "direction": {"Inbound", "Outbound"},
		"protocol": {"Tcp", "Udp", "Icmp", "Esp", "Ah", "*"}} {
		if v := c.Text(property); !slices.ContainsFunc(values, func(s string) bool { return strings.EqualFold(s, v) }) {
			return kernel.Refuse("InvalidRequestFormat", "Cannot parse the request: the value '%s' of '%s' is invalid.", v, property)
		}
	}
	priority := c.Object.Number("priority")
	if priority < 100 || priority > 4096 {
		return kernel.Refuse("SecurityRuleInvalidPriority", "Security rule has invalid Priority. Value provided: %v Allowed "+
			"range 100-4096.", priority)
	}
	for _, side := range []string{"source", "destination"} {
		if err := checkSide(c, side); err != nil {
			return err
		}
	}
	others, err := c.All(ruleToken, func(o *cloud.Object) bool {
		return o.Managed == c.Object.Managed && !kernel.ID(o.ID).Same(c.Object.ID)
	})
	for _, o := range others {
		if o.Number("priority") == priority && strings.EqualFold(o.Text("direction"), c.Text("direction")) {
			return kernel.Refuse("SecurityRuleConflict", "Security rule %s conflicts with rule %s. Rules cannot have the same "+
				"Priority and Direction. To learn more, see aka.ms/nsgrules.", o.Text("name"), c.Text("name"))
		}
	}
	return err
}

// checkSide checks the addresses and ports of one side of a rule.
func checkSide(c *cloud.Call, side string) error {
	one, many := side+"AddressPrefix", side+"AddressPrefixes"
	groups := side + "ApplicationSecurityGroups"
	given := 0
	for _, has := range []bool{c.Text(one) != "", len(c.Texts(many)) > 0, len(cloud.Objects(c.Object.Outputs[groups])) > 0} {
		if has {
			given++
		}
	}
	if given != 1 {
		return kernel.Refuse("InvalidRequestFormat", "Security rule %s requires exactly one of %s, %s and %s.", c.Text("name"),
			one, many, groups)
	}
	for _, v := range append(c.Texts(many), c.Text(one)) {
		_, noAddress := netip.ParseAddr(v)
		_, noPrefix := netip.ParsePrefix(v)
		if v != "" && v != "*" && noAddress != nil && noPrefix != nil && !tag.MatchString(v) {
			return kernel.Refuse("SecurityRuleInvalidAddressPrefix", "Security rule has invalid Address prefix. Value provided: %s",
				v)
		}
	}
	ports := append(c.Texts(side+"PortRanges"), c.Text(side+"PortRange"))
	ports = slices.DeleteFunc(ports, func(p string) bool { return p == "" })
	if len(ports) == 0 {
		return kernel.Refuse("InvalidRequestFormat", "Security rule %s requires a %s port range.", c.Text("name"), side)
	}
	for _, p := range ports {
		if !portRange(p) {
			return kernel.Refuse("SecurityRuleInvalidPortRange", "Security rule has invalid Port range. Value provided: %s. Value "+
				"should be an integer OR integer range with '-' delimiter. Valid range 0-65535.", p)
		}
	}
	return nil
}

// portRange reports whether a text is a port, a range of ports, or "*".
func portRange(text string) bool {
	first, last, ranged := strings.Cut(text, "-")
	if !ranged {
		last = first
	}
	from, err := strconv.ParseUint(first, 10, 16)
	to, err2 := strconv.ParseUint(last, 10, 16)
	return text == "*" || err == nil && err2 == nil && from <= to
}
