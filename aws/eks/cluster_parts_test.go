package eks_test

import (
	"strings"
	"testing"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
	"github.com/stretchr/testify/require"

	"github.com/ashlar-iac/ashlar/aws/eks"
	"github.com/ashlar-iac/ashlar/core/config"
	"github.com/ashlar-iac/ashlar/core/pulumitest"
)

// Nodes need the VPC CNI, which gets its credentials from the agent. The other add-ons need nodes.
func TestClusterDependencies(t *testing.T) {
	t.Parallel()
	r := pulumitest.Run(t, func(ctx *pulumi.Context) error {
		c, err := eks.NewCluster(ctx, "main", plainCluster())
		if err != nil {
			return err
		}
		return ctx.RegisterResource("test:index:Workload", "web", pulumi.Map{"server": c.ClusterInfo().Server},
			&workload{})
	}, clusterOptions(control{})...)
	part := func(typ, name string) *pulumitest.Registration {
		found, ok := r.Find(typ, name)
		require.True(t, ok, "%s %s", typ, name)
		return found
	}
	agent, cni, proxy := part(addonType, "main-pod-identity-agent"), part(addonType, "main-vpc-cni"), part(addonType,
		"main-kube-proxy")
	nodes, coredns, volumes := part(nodeGroupType, "main-main"), part(addonType, "main-coredns"), part(addonType,
		"main-ebs-csi")
	for _, order := range []struct {
		reason        string
		first, second *pulumitest.Registration
	}{
		{"the plugin's credentials come from the agent", agent, cni},
		{"one after the other", cni, proxy},
		{"nodes without a network plugin never get ready", cni, nodes},
		{"pods of nodes reach Services", proxy, nodes},
		{"administrators could look at nodes that do not get ready",
			part("aws:eks/accessPolicyAssociation:AccessPolicyAssociation", "main-platform.admin"), nodes},
		{"pods of the add-on need a node", nodes, coredns},
		{"pods of the add-on need a node", nodes, volumes},
		{"what is deployed to the cluster resolves names", coredns, part("test:index:Workload", "web")},
		{"what is deployed to the cluster has volumes, and releases them before the driver goes", volumes,
			part("test:index:Workload", "web")},
		{"what is deployed to the cluster has nodes", nodes, part("test:index:Workload", "web")},
	} {
		require.Contains(t, order.second.Dependencies, order.first.URN, order.reason)
	}
	require.NotContains(t, coredns.Dependencies, volumes.URN,
		"add-ons that do not need each other do not wait for each other")
}

func TestTagsOfClusterComponents(t *testing.T) {
	t.Parallel()
	r := pulumitest.Run(t, clusterOf(fullCluster()), clusterOptions(control{})...)
	for name, want := range map[string]string{"main-general": "shop", "main-spot": "batch"} {
		group, ok := r.Find(nodeGroupType, name)
		require.True(t, ok, name)
		tag, _ := group.Input(`tags.team`)
		require.Equal(t, want, tag.StringValue())
	}
	addon, ok := r.Find(addonType, "main-efs")
	require.True(t, ok)
	tag, _ := addon.Input("tags.team")
	require.Equal(t, "shop", tag.StringValue())
}

func TestNodeGroupsShareARole(t *testing.T) {
	t.Parallel()
	r := pulumitest.Run(t, clusterOf(fullCluster()), clusterOptions(control{})...)
	roles := map[string]string{}
	for _, g := range r.OfType(nodeGroupType) {
		roles[g.Name] = g.Inputs["nodeRoleArn"].StringValue()
		require.Equal(t, "shop", g.Inputs["clusterName"].StringValue())
	}
	require.Equal(t, map[string]string{
		"main-general": "arn:aws:iam::123456789012:role/main-node",
		"main-spot":    "arn:aws:iam::123456789012:role/main-spot-node",
	}, roles)
}

