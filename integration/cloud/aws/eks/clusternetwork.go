package eks

import (
	"maps"
	"net/netip"
	"slices"
	"strings"

	"github.com/ashlar-iac/ashlar/integration/cloud"
	"github.com/ashlar-iac/ashlar/integration/cloud/aws/iam"
	"github.com/ashlar-iac/ashlar/integration/cloud/aws/kernel"
	"github.com/ashlar-iac/ashlar/integration/cloud/aws/vpc"
)

// freeForClusters is the number of free addresses that a subnet of a cluster needs ("Amazon EKS networking requirements
// for VPC and subnets").
const freeForClusters = 6

// setClusterNetwork checks the subnets and security groups of a cluster, and the access to its API.
func setClusterNetwork(c *cloud.Call) error {
	settings := c.Object.Block("vpcConfig")
	cloud.Fill(settings, map[string]any{"endpointPrivateAccess": false, "endpointPublicAccess": true,
		"securityGroupIds": []any{}})
	subnets, err := clusterSubnets(c, cloud.Texts(settings["subnetIds"]))
	if err != nil {
		return err
	}
	network := subnets[0].Text("vpcId")
	if err := checkGroups(c, cloud.Texts(settings["securityGroupIds"]), network); err != nil {
		return err
	}
	if settings["endpointPrivateAccess"] != true && settings["endpointPublicAccess"] != true {
		return invalid("Private and public endpoint access cannot be false")
	}
	if err := publicRanges(settings); err != nil {
		return err
	}
	settings["vpcId"] = network
	if c.Old != nil {
		settings["clusterSecurityGroupId"] = c.Old.Block("vpcConfig")["clusterSecurityGroupId"]
	}
	c.Set("vpcConfig", settings)
	return checkFamily(c, subnets)
}

// publicRanges rejects private CIDR blocks for public access, and sets the default of 0.0.0.0/0.
func publicRanges(settings map[string]any) error {
	var wrong []string
	for _, p := range kernel.Prefixes(cloud.Texts(settings["publicAccessCidrs"])...) {
		if slices.ContainsFunc(slices.Concat(privateRanges(),
			kernel.Prefixes("100.64.0.0/10", "169.254.0.0/16", "127.0.0.0/8")), p.Overlaps) && p.Bits() > 0 {
			wrong = append(wrong, p.String())
		}
	}
	if len(wrong) > 0 {
		return invalid("The following CIDRs are not allowed in publicAccessCidrs: [%s]", strings.Join(wrong, ", "))
	}
	if len(cloud.Texts(settings["publicAccessCidrs"])) == 0 {
		settings["publicAccessCidrs"] = map[bool][]any{true: cloud.List("0.0.0.0/0"),
			false: {}}[settings["endpointPublicAccess"] == true]
	}
	return nil
}

// clusterSubnets returns the subnets of a cluster: in two zones of one VPC, with free addresses.
func clusterSubnets(c *cloud.Call, ids []string) ([]*cloud.Object, error) {
	subnets, err := findSubnets(c, ids)
	if err != nil {
		return nil, err
	}
	zones := zonesIn(subnets)
	if len(zones) < 2 {
		return nil, invalid("Subnets specified must be in at least two different AZs")
	}
	if c.Old == nil {
		if err := checkZones(c, subnets); err != nil {
			return nil, err
		}
		return subnets, checkFree(c, subnets)
	}
	before, err := findSubnets(c, cloud.Texts(c.Old.Block("vpcConfig")["subnetIds"]))
	if err != nil {
		return nil, err
	}
	if before[0].Text("vpcId") != subnets[0].Text("vpcId") {
		return nil, invalid("Provided subnets %s belong to another VPC than the cluster", strings.Join(ids, ", "))
	}
	if !slices.Equal(zones, zonesIn(before)) {
		return nil, invalid("Provided subnets %s must be in the AZ set %s of the cluster, and are in %s",
			strings.Join(ids, ", "), strings.Join(zonesIn(before), ", "), strings.Join(zones, ", "))
	}
	return subnets, nil
}

// withoutClusters are the ids of the zones in which subnets of clusters cannot be. Source: "View Amazon EKS networking
// requirements for VPC and subnets", subnet requirements for clusters.
func withoutClusters() []string { return []string{"cac1-az3", "use1-az3", "usw1-az2"} }

// checkZones rejects subnets in zones without control planes.
func checkZones(c *cloud.Call, subnets []*cloud.Object) error {
	region := c.Scope.Values["region"]
	supported := slices.DeleteFunc(kernel.Zones(region), func(zone string) bool {
		return slices.Contains(withoutClusters(), kernel.ZoneID(region, zone))
	})
	for _, subnet := range subnets {
		if slices.Contains(withoutClusters(), subnet.Text("availabilityZoneId")) {
			return kernel.Refuse("UnsupportedAvailabilityZoneException",
				"Cannot create cluster '%s' because %s, the targeted availability zone, does not currently have sufficient "+
					"capacity to support the cluster. Retry and choose from these availability zones: %s",
				c.Text("name"), subnet.Text("availabilityZone"), strings.Join(supported, ", "))
		}
	}
	return nil
}

