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
func rules(t *testing.T, settings ec2.SecurityGroupSettings) []string {
	t.Helper()
	r := pulumitest.Run(t, func(ctx *pulumi.Context) error {
		_, err := ec2.NewSecurityGroup(ctx, "web", &ec2.SecurityGroupArgs{SecurityGroupSettings: settings, VpcID: pulumi.String("vpc-1")})
		return err
	}, fixture.Cloud())
	names := []string{}
	for _, typ := range []string{":SecurityGroupIngressRule", ":SecurityGroupEgressRule"} {
		for _, rule := range r.Of(typ) {
			names = append(names, rule.Name)
		}
	}
	return names
}

func TestRules(t *testing.T) {
	t.Parallel()
	https := ec2.Rule{Port: ptr(443), CIDRs: []string{"10.0.0.0/16"}}
	none := config.Named[ec2.Rule]{}
	tests := map[string]struct {
		reason   string
		settings ec2.SecurityGroupSettings
		want     []string
	}{
		"Default": {
			reason: "nobody gets in, and what the members need of AWS is HTTPS",
			want:   []string{"web-egress-tcp-443-ipv4", "web-egress-tcp-443-ipv6"},
		},
		"Nothing": {
			reason:   "an empty map is not the default",
			settings: ec2.SecurityGroupSettings{Egress: none},
			want:     []string{},
		},
		"Sources": {
			reason: "each source is a rule of its own, so that a further one touches no other",
			settings: ec2.SecurityGroupSettings{Egress: none, Ingress: config.Named[ec2.IngressRule]{
				"a": {Rule: ec2.Rule{
					Port: ptr(80), CIDRs: []string{"10.0.0.0/16", "fd00::/8"}, SecurityGroupID: pulumi.String("sg-1"),
					PrefixListID: pulumi.String("pl-1"), Self: true,
				}},
				"b": {Rule: https},
			}},
			want: []string{
				"web-ingress-tcp-443-10.0.0.0-16", "web-ingress-tcp-80-10.0.0.0-16", "web-ingress-tcp-80-fd00---8", "web-ingress-tcp-80-group-a",
				"web-ingress-tcp-80-prefix-list-a", "web-ingress-tcp-80-self",
			},
		},
		"Ports": {
			reason: "protocol and ports are parts of the name, so that another port is there before the old one goes",
			settings: ec2.SecurityGroupSettings{Egress: config.Named[ec2.Rule]{
				"all":   {Protocol: "all", Self: true},
				"ping":  {Protocol: "icmp", CIDRs: []string{"10.0.0.0/8"}},
				"range": {Protocol: "udp", Port: ptr(1), ToPort: ptr(2), Self: true},
				"one":   {Port: ptr(1), ToPort: ptr(1), Self: true},
			}},
			want: []string{"web-egress-all-self", "web-egress-icmp-10.0.0.0-8", "web-egress-tcp-1-self", "web-egress-udp-1-2-self"},
		},
		"Public": {
			reason: "the internet may come in when somebody says so",
			settings: ec2.SecurityGroupSettings{Egress: none, Ingress: config.Named[ec2.IngressRule]{
				"https": {Rule: ec2.Rule{Port: ptr(443), CIDRs: []string{"0.0.0.0/0"}}, AllowPublic: true},
			}},
			want: []string{"web-ingress-tcp-443-ipv4"},
		},
	}
	for name, tc := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			if diff := cmp.Diff(tc.want, rules(t, tc.settings)); diff != "" {
				t.Errorf("%s (-want +got):\n%s", tc.reason, diff)
			}
		})
	}
}

