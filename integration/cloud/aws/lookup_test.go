package aws_test

import (
	"testing"

	provider "github.com/pulumi/pulumi-go-provider"
	"github.com/stretchr/testify/require"
)

const zoneGroupType = "aws:ec2/availabilityZoneGroup:AvailabilityZoneGroup"

// elsewhere returns the same cloud through a provider with another configuration.
func (h *history) elsewhere(config in) *history {
	h.t.Helper()
	return h.beside().use(config).history()
}

func TestLookUpsOfNetworks(t *testing.T) {
	t.Parallel()
	h := newAccount(t, true).use(in{"region": "eu-west-1"}).history().all(endpointNetwork()...).all(
		step{"tagged", subnetType, in{"vpcId": "$plain", "cidrBlock": "10.1.1.0/24", "availabilityZone": "eu-west-1c", "tags": in{"tier": "public"}}},
		step{"joined", associationType, in{"subnetId": "$a", "routeTableId": "$table"}},
		step{"list", listType, in{"name": "offices", "addressFamily": "IPv4", "maxEntries": 2.0, "entries": []any{in{"cidr": "192.0.2.0/24"}}}},
	)
	filter := func(name, value string) in { return in{"filters": []any{in{"name": name, "values": []any{value}}}} }
	s3, s3ID := "com.amazonaws.eu-west-1.s3", h.out("s3", "prefixListId")
	tests := map[string]struct {
		function string
		args     in
		// want are answers, by their names; under "error" is an error.
		want in
	}{
		"a network":                 {"getVpc", in{"id": "$net"}, in{"cidrBlock": "10.0.0.0/16", "enableDnsHostnames": true, "default": false, "state": "available"}},
		"a network by its range":    {"getVpc", in{"cidrBlock": "10.1.0.0/16"}, in{"id": h.ids["plain"]}},
		"the default network":       {"getVpc", in{"default": true}, in{"error": "no matching EC2 VPC found"}},
		"any network":               {"getVpc", in{}, in{"error": "multiple EC2 VPCs matched; use additional constraints to reduce matches to a single EC2 VPC"}},
		"no network":                {"getVpc", filter("cidr", "10.9.0.0/16"), in{"error": "no matching EC2 VPC found"}},
		"a filter that is not":      {"getVpc", filter("size", "1"), in{"error": "api error InvalidParameterValue: The filter 'size' is invalid"}},
		"a subnet by its tag":       {"getSubnet", in{"tags": in{"tier": "public"}}, in{"id": h.ids["tagged"], "availableIpAddressCount": 251.0, "tags": in{"tier": "public"}}},
		"a subnet with interfaces":  {"getSubnet", in{"id": "$a"}, in{"availableIpAddressCount": 250.0}},
		"a subnet by a tag's value": {"getSubnet", filter("tag:tier", "public"), in{"availabilityZone": "eu-west-1c"}},
		"subnets of a network":      {"getSubnets", filter("vpc-id", h.ids["net"]), in{"ids": []any{h.ids["a"], h.ids["a2"], h.ids["b"]}}},
		"no subnets":                {"getSubnets", filter("vpc-id", "vpc-0"), in{"ids": []any{}}},
		"a table of a subnet":       {"getRouteTable", in{"subnetId": "$a"}, in{"routeTableId": h.ids["table"]}},
		"no table of a subnet":      {"getRouteTable", in{"subnetId": "$b"}, in{"error": "no matching EC2 Route Table found"}},
		"a table":                   {"getRouteTable", in{"routeTableId": "$distanttable"}, in{"vpcId": h.ids["plain"]}},
		"the default group":         {"getSecurityGroup", in{"vpcId": "$net", "name": "default"}, in{"id": h.out("net", "defaultSecurityGroupId")}},
		"a list of AWS":             {"getPrefixList", in{"name": s3}, in{"id": s3ID, "prefixListId": s3ID, "cidrBlocks": h.out("s3", "cidrBlocks")}},
		"a list of AWS by its id":   {"getPrefixList", in{"prefixListId": s3ID}, in{"name": s3}},
		"a list of AWS by a filter": {"getPrefixList", filter("prefix-list-id", s3ID.(string)), in{"name": s3}},
		"a managed list of AWS":     {"getManagedPrefixList", in{"name": "com.amazonaws.global.cloudfront.origin-facing"}, in{"ownerId": "AWS", "maxEntries": 55.0}},
		"a managed list of ours":    {"getManagedPrefixList", in{"name": "offices"}, in{"id": h.ids["list"], "version": 1.0}},
		"no list":                   {"getManagedPrefixList", in{"name": "none"}, in{"error": "no matching EC2 Managed Prefix List found"}},
		"a service of two kinds":    {"getVpcEndpointService", in{"service": "s3"}, in{"error": "multiple EC2 VPC Endpoint Services matched"}},
		"a service's gateway":       {"getVpcEndpointService", in{"service": "s3", "serviceType": "Gateway"}, in{"serviceName": s3}},
		"a service":                 {"getVpcEndpointService", in{"serviceName": "com.amazonaws.eu-west-1.ecr.dkr"}, in{"privateDnsName": "*.dkr.ecr.eu-west-1.amazonaws.com", "serviceType": "Interface"}},
		"a service's other kind":    {"getVpcEndpointService", in{"service": "ec2", "serviceType": "Gateway"}, in{"error": "no matching EC2 VPC Endpoint Service found"}},
		"no service":                {"getVpcEndpointService", in{"service": "s4"}, in{"error": "api error InvalidServiceName"}},
	}
	for name, tc := range tests {
		t.Run(name, func(t *testing.T) {
			answer, err := h.call("aws:ec2/"+tc.function+":"+tc.function, tc.args)
			if want, fails := tc.want["error"]; fails {
				require.ErrorContains(t, err, want.(string))
				return
			}
			require.NoError(t, err)
			for key, want := range tc.want {
				if ids, ok := want.([]any); ok && key == "ids" {
					require.ElementsMatch(t, ids, answer[key])
					continue
				}
				require.Equal(t, want, answer[key], key)
			}
		})
	}
}

