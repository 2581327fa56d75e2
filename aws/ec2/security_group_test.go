package ec2_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
	"github.com/stretchr/testify/require"

	"github.com/ashlar-iac/ashlar/aws/ec2"
	"github.com/ashlar-iac/ashlar/aws/internal/fixture"
	"github.com/ashlar-iac/ashlar/core/config"
	"github.com/ashlar-iac/ashlar/core/pulumitest"
)

// rules returns the names of the rules of a group.
func rules(t *testing.T, args ec2.SecurityGroupArgs) []string {
	t.Helper()
	args.VpcID = pulumi.String("vpc-1")
	r := fixture.Run(t, func(ctx *pulumi.Context) error {
		_, err := ec2.NewSecurityGroup(ctx, "web", &args)
		return err
	}, fixture.Cloud())
	names := []string{}
	for _, typ := range []string{":SecurityGroupIngressRule", ":SecurityGroupEgressRule"} {
		for _, rule := range r.OfType(typ) {
			names = append(names, rule.Name)
		}
	}
	return names
}

func TestRulesOfSecurityGroups(t *testing.T) {
	t.Parallel()
	tests := map[string]struct {
		reason string
		args   ec2.SecurityGroupArgs
		want   []string
	}{
		"defaults": {
			reason: "no ingress, and HTTPS for what members need of AWS",
			want:   []string{"web-egress-tcp-443-ipv4", "web-egress-tcp-443-ipv6"},
		},
		"empty egress": {
			reason: "an empty map is the same as none",
			args:   ec2.SecurityGroupArgs{Egress: config.Named[ec2.Rule]{}},
			want:   []string{"web-egress-tcp-443-ipv4", "web-egress-tcp-443-ipv6"},
		},
		"egress mode https": {
			reason: "the default can be explicit",
			args:   ec2.SecurityGroupArgs{EgressMode: ec2.EgressHTTPS},
			want:   []string{"web-egress-tcp-443-ipv4", "web-egress-tcp-443-ipv6"},
		},
		"egress mode none": {
			reason: "no rules",
			args:   ec2.SecurityGroupArgs{EgressMode: ec2.EgressNone},
			want:   []string{},
		},
		"egress mode custom": {
			reason: "the given rules only",
			args: ec2.SecurityGroupArgs{EgressMode: ec2.EgressCustom, Egress: config.Named[ec2.Rule]{
				"dns": {Protocol: ec2.ProtocolUDP, Port: new(53), CIDRs: []string{"10.0.0.2/32"}},
			}},
			want: []string{"web-egress-udp-53-10.0.0.2-32"},
		},
		"peers": {
			reason: "each peer is a separate rule, so that another one affects no other",
			args: ec2.SecurityGroupArgs{EgressMode: ec2.EgressNone, Ingress: config.Named[ec2.Rule]{
				"a": {
					Port: new(80), CIDRs: []string{"10.0.0.0/16", "fd00::/8"}, SecurityGroupID: pulumi.String("sg-1"),
					PrefixListID: pulumi.String("pl-1"), Self: true,
				},
				"b": {Port: new(443), CIDRs: []string{"10.0.0.0/16"}},
			}},
			want: []string{
				"web-ingress-tcp-443-10.0.0.0-16", "web-ingress-tcp-80-10.0.0.0-16", "web-ingress-tcp-80-fd00---8", "web-ingress-tcp-80-group-a",
				"web-ingress-tcp-80-prefix-list-a", "web-ingress-tcp-80-self",
			},
		},
		"ports": {
			reason: "protocol and ports are part of the name, so that the rule for another port is created first",
			args: ec2.SecurityGroupArgs{Egress: config.Named[ec2.Rule]{
				"all":   {Protocol: ec2.ProtocolAll, Self: true},
				"ping":  {Protocol: ec2.ProtocolICMP, CIDRs: []string{"10.0.0.0/8"}},
				"range": {Protocol: ec2.ProtocolUDP, Port: new(1), ToPort: new(2), Self: true},
				"one":   {Port: new(1), ToPort: new(1), Self: true},
			}},
			want: []string{"web-egress-all-self", "web-egress-icmp-10.0.0.0-8", "web-egress-tcp-1-self", "web-egress-udp-1-2-self"},
		},
		"public ingress": {
			reason: "with allowPublic",
			args: ec2.SecurityGroupArgs{EgressMode: ec2.EgressNone, Ingress: config.Named[ec2.Rule]{
				"https": {Port: new(443), CIDRs: []string{"0.0.0.0/0"}, AllowPublic: true},
			}},
			want: []string{"web-ingress-tcp-443-ipv4"},
		},
	}
	for name, tc := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			if diff := cmp.Diff(tc.want, rules(t, tc.args)); diff != "" {
				t.Errorf("%s (-want +got):\n%s", tc.reason, diff)
			}
		})
	}
}

