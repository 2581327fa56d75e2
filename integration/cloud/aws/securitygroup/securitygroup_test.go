package securitygroup_test

import (
	"fmt"
	"strings"
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
	egressRuleToken = "aws:vpc/securityGroupEgressRule:SecurityGroupEgressRule"
)

// twoGroups are the steps of two VPCs with a security group each.
func twoGroups() []awstest.Step {
	return []awstest.Step{
		{Name: "net", Type: kernel.VPCToken, Inputs: in{"cidrBlock": "10.0.0.0/16"}},
		{Name: "far", Type: kernel.VPCToken, Inputs: in{"cidrBlock": "10.1.0.0/16"}},
		{Name: "sub", Type: kernel.SubnetToken, Inputs: in{"vpcId": "$net", "cidrBlock": "10.0.0.0/24"}},
		{Name: "web", Type: kernel.SecurityGroupToken,
			Inputs: in{"vpcId": "$net", "ingress": []any{awstest.HTTPS(in{"cidrBlocks": []any{"10.0.0.0/8",
				"192.168.0.0/16"}})}}},
		{Name: "db", Type: kernel.SecurityGroupToken, Inputs: in{"vpcId": "$net", "name": "db"}},
		{Name: "distant", Type: kernel.SecurityGroupToken, Inputs: in{"vpcId": "$far"}},
	}
}

