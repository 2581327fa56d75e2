package eks_test

import (
	"strings"
	"testing"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
	"github.com/stretchr/testify/require"

	"github.com/ashlar-iac/ashlar/aws/ec2"
	"github.com/ashlar-iac/ashlar/aws/eks"
	"github.com/ashlar-iac/ashlar/core"
	"github.com/ashlar-iac/ashlar/core/config"
	"github.com/ashlar-iac/ashlar/core/failure"
	"github.com/ashlar-iac/ashlar/core/pulumitest"
)

// requireInvalidCluster checks the findings for an invalid cluster, in this order, and that no resource was registered.
func requireInvalidCluster(t *testing.T, args *eks.ClusterArgs, want ...string) {
	t.Helper()
	r := pulumitest.Run(t, func(ctx *pulumi.Context) error {
		_, err := eks.NewCluster(ctx, "main", args)
		var invalid *config.Error
		require.ErrorAs(t, err, &invalid)
		var got []string
		for _, f := range invalid.Findings {
			got = append(got, f.Path+": "+f.Message)
		}
		require.Len(t, got, len(want), "%s", strings.Join(got, "\n"))
		for i := range want {
			require.Contains(t, got[i], want[i])
		}
		return nil
	}, clusterOptions(control{})...)
	require.Empty(t, r.Resources, "no resource is registered")
}

