package eks_test

import (
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
	"github.com/stretchr/testify/require"

	"github.com/ashlar-iac/ashlar/aws/eks"
	"github.com/ashlar-iac/ashlar/aws/policy"
	"github.com/ashlar-iac/ashlar/core/config"
	"github.com/ashlar-iac/ashlar/core/pulumitest"
)

// addonsCase is a set of add-ons and the properties of their cluster.
type addonsCase struct {
	reason string
	change func(*eks.ClusterAddons)
	// bare has no node groups, fargate has profiles, ipv6 has pods with addresses of IPv6.
	bare, fargate, ipv6 bool
}

// addons creates a cluster with a set of add-ons.
func addons(t *testing.T, c addonsCase) *pulumitest.Recording {
	t.Helper()
	return pulumitest.Run(t, func(ctx *pulumi.Context) error {
		s, err := config.WithDefaults(&eks.ClusterAddons{})
		require.NoError(t, err)
		if c.change != nil {
			c.change(s)
		}
		args := plainCluster()
		args.Addons = s
		if c.bare {
			args.NodeGroups = nil
		}
		if c.fargate {
			args.FargateProfiles = map[string]eks.FargateProfileArgs{"all": {Selectors: []eks.FargateSelector{{Namespace: "*"}}}}
		}
		if c.ipv6 {
			args.IPFamily = eks.IPv6
		}
		_, err = eks.NewCluster(ctx, "main", args)
		return err
	}, clusterOptions(control{})...)
}

// installed returns the add-on of this name.
func installed(t *testing.T, r *pulumitest.Recording, name string) *pulumitest.Registration {
	t.Helper()
	for _, a := range r.OfType(addonType) {
		if a.Inputs["addonName"].StringValue() == name {
			return a
		}
	}
	require.Fail(t, "there is no add-on", name)
	return nil
}

// The VPC CNI gets its credentials from the agent, nodes need the VPC CNI, and the other add-ons run on nodes.
func TestAddonDependencies(t *testing.T) {
	t.Parallel()
	r := addons(t, addonsCase{change: func(s *eks.ClusterAddons) {
		s.Others = config.Named[eks.AddonArgs]{"metrics-server": {}}
	}})
	waits := func(who *pulumitest.Registration, whom string) bool {
		return slices.Contains(who.Dependencies, installed(t, r, whom).URN)
	}
	nodes := r.One(t, nodeGroupType)
	require.True(t, waits(installed(t, r, "vpc-cni"), "eks-pod-identity-agent"))
	require.True(t, waits(installed(t, r, "kube-proxy"), "vpc-cni"))
	require.True(t, waits(nodes, "vpc-cni"))
	require.True(t, waits(nodes, "kube-proxy"))
	for _, name := range []string{"coredns", "aws-ebs-csi-driver", "metrics-server"} {
		require.Contains(t, installed(t, r, name).Dependencies, nodes.URN, name)
		require.True(t, waits(installed(t, r, name), "eks-pod-identity-agent"), name)
		require.Equal(t, "main", installed(t, r, name).Inputs["clusterName"].StringValue(), "the name stays known")
	}
}

