package aks_test

import (
	"testing"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
	"github.com/stretchr/testify/require"

	"github.com/ashlar-iac/ashlar/azure/aks"
	"github.com/ashlar-iac/ashlar/azure/internal/fixture"
	"github.com/ashlar-iac/ashlar/core"
	"github.com/ashlar-iac/ashlar/core/failure"
	"github.com/ashlar-iac/ashlar/core/pulumitest"
)

// standalone returns arguments of a pool of a cluster of another program.
func standalone(*pulumi.Context) *aks.NodePoolArgs {
	return &aks.NodePoolArgs{
		ClusterName: pulumi.String("aks-shop"), ResourceGroupName: pulumi.String("shop"), ClusterVersion: "1.37",
		SubnetID: pulumi.String(subnetID),
	}
}

// fullPool returns arguments with all options.
func fullPool(ctx *pulumi.Context) *aks.NodePoolArgs {
	return &aks.NodePoolArgs{
		ClusterName: fixture.Text(ctx, "aks-shop"), ResourceGroupName: fixture.Text(ctx, "shop"), ClusterVersion: "1.37",
		SubnetID: fixture.Text(ctx, subnetID), Name: "gpu", Mode: aks.ModeSystem, Size: "Standard_NC24ads_A100_v4",
		Zones: []string{"2"}, Version: "1.36", Nodes: &aks.NodeCount{Min: new(1), Max: new(2)}, OS: aks.Ubuntu,
		Disk: &aks.NodeDisk{Type: aks.DiskEphemeral, SizeGB: new(512)}, EncryptionAtHost: new(false), MaxPods: new(30),
		Labels:  pulumi.StringMap{"accelerator": fixture.Text(ctx, "nvidia")},
		Taints:  []aks.NodeTaint{{Key: "nvidia.com/gpu", Effect: aks.NoExecute}},
		Upgrade: &aks.PoolUpgrade{MaxSurge: "1"}, Generation: new(3), Tags: pulumi.StringMap{"team": fixture.Text(ctx, "ml")},
	}
}

func createPool(t *testing.T, args func(*pulumi.Context) *aks.NodePoolArgs) *pulumitest.Registration {
	t.Helper()
	r := pulumitest.Run(t, func(ctx *pulumi.Context) error {
		_, err := aks.NewNodePool(ctx, "apps", args(ctx))
		return err
	}, fixture.Cloud()...)
	fixture.RequireOneVersion(t, r)
	return r.One(t, poolType)
}

func TestNodePoolConforms(t *testing.T) {
	t.Parallel()
	fixture.Conform(t, pulumitest.Suite[aks.NodePoolArgs, *aks.NodePool]{
		Token: aks.NodePoolToken, New: aks.NewNodePool, RefusesNil: failure.Configuration,
		Defaults: []string{"size", "nodes", "os", "disk", "encryptionAtHost", "maxPods", "upgrade", "generation"},
	}, map[string]func(*pulumi.Context) *aks.NodePoolArgs{"everything": fullPool, "standalone": standalone})
}

func TestNodePoolGoldens(t *testing.T) {
	t.Parallel()
	for file, args := range map[string]func(*pulumi.Context) *aks.NodePoolArgs{"pool": standalone, "pool-full": fullPool} {
		pulumitest.Run(t, func(ctx *pulumi.Context) error {
			_, err := aks.NewNodePool(ctx, "apps", args(ctx))
			return err
		}, fixture.Cloud()...).Golden(t, "testdata/"+file+".txt")
	}
}