func TestRejectedSecurityGroupRules(t *testing.T) {
	t.Parallel()
	rule := func(name string, inputs in) awstest.Step {
		return awstest.Step{Name: name, Type: kernel.SecurityGroupIngressRuleToken,
			Inputs: awstest.Merge(in{"securityGroupId": "$db", "ipProtocol": "tcp", "fromPort": 443.0,
				"toPort": 443.0, "cidrIpv4": "10.0.0.0/8"}, inputs)}
	}
	from := func(inputs in) awstest.Step {
		return awstest.Step{Name: "r", Type: kernel.SecurityGroupIngressRuleToken,
			Inputs: awstest.Merge(in{"securityGroupId": "$db", "ipProtocol": "tcp", "fromPort": 443.0,
				"toPort": 443.0}, inputs)}
	}
	old := func(inputs in) awstest.Step {
		return awstest.Step{Name: "old", Type: awstest.SecurityGroupRuleToken,
			Inputs: awstest.Merge(in{"securityGroupId": "$db", "type": "ingress", "protocol": "tcp",
				"fromPort": 443.0, "toPort": 443.0}, inputs)}
	}
	group := func(inputs in) awstest.Step {
		return awstest.Step{Name: "g", Type: kernel.SecurityGroupToken,
			Inputs: awstest.Merge(in{"vpcId": "$net"}, inputs)}
	}
	many := []any{}
	for i := range 61 {
		many = append(many, fmt.Sprintf("10.%d.0.0/16", i))
	}
	duplicate := `api error InvalidPermission.Duplicate: the specified rule "peer: 10.0.0.0/8, TCP, from port: 443, to port: 443, ALLOW" already exists`
	awstest.RunRefusals(t, twoGroups(), map[string]awstest.Refusal{
		"a rule twice": {Steps: []awstest.Step{rule("r", nil), rule("r2", nil)}, Want: duplicate},
		"a rule twice, of another kind": {Steps: []awstest.Step{rule("r", nil),
			old(in{"cidrBlocks": []any{"10.0.0.0/8"}})}, Want: duplicate},
		"a rule that exists inline": {Steps: []awstest.Step{rule("r", in{"securityGroupId": "$web"})},
			Want: duplicate},
		"a rule of a protocol's number": {Steps: []awstest.Step{rule("r", nil), rule("r2", in{"ipProtocol": "6"})},
			Want: duplicate},
		"an inline rule twice": {Steps: []awstest.Step{group(in{"ingress": []any{awstest.HTTPS(in{"cidrBlocks": []any{"10.0.0.0/8"}}), awstest.HTTPS(in{"cidrBlocks": []any{"10.0.0.0/8"}})}})}, Want: duplicate},
		"the same rule for ingress and egress": {Steps: []awstest.Step{rule("r", nil),
			{Name: "o", Type: egressRuleToken, Inputs: in{"securityGroupId": "$db", "ipProtocol": "tcp",
				"fromPort": 443.0, "toPort": 443.0, "cidrIpv4": "10.0.0.0/8"}}}},
		"a rule of a missing group": {Steps: []awstest.Step{rule("r", in{"securityGroupId": "sg-0"})},
			Want: "api error InvalidGroup.NotFound: The security group 'sg-0' does not exist"},
		"a rule from a missing group": {Steps: []awstest.Step{from(in{"referencedSecurityGroupId": "sg-0"})},
			Want: "api error InvalidGroup.NotFound: The security group 'sg-0' does not exist"},
		"a rule from another network": {Steps: []awstest.Step{from(in{"referencedSecurityGroupId": "$distant"})},
			Want: "api error InvalidGroup.NotFound: You have specified two resources that belong to different networks."},
		"a rule from a peer": {Steps: []awstest.Step{{Name: "p", Type: kernel.VPCPeeringConnectionToken,
			Inputs: in{"vpcId": "$net", "peerVpcId": "$far", "autoAccept": true}},
			from(in{"referencedSecurityGroupId": "$distant"})}},
		"a rule from a missing prefix list": {Steps: []awstest.Step{from(in{"prefixListId": "pl-0"})},
			Want: "api error InvalidPrefixListID.NotFound"},
		"a rule without a source": {Steps: []awstest.Step{from(nil)},
			Want: "one of cidrIpv4, cidrIpv6, prefixListId, referencedSecurityGroupId must be specified"},
		"a rule with two sources": {Steps: []awstest.Step{rule("r", in{"cidrIpv6": "::/0"})},
			Want: "conflicts with cidrIpv6"},
		"IPv6 as IPv4":              {Steps: []awstest.Step{rule("r", in{"cidrIpv4": "::/0"})}, Want: "is not a valid IPv4 CIDR block"},
		"IPv4 as IPv6":              {Steps: []awstest.Step{from(in{"cidrIpv6": "10.0.0.0/8"})}, Want: "is not a valid IPv6 CIDR block"},
		"inline IPv6 as IPv4":       {Steps: []awstest.Step{group(in{"egress": []any{awstest.HTTPS(in{"cidrBlocks": []any{"::/0"}})}})}, Want: "is not a valid IPv4 CIDR block"},
		"all protocols":             {Steps: []awstest.Step{{Name: "r", Type: kernel.SecurityGroupIngressRuleToken, Inputs: in{"securityGroupId": "$db", "ipProtocol": "-1", "cidrIpv4": "10.0.0.0/8"}}}},
		"ports of all protocols":    {Steps: []awstest.Step{rule("r", in{"ipProtocol": "-1", "fromPort": -1.0, "toPort": -1.0})}},
		"no ports of all protocols": {Steps: []awstest.Step{rule("r", in{"ipProtocol": "-1", "fromPort": 0.0, "toPort": 0.0})}},
		"all protocols twice, with and without ports": {Steps: []awstest.Step{
			rule("r", in{"ipProtocol": "-1", "fromPort": 0.0, "toPort": 0.0}), rule("r2", in{"ipProtocol": "-1", "fromPort": -1.0, "toPort": -1.0})},
			Want: "api error InvalidPermission.Duplicate"},
		"a misspelt protocol": {Steps: []awstest.Step{rule("r", in{"ipProtocol": "tpc"})},
			Want: "api error InvalidParameterValue: Invalid value 'tpc' for IP protocol. Unknown protocol."},
		"a misspelt inline protocol": {Steps: []awstest.Step{group(in{"ingress": []any{awstest.HTTPS(in{"protocol": "htp", "cidrBlocks": []any{"10.0.0.0/8"}})}})},
			Want: "Unknown protocol."},
		"a misspelt protocol of an old rule": {Steps: []awstest.Step{old(in{"protocol": "tcpp", "self": true})}, Want: "Unknown protocol."},
		"a protocol out of range":            {Steps: []awstest.Step{rule("r", in{"ipProtocol": "256"})}, Want: "Unknown protocol."},
		"a protocol's number":                {Steps: []awstest.Step{rule("r", in{"ipProtocol": "50"})}},
		"pings":                              {Steps: []awstest.Step{rule("r", in{"ipProtocol": "icmp", "fromPort": 8.0, "toPort": -1.0})}},
		"all of ICMP":                        {Steps: []awstest.Step{rule("r", in{"ipProtocol": "icmp", "fromPort": -1.0, "toPort": -1.0})}},
		"a code of all ICMP types":           {Steps: []awstest.Step{rule("r", in{"ipProtocol": "icmp", "fromPort": -1.0, "toPort": 0.0})}, Want: "Invalid ICMP type/code"},
		"an ICMP type out of range":          {Steps: []awstest.Step{rule("r", in{"ipProtocol": "icmp", "fromPort": 443.0, "toPort": -1.0})}, Want: "Invalid ICMP type/code"},
		"no ports": {Steps: []awstest.Step{{Name: "r",
			Type:   kernel.SecurityGroupIngressRuleToken,
			Inputs: in{"securityGroupId": "$db", "ipProtocol": "tcp", "cidrIpv4": "10.0.0.0/8"}}},
			Want: "api error InvalidParameterValue: Invalid value 'Must specify both from and to ports with TCP/UDP.'"},
		"ports from high to low": {Steps: []awstest.Step{rule("r", in{"toPort": 80.0})},
			Want: "api error InvalidParameterValue: Invalid TCP/UDP port range (443:80)"},
		"a port out of range": {Steps: []awstest.Step{rule("r", in{"toPort": 65536.0})},
			Want: "expected toPort to be in the range"},
		"a description with invalid characters": {Steps: []awstest.Step{rule("r", in{"description": "web > db"})},
			Want: "api error InvalidParameterValue: Invalid rule description."},
		"inline ports of all protocols":                 {Steps: []awstest.Step{group(in{"egress": []any{awstest.HTTPS(in{"protocol": "-1", "cidrBlocks": []any{"0.0.0.0/0"}})}})}, Want: `must both be 0 to use the 'ALL' "-1" protocol!`},
		"an inline description with invalid characters": {Steps: []awstest.Step{group(in{"egress": []any{awstest.HTTPS(in{"description": "it's", "cidrBlocks": []any{"0.0.0.0/0"}})}})}, Want: "invalid value for description"},
		"an inline range with host bits":                {Steps: []awstest.Step{group(in{"egress": []any{awstest.HTTPS(in{"cidrBlocks": []any{"10.0.0.1/8"}})}})}, Want: "did you mean"},
		"a group's description": {Steps: []awstest.Step{group(in{"description": "it's"})},
			Want: "invalid value for description"},
		"too many rules":                 {Steps: []awstest.Step{group(in{"ingress": []any{awstest.HTTPS(in{"cidrBlocks": many})}})}, Want: "api error RulesPerSecurityGroupLimitExceeded"},
		"sixty rules for IPv4, and IPv6": {Steps: []awstest.Step{group(in{"ingress": []any{awstest.HTTPS(in{"cidrBlocks": many[:60], "ipv6CidrBlocks": []any{"::/0"}})}})}},
		"a prefix list counts its maximum entries": {Steps: []awstest.Step{{Name: "l",
			Type:   kernel.ManagedPrefixListToken,
			Inputs: in{"addressFamily": "IPv4", "maxEntries": 60.0}}, from(in{"prefixListId": "$l"}), rule("r2", nil)},
			Want: "api error RulesPerSecurityGroupLimitExceeded"},
		"an old rule without a source": {Steps: []awstest.Step{old(nil)},
			Want: "one of cidrBlocks, ipv6CidrBlocks, prefixListIds, self, sourceSecurityGroupId must be specified"},
		"an old rule with CIDR blocks and a group": {Steps: []awstest.Step{old(in{"sourceSecurityGroupId": "$web",
			"cidrBlocks": []any{"10.0.0.0/8"}})}, Want: `"sourceSecurityGroupId": conflicts with cidrBlocks`},
		"an old rule with self and a group": {Steps: []awstest.Step{old(in{"self": true,
			"cidrBlocks": []any{"10.0.0.0/8"}})}, Want: `"self": conflicts with cidrBlocks`},
		"an old rule next to an inline one": {Steps: []awstest.Step{old(in{"type": "in", "self": true})},
			Want: "expected type to be one of"},
		"a group that is referred to": {Steps: []awstest.Step{from(in{"referencedSecurityGroupId": "$web"}),
			{Name: "-web"}}, Want: "api error DependencyViolation: resource $web has a dependent object"},
		"a group that is in use": {Steps: []awstest.Step{{Name: "eni", Type: kernel.NetworkInterfaceToken,
			Inputs: in{"subnetId": "$sub", "securityGroups": []any{"$web"}}}, {Name: "-web"}},
			Want: "api error DependencyViolation: resource $web has a dependent object"},
		"a group that refers to itself": {Steps: []awstest.Step{from(in{"referencedSecurityGroupId": "$db"}),
			{Name: "-db"}}},
		"a list that is referred to": {Steps: []awstest.Step{{Name: "l", Type: kernel.ManagedPrefixListToken,
			Inputs: in{"addressFamily": "IPv4", "maxEntries": 1.0}}, from(in{"prefixListId": "$l"}), {Name: "-l"}},
			Want: "api error DependencyViolation"},
		"a prefix list with too many entries": {Steps: []awstest.Step{{Name: "l", Type: kernel.ManagedPrefixListToken,
			Inputs: in{"addressFamily": "IPv4", "maxEntries": 1.0,
				"entries": []any{in{"cidr": "10.0.0.0/8"}, in{"cidr": "10.0.0.0/9"}}}}},
			Want: "api error PrefixListMaxEntriesExceeded"},
		"a prefix list of the other IP version": {Steps: []awstest.Step{{Name: "l", Type: kernel.ManagedPrefixListToken,
			Inputs: in{"addressFamily": "IPv6", "maxEntries": 1.0, "entries": []any{in{"cidr": "10.0.0.0/8"}}}}},
			Want: "is no IPv6 range"},
		"the default group of a missing VPC": {Steps: []awstest.Step{{Name: "d",
			Type:   awstest.DefaultSecurityGroupToken,
			Inputs: in{"vpcId": "vpc-0"}}}, Want: "api error InvalidVpcID.NotFound"},
	})
}

