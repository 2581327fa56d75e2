package containerservice

import (
	"net/netip"

	"github.com/ashlar-iac/ashlar/integration/cloud"
	"github.com/ashlar-iac/ashlar/integration/cloud/azure/kernel"
)

// reserved are the ranges that services and pods cannot have. Source: "Configure Azure CNI networking in AKS".
func reserved() []netip.Prefix {
	var out []netip.Prefix
	for _, text := range []string{"169.254.0.0/16", "172.30.0.0/16", "172.31.0.0/16", "192.0.2.0/24"} {
		out = append(out, netip.MustParsePrefix(text))
	}
	return out
}

// setNetwork checks the network profile of a cluster, and sets its defaults. It stays the same, since changes replace the
// cluster.
func setNetwork(c *cloud.Call) error {
	if c.Old != nil {
		c.Set("networkProfile", c.Old.Outputs["networkProfile"])
		return nil
	}
	profile := c.Object.Block("networkProfile")
	cloud.Fill(profile, map[string]any{"networkPlugin": "kubenet", "loadBalancerSku": "standard",
		"outboundType": "loadBalancer", "serviceCidr": "10.0.0.0/16", "dnsServiceIP": "10.0.0.10"})
	for _, check := range []struct {
		name   string
		values []string
	}{
		{"networkPlugin", []string{"azure", "kubenet", "none"}}, {"networkPluginMode", []string{"overlay"}},
		{"networkDataplane", []string{"azure", "cilium"}}, {"networkPolicy", []string{"none", "azure", "calico", "cilium"}},
		{"outboundType", []string{"loadBalancer", "managedNATGateway", "userAssignedNATGateway", "userDefinedRouting"}},
		{"loadBalancerSku", []string{"standard", "basic"}},
	} {
		if err := oneOf("networkProfile."+check.name, cloud.Text(profile, check.name), check.values...); err != nil {
			return err
		}
	}
	overlay := profile["networkPluginMode"] == "overlay"
	if profile["networkPlugin"] == "kubenet" || overlay {
		cloud.Fill(profile, map[string]any{"podCidr": "10.244.0.0/16"})
	}
	if err := checkDataplane(c, profile); err != nil {
		return err
	}
	if profile["networkPlugin"] == "azure" {
		cloud.Fill(profile, map[string]any{"networkDataplane": "azure"})
	}
	cloud.Fill(profile, map[string]any{"networkPolicy": map[bool]string{true: "cilium",
		false: "none"}[profile["networkDataplane"] == "cilium"]})
	if err := checkServices(profile); err != nil {
		return err
	}
	for list, of := range map[string]string{"serviceCidrs": "serviceCidr", "podCidrs": "podCidr"} {
		if cidr := cloud.Text(profile, of); cidr != "" {
			cloud.Fill(profile, map[string]any{list: cloud.List(cidr)})
		}
	}
	cloud.Fill(profile, map[string]any{"ipFamilies": cloud.List("IPv4")})
	c.Set("networkProfile", profile)
	return nil
}

// checkDataplane checks what Cilium requires. Source: "Configure Azure CNI powered by Cilium in AKS". Basic load balancers
// are retired.
func checkDataplane(c *cloud.Call, profile map[string]any) error {
	cilium := profile["networkDataplane"] == "cilium"
	overlay := profile["networkPluginMode"] == "overlay"
	pods := false // All pools have subnets for pods.
	for i, values := range cloud.Objects(c.Object.Inputs[profiles]) {
		pods = (i == 0 || pods) && cloud.Text(values, "podSubnetID") != ""
	}
	policy := cloud.Text(profile, "networkPolicy")
	switch {
	case profile["loadBalancerSku"] == "basic":
		return invalid("networkProfile.loadBalancerSku", "The basic load balancer is retired: use standard.")
	case overlay && profile["networkPlugin"] != "azure":
		return invalid("networkProfile.networkPluginMode", "The mode overlay requires the network plugin azure.")
	case cilium && (profile["networkPlugin"] != "azure" || !overlay && !pods):
		return invalid("networkProfile.networkDataplane", "The data plane cilium requires the network plugin azure with the mode "+
			"overlay, or with subnets for pods.")
	case cilium && policy != "" && policy != "cilium" && policy != "none":
		return invalid("networkProfile.networkPolicy", "The data plane cilium requires the network policy cilium or none.")
	case policy == "cilium" && !cilium:
		return invalid("networkProfile.networkPolicy", "The network policy cilium requires the data plane cilium.")
	case policy == "azure" && profile["networkPlugin"] != "azure":
		return invalid("networkProfile.networkPolicy", "The network policy azure requires the network plugin azure.")
	}
	return nil
}

