package aws_test

import (
	"testing"

	provider "github.com/pulumi/pulumi-go-provider"
	"github.com/stretchr/testify/require"

	"github.com/ashlar-iac/ashlar/integration/cloud/aws/awstest"
	"github.com/ashlar-iac/ashlar/integration/cloud/aws/kernel"
)

func TestNetworkLookUps(t *testing.T) {
	t.Parallel()
	h := awstest.NewAccount(t, true).Use(in{"region": "eu-west-1"}).History().All(awstest.EndpointNetwork()...).All(
		awstest.Step{Name: "tagged", Type: kernel.SubnetToken,
			Inputs: in{"vpcId": "$plain", "cidrBlock": "10.1.1.0/24", "availabilityZone": "eu-west-1c",
				"tags": in{"tier": "public"}}},
		awstest.Step{Name: "joined", Type: awstest.RouteTableAssociationToken,
			Inputs: in{"subnetId": "$a", "routeTableId": "$table"}},
		awstest.Step{Name: "list", Type: kernel.ManagedPrefixListToken,
			Inputs: in{"name": "offices", "addressFamily": "IPv4", "maxEntries": 2.0,
				"entries": []any{in{"cidr": "192.0.2.0/24"}}}},
	)
	filter := func(name, value string) in { return in{"filters": []any{in{"name": name, "values": []any{value}}}} }
	s3, s3ID := "com.amazonaws.eu-west-1.s3", h.Output("s3", "prefixListId")
	tests := map[string]struct {
		function string
		args     in
		// want are results by their names; "error" is an error.
		want in
	}{
		"a network": {"getVpc", in{"id": "$net"},
			in{"cidrBlock": "10.0.0.0/16", "enableDnsHostnames": true, "default": false, "state": "available"}},
		"a network by its range": {"getVpc", in{"cidrBlock": "10.1.0.0/16"}, in{"id": h.IDs["plain"]}},
		"the default network":    {"getVpc", in{"default": true}, in{"cidrBlock": "172.31.0.0/16"}},
		"any network": {"getVpc", in{},
			in{"error": "multiple EC2 VPCs matched; use additional constraints to reduce matches to a single EC2 VPC"}},
		"no network": {"getVpc", filter("cidr", "10.9.0.0/16"),
			in{"error": "no matching EC2 VPC found"}},
		"a filter that is not": {"getVpc", filter("size", "1"),
			in{"error": "api error InvalidParameterValue: The filter 'size' is invalid"}},
		"a subnet by its tag": {"getSubnet", in{"tags": in{"tier": "public"}},
			in{"id": h.IDs["tagged"], "availableIpAddressCount": 251.0, "tags": in{"tier": "public"}}},
		"a subnet with interfaces":  {"getSubnet", in{"id": "$a"}, in{"availableIpAddressCount": 250.0}},
		"a subnet by a tag's value": {"getSubnet", filter("tag:tier", "public"), in{"availabilityZone": "eu-west-1c"}},
		"subnets of a network": {"getSubnets", filter("vpc-id", h.IDs["net"]),
			in{"ids": []any{h.IDs["a"], h.IDs["a2"], h.IDs["b"]}}},
		"no subnets":          {"getSubnets", filter("vpc-id", "vpc-0"), in{"ids": []any{}}},
		"a table of a subnet": {"getRouteTable", in{"subnetId": "$a"}, in{"routeTableId": h.IDs["table"]}},
		"no table of a subnet": {"getRouteTable", in{"subnetId": "$b"},
			in{"error": "no matching EC2 Route Table found"}},
		"a table": {"getRouteTable", in{"routeTableId": "$distanttable"},
			in{"vpcId": h.IDs["plain"]}},
		"the default group": {"getSecurityGroup", in{"vpcId": "$net", "name": "default"},
			in{"id": h.Output("net", "defaultSecurityGroupId")}},
		"a list of AWS": {"getPrefixList", in{"name": s3},
			in{"id": s3ID, "prefixListId": s3ID, "cidrBlocks": h.Output("s3", "cidrBlocks")}},
		"a list of AWS by its id":   {"getPrefixList", in{"prefixListId": s3ID}, in{"name": s3}},
		"a list of AWS by a filter": {"getPrefixList", filter("prefix-list-id", s3ID.(string)), in{"name": s3}},
		"a managed list of AWS": {"getManagedPrefixList",
			in{"name": "com.amazonaws.global.cloudfront.origin-facing"}, in{"ownerId": "AWS", "maxEntries": 55.0}},
		"a managed list of ours": {"getManagedPrefixList", in{"name": "offices"},
			in{"id": h.IDs["list"], "version": 1.0}},
		"no list": {"getManagedPrefixList", in{"name": "none"},
			in{"error": "no matching EC2 Managed Prefix List found"}},
		"a service of two kinds": {"getVpcEndpointService", in{"service": "s3"},
			in{"error": "multiple EC2 VPC Endpoint Services matched"}},
		"a service's gateway": {"getVpcEndpointService", in{"service": "s3", "serviceType": "Gateway"},
			in{"serviceName": s3}},
		"a service": {"getVpcEndpointService", in{"serviceName": "com.amazonaws.eu-west-1.ecr.dkr"},
			in{"privateDnsName": "*.dkr.ecr.eu-west-1.amazonaws.com", "serviceType": "Interface"}},
		"a service's other kind": {"getVpcEndpointService", in{"service": "ec2", "serviceType": "Gateway"},
			in{"error": "no matching EC2 VPC Endpoint Service found"}},
		"no service": {"getVpcEndpointService", in{"service": "s4"}, in{"error": "api error InvalidServiceName"}},
	}
	for name, tc := range tests {
		t.Run(name, func(t *testing.T) {
			answer, err := h.Call("aws:ec2/"+tc.function+":"+tc.function, tc.args)
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

// Every resource can be imported by the id that the real provider takes, and then equals an equal program.
func TestImports(t *testing.T) {
	t.Parallel()
	h := awstest.NewAccount(t, true).Use(in{"region": "eu-west-1"}).History().All(
		awstest.Step{Name: "net", Type: kernel.VPCToken,
			Inputs: in{"cidrBlock": "10.0.0.0/16", "assignGeneratedIpv6CidrBlock": true, "enableDnsHostnames": true,
				"tags": in{"Name": "net"}}},
		awstest.Step{Name: "more", Type: awstest.CIDRAssociationToken,
			Inputs: in{"vpcId": "$net", "cidrBlock": "100.64.0.0/16"}},
		awstest.Step{Name: "sub", Type: kernel.SubnetToken,
			Inputs: in{"vpcId": "$net", "cidrBlock": "10.0.0.0/24", "ipv6CidrBlock": awstest.IPv6("0::/64"),
				"availabilityZoneId": "euw1-az1"}},
		awstest.Step{Name: "group", Type: kernel.SecurityGroupToken,
			Inputs: in{"vpcId": "$net", "name": "group",
				"ingress": []any{awstest.HTTPS(in{"cidrBlocks": []any{"10.0.0.0/8"}, "self": true})}}},
		awstest.Step{Name: "bare", Type: kernel.SecurityGroupToken, Inputs: in{"vpcId": "$net", "name": "bare"}},
		awstest.Step{Name: "in", Type: kernel.SecurityGroupIngressRuleToken,
			Inputs: in{"securityGroupId": "$bare", "ipProtocol": "-1", "cidrIpv6": "::/0"}},
		awstest.Step{Name: "rule", Type: awstest.SecurityGroupRuleToken,
			Inputs: in{"securityGroupId": "$group", "type": "egress", "protocol": "-1", "fromPort": 0.0,
				"toPort": 0.0, "cidrBlocks": []any{"0.0.0.0/0"}}},
		awstest.Step{Name: "acl", Type: kernel.NetworkACLToken,
			Inputs: in{"vpcId": "$net", "ingress": []any{awstest.NetworkACLRule(100, nil)},
				"subnetIds": []any{"$sub"}}},
		awstest.Step{Name: "aclrule", Type: kernel.NetworkACLRuleToken,
			Inputs: in{"networkAclId": "$acl", "ruleNumber": 7.0, "egress": true, "protocol": "tcp", "fromPort": 1.0,
				"toPort": 2.0, "ruleAction": "deny", "cidrBlock": "0.0.0.0/0"}},
		awstest.Step{Name: "igw", Type: kernel.InternetGatewayToken, Inputs: in{"vpcId": "$net"}},
		awstest.Step{Name: "eigw", Type: kernel.EgressOnlyInternetGatewayToken, Inputs: in{"vpcId": "$net"}},
		awstest.Step{Name: "table", Type: kernel.RouteTableToken, Inputs: in{"vpcId": "$net"}},
		awstest.Step{Name: "route", Type: kernel.RouteToken,
			Inputs: in{"routeTableId": "$table", "destinationCidrBlock": "0.0.0.0/0", "gatewayId": "$igw"}},
		awstest.Step{Name: "joined", Type: awstest.RouteTableAssociationToken,
			Inputs: in{"routeTableId": "$table", "subnetId": "$sub"}},
		awstest.Step{Name: "address", Type: kernel.ElasticIPToken, Inputs: in{"domain": "vpc"}},
		awstest.Step{Name: "nat", Type: kernel.NATGatewayToken,
			Inputs: in{"subnetId": "$sub", "allocationId": "$address"}},
		awstest.Step{Name: "eni", Type: kernel.NetworkInterfaceToken, Inputs: in{"subnetId": "$sub"}},
		awstest.Step{Name: "s3", Type: kernel.VPCEndpointToken,
			Inputs: in{"vpcId": "$net", "serviceName": "com.amazonaws.eu-west-1.s3"}},
		awstest.Step{Name: "s3table", Type: awstest.VPCEndpointRouteTableToken,
			Inputs: in{"vpcEndpointId": "$s3", "routeTableId": "$table"}},
		awstest.Step{Name: "tgw", Type: kernel.TransitGatewayToken, Inputs: in{}},
		awstest.Step{Name: "attachment", Type: kernel.TransitGatewayAttachmentToken,
			Inputs: in{"transitGatewayId": "$tgw", "vpcId": "$net", "subnetIds": []any{"$sub"}}},
		awstest.Step{Name: "list", Type: kernel.ManagedPrefixListToken,
			Inputs: in{"name": "offices", "addressFamily": "IPv4", "maxEntries": 2.0}},
		awstest.Step{Name: "options", Type: kernel.DHCPOptionsToken, Inputs: in{"domainName": "example.com"}},
		awstest.Step{Name: "optioned", Type: awstest.DHCPOptionsAssociationToken,
			Inputs: in{"vpcId": "$net", "dhcpOptionsId": "$options"}},
	)
	out := func(property string) string { return h.Output("net", property).(string) }
	// These are the defaults of the VPC, which no step created.
	for name, part := range map[string]struct {
		typ string
		in  in
	}{
		"default group": {awstest.DefaultSecurityGroupToken,
			in{"vpcId": "$net", "ingress": []any{in{"protocol": "-1", "fromPort": 0.0, "toPort": 0.0, "self": true}},
				"egress": []any{
					in{"protocol": "-1", "fromPort": 0.0, "toPort": 0.0, "cidrBlocks": []any{"0.0.0.0/0"}},
					in{"protocol": "-1", "fromPort": 0.0, "toPort": 0.0, "ipv6CidrBlocks": []any{"::/0"}},
				}}},
		"default table": {kernel.DefaultRouteTableToken, in{"defaultRouteTableId": out("mainRouteTableId")}},
	} {
		h.Types[name] = part.typ
		h.IDs[name] = map[string]string{"default group": out("defaultSecurityGroupId"),
			"default table": out("mainRouteTableId")}[name]
		checked, err := h.Check(t.Context(),
			provider.CheckRequest{Urn: awstest.URN(part.typ), Inputs: awstest.Properties(h.Fill(part.in).(in))})
		require.NoError(t, err)
		h.Inputs[name] = checked.Inputs
	}
	other := map[string]string{
		"rule": "$group_egress_all_0_0_0.0.0.0/0", "aclrule": "$acl:7:tcp:true", "route": "$table_0.0.0.0/0",
		"joined": "$sub/$table", "s3table": "$s3/$table",
		"optioned": "$net", "default table": "$net",
	}
	for name, typ := range h.Types {
		ids := []string{h.IDs[name]}
		if id, ok := other[name]; ok {
			ids = append(ids, h.Fill(id).(string))
		}
		for _, id := range ids {
			t.Run(name+" "+id, func(t *testing.T) {
				r, err := h.Read(t.Context(), provider.ReadRequest{Urn: awstest.URN(typ), ID: id})
				require.NoError(t, err)
				require.Equal(t, h.IDs[name], r.ID)
				checked, err := h.Check(t.Context(),
					provider.CheckRequest{Urn: awstest.URN(typ), State: r.Inputs, Inputs: h.Inputs[name]})
				require.NoError(t, err)
				d, err := h.Diff(t.Context(), provider.DiffRequest{Urn: awstest.URN(typ), ID: id, OldInputs: r.Inputs,
					Inputs: checked.Inputs, State: r.Properties})
				require.NoError(t, err)
				require.False(t, d.HasChanges, "%v", d.DetailedDiff)
			})
		}
	}
}
