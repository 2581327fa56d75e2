package aws_test

import (
	"testing"

	provider "github.com/pulumi/pulumi-go-provider"
	"github.com/pulumi/pulumi/sdk/v3/go/common/resource"
	"github.com/stretchr/testify/require"
)

const (
	networkACLType     = "aws:ec2/networkAcl:NetworkAcl"
	aclRuleType        = "aws:ec2/networkAclRule:NetworkAclRule"
	aclAssociationType = "aws:ec2/networkAclAssociation:NetworkAclAssociation"
	defaultACLType     = "aws:ec2/defaultNetworkAcl:DefaultNetworkAcl"
	defaultTableType   = "aws:ec2/defaultRouteTable:DefaultRouteTable"
)

// entry is an inline rule of an ACL.
func entry(number float64, more in) in {
	return merged(in{"ruleNo": number, "action": "allow", "protocol": "-1", "fromPort": 0.0, "toPort": 0.0, "cidrBlock": "0.0.0.0/0"}, more)
}

func aclNetwork() []step {
	return []step{
		{"net", vpcType, in{"cidrBlock": "10.0.0.0/16"}}, {"far", vpcType, in{"cidrBlock": "10.1.0.0/16"}},
		{"a", subnetType, in{"vpcId": "$net", "cidrBlock": "10.0.0.0/24"}}, {"b", subnetType, in{"vpcId": "$net", "cidrBlock": "10.0.1.0/24"}},
		{"distant", subnetType, in{"vpcId": "$far", "cidrBlock": "10.1.0.0/24"}},
		{"acl", networkACLType, in{"vpcId": "$net", "ingress": []any{entry(100, nil)}, "subnetIds": []any{"$a"}}},
	}
}

func TestACLsThatAWSRefuses(t *testing.T) {
	t.Parallel()
	rule := func(number float64, more in) []step {
		return []step{{"rule", aclRuleType, merged(in{"networkAclId": "$acl", "ruleNumber": number, "protocol": "tcp", "fromPort": 443.0, "toPort": 443.0,
			"ruleAction": "allow", "cidrBlock": "0.0.0.0/0"}, more)}}
	}
	acl := func(more in) []step { return []step{{"x", networkACLType, merged(in{"vpcId": "$net"}, more)}} }
	many := []any{}
	for i := range 21 {
		many = append(many, entry(float64(i+1), nil))
	}
	runRefusals(t, aclNetwork(), map[string]refusal{
		"a number that is taken":         {rule(100, nil), "api error NetworkAclEntryAlreadyExists: The network acl entry identified by 100 already exists."},
		"the same number, out":           {rule(100, in{"egress": true}), ""},
		"a number twice inline":          {acl(in{"egress": []any{entry(7, nil), entry(7, in{"action": "deny"})}}), "api error NetworkAclEntryAlreadyExists: The network acl entry identified by 7 already exists."},
		"a number that is too large":     {rule(32767, nil), "expected ruleNumber to be in the range (1 - 32766)"},
		"an inline number of nothing":    {acl(in{"egress": []any{entry(0, nil)}}), "expected rule_no to be in the range (1 - 32766)"},
		"an inline action":               {acl(in{"egress": []any{entry(1, in{"action": "drop"})}}), "expected action to be one of"},
		"an inline range":                {acl(in{"egress": []any{entry(1, in{"cidrBlock": "10.0.0.1/8"})}}), "did you mean"},
		"an inline protocol":             {acl(in{"egress": []any{entry(1, in{"protocol": "tcpp"})}}), "api error InvalidParameterValue: Value (tcpp) for parameter protocol is invalid."},
		"a protocol":                     {rule(1, in{"protocol": "http"}), `"http" is not a valid protocol`},
		"an action":                      {rule(1, in{"ruleAction": "drop"}), "expected ruleAction to be one of"},
		"no range":                       {[]step{{"rule", aclRuleType, in{"networkAclId": "$acl", "ruleNumber": 1.0, "protocol": "-1", "ruleAction": "deny"}}}, "one of cidrBlock, ipv6CidrBlock must be specified"},
		"two ranges":                     {rule(1, in{"ipv6CidrBlock": "::/0"}), "conflicts with ipv6CidrBlock"},
		"ports from high to low":         {rule(1, in{"toPort": 80.0}), "api error InvalidParameterValue: Invalid port range"},
		"no such ACL":                    {rule(1, in{"networkAclId": "acl-0"}), "api error InvalidNetworkAclID.NotFound: The networkAcl ID 'acl-0' does not exist"},
		"too many rules":                 {acl(in{"ingress": many}), "api error NetworkAclEntryLimitExceeded"},
		"as many rules as there can be":  {acl(in{"ingress": many[:20], "egress": many[:20]}), ""},
		"another network's subnet":       {acl(in{"subnetIds": []any{"$distant"}}), "belong to different networks"},
		"no such subnet":                 {acl(in{"subnetIds": []any{"subnet-0"}}), "api error InvalidSubnetID.NotFound"},
		"an association of no ACL":       {[]step{{"x", aclAssociationType, in{"networkAclId": "acl-0", "subnetId": "$a"}}}, "api error InvalidNetworkAclID.NotFound"},
		"an association of no subnet":    {[]step{{"x", aclAssociationType, in{"networkAclId": "$acl", "subnetId": "subnet-0"}}}, "api error InvalidSubnetID.NotFound"},
		"an association across networks": {[]step{{"x", aclAssociationType, in{"networkAclId": "$acl", "subnetId": "$distant"}}}, "belong to different networks"},
		"no default ACL":                 {[]step{{"x", defaultACLType, in{"defaultNetworkAclId": "$acl"}}}, "is not the default one of its network"},
		"an ACL of no network":           {[]step{{"x", networkACLType, in{"vpcId": "vpc-0"}}}, "api error InvalidVpcID.NotFound"},
		"a network with another ACL":     {[]step{{"-a", "", nil}, {"-b", "", nil}, {"-net", "", nil}}, "api error DependencyViolation"},
	})
}