func TestInvalidClusters(t *testing.T) {
	t.Parallel()
	admin := pulumi.String(platformRole)
	entry := func(e eks.AccessEntry) func(*eks.ClusterArgs) {
		return func(a *eks.ClusterArgs) {
			if e.PrincipalARN == nil {
				e.PrincipalARN = pulumi.String("arn:aws:iam::123456789012:role/developers")
			}
			a.Access = config.Named[eks.AccessEntry]{"developers": e}
		}
	}
	policies := func(p ...eks.AccessPolicy) func(*eks.ClusterArgs) {
		named := config.Named[eks.AccessPolicy]{}
		for i := range p {
			named[string(rune('a'+i))] = p[i]
		}
		return entry(eks.AccessEntry{Policies: named})
	}
	api := func(api eks.API) func(*eks.ClusterArgs) { return func(a *eks.ClusterArgs) { a.API = &api } }
	service := func(cidr string) func(*eks.ClusterArgs) { return func(a *eks.ClusterArgs) { a.ServiceCIDR = cidr } }
	tests := map[string]struct {
		reason string
		change func(*eks.ClusterArgs)
		want   []string
	}{
		"no version": {
			"a default would upgrade clusters with the library", func(a *eks.ClusterArgs) { a.Version = "" }, []string{"version: required, but missing"},
		},
		"version as a number": {
			"YAML reads 1.30 as 1.3", func(a *eks.ClusterArgs) { a.Version = "1.3" },
			[]string{`version: found "1.3", expected a minor version in quotes, such as "1.36"`},
		},
		"patch version": {"EKS selects the patch version", func(a *eks.ClusterArgs) { a.Version = "1.36.1" },
			[]string{`version: found "1.36.1"`}},
		"invalid name": {
			"EKS has rules for names", func(a *eks.ClusterArgs) { a.Name = "shop.prod" }, []string{`name: `},
		},
		"no administrators": {
			"the cluster would not be accessible", func(a *eks.ClusterArgs) { a.Administrators = nil },
			[]string{"administrators: required, but missing: add a role, such as platform: arn:aws:iam::111122223333:role/platform, or set creatorAdmin"},
		},
		"role session": {
			"aws sts get-caller-identity shows sessions", func(a *eks.ClusterArgs) {
				a.Administrators["platform"] = pulumi.String("arn:aws:sts::123456789012:assumed-role/platform/me")
			},
			[]string{"administrators.platform: found a role session: use the role, arn:aws:iam::123456789012:role/platform"},
		},
		"name instead of ARN": {
			"EKS requires ARNs", func(a *eks.ClusterArgs) { a.Administrators["platform"] = pulumi.String("platform") },
			[]string{`administrators.platform: found "platform", expected the ARN of a role or user`},
		},
		"duplicate principal": {
			"EKS allows one access entry per principal", func(a *eks.ClusterArgs) {
				a.Administrators["sre"] = admin
				a.Access = config.Named[eks.AccessEntry]{"third": {PrincipalARN: admin}}
			},
			[]string{"access.third.principalArn: duplicate principal, same as administrators.platform",
				"administrators.sre: duplicate principal, same as administrators.platform"},
		},
		"duplicate name": {
			"both create an access entry of this name", func(a *eks.ClusterArgs) {
				a.Access = config.Named[eks.AccessEntry]{"platform": {PrincipalARN: pulumi.String("arn:aws:iam::123456789012:user/me")}}
			},
			[]string{"access.platform: duplicate name platform, same as administrators.platform"},
		},
		"missing principal": {
			"the principal is required", func(a *eks.ClusterArgs) { a.Access = config.Named[eks.AccessEntry]{"x": {}} },
			[]string{"access.x.principalArn: required, but missing"},
		},
		"reserved groups": {
			"use cluster admin policies instead",
			entry(eks.AccessEntry{KubernetesGroups: []string{"system:masters", ""}}),
			[]string{
				"access.developers.kubernetesGroups[0]: the prefix system: is reserved",
				"access.developers.kubernetesGroups[1]: expected the name of a group",
			},
		},
		"reserved user name": {
			"EKS reserves these names", entry(eks.AccessEntry{UserName: "eks:me"}),
			[]string{"access.developers.userName: the prefix eks: is reserved"},
		},
		"unknown policy": {
			"names are suggested", policies(eks.AccessPolicy{Policy: "AmazonEKSEditorPolicy"}),
			[]string{`access.developers.policies.a.policy: unknown access policy "AmazonEKSEditorPolicy", did you mean "AmazonEKSEditPolicy"?`},
		},
		"duplicate policy": {
			"EKS associates a policy once", policies(
				eks.AccessPolicy{Policy: "AmazonEKSEditPolicy",
					Namespaces: []string{"a"}},
				eks.AccessPolicy{Policy: "AmazonEKSEditPolicy", Namespaces: []string{"b"}}),
			[]string{"access.developers.policies.b.policy: duplicate policy, same as a"},
		},
		"invalid namespace": {
			"names can have wildcards", policies(eks.AccessPolicy{Policy: "AmazonEKSEditPolicy",
				Namespaces: []string{"Shop"}}),
			[]string{`access.developers.policies.a.namespaces[0]: found "Shop"`},
		},
		"no access": {
			"the API server has to be accessible", api(eks.API{Private: ptr(false)}),
			[]string{"api.private: the API server is not accessible"},
		},
		"private CIDR blocks without private access": {
			"the rules would have no effect", api(eks.API{Private: ptr(false), PublicCIDRs: []string{"203.0.113.0/24"},
				PrivateCIDRs: []string{"10.0.0.0/8"}}),
			[]string{"api.privateCidrs: the API server is not accessible within the network"},
		},
		"internet": {
			"so are two halves of it", api(eks.API{PublicCIDRs: []string{"0.0.0.0/0", "128.0.0.0/1"}}),
			[]string{"api.publicCidrs[0]: 0.0.0.0/0 is the internet",
				"api.publicCidrs[1]: 128.0.0.0/1 is the internet"},
		},
		"invalid public CIDR blocks": {
			"EKS rejects private CIDR blocks", api(eks.API{PublicCIDRs: []string{"10.0.0.0/8", "203.0.113.0/24",
				"203.0.113.0/24", "203.0.113.1/24", "x"}}),
			[]string{
				"api.publicCidrs[0]: 10.0.0.0/8 is private", "api.publicCidrs[2]: duplicate CIDR block 203.0.113.0/24",
				"api.publicCidrs[3]: 203.0.113.1/24 has host bits set: use 203.0.113.0/24",
				`api.publicCidrs[4]: found "x"`,
			},
		},
		"large private CIDR blocks": {
			"networks are smaller", api(eks.API{PrivateCIDRs: []string{"0.0.0.0/0", "10.0.0.0/8", "10.0.0.0/8"}}),
			[]string{"api.privateCidrs[0]: 0.0.0.0/0 is larger than any private network",
				"api.privateCidrs[2]: duplicate CIDR block 10.0.0.0/8"},
		},
		"too many CIDR blocks": {
			"EKS allows 40", api(eks.API{PublicCIDRs: make([]string,
				41)}), append([]string{"api.publicCidrs: 41 CIDR blocks: use at most 40"},
				strings.Split(strings.Repeat(`expected a CIDR block|`, 41), "|")[:41]...),
		},
		"log types": {
			"there are five types", func(a *eks.ClusterArgs) { a.Logs.Types = []eks.LogType{"audits", "api", "api"} },
			[]string{`logs.types[0]: unknown log type "audits", did you mean "audit"?`,
				"logs.types[2]: duplicate log type api"},
		},
		"retention period": {"CloudWatch supports some values only", func(a *eks.ClusterArgs) { a.Logs.RetentionDays = ptr(100) },
			[]string{"logs.retentionDays: found the number 100, expected one of: 0, 1, 3"}},
		"keys": {
			"aliases are not supported", func(a *eks.ClusterArgs) {
				a.Encryption.KeyARN, a.Logs.KeyARN = pulumi.String("alias/secrets"), pulumi.String("alias/logs")
			},
			[]string{`encryption.keyArn: found "alias/secrets"`, `logs.keyArn: found "alias/logs"`},
		},
		"roles": {
			"they have to be ARNs", func(a *eks.ClusterArgs) {
				a.Role, a.Kubeconfig = &eks.ClusterRole{ARN: pulumi.String("control")}, &eks.Kubeconfig{RoleARN: pulumi.String("deploy")}
			},
			[]string{`kubeconfig.roleArn: found "deploy"`, `role.arn: found "control"`},
		},
		"boundary of an existing role": {
			"the role is not created", func(a *eks.ClusterArgs) {
				a.Role = &eks.ClusterRole{ARN: admin,
					PermissionsBoundary: pulumi.String("arn:aws:iam::123456789012:policy/boundary")}
			},
			[]string{"role.permissionsBoundary: mutually exclusive with arn"},
		},
		"ports": {
			"some ports are always allowed", func(a *eks.ClusterArgs) { a.WebhookPorts = []int{443, 0, 9443, 9443} },
			[]string{"webhookPorts[0]: port 443 is already allowed", "webhookPorts[1]: found 0",
				"webhookPorts[3]: port 9443 is already allowed"},
		},
		"size of the service CIDR": {"EKS allows /24 to /12", service("10.128.0.0/9"),
			[]string{"serviceCidr: found 10.128.0.0/9, expected"}},
		"public service CIDR": {"public addresses would not be accessible", service("203.0.112.0/20"),
			[]string{"serviceCidr: found 203.0.112.0/20"}},
		"overlapping service CIDR": {
			"addresses would be ambiguous", service("10.0.128.0/20"),
			[]string{`serviceCidr: overlaps with 10.0.0.0/16 of network "main"`},
		},
		"service CIDR with IPv6": {
			"EKS assigns the addresses", func(a *eks.ClusterArgs) { a.IPFamily, a.ServiceCIDR = "ipv6", "172.20.0.0/16" },
			[]string{"serviceCidr: EKS assigns the service addresses of IPv6 clusters"},
		},
		"public ingress": {
			"nodes are not public", func(a *eks.ClusterArgs) {
				a.NodeSecurityGroup = &ec2.SecurityGroupArgs{Ingress: config.Named[ec2.Rule]{"ssh": {Port: ptr(22),
					CIDRs: []string{"0.0.0.0/0"}}}}
			},
			[]string{"nodeSecurityGroup.ingress.ssh.cidrs[0]: 0.0.0.0/0 includes the internet"},
		},
		"reserved tag": {"AWS reserves the prefix",
			func(a *eks.ClusterArgs) { a.Tags = pulumi.StringMap{"aws:x": pulumi.String("y")} }, []string{`tags["aws:x"]: the prefix aws: is reserved`}},
		"tiers": {
			"a typo", func(a *eks.ClusterArgs) { a.Tier, a.NodeTier = "privat", "node" },
			[]string{
				`nodeTier: unknown tier "node" of network "main", did you mean "nodes"?`,
				`tier: unknown tier "privat" of network "main", did you mean "private"?`,
			},
		},
		"one zone": {
			"EKS requires two", func(a *eks.ClusterArgs) { a.Tier, a.NodeTier = "single", "nodes" },
			[]string{`tier: tier "single" has subnets in one zone only, EKS requires two zones`},
		},
		"zones": {
			"a typo, and one zone", func(a *eks.ClusterArgs) { a.Zones = []string{"eu-west-1d"} },
			[]string{`zones: found eu-west-1d only, EKS requires two`,
				`zones[0]: tier "private" has no subnet in "eu-west-1d", did you mean "eu-west-1a"?`},
		},
		"duplicate zone": {
			"a typo", func(a *eks.ClusterArgs) {
				a.Zones = []string{"eu-west-1a", "eu-west-1b",
					"eu-west-1a"}
			}, []string{"zones[2]: duplicate zone eu-west-1a"},
		},
		"another cloud": {
			"AKS has a package of its own", func(a *eks.ClusterArgs) { a.Network = vpc{"azure"} }, []string{`network: "main" is a network on azure`},
		},
		"network and VPC": {
			"they are mutually exclusive", func(a *eks.ClusterArgs) { a.VpcID = pulumi.String("vpc-1") }, []string{"vpcId: mutually exclusive with Network"},
		},
		"network and subnets": {
			"they are mutually exclusive", func(a *eks.ClusterArgs) {
				a.SubnetIDs = map[string]pulumi.StringInput{"eu-west-1a": pulumi.String("subnet-1")}
				a.NodeSubnetIDs = a.SubnetIDs
			}, []string{"nodeSubnetIds: mutually exclusive with Network", "subnetIds: mutually exclusive with Network"},
		},
		"no network": {
			"a network is required", func(a *eks.ClusterArgs) { a.Network, a.Zones = nil, []string{"eu-west-1a"} },
			[]string{"subnetIds: found 0 subnets, EKS requires subnets in at least two zones",
				"vpcId: required, but missing", "zones: requires a Network"},
		},
		"invalid zone": {
			"keys are availability zones", func(a *eks.ClusterArgs) {
				a.Network, a.VpcID = nil, pulumi.String("vpc-1")
				a.SubnetIDs = map[string]pulumi.StringInput{"a": pulumi.String("subnet-1"),
					"eu-west-1b": pulumi.String("subnet-2")}
			},
			[]string{`subnetIds.a: not an availability zone: use keys such as eu-west-1a`},
		},
	}
	for name, tc := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			args := filledCluster(t)
			tc.change(args)
			requireInvalidCluster(t, args, tc.want...)
		})
	}
}