// A new Local Zone is the first by name: who takes the first zones of a list takes it.
func TestLocalZones(t *testing.T) {
	t.Parallel()
	h := newAccount(t, true).use(in{"region": "us-west-2"}).history().all(step{"net", vpcType, in{"cidrBlock": "10.0.0.0/16"}})
	zones := func(args in) (names, groups any) {
		answer, err := h.call("aws:index/getAvailabilityZones:getAvailabilityZones", args)
		require.NoError(t, err)
		return answer["names"], answer["groupNames"]
	}
	regular := []any{"us-west-2a", "us-west-2b", "us-west-2c", "us-west-2d"}
	local := []any{"us-west-2-lax-1a", "us-west-2-lax-1b"}
	optIn := func(status string) in {
		return in{"filters": []any{in{"name": "opt-in-status", "values": []any{status}}}}
	}
	names, groups := zones(in{})
	require.Equal(t, regular, names)
	require.Equal(t, []any{"us-west-2"}, groups)
	names, _ = zones(in{"allAvailabilityZones": true})
	require.Equal(t, append(local, regular...), names)
	require.ErrorContains(t, h.do(step{"x", subnetType, in{"vpcId": "$net", "cidrBlock": "10.0.0.0/24", "availabilityZone": "us-west-2-lax-1a"}}),
		"api error InvalidParameterValue: Value (us-west-2-lax-1a) for parameter availabilityZone is invalid.")

	h.all(step{"lax", zoneGroupType, in{"groupName": "us-west-2-lax-1", "optInStatus": "opted-in"}})
	names, groups = zones(in{"state": "available"})
	require.Equal(t, append(local, regular...), names)
	require.Equal(t, []any{"us-west-2-lax-1", "us-west-2"}, groups)
	names, _ = zones(optIn("opt-in-not-required"))
	require.Equal(t, regular, names)
	names, _ = zones(in{"excludeNames": []any{"us-west-2-lax-1a", "us-west-2b"}, "excludeZoneIds": []any{"usw2-lax1-az2", "usw2-az1"}})
	require.Equal(t, []any{"us-west-2c", "us-west-2d"}, names)
	names, _ = zones(in{"state": "impaired"})
	require.Equal(t, []any{}, names)
	h.all(step{"sub", subnetType, in{"vpcId": "$net", "cidrBlock": "10.0.0.0/24", "availabilityZone": "us-west-2-lax-1a"}},
		step{"first", subnetType, in{"vpcId": "$net", "cidrBlock": "10.0.1.0/24"}})
	require.Equal(t, "usw2-lax1-az1", h.out("sub", "availabilityZoneId"))
	require.Equal(t, "us-west-2a", h.out("first", "availabilityZone"), "nobody gets a Local Zone who does not name it")
}