func TestAddonConfigurationValues(t *testing.T) {
	t.Parallel()
	const network = "vpc-cni"
	tests := map[string]struct {
		addonsCase
		addon, want string
	}{
		"network": {
			addonsCase{reason: "many pods on a node, and policies that are enforced"}, network,
			`{"enableNetworkPolicy":"true","env":{"ENABLE_PREFIX_DELEGATION":"true","NETWORK_POLICY_ENFORCING_MODE":"standard"}}`,
		},
		"network options": {
			addonsCase{reason: "each option is one value", change: func(s *eks.ClusterAddons) {
				v := s.VPCCNI
				v.WarmIPTarget, v.MinimumIPTarget, v.NetworkPolicyMode, v.ExternalSNAT, v.PodSecurityGroups = ptr(2), ptr(10), "strict", true, true
			}}, network,
			`{"enableNetworkPolicy":"true","env":{"AWS_VPC_K8S_CNI_EXTERNALSNAT":"true","ENABLE_POD_ENI":"true","ENABLE_PREFIX_DELEGATION":"true",` +
				`"MINIMUM_IP_TARGET":"10","NETWORK_POLICY_ENFORCING_MODE":"strict","POD_SECURITY_GROUP_ENFORCING_MODE":"standard","WARM_IP_TARGET":"2"}}`,
		},
		"strict security groups of pods": {
			addonsCase{reason: "probes need another TCP setting", change: func(s *eks.ClusterAddons) {
				s.VPCCNI.PodSecurityGroups, s.VPCCNI.PodSecurityGroupMode = true, eks.PodSecurityGroupsStrict
			}}, network,
			`{"enableNetworkPolicy":"true","env":{"ENABLE_POD_ENI":"true","ENABLE_PREFIX_DELEGATION":"true","NETWORK_POLICY_ENFORCING_MODE":"standard",` +
				`"POD_SECURITY_GROUP_ENFORCING_MODE":"strict"},"init":{"env":{"DISABLE_TCP_EARLY_DEMUX":"true"}}}`,
		},
		"plain network": {
			addonsCase{reason: "both defaults can be turned off", change: func(s *eks.ClusterAddons) {
				s.VPCCNI.PrefixDelegation, s.VPCCNI.NetworkPolicy = ptr(false), ptr(false)
			}}, network, `{"enableNetworkPolicy":"false","env":{"ENABLE_PREFIX_DELEGATION":"false"}}`,
		},
		"own values": {
			addonsCase{reason: "what people write wins, at any depth", change: func(s *eks.ClusterAddons) {
				s.VPCCNI.WarmPrefixTarget = ptr(2)
				s.VPCCNI.Configuration = map[string]any{"env": map[string]any{"WARM_PREFIX_TARGET": "3"},
					"nodeAgent": map[string]any{"metricsBindAddr": "8162"}}
			}}, network,
			`{"enableNetworkPolicy":"true","env":{"ENABLE_PREFIX_DELEGATION":"true","NETWORK_POLICY_ENFORCING_MODE":"standard","WARM_PREFIX_TARGET":"3"},` +
				`"nodeAgent":{"metricsBindAddr":"8162"}}`,
		},
		"pods in other subnets": {
			addonsCase{reason: "by zone", change: func(s *eks.ClusterAddons) {
				s.VPCCNI.CustomNetworking = map[string]eks.PodSubnet{
					"eu-west-1a": {SubnetID: pulumi.String("subnet-a"),
						SecurityGroupIDs: pulumi.ToStringArray([]string{"sg-1"})},
					"eu-west-1b": {SubnetID: pulumi.String("subnet-b").ToStringOutput()},
				}
			}}, network,
			`{"enableNetworkPolicy":"true","eniConfig":{"create":true,"region":"eu-west-1","subnets":{"a":{"id":"subnet-a","securityGroups":["sg-1"]},"b":{"id":"subnet-b"}}},` +
				`"env":{"AWS_VPC_K8S_CNI_CUSTOM_NETWORK_CFG":"true","ENABLE_PREFIX_DELEGATION":"true","ENI_CONFIG_LABEL_DEF":"topology.kubernetes.io/zone",` +
				`"NETWORK_POLICY_ENFORCING_MODE":"standard"}}`,
		},
		"proxy": {addonsCase{reason: "the default needs no value"}, "kube-proxy", ""},
		"nftables": {addonsCase{reason: "another mode",
			change: func(s *eks.ClusterAddons) { s.KubeProxy.Mode = "nftables" }},
			"kube-proxy", `{"mode":"nftables"}`},
		"ipvs": {addonsCase{reason: "with its scheduler",
			change: func(s *eks.ClusterAddons) { s.KubeProxy.Mode = "ipvs" }},
			"kube-proxy", `{"ipvs":{"scheduler":"rr"},"mode":"ipvs"}`},
		"scheduler": {addonsCase{reason: "or another one",
			change: func(s *eks.ClusterAddons) { s.KubeProxy.Mode, s.KubeProxy.Scheduler = "ipvs", "lc" }},
			"kube-proxy", `{"ipvs":{"scheduler":"lc"},"mode":"ipvs"}`},
		"names": {addonsCase{reason: "the add-on's own defaults"}, "coredns", ""},
		"replicas": {addonsCase{reason: "a number", change: func(s *eks.ClusterAddons) { s.CoreDNS.Replicas = ptr(3) }},
			"coredns", `{"replicaCount":3}`},
		"autoscaling": {addonsCase{reason: "between numbers", change: func(s *eks.ClusterAddons) {
			s.CoreDNS.Autoscaling = &eks.CoreDNSAutoscaling{Max: ptr(20)}
		}}, "coredns", `{"autoScaling":{"enabled":true,"maxReplicas":20,"minReplicas":2}}`},
		"without nodes": {addonsCase{reason: "there is nothing else to run on", bare: true, fargate: true}, "coredns",
			`{"computeType":"Fargate"}`},
		"with both": {addonsCase{reason: "nodes are cheaper", fargate: true}, "coredns", ""},
		"on Fargate all the same": {addonsCase{reason: "it was said", fargate: true,
			change: func(s *eks.ClusterAddons) { s.CoreDNS.ComputeType = "fargate" }},
			"coredns", `{"computeType":"Fargate"}`},
		"volumes": {addonsCase{reason: "the add-on's own defaults"}, "aws-ebs-csi-driver", ""},
		"volume options": {addonsCase{reason: "each option is one value", change: func(s *eks.ClusterAddons) {
			s.EBSCSI.VolumeTags, s.EBSCSI.DefaultStorageClass = pulumi.StringMap{"team": pulumi.String("shop")}, true
		}}, "aws-ebs-csi-driver",
			`{"controller":{"extraVolumeTags":{"team":"shop"}},"defaultStorageClass":{"enabled":true}}`},
	}
	for name, tc := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			got := ""
			if values, ok := installed(t, addons(t, tc.addonsCase), tc.addon).Inputs["configurationValues"]; ok {
				got = values.StringValue()
			}
			if diff := cmp.Diff(tc.want, got); diff != "" {
				t.Errorf("%s (-want +got):\n%s", tc.reason, diff)
			}
		})
	}
}