func TestPreflightChecksVersions(t *testing.T) {
	t.Parallel()
	tests := map[string]struct {
		reason        string
		control       control
		version, mode string
		want, warns   string
		without       bool
	}{
		"new":  {reason: "a new cluster may have any supported version", version: "1.34"},
		"same": {reason: "nothing changes", control: control{version: "1.35"}, version: "1.35"},
		"next": {reason: "one minor version at a time", control: control{version: "1.35"}, version: "1.36"},
		"skipped": {reason: "EKS rejects it", control: control{version: "1.34"}, version: "1.36",
			want: "the cluster has version 1.34 and is upgraded by one minor version at a time: deploy 1.35 first"},
		"rollback": {reason: "EKS accepts it for some days", control: control{version: "1.35"}, version: "1.34",
			warns: "rollback from 1.35 to 1.34: EKS accepts it within 7 days of the upgrade"},
		"downgrade": {reason: "EKS rejects it", control: control{version: "1.36"}, version: "1.34",
			want: "version: the cluster has version 1.36 and cannot be downgraded to 1.34: use 1.36 or later, or 1.35 within 7 days"},
		"unknown": {reason: "EKS does not support it yet", version: "1.99",
			want: "version 1.99 is not available in this region, expected one of: 1.33, 1.34, 1.35, 1.36"},
		"two problems": {reason: "all problems at once", control: control{version: "1.35"}, version: "1.99",
			want: "at a time: deploy 1.36 first\n  version: version 1.99 is not available"},
		"extended support": {reason: "extended support costs more", version: "1.33",
			warns: "standard support of Kubernetes 1.33 ended on 2026-07-29: EKS charges more for the cluster, and upgrades it automatically after 2027-07-29"},
		"standard support ended": {reason: "EKS would upgrade it immediately", version: "1.33", mode: "standard",
			want: "standard support of version 1.33 ended on 2026-07-29: use a later version, or set support to extended"},
		"unsupported": {reason: "EKS does not create clusters of it", version: "1.30",
			want: "version 1.30 is no longer supported: use a later version"},
		"unsupported, existing": {reason: "EKS upgrades it later", control: control{version: "1.30"}, version: "1.30",
			warns: "Kubernetes 1.30 is no longer supported"},
		"without preflight": {reason: "preflight is off", control: control{version: "1.34"}, version: "1.99", without: true},
		"versions": {reason: "the error says how to skip the lookup",
			control: control{fails: "aws:eks/getClusterVersions:getClusterVersions"}, version: "1.36",
			want: "look up the versions that EKS supports (set preflight to false to skip)"},
		"clusters": {reason: "the error says how to skip the lookup", control: control{fails: "aws:eks/getClusters:getClusters"},
			version: "1.36", want: "look up existing clusters (set preflight to false to skip)"},
		"cluster": {
			reason: "the error says how to skip the lookup", control: control{version: "1.35",
				fails: "aws:eks/getCluster:getCluster"}, version: "1.36",
			want: "look up the version of the cluster (set preflight to false to skip)",
		},
	}
	for name, tc := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			args := plainCluster()
			args.Version, args.Support, args.Preflight = tc.version, eks.SupportPolicy(tc.mode), ptr(!tc.without)
			r, err := pulumitest.Record(clusterOf(args), clusterOptions(tc.control)...)
			if tc.want != "" {
				require.ErrorContains(t, err, tc.want, tc.reason)
				require.Len(t, r.Resources, 1, "only the component is registered")
				return
			}
			require.NoError(t, err, tc.reason)
			require.Equal(t, tc.version, r.One(t, "aws:eks/cluster:Cluster").Inputs["version"].StringValue())
			require.Equal(t, tc.warns != "", len(r.Logs) > 0, "%v", r.Logs)
			if tc.warns != "" {
				require.Contains(t, r.Logs[0].Message, tc.warns)
			}
		})
	}
}

