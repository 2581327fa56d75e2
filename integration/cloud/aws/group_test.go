package aws_test

import (
	"fmt"
	"strings"
	"testing"

	provider "github.com/pulumi/pulumi-go-provider"
	"github.com/pulumi/pulumi/sdk/v3/go/common/resource"
	"github.com/stretchr/testify/require"
)

const (
	ingressType      = "aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule"
	egressRuleType   = "aws:vpc/securityGroupEgressRule:SecurityGroupEgressRule"
	groupRuleType    = "aws:ec2/securityGroupRule:SecurityGroupRule"
	defaultGroupType = "aws:ec2/defaultSecurityGroup:DefaultSecurityGroup"
	listType         = "aws:ec2/managedPrefixList:ManagedPrefixList"
	peeringType      = "aws:ec2/vpcPeeringConnection:VpcPeeringConnection"
)

// https is an inline rule.
func https(source in) in {
	return merged(in{"protocol": "tcp", "fromPort": 443.0, "toPort": 443.0}, source)
}

// twoGroups are two networks with a group each.
func twoGroups() []step {
	return []step{
		{"net", vpcType, in{"cidrBlock": "10.0.0.0/16"}}, {"far", vpcType, in{"cidrBlock": "10.1.0.0/16"}},
		{"sub", subnetType, in{"vpcId": "$net", "cidrBlock": "10.0.0.0/24"}},
		{"web", groupType, in{"vpcId": "$net", "ingress": []any{https(in{"cidrBlocks": []any{"10.0.0.0/8", "192.168.0.0/16"}})}}},
		{"db", groupType, in{"vpcId": "$net", "name": "db"}}, {"distant", groupType, in{"vpcId": "$far"}},
	}
}

