package eks_test

import (
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/ec2"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
	"github.com/stretchr/testify/require"

	"github.com/ashlar-iac/ashlar/aws/eks"
	"github.com/ashlar-iac/ashlar/aws/internal/fixture"
	"github.com/ashlar-iac/ashlar/aws/policy"
	"github.com/ashlar-iac/ashlar/core/config"
	"github.com/ashlar-iac/ashlar/core/pulumitest"
)

// addonsCase is a set of add-ons and what their cluster is like.
type addonsCase struct {
	reason string
	change func(*eks.AddonsSettings)
	// bare has no node groups, fargate has profiles, ipv6 has pods with addresses of IPv6.
	bare, fargate, ipv6 bool
}

// addons installs a set of add-ons, with a template in the place of the nodes.
func addons(t *testing.T, c addonsCase) *pulumitest.Recording {
	t.Helper()
	return pulumitest.Run(t, func(ctx *pulumi.Context) error {
		s := &eks.AddonsSettings{}
		if c.change != nil {
			c.change(s)
		}
		s, err := config.WithDefaults(s)
		require.NoError(t, err)
		require.NoError(t, config.Check("add-ons", s), c.reason)
		return eks.InstallAddons(ctx, s, target(), !c.bare, c.fargate, c.ipv6, func(target eks.Target) (pulumi.Resource, error) {
			return ec2.NewLaunchTemplate(ctx, "nodes", &ec2.LaunchTemplateArgs{Description: target.ClusterName.ToStringOutput()})
		})
	}, fixture.Cloud(), addonVersions(), fixture.Pins())
}

// installed returns the add-on of this name.
func installed(t *testing.T, r *pulumitest.Recording, name string) *pulumitest.Registration {
	t.Helper()
	for _, a := range r.Of(addonType) {
		if a.Inputs["addonName"].StringValue() == name {
			return a
		}
	}
	require.Fail(t, "there is no add-on", name)
	return nil
}