func TestInvalidVersionsAreConfigurationErrors(t *testing.T) {
	t.Parallel()
	args := plainCluster()
	args.Version = "1.99"
	_, err := pulumitest.Record(clusterOf(args), clusterOptions(control{})...)
	require.ErrorIs(t, err, failure.Configuration)
}

// EKS creates an access entry for the creator, and rejects another one for the same principal.
func TestCreatorHasOneAccessEntry(t *testing.T) {
	t.Parallel()
	tests := map[string]struct {
		reason, caller, principal string
		refused                   bool
	}{
		"user": {"the same user", "arn:aws:iam::123456789012:user/test", "arn:aws:iam::123456789012:user/test",
			true},
		"another user": {"a different principal", "arn:aws:iam::123456789012:user/test", "arn:aws:iam::123456789012:user/other",
			false},
		"role": {"a session does not tell the path", "arn:aws:sts::123456789012:assumed-role/deploy/x",
			"arn:aws:iam::123456789012:role/ci/deploy", true},
		"another role": {"a different principal", "arn:aws:sts::123456789012:assumed-role/deploy/x",
			"arn:aws:iam::123456789012:role/ci-deploy", false},
	}
	for name, tc := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			args := plainCluster()
			args.CreatorAdmin = true
			args.Administrators["platform"] = pulumi.String(tc.principal)
			_, err := pulumitest.Record(clusterOf(args), append(clusterOptions(control{}), caller(tc.caller))...)
			if !tc.refused {
				require.NoError(t, err, tc.reason)
				return
			}
			require.ErrorContains(t, err,
				"creatorAdmin creates an access entry for the same principal as platform: omit one of them")
			_, err = pulumitest.Record(clusterOf(args),
				append(clusterOptions(control{version: "1.36"}), caller(tc.caller))...)
			require.NoError(t, err, "a cluster that is there has its entries")
		})
	}
}

