package eks_test

import (
	"maps"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
	"github.com/stretchr/testify/require"

	"github.com/ashlar-iac/ashlar/aws/eks"
	"github.com/ashlar-iac/ashlar/aws/policy"
	"github.com/ashlar-iac/ashlar/core/config"
	"github.com/ashlar-iac/ashlar/integration/cloudtest"
)

// nodesTypes replaces the types of resources in steps by short names.
var nodesTypes = strings.NewReplacer(
	"aws:eks/nodeGroup:NodeGroup ", "group ", "aws:ec2/launchTemplate:LaunchTemplate ", "template ",
	"pulumi:index:Stash ", "stash ",
	"aws:iam/role:Role ", "role ", "aws:iam/rolePolicyAttachment:RolePolicyAttachment ", "attachment ",
	"aws:iam/rolePolicy:RolePolicy ", "policy ",
	"aws:eks/fargateProfile:FargateProfile ", "profile ", "aws:eks/podIdentityAssociation:PodIdentityAssociation ",
	"association ",
	"aws:eks/accessEntry:AccessEntry ", "entry ", "aws:sqs/queue:Queue ", "queue ",
	"aws:cloudwatch/eventRule:EventRule ", "rule ",
)

// part is a component in a cluster and the change of one of its options.
type part struct {
	// create creates the component, with the changed option if changed is set.
	create func(ctx *pulumi.Context, at nodesPlace, name string, changed bool) error
	// want are the steps of the change, without the name of the component.
	want []string
}

// group is a node group, one option of which changes.
func group(change func(*eks.NodeGroupArgs), want ...string) part {
	return groupWith(func(*eks.NodeGroupArgs) {}, change, want...)
}

// groupWith is a node group with other options before the change.
func groupWith(before, change func(*eks.NodeGroupArgs), want ...string) part {
	return part{func(ctx *pulumi.Context, at nodesPlace, name string, changed bool) error {
		// No nodes: other tests cover them.
		args := &eks.NodeGroupArgs{ClusterName: pulumi.String("shop"), ClusterVersion: at.version,
			SubnetIDs: at.byZone()}
		args.Image, args.Size, args.Update = &eks.NodeImage{}, &eks.NodeGroupSize{Min: new(0)}, &eks.NodeUpdate{}
		args.Disk, args.MetadataService = &eks.NodeDisk{}, &eks.NodeMetadataService{}
		before(args)
		if changed {
			change(args)
		}
		if args.Role == nil {
			args.RoleARN = at.role
		}
		if args.SecurityGroupIDs != nil {
			args.SecurityGroupIDs = pulumi.StringArray{at.group}
		}
		_, err := eks.NewNodeGroup(ctx, name, args, at.opt, pulumi.DependsOn([]pulumi.Resource{at.cluster}))
		return err
	}, want}
}

