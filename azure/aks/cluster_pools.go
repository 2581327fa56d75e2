package aks

import (
	containerservice "github.com/pulumi/pulumi-azure-native-sdk/containerservice/v2/v20240901"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/ashlar-iac/ashlar/core"
	"github.com/ashlar-iac/ashlar/core/metadata"
)

// systemName is the name of systemPool among the pools.
const systemName = "system"

// criticalOnly is the taint of pools that run pods of AKS only.
func criticalOnly() NodeTaint {
	return NodeTaint{Key: "CriticalAddonsOnly", Value: "true", Effect: NoSchedule}
}

// systemArgs returns the arguments of the first pool.
func (a *ClusterArgs) systemArgs() NodePoolArgs {
	out := value(a.SystemPool)
	out.Mode = ModeSystem
	if out.Name == "" {
		out.Name = systemName
	}
	dedicated := a.hasPool(ModeUser)
	if a.DedicatedSystemPool != nil {
		dedicated = *a.DedicatedSystemPool
	}
	if dedicated {
		out.Taints = append(out.Taints[:len(out.Taints):len(out.Taints)], criticalOnly())
	}
	return out
}

// system returns the arguments of the first pool, and its properties.
func (b *builder) system(of core.Cluster) (NodePoolArgs, settings) {
	args := b.args.systemArgs()
	args.Cluster, args.Tags = of, b.tags(args.Tags)
	properties := args.settings(b.name+"-"+systemName, ModeSystem)
	return args, properties
}

// planned is a cluster that is not created yet.
type planned struct {
	core.Cluster

	details details
}

func (p planned) clusterDetails() details { return p.details }

// plannedDetails returns what is known of the cluster before it is created.
func (b *builder) plannedDetails() details {
	subnet, tier := b.args.subnet()
	return details{
		component: b.name, group: b.args.ResourceGroupName, version: b.args.Version, subnet: subnet, tier: tier,
		upgraded: value(b.args.Upgrades).Channel.moves(), location: b.args.Location,
	}
}

// profile returns the first pool in the inputs of the control plane.
func (b *builder) profile() *containerservice.ManagedClusterAgentPoolProfileArgs {
	args, s := b.system(planned{details: b.plannedDetails()})
	pool := s.native(&args, b.plannedDetails())
	return &containerservice.ManagedClusterAgentPoolProfileArgs{
		Name: pulumi.String(s.name), Type: pool.Type, Mode: pool.Mode, VmSize: pool.VmSize, VnetSubnetID: pool.VnetSubnetID,
		OsType: pool.OsType, OsSKU: pool.OsSKU, OsDiskType: pool.OsDiskType, OsDiskSizeGB: pool.OsDiskSizeGB,
		EnableEncryptionAtHost: pool.EnableEncryptionAtHost, EnableNodePublicIP: pool.EnableNodePublicIP, MaxPods: pool.MaxPods,
		Count: pool.Count, EnableAutoScaling: pool.EnableAutoScaling, MinCount: pool.MinCount, MaxCount: pool.MaxCount,
		OrchestratorVersion: pool.OrchestratorVersion, AvailabilityZones: pool.AvailabilityZones, NodeLabels: pool.NodeLabels,
		NodeTaints: pool.NodeTaints, UpgradeSettings: pool.UpgradeSettings, Tags: pool.Tags,
	}
}

// createPools creates the pools: the first one, which exists with the cluster, and the others. They are upgraded after the
// control plane.
func (b *builder) createPools() error {
	d := b.plannedDetails()
	d.name, d.control = b.control.Name, b.control
	d = d.after(b.ctx, b.resources...)
	b.cluster.details = d
	first := d
	first.adopt = true
	args, _ := b.system(&clusterAt{b.cluster, first})
	system, err := NewNodePool(b.ctx, b.name+"-"+systemName, &args, b.cluster.Child())
	if err != nil {
		return err
	}
	pools := []pulumi.Resource{system}
	for _, name := range b.args.NodePools.Names() {
		args := b.args.NodePools[name]
		args.Cluster, args.Tags = &clusterAt{b.cluster, d}, b.tags(args.Tags)
		if args.Name == "" {
			args.Name = baseName(name)
		}
		pool, err := NewNodePool(b.ctx, b.name+"-"+name, &args, b.cluster.Child())
		if err != nil {
			return err
		}
		pools = append(pools, pool)
	}
	b.created(pools...)
	return nil
}

// clusterAt is a cluster of which some resources exist: pools that get it wait for these.
type clusterAt struct {
	*Cluster
	d details
}

func (c *clusterAt) clusterDetails() details { return c.d }

// tags returns the tags of a component of the cluster: those of the cluster, overridden by its own.
func (b *builder) tags(own pulumi.StringMapInput) pulumi.StringMapInput {
	switch {
	case b.args.Tags == nil:
		return own
	case own == nil:
		return b.args.Tags
	}
	return metadata.MergeTags(b.args.Tags, own)
}
