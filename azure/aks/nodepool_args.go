package aks

import (
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/ashlar-iac/ashlar/core"
)

// NodePoolArgs are the arguments of a [NodePool]. Options that AKS sets when it creates a pool rotate it when they change:
// a pool with another name is created, and then the previous one is deleted.
type NodePoolArgs struct {
	// Cluster is the cluster of the pool, such as a [Cluster]. Required, unless ClusterName, ResourceGroupName,
	// ClusterVersion and SubnetID are set. Changing it replaces the pool.
	Cluster core.Cluster `config:"program"`
	// ClusterName is the name of the cluster, instead of Cluster. Changing it replaces the pool.
	ClusterName pulumi.StringInput `pulumi:"clusterName,optional" config:"program,plain"`
	// ResourceGroupName is the name of the resource group of the cluster. Required with clusterName. Changing it replaces the
	// pool.
	ResourceGroupName pulumi.StringInput `pulumi:"resourceGroupName,optional" config:"program,plain"`
	// ClusterVersion is the minor version of the control plane, such as "1.36". Required with clusterName. Changing it
	// upgrades the pool.
	ClusterVersion string `pulumi:"clusterVersion,optional" config:"program"`
	// Name is the beginning of the name of the pool: 1 to 7 lower case letters and digits, beginning with a letter. A hash of
	// the options that rotate the pool follows it. Default: the name of the entry or component, shortened. Changing it rotates
	// the pool.
	Name string `pulumi:"name,optional" jsonschema:"pattern=^[a-z][a-z0-9]{0\\,6}$"`
	// Mode is System for pools that run the pods of AKS, such as CoreDNS, and User for pools of applications. Default: User;
	// System for systemPool, which cannot be changed. Changing it updates the pool.
	Mode PoolMode `pulumi:"mode,optional" jsonschema:"enum=System,enum=User"`
	// Size is the size of the virtual machines. System pools require four vCPUs and a size that is not burstable. Changing it
	// rotates the pool.
	Size string `pulumi:"size,optional" jsonschema:"default=Standard_D4ds_v5,pattern=^Standard_[A-Z][A-Za-z0-9_-]+$"`
	// SubnetID is the resource ID of the subnet of the nodes. Required with clusterName. Default: the subnet of the cluster.
	// Azure rejects a pool in another network. Changing it replaces the pool: also change generation, so that the new pool is
	// created before the previous one is deleted.
	SubnetID pulumi.StringInput `pulumi:"subnetId,optional" config:"plain"`
	// Zones are the availability zones of the nodes: 1, 2 and 3. Default: all zones, or none if the location is set to one
	// without zones. Changing them rotates the pool.
	Zones []string `pulumi:"zones,optional" jsonschema:"minItems=1"`
	// Regional creates nodes without availability zones, for locations without zones. Mutually exclusive with zones. Default:
	// false. Changing it rotates the pool.
	Regional bool `pulumi:"regional,optional"`
	// Version is the minor version of Kubernetes on the nodes, in quotes, such as "1.35": that of the cluster, or up to three
	// minor versions older. Default: the version of the cluster. Changing it upgrades the nodes, as described under upgrade.
	Version string `pulumi:"version,optional"`
	// Nodes is the number of nodes.
	Nodes *NodeCount `pulumi:"nodes,optional" config:"group"`
	// OS is the operating system of the nodes. Changing it rotates the pool.
	OS NodeOS `pulumi:"os,optional" jsonschema:"default=AzureLinux,enum=AzureLinux,enum=Ubuntu"`
	// Disk is the OS disk of the nodes, which also has the images and the files of pods.
	Disk *NodeDisk `pulumi:"disk,optional" config:"group"`
	// EncryptionAtHost encrypts local disks and caches, too. The feature EncryptionAtHost of Microsoft.Compute must be
	// registered in the subscription. Changing it rotates the pool.
	EncryptionAtHost *bool `pulumi:"encryptionAtHost,optional" jsonschema:"default=true"`
	// MaxPods is the maximum number of pods of a node. System pools require at least 30. Changing it rotates the pool.
	MaxPods *int `pulumi:"maxPods,optional" jsonschema:"default=110,minimum=10,maximum=250"`
	// Labels are Kubernetes labels of the nodes. Default: those of AKS only. Changing them updates the nodes in place.
	Labels pulumi.StringMapInput `pulumi:"labels,optional" config:"plain"`
	// Taints are Kubernetes taints of the nodes: only pods that tolerate them are scheduled there. Default: none; for
	// systemPool see dedicatedSystemPool of the cluster. Changing them updates the nodes in place.
	Taints []NodeTaint `pulumi:"taints,optional"`
	// Upgrade is how nodes are replaced by upgrades.
	Upgrade *PoolUpgrade `pulumi:"upgrade,optional" config:"group"`
	// Generation rotates the pool when it changes.
	Generation *int `pulumi:"generation,optional" jsonschema:"default=1,minimum=1"`
	// Tags are added to the pool and its virtual machines. Default: none. Changing them updates the pool.
	Tags pulumi.StringMapInput `pulumi:"tags,optional" config:"plain"`
}

