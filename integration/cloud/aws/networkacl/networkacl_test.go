package networkacl_test

import (
	"testing"

	provider "github.com/pulumi/pulumi-go-provider"
	"github.com/pulumi/pulumi/sdk/v3/go/common/resource"
	"github.com/stretchr/testify/require"

	"github.com/ashlar-iac/ashlar/integration/cloud/aws/awstest"
	"github.com/ashlar-iac/ashlar/integration/cloud/aws/kernel"
)

// in are the inputs of a resource.
type in = map[string]any

const (
	aclAssociationToken = "aws:ec2/networkAclAssociation:NetworkAclAssociation"
	defaultACLToken     = "aws:ec2/defaultNetworkAcl:DefaultNetworkAcl"
)

func aclNetwork() []awstest.Step {
	return []awstest.Step{
		{Name: "net", Type: kernel.VPCToken, Inputs: in{"cidrBlock": "10.0.0.0/16"}},
		{Name: "far", Type: kernel.VPCToken, Inputs: in{"cidrBlock": "10.1.0.0/16"}},
		{Name: "a", Type: kernel.SubnetToken, Inputs: in{"vpcId": "$net", "cidrBlock": "10.0.0.0/24"}},
		{Name: "b", Type: kernel.SubnetToken, Inputs: in{"vpcId": "$net", "cidrBlock": "10.0.1.0/24"}},
		{Name: "distant", Type: kernel.SubnetToken, Inputs: in{"vpcId": "$far", "cidrBlock": "10.1.0.0/24"}},
		{Name: "acl", Type: kernel.NetworkACLToken,
			Inputs: in{"vpcId": "$net", "ingress": []any{awstest.NetworkACLRule(100, nil)}, "subnetIds": []any{"$a"}}},
	}
}

func TestRejectedNetworkACLs(t *testing.T) {
	t.Parallel()
	rule := func(number float64, more in) []awstest.Step {
		return []awstest.Step{{Name: "rule", Type: kernel.NetworkACLRuleToken,
			Inputs: awstest.Merge(in{"networkAclId": "$acl", "ruleNumber": number, "protocol": "tcp",
				"fromPort": 443.0, "toPort": 443.0,
				"ruleAction": "allow", "cidrBlock": "0.0.0.0/0"}, more)}}
	}
	acl := func(more in) []awstest.Step {
		return []awstest.Step{{Name: "x", Type: kernel.NetworkACLToken,
			Inputs: awstest.Merge(in{"vpcId": "$net"}, more)}}
	}
	many := []any{}
	for i := range 21 {
		many = append(many, awstest.NetworkACLRule(float64(i+1), nil))
	}
	awstest.RunRefusals(t, aclNetwork(), map[string]awstest.Refusal{
		"a number that is taken": {Steps: rule(100, nil),
			Want: "api error NetworkAclEntryAlreadyExists: The network acl entry identified by 100 already exists."},
		"the same number for egress": {Steps: rule(100, in{"egress": true})},
		"a number twice inline": {Steps: acl(in{"egress": []any{awstest.NetworkACLRule(7, nil),
			awstest.NetworkACLRule(7, in{"action": "deny"})}}),
			Want: "api error NetworkAclEntryAlreadyExists: The network acl entry identified by 7 already exists."},
		"a number that is too large": {Steps: rule(32767, nil),
			Want: "expected ruleNumber to be in the range (1 - 32766)"},
		"an inline rule number of 0": {Steps: acl(in{"egress": []any{awstest.NetworkACLRule(0, nil)}}),
			Want: "expected rule_no to be in the range (1 - 32766)"},
		"an inline action": {Steps: acl(in{"egress": []any{awstest.NetworkACLRule(1,
			in{"action": "drop"})}}), Want: "expected action to be one of"},
		"an inline range": {Steps: acl(in{"egress": []any{awstest.NetworkACLRule(1,
			in{"cidrBlock": "10.0.0.1/8"})}}), Want: "did you mean"},
		"an inline protocol": {Steps: acl(in{"egress": []any{awstest.NetworkACLRule(1,
			in{"protocol": "tcpp"})}}),
			Want: "api error InvalidParameterValue: Value (tcpp) for parameter protocol is invalid."},
		"a protocol": {Steps: rule(1, in{"protocol": "http"}),
			Want: `"http" is not a valid protocol`},
		"an action": {Steps: rule(1, in{"ruleAction": "drop"}),
			Want: "expected ruleAction to be one of"},
		"no range": {Steps: []awstest.Step{{Name: "rule", Type: kernel.NetworkACLRuleToken,
			Inputs: in{"networkAclId": "$acl", "ruleNumber": 1.0, "protocol": "-1", "ruleAction": "deny"}}},
			Want: "one of cidrBlock, ipv6CidrBlock must be specified"},
		"two ranges": {Steps: rule(1, in{"ipv6CidrBlock": "::/0"}),
			Want: "conflicts with ipv6CidrBlock"},
		"ports from high to low": {Steps: rule(1, in{"toPort": 80.0}),
			Want: "api error InvalidParameterValue: Invalid port range"},
		"no such ACL": {Steps: rule(1, in{"networkAclId": "acl-0"}),
			Want: "api error InvalidNetworkAclID.NotFound: The networkAcl ID 'acl-0' does not exist"},
		"too many rules": {Steps: acl(in{"ingress": many}),
			Want: "api error NetworkAclEntryLimitExceeded"},
		"as many rules as there can be": {Steps: acl(in{"ingress": many[:20], "egress": many[:20]})},
		"another network's subnet": {Steps: acl(in{"subnetIds": []any{"$distant"}}),
			Want: "belong to different networks"},
		"no such subnet": {Steps: acl(in{"subnetIds": []any{"subnet-0"}}),
			Want: "api error InvalidSubnetID.NotFound"},
		"an association with a missing ACL": {Steps: []awstest.Step{{Name: "x", Type: aclAssociationToken,
			Inputs: in{"networkAclId": "acl-0", "subnetId": "$a"}}}, Want: "api error InvalidNetworkAclID.NotFound"},
		"an association with a missing subnet": {Steps: []awstest.Step{{Name: "x", Type: aclAssociationToken,
			Inputs: in{"networkAclId": "$acl", "subnetId": "subnet-0"}}}, Want: "api error InvalidSubnetID.NotFound"},
		"an association across networks": {Steps: []awstest.Step{{Name: "x", Type: aclAssociationToken,
			Inputs: in{"networkAclId": "$acl", "subnetId": "$distant"}}}, Want: "belong to different networks"},
		"the default ACL of a custom ACL": {Steps: []awstest.Step{{Name: "x", Type: defaultACLToken,
			Inputs: in{"defaultNetworkAclId": "$acl"}}}, Want: "is not the default one of its network"},
		"an ACL of a missing VPC": {Steps: []awstest.Step{{Name: "x", Type: kernel.NetworkACLToken,
			Inputs: in{"vpcId": "vpc-0"}}}, Want: "api error InvalidVpcID.NotFound"},
		"a network with another ACL": {Steps: []awstest.Step{{Name: "-a"}, {Name: "-b"}, {Name: "-net"}},
			Want: "api error DependencyViolation"},
	})
}

