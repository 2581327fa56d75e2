package containerservice_test

import (
	"slices"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/ashlar-iac/ashlar/integration/cloud/accounttest"
	"github.com/ashlar-iac/ashlar/integration/cloud/azure/azuretest"
	"github.com/ashlar-iac/ashlar/integration/cloud/azure/kernel"
)

func TestRejectedNetworks(t *testing.T) {
	t.Parallel()
	profile := func(more in) []step { return []step{private(in{"networkProfile": overlay(more)})} }
	at := func(subnet string, profile, more in) []step {
		return []step{cluster(in{"networkProfile": profile}, system(accounttest.Merge(in{"vnetSubnetID": subnet}, more)))}
	}
	routed := subnet("routed", "10.0.2.0/24", in{"routeTable": in{"id": "$rt"}})
	table := made("rt", "azure-native:network:RouteTable", "routeTableName", nil)
	far := []step{made("far", kernel.NetworkToken, "virtualNetworkName", in{"location": "northeurope",
		"addressSpace": in{"addressPrefixes": []any{"10.9.0.0/16"}}}), subnet("distant", "10.9.0.0/24", in{"virtualNetworkName": "far"})}
	tiny := subnet("tiny", "10.0.3.0/28", in{"natGateway": in{"id": "$nat"}})
	azuretest.RunRefusals(t, ground(), map[string]accounttest.Refusal{
		"a private cluster":           {Steps: []step{private(nil)}},
		"services in the network":     {Steps: profile(in{"serviceCidr": "10.0.0.0/16", "dnsServiceIP": "10.0.0.10"}), Want: `Status=400 Code="ServiceCidrOverlapExistingSubnetsCidr" Message="The specified service CIDR 10.0.0.0/16 is conflicted with an existing subnet CIDR 10.0.0.0/24"`},
		"pods in the network":         {Steps: profile(in{"podCidr": "10.0.128.0/17"}), Want: `Status=400 Code="NetworkProfileCIDROverlapVNET"`},
		"pods among services":         {Steps: profile(in{"podCidr": "172.16.0.0/17"}), Want: "overlaps with the service CIDR 172.16.0.0/16"},
		"a large range of services":   {Steps: profile(in{"serviceCidr": "172.0.0.0/8"}), Want: "overlaps with the reserved range"},
		"a larger range of services":  {Steps: profile(in{"serviceCidr": "64.0.0.0/8", "dnsServiceIP": "64.0.0.10"}), Want: "is larger than /12"},
		"the DNS service outside":     {Steps: profile(in{"dnsServiceIP": "172.17.0.10"}), Want: "is not within the service CIDR"},
		"the first address":           {Steps: profile(in{"dnsServiceIP": "172.16.0.1"}), Want: "it is the first address of the service CIDR"},
		"a reserved range":            {Steps: profile(in{"podCidr": "172.31.0.0/18"}), Want: "overlaps with the reserved range 172.31.0.0/16"},
		"no range":                    {Steps: profile(in{"podCidr": "192.168.0.1/16"}), Want: "is not a CIDR block"},
		"few ranges of pods":          {Steps: profile(in{"podCidr": "192.168.0.0/24"}), Want: `Status=400 Code="InsufficientSubnetSize" Message="Pre-allocated IPs 512 exceeds IPs available 256 in Subnet Cidr 192.168.0.0/24, Subnet Name networkProfile.podCIDR.`},
		"a policy of another plane":   {Steps: profile(in{"networkPolicy": "calico"}), Want: "requires the network policy cilium"},
		"a policy without its plane":  {Steps: profile(in{"networkDataplane": "azure"}), Want: "requires the data plane cilium"},
		"Cilium without overlay":      {Steps: profile(in{"networkPluginMode": nil}), Want: "with the mode overlay, or with subnets for pods"},
		"a plugin":                    {Steps: profile(in{"networkPlugin": "flannel"}), Want: "networkProfile.networkPlugin"},
		"a basic load balancer":       {Steps: profile(in{"loadBalancerSku": "basic"}), Want: "is retired"},
		"another outbound type":       {Steps: profile(in{"outboundType": "none"}), Want: "networkProfile.outboundType"},
		"no gateway":                  {Steps: at("$plain", overlay(nil), nil), Want: "No NAT gateway is associated with subnet $plain."},
		"no route table":              {Steps: at("$plain", overlay(in{"outboundType": "userDefinedRouting"}), nil), Want: `Code="ExistingRouteTableNotAssociatedWithSubnet"`},
		"a route table":               {Steps: append([]step{table, routed}, at("$routed", overlay(in{"outboundType": "userDefinedRouting"}), nil)...)},
		"a managed gateway":           {Steps: at("$nodes", overlay(in{"outboundType": "managedNATGateway"}), nil), Want: "is not supported in a custom virtual network"},
		"a gateway without network":   {Steps: []step{cluster(in{"networkProfile": overlay(nil)})}, Want: "requires a custom virtual network"},
		"a missing subnet":            {Steps: at("$net/subnets/none", overlay(nil), nil), Want: `Code="SubnetNotFound"`},
		"a delegated subnet":          {Steps: append([]step{subnet("db", "10.0.4.0/24", in{"delegations": []any{in{"name": "db", "serviceName": "Microsoft.DBforPostgreSQL/flexibleServers"}}})}, at("$db", overlay(in{"outboundType": "loadBalancer"}), nil)...), Want: `Code="SubnetIsDelegated"`},
		"a distant subnet":            {Steps: append(far, at("$distant", overlay(in{"outboundType": "loadBalancer"}), nil)...), Want: "is in location northeurope, and the cluster in westeurope"},
		"pods in the subnet of nodes": {Steps: at("$nodes", in{"networkPlugin": "azure", "outboundType": "loadBalancer", "serviceCidr": "172.16.0.0/16", "dnsServiceIP": "172.16.0.10"}, in{"count": 8.0})},
		"too many of these":           {Steps: at("$nodes", in{"networkPlugin": "azure", "outboundType": "loadBalancer", "serviceCidr": "172.16.0.0/16", "dnsServiceIP": "172.16.0.10"}, in{"count": 9.0}), Want: "Pre-allocated IPs 279 exceeds IPs available 251 in Subnet Cidr 10.0.0.0/24, Subnet Name nodes."},
		"a small subnet":              {Steps: append([]step{tiny}, at("$tiny", overlay(nil), in{"enableAutoScaling": true, "minCount": 1.0, "maxCount": 12.0})...), Want: "Pre-allocated IPs 12 exceeds IPs available 11"},
		"the subnet of another pool":  {Steps: []step{private(nil), pool("apps", in{"count": 250.0})}, Want: "Pre-allocated IPs 252 exceeds IPs available 251"},
		"a subnet in use":             {Steps: []step{private(nil), {Name: "-nodes"}}, Want: `Status=400 Code="InUseSubnetCannotBeDeleted" Message="Subnet nodes is in use by $main/agentPools/system and cannot be deleted.`},
		"a network in use":            {Steps: []step{private(nil), {Name: "-net"}}, Want: `Code="InUseSubnetCannotBeDeleted"`},
		"another network":             {Steps: append([]step{private(nil)}, made("net2", kernel.NetworkToken, "virtualNetworkName", in{"addressSpace": in{"addressPrefixes": []any{"10.8.0.0/16"}}}), subnet("other", "10.8.0.0/24", in{"virtualNetworkName": "net2", "natGateway": in{"id": "$nat"}}), pool("apps", in{"vnetSubnetID": "$other"})), Want: "must be in the same virtual network"},
		"no zones":                    {Steps: []step{cluster(in{"location": "westus"}, system(in{"availabilityZones": []any{"1"}}))}, Want: "The supported zones for location 'westus' are ''."},
	})
}