func TestRulesThatAWSRefuses(t *testing.T) {
	t.Parallel()
	rule := func(name string, inputs in) step {
		return step{name, ingressType, merged(in{"securityGroupId": "$db", "ipProtocol": "tcp", "fromPort": 443.0, "toPort": 443.0, "cidrIpv4": "10.0.0.0/8"}, inputs)}
	}
	from := func(inputs in) step {
		return step{"r", ingressType, merged(in{"securityGroupId": "$db", "ipProtocol": "tcp", "fromPort": 443.0, "toPort": 443.0}, inputs)}
	}
	old := func(inputs in) step {
		return step{"old", groupRuleType, merged(in{"securityGroupId": "$db", "type": "ingress", "protocol": "tcp", "fromPort": 443.0, "toPort": 443.0}, inputs)}
	}
	group := func(inputs in) step { return step{"g", groupType, merged(in{"vpcId": "$net"}, inputs)} }
	many := []any{}
	for i := range 61 {
		many = append(many, fmt.Sprintf("10.%d.0.0/16", i))
	}
	duplicate := `api error InvalidPermission.Duplicate: the specified rule "peer: 10.0.0.0/8, TCP, from port: 443, to port: 443, ALLOW" already exists`
	runRefusals(t, twoGroups(), map[string]refusal{
		"a rule twice":                   {[]step{rule("r", nil), rule("r2", nil)}, duplicate},
		"a rule twice, of another kind":  {[]step{rule("r", nil), old(in{"cidrBlocks": []any{"10.0.0.0/8"}})}, duplicate},
		"a rule that is there inline":    {[]step{rule("r", in{"securityGroupId": "$web"})}, duplicate},
		"a rule of a protocol's number":  {[]step{rule("r", nil), rule("r2", in{"ipProtocol": "6"})}, duplicate},
		"an inline rule twice":           {[]step{group(in{"ingress": []any{https(in{"cidrBlocks": []any{"10.0.0.0/8"}}), https(in{"cidrBlocks": []any{"10.0.0.0/8"}})}})}, duplicate},
		"in and out are two":             {[]step{rule("r", nil), {"o", egressRuleType, in{"securityGroupId": "$db", "ipProtocol": "tcp", "fromPort": 443.0, "toPort": 443.0, "cidrIpv4": "10.0.0.0/8"}}}, ""},
		"a rule of no group":             {[]step{rule("r", in{"securityGroupId": "sg-0"})}, "api error InvalidGroup.NotFound: The security group 'sg-0' does not exist"},
		"a rule from no group":           {[]step{from(in{"referencedSecurityGroupId": "sg-0"})}, "api error InvalidGroup.NotFound: The security group 'sg-0' does not exist"},
		"a rule from another network":    {[]step{from(in{"referencedSecurityGroupId": "$distant"})}, "api error InvalidGroup.NotFound: You have specified two resources that belong to different networks."},
		"a rule from a peer":             {[]step{{"p", peeringType, in{"vpcId": "$net", "peerVpcId": "$far", "autoAccept": true}}, from(in{"referencedSecurityGroupId": "$distant"})}, ""},
		"a rule from no list":            {[]step{from(in{"prefixListId": "pl-0"})}, "api error InvalidPrefixListID.NotFound"},
		"a rule from nowhere":            {[]step{from(nil)}, "one of cidrIpv4, cidrIpv6, prefixListId, referencedSecurityGroupId must be specified"},
		"a rule from two places":         {[]step{rule("r", in{"cidrIpv6": "::/0"})}, "conflicts with cidrIpv6"},
		"ports of all protocols":         {[]step{rule("r", in{"ipProtocol": "-1"})}, "leave fromPort and toPort out"},
		"no ports":                       {[]step{{"r", ingressType, in{"securityGroupId": "$db", "ipProtocol": "tcp", "cidrIpv4": "10.0.0.0/8"}}}, "api error InvalidParameterValue: Invalid value 'Must specify both from and to ports with TCP/UDP.'"},
		"ports from high to low":         {[]step{rule("r", in{"toPort": 80.0})}, "api error InvalidParameterValue: Invalid TCP/UDP port range (443:80)"},
		"a port that there is not":       {[]step{rule("r", in{"toPort": 65536.0})}, "expected toPort to be in the range"},
		"words that are not allowed":     {[]step{rule("r", in{"description": "web > db"})}, "api error InvalidParameterValue: Invalid rule description."},
		"inline ports of all protocols":  {[]step{group(in{"egress": []any{https(in{"protocol": "-1", "cidrBlocks": []any{"0.0.0.0/0"}})}})}, `must both be 0 to use the 'ALL' "-1" protocol!`},
		"inline words":                   {[]step{group(in{"egress": []any{https(in{"description": "it's", "cidrBlocks": []any{"0.0.0.0/0"}})}})}, "invalid value for description"},
		"an inline range with host bits": {[]step{group(in{"egress": []any{https(in{"cidrBlocks": []any{"10.0.0.1/8"}})}})}, "did you mean"},
		"a group's description":          {[]step{group(in{"description": "it's"})}, "invalid value for description"},
		"too many rules":                 {[]step{group(in{"ingress": []any{https(in{"cidrBlocks": many})}})}, "api error RulesPerSecurityGroupLimitExceeded"},
		"sixty rules for IPv4, and IPv6": {[]step{group(in{"ingress": []any{https(in{"cidrBlocks": many[:60], "ipv6CidrBlocks": []any{"::/0"}})}})}, ""},
		"a list counts as it may grow": {[]step{{"l", listType, in{"addressFamily": "IPv4", "maxEntries": 60.0}}, from(in{"prefixListId": "$l"}), rule("r2", nil)},
			"api error RulesPerSecurityGroupLimitExceeded"},
		"an old rule from nowhere":      {[]step{old(nil)}, "one of cidrBlocks, ipv6CidrBlocks, prefixListIds, self, sourceSecurityGroupId must be specified"},
		"an old rule from both":         {[]step{old(in{"sourceSecurityGroupId": "$web", "cidrBlocks": []any{"10.0.0.0/8"}})}, `"sourceSecurityGroupId": conflicts with cidrBlocks`},
		"an old rule from itself and":   {[]step{old(in{"self": true, "cidrBlocks": []any{"10.0.0.0/8"}})}, `"self": conflicts with cidrBlocks`},
		"an old rule aside":             {[]step{old(in{"type": "in", "self": true})}, "expected type to be one of"},
		"a group that is referred to":   {[]step{from(in{"referencedSecurityGroupId": "$web"}), {"-web", "", nil}}, "api error DependencyViolation: resource $web has a dependent object"},
		"a group that is in use":        {[]step{{"eni", eniType, in{"subnetId": "$sub", "securityGroups": []any{"$web"}}}, {"-web", "", nil}}, "api error DependencyViolation: resource $web has a dependent object"},
		"a group that refers to itself": {[]step{from(in{"referencedSecurityGroupId": "$db"}), {"-db", "", nil}}, ""},
		"a list that is referred to":    {[]step{{"l", listType, in{"addressFamily": "IPv4", "maxEntries": 1.0}}, from(in{"prefixListId": "$l"}), {"-l", "", nil}}, "api error DependencyViolation"},
		"a list with too much in it": {[]step{{"l", listType, in{"addressFamily": "IPv4", "maxEntries": 1.0, "entries": []any{in{"cidr": "10.0.0.0/8"}, in{"cidr": "10.0.0.0/9"}}}}},
			"api error PrefixListMaxEntriesExceeded"},
		"a list of the other family": {[]step{{"l", listType, in{"addressFamily": "IPv6", "maxEntries": 1.0, "entries": []any{in{"cidr": "10.0.0.0/8"}}}}}, "is no IPv6 range"},
		"a default group of nothing": {[]step{{"d", defaultGroupType, in{"vpcId": "vpc-0"}}}, "api error InvalidVpcID.NotFound"},
	})
}