// aclOf returns the network ACL of a subnet.
func aclOf(h *awstest.History, subnet string) any {
	h.T.Helper()
	for _, name := range []string{"acl", "other", "default"} {
		r, err := h.Read(h.T.Context(), provider.ReadRequest{Urn: awstest.URN(kernel.NetworkACLToken), ID: h.IDs[name]})
		require.NoError(h.T, err)
		subnets, _ := resource.ToResourcePropertyMap(r.Properties).Mappable()["subnetIds"].([]any)
		for _, id := range subnets {
			if id == h.IDs[subnet] {
				return name
			}
		}
	}
	return nil
}

func TestSubnetsReturnToTheDefaultACL(t *testing.T) {
	t.Parallel()
	h := awstest.NewAccount(t,
		true).Use(in{"region": "eu-west-1"}).History().All(aclNetwork()...).All(awstest.Step{Name: "other",
		Type: kernel.NetworkACLToken, Inputs: in{"vpcId": "$net"}})
	h.IDs["default"], _ = h.Output("net", "defaultNetworkAclId").(string)
	require.Equal(t, "acl", aclOf(h, "a"))
	require.Equal(t, "default", aclOf(h, "b"), "a new subnet has the default one")
	require.Equal(t, []any{h.IDs["a"]}, h.Output("acl", "subnetIds"))
	h.All(awstest.Step{Name: "joined", Type: aclAssociationToken,
		Inputs: in{"networkAclId": "$other", "subnetId": "$b"}})
	require.Equal(t, "other", aclOf(h, "b"))
	h.All(awstest.Step{Name: "taken", Type: aclAssociationToken,
		Inputs: in{"networkAclId": "$other", "subnetId": "$a"}})
	require.Equal(t, []any{}, h.Refreshed("acl")["subnetIds"], "drift")
	h.All(awstest.Step{Name: "-joined"},
		awstest.Step{Name: "~acl", Inputs: in{"vpcId": "$net", "ingress": []any{awstest.NetworkACLRule(100, nil)},
			"subnetIds": []any{"$a"}}})
	require.Equal(t, "default", aclOf(h, "b"))
	require.Equal(t, "acl", aclOf(h, "a"))
	require.Nil(t, h.Refreshed("taken"))
	h.All(awstest.Step{Name: "-acl"})
	require.Equal(t, "default", aclOf(h, "a"),
		"as the provider has it, an ACL's subnets go back to the default one before it is deleted")
	h.All(awstest.Step{Name: "-other"}, awstest.Step{Name: "-a"}, awstest.Step{Name: "-b"}, awstest.Step{Name: "-net"})
}