func TestPreflightChecksFreeAddresses(t *testing.T) {
	t.Parallel()
	tests := map[string]struct {
		reason      string
		control     control
		want, warns string
	}{
		"enough": {"nothing to say", control{free: 16}, "", ""},
		"few": {"EKS advises more", control{free: 15}, "",
			"subnet subnet-private-eu-west-1a in eu-west-1a has 15 free addresses, EKS recommends 16: an upgrade uses up to 5"},
		"too few": {"EKS rejects it", control{free: 5},
			"subnet-private-eu-west-1a in eu-west-1a has 5 free addresses, EKS requires 6: use larger subnets", ""},
		"nodes' fault": {"a cluster that is there has its addresses", control{free: 5, version: "1.36"}, "", ""},
		"full": {"an upgrade may fail", control{free: 4, version: "1.36"}, "",
			"subnet-private-eu-west-1a in eu-west-1a has 4 free addresses, an upgrade uses up to 5"},
	}
	for name, tc := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			r, err := pulumitest.Record(clusterOf(plainCluster()), clusterOptions(tc.control)...)
			if tc.want != "" {
				require.ErrorContains(t, err, tc.want, tc.reason)
				require.Empty(t, r.OfType("aws:eks/cluster:Cluster"), "the cluster is not created")
				return
			}
			require.NoError(t, err, tc.reason)
			var messages []string
			for _, l := range r.Logs {
				messages = append(messages, l.Message)
			}
			if tc.warns == "" {
				require.Empty(t, messages, tc.reason)
				return
			}
			require.Len(t, messages, 2, "one for each subnet")
			require.Contains(t, strings.Join(messages, "\n"), tc.warns)
		})
	}
}