func TestInvalidClusterComponents(t *testing.T) {
	t.Parallel()
	group := func(g eks.NodeGroupArgs) func(*eks.ClusterArgs) {
		return func(a *eks.ClusterArgs) { a.NodeGroups["main"] = g }
	}
	tests := map[string]struct {
		reason string
		change func(*eks.ClusterArgs)
		want   string
	}{
		"ahead": {"kubelets must not be newer", group(eks.NodeGroupArgs{Version: "1.37"}),
			"nodeGroups.main.version: nodes of version 1.37 cannot join a cluster of version 1.36"},
		"behind": {"three minor versions at most", group(eks.NodeGroupArgs{Version: "1.32"}),
			"nodeGroups.main.version: nodes of version 1.32 are more than 3 minor versions behind a cluster of version 1.36: deploy 1.33"},
		"invalid zone": {"no subnet in the zone", group(eks.NodeGroupArgs{Zones: []string{"eu-west-1c"}}),
			`nodeGroups.main.zones[0]: no subnet for nodes in "eu-west-1c", did you mean "eu-west-1a"?`},
		"a zone of Fargate": {
			"no subnet in the zone", func(a *eks.ClusterArgs) {
				a.FargateProfiles = config.Named[eks.FargateProfileArgs]{"x": {Selectors: []eks.FargateSelector{{Namespace: "x"}}, Zones: []string{"eu-west-1d"}}}
			}, `fargateProfiles.x.zones[0]: no subnet for nodes in "eu-west-1d"`,
		},
		"no nodes": {
			"CoreDNS could not run", func(a *eks.ClusterArgs) { a.NodeGroups = config.Named[eks.NodeGroupArgs]{} },
			"addons.coreDns: no nodes to run on: add a node group or a Fargate profile",
		},
		"taints of all nodes": {"CoreDNS does not tolerate them", group(eks.NodeGroupArgs{
			Taints: []eks.NodeTaint{{Key: "team", Effect: eks.NoSchedule}},
		}), "addons.coreDns: all node groups have taints that it does not tolerate"},
		"Fargate for others": {"CoreDNS is in kube-system", func(a *eks.ClusterArgs) {
			a.NodeGroups = nil
			a.FargateProfiles = config.Named[eks.FargateProfileArgs]{"x": {Selectors: []eks.FargateSelector{{Namespace: "jobs-*"}}}}
		}, "addons.coreDns: no Fargate profile selects pods in kube-system"},
		"Fargate without profiles": {"CoreDNS would not start", func(a *eks.ClusterArgs) {
			a.Addons.CoreDNS.ComputeType = eks.ComputeFargate
		}, "addons.coreDns.computeType: the cluster has no Fargate profile"},
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

// Pods on Fargate have the cluster security group, and use CoreDNS on nodes.
func TestTrafficBetweenFargateAndNodes(t *testing.T) {
	t.Parallel()
	in, out := rules(pulumitest.Run(t, clusterOf(fullCluster()), clusterOptions(control{})...))
	require.Subset(t, in, []string{
		"main-nodes-id from sg-cluster: udp 53-53", "main-nodes-id from sg-cluster: tcp 1025-65535",
		"sg-cluster from main-nodes-id: tcp 1025-65535",
	})
	require.Contains(t, out, "main-nodes-id to sg-cluster: tcp 1025-65535")
	in, _ = rules(pulumitest.Run(t, clusterOf(plainCluster()), clusterOptions(control{})...))
	require.NotContains(t, strings.Join(in, " "), "sg-cluster", "without profiles there are no such pods")
}

// Without node groups, CoreDNS runs on Fargate.
func TestFargateOnlyCluster(t *testing.T) {
	t.Parallel()
	args := plainCluster()
	args.NodeGroups = nil
	args.FargateProfiles = config.Named[eks.FargateProfileArgs]{"all": {Selectors: []eks.FargateSelector{{Namespace: "*"}}}}
	r := pulumitest.Run(t, clusterOf(args), clusterOptions(control{})...)
	require.Empty(t, r.OfType(nodeGroupType))
	profile := r.One(t, "aws:eks/fargateProfile:FargateProfile")
	coredns, ok := r.Find(addonType, "main-coredns")
	require.True(t, ok)
	require.Contains(t, coredns.Inputs["configurationValues"].StringValue(), `"computeType":"Fargate"`)
	require.Contains(t, coredns.Dependencies, profile.URN)
	_, ok = r.Find(addonType, "main-ebs-csi")
	require.False(t, ok, "Fargate has no EBS volumes")
}

func TestNodeSecurityGroupHasTheTagOfKarpenter(t *testing.T) {
	t.Parallel()
	r := pulumitest.Run(t, clusterOf(fullCluster()), clusterOptions(control{})...)
	group, ok := r.Find("aws:ec2/securityGroup:SecurityGroup", "main-nodes")
	require.True(t, ok)
	require.Equal(t, "shop", group.Inputs["tags"].ObjectValue()["karpenter.sh/discovery"].StringValue())
	require.NotEmpty(t, r.OfType(eks.KarpenterToken))
}

// A destroy fails at the stash before it deletes any other resource.
func TestDeletionProtectionDependsOnAllResources(t *testing.T) {
	t.Parallel()
	for name, protected := range map[string]bool{"on": true, "off": false} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			args := plainCluster()
			args.DeletionProtection = &protected
			r := pulumitest.Run(t, clusterOf(args), clusterOptions(control{})...)
			guard, ok := r.Find("pulumi:index:Stash", "main-deletion-protection")
			require.True(t, ok, "it stays, as nothing that is protected in the state can go")
			require.Equal(t, protected, guard.Protect)
			require.Equal(t, protected, r.One(t, "aws:eks/cluster:Cluster").Protect)
			for _, typ := range []string{addonType, nodeGroupType, "aws:eks/cluster:Cluster",
				"aws:eks/accessEntry:AccessEntry"} {
				for _, part := range r.OfType(typ) {
					require.Contains(t, guard.Dependencies, part.URN)
				}
			}
		})
	}
}