func TestInlineSecurityGroupRules(t *testing.T) {
	t.Parallel()
	h := awstest.NewAccount(t, true).Use(in{"region": "eu-west-1"}).History().All(twoGroups()...)
	require.Equal(t, []any{}, h.Output("web", "egress"), "the provider takes away what AWS lets out")
	asked := h.Refreshed("web")["ingress"]
	require.Equal(t, []any{awstest.HTTPS(in{"cidrBlocks": []any{"10.0.0.0/8", "192.168.0.0/16"}})}, asked)

	// Another rule is drift if rules are inline, and otherwise not.
	h.All(
		awstest.Step{Name: "more", Type: kernel.SecurityGroupIngressRuleToken,
			Inputs: in{"securityGroupId": "$web", "ipProtocol": "tcp", "fromPort": 22.0, "toPort": 22.0,
				"cidrIpv4": "0.0.0.0/0"}},
		awstest.Step{Name: "other", Type: kernel.SecurityGroupIngressRuleToken,
			Inputs: in{"securityGroupId": "$db", "ipProtocol": "icmp", "fromPort": -1.0, "toPort": -1.0,
				"cidrIpv6": "::/0"}},
	)
	require.Equal(t, []any{
		awstest.HTTPS(in{"cidrBlocks": []any{"10.0.0.0/8", "192.168.0.0/16"}}),
		in{"protocol": "tcp", "fromPort": 22.0, "toPort": 22.0, "cidrBlocks": []any{"0.0.0.0/0"}},
	}, h.Refreshed("web")["ingress"])
	require.NotContains(t, h.Refreshed("db"), "ingress")
	require.Equal(t, []any{in{"protocol": "icmp", "fromPort": -1.0, "toPort": -1.0, "ipv6CidrBlocks": []any{"::/0"}}},
		h.Output("db", "ingress"))

	// The update corrects the group, and deletes the rule of the other resource.
	h.All(awstest.Step{Name: "~web", Inputs: in{"vpcId": "$net",
		"ingress": []any{awstest.HTTPS(in{"cidrBlocks": []any{"10.0.0.0/8"}, "self": true})}}})
	require.Nil(t, h.Refreshed("more"))
	require.Equal(t, []any{awstest.HTTPS(in{"cidrBlocks": []any{"10.0.0.0/8"}, "self": true})},
		h.Refreshed("web")["ingress"])
	h.All(awstest.Step{Name: "~web", Inputs: in{"vpcId": "$net", "ingress": []any{}}})
	require.Equal(t, []any{}, h.Refreshed("web")["ingress"])
	// Rules that are removed from the inputs stay, as with the real provider.
	h.All(awstest.Step{Name: "~db", Inputs: in{"vpcId": "$net", "name": "db"}})
	require.NotNil(t, h.Refreshed("other"))
	h.All(awstest.Step{Name: "-db"})
	require.Nil(t, h.Refreshed("other"), "a group's rules go with it")
}

