package eks

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/eks"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
)

// generationTag is the tag of a group that tells which generation it is.
const generationTag = "generation"

// scaling is how many nodes a group gets.
type scaling struct {
	sizes
	// kept is true when the number of nodes that is noted in the state stays noted: an autoscaler has another one, which is no change.
	kept bool
}

func (s scaling) config() *eks.NodeGroupScalingConfigArgs {
	return &eks.NodeGroupScalingConfigArgs{MinSize: pulumi.Int(s.min), MaxSize: pulumi.Int(s.max), DesiredSize: pulumi.Int(s.desired)}
}

func (s scaling) options() pulumi.ResourceOption {
	if s.kept {
		return pulumi.IgnoreChanges([]string{"scalingConfig.desiredSize"})
	}
	return pulumi.Composite()
}

// scaling returns how many nodes the group gets. Where an autoscaler decides, and something about the size or the group itself is to change, it is
// as many as there are: the API takes the three sizes together only, and what the state says of the desired one is from when the group was made.
// See "Groups of nodes are replaced side by side, and keep their size" in docs/design.
func (g *NodeGroup) scaling(ctx *pulumi.Context, name, logical string, args *NodeGroupArgs) (scaling, error) {
	out := scaling{sizes: args.Size.sizes()}
	if !args.autoscaled() {
		return out, nil
	}
	current, err := g.current(ctx, name, logical, args)
	if err != nil {
		return out, fmt.Errorf("look up the size of the node group %q: %w", name, err)
	}
	if current == nil {
		out.kept = true
		return out, nil
	}
	out.kept = args.unchanged(current)
	out.desired = min(max(currentSizes(current).desired, out.min), out.max)
	return out, nil
}

// current returns the group as it is, or nil when there is none yet. While a group is taking the place of another one, it is the larger one.
func (g *NodeGroup) current(ctx *pulumi.Context, name, logical string, args *NodeGroupArgs) (*eks.LookupNodeGroupResult, error) {
	clusters, err := eks.GetClusters(ctx, g.Invoke())
	if err != nil || !slices.Contains(clusters.Names, args.Target.Name) {
		return nil, err
	}
	groups, err := eks.GetNodeGroups(ctx, &eks.GetNodeGroupsArgs{ClusterName: args.Target.Name}, g.Invoke())
	if err != nil {
		return nil, err
	}
	var found *eks.LookupNodeGroupResult
	for _, candidate := range slices.Sorted(slices.Values(groups.Names)) {
		if !strings.HasPrefix(candidate, logical) {
			continue
		}
		group, err := eks.LookupNodeGroup(ctx, &eks.LookupNodeGroupArgs{ClusterName: args.Target.Name, NodeGroupName: candidate}, g.Invoke())
		if err != nil {
			return nil, err
		}
		// Another component's name may begin like this one's.
		if group.Tags["Name"] != args.nameTag(name) {
			continue
		}
		if found == nil || currentSizes(group).desired > currentSizes(found).desired {
			found = group
		}
	}
	return found, nil
}

func (s *NodeGroupSettings) nameTag(name string) string {
	if own, ok := s.Tags["Name"]; ok {
		return own
	}
	return name
}

func currentSizes(g *eks.LookupNodeGroupResult) sizes {
	if len(g.ScalingConfigs) == 0 {
		return sizes{}
	}
	s := g.ScalingConfigs[0]
	return sizes{min: s.MinSize, max: s.MaxSize, desired: s.DesiredSize}
}

// unchanged says whether neither the bounds of the size change nor another group takes the place of this one.
func (a *NodeGroupArgs) unchanged(g *eks.LookupNodeGroupResult) bool {
	want, got := a.Size.sizes(), currentSizes(g)
	image, _ := a.Image.amiType(a.architecture())
	sameTypes := slices.Equal(slices.Sorted(slices.Values(a.types())), slices.Sorted(slices.Values(g.InstanceTypes)))
	return sameTypes && want.min == got.min && want.max == got.max && g.AmiType == image && g.CapacityType == capacityType(a.CapacityType) &&
		g.Tags[generationTag] == strconv.Itoa(*a.Generation)
}
