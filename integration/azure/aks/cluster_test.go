package aks_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
	"github.com/stretchr/testify/require"

	"github.com/ashlar-iac/ashlar/azure/aks"
	"github.com/ashlar-iac/ashlar/core/config"
	"github.com/ashlar-iac/ashlar/integration/cloudtest"
)

// The control plane is upgraded first, then the pools. Another size rotates a pool: another one is created before the
// previous one is deleted, also for the first pool.
func TestUpgradeAndRotation(t *testing.T) {
	t.Parallel()
	a := cloudtest.SimulatedAzure(t)
	s := settings()
	life := newCycle(t, a, "upgrade", func(ctx *pulumi.Context) error { return program(a, &s)(ctx) })
	up := life.up()
	before := life.output("kubeconfig")
	require.Contains(t, life.output("version"), "1.36.")
	steps := cloudtest.Steps(up)
	require.Contains(t, steps, "create "+clusterType+" main-creation")
	require.NotContains(t, steps, "create "+clusterType+" main", "it is imported")
	require.False(t, slices.ContainsFunc(steps, func(s string) bool { return strings.HasPrefix(s, "create "+poolType+" main-system") }),
		"the first pool is imported")

	s.Version, s.Preflight = "1.37", new(true)
	r, err := life.Up(t.Context())
	require.NoError(t, err, r.Output)
	steps = cloudtest.Steps(r)
	require.Equal(t, []string{"update " + clusterType + " main"}, containing(steps, clusterType))
	poolSteps(t, steps, "update", "main-apps-")
	poolSteps(t, steps, "update", "main-system-")
	require.Len(t, steps, 3, "nothing else changes: %v", steps)
	require.Contains(t, life.output("version"), "1.37.")
	require.Equal(t, before, life.output("kubeconfig"))
	life.settled()

	s.Version = "1.35"
	life.refused("the cluster has version 1.37.1 and cannot be downgraded to 1.35")
	s.Version = "1.37"
	for _, rotate := range []struct {
		name   string
		change func()
	}{
		{"main-apps-", func() {
			s.NodePools["apps"] = aks.NodePoolArgs{Size: "Standard_D8ds_v5", Nodes: s.NodePools["apps"].Nodes}
		}},
		{"main-system-", func() { s.SystemPool = &aks.NodePoolArgs{Generation: new(2), Nodes: s.SystemPool.Nodes} }},
		{"main-system-", func() { s.SystemPool = &aks.NodePoolArgs{Nodes: s.SystemPool.Nodes} }},
	} {
		rotate.change()
		r, err := life.Up(t.Context())
		require.NoError(t, err, r.Output)
		steps := cloudtest.Steps(r)
		poolSteps(t, steps, "create", rotate.name)
		poolSteps(t, steps, "delete", rotate.name)
		require.Len(t, steps, 2, "nothing else changes: %v", steps)
		require.Less(t, position(t, r, "create", rotate.name), position(t, r, "delete", rotate.name), "no time without a pool")
		life.settled()
	}
	require.Equal(t, before, life.output("kubeconfig"))
	life.destroy()
}

// containing returns the steps for a type.
func containing(steps []string, typ string) []string {
	return slices.DeleteFunc(slices.Clone(steps), func(s string) bool { return !strings.Contains(s, " "+typ+" ") })
}