// Nodes cannot join if the network does not resolve the private name of the API server.
func TestPreflightChecksDNS(t *testing.T) {
	t.Parallel()
	_, err := pulumitest.Record(clusterOf(plainCluster()), clusterOptions(control{mute: true})...)
	require.ErrorContains(t, err,
		"vpc-1 does not resolve the name of the API server: turn on DNS support and DNS hostnames, or set api.private to false")
	args := plainCluster()
	args.API = &eks.API{Private: ptr(false), PublicCIDRs: []string{"203.0.113.0/24"}}
	_, err = pulumitest.Record(clusterOf(args), clusterOptions(control{mute: true})...)
	require.NoError(t, err)
}

// EKS rejects other zones for an existing cluster.
func TestPreflightChecksZones(t *testing.T) {
	t.Parallel()
	args := plainCluster()
	args.Network, args.VpcID = nil, pulumi.String("vpc-1")
	args.SubnetIDs = map[string]pulumi.StringInput{}
	for _, zone := range []string{"eu-west-1a", "eu-west-1b", "eu-west-1c"} {
		args.SubnetIDs[zone] = pulumi.String("subnet-private-" + zone)
	}
	_, err := pulumitest.Record(clusterOf(args), clusterOptions(control{version: "1.36"})...)
	require.ErrorContains(t, err,
		"the cluster is in eu-west-1a, eu-west-1b, which cannot change, found subnets in eu-west-1a, eu-west-1b, "+
			"eu-west-1c: set zones to the former")
	delete(args.SubnetIDs, "eu-west-1c")
	_, err = pulumitest.Record(clusterOf(args), clusterOptions(control{version: "1.36"})...)
	require.NoError(t, err)
	_, err = pulumitest.Record(clusterOf(args),
		clusterOptions(control{version: "1.36", fails: "aws:ec2/getSubnet:getSubnet"})...)
	require.ErrorContains(t, err, "look up the subnets of the cluster (set preflight to false to skip)")
}

func TestZonesSelectControlPlaneSubnets(t *testing.T) {
	t.Parallel()
	args := plainCluster()
	args.Zones = []string{"eu-west-1b", "eu-west-1a"}
	args.Network = wide{}
	r := pulumitest.Run(t, clusterOf(args), clusterOptions(control{})...)
	ids, _ := r.One(t, "aws:eks/cluster:Cluster").Input("vpcConfig.subnetIds")
	require.Equal(t, []any{"subnet-private-eu-west-1a", "subnet-private-eu-west-1b"}, ids.Mappable())
	nodes, _ := r.One(t, nodeGroupType).Input("subnetIds")
	require.Len(t, nodes.ArrayValue(), 3, "nodes can be placed in all of them")
}

// wide is a network with a tier in three zones.
type wide struct{}

func (wide) NetworkInfo() core.NetworkInfo {
	info := vpc{"aws"}.NetworkInfo()
	info.Subnets = append(info.Subnets,
		core.Subnet{Tier: "private", Zone: "eu-west-1c", ID: pulumi.String("subnet-private-eu-west-1c")})
	return info
}
