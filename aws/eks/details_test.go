package eks_test

import (
	"testing"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
	"github.com/stretchr/testify/require"

	"github.com/ashlar-iac/ashlar/aws/eks"
	"github.com/ashlar-iac/ashlar/aws/internal/fixture"
	"github.com/ashlar-iac/ashlar/core"
	"github.com/ashlar-iac/ashlar/core/failure"
	"github.com/ashlar-iac/ashlar/core/pulumitest"
)

// onAKS is a cluster of another cloud.
type onAKS struct{}

func (onAKS) ClusterInfo() core.ClusterInfo { return core.ClusterInfo{Name: "main", Platform: "aks"} }

func TestShortestArgumentsConform(t *testing.T) {
	t.Parallel()
	t.Run("node group", func(t *testing.T) {
		t.Parallel()
		pulumitest.Conform(t, pulumitest.Suite[eks.NodeGroupArgs, *eks.NodeGroup]{
			Token: eks.NodeGroupToken, New: eks.NewNodeGroup,
			Args: func(ctx *pulumi.Context) *eks.NodeGroupArgs {
				return &eks.NodeGroupArgs{
					ClusterName: fixture.Text(ctx, "shop"), ClusterVersion: "1.34", SubnetIDs: nodeSubnets(),
				}
			},
			RefusesNil: failure.Configuration, Metadata: fixture.Metadata(), Options: nodeCloud(nil),
		})
	})
	t.Run("Fargate profile", func(t *testing.T) {
		t.Parallel()
		pulumitest.Conform(t, pulumitest.Suite[eks.FargateProfileArgs, *eks.FargateProfile]{
			Token: eks.FargateProfileToken, New: eks.NewFargateProfile,
			Args: func(ctx *pulumi.Context) *eks.FargateProfileArgs {
				return &eks.FargateProfileArgs{
					ClusterName: fixture.Text(ctx, "shop"), SubnetIDs: nodeSubnets(),
					Selectors: []eks.FargateSelector{{Namespace: "batch"}},
				}
			},
			RefusesNil: failure.Configuration, Metadata: fixture.Metadata(),
			Options: []pulumitest.Option{fixture.Cloud()},
		})
	})
	t.Run("Karpenter", func(t *testing.T) {
		t.Parallel()
		pulumitest.Conform(t, pulumitest.Suite[eks.KarpenterArgs, *eks.Karpenter]{
			Token: eks.KarpenterToken, New: eks.NewKarpenter,
			Args: func(ctx *pulumi.Context) *eks.KarpenterArgs {
				return &eks.KarpenterArgs{ClusterName: fixture.Text(ctx, "shop")}
			},
			RefusesNil: failure.Configuration, Defaults: []string{"namespace", "serviceAccount"},
			Metadata: fixture.Metadata(), Options: karpenterCloud(),
		})
	})
	t.Run("add-on", func(t *testing.T) {
		t.Parallel()
		pulumitest.Conform(t, pulumitest.Suite[eks.AddonArgs, *eks.Addon]{
			Token: eks.AddonToken, New: eks.NewAddon,
			Args: func(ctx *pulumi.Context) *eks.AddonArgs {
				return &eks.AddonArgs{
					AddonName: "metrics-server", ClusterName: fixture.Text(ctx, "shop"), ClusterVersion: "1.35",
				}
			},
			RefusesNil: failure.Configuration, Metadata: fixture.Metadata(),
			Options: []pulumitest.Option{fixture.Cloud(), addonVersions(), fixture.Pins()},
		})
	})
	t.Run("workload identity", func(t *testing.T) {
		t.Parallel()
		pulumitest.Conform(t, pulumitest.Suite[eks.WorkloadIdentityArgs, *eks.WorkloadIdentity]{
			Token: eks.WorkloadIdentityToken, New: eks.NewWorkloadIdentity,
			Args: func(ctx *pulumi.Context) *eks.WorkloadIdentityArgs {
				return &eks.WorkloadIdentityArgs{
					ClusterName: fixture.Text(ctx, "shop"), Namespace: "shop", ServiceAccount: "web",
				}
			},
			RefusesNil: failure.Configuration, Metadata: fixture.Metadata(),
			Options: []pulumitest.Option{fixture.Cloud()},
		})
	})
}