func TestOldRules(t *testing.T) {
	t.Parallel()
	rule := in{"securityGroupId": "$db", "type": "egress", "protocol": "all", "fromPort": 0.0, "toPort": 0.0,
		"cidrBlocks": []any{"10.0.0.0/8", "192.168.0.0/16"}}
	h := awstest.NewAccount(t,
		true).Use(in{"region": "eu-west-1"}).History().All(twoGroups()...).All(awstest.Step{Name: "rule",
		Type: awstest.SecurityGroupRuleToken, Inputs: rule})
	h.All(awstest.Step{Name: "~rule", Inputs: awstest.Merge(rule, in{"description": "within"})})
	require.Equal(t, []any{
		in{"protocol": "-1", "fromPort": 0.0, "toPort": 0.0, "cidrBlocks": []any{"10.0.0.0/8"},
			"description": "within"},
		in{"protocol": "-1", "fromPort": 0.0, "toPort": 0.0, "cidrBlocks": []any{"192.168.0.0/16"},
			"description": "within"},
	}, sorted(h, "db", "egress"))
	require.Equal(t, []any{"10.0.0.0/8", "192.168.0.0/16"}, h.Refreshed("rule")["cidrBlocks"])
	h.All(awstest.Step{Name: "~db", Inputs: in{"vpcId": "$net", "name": "db",
		"egress": []any{in{"protocol": "-1", "fromPort": 0.0, "toPort": 0.0, "cidrBlocks": []any{"10.0.0.0/8"},
			"description": "within"}}}})
	require.Equal(t, []any{"10.0.0.0/8"}, h.Refreshed("rule")["cidrBlocks"], "another resource took a source away")
	h.All(awstest.Step{Name: "-rule"})
	require.Equal(t, []any{}, sorted(h, "db", "egress"))
	require.Nil(t, h.Refreshed("rule"))
}