// checkServices checks the ranges of services and pods, and the address of the DNS service.
func checkServices(profile map[string]any) error {
	ranges := map[string]netip.Prefix{}
	for _, name := range []string{"serviceCidr", "podCidr"} {
		text := cloud.Text(profile, name)
		if text == "" {
			continue
		}
		p, err := netip.ParsePrefix(text)
		if err != nil || p != p.Masked() || !p.Addr().Is4() {
			return invalid("networkProfile."+name, "'%s' is not a CIDR block.", text)
		}
		for _, r := range reserved() {
			if r.Overlaps(p) {
				return invalid("networkProfile."+name, "%s overlaps with the reserved range %s.", p, r)
			}
		}
		ranges[name] = p
	}
	services := ranges["serviceCidr"]
	dns, err := netip.ParseAddr(cloud.Text(profile, "dnsServiceIP"))
	switch {
	case services.Bits() < 12:
		return invalid("networkProfile.serviceCidr", "%s is larger than /12.", services)
	case err != nil || !services.Contains(dns):
		return invalid("networkProfile.dnsServiceIP", "%s is not within the service CIDR %s.", cloud.Text(profile, "dnsServiceIP"),
			services)
	case dns == services.Addr() || dns == services.Addr().Next():
		return invalid("networkProfile.dnsServiceIP", "%s is reserved: it is the first address of the service CIDR %s.", dns,
			services)
	}
	if pods, ok := ranges["podCidr"]; ok && pods.Overlaps(services) {
		return invalid("networkProfile.podCidr", "%s overlaps with the service CIDR %s.", pods, services)
	}
	return nil
}

// setOutbound creates the public address of the load balancer for outbound traffic, in the resource group of the nodes, if
// the cluster has no addresses of its own.
func setOutbound(c *cloud.Call) error {
	profile := c.Object.Block("networkProfile")
	if c.Old != nil || profile["outboundType"] != "loadBalancer" {
		return nil
	}
	balancer := block(profile, "loadBalancerProfile")
	cloud.Fill(balancer, map[string]any{"allocatedOutboundPorts": 0.0, "idleTimeoutInMinutes": 30.0,
		"backendPoolType": "NodeIPConfiguration"})
	if len(block(balancer, "outboundIPs")) == 0 && len(block(balancer, "outboundIPPrefixes")) == 0 {
		cloud.Fill(balancer, map[string]any{"managedOutboundIPs": map[string]any{"count": 1.0}})
		id, err := c.Hex(32)
		if err != nil {
			return err
		}
		inputs := map[string]any{"resourceGroupName": c.Text("nodeResourceGroup"), "publicIpAddressName": id,
			"location": c.Text("location"), "sku": map[string]any{"name": "Standard"}, "publicIPAllocationMethod": "Static"}
		if err := c.Create(kernel.AddressToken, c.Object, inputs); err != nil {
			return err
		}
		balancer["effectiveOutboundIPs"] = []any{map[string]any{"id": kernel.Below(c.Scope, c.Text("nodeResourceGroup"),
			"Microsoft.Network/publicIPAddresses", id)}}
	}
	profile["loadBalancerProfile"] = balancer
	c.Set("networkProfile", profile)
	return nil
}