// A pool with other options that AKS cannot change is another resource with another name, which is created before the
// previous one is deleted. Other options keep it.
func TestOptionsThatRotateAPool(t *testing.T) {
	t.Parallel()
	with := func(change func(*aks.NodePoolArgs)) *pulumitest.Registration {
		return createPool(t, func(ctx *pulumi.Context) *aks.NodePoolArgs {
			args := standalone(ctx)
			change(args)
			return args
		})
	}
	before := with(func(*aks.NodePoolArgs) {})
	require.Equal(t, "apps-"+input(t, before, "agentPoolName").(string), before.Name)
	require.Regexp(t, `^apps[0-9a-f]{5}$`, input(t, before, "agentPoolName"))
	for name, change := range map[string]func(*aks.NodePoolArgs){
		"size": func(a *aks.NodePoolArgs) { a.Size = "Standard_D8ds_v5" }, "zones": func(a *aks.NodePoolArgs) { a.Zones = []string{"1"} },
		"regional": func(a *aks.NodePoolArgs) { a.Regional = true }, "os": func(a *aks.NodePoolArgs) { a.OS = aks.Ubuntu },
		"disk": func(a *aks.NodePoolArgs) { a.Disk = &aks.NodeDisk{Type: aks.DiskManaged} }, "max pods": func(a *aks.NodePoolArgs) { a.MaxPods = new(50) },
		"encryption": func(a *aks.NodePoolArgs) { a.EncryptionAtHost = new(false) }, "generation": func(a *aks.NodePoolArgs) { a.Generation = new(2) },
	} {
		require.NotEqual(t, before.URN, with(change).URN, name)
	}
	for name, change := range map[string]func(*aks.NodePoolArgs){
		"version": func(a *aks.NodePoolArgs) { a.Version = "1.36" }, "nodes": func(a *aks.NodePoolArgs) { a.Nodes = &aks.NodeCount{Max: new(9)} },
		"labels":  func(a *aks.NodePoolArgs) { a.Labels = pulumi.StringMap{"a": pulumi.String("b")} },
		"taints":  func(a *aks.NodePoolArgs) { a.Taints = []aks.NodeTaint{{Key: "a", Effect: aks.NoSchedule}} },
		"upgrade": func(a *aks.NodePoolArgs) { a.Upgrade = &aks.PoolUpgrade{MaxSurge: "1"} },
		"mode":    func(a *aks.NodePoolArgs) { a.Mode = aks.ModeSystem },
		"tags":    func(a *aks.NodePoolArgs) { a.Tags = pulumi.StringMap{"a": pulumi.String("b")} },
	} {
		require.Equal(t, before.URN, with(change).URN, name)
	}
}

// The name of a pool of a released version must not change: pools would rotate when the library is updated.
func TestTheNameOfAPoolIsStable(t *testing.T) {
	t.Parallel()
	require.Equal(t, stableName, input(t, createPool(t, standalone), "agentPoolName"))
}

const stableName = "apps91a32"

func TestAutoscalingIsNoDrift(t *testing.T) {
	t.Parallel()
	require.Contains(t, createPool(t, fullPool).IgnoreChanges, "count")
	fixed := createPool(t, standalone)
	require.NotContains(t, fixed.IgnoreChanges, "count")
	require.Equal(t, false, input(t, fixed, "enableAutoScaling"))
}

// foreign is a cluster of another package.
type foreign struct{}

func (foreign) ClusterInfo() core.ClusterInfo { return core.ClusterInfo{Name: "other"} }