// sorted returns a list of blocks in an order that does not depend on ids.
func sorted(h *awstest.History, name, property string) []any {
	h.T.Helper()
	h.Refreshed(name)
	blocks, _ := h.Output(name, property).([]any)
	if len(blocks) == 2 && strings.Compare(fmt.Sprint(blocks[0]), fmt.Sprint(blocks[1])) > 0 {
		blocks[0], blocks[1] = blocks[1], blocks[0]
	}
	return blocks
}

func TestRuleReplacement(t *testing.T) {
	t.Parallel()
	a := awstest.NewAccount(t, true).Use(in{"region": "eu-west-1"})
	base := in{"securityGroupId": "sg-1", "ipProtocol": "tcp", "fromPort": 1.0, "toPort": 1.0}
	tests := map[string]struct {
		before, after in
		want          map[string]provider.DiffKind
	}{
		"another range": {in{"cidrIpv4": "10.0.0.0/8"}, in{"cidrIpv4": "10.0.0.0/9"},
			map[string]provider.DiffKind{"cidrIpv4": provider.Update}},
		"another kind": {in{"cidrIpv4": "10.0.0.0/8"}, in{"cidrIpv6": "::/0"},
			map[string]provider.DiffKind{"cidrIpv4": provider.DeleteReplace, "cidrIpv6": provider.Add}},
		"another group": {in{"cidrIpv4": "::/0"}, in{"cidrIpv4": "::/0", "securityGroupId": "sg-2"},
			map[string]provider.DiffKind{"securityGroupId": provider.UpdateReplace}},
	}
	for name, tc := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			r, err := a.Diff(t.Context(), provider.DiffRequest{
				Urn:       awstest.URN(kernel.SecurityGroupIngressRuleToken),
				OldInputs: awstest.Properties(awstest.Merge(base, tc.before)),
				Inputs:    awstest.Properties(awstest.Merge(base, tc.after)),
			})
			require.NoError(t, err)
			got := map[string]provider.DiffKind{}
			for path, d := range r.DetailedDiff {
				got[path] = d.Kind
			}
			require.Equal(t, tc.want, got)
		})
	}
}