// Options that are updated in place change one after another, each with the resources that it should change.
func TestClusterOptions(t *testing.T) {
	t.Parallel()
	a := cloudtest.SimulatedAzure(t)
	s := settings()
	life := newCycle(t, a, "options", func(ctx *pulumi.Context) error { return program(a, &s)(ctx) })
	life.up()
	s.Preflight = new(true)
	update := "update " + clusterType + " main"
	s.LocalAccounts, s.RunCommand = true, true
	life.change("options of the control plane", update)
	s.LocalAccounts, s.RunCommand = false, false
	life.change("back", update)
	s.PricingTier, s.AzurePolicy, s.LockNodeResourceGroup = aks.PricingFree, new(false), new(false)
	s.ImageCleaner, s.KeyVaultSecrets = &aks.ImageCleaner{Enabled: new(false)}, &aks.KeyVaultSecrets{Enabled: new(false)}
	life.change("add-ons", update)
	s.Upgrades = &aks.Upgrades{Channel: aks.ChannelNone, NodeImageWindow: &aks.MaintenanceWindow{Day: "Monday"}}
	life.change("upgrades", update, "delete "+windowType+" main-upgrades", "update "+windowType+" main-node-images")
	s.Diagnostics = &aks.Diagnostics{}
	life.change("diagnostics", "create "+settingType+" main-diagnostics")
	s.Diagnostics.Categories = []aks.LogCategory{aks.LogGuard, aks.LogAudit}
	life.change("categories", "update "+settingType+" main-diagnostics")
	s.Access = config.Named[aks.AccessEntry]{"developers": {
		PrincipalID: pulumi.String("dddddddd-0000-0000-0000-000000000000"), Role: aks.AccessReader, Namespaces: []string{"shop"},
	}}
	life.change("access", "create "+assignmentType+" main-access-developers.user", "create "+assignmentType+" main-access-developers.shop")
	s.Tags = pulumi.StringMap{"team": pulumi.String("shop")}
	r, err := life.Up(t.Context())
	require.NoError(t, err, r.Output)
	poolSteps(t, cloudtest.Steps(r), "update", "main-apps-")
	poolSteps(t, cloudtest.Steps(r), "update", "main-system-")
	require.Contains(t, cloudtest.Steps(r), update)

	before := s
	s.PodCIDR = "100.128.0.0/16"
	life.refused("podCidr: cannot change from 100.64.0.0/16 to 100.128.0.0/16")
	s = before
	s.API = &aks.API{PublicCIDRs: []string{"203.0.113.0/24"}}
	life.refused("the API server is private and cannot become public")
	s = before
	life.destroy()
}

// A pool that the autoscaler has scaled is no drift, and keeps its size in other updates.
func TestPoolOptions(t *testing.T) {
	t.Parallel()
	a := cloudtest.SimulatedAzure(t)
	s := settings()
	life := newCycle(t, a, "pools", func(ctx *pulumi.Context) error { return program(a, &s)(ctx) })
	life.up()
	apps := s.NodePools["apps"]
	change := func(reason string, f func(*aks.NodePoolArgs), pools ...string) {
		t.Helper()
		f(&apps)
		s.NodePools = config.Named[aks.NodePoolArgs]{"apps": apps}
		r, err := life.Up(t.Context())
		require.NoError(t, err, r.Output)
		for _, p := range pools {
			poolSteps(t, cloudtest.Steps(r), "update", p)
		}
		require.Len(t, cloudtest.Steps(r), len(pools), reason)
	}
	change("labels", func(p *aks.NodePoolArgs) { p.Labels = pulumi.StringMap{"work": pulumi.String("apps")} }, "main-apps-")
	change("taints", func(p *aks.NodePoolArgs) {
		p.Taints = []aks.NodeTaint{{Key: "dedicated", Value: "apps", Effect: aks.NoSchedule}}
	},
		"main-apps-")
	change("a range", func(p *aks.NodePoolArgs) { p.Nodes = &aks.NodeCount{Min: new(1), Max: new(5)} }, "main-apps-")
	change("upgrades", func(p *aks.NodePoolArgs) { p.Upgrade = &aks.PoolUpgrade{MaxSurge: "50%"} }, "main-apps-")
	change("mode: no pool for applications is left, so that the first pool has no taint", func(p *aks.NodePoolArgs) { p.Mode = aks.ModeSystem },
		"main-apps-", "main-system-")
	s.NodePools = nil
	r, err := life.Up(t.Context())
	require.NoError(t, err, r.Output)
	poolSteps(t, cloudtest.Steps(r), "delete", "main-apps-")
	life.settled()
	life.destroy()
}

func TestDeletionProtection(t *testing.T) {
	t.Parallel()
	a := cloudtest.SimulatedAzure(t)
	s := settings()
	s.DeletionProtection, s.Diagnostics = new(true), &aks.Diagnostics{}
	life := newCycle(t, a, "protection", func(ctx *pulumi.Context) error { return program(a, &s)(ctx) })
	life.up()
	before := a.Objects(t)
	r, err := life.Destroy(t.Context())
	require.Error(t, err)
	require.Contains(t, r.Output, "protected")
	missing := slices.DeleteFunc(before, func(o string) bool { return slices.Contains(a.Objects(t), o) })
	require.Empty(t, missing, "no resource of the cluster is deleted")
	s.DeletionProtection = new(false)
	life.change("no deletion protection")
	life.destroy()
}