func TestSecurityGroupRefuses(t *testing.T) {
	t.Parallel()
	in := func(r ec2.Rule) ec2.SecurityGroupSettings {
		return ec2.SecurityGroupSettings{Ingress: config.Named[ec2.IngressRule]{"x": {Rule: r}}}
	}
	out := func(r ec2.Rule) ec2.SecurityGroupSettings {
		return ec2.SecurityGroupSettings{Egress: config.Named[ec2.Rule]{"x": r}}
	}
	open := func(cidr string) ec2.SecurityGroupSettings {
		return in(ec2.Rule{Port: ptr(443), CIDRs: []string{cidr}})
	}
	tests := map[string]struct {
		settings ec2.SecurityGroupSettings
		want     []string
	}{
		"the internet":      {open("0.0.0.0/0"), []string{"ingress.x.cidrs[0]: 0.0.0.0/0 is the internet: name the networks that may talk to it, or set allowPublic"}},
		"all of IPv6":       {open("::/0"), []string{"ingress.x.cidrs[0]: ::/0 is the internet"}},
		"half the internet": {open("128.0.0.0/1"), []string{"ingress.x.cidrs[0]: 128.0.0.0/1 is the internet"}},
		"public IPv6":       {open("2000::/3"), []string{"ingress.x.cidrs[0]: 2000::/3 is the internet"}},
		"no range":          {open("10.0.0.1"), []string{`ingress.x.cidrs[0]: found "10.0.0.1", expected a range`}},
		"host bits":         {open("10.0.0.1/16"), []string{"ingress.x.cidrs[0]: the range of 10.0.0.1/16 starts at 10.0.0.0/16"}},
		"long IPv6":         {open("2001:0db8::/32"), []string{"ingress.x.cidrs[0]: found \"2001:0db8::/32\", AWS writes it 2001:db8::/32"}},
		"twice":             {out(ec2.Rule{Port: ptr(1), CIDRs: []string{"10.0.0.0/8", "10.0.0.0/8"}}), []string{"egress.x.cidrs[1]: 10.0.0.0/8 is there already"}},
		"nobody":            {out(ec2.Rule{Port: ptr(1)}), []string{"egress.x: nobody is named: add cidrs"}},
		"no port":           {out(ec2.Rule{Self: true}), []string{"egress.x.port: required for tcp, but missing"}},
		"a last port":       {out(ec2.Rule{Self: true, ToPort: ptr(80)}), []string{"egress.x.port: required for tcp, but missing"}},
		"a high port":       {out(ec2.Rule{Self: true, Port: ptr(65536)}), []string{"egress.x.port: expected at most 65535"}},
		"backwards":         {out(ec2.Rule{Self: true, Port: ptr(80), ToPort: ptr(79)}), []string{"egress.x.toPort: expected at least port, which is 80, found 79"}},
		"a port of all":     {out(ec2.Rule{Self: true, Protocol: "all", Port: ptr(80)}), []string{"egress.x.port: all has no ports"}},
		"a protocol":        {out(ec2.Rule{Self: true, Protocol: "tpc"}), []string{`egress.x.protocol: unknown value "tpc", expected one of: all, icmp, icmpv6, tcp, udp`}},
		"icmp":              {out(ec2.Rule{Protocol: "icmp", CIDRs: []string{"fd00::/8"}}), []string{"egress.x.cidrs[0]: fd00::/8 is IPv6, whose protocol is icmpv6"}},
		"icmpv6":            {out(ec2.Rule{Protocol: "icmpv6", CIDRs: []string{"10.0.0.0/8"}}), []string{"egress.x.cidrs[0]: 10.0.0.0/8 is IPv4, whose protocol is icmp:"}},
		"a description":     {out(ec2.Rule{Self: true, Port: ptr(1), Description: "über"}), []string{"egress.x.description: expected up to 255 letters"}},
		"another one":       {ec2.SecurityGroupSettings{Description: "it's"}, []string{`description: found the string "it's"`}},
		"the same": {
			ec2.SecurityGroupSettings{
				Ingress: config.Named[ec2.IngressRule]{
					"a": {Rule: ec2.Rule{Self: true, Port: ptr(1), CIDRs: []string{"10.0.0.0/8"}}},
					"b": {Rule: ec2.Rule{Self: true, Port: ptr(1), ToPort: ptr(1), CIDRs: []string{"10.0.0.0/16", "10.0.0.0/8"}}},
					"c": {Rule: ec2.Rule{Self: true, Port: ptr(2)}},
				},
				Egress: config.Named[ec2.Rule]{
					"a": {Port: ptr(1), SecurityGroupID: pulumi.String("sg-1"), PrefixListID: pulumi.String("pl-1")},
					"b": {Port: ptr(1), SecurityGroupID: pulumi.String("sg-1"), PrefixListID: pulumi.String("pl-1")},
				},
			},
			[]string{
				`egress.b.prefixListId: the rule "a" admits the same`, `egress.b.securityGroupId: the rule "a" admits the same`,
				`ingress.b.cidrs[1]: the rule "a" admits the same`, `ingress.b.self: the rule "a" admits the same`,
			},
		},
		"names": {
			ec2.SecurityGroupSettings{
				Ingress: config.Named[ec2.IngressRule]{"a b": {Rule: ec2.Rule{Self: true, Port: ptr(1)}}},
				Egress:  config.Named[ec2.Rule]{"c d": {Self: true, Port: ptr(1)}},
			},
			[]string{"not a valid name", "not a valid name"},
		},
	}
	for name, tc := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			requireRefused(t, func(ctx *pulumi.Context) error {
				_, err := ec2.NewSecurityGroup(ctx, "web", &ec2.SecurityGroupArgs{SecurityGroupSettings: tc.settings, VpcID: pulumi.String("vpc-1")})
				return err
			}, tc.want...)
		})
	}
}

func TestSecurityGroupEvidence(t *testing.T) {
	t.Parallel()
	evidence := func(ingress config.Named[ec2.IngressRule]) map[string]bool {
		args := &ec2.SecurityGroupArgs{SecurityGroupSettings: ec2.SecurityGroupSettings{Ingress: ingress}}
		out := map[string]bool{}
		for _, e := range args.Evidence() {
			out[e.Setting] = e.Met
		}
		return out
	}
	require.Equal(t, map[string]bool{"ingress": true}, evidence(nil))
	require.Equal(t, map[string]bool{"ingress.open.cidrs": false, "ingress.own.cidrs": true}, evidence(config.Named[ec2.IngressRule]{
		"open": {Rule: ec2.Rule{CIDRs: []string{"10.0.0.0/8", "::/0"}}, AllowPublic: true},
		"own":  {Rule: ec2.Rule{Self: true}},
	}))
}