// aclOf returns the ACL of a subnet.
func aclOf(h *history, subnet string) any {
	h.t.Helper()
	for _, name := range []string{"acl", "other", "default"} {
		r, err := h.Read(h.t.Context(), provider.ReadRequest{Urn: urn(networkACLType), ID: h.ids[name]})
		require.NoError(h.t, err)
		subnets, _ := resource.ToResourcePropertyMap(r.Properties).Mappable()["subnetIds"].([]any)
		for _, id := range subnets {
			if id == h.ids[subnet] {
				return name
			}
		}
	}
	return nil
}

func TestSubnetsAlwaysHaveAnACL(t *testing.T) {
	t.Parallel()
	h := newAccount(t, true).use(in{"region": "eu-west-1"}).history().all(aclNetwork()...).all(step{"other", networkACLType, in{"vpcId": "$net"}})
	h.ids["default"], _ = h.out("net", "defaultNetworkAclId").(string)
	require.Equal(t, "acl", aclOf(h, "a"))
	require.Equal(t, "default", aclOf(h, "b"), "a new subnet has the default one")
	require.Equal(t, []any{h.ids["a"]}, h.out("acl", "subnetIds"))
	h.all(step{"joined", aclAssociationType, in{"networkAclId": "$other", "subnetId": "$b"}})
	require.Equal(t, "other", aclOf(h, "b"))
	h.all(step{"taken", aclAssociationType, in{"networkAclId": "$other", "subnetId": "$a"}})
	require.Equal(t, []any{}, h.read("acl")["subnetIds"], "drift")
	h.all(step{"-joined", "", nil}, step{"~acl", "", in{"vpcId": "$net", "ingress": []any{entry(100, nil)}, "subnetIds": []any{"$a"}}})
	require.Equal(t, "default", aclOf(h, "b"))
	require.Equal(t, "acl", aclOf(h, "a"))
	require.Nil(t, h.read("taken"))
	h.all(step{"-acl", "", nil})
	require.Equal(t, "default", aclOf(h, "a"), "as the provider has it, an ACL's subnets go back to the default one before it is deleted")
	h.all(step{"-other", "", nil}, step{"-a", "", nil}, step{"-b", "", nil}, step{"-net", "", nil})
}

func TestTheDefaultACLIsTakenOver(t *testing.T) {
	t.Parallel()
	h := newAccount(t, true).use(in{"region": "eu-west-1"}).history().all(
		step{"net", vpcType, in{"cidrBlock": "10.0.0.0/16", "assignGeneratedIpv6CidrBlock": true}},
	)
	id, _ := h.out("net", "defaultNetworkAclId").(string)
	look := func(property string) any {
		r, err := h.Read(t.Context(), provider.ReadRequest{Urn: urn(networkACLType), ID: id})
		require.NoError(t, err)
		return resource.ToResourcePropertyMap(r.Properties).Mappable()[property]
	}
	six := entry(101, in{"ipv6CidrBlock": "::/0"})
	delete(six, "cidrBlock")
	require.ElementsMatch(t, []any{entry(100, nil), six}, look("ingress"))
	require.ElementsMatch(t, []any{entry(100, nil), six}, look("egress"))
	h.all(step{"acl", defaultACLType, in{"defaultNetworkAclId": id, "ingress": []any{entry(50, in{"action": "deny"})}}})
	require.Equal(t, []any{entry(50, in{"action": "deny"})}, look("ingress"))
	require.Equal(t, []any{}, look("egress"))
	require.Equal(t, h.ids["net"], h.out("acl", "vpcId"))
	h.all(
		step{"rule", aclRuleType, in{"networkAclId": id, "ruleNumber": 1.0, "egress": true, "protocol": "-1", "ruleAction": "allow", "cidrBlock": "0.0.0.0/0"}},
		step{"sub", subnetType, in{"vpcId": "$net", "cidrBlock": "10.0.0.0/24"}},
	)
	now := h.read("acl")
	require.Equal(t, []any{entry(1, nil)}, now["egress"], "a rule that nobody asked for is drift")
	require.Equal(t, []any{h.ids["sub"]}, now["subnetIds"], "and so is a subnet")
	h.all(step{"~acl", "", in{"defaultNetworkAclId": id}})
	require.Equal(t, []any{}, look("ingress"))
	require.Equal(t, []any{}, look("egress"))
	h.all(step{"-acl", "", nil}, step{"-sub", "", nil}, step{"-net", "", nil})
}