// The network plugin gets its credentials from the agent, nodes get ready with the network plugin, and the others run on nodes.
func TestAddonsWaitForWhatTheyNeed(t *testing.T) {
	t.Parallel()
	r := addons(t, addonsCase{change: func(s *eks.AddonsSettings) {
		s.Others = config.Named[eks.OtherAddon]{"metrics-server": {}}
	}})
	waits := func(who *pulumitest.Registration, whom string) bool {
		return slices.Contains(who.Dependencies, installed(t, r, whom).URN)
	}
	nodes := r.One(t, "aws:ec2/launchTemplate:LaunchTemplate")
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

func TestConfigurationValuesOfAddons(t *testing.T) {
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
			addonsCase{reason: "each option is one value", change: func(s *eks.AddonsSettings) {
				v := &s.VPCCNI
				v.WarmIPTarget, v.MinimumIPTarget, v.NetworkPolicyMode, v.ExternalSNAT, v.PodSecurityGroups = ptr(2), ptr(10), "strict", true, true
			}}, network,
			`{"enableNetworkPolicy":"true","env":{"AWS_VPC_K8S_CNI_EXTERNALSNAT":"true","ENABLE_POD_ENI":"true","ENABLE_PREFIX_DELEGATION":"true",` +
				`"MINIMUM_IP_TARGET":"10","NETWORK_POLICY_ENFORCING_MODE":"strict","WARM_IP_TARGET":"2"}}`,
		},
		"plain network": {
			addonsCase{reason: "both defaults can be turned off", change: func(s *eks.AddonsSettings) {
				s.VPCCNI.PrefixDelegation, s.VPCCNI.NetworkPolicy = ptr(false), ptr(false)
			}}, network, `{"enableNetworkPolicy":"false","env":{"ENABLE_PREFIX_DELEGATION":"false"}}`,
		},
		"own values": {
			addonsCase{reason: "what people write wins, at any depth", change: func(s *eks.AddonsSettings) {
				s.VPCCNI.WarmPrefixTarget = ptr(2)
				s.VPCCNI.Configuration = map[string]any{"env": map[string]any{"WARM_PREFIX_TARGET": "3"}, "nodeAgent": map[string]any{"metricsBindAddr": "8162"}}
			}}, network,
			`{"enableNetworkPolicy":"true","env":{"ENABLE_PREFIX_DELEGATION":"true","NETWORK_POLICY_ENFORCING_MODE":"standard","WARM_PREFIX_TARGET":"3"},` +
				`"nodeAgent":{"metricsBindAddr":"8162"}}`,
		},
		"pods in other subnets": {
			addonsCase{reason: "by zone", change: func(s *eks.AddonsSettings) {
				s.VPCCNI.CustomNetworking = map[string]eks.PodSubnet{
					"eu-west-1a": {SubnetID: pulumi.String("subnet-a"), SecurityGroupIDs: pulumi.ToStringArray([]string{"sg-1"})},
					"eu-west-1b": {SubnetID: pulumi.String("subnet-b").ToStringOutput()},
				}
			}}, network,
			`{"enableNetworkPolicy":"true","eniConfig":{"create":true,"region":"eu-west-1","subnets":{"a":{"id":"subnet-a","securityGroups":["sg-1"]},"b":{"id":"subnet-b"}}},` +
				`"env":{"AWS_VPC_K8S_CNI_CUSTOM_NETWORK_CFG":"true","ENABLE_PREFIX_DELEGATION":"true","ENI_CONFIG_LABEL_DEF":"topology.kubernetes.io/zone",` +
				`"NETWORK_POLICY_ENFORCING_MODE":"standard"}}`,
		},
		"proxy": {addonsCase{reason: "the default needs no value"}, "kube-proxy", ""},
		"nftables": {addonsCase{reason: "another mode", change: func(s *eks.AddonsSettings) { s.KubeProxy.Mode = "nftables" }},
			"kube-proxy", `{"mode":"nftables"}`},
		"ipvs": {addonsCase{reason: "with its scheduler", change: func(s *eks.AddonsSettings) { s.KubeProxy.Mode = "ipvs" }},
			"kube-proxy", `{"ipvs":{"scheduler":"rr"},"mode":"ipvs"}`},
		"scheduler": {addonsCase{reason: "or another one", change: func(s *eks.AddonsSettings) { s.KubeProxy.Mode, s.KubeProxy.Scheduler = "ipvs", "lc" }},
			"kube-proxy", `{"ipvs":{"scheduler":"lc"},"mode":"ipvs"}`},
		"names":    {addonsCase{reason: "the add-on's own defaults"}, "coredns", ""},
		"replicas": {addonsCase{reason: "a number", change: func(s *eks.AddonsSettings) { s.CoreDNS.Replicas = ptr(3) }}, "coredns", `{"replicaCount":3}`},
		"autoscaling": {addonsCase{reason: "between numbers", change: func(s *eks.AddonsSettings) {
			s.CoreDNS.Autoscaling = &eks.CoreDNSAutoscaling{Max: ptr(20)}
		}}, "coredns", `{"autoScaling":{"enabled":true,"maxReplicas":20,"minReplicas":2}}`},
		"without nodes": {addonsCase{reason: "there is nothing else to run on", bare: true, fargate: true}, "coredns", `{"computeType":"Fargate"}`},
		"with both":     {addonsCase{reason: "nodes are cheaper", fargate: true}, "coredns", ""},
		"on Fargate all the same": {addonsCase{reason: "it was said", fargate: true, change: func(s *eks.AddonsSettings) { s.CoreDNS.ComputeType = "fargate" }},
			"coredns", `{"computeType":"Fargate"}`},
		"volumes": {addonsCase{reason: "the add-on's own defaults"}, "aws-ebs-csi-driver", ""},
		"volume options": {addonsCase{reason: "each option is one value", change: func(s *eks.AddonsSettings) {
			s.EBSCSI.VolumeTags, s.EBSCSI.DefaultStorageClass = map[string]string{"team": "shop"}, true
		}}, "aws-ebs-csi-driver", `{"controller":{"extraVolumeTags":{"team":"shop"}},"defaultStorageClass":{"enabled":true}}`},
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

func TestWhichAddonsAClusterHas(t *testing.T) {
	t.Parallel()
	usual := []string{"eks-pod-identity-agent", "vpc-cni", "kube-proxy", "coredns", "aws-ebs-csi-driver"}
	tests := map[string]struct {
		addonsCase
		want []string
	}{
		"default": {addonsCase{reason: "the usual ones"}, usual},
		"others": {addonsCase{reason: "further ones by name, or under another name", change: func(s *eks.AddonsSettings) {
			s.Others = config.Named[eks.OtherAddon]{"aws-efs-csi-driver": {}, "costs": {AddonName: "kubecost_kubecost"}, "old": {Enabled: ptr(false)}}
		}}, append(slices.Clone(usual), "aws-efs-csi-driver", "kubecost_kubecost")},
		"none": {addonsCase{reason: "each can be left out", change: func(s *eks.AddonsSettings) {
			no := ptr(false)
			s.PodIdentityAgent.Enabled, s.VPCCNI.Enabled, s.KubeProxy.Enabled, s.CoreDNS.Enabled, s.EBSCSI.Enabled = no, no, no, no, no
		}}, nil},
		"without nodes": {addonsCase{reason: "the driver of volumes would never be ready", bare: true, fargate: true}, usual[:4]},
	}
	for name, tc := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			var got []string
			for _, a := range addons(t, tc.addonsCase).Of(addonType) {
				got = append(got, a.Inputs["addonName"].StringValue())
			}
			require.ElementsMatch(t, tc.want, got, tc.reason)
		})
	}
}