// Whatever exists can be imported, by the id that the real provider takes, and then is what an equal program asks for.
func TestImports(t *testing.T) {
	t.Parallel()
	h := newAccount(t, true).use(in{"region": "eu-west-1"}).history().all(
		step{"net", vpcType, in{"cidrBlock": "10.0.0.0/16", "assignGeneratedIpv6CidrBlock": true, "enableDnsHostnames": true, "tags": in{"Name": "net"}}},
		step{"more", cidrType, in{"vpcId": "$net", "cidrBlock": "100.64.0.0/16"}},
		step{"sub", subnetType, in{"vpcId": "$net", "cidrBlock": "10.0.0.0/24", "ipv6CidrBlock": ipv6("0::/64"), "availabilityZoneId": "euw1-az1"}},
		step{"group", groupType, in{"vpcId": "$net", "name": "group", "ingress": []any{https(in{"cidrBlocks": []any{"10.0.0.0/8"}, "self": true})}}},
		step{"bare", groupType, in{"vpcId": "$net", "name": "bare"}},
		step{"in", ingressType, in{"securityGroupId": "$bare", "ipProtocol": "-1", "cidrIpv6": "::/0"}},
		step{"rule", groupRuleType, in{"securityGroupId": "$group", "type": "egress", "protocol": "-1", "fromPort": 0.0, "toPort": 0.0, "cidrBlocks": []any{"0.0.0.0/0"}}},
		step{"acl", networkACLType, in{"vpcId": "$net", "ingress": []any{entry(100, nil)}, "subnetIds": []any{"$sub"}}},
		step{"aclrule", aclRuleType, in{"networkAclId": "$acl", "ruleNumber": 7.0, "egress": true, "protocol": "tcp", "fromPort": 1.0, "toPort": 2.0, "ruleAction": "deny", "cidrBlock": "0.0.0.0/0"}},
		step{"igw", internetType, in{"vpcId": "$net"}}, step{"eigw", egressType, in{"vpcId": "$net"}},
		step{"table", tableType, in{"vpcId": "$net"}},
		step{"route", routeType, in{"routeTableId": "$table", "destinationCidrBlock": "0.0.0.0/0", "gatewayId": "$igw"}},
		step{"joined", associationType, in{"routeTableId": "$table", "subnetId": "$sub"}},
		step{"address", addressType, in{"domain": "vpc"}}, step{"nat", natType, in{"subnetId": "$sub", "allocationId": "$address"}},
		step{"eni", eniType, in{"subnetId": "$sub"}},
		step{"s3", endpointType, in{"vpcId": "$net", "serviceName": "com.amazonaws.eu-west-1.s3"}},
		step{"s3table", endpointTableType, in{"vpcEndpointId": "$s3", "routeTableId": "$table"}},
		step{"tgw", transitType, in{}}, step{"attachment", transitVPCType, in{"transitGatewayId": "$tgw", "vpcId": "$net", "subnetIds": []any{"$sub"}}},
		step{"list", listType, in{"name": "offices", "addressFamily": "IPv4", "maxEntries": 2.0}},
		step{"options", dhcpType, in{"domainName": "example.com"}}, step{"optioned", dhcpPairType, in{"vpcId": "$net", "dhcpOptionsId": "$options"}},
	)
	out := func(property string) string { return h.out("net", property).(string) }
	// The parts of a network, which no step made.
	for name, part := range map[string]struct {
		typ string
		in  in
	}{
		"default group": {defaultGroupType, in{"vpcId": "$net", "ingress": []any{in{"protocol": "-1", "fromPort": 0.0, "toPort": 0.0, "self": true}},
			"egress": []any{
				in{"protocol": "-1", "fromPort": 0.0, "toPort": 0.0, "cidrBlocks": []any{"0.0.0.0/0"}},
				in{"protocol": "-1", "fromPort": 0.0, "toPort": 0.0, "ipv6CidrBlocks": []any{"::/0"}},
			}}},
		"default table": {defaultTableType, in{"defaultRouteTableId": out("mainRouteTableId")}},
	} {
		h.types[name] = part.typ
		h.ids[name] = map[string]string{"default group": out("defaultSecurityGroupId"), "default table": out("mainRouteTableId")}[name]
		checked, err := h.Check(t.Context(), provider.CheckRequest{Urn: urn(part.typ), Inputs: values(h.fill(part.in).(in))})
		require.NoError(t, err)
		h.inputs[name] = checked.Inputs
	}
	other := map[string]string{
		"rule": "$group_egress_all_0_0_0.0.0.0/0", "aclrule": "$acl:7:tcp:true", "route": "$table_0.0.0.0/0", "joined": "$sub/$table", "s3table": "$s3/$table",
		"optioned": "$net", "default table": "$net",
	}
	for name, typ := range h.types {
		ids := []string{h.ids[name]}
		if id, ok := other[name]; ok {
			ids = append(ids, h.fill(id).(string))
		}
		for _, id := range ids {
			t.Run(name+" "+id, func(t *testing.T) {
				r, err := h.Read(t.Context(), provider.ReadRequest{Urn: urn(typ), ID: id})
				require.NoError(t, err)
				require.Equal(t, h.ids[name], r.ID)
				checked, err := h.Check(t.Context(), provider.CheckRequest{Urn: urn(typ), State: r.Inputs, Inputs: h.inputs[name]})
				require.NoError(t, err)
				d, err := h.Diff(t.Context(), provider.DiffRequest{Urn: urn(typ), ID: id, OldInputs: r.Inputs, Inputs: checked.Inputs, State: r.Properties})
				require.NoError(t, err)
				require.False(t, d.HasChanges, "%v", d.DetailedDiff)
			})
		}
	}
}