func TestInvalidNodePoolsAreRejected(t *testing.T) {
	t.Parallel()
	for name, tc := range map[string]struct {
		reason string
		change func(*aks.NodePoolArgs)
		want   []string
	}{
		"no cluster": {"what to add", func(a *aks.NodePoolArgs) { *a = aks.NodePoolArgs{} },
			[]string{"clusterName: required", "clusterVersion: required", "resourceGroupName: required", "subnetId: required"}},
		"two clusters": {"one of them", func(a *aks.NodePoolArgs) { a.Cluster = foreign{} },
			[]string{"cluster: ", "clusterName: mutually", "clusterVersion: mutually", "resourceGroupName: mutually"}},
		"another cluster": {"of another package", func(a *aks.NodePoolArgs) { *a = aks.NodePoolArgs{Cluster: foreign{}} },
			[]string{`cluster: "other" is not a cluster of this package`}},
		"newer than the cluster": {"nodes cannot join", func(a *aks.NodePoolArgs) { a.Version = "1.38" },
			[]string{"version: nodes of version 1.38 cannot join"}},
		"name":  {"of Azure", func(a *aks.NodePoolArgs) { a.Name = "Web-Apps" }, []string{"name: "}},
		"zone":  {"a number", func(a *aks.NodePoolArgs) { a.Zones = []string{"westeurope-1"} }, []string{`zones[0]: found "westeurope-1", expected a zone: 1, 2 or 3`}},
		"zones": {"once each", func(a *aks.NodePoolArgs) { a.Zones = []string{"1", "1"} }, []string{"zones[1]: duplicate zone 1"}},
		"regional with zones": {"one of them", func(a *aks.NodePoolArgs) { a.Zones, a.Regional = []string{"1"}, true },
			[]string{"zones: zones and regional are mutually exclusive"}},
		"nodes": {"a range", func(a *aks.NodePoolArgs) { a.Nodes = &aks.NodeCount{Min: new(3), Max: new(2)} },
			[]string{"nodes.max: expected at least min, 3, found 2"}},
		"desired": {"in the range", func(a *aks.NodePoolArgs) { a.Nodes = &aks.NodeCount{Min: new(1), Max: new(2), Desired: new(3)} },
			[]string{"nodes.desired: expected a number from min to max"}},
		"no local disk": {"for an ephemeral disk", func(a *aks.NodePoolArgs) {
			a.Size, a.Disk = "Standard_D4s_v5", &aks.NodeDisk{Type: aks.DiskEphemeral}
		}, []string{"disk.type: Standard_D4s_v5 has no local disk"}},
		"small local disk": {"for an ephemeral disk", func(a *aks.NodePoolArgs) {
			a.Size, a.Disk = "Standard_D2ds_v5", &aks.NodeDisk{Type: aks.DiskEphemeral}
		}, []string{"disk.sizeGb: the local disk of Standard_D2ds_v5 has 75 GiB"}},
		"label": {"of AKS", func(a *aks.NodePoolArgs) {
			a.Labels = pulumi.StringMap{"kubernetes.azure.com/mode": pulumi.String("x"), "ok": pulumi.String("not ok")}
		}, []string{"labels.ok: expected up to 63", "the domain kubernetes.azure.com is reserved"}},
		"taints": {"one of a key and effect", func(a *aks.NodePoolArgs) {
			a.Taints = []aks.NodeTaint{{Key: "a", Effect: aks.NoSchedule}, {Key: "a", Value: "b", Effect: aks.NoSchedule}}
		}, []string{"taints[1]: duplicate taint a with the effect NoSchedule"}},
		"surge": {"of AKS", func(a *aks.NodePoolArgs) { a.Upgrade = &aks.PoolUpgrade{MaxSurge: "0%"} }, []string{"upgrade.maxSurge: "}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			fixture.RequireRejected(t, func(ctx *pulumi.Context) error {
				args := standalone(ctx)
				tc.change(args)
				_, err := aks.NewNodePool(ctx, "apps", args)
				return err
			}, tc.want...)
		})
	}
}

func TestAdditionalPoolsOfACluster(t *testing.T) {
	t.Parallel()
	r := pulumitest.Run(t, func(ctx *pulumi.Context) error {
		c, err := aks.NewCluster(ctx, "main", shortest(ctx))
		if err != nil {
			return err
		}
		_, err = aks.NewNodePool(ctx, "batch", &aks.NodePoolArgs{Cluster: c})
		return err
	}, fixture.Cloud()...)
	batch, cluster := pool(t, r, "batch-"), control(t, r)
	require.Equal(t, "main", input(t, batch, "resourceName"))
	require.Equal(t, "1.37", input(t, batch, "orchestratorVersion"))
	require.Equal(t, subnetID, input(t, batch, "vnetSubnetID"))
	require.Equal(t, cluster.URN, batch.DeletedWith)
	require.Contains(t, batch.Dependencies, cluster.URN)
}