func TestPoliciesThatOptionsAdd(t *testing.T) {
	t.Parallel()
	inline := func(c addonsCase, name string) string {
		role, ok := addons(t, c).Find("aws:iam/rolePolicy:RolePolicy", name)
		if !ok {
			return ""
		}
		return role.Inputs["policy"].StringValue()
	}
	keys := func(s *eks.AddonsSettings) {
		s.EBSCSI.KMSKeyARNs = config.Named[pulumi.StringInput]{"volumes": pulumi.String(volumeKey)}
		s.EBSCSI.Identity.InlinePolicies = config.Named[policy.Document]{"own": {Statements: []policy.Statement{{
			Effect: policy.Allow, Actions: []string{"ec2:DescribeVolumes"}, Resources: pulumi.ToStringArray([]string{"*"}),
		}}}}
	}
	text := inline(addonsCase{change: keys}, "main-ebs-csi-keys")
	require.Contains(t, text, `"Bool":{"kms:GrantIsForAWSResource":"true"}`, "grants are for EBS alone")
	require.Contains(t, text, `"Resource":"`+volumeKey+`"`)
	require.NotEmpty(t, inline(addonsCase{change: keys}, "main-ebs-csi-own"), "policies of people stay")
	require.Contains(t, inline(addonsCase{ipv6: true}, "main-vpc-cni-ipv6"), `"ec2:AssignIpv6Addresses"`)
	require.Empty(t, inline(addonsCase{}, "main-vpc-cni-ipv6"), "without IPv6 the plugin assigns no such addresses")
}

func TestSettingsOfAddonsAreLeftAlone(t *testing.T) {
	t.Parallel()
	change := func(s *eks.AddonsSettings) {
		s.VPCCNI.Configuration = map[string]any{"env": map[string]any{"WARM_ENI_TARGET": "1"}}
		s.EBSCSI.KMSKeyARNs = config.Named[pulumi.StringInput]{"volumes": pulumi.String(volumeKey)}
	}
	s, fresh := &eks.AddonsSettings{}, &eks.AddonsSettings{}
	addons(t, addonsCase{change: func(given *eks.AddonsSettings) {
		change(s)
		*given = *s
	}})
	change(fresh)
	require.Equal(t, fresh, s)
}