// PoolMode is the mode of a pool.
type PoolMode string

// The modes of pools.
const (
	ModeSystem PoolMode = "System"
	ModeUser   PoolMode = "User"
)

// NodeOS is the operating system of nodes.
type NodeOS string

// The operating systems.
const (
	AzureLinux NodeOS = "AzureLinux"
	Ubuntu     NodeOS = "Ubuntu"
)

// NodeCount is the number of nodes of a pool. If max is greater than min, the cluster autoscaler determines the number:
// desired applies only when the pool is created, and later changes of the number in Azure are no drift.
type NodeCount struct {
	// Min is the minimum number of nodes. System pools require at least 1 and should have 3, one in each zone. Changing it
	// updates the pool.
	Min *int `pulumi:"min,optional" jsonschema:"default=3,minimum=0,maximum=1000"`
	// Max is the maximum number of nodes. Default: the greater of desired and min. Changing it updates the pool.
	Max *int `pulumi:"max,optional" jsonschema:"minimum=1,maximum=1000"`
	// Desired is the number of nodes. Default: min. Changing it updates the pool, unless it is autoscaled.
	Desired *int `pulumi:"desired,optional" jsonschema:"minimum=0,maximum=1000"`
}

// NodeDisk is the OS disk of nodes. Changing it rotates the pool.
type NodeDisk struct {
	// Type is Ephemeral for the local disk of the virtual machine, which is faster and free, and lost with the node; or
	// Managed. Default: Ephemeral if the local disk of the size is large enough, otherwise Managed.
	Type DiskType `pulumi:"type,optional" jsonschema:"enum=Ephemeral,enum=Managed"`
	// SizeGB is the size in GiB.
	SizeGB *int `pulumi:"sizeGb,optional" jsonschema:"default=128,minimum=30,maximum=2048"`
}

// DiskType is the type of an OS disk.
type DiskType string

// The types of OS disks.
const (
	DiskEphemeral DiskType = "Ephemeral"
	DiskManaged   DiskType = "Managed"
)

// NodeTaint is a Kubernetes taint of nodes.
type NodeTaint struct {
	// Key is the key of the taint, such as dedicated. Required.
	Key string `pulumi:"key" jsonschema:"required,minLength=1"`
	// Value is the value of the taint, such as database. Default: none.
	Value string `pulumi:"value,optional"`
	// Effect is what happens to pods that do not tolerate the taint: NoSchedule does not schedule them on the nodes,
	// PreferNoSchedule only if no other node has room, and NoExecute also evicts running pods. Required.
	Effect TaintEffect `pulumi:"effect" jsonschema:"required,enum=NoSchedule,enum=PreferNoSchedule,enum=NoExecute"`
}

// TaintEffect is the effect of a taint.
type TaintEffect string

// The effects of taints.
const (
	NoSchedule       TaintEffect = "NoSchedule"
	PreferNoSchedule TaintEffect = "PreferNoSchedule"
	NoExecute        TaintEffect = "NoExecute"
)

// PoolUpgrade is how upgrades replace nodes: additional nodes start, old nodes are drained within the pod disruption
// budgets, and deleted. Changing it updates the pool. Source: "Upgrade options and recommendations for Azure Kubernetes
// Service (AKS) clusters".
type PoolUpgrade struct {
	// MaxSurge is the number of additional nodes, or their percentage, such as 33%.
	MaxSurge string `pulumi:"maxSurge,optional" jsonschema:"default=33%,pattern=^([1-9][0-9]{0\\,3}|([1-9][0-9]?|100)%)$"`
	// DrainTimeoutMinutes is the number of minutes for which the eviction of pods is tried, before the upgrade fails.
	DrainTimeoutMinutes *int `pulumi:"drainTimeoutMinutes,optional" jsonschema:"default=30,minimum=1,maximum=1440"`
	// SoakMinutes is the number of minutes to wait after each node.
	SoakMinutes *int `pulumi:"soakMinutes,optional" jsonschema:"default=0,minimum=0,maximum=30"`
}