func TestAddonsOfACluster(t *testing.T) {
	t.Parallel()
	usual := []string{"eks-pod-identity-agent", "vpc-cni", "kube-proxy", "coredns", "aws-ebs-csi-driver"}
	tests := map[string]struct {
		addonsCase
		want []string
	}{
		"default": {addonsCase{reason: "the usual ones"}, usual},
		"others": {addonsCase{reason: "additional add-ons by name, or under another name",
			change: func(s *eks.ClusterAddons) {
				s.Others = config.Named[eks.AddonArgs]{"aws-efs-csi-driver": {},
					"costs": {AddonName: "kubecost_kubecost"},
					"old":   {Enabled: ptr(false)}}
			}}, append(slices.Clone(usual), "aws-efs-csi-driver", "kubecost_kubecost")},
		"none": {addonsCase{reason: "each can be left out", change: func(s *eks.ClusterAddons) {
			no := ptr(false)
			s.PodIdentityAgent.Enabled, s.VPCCNI.Enabled, s.KubeProxy.Enabled, s.CoreDNS.Enabled, s.EBSCSI.Enabled = no, no, no, no, no
		}}, nil},
		"without nodes": {addonsCase{reason: "the driver of volumes would never be ready", bare: true, fargate: true},
			usual[:4]},
	}
	for name, tc := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			var got []string
			for _, a := range addons(t, tc.addonsCase).OfType(addonType) {
				got = append(got, a.Inputs["addonName"].StringValue())
			}
			require.ElementsMatch(t, tc.want, got, tc.reason)
		})
	}
}

func TestAddonPoliciesFromOptions(t *testing.T) {
	t.Parallel()
	inline := func(c addonsCase, name string) string {
		role, ok := addons(t, c).Find("aws:iam/rolePolicy:RolePolicy", name)
		if !ok {
			return ""
		}
		return role.Inputs["policy"].StringValue()
	}
	keys := func(s *eks.ClusterAddons) {
		s.EBSCSI.KMSKeyARNs = config.Named[pulumi.StringInput]{"volumes": pulumi.String(volumeKey)}
		s.EBSCSI.Identity.InlinePolicies = config.Named[policy.Document]{"own": {Statements: []policy.Statement{{
			Effect: policy.Allow, Actions: []string{"ec2:DescribeVolumes"},
			Resources: pulumi.ToStringArray([]string{"*"}),
		}}}}
	}
	text := inline(addonsCase{change: keys}, "main-ebs-csi-keys")
	require.Contains(t, text, `"Bool":{"kms:GrantIsForAWSResource":"true"}`, "grants are for EBS alone")
	require.Contains(t, text, `"Resource":"`+volumeKey+`"`)
	require.NotEmpty(t, inline(addonsCase{change: keys}, "main-ebs-csi-own"), "policies of people stay")
	require.Contains(t, inline(addonsCase{ipv6: true}, "main-vpc-cni-ipv6"), `"ec2:AssignIpv6Addresses"`)
	require.Empty(t, inline(addonsCase{}, "main-vpc-cni-ipv6"), "without IPv6 the plugin assigns no such addresses")
}

