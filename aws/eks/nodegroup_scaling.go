package eks

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/eks"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
)

// generationTag is the tag of a node group with its generation.
const generationTag = "generation"

// scaling is the size of a node group.
type scaling struct {
	sizes
	// kept is true if the desired size in the state stays as it is: an autoscaler has changed it in AWS.
	kept bool
}

func (s scaling) config() *eks.NodeGroupScalingConfigArgs {
	return &eks.NodeGroupScalingConfigArgs{MinSize: pulumi.Int(s.min), MaxSize: pulumi.Int(s.max),
		DesiredSize: pulumi.Int(s.desired)}
}

func (s scaling) options() pulumi.ResourceOption {
	if s.kept {
		return pulumi.IgnoreChanges([]string{"scalingConfig.desiredSize"})
	}
	return pulumi.Composite()
}

// scaling returns the size of the node group. If it is autoscaled, and its size or the node group itself is going to
// change, the desired size is the current one: the API requires all three sizes, and the desired size in the state is
// that of the creation. See "Node group rotation" in docs/design.
func (g *NodeGroup) scaling(ctx *pulumi.Context, name, logical string, args *NodeGroupArgs) (scaling, error) {
	out := scaling{sizes: value(args.Size).sizes()}
	if !args.autoscaled() {
		return out, nil
	}
	current, err := g.current(ctx, name, logical, args)
	if err != nil {
		return out, fmt.Errorf("look up the size of node group %q: %w", name, err)
	}
	if current == nil {
		out.kept = true
		return out, nil
	}
	out.kept = args.unchanged(current)
	out.desired = min(max(currentSizes(current).desired, out.min), out.max)
	return out, nil
}

// current returns the existing node group, or nil. During a replacement it is the larger one of the two.
func (g *NodeGroup) current(ctx *pulumi.Context, name, logical string, args *NodeGroupArgs) (*eks.LookupNodeGroupResult,
	error) {
	cluster := args.cluster().known
	clusters, err := eks.GetClusters(ctx, g.Invoke())
	if err != nil || !slices.Contains(clusters.Names, cluster) {
		return nil, err
	}
	groups, err := eks.GetNodeGroups(ctx, &eks.GetNodeGroupsArgs{ClusterName: cluster}, g.Invoke())
	if err != nil {
		return nil, err
	}
	var found *eks.LookupNodeGroupResult
	for _, candidate := range slices.Sorted(slices.Values(groups.Names)) {
		if !strings.HasPrefix(candidate, logical) {
			continue
		}
		group, err := eks.LookupNodeGroup(ctx, &eks.LookupNodeGroupArgs{ClusterName: cluster, NodeGroupName: candidate},
			g.Invoke())
		if err != nil {
			return nil, err
		}
		// The name of another component may start with that of this one.
		if tag, known := args.nameTag(name); known && group.Tags["Name"] != tag {
			continue
		}
		if found == nil || currentSizes(group).desired > currentSizes(found).desired {
			found = group
		}
	}
	return found, nil
}

// nameTag returns the tag Name of the node group, if it is known.
func (a *NodeGroupArgs) nameTag(name string) (tag string, known bool) {
	if a.Tags == nil {
		return name, true
	}
	tags, ok := a.Tags.(pulumi.StringMap)
	if own := tags["Name"]; own != nil {
		text, ok := own.(pulumi.String)
		return string(text), ok
	}
	return name, ok
}

func currentSizes(g *eks.LookupNodeGroupResult) sizes {
	if len(g.ScalingConfigs) == 0 {
		return sizes{}
	}
	s := g.ScalingConfigs[0]
	return sizes{min: s.MinSize, max: s.MaxSize, desired: s.DesiredSize}
}

// unchanged reports whether neither the size changes nor the node group is replaced.
func (a *NodeGroupArgs) unchanged(g *eks.LookupNodeGroupResult) bool {
	want, got := value(a.Size).sizes(), currentSizes(g)
	image, _ := value(a.Image).amiType(a.architecture())
	sameTypes := slices.Equal(slices.Sorted(slices.Values(a.types())), slices.Sorted(slices.Values(g.InstanceTypes)))
	return sameTypes && want.min == got.min && want.max == got.max && g.AmiType == image &&
		g.CapacityType == a.CapacityType.name() &&
		g.Tags[generationTag] == strconv.Itoa(value(a.Generation))
}
