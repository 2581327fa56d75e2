package eks

import (
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/ashlar-iac/ashlar/aws/iam"
	"github.com/ashlar-iac/ashlar/aws/policy"
	"github.com/ashlar-iac/ashlar/core"
	"github.com/ashlar-iac/ashlar/core/config"
)

// NodeGroupArgs describes a [NodeGroup].
type NodeGroupArgs struct {
	// Cluster is the cluster that the nodes join, such as a [Cluster]. Required, unless ClusterName, ClusterVersion and
	// SubnetIDs are set. Changing it replaces the node group.
	Cluster core.Cluster `config:"program"`
	// ClusterName is the name of the cluster, instead of Cluster. It has to be known before the update if the node
	// group is autoscaled, because its current size is looked up. Changing it replaces the node group.
	ClusterName pulumi.StringInput `pulumi:"clusterName,optional" config:"program,plain"`
	// ClusterVersion is the minor version of the control plane, such as "1.36". It has to be known before the update,
	// because the image depends on it. Required with clusterName. Changing it replaces the nodes.
	ClusterVersion string `pulumi:"clusterVersion,optional" config:"program"`
	// SubnetIDs are the IDs of the subnets of the nodes by availability zone. Default: the subnets of nodes of Cluster.
	// Required with clusterName. Changing them replaces the node group.
	SubnetIDs map[string]pulumi.StringInput `pulumi:"subnetIds,optional" config:"program,plain"`
	// SecurityGroupIDs are the security groups of the nodes. With clusterName, set the output nodeSecurityGroupId of a
	// cluster that NewCluster created in another stack: otherwise pods cannot reach pods and DNS on its other nodes.
	// Default: the node security group of Cluster; with clusterName, the cluster security group that EKS creates.
	// Changing them replaces the nodes.
	SecurityGroupIDs pulumi.StringArrayInput `pulumi:"securityGroupIds,optional" config:"program,plain"`
	// RoleARN is the ARN of an existing role for the nodes. It is mutually exclusive with role. Default: see role.
	// Changing it replaces the node group.
	RoleARN pulumi.StringInput `pulumi:"roleArn,optional" config:"program,plain"`
	// InstanceTypes are the instance types, such as m7g.large, all of the same architecture. EKS uses the first one
	// that is available; for spot instances, several types reduce interruptions. Default: m6i.large. Changing them
	// replaces the node group: the new one is created before the old one is deleted.
	InstanceTypes []string `pulumi:"instanceTypes,optional"`
	// CapacityType is the purchase option of the instances: on-demand, or spot, which is cheaper and can be interrupted
	// by AWS with a notice of two minutes. Changing it replaces the node group.
	CapacityType CapacityType `pulumi:"capacityType,optional" jsonschema:"enum=onDemand,enum=spot,default=onDemand"`
	// Image is the image of the instances.
	Image *NodeImage `pulumi:"image,optional" config:"group"`
	// Version is the minor version of Kubernetes on the nodes, in quotes, such as "1.34": that of the cluster, or up to
	// three minor versions older. It cannot be downgraded. Default: the version of the cluster. Changing it replaces
	// the nodes, as described under update.
	Version string `pulumi:"version,optional"`
	// Size is the number of nodes.
	Size *NodeGroupSize `pulumi:"size,optional" config:"group"`
	// Autoscaled means that an autoscaler determines the number of nodes: size.desired applies only when the node group
	// is created. Default: true if size.max is greater than size.min. Changing it updates the node group.
	Autoscaled *bool `pulumi:"autoscaled,optional"`
	// Labels are Kubernetes labels of the nodes. Default: those of EKS only. Changing them updates the node group and
	// its nodes in place.
	Labels pulumi.StringMapInput `pulumi:"labels,optional" config:"plain"`
	// Taints are Kubernetes taints of the nodes: only pods that tolerate them are scheduled there. Default: none.
	// Changing them updates the node group and its nodes in place.
	Taints []NodeTaint `pulumi:"taints,optional"`
	// Zones are the availability zones of the nodes, such as eu-west-1a. Default: the zones of all subnets. Changing
	// them replaces the node group.
	Zones []string `pulumi:"zones,optional"`
	// Disk is the volume for images and for the files of pods. It is always encrypted.
	Disk *NodeDisk `pulumi:"disk,optional" config:"group"`
	// KMSKeyARN is the ARN of the KMS key that encrypts the volumes. Its policy has to allow the account's
	// service-linked role AWSServiceRoleForAutoScaling to use it and to create grants, otherwise nodes do not start.
	// Default: the account's default key for EBS. Changing it replaces the nodes, as described under update.
	KMSKeyARN pulumi.StringInput `pulumi:"kmsKeyArn,optional" config:"plain"`
	// Update is how nodes are replaced.
	Update *NodeUpdate `pulumi:"update,optional"`
	// Repair replaces nodes that EKS finds unhealthy. Changing it updates the node group.
	Repair *bool `pulumi:"repair,optional" jsonschema:"default=true"`
	// MetadataService is the instance metadata service (IMDS).
	MetadataService *NodeMetadataService `pulumi:"metadataService,optional" config:"group"`
	// Monitoring enables detailed monitoring of the instances: metrics every minute instead of every five minutes, for
	// an additional charge. Changing it replaces the nodes, as described under update.
	Monitoring *bool `pulumi:"monitoring,optional" jsonschema:"default=true"`
	// UserData is run by nodes at their first start, in addition to the user data of EKS. With al2023: a script that
	// starts with #!, a NodeConfig of nodeadm in YAML, such as for the kubelet, or a MIME message with both. With
	// bottlerocket: settings in TOML. It must not contain secrets: principals that can describe launch templates can
	// read it. Default: none. Changing it replaces the nodes, as described under update.
	UserData pulumi.StringInput `pulumi:"userData,optional"`
	// Role creates a role for this node group only, with these additional permissions. Default: for node groups in the
	// arguments of a cluster, the role that they share, see nodeRole; for other node groups, a role without additional
	// permissions. Adding or removing it replaces the node group.
	Role *NodeRole `pulumi:"role,optional"`
	// Generation replaces the node group when it changes: a new one is created with the current number of nodes, then
	// the old one is drained and deleted.
	Generation *int `pulumi:"generation,optional" jsonschema:"default=1,minimum=1"`
	// Tags are added to the node group, its instances and their other resources. Default: none. Changing them replaces
	// the nodes, as described under update.
	Tags pulumi.StringMapInput `pulumi:"tags,optional" config:"plain"`
}