func TestInvalidSecurityGroupsAreRejected(t *testing.T) {
	t.Parallel()
	ingress := func(r ec2.Rule) ec2.SecurityGroupArgs {
		return ec2.SecurityGroupArgs{Ingress: config.Named[ec2.Rule]{"x": r}}
	}
	egress := func(r ec2.Rule) ec2.SecurityGroupArgs {
		return ec2.SecurityGroupArgs{Egress: config.Named[ec2.Rule]{"x": r}}
	}
	from := func(cidr string) ec2.SecurityGroupArgs {
		return ingress(ec2.Rule{Port: new(443), CIDRs: []string{cidr}})
	}
	self := func(r ec2.Rule) ec2.SecurityGroupArgs {
		r.Self = true
		return egress(r)
	}
	tests := map[string]struct {
		args ec2.SecurityGroupArgs
		want []string
	}{
		"internet": {
			from("0.0.0.0/0"),
			[]string{"ingress.x.cidrs[0]: 0.0.0.0/0 includes the internet: use a smaller range, or set allowPublic"},
		},
		"IPv6 internet": {from("::/0"), []string{"ingress.x.cidrs[0]: ::/0 includes the internet"}},
		"half of the internet": {
			from("128.0.0.0/1"), []string{"ingress.x.cidrs[0]: 128.0.0.0/1 includes the internet"},
		},
		"public IPv6 range": {from("2000::/3"), []string{"ingress.x.cidrs[0]: 2000::/3 includes the internet"}},
		"address":           {from("10.0.0.1"), []string{`ingress.x.cidrs[0]: found "10.0.0.1": use a CIDR block`}},
		"host bits": {
			from("10.0.0.1/16"), []string{"ingress.x.cidrs[0]: 10.0.0.1/16 has host bits set: use 10.0.0.0/16"},
		},
		"long IPv6": {
			from("2001:0db8::/32"),
			[]string{"ingress.x.cidrs[0]: 2001:0db8::/32 is not in canonical form: use 2001:db8::/32"},
		},
		"duplicate CIDR block": {
			egress(ec2.Rule{Port: new(1), CIDRs: []string{"10.0.0.0/8", "10.0.0.0/8"}}), []string{"egress.x.cidrs[1]: duplicate CIDR block 10.0.0.0/8"},
		},
		"no peers":       {egress(ec2.Rule{Port: new(1)}), []string{"egress.x: no peers: add cidrs"}},
		"no port":        {self(ec2.Rule{}), []string{"egress.x.port: required for tcp, but missing"}},
		"last port only": {self(ec2.Rule{ToPort: new(80)}), []string{"egress.x.port: required for tcp, but missing"}},
		"port too high":  {self(ec2.Rule{Port: new(65536)}), []string{"egress.x.port: expected at most 65535"}},
		"reversed ports": {
			self(ec2.Rule{Port: new(80), ToPort: new(79)}),
			[]string{"egress.x.toPort: 79 is less than port: use at least 80"},
		},
		"port of all": {
			self(ec2.Rule{Protocol: "all", Port: new(80)}), []string{"egress.x.port: all has no ports"},
		},
		"unknown protocol": {
			self(ec2.Rule{Protocol: "tpc"}),
			[]string{`egress.x.protocol: unknown value "tpc", expected one of: all, icmp, icmpv6, tcp, udp`},
		},
		"IPv6 with icmp": {
			egress(ec2.Rule{Protocol: "icmp", CIDRs: []string{"fd00::/8"}}), []string{"egress.x.cidrs[0]: fd00::/8 is IPv6: use a separate rule with the protocol icmpv6"},
		},
		"IPv4 with icmpv6": {
			egress(ec2.Rule{Protocol: "icmpv6", CIDRs: []string{"10.0.0.0/8"}}), []string{"egress.x.cidrs[0]: 10.0.0.0/8 is IPv4: use a separate rule with the protocol icmp"},
		},
		"description of a rule": {
			self(ec2.Rule{Port: new(1), Description: "über"}),
			[]string{"egress.x.description: invalid: use up to 255 letters"},
		},
		"description of a group": {
			ec2.SecurityGroupArgs{Description: "it's"}, []string{`description: found the string "it's"`},
		},
		"public egress": {
			self(ec2.Rule{Port: new(1), AllowPublic: true}),
			[]string{"egress.x.allowPublic: applies to ingress rules only"},
		},
		"rules and mode https": {
			ec2.SecurityGroupArgs{EgressMode: ec2.EgressHTTPS, Egress: config.Named[ec2.Rule]{"x": {Port: new(1), Self: true}}},
			[]string{"egressMode: https and egress are mutually exclusive: use custom, or remove egress"},
		},
		"rules and mode none": {
			ec2.SecurityGroupArgs{EgressMode: ec2.EgressNone, Egress: config.Named[ec2.Rule]{"x": {Port: new(1), Self: true}}},
			[]string{"egressMode: none and egress are mutually exclusive"},
		},
		"mode custom without rules": {
			ec2.SecurityGroupArgs{EgressMode: ec2.EgressCustom}, []string{"egress: required for egressMode custom, but missing"},
		},
		"unknown mode": {ec2.SecurityGroupArgs{EgressMode: "open"}, []string{`egressMode: unknown value "open"`}},
		"duplicate permissions": {
			ec2.SecurityGroupArgs{
				Ingress: config.Named[ec2.Rule]{
					"a": {Self: true, Port: new(1), CIDRs: []string{"10.0.0.0/8"}},
					"b": {Self: true, Port: new(1), ToPort: new(1), CIDRs: []string{"10.0.0.0/16", "10.0.0.0/8"}},
					"c": {Self: true, Port: new(2)},
				},
				Egress: config.Named[ec2.Rule]{
					"a": {Port: new(1), SecurityGroupID: pulumi.String("sg-1"), PrefixListID: pulumi.String("pl-1")},
					"b": {Port: new(1), SecurityGroupID: pulumi.String("sg-1"), PrefixListID: pulumi.String("pl-1")},
				},
			},
			[]string{
				`egress.b.prefixListId: duplicate of the rule "a"`, `egress.b.securityGroupId: duplicate of the rule "a"`,
				`ingress.b.cidrs[1]: duplicate of the rule "a"`, `ingress.b.self: duplicate of the rule "a"`,
			},
		},
		"names": {
			ec2.SecurityGroupArgs{
				Ingress: config.Named[ec2.Rule]{"a b": {Self: true, Port: new(1)}},
				Egress:  config.Named[ec2.Rule]{"c d": {Self: true, Port: new(1)}},
			},
			[]string{"not a valid name", "not a valid name"},
		},
		"tags": {
			ec2.SecurityGroupArgs{Tags: pulumi.StringMap{"aws:x": pulumi.String("y")}},
			[]string{`tags["aws:x"]: the prefix aws: is reserved`},
		},
	}
	for name, tc := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			tc.args.VpcID = pulumi.String("vpc-1")
			fixture.RequireRejected(t, func(ctx *pulumi.Context) error {
				_, err := ec2.NewSecurityGroup(ctx, "web", &tc.args)
				return err
			}, tc.want...)
		})
	}
}