func TestAddonArgumentsAreNotModified(t *testing.T) {
	t.Parallel()
	change := func(s *eks.ClusterAddons) {
		s.VPCCNI.Configuration = map[string]any{"env": map[string]any{"WARM_ENI_TARGET": "1"}}
		s.EBSCSI.KMSKeyARNs = config.Named[pulumi.StringInput]{"volumes": pulumi.String(volumeKey)}
	}
	s, fresh := filledCluster(t).Addons, filledCluster(t).Addons
	addons(t, addonsCase{change: func(given *eks.ClusterAddons) {
		change(s)
		*given = *s
	}})
	change(fresh)
	require.Equal(t, fresh, s)
}

func TestInvalidClusterAddons(t *testing.T) {
	t.Parallel()
	tests := map[string]struct {
		reason string
		change func(*eks.ClusterAddons)
		want   []string
	}{
		"no agent": {"the agent provides the credentials", func(s *eks.ClusterAddons) {
			s.PodIdentityAgent.Enabled = ptr(false)
			s.EBSCSI.Identity.Method = "irsa"
			s.Others = config.Named[eks.AddonArgs]{"aws-efs-csi-driver": {}, "metrics-server": {}}
		}, []string{
			"others.aws-efs-csi-driver.identity.method: podIdentity requires podIdentityAgent: enable it, or use irsa",
			"vpcCni.identity.method: podIdentity requires podIdentityAgent: enable it, or use irsa",
		}},
		"twice": {"EKS installs an add-on once", func(s *eks.ClusterAddons) {
			s.Others = config.Named[eks.AddonArgs]{
				"a": {AddonName: "metrics-server"}, "b": {AddonName: "metrics-server"}, "vpc-cni": {},
				"ebs-csi": {AddonName: "velero"},
			}
		}, []string{
			"others.b: duplicate add-on, same as a: omit one of them",
			"others.ebs-csi: duplicate name, same as ebsCsi: use another one, and set addonName",
			"others.vpc-cni: vpc-cni has options of its own: use vpcCni",
		}},
		"unknown": {"its service accounts are unknown", func(s *eks.ClusterAddons) {
			s.Others = config.Named[eks.AddonArgs]{"acme": {Identity: &eks.AddonIdentity{RoleARN: pulumi.String(existing)}}}
		},
			[]string{"others.acme.identity.serviceAccounts: required, but missing: the service accounts of acme are unknown"}},
		"network": {"options without effect", func(s *eks.ClusterAddons) {
			v := s.VPCCNI
			v.WarmPrefixTarget, v.WarmIPTarget, v.NetworkPolicy, v.NetworkPolicyMode = ptr(1), ptr(1), ptr(false), "strict"
			v.CustomNetworking = map[string]eks.PodSubnet{"euw1-az1": {SubnetID: pulumi.String("s")},
				"eu-west-1a": {SubnetID: pulumi.String("s")},
				"eu-west-2a": {SubnetID: pulumi.String("s")}, "eu-west-1b": {}}
		}, []string{
			"vpcCni.customNetworking.eu-west-1b.subnetId: required, but missing",
			"vpcCni.customNetworking.eu-west-2a: the zone is not in eu-west-1, the region of the others: use zones of one region",
			`vpcCni.customNetworking.euw1-az1: not an availability zone: use keys such as eu-west-1a`,
			"vpcCni.networkPolicyMode: requires networkPolicy: set it to true, or omit networkPolicyMode",
			"vpcCni.warmPrefixTarget: mutually exclusive with warmIpTarget and minimumIpTarget: omit one of them",
		}},
		"prefixes": {"prefixes are required",
			func(s *eks.ClusterAddons) { s.VPCCNI.WarmPrefixTarget, s.VPCCNI.PrefixDelegation = ptr(1), ptr(false) },
			[]string{"vpcCni.warmPrefixTarget: requires prefixDelegation: set it to true, or omit warmPrefixTarget"}},
		"proxy": {"other modes have no scheduler", func(s *eks.ClusterAddons) { s.KubeProxy.Scheduler = "lc" },
			[]string{"kubeProxy.scheduler: requires ipvs: set mode to ipvs, or omit it"}},
		"names": {"contradictory numbers", func(s *eks.ClusterAddons) {
			s.CoreDNS.Replicas, s.CoreDNS.Autoscaling = ptr(2), &eks.CoreDNSAutoscaling{Min: ptr(5), Max: ptr(4)}
		}, []string{
			"coreDns.autoscaling.max: expected at least min, 5, found 4",
			"coreDns.replicas: mutually exclusive with autoscaling: omit one of them",
		}},
		"volumes": {"the role is not created", func(s *eks.ClusterAddons) {
			s.EBSCSI.KMSKeyARNs = config.Named[pulumi.StringInput]{"volumes": pulumi.String(volumeKey)}
			s.EBSCSI.Identity.Method, s.EBSCSI.VolumeTags = "none", pulumi.StringMap{"aws:x": pulumi.String("y")}
		}, []string{
			"ebsCsi.kmsKeyArns: requires a created role: omit identity.roleArn and identity.method none, or allow the keys in the role of the driver",
			`ebsCsi.volumeTags["aws:x"]: the prefix aws: is reserved: use another key`,
		}},
	}
	for name, tc := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			given, err := config.WithDefaults(&eks.ClusterAddons{})
			require.NoError(t, err)
			tc.change(given)
			s, err := config.WithDefaults(given)
			require.NoError(t, err)
			var invalid *config.Error
			require.ErrorAs(t, config.Check("add-ons", s), &invalid, tc.reason)
			var got []string
			for _, f := range invalid.Findings {
				got = append(got, f.String())
			}
			if diff := cmp.Diff(tc.want, got); diff != "" {
				t.Errorf("%s (-want +got):\n%s", tc.reason, diff)
			}
		})
	}
}