func TestRejectedAPIAccess(t *testing.T) {
	t.Parallel()
	access := func(more in) []step { return []step{private(in{"apiServerAccessProfile": more})} }
	change := func(before, after in) []step {
		return append(access(before), update(access(after)[0]))
	}
	private := in{"enablePrivateCluster": true}
	azuretest.RunRefusals(t, ground(), map[string]accounttest.Refusal{
		"authorized ranges":      {Steps: access(in{"authorizedIPRanges": []any{"203.0.113.0/24", "203.0.114.7"}})},
		"a range":                {Steps: access(in{"authorizedIPRanges": []any{"everywhere"}}), Want: "is neither an IP address nor a CIDR block"},
		"private with ranges":    {Steps: access(in{"enablePrivateCluster": true, "authorizedIPRanges": []any{"203.0.113.0/24"}}), Want: "not supported on a private cluster"},
		"no ranges":              {Steps: access(in{"authorizedIPRanges": []any{}})},
		"many ranges":            {Steps: access(in{"authorizedIPRanges": slices.Repeat([]any{"203.0.113.0/24"}, 201)}), Want: "The number of authorized IP ranges is 201. The maximum is 200."},
		"a public name":          {Steps: access(in{"enablePrivateCluster": true, "privateDNSZone": "none"})},
		"no name":                {Steps: access(in{"enablePrivateCluster": true, "privateDNSZone": "none", "enablePrivateClusterPublicFQDN": false}), Want: "requires the public FQDN"},
		"a zone of a public API": {Steps: access(in{"privateDNSZone": "system"}), Want: "requires a private cluster"},
		"a name of a zone":       {Steps: access(in{"enablePrivateCluster": true, "privateDNSZone": "privatelink.westeurope.azmk8s.io"}), Want: "is neither system, none nor the resource ID"},
		"a missing zone":         {Steps: access(in{"enablePrivateCluster": true, "privateDNSZone": "$rg/providers/Microsoft.Network/privateDnsZones/privatelink.westeurope.azmk8s.io"}), Want: `Status=404 Code="ResourceNotFound"`},
		"private later":          {Steps: change(in{}, private), Want: "'apiServerAccessProfile.enablePrivateCluster'"},
		"public later":           {Steps: change(private, in{"enablePrivateCluster": false}), Want: "'apiServerAccessProfile.enablePrivateCluster'"},
		"no zone later":          {Steps: change(private, in{"enablePrivateCluster": true, "privateDNSZone": "none"})},
		"a public name later":    {Steps: change(in{"enablePrivateCluster": true, "enablePrivateClusterPublicFQDN": false}, in{"enablePrivateCluster": true, "enablePrivateClusterPublicFQDN": true})},
	})
}

