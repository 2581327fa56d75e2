package azure

import (
	"maps"
	"slices"
	"strconv"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/ashlar-iac/ashlar/azure/aks"
	"github.com/ashlar-iac/ashlar/azure/authorization"
	"github.com/ashlar-iac/ashlar/core"
	"github.com/ashlar-iac/ashlar/core/config"
	"github.com/ashlar-iac/ashlar/core/deployment"
)

// ClusterConfiguration describes an AKS cluster.
type ClusterConfiguration struct {
	// Provider is the name of an entry of providers. Default: that of the resource group.
	Provider string `pulumi:"provider,optional"`
	// ResourceGroup is the name of an entry of resourceGroups. Mutually exclusive with resourceGroupName. Default: the only
	// one.
	ResourceGroup string `pulumi:"resourceGroup,optional"`
	// Network is the name of an entry of networks, whose tier has the nodes. Mutually exclusive with subnetId. Default: the only
	// one.
	Network string `pulumi:"network,optional"`
	// AdministratorIdentities are names of entries of identities with full access to the cluster, in addition to
	// administrators. Default: none.
	AdministratorIdentities []string `pulumi:"administratorIdentities,optional"`
	// Workspace is the name of an entry of workspaces for the logs of the control plane. Mutually exclusive with
	// diagnostics.workspaceId. Default: none.
	Workspace string `pulumi:"workspace,optional"`
	aks.ClusterArgs
}

func (c *Configuration) clusterProvider(e *ClusterConfiguration) (string, bool) {
	return c.inGroup(e.Provider, e.ResourceGroup, e.ResourceGroupName)
}

// inNetwork reports whether the nodes are in an entry of networks.
func (c *Configuration) inNetwork(e *ClusterConfiguration) bool {
	return e.Network != "" || e.SubnetID == nil && len(c.Networks) > 0
}

// checkCluster checks the references of a cluster, and runs the checks of its constructor with what is known of them.
func (c *Configuration) checkCluster(report *config.Report, name string) {
	e := c.Clusters[name]
	at := func(keys ...string) []string { return append([]string{"clusters", name}, keys...) }
	args := e.ClusterArgs
	args.ResourceGroupName = checked
	for i, other := range e.AdministratorIdentities {
		checkKnown(report, at("administratorIdentities", strconv.Itoa(i)), "identity", other, c.Identities.Names())
		if _, taken := e.Administrators[other]; taken {
			report.Add(at("administratorIdentities", strconv.Itoa(i)), "duplicate name %s, same as administrators.%s: use another one there",
				other, other)
		} else if slices.Contains(e.AdministratorIdentities[:i], other) {
			report.Add(at("administratorIdentities", strconv.Itoa(i)), "duplicate identity %s", other)
		}
	}
	if len(e.AdministratorIdentities) > 0 {
		args.Administrators = config.Named[aks.Principal]{"checked as a reference": {}}
	}
	if e.Workspace != "" {
		checkKnown(report, at("workspace"), "workspace", e.Workspace, c.Workspaces.Names())
		d := aks.Diagnostics{}
		if e.Diagnostics != nil {
			d = *e.Diagnostics
		}
		if d.WorkspaceID != nil {
			report.Add(at("workspace"), "mutually exclusive with diagnostics.workspaceId: remove one of them")
		}
		d.WorkspaceID = checked
		args.Diagnostics = &d
	}
	provider, _ := c.clusterProvider(e)
	args.Location = c.location(provider, e.Location)
	if c.inNetwork(e) && !c.checkClusterNetwork(report, name, &args, provider) {
		return
	}
	args.ValidateArguments(report.At("clusters", name))
}

// checkClusterNetwork checks the network of a cluster. It reports whether it is known.
func (c *Configuration) checkClusterNetwork(report *config.Report, name string, args *aks.ClusterArgs, provider string) bool {
	e := c.Clusters[name]
	if e.SubnetID != nil {
		report.Add([]string{"clusters", name, "network"}, "network and subnetId are mutually exclusive: remove one of them")
		return false
	}
	if c.checkTierReference(report, []string{"clusters", name}, e.Network, e.Tier, "nodes", provider, e.Location) == nil {
		return false
	}
	planned := c.Networks[c.Networks.Resolve(e.Network)].Plan(c.Networks.Resolve(e.Network))
	if planned == nil {
		return false // Its problems are reported.
	}
	args.Network = planned
	return true
}

// claimClusters declares the names of clusters.
func (c *Configuration) claimClusters(claim func(kind, scope, name string, path ...string)) {
	for _, name := range c.Clusters.Names() {
		e := c.Clusters[name]
		path := []string{"clusters", name}
		claimed := name
		if e.Name != "" {
			claimed, path = e.Name, append(path, "name")
		}
		claim("AKS cluster", c.group(e.Provider, e.ResourceGroup, e.ResourceGroupName), claimed, path...)
	}
}

// described is a cluster as its entry describes it.
type described struct{ cluster core.ClusterInfo }

func (d described) ClusterInfo() core.ClusterInfo { return d.cluster }

func (c *Configuration) describeCluster(name string) core.Cluster {
	return described{core.ClusterInfo{Name: name, Platform: aks.Platform}}
}

func (d *deployer) addClusters() error {
	return each(d, "clusters", d.config.Clusters, d.config.clusterProvider,
		func(name string, e *ClusterConfiguration, on pulumi.ResourceOption) (pulumi.Map, error) {
			args := d.clusterArgs(e)
			c, err := aks.NewCluster(d.ctx.Context, name, &args, on)
			if err != nil {
				return nil, err
			}
			d.clusters[name] = c
			return pulumi.Map{
				"name": c.Name, "id": c.ID, "version": c.Version, "endpoint": c.Endpoint, "issuer": c.Issuer,
				"kubeletPrincipalId": c.KubeletPrincipalID,
			}, deployment.Provide[core.Cluster](d.ctx, name, c)
		})
}

// clusterArgs returns the arguments of a cluster with what its entry refers to.
func (d *deployer) clusterArgs(e *ClusterConfiguration) aks.ClusterArgs {
	args := e.ClusterArgs
	args.ResourceGroupName = d.group(e.ResourceGroup, e.ResourceGroupName)
	provider, _ := d.config.clusterProvider(e)
	args.Location = d.config.location(provider, e.Location)
	if d.config.inNetwork(e) {
		args.Network = d.vnets[d.config.Networks.Resolve(e.Network)]
	}
	if len(e.AdministratorIdentities) > 0 {
		all := config.Named[aks.Principal]{}
		maps.Copy(all, e.Administrators)
		for _, name := range e.AdministratorIdentities {
			all[name] = aks.Principal{
				PrincipalID: d.identities[name].PrincipalID, PrincipalType: authorization.PrincipalServicePrincipal,
			}
		}
		args.Administrators = all
	}
	if e.Workspace != "" {
		diagnostics := aks.Diagnostics{}
		if e.Diagnostics != nil {
			diagnostics = *e.Diagnostics
		}
		diagnostics.WorkspaceID = d.workspaces[e.Workspace].ID
		args.Diagnostics = &diagnostics
	}
	return args
}