func TestSecurityGroupsNeedAVPC(t *testing.T) {
	t.Parallel()
	fixture.RequireRejected(t, func(ctx *pulumi.Context) error {
		_, err := ec2.NewSecurityGroup(ctx, "web", nil)
		return err
	}, "vpcId: required, but missing")
	fixture.RequireRejected(t, func(ctx *pulumi.Context) error {
		_, err := ec2.NewInstance(ctx, "web", inNetwork(ec2.InstanceArgs{
			SecurityGroup: &ec2.SecurityGroupArgs{VpcID: pulumi.String("vpc-1")},
		}))
		return err
	}, "securityGroup.vpcId: unknown key")
}

func TestSecurityGroupEvidence(t *testing.T) {
	t.Parallel()
	evidence := func(ingress config.Named[ec2.Rule]) map[string]bool {
		return pulumitest.Evidence((&ec2.SecurityGroupArgs{Ingress: ingress}).Evidence())
	}
	require.Equal(t, map[string]bool{"ingress": true}, evidence(nil))
	require.Equal(t, map[string]bool{"ingress.open.cidrs": false, "ingress.own.cidrs": true}, evidence(config.Named[ec2.Rule]{
		"open": {CIDRs: []string{"10.0.0.0/8", "::/0"}, AllowPublic: true},
		"own":  {Self: true},
	}))
}