func TestRulesOfACLsOfTheirOwn(t *testing.T) {
	t.Parallel()
	h := newAccount(t, true).use(in{"region": "eu-west-1"}).history().all(aclNetwork()...).all(
		step{"rule", aclRuleType, in{"networkAclId": "$acl", "ruleNumber": 200.0, "protocol": "tcp", "fromPort": 1024.0, "toPort": 65535.0, "ruleAction": "allow",
			"ipv6CidrBlock": "::/0"}},
	)
	require.Regexp(t, `^nacl-\d+$`, h.ids["rule"])
	own := in{"ruleNo": 200.0, "action": "allow", "protocol": "tcp", "fromPort": 1024.0, "toPort": 65535.0, "ipv6CidrBlock": "::/0"}
	require.Equal(t, []any{entry(100, nil), own}, h.read("acl")["ingress"])
	h.all(step{"~acl", "", in{"vpcId": "$net", "ingress": []any{entry(100, in{"action": "deny"})}}})
	require.Nil(t, h.read("rule"), "inline rules are all that an ACL has")
	require.Equal(t, []any{entry(100, in{"action": "deny"})}, h.read("acl")["ingress"])
}

func TestTablesWithRoutesInline(t *testing.T) {
	t.Parallel()
	out := in{"cidrBlock": "0.0.0.0/0", "gatewayId": "$igw"}
	h := newAccount(t, true).use(in{"region": "eu-west-1"}).history().all(
		step{"net", vpcType, in{"cidrBlock": "10.0.0.0/16"}}, step{"igw", internetType, in{"vpcId": "$net"}}, step{"eigw", egressType, in{"vpcId": "$net"}},
		step{"table", tableType, in{"vpcId": "$net", "routes": []any{out}}},
	)
	main, _ := h.out("net", "mainRouteTableId").(string)
	want := func(blocks ...in) []any { return h.fill(append([]any{}, anys(blocks)...)).([]any) }
	six := in{"ipv6CidrBlock": "::/0", "egressOnlyGatewayId": "$eigw"}
	require.Equal(t, want(out), h.read("table")["routes"])
	h.all(step{"six", routeType, in{"routeTableId": "$table", "destinationIpv6CidrBlock": "::/0", "egressOnlyGatewayId": "$eigw"}})
	require.Equal(t, want(out, six), h.read("table")["routes"])
	h.all(step{"~table", "", in{"vpcId": "$net", "routes": []any{six}}})
	require.Equal(t, want(six), h.read("table")["routes"])
	require.ErrorContains(t, h.do(step{"x", tableType, in{"vpcId": "$net", "routes": []any{out, out}}}), "api error RouteAlreadyExists")
	require.ErrorContains(t, h.do(step{"x", tableType, in{"vpcId": "$net", "propagatingVgws": []any{"vgw-0"}}}), "does not cover virtual private gateways")

	h.all(step{"extra", routeType, in{"routeTableId": main, "destinationCidrBlock": "0.0.0.0/0", "gatewayId": "$igw"}},
		step{"main", defaultTableType, in{"defaultRouteTableId": main, "routes": []any{six}}})
	require.Equal(t, main, h.ids["main"])
	require.Nil(t, h.read("extra"))
	require.Equal(t, want(six), h.read("main")["routes"])
	h.all(step{"-main", "", nil})
	require.ErrorContains(t, h.do(step{"x", defaultTableType, in{"defaultRouteTableId": "$table"}}), "is not the default one of its network")
}

func anys(blocks []in) []any {
	var out []any
	for _, b := range blocks {
		out = append(out, b)
	}
	return out
}
