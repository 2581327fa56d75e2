package aks

import (
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/ashlar-iac/ashlar/azure/identity"
	"github.com/ashlar-iac/ashlar/core"
	"github.com/ashlar-iac/ashlar/core/component"
	"github.com/ashlar-iac/ashlar/core/config"
)

// Platform is the platform of clusters and workload identities, as in core.ClusterInfo.
const Platform = identity.PlatformAKS

// details are what node pools need to know of their cluster.
type details struct {
	// component is the name of the cluster in the program. Empty means unknown.
	component string
	// group and name are nil if they are unknown. Resources that use name wait for the cluster.
	group, name pulumi.StringInput
	// control is the control plane: pools are deleted with it. Nil in other programs than that of the cluster.
	control pulumi.Resource
	// version is the minor version of the control plane. Empty means unknown.
	version string
	// upgraded is true if AKS moves the cluster and its pools to other minor versions.
	upgraded bool
	// subnet is that of nodes without a subnet of their own, and tier its tier in a network.
	subnet pulumi.StringInput
	tier   string
	// location is that of the cluster. Empty means unknown.
	location string
	// adopt is true for the first pool, which AKS creates with the cluster.
	adopt bool
}

// detailed is a cluster with details. A [Cluster] is one.
type detailed interface {
	core.Cluster
	clusterDetails() details
}

// detailsOf returns the details of a cluster, or the given ones without it.
func detailsOf(cluster core.Cluster, given details) details {
	if c, ok := cluster.(detailed); ok {
		return c.clusterDetails()
	}
	return given
}

// after returns the details for pools that wait for other resources. Known values stay known in a preview.
func (d details) after(ctx *pulumi.Context, resources ...pulumi.Resource) details {
	all := component.Resources(resources...)
	d.name = pulumi.OutputWithDependencies(ctx.Context(), d.name.ToStringOutput(), all...).(pulumi.StringOutput)
	return d
}

// checkCluster reports a pool without a cluster or with two.
func (a *NodePoolArgs) checkCluster(report *config.Report) {
	given := []struct {
		key string
		set bool
	}{
		{"clusterName", a.ClusterName != nil}, {"resourceGroupName", a.ResourceGroupName != nil},
		{"clusterVersion", a.ClusterVersion != ""},
	}
	if a.Cluster == nil {
		for _, g := range given {
			if !g.set {
				report.Add([]string{g.key}, "required, but missing: set it, or Cluster")
			}
		}
		if a.SubnetID == nil {
			report.Add([]string{"subnetId"}, "required with clusterName, but missing: add the resource ID of the subnet of the nodes")
		}
		return
	}
	if c, ok := a.Cluster.(detailed); !ok {
		report.Add([]string{"cluster"}, "%q is not a cluster of this package: set clusterName instead", a.Cluster.ClusterInfo().Name)
	} else if c.clusterDetails().name == nil {
		report.Add([]string{"cluster"}, "the cluster has not been created: use the result of NewCluster")
	}
	for _, g := range given {
		if g.set {
			report.Add([]string{g.key}, "mutually exclusive with Cluster: omit one of them")
		}
	}
}

// value returns what a pointer points to, or the zero value. Arguments have their defaults when core/config calls their
// methods, but not when others do.
func value[T any](p *T) T {
	if p == nil {
		var none T
		return none
	}
	return *p
}
