package eks

import (
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
)

// NodeGroupSettings are the choices that people make about a group of nodes.
type NodeGroupSettings struct {
	// InstanceTypes are the sizes of the machines, such as m7g.large, all of one architecture. EKS takes the first one that is to be had;
	// with spot, several make interruptions rarer. Changing them replaces the group: the new one first, then the old one goes. Default:
	// m6i.large.
	InstanceTypes []string `pulumi:"instanceTypes"`
	// CapacityType is how the machines are paid for: on demand, or as spare ones that are cheaper and that AWS can take back within two
	// minutes. Changing it replaces the group.
	CapacityType string `pulumi:"capacityType" jsonschema:"enum=onDemand,enum=spot,default=onDemand"`
	// Image is what the machines are made from.
	Image NodeImage `pulumi:"image"`
	// Version is the minor version of Kubernetes that the nodes run, in quotes, such as "1.34": the cluster's, or one of the three before.
	// Changing it replaces the nodes, as many at a time as update says. It never goes back. Default: the cluster's.
	Version string `pulumi:"version"`
	// Size is how many nodes there are.
	Size NodeGroupSize `pulumi:"size"`
	// Autoscaled says that an autoscaler decides how many nodes there are: the desired size counts for a new group alone. Changing it
	// updates the group. Default: true when size.max is more than size.min.
	Autoscaled *bool `pulumi:"autoscaled"`
	// Labels are those of the nodes, by which pods choose. Changing them updates the group and its nodes. Default: those of EKS alone.
	Labels map[string]string `pulumi:"labels"`
	// Taints keep pods away that do not tolerate them. Changing them updates the group and its nodes. Default: none.
	Taints []NodeTaint `pulumi:"taints"`
	// Zones are the availability zones that the nodes stand in, such as eu-west-1a. Changing them replaces the group. Default: all of the
	// subnets.
	Zones []string `pulumi:"zones"`
	// Disk is where the nodes keep images and the files of pods. It is always encrypted.
	Disk NodeDisk `pulumi:"disk"`
	// KMSKeyARN is the key that encrypts the disks. Its policy has to let the account's AWSServiceRoleForAutoScaling use it and make
	// grants, or no node starts. Changing it replaces the nodes, as many at a time as update says. Default: the account's key for EBS.
	KMSKeyARN pulumi.StringInput `pulumi:"kmsKeyArn" config:"plain"`
	// Update says how nodes are replaced.
	Update NodeUpdate `pulumi:"update"`
	// Repair replaces nodes that EKS finds broken. Changing it updates the group.
	Repair *bool `pulumi:"repair" jsonschema:"default=true"`
	// MetadataService is where programs on a node get the credentials of its role.
	MetadataService NodeMetadataService `pulumi:"metadataService"`
	// Monitoring measures the machines every minute instead of every five, which AWS charges for. Changing it replaces the nodes, as many
	// at a time as update says.
	Monitoring *bool `pulumi:"monitoring" jsonschema:"default=true"`
	// UserData is what the nodes do at their first start. With al2023: a script that begins with #!, or the YAML of nodeadm's NodeConfig,
	// such as for the kubelet; both together are a MIME message. With bottlerocket: settings in TOML. EKS adds its own. It can be read by
	// whoever may describe launch templates, so it is not for secrets. Changing it replaces the nodes, as many at a time as update says.
	// Default: none.
	UserData pulumi.StringInput `pulumi:"userData"`
	// Role is a role of the group's own. Changing from or to it replaces the group. Default: the one that is given, such as the cluster's
	// for nodes, and otherwise one of its own with the defaults.
	Role *NodeRole `pulumi:"role"`
	// Generation replaces the group when it changes: a new one with new nodes is made, then the old one is drained and goes. The new one
	// begins with as many nodes as the old one has.
	Generation *int `pulumi:"generation" jsonschema:"default=1,minimum=1"`
	// Tags are added to the group, its machines and all that belongs to them. Changing them replaces the nodes, as many at a time as update
	// says.
	Tags map[string]string `pulumi:"tags"`
}

