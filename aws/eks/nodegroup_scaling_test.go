package eks_test

import (
	"errors"
	"testing"

	"github.com/pulumi/pulumi/sdk/v3/go/common/resource"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
	"github.com/stretchr/testify/require"

	"github.com/ashlar-iac/ashlar/aws/eks"
	"github.com/ashlar-iac/ashlar/core/pulumitest"
)

// scaled is a node group after an autoscaler has increased its size.
func scaled(changes ...func(map[string]any)) map[string]any {
	out := map[string]any{
		"amiType": "AL2023_x86_64_STANDARD", "capacityType": "ON_DEMAND", "instanceTypes": []any{"m6i.large"},
		"scalingConfigs": []any{map[string]any{"minSize": 2, "maxSize": 9, "desiredSize": 7}},
		"tags":           map[string]any{"Name": "web", "generation": "1"},
	}
	for _, change := range changes {
		change(out)
	}
	return out
}

func TestNodeGroupSize(t *testing.T) {
	t.Parallel()
	size := func(minimum, maximum int) func(*eks.NodeGroupArgs) {
		return func(a *eks.NodeGroupArgs) { a.Size = &eks.NodeGroupSize{Min: ptr(minimum), Max: ptr(maximum)} }
	}
	as := func(group map[string]any) map[string]map[string]any {
		return map[string]map[string]any{"web-0123abc": group}
	}
	tests := map[string]struct {
		reason  string
		args    *eks.NodeGroupArgs
		groups  map[string]map[string]any
		desired int
		kept    bool
	}{
		"Fixed": {"no autoscaler changes the size", nodeArgs(size(3, 3)), as(scaled()), 3, false},
		"Not scaled": {"so with a range, when that is said",
			nodeArgs(size(2, 9), func(a *eks.NodeGroupArgs) { a.Autoscaled = ptr(false) }), as(scaled()), 2, false},
		"New": {"a new group has the desired size",
			nodeArgs(size(2, 9), func(a *eks.NodeGroupArgs) { a.Size.Desired = ptr(4) }), nil, 4, true},
		"Unchanged": {"what the autoscaler did is no change", nodeArgs(size(2, 9)), as(scaled()), 7, true},
		"Larger range": {"the API takes all sizes together: nodes stay", nodeArgs(size(2, 20)), as(scaled()), 7,
			false},
		"Raised":  {"EKS refuses fewer than the smallest number", nodeArgs(size(8, 20)), as(scaled()), 8, false},
		"Lowered": {"and more than the largest", nodeArgs(size(2, 5)), as(scaled()), 5, false},
		"Rotation": {"a new generation is as large as the old one",
			nodeArgs(size(2, 9), func(a *eks.NodeGroupArgs) { a.Generation = ptr(2) }), as(scaled()), 7, false},
		"Other types": {"so is a group of other machines",
			nodeArgs(size(2, 9),
				func(a *eks.NodeGroupArgs) { a.InstanceTypes = []string{"m7i.large"} }), as(scaled()), 7, false},
		"More types": {"or of more",
			nodeArgs(size(2, 9),
				func(a *eks.NodeGroupArgs) {
					a.InstanceTypes = []string{"m6i.large",
						"m7i.large"}
				}), as(scaled()), 7, false},
		"Spot": {"or of spare ones",
			nodeArgs(size(2, 9), func(a *eks.NodeGroupArgs) { a.CapacityType = "spot" }), as(scaled()), 7, false},
		"Other image": {"or of another system",
			nodeArgs(size(2, 9),
				func(a *eks.NodeGroupArgs) { a.Image.System = "bottlerocket" }), as(scaled()), 7, false},
		"Other names": {"a group whose name only begins alike is another one", nodeArgs(size(2, 9)),
			as(scaled(func(g map[string]any) { g["tags"] = map[string]any{"Name": "web-large"} })), 2, true},
		"Own name tag": {"people may choose the tag",
			nodeArgs(size(2, 9),
				func(a *eks.NodeGroupArgs) { a.Tags = pulumi.StringMap{"Name": pulumi.String("Web")} }), as(scaled(func(g map[string]any) { g["tags"] = map[string]any{"Name": "Web", "generation": "1"} })), 7, true},
		"Other cluster": {"groups that are not this one's are not looked at", nodeArgs(size(2, 9)),
			map[string]map[string]any{"other-0123abc": {}}, 2, true},
		"Interrupted": {"the old one is still there: the larger one counts", nodeArgs(size(2, 9)),
			map[string]map[string]any{
				"web-0123abc": scaled(), "web-4567def": scaled(func(g map[string]any) {
					g["scalingConfigs"] = []any{map[string]any{"minSize": 2, "maxSize": 9, "desiredSize": 2}}
				}),
			}, 7, true},
	}
	for name, tc := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			r := pulumitest.Run(t, func(ctx *pulumi.Context) error {
				_, err := eks.NewNodeGroup(ctx, "web", tc.args)
				return err
			}, nodeCloud(tc.groups, "shop")...)
			group := r.One(t, nodeGroupType)
			require.InDelta(t, tc.desired, nodeInput(t, group, "scalingConfig.desiredSize"), 0, tc.reason)
			require.Equal(t, tc.kept, len(group.IgnoreChanges) > 0, tc.reason)
		})
	}
}

func TestNodeGroupSizeWithoutCluster(t *testing.T) {
	t.Parallel()
	r := madeNodes(t, nodeArgs(func(a *eks.NodeGroupArgs) { a.Size.Max = ptr(5) }),
		pulumitest.WithInvoke(func(i pulumitest.Invocation) (resource.PropertyMap, error) {
			if i.Token == "aws:eks/getNodeGroups:getNodeGroups" {
				return nil, errors.New("no cluster found for name: shop")
			}
			return nil, nil
		}))
	require.InDelta(t, 2, nodeInput(t, r.One(t, nodeGroupType), "scalingConfig.desiredSize"), 0)
}

func TestFailedSizeLookup(t *testing.T) {
	t.Parallel()
	for _, token := range []string{"aws:eks/getClusters:getClusters", "aws:eks/getNodeGroups:getNodeGroups",
		"aws:eks/getNodeGroup:getNodeGroup"} {
		_, err := pulumitest.Record(func(ctx *pulumi.Context) error {
			_, err := eks.NewNodeGroup(ctx, "web", nodeArgs(func(a *eks.NodeGroupArgs) { a.Size.Max = ptr(5) }))
			return err
		}, append(nodeCloud(map[string]map[string]any{"web-0123abc": scaled()}, "shop"),
			pulumitest.WithInvoke(func(i pulumitest.Invocation) (resource.PropertyMap, error) {
				if i.Token == token {
					return nil, errors.New("AccessDeniedException")
				}
				return nil, nil
			}))...)
		require.ErrorContains(t, err, `look up the size of node group "web"`, token)
		require.ErrorContains(t, err, "AccessDeniedException", token)
	}
}
