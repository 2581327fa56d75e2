package aks_test

import (
	"strings"
	"testing"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
	"github.com/stretchr/testify/require"

	"github.com/ashlar-iac/ashlar/azure/aks"
	"github.com/ashlar-iac/ashlar/azure/monitor"
	"github.com/ashlar-iac/ashlar/azure/network"
	"github.com/ashlar-iac/ashlar/azure/resources"
	"github.com/ashlar-iac/ashlar/core/config"
	"github.com/ashlar-iac/ashlar/integration/cloud/azure/kernel"
	"github.com/ashlar-iac/ashlar/integration/cloudtest"
)

const (
	clusterType    = "azure-native:containerservice/v20240901:ManagedCluster"
	poolType       = "azure-native:containerservice/v20240901:AgentPool"
	windowType     = "azure-native:containerservice/v20240901:MaintenanceConfiguration"
	assignmentType = "azure-native:authorization/v20220401:RoleAssignment"
	settingType    = "azure-native:insights/v20210501preview:DiagnosticSetting"
)

// settings returns the arguments of a small cluster with pools for the system and for applications. The version is not
// checked: that of the simulated AKS stays the same, and support of it ends.
func settings() aks.ClusterArgs {
	return aks.ClusterArgs{
		Version: "1.36", DeletionProtection: new(false), Preflight: new(false),
		Administrators: config.Named[aks.Principal]{
			"deploy": {PrincipalID: pulumi.String(kernel.ObjectID), PrincipalType: "ServicePrincipal"},
		},
		SystemPool: &aks.NodePoolArgs{Nodes: &aks.NodeCount{Min: new(1)}},
		NodePools:  config.Named[aks.NodePoolArgs]{"apps": {Nodes: &aks.NodeCount{Min: new(1), Max: new(3)}}},
	}
}

// dependent adds resources that depend on the cluster to a program.
type dependent func(ctx *pulumi.Context, c *aks.Cluster) error

// program returns a program with a network, a workspace, and a cluster with these settings.
func program(a *cloudtest.Account, s *aks.ClusterArgs, dependents ...dependent) pulumi.RunFunc {
	return a.InGroup(func(ctx *pulumi.Context, group *resources.ResourceGroup, on pulumi.ResourceOption) error {
		v, err := network.NewSecureVNet(ctx, "main", &network.SecureVNetArgs{
			ResourceGroupName: group.Name, AddressPrefix: "10.0.0.0/16", PodCIDRs: []string{"100.64.0.0/16", "100.128.0.0/16"},
		}, on)
		if err != nil {
			return err
		}
		logs, err := monitor.NewWorkspace(ctx, "logs", &monitor.WorkspaceArgs{ResourceGroupName: group.Name}, on)
		if err != nil {
			return err
		}
		given := *s
		given.ResourceGroupName, given.Network = group.Name, v
		if given.Diagnostics != nil {
			d := *given.Diagnostics
			d.WorkspaceID = logs.ID
			given.Diagnostics = &d
		}
		c, err := aks.NewCluster(ctx, "main", &given, on)
		if err != nil {
			return err
		}
		ctx.Export("kubeconfig", c.Kubeconfig)
		ctx.Export("version", c.Version)
		for _, f := range dependents {
			if err := f(ctx, c); err != nil {
				return err
			}
		}
		return nil
	})
}

// poolStep returns the only step of a kind for pools whose name begins with a text, without the name of the pool.
func poolSteps(t *testing.T, steps []string, kind, name string) []string {
	t.Helper()
	var out []string
	for _, step := range steps {
		if strings.HasPrefix(step, kind+" "+poolType+" "+name) {
			out = append(out, step)
		}
	}
	require.Len(t, out, 1, "%s %s: %v", kind, name, steps)
	return out
}