// read returns what a resource is now, as the engine sees it after a refresh.
func (h *history) read(name string) in {
	h.t.Helper()
	r, err := h.Read(h.t.Context(), provider.ReadRequest{Urn: urn(h.types[name]), ID: h.ids[name], Inputs: h.inputs[name], Properties: h.state[name]})
	require.NoError(h.t, err)
	if r.ID == "" {
		return nil
	}
	h.state[name] = r.Properties
	return resource.ToResourcePropertyMap(r.Inputs).Mappable()
}

func TestInlineRulesAreWhatAGroupHas(t *testing.T) {
	t.Parallel()
	h := newAccount(t, true).use(in{"region": "eu-west-1"}).history().all(twoGroups()...)
	require.Equal(t, []any{}, h.out("web", "egress"), "the provider takes away what AWS lets out")
	asked := h.read("web")["ingress"]
	require.Equal(t, []any{https(in{"cidrBlocks": []any{"10.0.0.0/8", "192.168.0.0/16"}})}, asked)

	// Another rule is drift where rules are inline, and none where they are not.
	h.all(
		step{"more", ingressType, in{"securityGroupId": "$web", "ipProtocol": "tcp", "fromPort": 22.0, "toPort": 22.0, "cidrIpv4": "0.0.0.0/0"}},
		step{"other", ingressType, in{"securityGroupId": "$db", "ipProtocol": "icmp", "fromPort": -1.0, "toPort": -1.0, "cidrIpv6": "::/0"}},
	)
	require.Equal(t, []any{
		https(in{"cidrBlocks": []any{"10.0.0.0/8", "192.168.0.0/16"}}),
		in{"protocol": "tcp", "fromPort": 22.0, "toPort": 22.0, "cidrBlocks": []any{"0.0.0.0/0"}},
	}, h.read("web")["ingress"])
	require.NotContains(t, h.read("db"), "ingress")
	require.Equal(t, []any{in{"protocol": "icmp", "fromPort": -1.0, "toPort": -1.0, "ipv6CidrBlocks": []any{"::/0"}}}, h.out("db", "ingress"))

	// The group is put right, and the other resource's rule is gone.
	h.all(step{"~web", "", in{"vpcId": "$net", "ingress": []any{https(in{"cidrBlocks": []any{"10.0.0.0/8"}, "self": true})}}})
	require.Nil(t, h.read("more"))
	require.Equal(t, []any{https(in{"cidrBlocks": []any{"10.0.0.0/8"}, "self": true})}, h.read("web")["ingress"])
	h.all(step{"~web", "", in{"vpcId": "$net", "ingress": []any{}}})
	require.Equal(t, []any{}, h.read("web")["ingress"])
	// Rules that are no longer asked for stay as they are, as the provider has it.
	h.all(step{"~db", "", in{"vpcId": "$net", "name": "db"}})
	require.NotNil(t, h.read("other"))
	h.all(step{"-db", "", nil})
	require.Nil(t, h.read("other"), "a group's rules go with it")
}

func TestOldRulesHaveManySources(t *testing.T) {
	t.Parallel()
	rule := in{"securityGroupId": "$db", "type": "egress", "protocol": "all", "fromPort": 0.0, "toPort": 0.0, "cidrBlocks": []any{"10.0.0.0/8", "192.168.0.0/16"}}
	h := newAccount(t, true).use(in{"region": "eu-west-1"}).history().all(twoGroups()...).all(step{"rule", groupRuleType, rule})
	h.all(step{"~rule", "", merged(rule, in{"description": "within"})})
	require.Equal(t, []any{
		in{"protocol": "-1", "fromPort": 0.0, "toPort": 0.0, "cidrBlocks": []any{"10.0.0.0/8"}, "description": "within"},
		in{"protocol": "-1", "fromPort": 0.0, "toPort": 0.0, "cidrBlocks": []any{"192.168.0.0/16"}, "description": "within"},
	}, sorted(h, "db", "egress"))
	require.Equal(t, []any{"10.0.0.0/8", "192.168.0.0/16"}, h.read("rule")["cidrBlocks"])
	h.all(step{"~db", "", in{"vpcId": "$net", "name": "db", "egress": []any{in{"protocol": "-1", "fromPort": 0.0, "toPort": 0.0, "cidrBlocks": []any{"10.0.0.0/8"}, "description": "within"}}}})
	require.Equal(t, []any{"10.0.0.0/8"}, h.read("rule")["cidrBlocks"], "another resource took a source away")
	h.all(step{"-rule", "", nil})
	require.Equal(t, []any{}, sorted(h, "db", "egress"))
	require.Nil(t, h.read("rule"))
}