func TestAddonsRefuse(t *testing.T) {
	t.Parallel()
	tests := map[string]struct {
		reason string
		change func(*eks.AddonsSettings)
		want   []string
	}{
		"no agent": {"nobody hands them their credentials", func(s *eks.AddonsSettings) {
			s.PodIdentityAgent.Enabled = ptr(false)
			s.EBSCSI.Identity.Method = "irsa"
			s.Others = config.Named[eks.OtherAddon]{"aws-efs-csi-driver": {}, "metrics-server": {}}
		}, []string{
			"others.aws-efs-csi-driver.identity.method: without podIdentityAgent nobody hands it its credentials: set irsa",
			"vpcCni.identity.method: without podIdentityAgent nobody hands it its credentials: set irsa",
		}},
		"twice": {"EKS has one of each", func(s *eks.AddonsSettings) {
			s.Others = config.Named[eks.OtherAddon]{
				"a": {AddonName: "metrics-server"}, "b": {AddonName: "metrics-server"}, "vpc-cni": {}, "ebs-csi": {AddonName: "velero"},
			}
		}, []string{
			"others.b: it is the same add-on as a: leave out one of them",
			"others.ebs-csi: ebsCsi has this name: choose another one, and write addonName",
			"others.vpc-cni: vpc-cni has an entry of its own: write vpcCni",
		}},
		"unknown": {"who it is has to be said", func(s *eks.AddonsSettings) {
			s.Others = config.Named[eks.OtherAddon]{"acme": {AddonSettings: eks.AddonSettings{Identity: eks.AddonIdentity{RoleARN: pulumi.String(existing)}}}}
		}, []string{"others.acme.identity.serviceAccounts: required, but missing: it is not known which service accounts of acme use AWS"}},
		"network": {"options that say nothing", func(s *eks.AddonsSettings) {
			v := &s.VPCCNI
			v.WarmPrefixTarget, v.WarmIPTarget, v.NetworkPolicy, v.NetworkPolicyMode = ptr(1), ptr(1), ptr(false), "strict"
			v.CustomNetworking = map[string]eks.PodSubnet{"euw1-az1": {SubnetID: pulumi.String("s")}, "eu-west-1a": {SubnetID: pulumi.String("s")},
				"eu-west-2a": {SubnetID: pulumi.String("s")}, "eu-west-1b": {}}
		}, []string{
			"vpcCni.customNetworking.eu-west-1b.subnetId: required, but missing",
			"vpcCni.customNetworking.eu-west-2a: it is in another region than eu-west-1: a cluster is in one",
			`vpcCni.customNetworking.euw1-az1: found "euw1-az1", expected an availability zone, such as eu-west-1a`,
			"vpcCni.networkPolicyMode: without networkPolicy nothing is enforced: leave it out",
			"vpcCni.warmPrefixTarget: warmIpTarget and minimumIpTarget win over it: leave out one or the other",
		}},
		"prefixes": {"there are none", func(s *eks.AddonsSettings) { s.VPCCNI.WarmPrefixTarget, s.VPCCNI.PrefixDelegation = ptr(1), ptr(false) },
			[]string{"vpcCni.warmPrefixTarget: without prefixDelegation nodes have no blocks of addresses: leave it out"}},
		"proxy": {"other modes have none", func(s *eks.AddonsSettings) { s.KubeProxy.Scheduler = "lc" },
			[]string{"kubeProxy.scheduler: only ipvs has schedulers: set mode to ipvs, or leave it out"}},
		"names": {"two numbers", func(s *eks.AddonsSettings) {
			s.CoreDNS.Replicas, s.CoreDNS.Autoscaling = ptr(2), &eks.CoreDNSAutoscaling{Min: ptr(5), Max: ptr(4)}
		}, []string{
			"coreDns.autoscaling.max: it is less than min, 5", "coreDns.replicas: autoscaling says how many pods there are: leave out one of them",
		}},
		"volumes": {"whose role is meant is unknown", func(s *eks.AddonsSettings) {
			s.EBSCSI.KMSKeyARNs = config.Named[pulumi.StringInput]{"volumes": pulumi.String(volumeKey)}
			s.EBSCSI.Identity.Method, s.EBSCSI.VolumeTags = "none", map[string]string{"aws:x": "y"}
		}, []string{
			"ebsCsi.kmsKeyArns: the driver has no role of its own to allow it: allow it in the role that it uses",
			`ebsCsi.volumeTags["aws:x"]: keys that begin with aws: are reserved: choose another one`,
		}},
	}
	for name, tc := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			given := &eks.AddonsSettings{}
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

// What an add-on needs of its cluster is known before there is one.
func TestAddonsThatDoNotGoWithTheirCluster(t *testing.T) {
	t.Parallel()
	fargate := func(a *eks.ClusterArgs) {
		a.NodeGroups = nil
		a.FargateProfiles = config.Named[eks.FargateProfileSettings]{"all": {Selectors: []eks.FargateSelector{{Namespace: "*"}}}}
	}
	tests := map[string]struct {
		reason string
		change func(*eks.ClusterArgs)
		want   string
	}{
		"names on nodes": {"there are none", func(a *eks.ClusterArgs) { fargate(a); a.Addons.CoreDNS.ComputeType = "ec2" },
			"addons.coreDns.computeType: the cluster has no node group: leave it out, for Fargate"},
		"volumes": {"they are those of nodes", func(a *eks.ClusterArgs) { fargate(a); a.Addons.EBSCSI.Enabled = ptr(true) },
			"addons.ebsCsi.enabled: it needs nodes, and the cluster has no node group: leave it out"},
		"service accounts": {"IAM does not know them", func(a *eks.ClusterArgs) {
			a.IdentityProvider = ptr(false)
			a.Addons.EBSCSI.Identity.Method = "irsa"
		}, "addons.ebsCsi.identity.method: it takes the cluster's identity provider: set identityProvider, or podIdentity"},
		"single addresses": {"IPv6 has blocks", func(a *eks.ClusterArgs) {
			a.IPFamily = "ipv6"
			a.Addons.VPCCNI.PrefixDelegation = ptr(false)
		}, "addons.vpcCni.prefixDelegation: addresses of IPv6 come in blocks alone: leave it out"},
		"other subnets": {"IPv6 has none", func(a *eks.ClusterArgs) {
			a.IPFamily = "ipv6"
			a.Addons.VPCCNI.CustomNetworking = map[string]eks.PodSubnet{"eu-west-1a": {SubnetID: pulumi.String("subnet-1")}}
		}, "addons.vpcCni.customNetworking: pods with addresses of IPv6 are in the subnets of their nodes: leave it out"},
	}
	for name, tc := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			args := plainCluster()
			tc.change(args)
			requireClusterRefused(t, args, tc.want)
		})
	}
}