func TestInvalidClustersOfParts(t *testing.T) {
	t.Parallel()
	nodes := func(change func(*eks.NodeGroupArgs)) func(*pulumi.Context) error {
		return func(ctx *pulumi.Context) error {
			args := nodeArgs(change)
			_, err := eks.NewNodeGroup(ctx, "web", args)
			return err
		}
	}
	identity := func(change func(*eks.WorkloadIdentityArgs)) func(*pulumi.Context) error {
		return func(ctx *pulumi.Context) error {
			args := &eks.WorkloadIdentityArgs{Namespace: "shop", ServiceAccount: "web"}
			change(args)
			_, err := eks.NewWorkloadIdentity(ctx, "web", args)
			return err
		}
	}
	tests := map[string]struct {
		reason string
		create func(*pulumi.Context) error
		want   []string
	}{
		"another cloud": {
			"only clusters of this package have details",
			identity(func(a *eks.WorkloadIdentityArgs) { a.Cluster = onAKS{} }),
			[]string{`cluster: "main" is not a cluster of this package: set clusterName instead`},
		},
		"not created": {
			"a nil cluster does not panic", identity(func(a *eks.WorkloadIdentityArgs) { a.Cluster = (*eks.Cluster)(nil) }),
			[]string{"cluster: nil *eks.Cluster: pass a constructed one or omit the argument"},
		},
		"cluster and name": {
			"only one of them can apply", identity(func(a *eks.WorkloadIdentityArgs) {
				a.Cluster, a.ClusterName, a.ClusterARN = onAKS{}, pulumi.String("shop"), pulumi.String(clusterARN)
			}),
			[]string{
				`cluster: "main" is not a cluster of this package: set clusterName instead`,
				"clusterArn: mutually exclusive with Cluster: omit one of them",
				"clusterName: mutually exclusive with Cluster: omit one of them",
			},
		},
		"autoscaled node group": {
			"its size is looked up by the name of the cluster", nodes(func(a *eks.NodeGroupArgs) {
				a.ClusterName, a.Size.Max = pulumi.String("shop").ToStringOutput(), ptr(5)
			}),
			[]string{"autoscaled: requires a cluster name that is known before the update: " +
				"use Cluster, or a string for clusterName"},
		},
		"zone": {
			"subnets are named by zone", nodes(func(a *eks.NodeGroupArgs) {
				a.SubnetIDs = map[string]pulumi.StringInput{"private": pulumi.String("subnet-1")}
			}),
			[]string{`subnetIds.private: not an availability zone: use keys such as eu-west-1a`},
		},
		"disabled add-on": {
			"the option is for the add-ons of a cluster", func(ctx *pulumi.Context) error {
				_, err := eks.NewAddon(ctx, "dns", inMain(eks.AddonArgs{AddonName: "coredns", Enabled: ptr(false)}))
				return err
			},
			[]string{"enabled: applies to add-ons of a cluster's arguments only: do not create the add-on instead"},
		},
		"add-on without a name": {
			"it has no default", func(ctx *pulumi.Context) error {
				_, err := eks.NewAddon(ctx, "dns", inMain(eks.AddonArgs{}))
				return err
			},
			[]string{"addonName: required, but missing"},
		},
	}
	for name, tc := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			requireFindings(t, tc.reason, tc.want, tc.create)
		})
	}
}

// An empty list is an error. Separate options turn logs and webhook ports off.
func TestInvalidModesOfClusters(t *testing.T) {
	t.Parallel()
	tests := map[string]struct {
		change func(*eks.ClusterArgs)
		want   string
	}{
		"empty log types": {func(a *eks.ClusterArgs) { a.Logs.Types = []eks.LogType{} }, "logs.types: found a list, which is too short"},
		"log types without logs": {
			func(a *eks.ClusterArgs) { a.Logs.Enabled, a.Logs.Types = ptr(false), []eks.LogType{eks.LogAudit} },
			"logs.types: logs are not enabled: set enabled to true, or omit types",
		},
		"empty webhook ports": {
			func(a *eks.ClusterArgs) { a.WebhookPorts = []int{} }, "webhookPorts: found a list, which is too short",
		},
		"custom without ports": {
			func(a *eks.ClusterArgs) { a.WebhookAccess = eks.WebhooksCustom },
			"webhookPorts: required with webhookAccess custom, but missing",
		},
		"ports without access": {
			func(a *eks.ClusterArgs) { a.WebhookAccess, a.WebhookPorts = eks.WebhooksNone, []int{9443} },
			"webhookPorts: mutually exclusive with webhookAccess none",
		},
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

func TestParentsSupplyTheClusterOfNestedArguments(t *testing.T) {
	t.Parallel()
	args := plainCluster()
	args.NodeGroups["main"] = eks.NodeGroupArgs{ClusterVersion: "1.35", Cluster: onAKS{}}
	requireInvalidCluster(t, args, "nodeGroups.main.Cluster: set by", "nodeGroups.main.clusterVersion: unknown key")
}

func TestWorkloadIdentityMatchesItsClusterOnly(t *testing.T) {
	t.Parallel()
	pulumitest.Run(t, func(ctx *pulumi.Context) error {
		c, err := eks.NewCluster(ctx, "main", plainCluster())
		require.NoError(t, err)
		w, err := eks.NewWorkloadIdentity(ctx, "web", &eks.WorkloadIdentityArgs{
			Cluster: c, Namespace: "shop", ServiceAccount: "web",
		})
		require.NoError(t, err)
		require.True(t, w.WorkloadIdentityInfo().Matches(c.ClusterInfo()))
		require.False(t, w.WorkloadIdentityInfo().Matches(onAKS{}.ClusterInfo()), "the same name in another cloud")
		return nil
	}, clusterOptions(control{})...)
}
