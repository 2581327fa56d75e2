package eks_test

import (
	"testing"

	provider "github.com/pulumi/pulumi-go-provider"
	"github.com/pulumi/pulumi/sdk/v3/go/common/resource"
	"github.com/stretchr/testify/require"

	"github.com/ashlar-iac/ashlar/integration/cloud/aws"
	"github.com/ashlar-iac/ashlar/integration/cloud/aws/awstest"
	"github.com/ashlar-iac/ashlar/integration/cloud/aws/kernel"
)

// nodesOfGroup returns the zones and the IDs of the nodes of a node group.
func nodesOfGroup(h *awstest.History, group string) (zones map[string]int, ids map[string]bool) {
	h.T.Helper()
	all, err := h.Store.List("aws:ec2/networkInterface:NetworkInterface")
	require.NoError(h.T, err)
	zones, ids = map[string]int{}, map[string]bool{}
	for _, o := range all {
		if o.Managed == nodesToken+"\t123456789012/eu-west-1\tmain:"+group {
			zones[o.Text("availabilityZone")]++
			ids[o.ID] = true
		}
	}
	return zones, ids
}

func TestNodesAreSpreadAndReplaced(t *testing.T) {
	t.Parallel()
	h := awstest.NewAccount(t, true).Use(in{"region": "eu-west-1"}).History().All(clustered()...)
	scaled := func(desired float64, more in) awstest.Step {
		return awstest.Step{Name: "~nodes",
			Inputs: nodesOf(awstest.Merge(in{"scalingConfig": in{"minSize": 1.0, "maxSize": 5.0,
				"desiredSize": desired}}, more))}
	}
	h.All(scaled(5, nil))
	zones, five := nodesOfGroup(h, "nodes")
	require.Equal(t, map[string]int{"eu-west-1a": 3, "eu-west-1b": 2}, zones)
	h.All(scaled(2, nil))
	zones, two := nodesOfGroup(h, "nodes")
	require.Equal(t, map[string]int{"eu-west-1a": 1, "eu-west-1b": 1}, zones)
	require.Subset(t, five, two, "the remaining nodes are existing ones")

	h.All(scaled(2, in{"labels": in{"team": "shop"}, "taints": []any{in{"key": "a", "effect": "NO_SCHEDULE"}}}))
	_, labelled := nodesOfGroup(h, "nodes")
	require.Equal(t, two, labelled, "labels and taints are updated in place")

	const parameter = "/aws/service/eks/optimized-ami/1.33/amazon-linux-2023/x86_64/standard/recommended/release_version"
	newest := func() any {
		answer, err := h.Call("aws:ssm/getParameter:getParameter", in{"name": parameter})
		require.NoError(t, err)
		return answer["value"]
	}
	require.Equal(t, "1.33.11-20260820", newest())
	require.NoError(t, aws.Publish(h.Store, aws.Account, "eu-west-1", parameter, "1.33.12-20261110"))
	require.Equal(t, "1.33.12-20261110", newest())
	h.All(scaled(2, nil))
	_, still := nodesOfGroup(h, "nodes")
	require.Equal(t, two, still, "a new release does not replace nodes")
	require.Equal(t, "1.33.11-20260820", h.Output("nodes", "releaseVersion"))
	h.All(scaled(2, in{"releaseVersion": "1.33.12-20261110"}))
	_, fresh := nodesOfGroup(h, "nodes")
	require.Len(t, fresh, 2)
	for id := range fresh {
		require.False(t, two[id], "all nodes are replaced")
	}

	h.All(awstest.Step{Name: "~main", Inputs: bare(in{"version": "1.34"})})
	h.Refreshed("nodes")
	require.Equal(t, "1.33", h.Output("nodes", "version"), "an upgrade of the cluster does not upgrade nodes")
	h.All(scaled(2, in{"version": "1.34"}))
	require.Equal(t, "1.34.8-20260820", h.Output("nodes", "releaseVersion"))
	h.All(awstest.Step{Name: "~main", Inputs: bare(in{"version": "1.35"})}, scaled(2, in{"version": "1.35"}))
	require.Equal(t, "1.35.5-20260820", h.Output("nodes", "releaseVersion"), "a new version selects a new release")

	bottle := nodesOf(in{"nodeGroupName": "bottle", "amiType": "BOTTLEROCKET_ARM_64",
		"instanceTypes": []any{"m7g.large"}, "version": "1.34"})
	h.All(awstest.Step{Name: "bottle", Type: nodesToken, Inputs: bottle})
	require.Equal(t, "1.64.0-9d1c8d9d", h.Output("bottle", "releaseVersion"))
	answer, err := h.Call("aws:ssm/getParameter:getParameter",
		in{"name": "/aws/service/bottlerocket/aws-k8s-1.34/arm64/latest/image_version"})
	require.NoError(t, err)
	require.Equal(t, "1.64.0-9d1c8d9d", answer["value"])
	image, err := h.Call("aws:ssm/getParameter:getParameter",
		in{"name": "/aws/service/eks/optimized-ami/1.34/amazon-linux-2023/arm64/standard/recommended/image_id"})
	require.NoError(t, err)
	require.Regexp(t, `^ami-[0-9a-f]{17}$`, image["value"])
}