// Add-ons are checked with their cluster before any resource is created.
func TestAddonsThatDoNotFitTheirCluster(t *testing.T) {
	t.Parallel()
	fargate := func(a *eks.ClusterArgs) {
		a.NodeGroups = nil
		a.FargateProfiles = config.Named[eks.FargateProfileArgs]{"all": {Selectors: []eks.FargateSelector{{Namespace: "*"}}}}
	}
	tests := map[string]struct {
		reason string
		change func(*eks.ClusterArgs)
		want   string
	}{
		"names on nodes": {"prefixes are required",
			func(a *eks.ClusterArgs) { fargate(a); a.Addons.CoreDNS.ComputeType = "ec2" },
			"addons.coreDns.computeType: the cluster has no node group: omit it for Fargate"},
		"volumes": {"they are those of nodes",
			func(a *eks.ClusterArgs) { fargate(a); a.Addons.EBSCSI.Enabled = ptr(true) },
			"addons.ebsCsi.enabled: requires nodes, and the cluster has no node group: omit it"},
		"service accounts": {"IAM does not know them", func(a *eks.ClusterArgs) {
			a.IdentityProvider = ptr(false)
			a.Addons.EBSCSI.Identity.Method = "irsa"
		}, "addons.ebsCsi.identity.method: irsa requires identityProvider: set it to true, or use podIdentity"},
		"single addresses": {"IPv6 has blocks", func(a *eks.ClusterArgs) {
			a.IPFamily = "ipv6"
			a.Addons.VPCCNI.PrefixDelegation = ptr(false)
		}, "addons.vpcCni.prefixDelegation: IPv6 requires prefix delegation: omit it"},
		"other subnets": {"IPv6 has none", func(a *eks.ClusterArgs) {
			a.IPFamily = "ipv6"
			a.Addons.VPCCNI.CustomNetworking = map[string]eks.PodSubnet{"eu-west-1a": {SubnetID: pulumi.String("subnet-1")}}
		}, "addons.vpcCni.customNetworking: not supported with IPv6: omit it"},
	}
	for name, tc := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			args := filledCluster(t)
			tc.change(args)
			requireInvalidCluster(t, args, tc.want)
		})
	}
}
