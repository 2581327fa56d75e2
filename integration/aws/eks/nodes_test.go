package eks_test

import (
	"errors"
	"fmt"
	"slices"
	"testing"

	"github.com/pulumi/pulumi/sdk/v3/go/common/apitype"
	"github.com/pulumi/pulumi/sdk/v3/go/common/resource"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
	"github.com/stretchr/testify/require"
	corev1 "k8s.io/api/core/v1"

	"github.com/ashlar-iac/ashlar/aws/eks"
	"github.com/ashlar-iac/ashlar/integration/cloud"
	simulated "github.com/ashlar-iac/ashlar/integration/cloud/aws"
	"github.com/ashlar-iac/ashlar/integration/cloudtest"
	"github.com/ashlar-iac/ashlar/integration/clusters"
	"github.com/ashlar-iac/ashlar/integration/engine"
)

const (
	webGroup    = "aws:eks/nodeGroup:NodeGroup web"
	webStash    = "pulumi:index:Stash web-release-"
	shopCluster = "aws:eks/cluster:Cluster shop"
)

// The node group is scaled by an autoscaler, on a simulated control plane with nodes.
func TestNodeGroupRotationKeepsCapacity(t *testing.T) {
	t.Parallel()
	a := cloudtest.Simulated(t).WithControlPlanes()
	version := "1.34"
	args := &eks.NodeGroupArgs{
		Image: &eks.NodeImage{}, Size: &eks.NodeGroupSize{Min: new(2), Max: new(5)},
		Labels: pulumi.StringMap{"team": pulumi.String("shop")},
		Taints: []eks.NodeTaint{{Key: "team", Value: "shop", Effect: eks.NoSchedule}},
	}
	life := a.Life(t, "nodes", nodesProgram(a, &version, func(ctx *pulumi.Context, at nodesPlace) error {
		given := *args
		given.ClusterName, given.ClusterVersion, given.SubnetIDs, given.RoleARN = pulumi.String("shop"), at.version, at.byZone(), at.role
		g, err := eks.NewNodeGroup(ctx, "web", &given, at.opt, pulumi.DependsOn([]pulumi.Resource{at.cluster}))
		if err != nil {
			return err
		}
		ctx.Export("group", g.Name)
		ctx.Export("release", g.ReleaseVersion)
		return nil
	}))
	life.Up()
	nodes := nodesOf(t, a)
	require.Equal(t, []string{"eu-west-1a", "eu-west-1b"}, nodesZones(nodes), "nodes are in all zones")
	for _, node := range nodes {
		require.Equal(t, "shop", node.Labels["team"])
		require.Contains(t, node.Spec.Taints,
			corev1.Taint{Key: "team", Value: "shop", Effect: corev1.TaintEffectNoSchedule})
		require.Contains(t, node.Status.NodeInfo.KubeletVersion, "1.34")
	}

	first := life.Output("release")
	publishRelease(t, a, "1.34", "1.34.8-20261020")
	scaleNodes(t, a, 4)
	life.Change("neither a new release nor scaling by the autoscaler changes the node group")
	require.Equal(t, first, life.Output("release"))

	args.Size.Max = new(6)
	life.Change("a larger maximum", "update "+webGroup)
	require.InDelta(t, 4, desiredSize(t, a), 0, "the number of nodes is unchanged")

	args.Image.Release = "2"
	life.Change("an image update", "create "+webStash+"1.34-al2023-x86_64-2", "update "+webGroup,
		"delete "+webStash+"1.34-al2023-x86_64")
	require.Equal(t, "1.34.8-20261020", life.Output("release"))

	version = "1.35"
	upgrade, err := life.Stack.Up(t.Context())
	require.NoError(t, err, upgrade.Output)
	order := nodesOrder(upgrade, shopCluster, webGroup)
	require.Equal(t, []string{"update " + shopCluster, "update " + webGroup}, order, "the control plane is upgraded first")
	require.Regexp(t, `^1\.35\.`, life.Output("release"), "nodes get a release of the new version")
	for _, node := range nodesOf(t, a) {
		require.Contains(t, node.Status.NodeInfo.KubeletVersion, "1.35")
	}

	old := life.Output("group").(string)
	scaleNodes(t, a, 3)
	args.Generation = new(2)
	preview, err := life.Preview(t.Context())
	require.NoError(t, err, preview.Output)
	require.Equal(t, []string{"replace " + webGroup}, cloudtest.Steps(preview), "a rotation is previewed")
	rotation, err := life.Stack.Up(t.Context())
	require.NoError(t, err, rotation.Output)
	require.Equal(t, []string{"create-replacement " + webGroup, "delete-replaced " + webGroup},
		nodesOrder(rotation, webGroup), "the new node group is created first")
	fresh := life.Output("group").(string)
	require.NotEqual(t, old, fresh)
	nodes = nodesOf(t, a)
	require.Len(t, nodes, 3, "the new node group has the size of the old one")
	for _, node := range nodes {
		require.Equal(t, fresh, node.Labels["eks.amazonaws.com/nodegroup"])
	}
	withdrawReleases(t, a)
	life.Change("a finished rotation changes nothing")
	life.Destroy()
}