// nodesOptions returns a node group for each option.
func nodesOptions() map[string]part {
	type args = eks.NodeGroupArgs
	const stash = "-release-1.34-al2023-x86_64"
	own := func(a *args) { a.Role = nodesCNI() }
	autoscaled := func(a *args) { a.Size.Max = new(5) }
	return map[string]part{
		"instanceTypes": group(func(a *args) { a.InstanceTypes = []string{"m7i.large", "m6i.large"} }, "replace group"),
		"architecture": group(func(a *args) { a.InstanceTypes = []string{"m7g.large"} },
			"replace group", "create stash-release-1.34-al2023-arm64", "delete stash"+stash),
		"capacityType": group(func(a *args) { a.CapacityType = "spot" }, "replace group"),
		"image-system": group(func(a *args) { a.Image.System = "bottlerocket" },
			"replace group", "update template", "create stash-release-1.34-bottlerocket-x86_64", "delete stash"+stash),
		"image-release": group(func(a *args) { a.Image.Release = "2" }, "create stash"+stash+"-2",
			"delete stash"+stash),
		"image-version": groupWith(func(a *args) { a.Image.Version = "1.34.8-20260715" },
			func(a *args) { a.Image.Version = "1.34.8-20260820" }, "update group"),
		"version": groupWith(func(a *args) { a.Version = "1.33" }, func(a *args) { a.Version = "" },
			"update group", "create stash"+stash, "delete stash-release-1.33-al2023-x86_64"),
		"size-min": groupWith(autoscaled, func(a *args) { a.Size.Min, a.Size.Max = new(2), new(5) },
			"update group"),
		"size-max":     group(func(a *args) { a.Size.Max = new(3) }, "update group"),
		"size-desired": groupWith(autoscaled, func(a *args) { a.Size.Desired = new(2) }),
		"size-desired-own": groupWith(func(a *args) { a.Size.Max, a.Autoscaled = new(5), new(false) },
			func(a *args) { a.Size.Desired = new(2) }, "update group"),
		"autoscaled": groupWith(autoscaled, func(a *args) { a.Autoscaled, a.Size.Desired = new(false), new(1) },
			"update group"),
		"labels": group(func(a *args) { a.Labels = pulumi.StringMap{"team": pulumi.String("shop")} },
			"update group"),
		"taints": group(func(a *args) { a.Taints = []eks.NodeTaint{{Key: "team", Effect: "NoExecute"}} },
			"update group"),
		"zones": group(func(a *args) { a.Zones = slices.Sorted(maps.Keys(a.SubnetIDs))[:1] },
			"replace group"),
		"disk-size":       group(func(a *args) { a.Disk.Size = new(100) }, "update template", "update group"),
		"disk-iops":       group(func(a *args) { a.Disk.IOPS = new(4000) }, "update template", "update group"),
		"disk-throughput": group(func(a *args) { a.Disk.Throughput = new(200) }, "update template", "update group"),
		"kms-key": group(func(a *args) {
			a.KMSKeyARN = pulumi.String("arn:aws:kms:eu-west-1:123456789012:key/01234567-89ab-cdef-0123-456789abcdef")
		}, "update template", "update group"),
		"update-number":     group(func(a *args) { a.Update.MaxUnavailable = new(1) }, "update group"),
		"update-percentage": group(func(a *args) { a.Update.MaxUnavailablePercentage = new(50) }, "update group"),
		"update-force":      group(func(a *args) { a.Update.Force = true }, "update group"),
		"repair":            group(func(a *args) { a.Repair = new(false) }, "update group"),
		"tokens": group(func(a *args) { a.MetadataService.TokensRequired = new(false) }, "update template",
			"update group"),
		"hops": group(func(a *args) { a.MetadataService.HopLimit = new(2) }, "update template",
			"update group"),
		"monitoring": group(func(a *args) { a.Monitoring = new(false) }, "update template", "update group"),
		"user-data": group(func(a *args) { a.UserData = pulumi.String("#!/bin/sh\n") }, "update template",
			"update group"),
		"generation": group(func(a *args) { a.Generation = new(2) }, "replace group"),
		"tags": groupWith(own, func(a *args) { a.Tags = pulumi.StringMap{"team": pulumi.String("shop")} },
			"update template", "update group", "update role-node"),
		// group sets the security group of nodesPlace.
		"security-groups": group(func(a *args) { a.SecurityGroupIDs = pulumi.StringArray{} }, "update template",
			"update group"),
		"own-role": group(own, "create role-node", "create attachment-node-cni", "create attachment-node-images",
			"create attachment-node-node",
			"replace group"),
		"session-manager": groupWith(own, func(a *args) { a.Role.SessionManager = true },
			"create attachment-node-session-manager"),
		"policies": groupWith(own, func(a *args) {
			a.Role.InlinePolicies = config.Named[policy.Document]{"read": {Statements: []policy.Statement{{
				Effect: policy.Allow, Actions: []string{"s3:GetObject"},
				Resources: pulumi.StringArray{pulumi.String("arn:aws:s3:::images/*")},
			}}}}
		}, "create policy-node-read"),
		"boundary": groupWith(own, func(a *args) { a.Role.PermissionsBoundary = pulumi.String("PowerUserAccess") },
			"update role-node"),
	}
}

func fargate(change func(*eks.FargateProfileArgs), want ...string) part {
	return part{func(ctx *pulumi.Context, at nodesPlace, name string, changed bool) error {
		args := &eks.FargateProfileArgs{ClusterName: at.cluster.Name, SubnetIDs: at.byZone(), Role: &eks.FargateRole{}}
		args.Selectors = []eks.FargateSelector{{Namespace: name}}
		if changed {
			change(args)
		}
		_, err := eks.NewFargateProfile(ctx, name, args, at.opt)
		return err
	}, want}
}