func TestDefaultNetworkACL(t *testing.T) {
	t.Parallel()
	h := awstest.NewAccount(t, true).Use(in{"region": "eu-west-1"}).History().All(
		awstest.Step{Name: "net", Type: kernel.VPCToken,
			Inputs: in{"cidrBlock": "10.0.0.0/16", "assignGeneratedIpv6CidrBlock": true}},
	)
	id, _ := h.Output("net", "defaultNetworkAclId").(string)
	look := func(property string) any {
		r, err := h.Read(t.Context(), provider.ReadRequest{Urn: awstest.URN(kernel.NetworkACLToken), ID: id})
		require.NoError(t, err)
		return resource.ToResourcePropertyMap(r.Properties).Mappable()[property]
	}
	six := awstest.NetworkACLRule(101, in{"ipv6CidrBlock": "::/0"})
	delete(six, "cidrBlock")
	require.ElementsMatch(t, []any{awstest.NetworkACLRule(100, nil), six}, look("ingress"))
	require.ElementsMatch(t, []any{awstest.NetworkACLRule(100, nil), six}, look("egress"))
	h.All(awstest.Step{Name: "acl", Type: defaultACLToken,
		Inputs: in{"defaultNetworkAclId": id, "ingress": []any{awstest.NetworkACLRule(50, in{"action": "deny"})}}})
	require.Equal(t, []any{awstest.NetworkACLRule(50, in{"action": "deny"})}, look("ingress"))
	require.Equal(t, []any{}, look("egress"))
	require.Equal(t, h.IDs["net"], h.Output("acl", "vpcId"))
	h.All(
		awstest.Step{Name: "rule", Type: kernel.NetworkACLRuleToken,
			Inputs: in{"networkAclId": id, "ruleNumber": 1.0, "egress": true, "protocol": "-1", "ruleAction": "allow",
				"cidrBlock": "0.0.0.0/0"}},
		awstest.Step{Name: "sub", Type: kernel.SubnetToken, Inputs: in{"vpcId": "$net", "cidrBlock": "10.0.0.0/24"}},
	)
	now := h.Refreshed("acl")
	require.Equal(t, []any{awstest.NetworkACLRule(1, nil)}, now["egress"], "a rule that is not in the inputs is drift")
	require.Equal(t, []any{h.IDs["sub"]}, now["subnetIds"], "and so is a subnet")
	h.All(awstest.Step{Name: "~acl", Inputs: in{"defaultNetworkAclId": id}})
	require.Equal(t, []any{}, look("ingress"))
	require.Equal(t, []any{}, look("egress"))
	h.All(awstest.Step{Name: "-acl"}, awstest.Step{Name: "-sub"}, awstest.Step{Name: "-net"})
}

func TestNetworkACLRules(t *testing.T) {
	t.Parallel()
	h := awstest.NewAccount(t, true).Use(in{"region": "eu-west-1"}).History().All(aclNetwork()...).All(
		awstest.Step{Name: "rule", Type: kernel.NetworkACLRuleToken,
			Inputs: in{"networkAclId": "$acl", "ruleNumber": 200.0, "protocol": "tcp", "fromPort": 1024.0,
				"toPort": 65535.0, "ruleAction": "allow",
				"ipv6CidrBlock": "::/0"}},
	)
	require.Regexp(t, `^nacl-\d+$`, h.IDs["rule"])
	own := in{"ruleNo": 200.0, "action": "allow", "protocol": "tcp", "fromPort": 1024.0, "toPort": 65535.0,
		"ipv6CidrBlock": "::/0"}
	require.Equal(t, []any{awstest.NetworkACLRule(100, nil), own}, h.Refreshed("acl")["ingress"])
	h.All(awstest.Step{Name: "~acl", Inputs: in{"vpcId": "$net",
		"ingress": []any{awstest.NetworkACLRule(100, in{"action": "deny"})}}})
	require.Nil(t, h.Refreshed("rule"), "inline rules are all that an ACL has")
	require.Equal(t, []any{awstest.NetworkACLRule(100, in{"action": "deny"})}, h.Refreshed("acl")["ingress"])
}