func zonesIn(subnets []*cloud.Object) []string {
	var out []string
	for _, s := range subnets {
		out = append(out, s.Text("availabilityZone"))
	}
	slices.Sort(out)
	return slices.Compact(out)
}

func checkFree(c *cloud.Call, subnets []*cloud.Object) error {
	for _, subnet := range subnets {
		taken, err := vpc.AddressesIn(c, subnet)
		if err != nil {
			return err
		}
		p, err := netip.ParsePrefix(subnet.Text("cidrBlock"))
		if err != nil || 1<<(32-p.Bits())-5-len(taken) < freeForClusters {
			return invalid("The subnet %s does not have enough free IP addresses: %d are needed", subnet.ID,
				freeForClusters)
		}
	}
	return nil
}

// checkFamily rejects IPv6 for pods in subnets without IPv6.
func checkFamily(c *cloud.Call, subnets []*cloud.Object) error {
	if c.Object.Block("kubernetesNetworkConfig")["ipFamily"] != "ipv6" {
		return nil
	}
	for _, subnet := range subnets {
		if subnet.Text("ipv6CidrBlock") == "" {
			return invalid("The subnet %s does not have an IPv6 CIDR block, which ipFamily ipv6 needs", subnet.ID)
		}
	}
	return nil
}

// createClusterGroup creates the security group of a cluster and its nodes.
func createClusterGroup(c *cloud.Call) error {
	settings := c.Object.Block("vpcConfig")
	digits, err := c.Hex(10)
	if err != nil {
		return err
	}
	name := "eks-cluster-sg-" + c.Object.ID + "-" + digits
	inputs := map[string]any{
		"vpcId": settings["vpcId"], "name": name,
		"description": "EKS created security group applied to ENI that is attached to EKS Control Plane master nodes, as well as any managed workloads.",
	}
	group := &cloud.Object{Type: kernel.SecurityGroupToken, Place: c.Object.Place, Managed: c.Object.Key(),
		Inputs: inputs, Outputs: maps.Clone(inputs)}
	group.Outputs["tagsAll"] = map[string]any{"Name": name, "kubernetes.io/cluster/" + c.Object.ID: "owned",
		"aws:eks:cluster-name": c.Object.ID}
	if err := c.Add(group); err != nil {
		return err
	}
	among := map[string]any{"securityGroupId": group.ID, "ipProtocol": "-1", "referencedSecurityGroupId": group.ID}
	if err := c.Create(kernel.SecurityGroupIngressRuleToken, group, among); err != nil {
		return err
	}
	out := map[string]any{"securityGroupId": group.ID, "ipProtocol": "-1", "cidrIpv4": "0.0.0.0/0"}
	if err := c.Create(kernel.SecurityGroupEgressRuleToken, group, out); err != nil {
		return err
	}
	settings["clusterSecurityGroupId"] = group.ID
	c.Set("vpcConfig", settings)
	return nil
}

// leaveSecurityGroup leaves the cluster security group behind if EKS cannot delete it: because other security groups
// refer to it, or because the policies of the cluster role were detached first.
func leaveSecurityGroup(c *cloud.Call) error {
	group, err := c.Here(kernel.SecurityGroupToken, cloud.Text(c.Object.Block("vpcConfig"), "clusterSecurityGroupId"))
	if err != nil || group == nil {
		return err
	}
	able, err := iam.RoleARNAllows(c, c.Text("roleArn"), "ec2:DeleteSecurityGroup")
	if err != nil {
		return err
	}
	used, err := referredTo(c, group)
	if err != nil || able && !used {
		return err
	}
	group.Managed = ""
	return c.Put(group)
}

// referredTo reports whether rules of other security groups refer to a security group.
func referredTo(c *cloud.Call, group *cloud.Object) (bool, error) {
	for _, typ := range []string{kernel.SecurityGroupIngressRuleToken, kernel.SecurityGroupEgressRuleToken} {
		users, err := c.All(typ, func(o *cloud.Object) bool {
			return o.Text("referencedSecurityGroupId") == group.ID && o.Text("securityGroupId") != group.ID
		})
		if err != nil || len(users) > 0 {
			return len(users) > 0, err
		}
	}
	return false, nil
}

// setClusterInterfaces gives a cluster a network interface in each of its subnets.
func setClusterInterfaces(c *cloud.Call) error {
	settings := c.Object.Block("vpcConfig")
	subnets, err := findSubnets(c, cloud.Texts(settings["subnetIds"]))
	if err != nil {
		return err
	}
	_, err = vpc.SetInterfaces(c, c.Object, subnets, vpc.InterfaceSpec{
		Kind: "interface", Description: "Amazon EKS " + c.Object.ID,
		Groups: append([]string{cloud.Text(settings, "clusterSecurityGroupId")},
			cloud.Texts(settings["securityGroupIds"])...),
	})
	return err
}