func fargateOptions() map[string]part {
	type args = eks.FargateProfileArgs
	return map[string]part{
		"fargate-selectors": fargate(func(a *args) { a.Selectors[0].Labels = pulumi.StringMap{"size": pulumi.String("small")} }, "replace profile"),
		"fargate-zones": fargate(func(a *args) { a.Zones = slices.Sorted(maps.Keys(a.SubnetIDs))[1:] },
			"replace profile"),
		"fargate-role": fargate(func(a *args) {
			a.Role.ManagedPolicies = config.Named[pulumi.StringInput]{"logs": pulumi.String("CloudWatchAgentServerPolicy")}
		}, "create attachment-pods-logs"),
		"fargate-tags": fargate(func(a *args) { a.Tags = pulumi.StringMap{"team": pulumi.String("shop")} },
			"update profile", "update role-pods"),
	}
}

func karpenter(change func(*eks.KarpenterArgs), want ...string) part {
	return part{func(ctx *pulumi.Context, at nodesPlace, name string, changed bool) error {
		args := &eks.KarpenterArgs{ClusterName: at.cluster.Name, NodeRole: &eks.NodeRole{}}
		// A service account has one role.
		args.ServiceAccount = name
		if changed {
			change(args)
		}
		_, err := eks.NewKarpenter(ctx, name, args, at.opt)
		return err
	}, want}
}

func karpenterOptions() map[string]part {
	type args = eks.KarpenterArgs
	return map[string]part{
		"karpenter-tags": karpenter(func(a *args) { a.Tags = pulumi.StringMap{"team": pulumi.String("shop")} },
			"update role-controller", "update role-node", "update association", "update entry-nodes", "update queue",
			"update rule-health",
			"update rule-machines"),
		"karpenter-namespace": karpenter(func(a *args) { a.Namespace = "kube-system" }, "update role-controller",
			"replace association"),
		"karpenter-account": karpenter(func(a *args) { a.ServiceAccount = "scaler" }, "update role-controller",
			"replace association"),
		"karpenter-nodes": karpenter(func(a *args) { a.NodeRole.SessionManager = true },
			"create attachment-node-session-manager"),
		"karpenter-boundary": karpenter(func(a *args) { a.PermissionsBoundary = pulumi.String("PowerUserAccess") },
			"update role-controller"),
	}
}

// Each option changes in its own node group, Fargate profile or Karpenter component, all in one update of one cluster.
func TestNodeOptions(t *testing.T) {
	t.Parallel()
	a := cloudtest.Simulated(t)
	parts := nodesOptions()
	maps.Copy(parts, fargateOptions())
	maps.Copy(parts, karpenterOptions())
	version, changed := "1.34", false
	life := a.Life(t, "options", nodesProgram(a, &version, func(ctx *pulumi.Context, at nodesPlace) error {
		for _, name := range slices.Sorted(maps.Keys(parts)) {
			if err := parts[name].create(ctx, at, name, changed); err != nil {
				return err
			}
		}
		return nil
	}))
	life.Up()
	changed = true
	r, err := life.Stack.Up(t.Context())
	require.NoError(t, err, r.Output)
	want, got := map[string][]string{}, map[string][]string{}
	for name, p := range parts {
		if len(p.want) > 0 {
			want[name] = slices.Sorted(slices.Values(p.want))
		}
	}
	for _, step := range cloudtest.Steps(r) {
		name, short := nodesStep(step, parts)
		got[name] = append(got[name], short)
	}
	for _, steps := range got {
		slices.Sort(steps)
	}
	require.Empty(t, cmp.Diff(want, got), "steps of each change (-want +got)")
	life.Destroy()
}

// nodesStep returns the name of the part that a step belongs to, and the step without that name.
func nodesStep(step string, parts map[string]part) (name, short string) {
	short = nodesTypes.Replace(step)
	verb, kind, _ := strings.Cut(short, " ")
	kind, full, _ := strings.Cut(kind, " ")
	for candidate := range parts {
		if (full == candidate || strings.HasPrefix(full, candidate+"-")) && len(candidate) > len(name) {
			name = candidate
		}
	}
	return name, verb + " " + kind + strings.TrimPrefix(full, name)
}