// CapacityType is the purchase option of instances.
type CapacityType string

// The capacity types.
const (
	CapacityOnDemand CapacityType = "onDemand"
	CapacitySpot     CapacityType = "spot"
)

// NodeImage is the image of nodes: the EKS optimized AMI for the version of Kubernetes. Its latest release is looked up
// when the node group is created, and kept in the state of the stack: later releases change nothing until release or
// version selects one.
type NodeImage struct {
	// System is the operating system: Amazon Linux 2023, or Bottlerocket, which is reduced to running containers.
	// Changing it replaces the node group.
	System NodeOperatingSystem `pulumi:"system,optional" jsonschema:"enum=al2023,enum=bottlerocket,default=al2023"`
	// Accelerator selects an image with drivers for NVIDIA GPUs (nvidia), or for AWS Inferentia and Trainium (neuron).
	// Default: no drivers. Changing it replaces the node group.
	Accelerator Accelerator `pulumi:"accelerator,optional" jsonschema:"enum=nvidia,enum=neuron"`
	// Release triggers an upgrade to the latest release when it changes. It is any text, such as the date. An earlier
	// text does not restore an earlier release: set version for that. Default: none. Changing it replaces the nodes, as
	// described under update.
	Release string `pulumi:"release,optional" jsonschema:"pattern=^[A-Za-z0-9._-]{0\\,64}$,example=2026-11-01"`
	// Version pins a release, such as 1.34.1-20261101 of al2023 or 1.50.0-0123abcd of bottlerocket. It is mutually
	// exclusive with release. Default: see release. Changing it replaces the nodes, as described under update.
	Version string `pulumi:"version,optional" jsonschema:"pattern=^[0-9]+\\.[0-9]+\\.[0-9]+-[0-9a-f]+$,example=1.34.1-20261101"`
}

// NodeOperatingSystem is the operating system of nodes.
type NodeOperatingSystem string

// The operating systems.
const (
	AL2023       NodeOperatingSystem = "al2023"
	Bottlerocket NodeOperatingSystem = "bottlerocket"
)

// Accelerator is a kind of accelerators that images have drivers for.
type Accelerator string

// The accelerators.
const (
	AcceleratorNVIDIA Accelerator = "nvidia"
	AcceleratorNeuron Accelerator = "neuron"
)

// NodeGroupSize is the number of nodes of a node group.
type NodeGroupSize struct {
	// Min is the minimum number of nodes. Changing it updates the node group.
	Min *int `pulumi:"min,optional" jsonschema:"default=2,minimum=0"`
	// Max is the maximum number of nodes. Default: the greater of desired and min, at least 1. Changing it updates the
	// node group.
	Max *int `pulumi:"max,optional" jsonschema:"minimum=1"`
	// Desired is the number of nodes. Default: min. Changing it updates the node group, unless it is autoscaled.
	Desired *int `pulumi:"desired,optional" jsonschema:"minimum=0"`
}

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

// NodeDisk is a gp3 volume of each node. Changing it replaces the nodes, as described under update.
type NodeDisk struct {
	// Size is the size in GiB.
	Size *int `pulumi:"size,optional" jsonschema:"default=50,minimum=20,maximum=65536"`
	// IOPS is the number of operations per second, from 3000 to 80000. Default: 3000.
	IOPS *int `pulumi:"iops,optional"`
	// Throughput is the throughput in MiB/s, from 125 to 1000. Default: 125.
	Throughput *int `pulumi:"throughput,optional"`
}

