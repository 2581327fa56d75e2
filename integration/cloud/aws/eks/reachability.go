package eks

import (
	"slices"

	"github.com/ashlar-iac/ashlar/integration/cloud"
	"github.com/ashlar-iac/ashlar/integration/cloud/aws/kernel"
	"github.com/ashlar-iac/ashlar/integration/cloud/aws/securitygroup"
)

// apiPort is the port of the API of a cluster.
const apiPort = 443

// side is one side of a connection: its security groups, and the CIDR blocks of its subnets.
type side struct{ groups, ranges []string }

// reachesAPI reports whether security groups allow nodes to access the API of their cluster within the VPC. Access to a
// public endpoint does not depend on them.
func reachesAPI(c *cloud.Call, group *cloud.Object) (bool, error) {
	settings := group.Block("vpcConfig")
	if settings["endpointPrivateAccess"] != true {
		return true, nil
	}
	own, err := nodeSecurityGroups(c, group)
	if err != nil {
		return false, err
	}
	control := append([]string{cloud.Text(settings, "clusterSecurityGroupId")},
		cloud.Texts(settings["securityGroupIds"])...)
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
	found, err := findSubnets(c, subnets)
	for _, s := range found {
		out.ranges = append(out.ranges, s.Text("cidrBlock"))
	}
	return out, err
}

// opens reports whether a rule of the security groups of one side allows the other one.
func opens(c *cloud.Call, typ string, of, to side) (bool, error) {
	rules, err := c.All(typ, func(o *cloud.Object) bool {
		from, until := o.Number("fromPort"), o.Number("toPort")
		port := securitygroup.ProtocolName(o.Text("ipProtocol")) == "-1" ||
			securitygroup.ProtocolName(o.Text("ipProtocol")) == "tcp" && from <= apiPort && until >= apiPort
		return port && slices.Contains(of.groups, o.Text("securityGroupId")) && isFor(o, to)
	})
	return len(rules) > 0, err
}

// isFor reports whether a rule allows a side: one of its security groups, or all its subnets.
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
