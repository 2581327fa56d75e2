package containerservice

import (
	"net/netip"
	"slices"

	"github.com/ashlar-iac/ashlar/integration/cloud"
	"github.com/ashlar-iac/ashlar/integration/cloud/azure/kernel"
	"github.com/ashlar-iac/ashlar/integration/cloud/azure/network"
)

// setPoolSubnet checks the subnets of a pool, and sets its maximum number of pods.
func setPoolSubnet(c *cloud.Call, of *cloud.Object) error {
	pools, err := poolsOf(c, of)
	if err != nil {
		return err
	}
	others := slices.DeleteFunc(pools, func(o *cloud.Object) bool { return kernel.ID(o.ID).Same(c.Object.ID) })
	if c.Text("vnetSubnetID") == "" && len(others) > 0 && others[0].Text("vnetSubnetID") != "" {
		c.Set("vnetSubnetID", others[0].Text("vnetSubnetID"))
	}
	profile := of.Block("networkProfile")
	if err := setMaxPods(c, profile); err != nil {
		return err
	}
	if cidr := cloud.Text(profile, "podCidr"); profile["networkPluginMode"] == "overlay" && cidr != "" {
		if err := checkOverlay(c, cidr, others); err != nil {
			return err
		}
	}
	for _, property := range []string{"vnetSubnetID", "podSubnetID"} {
		if id := c.Text(property); id != "" {
			if err := checkSubnet(c, of, property, others); err != nil {
				return err
			}
		}
	}
	return checkOutbound(c, profile)
}

// setMaxPods sets the default maximum of pods of a node. Source: "Configure maximum pods per node in AKS".
func setMaxPods(c *cloud.Call, profile map[string]any) error {
	pods := map[bool]float64{true: 250, false: 110}[profile["networkPluginMode"] == "overlay" || c.Text("podSubnetID") != ""]
	if profile["networkPlugin"] == "azure" && pods == 110 {
		pods = 30
	}
	c.SetDefault("maxPods", pods)
	if n := c.Object.Number("maxPods"); n < 10 || n > 250 {
		return invalid("agentPoolProfile.maxPods", "The maximum of %v pods is not between 10 and 250.", n)
	}
	return nil
}

// largest returns the maximum number of nodes of a pool.
func largest(pool *cloud.Object) int {
	if pool.Bool("enableAutoScaling") {
		return int(pool.Number("maxCount"))
	}
	return int(pool.Number("count"))
}

// tooSmall is the error for a range without enough addresses. Source: issue 701 of AKS-Construction.
func tooSmall(wants, has int, cidr, name string) error {
	return kernel.Refuse("InsufficientSubnetSize", "Pre-allocated IPs %d exceeds IPs available %d in Subnet Cidr %s, Subnet Name "+
		"%s. If Autoscaler is enabled, the max-count from each nodepool is counted towards this total (which means that "+
		"pre-allocated IPs count represents a theoretical max value, not the actual number of IPs requested). "+
		"http://aka.ms/aks/insufficientsubnetsize", wants, has, cidr, name)
}

// checkOverlay refuses more nodes than the pod range has /24 ranges. Source: "Azure CNI Overlay networking", IP planning.
func checkOverlay(c *cloud.Call, cidr string, others []*cloud.Object) error {
	p, err := netip.ParsePrefix(cidr)
	if err != nil {
		return invalid("networkProfile.podCIDR", "'%s' is not a CIDR block.", cidr)
	}
	nodes := largest(c.Object)
	for _, o := range others {
		nodes += largest(o)
	}
	const perNode = 256
	if has := 1 << (32 - p.Bits()); nodes*perNode > has {
		return tooSmall(nodes*perNode, has, cidr, "networkProfile.podCIDR")
	}
	return nil
}

// addresses returns the number of addresses that a pool takes of the subnet in a property. Source: "Configure Azure CNI
// networking in AKS": each node has one, and with pods in the subnet of the nodes one for each pod.
func addresses(pool *cloud.Object, property string, profile map[string]any) int {
	switch {
	case property == "podSubnetID":
		const batch = 16 // Azure CNI allocates pod addresses in batches.
		return largest(pool) * batch
	case profile["networkPlugin"] == "azure" && profile["networkPluginMode"] != "overlay" && pool.Text("podSubnetID") == "":
		return largest(pool) * (1 + int(pool.Number("maxPods")))
	}
	return largest(pool)
}