// NodeImage is what nodes are made from: an image of AWS's own for the version of Kubernetes. Its newest release is looked up when the group
// is made, and noted in the state of the stack: releases that are published later change nothing, until one is asked for.
type NodeImage struct {
	// System is the operating system: Amazon Linux 2023, or Bottlerocket, which has little but what runs containers. Changing it replaces
	// the group.
	System string `pulumi:"system" jsonschema:"enum=al2023,enum=bottlerocket,default=al2023"`
	// Accelerator is whose accelerators the image has drivers for: NVIDIA's, or AWS's own of the families inf and trn. Changing it replaces
	// the group. Default: none.
	Accelerator string `pulumi:"accelerator" jsonschema:"enum=nvidia,enum=neuron"`
	// Release asks for an upgrade. It is any text, such as the date: when it changes, the newest release at that time replaces the nodes, as
	// many at a time as update says. The text going back brings no older release back: that takes a version. Default: none.
	Release string `pulumi:"release" jsonschema:"pattern=^[A-Za-z0-9._-]{0\\,64}$"`
	// Version is one release and no other, such as 1.34.1-20261101 of al2023 and 1.50.0-0123abcd of bottlerocket. It excludes release.
	// Changing it replaces the nodes, as many at a time as update says.
	Version string `pulumi:"version" jsonschema:"pattern=^[0-9]+\\.[0-9]+\\.[0-9]+-[0-9a-f]+$"`
}

// NodeGroupSize is how many nodes a group has.
type NodeGroupSize struct {
	// Min is the smallest number of nodes. Changing it updates the group.
	Min *int `pulumi:"min" jsonschema:"default=2,minimum=0"`
	// Max is the largest number of nodes, at least 1. Changing it updates the group. Default: no more than desired and min.
	Max *int `pulumi:"max" jsonschema:"minimum=1"`
	// Desired is how many there are. Changing it updates the group, unless an autoscaler decides. Default: min.
	Desired *int `pulumi:"desired" jsonschema:"minimum=0"`
}

// NodeTaint keeps pods away from nodes.
type NodeTaint struct {
	// Key is what the taint is about, such as dedicated. Required.
	Key string `pulumi:"key" jsonschema:"required,minLength=1"`
	// Value is whom the nodes are for, such as database. Default: none.
	Value string `pulumi:"value"`
	// Effect is what happens to pods that do not tolerate the taint: NoSchedule keeps new ones away, PreferNoSchedule where there is room
	// elsewhere, and NoExecute drives those away that are there. Required.
	Effect string `pulumi:"effect" jsonschema:"required,enum=NoSchedule,enum=PreferNoSchedule,enum=NoExecute"`
}

// NodeDisk is a gp3 volume, which every node has. Changing any of it replaces the nodes, as many at a time as update says.
type NodeDisk struct {
	// Size is the size in GiB.
	Size *int `pulumi:"size" jsonschema:"default=50,minimum=20,maximum=65536"`
	// IOPS is how many operations a second the volume does, from 3000 to 80000. Default: 3000.
	IOPS *int `pulumi:"iops"`
	// Throughput is how much the volume moves, in MiB a second, from 125 to 1000. Default: 125.
	Throughput *int `pulumi:"throughput"`
}

// NodeUpdate says how nodes are replaced: new ones start, old ones are drained, budgets for disruption are kept. Changing it updates the
// group.
type NodeUpdate struct {
	// MaxUnavailable is how many nodes are replaced at a time. It excludes maxUnavailablePercentage.
	MaxUnavailable *int `pulumi:"maxUnavailable" jsonschema:"minimum=1,maximum=100"`
	// MaxUnavailablePercentage is the same as a part of the group, at least one node. Default: 33, unless there is a number.
	MaxUnavailablePercentage *int `pulumi:"maxUnavailablePercentage" jsonschema:"minimum=1,maximum=100"`
	// Force goes on where pods cannot be evicted, such as because of a budget for disruption: they end with their nodes. Default: the update
	// fails, and the old nodes stay.
	Force bool `pulumi:"force"`
}

// NodeMetadataService sets up the instance metadata service of nodes. Changing any of it replaces the nodes, as many at a time as update
// says.
type NodeMetadataService struct {
	// TokensRequired admits requests of a session alone (IMDSv2), which nobody can make a pod send by a forged URL.
	TokensRequired *bool `pulumi:"tokensRequired" jsonschema:"default=true"`
	// HopLimit is how far the answers travel: 1 reaches the node itself, 2 its pods too, which then act as the node. Pods have identities of
	// their own.
	HopLimit *int `pulumi:"hopLimit" jsonschema:"default=1,minimum=1,maximum=64"`
}