// TestRolesOfIdentities says which roles the identity of a cluster needs before the cluster.
func TestRolesOfIdentities(t *testing.T) {
	t.Parallel()
	const (
		operator  = "f1a07417-d97a-45cb-824c-7a7467783830"
		zoneAdmin = "b12aa53e-6015-4669-85d0-8515ebb3ae7f"
	)
	h := azuretest.New(t).All(ground()...).All(identity("kubelet"), made("privatelink.westeurope.azmk8s.io",
		"azure-native:network:PrivateZone", "privateZoneName", in{"location": "global"}))
	zone := "$privatelink.westeurope.azmk8s.io"
	kubelet := in{"kubeletidentity": in{"resourceId": "$kubelet"}}
	custom := func() step {
		return private(in{"identityProfile": kubelet, "apiServerAccessProfile": in{"enablePrivateCluster": true,
			"privateDNSZone": zone, "enablePrivateClusterPublicFQDN": false}})
	}
	require.ErrorContains(t, h.Do(cluster(in{"identityProfile": kubelet})), `Code="CustomKubeletIdentityOnlySupportedOnUserAssignedMSICluster"`)
	require.ErrorContains(t, h.Do(custom()), `Status=400 Code="CustomPrivateDNSZoneMissingPermissionError"`)
	h.All(assign(h, "plane", zone, zoneAdmin))
	require.ErrorContains(t, h.Do(custom()), `Status=400 Code="CustomKubeletIdentityMissingPermissionError" Message="The cluster using user-assigned managed identity must be granted 'Managed Identity Operator' role`)
	h.All(assign(h, "plane", "$kubelet", operator), custom())
	require.Regexp(t, `^shop-[0-9a-f]{8}\.privatelink\.westeurope\.azmk8s\.io$`, h.Output("main", "privateFQDN"))
	profile, _ := h.Output("main", "identityProfile").(in)
	answer, _ := profile["kubeletidentity"].(in)
	require.Equal(t, h.Output("kubelet", "clientId"), answer["clientId"])
	require.ErrorContains(t, h.Do(made("again", kernel.IdentityToken, "resourceName", in{"resourceGroupName": "MC_rg_none_westeurope"})),
		`Status=404 Code="ResourceGroupNotFound"`)
}