func TestDefaultSecurityGroup(t *testing.T) {
	t.Parallel()
	h := awstest.NewAccount(t, true).Use(in{"region": "eu-west-1"}).History().All(
		awstest.Step{Name: "net", Type: kernel.VPCToken,
			Inputs: in{"cidrBlock": "10.0.0.0/16", "assignGeneratedIpv6CidrBlock": true}},
	)
	id, _ := h.Output("net", "defaultSecurityGroupId").(string)
	look := func() in {
		r, err := h.Read(t.Context(), provider.ReadRequest{Urn: awstest.URN(kernel.SecurityGroupToken), ID: id})
		require.NoError(t, err)
		return resource.ToResourcePropertyMap(r.Properties).Mappable()
	}
	all := in{"protocol": "-1", "fromPort": 0.0, "toPort": 0.0}
	require.Equal(t, []any{awstest.Merge(all, in{"self": true})}, look()["ingress"])
	require.ElementsMatch(t, []any{awstest.Merge(all, in{"cidrBlocks": []any{"0.0.0.0/0"}}),
		awstest.Merge(all, in{"ipv6CidrBlocks": []any{"::/0"}})}, look()["egress"])
	require.Equal(t, "default VPC security group", look()["description"])

	h.All(awstest.Step{Name: "closed", Type: awstest.DefaultSecurityGroupToken,
		Inputs: in{"vpcId": "$net", "tags": in{"Name": "closed"}}})
	require.Equal(t, id, h.IDs["closed"])
	require.Equal(t, "default", h.Output("closed", "name"))
	require.Equal(t, []any{}, look()["ingress"], "rules that are not in the inputs are removed")
	require.Equal(t, []any{}, look()["egress"])
	require.Equal(t, in{"Name": "closed"}, look()["tags"])
	inside := []any{awstest.HTTPS(in{"cidrBlocks": []any{"10.0.0.0/16"}})}
	h.All(awstest.Step{Name: "~closed", Inputs: in{"vpcId": "$net", "egress": inside}})
	require.Equal(t, inside, look()["egress"])
	require.Equal(t, inside, h.Refreshed("closed")["egress"])
	h.All(awstest.Step{Name: "~closed", Inputs: in{"vpcId": "$net", "egress": []any{}, "ingress": []any{}}})
	require.Equal(t, []any{}, look()["egress"])
	h.All(awstest.Step{Name: "opened", Type: kernel.SecurityGroupIngressRuleToken,
		Inputs: in{"securityGroupId": id, "ipProtocol": "-1", "cidrIpv4": "0.0.0.0/0"}})
	require.Equal(t, []any{awstest.Merge(all, in{"cidrBlocks": []any{"0.0.0.0/0"}})},
		h.Refreshed("closed")["ingress"], "drift")
	h.All(awstest.Step{Name: "-closed"})
	require.Equal(t, "default", look()["name"], "it is only forgotten")
	require.NotNil(t, h.Refreshed("closed"), "and can be imported")
	h.All(awstest.Step{Name: "-net"})
}