func TestNodeLaunchTemplate(t *testing.T) {
	t.Parallel()
	h := awstest.NewAccount(t, true).Use(in{"region": "eu-west-1"}).History().All(append(ground(),
		awstest.Step{Name: "main", Type: awstest.ClusterToken, Inputs: bare(nil)},
		awstest.Step{Name: "cni", Type: addonToken, Inputs: addonOf("vpc-cni", nil)},
		awstest.Step{Name: "web", Type: kernel.SecurityGroupToken, Inputs: in{"vpcId": "$net", "name": "web"}},
		awstest.Step{Name: "template", Type: templateToken,
			Inputs: in{"name": "nodes", "vpcSecurityGroupIds": []any{"$web"}}},
	)...)
	h.IDs["cluster"] = h.Output("main", "vpcConfig").(in)["clusterSecurityGroupId"].(string)
	nodes := awstest.Step{Name: "nodes", Type: nodesToken,
		Inputs: nodesOf(in{"launchTemplate": in{"id": "$template", "version": "1"}})}
	const closed = "do not allow the nodes to reach port 443 of its API"
	require.ErrorContains(t, h.Do(nodes), closed)
	api := in{"ipProtocol": "tcp", "fromPort": 443.0, "toPort": 443.0}
	h.All(awstest.Step{Name: "in", Type: "aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule",
		Inputs: awstest.Merge(api, in{"securityGroupId": "$cluster", "referencedSecurityGroupId": "$web"})})
	require.ErrorContains(t, h.Do(nodes), closed, "egress is not allowed")
	h.All(
		awstest.Step{Name: "out rule", Type: "aws:vpc/securityGroupEgressRule:SecurityGroupEgressRule",
			Inputs: awstest.Merge(api, in{"securityGroupId": "$web", "cidrIpv4": "10.0.0.0/23"})},
		nodes,
	)
	require.Equal(t, in{"id": h.IDs["template"], "name": "nodes", "version": "1"}, h.Output("nodes", "launchTemplate"))
	require.ErrorContains(t, h.Do(awstest.Step{Name: "-web"}), "DependencyViolation", "the nodes use the security group")
	_, before := nodesOfGroup(h, "nodes")
	h.All(
		awstest.Step{Name: "~template", Inputs: in{"name": "nodes", "vpcSecurityGroupIds": []any{"$web"},
			"ebsOptimized": "true"}},
		awstest.Step{Name: "~nodes", Inputs: nodesOf(in{"launchTemplate": in{"id": "$template", "version": "2"}})},
	)
	_, after := nodesOfGroup(h, "nodes")
	require.Len(t, after, 2)
	for id := range after {
		require.False(t, before[id])
	}
}

// Outputs inside an input object are unknown in the first preview, and known afterwards.
func TestClusterPreview(t *testing.T) {
	t.Parallel()
	h := awstest.NewAccount(t, true).Use(in{"region": "eu-west-1"}).History().All(ground()...)
	inputs := awstest.Properties(h.Fill(bare(nil)).(in))
	made, err := h.Create(t.Context(), provider.CreateRequest{Urn: awstest.URN(awstest.ClusterToken),
		Properties: inputs, DryRun: true})
	require.NoError(t, err)
	network := resource.ToResourcePropertyMap(made.Properties)["vpcConfig"].ObjectValue()
	require.True(t, network["clusterSecurityGroupId"].IsComputed())
	require.True(t, network["endpointPrivateAccess"].BoolValue())
	h.All(awstest.Step{Name: "main", Type: awstest.ClusterToken, Inputs: bare(nil)})
	updated, err := h.Update(t.Context(),
		provider.UpdateRequest{Urn: awstest.URN(awstest.ClusterToken), ID: "main", State: h.State["main"],
			Inputs: inputs, DryRun: true})
	require.NoError(t, err)
	network = resource.ToResourcePropertyMap(updated.Properties)["vpcConfig"].ObjectValue()
	require.Equal(t, h.Output("main", "vpcConfig").(in)["clusterSecurityGroupId"],
		network["clusterSecurityGroupId"].StringValue())
}