// nodesOf returns the nodes of the cluster, all of which are ready.
func nodesOf(t *testing.T, a *cloudtest.Account) []corev1.Node {
	t.Helper()
	nodes, err := clusters.Nodes(t.Context(), a.ControlPlane(a.Region(), "shop"))
	require.NoError(t, err)
	require.NotEmpty(t, nodes)
	for _, node := range nodes {
		require.True(t, slices.ContainsFunc(node.Status.Conditions, func(c corev1.NodeCondition) bool {
			return c.Type == corev1.NodeReady && c.Status == corev1.ConditionTrue
		}), node.Name)
	}
	return nodes
}

func nodesZones(nodes []corev1.Node) []string {
	var out []string
	for _, node := range nodes {
		out = append(out, node.Labels[corev1.LabelTopologyZone])
	}
	slices.Sort(out)
	return out
}

// publishRelease publishes a newer release of the node image.
func publishRelease(t *testing.T, a *cloudtest.Account, version, release string) {
	t.Helper()
	name := "/aws/service/eks/optimized-ami/" + version + "/amazon-linux-2023/x86_64/standard/recommended/release_version"
	require.NoError(t, simulated.Publish(a.Store, simulated.Account, a.Region(), name, release))
}

// withdrawReleases removes the published releases, so that AWS returns the former ones.
func withdrawReleases(t *testing.T, a *cloudtest.Account) {
	t.Helper()
	require.NoError(t, a.Store.Do(func(tx *cloud.Tx) error {
		all, err := tx.List("aws:ssm/parameter:Parameter")
		for _, o := range all {
			err = errors.Join(err, tx.Delete(o))
		}
		return err
	}))
}

// webNodes returns the node group in the account.
func webNodes(t *testing.T, a *cloudtest.Account) *cloud.Object {
	t.Helper()
	all, err := a.Store.List("aws:eks/nodeGroup:NodeGroup")
	require.NoError(t, err)
	require.Len(t, all, 1)
	return all[0]
}

// scaleNodes changes the desired size like an autoscaler.
func scaleNodes(t *testing.T, a *cloudtest.Account, size int) {
	t.Helper()
	g := webNodes(t, a)
	require.NoError(t, a.Store.Do(func(tx *cloud.Tx) error {
		g.Outputs["scalingConfig"].(map[string]any)["desiredSize"] = float64(size)
		return tx.Put(g)
	}))
}

func desiredSize(t *testing.T, a *cloudtest.Account) any {
	t.Helper()
	return webNodes(t, a).Outputs["scalingConfig"].(map[string]any)["desiredSize"]
}

// nodesOrder returns the finished steps of an operation on these resources, in order: "OPERATION TYPE NAME".
func nodesOrder(r *engine.Result, resources ...string) []string {
	var out []string
	for _, e := range r.Events {
		if e.ResOutputsEvent == nil {
			continue
		}
		m := e.ResOutputsEvent.Metadata
		if m.Op == apitype.OpSame || m.Op == apitype.OpReplace {
			continue
		}
		urn := resource.URN(m.URN)
		if name := fmt.Sprintf("%s %s", urn.Type(), urn.Name()); slices.Contains(resources, name) {
			out = append(out, string(m.Op)+" "+name)
		}
	}
	return out
}
