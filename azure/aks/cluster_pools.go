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

// system returns the arguments and the properties of the first pool, before the cluster exists.
func (b *builder) system() (NodePoolArgs, settings) {
	args := b.args.systemArgs()
	args.Cluster, args.Tags = planned{details: b.plannedDetails()}, b.tags(args.Tags)
	return args, args.settings(b.name+"-"+systemName, ModeSystem)
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

// profiles returns the pools in the inputs of the control plane: systemPool, unless it is retired. AKS requires a pool to create
// a cluster, rejects a pool in the inputs that does not exist with "A new agent pool was introduced", and does not delete one
// that is removed from the inputs. Without pools in the inputs, the provider sends those that exist. Sources:
// https://github.com/pulumi/pulumi-azure-native/issues/579 and https://github.com/Azure/AKS/issues/1511.
func (b *builder) profiles(
	args NodePoolArgs, s settings,
) containerservice.ManagedClusterAgentPoolProfileArrayOutput {
	labels, tags, retired := optionalMap(args.Labels), optionalMap(args.Tags), b.args.SystemPoolRetired
	return pulumi.All(b.found, s.subnet, labels, tags).ApplyT(
		func(all []any) []containerservice.ManagedClusterAgentPoolProfile {
			if retired && all[0].(existing).exists() {
				return nil
			}
			return []containerservice.ManagedClusterAgentPoolProfile{
				s.profile(all[1].(string), all[2].(map[string]string), all[3].(map[string]string)),
			}
		}).(containerservice.ManagedClusterAgentPoolProfileArrayOutput)
}

// optionalMap returns an output with an empty map for nil.
func optionalMap(in pulumi.StringMapInput) pulumi.StringMapOutput {
	if in == nil {
		return pulumi.StringMap{}.ToStringMapOutput()
	}
	return in.ToStringMapOutput()
}

// profile returns the pool in the inputs of the control plane.
func (s settings) profile(subnet string, labels, tags map[string]string) containerservice.ManagedClusterAgentPoolProfile {
	mode, size, os, diskType := string(s.mode), s.Size, string(s.OS), string(s.DiskType)
	typ, linux, no := string(containerservice.AgentPoolTypeVirtualMachineScaleSets), string(containerservice.OSTypeLinux), false
	out := containerservice.ManagedClusterAgentPoolProfile{
		Name: s.name, Type: &typ, Mode: &mode, VmSize: &size, VnetSubnetID: &subnet, OsType: &linux, OsSKU: &os,
		OsDiskType: &diskType, OsDiskSizeGB: &s.DiskSize, EnableEncryptionAtHost: &s.EncryptionAtHost, EnableNodePublicIP: &no,
		MaxPods: &s.MaxPods, Count: &s.desired, EnableAutoScaling: &s.autoscaled, OrchestratorVersion: &s.version,
		AvailabilityZones: s.Zones, NodeLabels: labels, NodeTaints: s.taints, Tags: tags,
		UpgradeSettings: &containerservice.AgentPoolUpgradeSettings{
			MaxSurge: &s.surge, DrainTimeoutInMinutes: &s.drain, NodeSoakDurationInMinutes: &s.soak,
		},
	}
	if s.autoscaled {
		out.MinCount, out.MaxCount = &s.min, &s.max
	}
	return out
}

// createPools creates the other pools. They are upgraded after the control plane.
func (b *builder) createPools() error {
	d := b.plannedDetails()
	d.name, d.control = b.control.Name, b.control
	d = d.after(b.ctx, b.resources...)
	b.cluster.details = d
	at := &clusterAt{b.cluster, d}
	var pools []pulumi.Resource
	create := func(name string, args NodePoolArgs) error {
		args.Cluster, args.Tags = at, b.tags(args.Tags)
		if args.Name == "" {
			args.Name = baseName(name)
		}
		pool, err := NewNodePool(b.ctx, b.name+"-"+name, &args, b.cluster.Child())
		if err == nil {
			pools = append(pools, pool)
		}
		return err
	}
	for _, name := range b.args.NodePools.Names() {
		if err := create(name, b.args.NodePools[name]); err != nil {
			return err
		}
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