// checkSubnet checks a subnet of a pool. The codes of a missing and a delegated subnet are from memory.
func checkSubnet(c *cloud.Call, of *cloud.Object, property string, others []*cloud.Object) error {
	id := c.Text(property)
	subnet, net, err := network.FindSubnet(c, id)
	if err != nil {
		return err
	}
	switch {
	case subnet == nil || net == nil:
		return kernel.Refuse("SubnetNotFound", "Subnet %s is not found. Please verify that the subnet exists.", id)
	case !kernel.SameLocation(net.Text("location"), of.Text("location")):
		return invalid("agentPoolProfile."+property, "The virtual network %s is in location %s, and the cluster in %s.", net.ID,
			net.Text("location"), of.Text("location"))
	case len(cloud.Objects(subnet.Outputs["delegations"])) > 0 && property == "vnetSubnetID":
		return kernel.Refuse("SubnetIsDelegated", "Subnet %s is delegated, and cannot be used by the agent pool %s.", id,
			c.Text("name"))
	}
	wants := addresses(c.Object, property, of.Block("networkProfile"))
	for _, o := range others {
		used := o.Text(property)
		_, other, err := network.FindSubnet(c, used)
		if err != nil {
			return err
		}
		if other != nil && !kernel.ID(net.ID).Same(other.ID) {
			return invalid("agentPoolProfile."+property, "All agent pools of a cluster must be in the same virtual network: %s is "+
				"in %s.", used, other.ID)
		}
		if kernel.ID(id).Same(used) {
			wants += addresses(o, property, of.Block("networkProfile"))
		}
	}
	has, err := network.Free(c, subnet)
	if err == nil && wants > has {
		err = tooSmall(wants, has, network.SubnetRanges(subnet)[0].String(), subnet.Text("name"))
	}
	if err != nil || property == "podSubnetID" {
		return err
	}
	return checkRanges(c, of, net)
}

// checkRanges refuses ranges of services and pods that overlap a network. Sources: issue 1117 of AKS (services) and issue
// 403 of AKS-Construction (pods).
func checkRanges(c *cloud.Call, of, net *cloud.Object) error {
	profile := of.Block("networkProfile")
	subnets, err := network.Subnets(c, net)
	if err != nil {
		return err
	}
	services, err := netip.ParsePrefix(cloud.Text(profile, "serviceCidr"))
	if err != nil {
		return nil //nolint:nilerr // The range was checked: there is none.
	}
	for _, subnet := range subnets {
		for _, p := range network.SubnetRanges(subnet) {
			if p.Overlaps(services) {
				return kernel.Refuse("ServiceCidrOverlapExistingSubnetsCidr", "The specified service CIDR %s is conflicted with an "+
					"existing subnet CIDR %s", services, p)
			}
		}
	}
	pods, err := netip.ParsePrefix(cloud.Text(profile, "podCidr"))
	if err != nil || profile["networkPlugin"] == "azure" && profile["networkPluginMode"] != "overlay" {
		return nil //nolint:nilerr // There is no range of pods.
	}
	for _, p := range network.Ranges(net) {
		if p.Overlaps(pods) {
			return kernel.Refuse("NetworkProfileCIDROverlapVNET", "The specified pod CIDR %s overlaps with the address space %s of "+
				"the virtual network %s.", pods, p, net.ID)
		}
	}
	return nil
}

// checkOutbound checks what the outbound type requires of the subnet of a pool. Source: "Customize cluster egress with
// outbound types in AKS"; codes other than ExistingRouteTableNotAssociatedWithSubnet are from memory.
func checkOutbound(c *cloud.Call, profile map[string]any) error {
	kind := cloud.Text(profile, "outboundType")
	subnet, _, err := network.FindSubnet(c, c.Text("vnetSubnetID"))
	if err != nil {
		return err
	}
	custom := subnet != nil
	switch kind {
	case "managedNATGateway":
		if custom {
			return invalid("networkProfile.outboundType", "managedNATGateway is not supported in a custom virtual network: use "+
				"userAssignedNATGateway.")
		}
	case "userAssignedNATGateway":
		if !custom {
			return invalid("networkProfile.outboundType", "userAssignedNATGateway requires a custom virtual network.")
		}
		if len(subnet.Block("natGateway")) == 0 {
			return kernel.Refuse("SubnetNotAssociatedWithNATGateway", "No NAT gateway is associated with subnet %s. Please "+
				"associate one before you create the cluster with outbound type userAssignedNATGateway.", subnet.ID)
		}
	case "userDefinedRouting":
		if !custom {
			return invalid("networkProfile.outboundType", "userDefinedRouting requires a custom virtual network.")
		}
		if len(subnet.Block("routeTable")) == 0 {
			return kernel.Refuse("ExistingRouteTableNotAssociatedWithSubnet", "An existing route table has not been associated "+
				"with subnet %s. Please update the route table association.", subnet.ID)
		}
	}
	return nil
}