// sorted returns a list of blocks in an order that does not depend on ids.
func sorted(h *history, name, property string) []any {
	h.t.Helper()
	h.read(name)
	blocks, _ := h.out(name, property).([]any)
	if len(blocks) == 2 && strings.Compare(fmt.Sprint(blocks[0]), fmt.Sprint(blocks[1])) > 0 {
		blocks[0], blocks[1] = blocks[1], blocks[0]
	}
	return blocks
}

func TestSourcesOfAnotherKindAreOtherRules(t *testing.T) {
	t.Parallel()
	a := newAccount(t, true).use(in{"region": "eu-west-1"})
	base := in{"securityGroupId": "sg-1", "ipProtocol": "tcp", "fromPort": 1.0, "toPort": 1.0}
	tests := map[string]struct {
		before, after in
		want          map[string]provider.DiffKind
	}{
		"another range": {in{"cidrIpv4": "10.0.0.0/8"}, in{"cidrIpv4": "10.0.0.0/9"}, map[string]provider.DiffKind{"cidrIpv4": provider.Update}},
		"another kind":  {in{"cidrIpv4": "10.0.0.0/8"}, in{"cidrIpv6": "::/0"}, map[string]provider.DiffKind{"cidrIpv4": provider.DeleteReplace, "cidrIpv6": provider.Add}},
		"another group": {in{"cidrIpv4": "::/0"}, in{"cidrIpv4": "::/0", "securityGroupId": "sg-2"}, map[string]provider.DiffKind{"securityGroupId": provider.UpdateReplace}},
	}
	for name, tc := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			r, err := a.Diff(t.Context(), provider.DiffRequest{
				Urn: urn(ingressType), OldInputs: values(merged(base, tc.before)), Inputs: values(merged(base, tc.after)),
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

func TestTheDefaultGroupIsTakenOver(t *testing.T) {
	t.Parallel()
	h := newAccount(t, true).use(in{"region": "eu-west-1"}).history().all(
		step{"net", vpcType, in{"cidrBlock": "10.0.0.0/16", "assignGeneratedIpv6CidrBlock": true}},
	)
	id, _ := h.out("net", "defaultSecurityGroupId").(string)
	look := func() in {
		r, err := h.Read(t.Context(), provider.ReadRequest{Urn: urn(groupType), ID: id})
		require.NoError(t, err)
		return resource.ToResourcePropertyMap(r.Properties).Mappable()
	}
	all := in{"protocol": "-1", "fromPort": 0.0, "toPort": 0.0}
	require.Equal(t, []any{merged(all, in{"self": true})}, look()["ingress"])
	require.ElementsMatch(t, []any{merged(all, in{"cidrBlocks": []any{"0.0.0.0/0"}}), merged(all, in{"ipv6CidrBlocks": []any{"::/0"}})}, look()["egress"])
	require.Equal(t, "default VPC security group", look()["description"])

	h.all(step{"closed", defaultGroupType, in{"vpcId": "$net", "tags": in{"Name": "closed"}}})
	require.Equal(t, id, h.ids["closed"])
	require.Equal(t, "default", h.out("closed", "name"))
	require.Equal(t, []any{}, look()["ingress"], "what is not asked for is gone")
	require.Equal(t, []any{}, look()["egress"])
	require.Equal(t, in{"Name": "closed"}, look()["tags"])
	inside := []any{https(in{"cidrBlocks": []any{"10.0.0.0/16"}})}
	h.all(step{"~closed", "", in{"vpcId": "$net", "egress": inside}})
	require.Equal(t, inside, look()["egress"])
	require.Equal(t, inside, h.read("closed")["egress"])
	h.all(step{"~closed", "", in{"vpcId": "$net", "egress": []any{}, "ingress": []any{}}})
	require.Equal(t, []any{}, look()["egress"])
	h.all(step{"opened", ingressType, in{"securityGroupId": id, "ipProtocol": "-1", "cidrIpv4": "0.0.0.0/0"}})
	require.Equal(t, []any{merged(all, in{"cidrBlocks": []any{"0.0.0.0/0"}})}, h.read("closed")["ingress"], "drift")
	h.all(step{"-closed", "", nil})
	require.Equal(t, "default", look()["name"], "it is only forgotten")
	require.NotNil(t, h.read("closed"), "and can be imported")
	h.all(step{"-net", "", nil})
}
