package eks

import (
	"slices"

	"github.com/ashlar-iac/ashlar/integration/cloud"
	"github.com/ashlar-iac/ashlar/integration/cloud/aws/kernel"
	"github.com/ashlar-iac/ashlar/integration/cloud/aws/securitygroup"
)

// apiPort is where the API of a cluster answers.
const apiPort = 443

// side is one end of a connection: its security groups, and the ranges of its subnets.
type side struct{ groups, ranges []string }

// reachAPI reports whether security groups let nodes reach the API of their cluster within the network. A cluster without private access is
// reached through the internet, about which security groups of the control plane say nothing.
func reachAPI(c *cloud.Call, group *cloud.Object) (bool, error) {
	settings := group.Block("vpcConfig")
	if settings["endpointPrivateAccess"] != true {
		return true, nil
	}
	own, err := nodeGroups(c, group)
	if err != nil {
		return false, err
	}
	control := append([]string{cloud.Text(settings, "clusterSecurityGroupId")}, cloud.Texts(settings["securityGroupIds"])...)
	plane, err := sideOf(c, control, cloud.Texts(settings["subnetIds"]))
	if err != nil {
		return false, err
	}
	nodes, err := sideOf(c, own, c.Texts("subnetIds"))
	if err != nil {
		return false, err
	}
	in, err := opens(c, kernel.SecurityGroupIngressRuleToken, plane, nodes)
	if err != nil || !in {
		return false, err
	}
	return opens(c, kernel.SecurityGroupEgressRuleToken, nodes, plane)
}

func sideOf(c *cloud.Call, groups, subnets []string) (side, error) {
	out := side{groups: groups}
	found, err := eksSubnets(c, subnets)
	for _, s := range found {
		out.ranges = append(out.ranges, s.Text("cidrBlock"))
	}
	return out, err
}

// opens reports whether a rule of the groups of one side is for the other one.
func opens(c *cloud.Call, typ string, of, to side) (bool, error) {
	rules, err := c.All(typ, func(o *cloud.Object) bool {
		from, until := o.Number("fromPort"), o.Number("toPort")
		port := securitygroup.ProtocolName(o.Text("ipProtocol")) == "-1" || securitygroup.ProtocolName(o.Text("ipProtocol")) == "tcp" && from <= apiPort && until >= apiPort
		return port && slices.Contains(of.groups, o.Text("securityGroupId")) && isFor(o, to)
	})
	return len(rules) > 0, err
}

// isFor reports whether a rule is for a side: for one of its groups, or for all of its subnets.
func isFor(rule *cloud.Object, s side) bool {
	if slices.Contains(s.groups, rule.Text("referencedSecurityGroupId")) {
		return true
	}
	outer := kernel.Prefixes(rule.Text("cidrIpv4"))
	for _, p := range kernel.Prefixes(s.ranges...) {
		if !kernel.Within(outer, p) {
			return false
		}
	}
	return len(outer) > 0
}