// NodeUpdate is how nodes are replaced: new nodes start, old nodes are drained, and pod disruption budgets are
// respected. Changing it updates the node group.
type NodeUpdate struct {
	// MaxUnavailable is the number of nodes that are replaced in parallel. It is mutually exclusive with
	// maxUnavailablePercentage. Default: see maxUnavailablePercentage.
	MaxUnavailable *int `pulumi:"maxUnavailable,optional" jsonschema:"minimum=1,maximum=100"`
	// MaxUnavailablePercentage is the percentage of nodes that are replaced in parallel, at least one node. Default:
	// 33, unless maxUnavailable is set.
	MaxUnavailablePercentage *int `pulumi:"maxUnavailablePercentage,optional" jsonschema:"minimum=1,maximum=100"`
	// Force deletes nodes even if their pods cannot be evicted, such as because of a pod disruption budget. Default:
	// false, the update fails and the old nodes remain.
	Force bool `pulumi:"force,optional"`
}

// NodeMetadataService configures the instance metadata service (IMDS) of nodes. Changing it replaces the nodes, as
// described under update.
type NodeMetadataService struct {
	// TokensRequired requires session tokens (IMDSv2), which prevents server-side request forgery.
	TokensRequired *bool `pulumi:"tokensRequired,optional" jsonschema:"default=true"`
	// HopLimit is the hop limit of responses: with 1, only the node itself has access; with 2, so do its pods, which
	// then have the permissions of the node.
	HopLimit *int `pulumi:"hopLimit,optional" jsonschema:"default=1,minimum=1,maximum=64"`
}

// NodeRole is the IAM role of nodes. It allows nodes to join the cluster, to pull images, and to give pods their
// identities. The VPC CNI and pods have identities of their own.
type NodeRole struct {
	// SessionManager allows access to nodes with AWS Systems Manager Session Manager. Its AWS managed policy also
	// allows reading all parameters of the account. Default: false. kubectl debug does not need it. Changing it updates
	// the role.
	SessionManager bool `pulumi:"sessionManager,optional"`
	// ManagedPolicies are additional policies, under names of your choice: ARNs, or names of AWS managed policies, such
	// as CloudWatchAgentServerPolicy. Default: none. Adding, changing or removing one does not affect the others.
	ManagedPolicies config.Named[pulumi.StringInput] `pulumi:"managedPolicies,optional" config:"plain"`
	// InlinePolicies are inline policies of the role by name. Default: none. Changing one updates it.
	InlinePolicies config.Named[policy.Document] `pulumi:"inlinePolicies,optional"`
	// AllowBroadPolicies allows AWS managed policies that allow every action of a service, or of all services. Default:
	// false.
	AllowBroadPolicies bool `pulumi:"allowBroadPolicies,optional"`
	// PermissionsBoundary is the permissions boundary of the role: the ARN of a policy, or the name of an AWS managed
	// policy. Default: none. Changing it updates the role.
	PermissionsBoundary pulumi.StringInput `pulumi:"permissionsBoundary,optional" config:"plain"`
}

func (r *NodeRole) permissions() *iam.Permissions {
	return &iam.Permissions{
		ManagedPolicies: r.ManagedPolicies, InlinePolicies: r.InlinePolicies,
		AllowBroadPolicies: r.AllowBroadPolicies, PermissionsBoundary: r.PermissionsBoundary,
	}
}

// ownPolicies returns the AWS managed policies that nodes need. Source: "Amazon EKS node IAM role", Amazon EKS User
// Guide.
func (r *NodeRole) ownPolicies() map[string]string {
	out := map[string]string{"node": "AmazonEKSWorkerNodePolicy", "images": "AmazonEC2ContainerRegistryPullOnly"}
	if r.SessionManager {
		out["session-manager"] = "AmazonSSMManagedInstanceCore"
	}
	return out
}

// newNodeRole creates the role of nodes.
func newNodeRole(
	ctx *pulumi.Context, name string, role NodeRole, tags pulumi.StringMapInput, opts pulumi.ResourceOption,
) (*iam.Role, error) {
	trust := iam.Trust{Services: map[string]iam.ServiceTrust{"ec2.amazonaws.com": {}}}
	return newRole(ctx, name+"-node", role.permissions().Role("Nodes of "+name, trust, role.ownPolicies(), tags), opts)
}

// cluster returns the details of the cluster. The arguments take precedence over those of Cluster.
func (a *NodeGroupArgs) cluster() details {
	d := detailsOf(a.Cluster, details{name: a.ClusterName, version: a.ClusterVersion})
	if len(a.SubnetIDs) > 0 {
		d.subnets = byZone(a.SubnetIDs)
	}
	if a.SecurityGroupIDs != nil {
		d.securityGroups = a.SecurityGroupIDs
	}
	return d
}

// kubernetes returns the version of the nodes.
func (a *NodeGroupArgs) kubernetes() string {
	if a.Version != "" {
		return a.Version
	}
	return a.cluster().version
}

// types returns the instance types.
func (a *NodeGroupArgs) types() []string {
	if len(a.InstanceTypes) == 0 {
		return []string{"m6i.large"}
	}
	return a.InstanceTypes
}
