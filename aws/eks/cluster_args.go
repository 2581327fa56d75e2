package eks

import (
	"maps"
	"path"
	"slices"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/ashlar-iac/ashlar/aws/ec2"
	"github.com/ashlar-iac/ashlar/core"
	"github.com/ashlar-iac/ashlar/core/config"
)

// ClusterArgs describes a [Cluster].
type ClusterArgs struct {
	// Name is the name of the cluster in the account and region. Default: the name of the component. Changing it
	// replaces the cluster and everything that runs on it.
	Name string `pulumi:"name,optional" config:"name"`
	// Version is the minor version of Kubernetes, in quotes, such as "1.36". Required: a default would upgrade clusters
	// whenever this library is updated. A cluster is upgraded by one minor version at a time, and can be rolled back to the
	// previous one within seven days, after its nodes. Changing it updates the control plane, then the add-ons and nodes
	// that do not set a version of their own.
	Version string `pulumi:"version" jsonschema:"required"`
	// Network is the network of the cluster: tier and nodeTier select the subnets. Required, unless VpcID and SubnetIDs
	// are set. Changing it replaces the cluster.
	Network core.Network `config:"program"`
	// VpcID is the ID of the VPC, for networks that are not a core.Network. Required without Network. Changing it
	// replaces the cluster.
	VpcID pulumi.StringInput `pulumi:"vpcId,optional" config:"program,plain"`
	// SubnetIDs are the IDs of the subnets of the control plane by availability zone, such as eu-west-1a: at least two.
	// Required without Network. Changing them updates the cluster.
	SubnetIDs map[string]pulumi.StringInput `pulumi:"subnetIds,optional" config:"program,plain"`
	// NodeSubnetIDs are the IDs of the subnets of nodes by availability zone. Default: the subnets of the control
	// plane. Changing them replaces node groups.
	NodeSubnetIDs map[string]pulumi.StringInput `pulumi:"nodeSubnetIds,optional" config:"program,plain"`
	// Preflight checks the version, the existing cluster and its subnets with EKS before any resource changes. Without
	// it, a change that EKS rejects fails during the update.
	Preflight *bool `pulumi:"preflight,optional" jsonschema:"default=true"`
	// Support is what happens when standard support of the version ends: with extended, EKS charges more for the
	// cluster for one more year; with standard, EKS upgrades the cluster automatically. Changing it updates the
	// cluster.
	Support SupportPolicy `pulumi:"support,optional" jsonschema:"default=extended,enum=extended,enum=standard"`
	// ForceUpgrade upgrades the cluster even if EKS has found incompatibilities with the new version. Default: false.
	ForceUpgrade bool `pulumi:"forceUpgrade,optional"`
	// DeletionProtection prevents this stack from deleting or replacing the cluster: such an operation fails before it
	// deletes any of its resources. It does not protect what is deployed to the cluster. It is part of the state of the
	// stack: to delete the cluster, turn it off and run an update first.
	DeletionProtection *bool `pulumi:"deletionProtection,optional" jsonschema:"default=true"`
	// API is how the API server is accessible.
	API *API `pulumi:"api,optional" config:"group"`
	// Encryption is what encrypts Kubernetes objects, including secrets.
	Encryption *Encryption `pulumi:"encryption,optional" config:"group"`
	// Logs are the control plane logs.
	Logs *Logs `pulumi:"logs,optional" config:"group"`
	// Administrators are the ARNs of roles and users, which must exist, with full access to the cluster, under names of
	// your choice. Required, unless creatorAdmin is true. Changing one replaces its access entry. To rename one, remove
	// it in one update and add it in the next.
	Administrators config.Named[pulumi.StringInput] `pulumi:"administrators,optional" config:"plain"`
	// CreatorAdmin makes the principal that creates the cluster an administrator for the lifetime of the cluster. This
	// principal cannot have another access entry. It takes effect at creation only: changing it later has no effect.
	// Default: false.
	CreatorAdmin bool `pulumi:"creatorAdmin,optional"`
	// Access are access entries of other roles and users, under names of your choice. Default: none.
	Access config.Named[AccessEntry] `pulumi:"access,optional"`
	// IdentityProvider creates an OIDC provider in IAM for the cluster's service accounts, so that roles can trust them
	// (IRSA). EKS Pod Identity does not need it. Changing it creates or deletes the provider.
	IdentityProvider *bool `pulumi:"identityProvider,optional" jsonschema:"default=true"`
	// Role is the IAM role of the control plane.
	Role *ClusterRole `pulumi:"role,optional"`
	// Tier is the tier of the network for the network interfaces of the control plane. EKS requires subnets in at least
	// two availability zones and uses up to five addresses. Changing it updates the cluster.
	Tier string `pulumi:"tier,optional" jsonschema:"default=private"`
	// Zones are the availability zones of this tier for the network interfaces of the control plane, such as
	// eu-west-1a: at least two. They cannot change during the lifetime of the cluster. Default: all zones of the tier.
	Zones []string `pulumi:"zones,optional"`
	// NodeTier is the tier of the network for nodes. Default: the value of tier. Changing it replaces node groups.
	NodeTier string `pulumi:"nodeTier,optional"`
	// IPFamily is the address family of pods and services. For IPv6, the subnets need IPv6 CIDR blocks. Changing it
	// replaces the cluster.
	IPFamily IPFamily `pulumi:"ipFamily,optional" jsonschema:"default=ipv4,enum=ipv4,enum=ipv6"`
	// ServiceCIDR is the IPv4 CIDR block of services: private, from /24 to /12, such as 172.20.0.0/16. It must not
	// overlap with the network. Default: 10.100.0.0/16 or 172.20.0.0/16, selected by EKS. Changing it replaces the
	// cluster.
	ServiceCIDR string `pulumi:"serviceCidr,optional"`
	// NodeSecurityGroup has additional rules of the node security group, which nodes and pods share. Traffic between
	// nodes and the control plane is always allowed. Default: no additional ingress, and HTTPS egress to any address.
	NodeSecurityGroup *ec2.SecurityGroupArgs `pulumi:"nodeSecurityGroup,optional"`
	// WebhookAccess is which ports of pods the control plane can call in addition to 443 and 10250: with common, 4443,
	// 6443, 8443, 9443 and 10251, the usual ports of webhooks and metrics servers; with none, no others; with custom,
	// webhookPorts. Default: custom with webhookPorts, otherwise common. Changing it adds and removes rules.
	WebhookAccess WebhookAccess `pulumi:"webhookAccess,optional" jsonschema:"enum=common,enum=none,enum=custom"`
	// WebhookPorts are the ports of pods that the control plane can call in addition to 443 and 10250, instead of the
	// common ones. Default: see webhookAccess. Changing them adds and removes rules.
	WebhookPorts []int `pulumi:"webhookPorts,optional" jsonschema:"minItems=1"`
	// Endpoints creates interface endpoints in the subnets of nodes for all services that a cluster without internet
	// access needs: the bundle eks of the network's endpoints, and S3 for image layers. Omit it if the network has
	// them. Each endpoint costs an hourly fee per zone. Default: false. Changing it creates or deletes them.
	Endpoints bool `pulumi:"endpoints,optional"`
	// ZonalShift allows Application Recovery Controller to shift the cluster's traffic away from an availability zone.
	// Changing it updates the cluster. Default: false.
	ZonalShift bool `pulumi:"zonalShift,optional"`
	// Addons are the EKS add-ons of the cluster.
	Addons *ClusterAddons `pulumi:"addons,optional" config:"group"`
	// NodeGroups are managed node groups by name. Without node groups, CoreDNS needs a Fargate profile. Default: none.
	NodeGroups config.Named[NodeGroupArgs] `pulumi:"nodeGroups,optional"`
	// NodeRole is the IAM role shared by all node groups without a role of their own.
	NodeRole *NodeRole `pulumi:"nodeRole,optional"`
	// FargateProfiles are the Fargate profiles of the cluster by name. Default: none.
	FargateProfiles config.Named[FargateProfileArgs] `pulumi:"fargateProfiles,optional"`
	// Karpenter creates the AWS resources that Karpenter needs and tags the node security group for it. Subnets have
	// Karpenter's tag if the tier of the network sets it. Default: not created.
	Karpenter *KarpenterArgs `pulumi:"karpenter,optional"`
	// Kubeconfig is how the kubeconfig of the cluster authenticates.
	Kubeconfig *Kubeconfig `pulumi:"kubeconfig,optional"`
	// Tags are added to all taggable resources. Default: none. Changing them updates the resources in place, and
	// replaces nodes as described under update of their node group.
	Tags pulumi.StringMapInput `pulumi:"tags,optional" config:"plain"`
}

// SupportPolicy is what happens when standard support of a Kubernetes version ends.
type SupportPolicy string

// The support policies.
const (
	SupportExtended SupportPolicy = "extended"
	SupportStandard SupportPolicy = "standard"
)

// IPFamily is the address family of pods and services.
type IPFamily string

// The address families.
const (
	IPv4 IPFamily = "ipv4"
	IPv6 IPFamily = "ipv6"
)

// WebhookAccess is which ports of pods the control plane can call.
type WebhookAccess string

// The kinds of webhook access.
const (
	WebhooksCommon WebhookAccess = "common"
	WebhooksNone   WebhookAccess = "none"
	WebhooksCustom WebhookAccess = "custom"
)

// API is how the API server of a cluster is accessible. Callers always have to authenticate.
type API struct {
	// Private makes it accessible from the network and from networks connected to it. Nodes use this access. Changing
	// it updates the cluster.
	Private *bool `pulumi:"private,optional" jsonschema:"default=true"`
	// PrivateCIDRs are additional private CIDR blocks that can access it within the network, such as that of a VPN.
	// Default: none, only nodes. Changing them adds and removes rules.
	PrivateCIDRs []string `pulumi:"privateCidrs,optional"`
	// SecurityGroupIDs are additional security groups of the control plane's network interfaces. Default: none.
	// Changing them updates the cluster.
	SecurityGroupIDs pulumi.StringArrayInput `pulumi:"securityGroupIds,optional" config:"plain"`
	// PublicCIDRs are public CIDR blocks that can access it over the internet. Without private access, include the
	// addresses of the network's NAT gateways. Default: none, no access over the internet. Changing them updates the
	// cluster.
	PublicCIDRs []string `pulumi:"publicCidrs,optional"`
	// AllowInternet allows public CIDR blocks larger than /8, such as 0.0.0.0/0. Default: false.
	AllowInternet bool `pulumi:"allowInternet,optional"`
}

// Encryption is what encrypts the Kubernetes objects of a cluster.
type Encryption struct {
	// OwnKey creates a KMS key for the cluster, with yearly rotation, usable only by the cluster's role. Without it and
	// keyArn, a key owned by AWS encrypts the objects. Turning it on updates the cluster; turning it off replaces it.
	OwnKey *bool `pulumi:"ownKey,optional" jsonschema:"default=true"`
	// KeyARN is the ARN of an existing KMS key. Its policy has to allow the cluster's role to use it and the deployment
	// to create grants. Default: see ownKey. Changing it replaces the cluster.
	KeyARN pulumi.StringInput `pulumi:"keyArn,optional" config:"plain"`
}

// LogType is a type of control plane logs.
type LogType string

// The types of control plane logs.
const (
	LogAPI               LogType = "api"
	LogAudit             LogType = "audit"
	LogAuthenticator     LogType = "authenticator"
	LogControllerManager LogType = "controllerManager"
	LogScheduler         LogType = "scheduler"
)

// logTypes are all types. Source: "Send control plane logs to CloudWatch Logs", Amazon EKS User Guide.
func logTypes() []LogType {
	return []LogType{LogAPI, LogAudit, LogAuthenticator, LogControllerManager, LogScheduler}
}

// Logs are the control plane logs, in a CloudWatch log group whose name EKS prescribes. The log group is deleted with
// the cluster.
type Logs struct {
	// Enabled turns on control plane logs. Changing it updates the cluster and creates or deletes the log group.
	Enabled *bool `pulumi:"enabled,optional" jsonschema:"default=true"`
	// Types are the types of logs: api, audit, authenticator, controllerManager or scheduler. Default: all types.
	// Changing them updates the cluster.
	Types []LogType `pulumi:"types,optional" jsonschema:"minItems=1"`
	// RetentionDays is the retention period in days; 0 means unlimited. CloudWatch supports these values only. Changing
	// it updates the log group: older records are deleted.
	RetentionDays *int `pulumi:"retentionDays,optional" jsonschema:"default=365,enum=0,enum=1,enum=3,enum=5,enum=7,enum=14,enum=30,enum=60,enum=90,enum=120,enum=150,enum=180,enum=365,enum=400,enum=545,enum=731,enum=1096,enum=1827,enum=2192,enum=2557,enum=2922,enum=3288,enum=3653"` //nolint:lll // A tag is one line.
	// OwnKey creates a KMS key for the log group. Without it and keyArn, a key owned by AWS encrypts the logs. Changing
	// it updates the log group: existing records stay encrypted with the previous key.
	OwnKey *bool `pulumi:"ownKey,optional" jsonschema:"default=true"`
	// KeyARN is the ARN of an existing KMS key. Its policy has to allow CloudWatch Logs to use it. Default: see ownKey.
	// Changing it updates the log group.
	KeyARN pulumi.StringInput `pulumi:"keyArn,optional" config:"plain"`
}

// ClusterRole is the IAM role of the control plane.
type ClusterRole struct {
	// ARN is the ARN of an existing role. EKS has to be able to assume it, and it needs the policy
	// AmazonEKSClusterPolicy. If it allows logs:CreateLogGroup, EKS recreates the log group when the cluster is
	// deleted. Default: a role is created. Changing it replaces the cluster.
	ARN pulumi.StringInput `pulumi:"arn,optional" config:"plain"`
	// PermissionsBoundary is the permissions boundary of the created role: the ARN of a policy, or the name of an AWS
	// managed policy. Default: none. Changing it updates the role.
	PermissionsBoundary pulumi.StringInput `pulumi:"permissionsBoundary,optional" config:"plain"`
}

// Kubeconfig is how a kubeconfig authenticates. It contains no token: kubectl and the Kubernetes provider run
// aws eks get-token with the credentials of their user.
type Kubeconfig struct {
	// RoleARN is the ARN of a role to assume. Default: none, the user's own credentials. Changing it updates the
	// kubeconfig.
	RoleARN pulumi.StringInput `pulumi:"roleArn,optional" config:"plain"`
}

// place is where a cluster is created.
type place struct {
	vpc pulumi.StringInput
	// cidrs are nil if they are unknown.
	cidrs          pulumi.StringArrayInput
	control, nodes []core.Subnet
}

// place returns where the cluster is created.
func (a *ClusterArgs) place() place {
	if a.Network == nil {
		nodes := a.NodeSubnetIDs
		if len(nodes) == 0 {
			nodes = a.SubnetIDs
		}
		return place{vpc: a.VpcID, control: byZone(a.SubnetIDs), nodes: byZone(nodes)}
	}
	info := a.Network.NetworkInfo()
	control := slices.DeleteFunc(info.Tier(a.Tier), func(s core.Subnet) bool {
		return len(a.Zones) > 0 && !slices.Contains(a.Zones, s.Zone)
	})
	nodeTier := a.NodeTier
	if nodeTier == "" {
		nodeTier = a.Tier
	}
	return place{vpc: info.ID, cidrs: info.CIDRs, control: control, nodes: info.Tier(nodeTier)}
}

// byZone returns subnets in the order of their zones.
func byZone(subnets map[string]pulumi.StringInput) []core.Subnet {
	var out []core.Subnet
	for _, zone := range slices.Sorted(maps.Keys(subnets)) {
		out = append(out, core.Subnet{Zone: zone, ID: subnets[zone]})
	}
	return out
}

// zones returns the zones of subnets without duplicates.
func zones(subnets []core.Subnet) []string {
	var out []string
	for _, s := range subnets {
		if !slices.Contains(out, s.Zone) {
			out = append(out, s.Zone)
		}
	}
	return out
}

// encrypted reports whether a KMS key of the account encrypts Kubernetes objects.
func (a *ClusterArgs) encrypted() bool {
	e := value(a.Encryption)
	return e.KeyARN != nil || value(e.OwnKey)
}

// logTypes returns the enabled types of logs.
func (a *ClusterArgs) logTypes() []LogType {
	switch logs := value(a.Logs); {
	case !value(logs.Enabled):
		return nil
	case len(logs.Types) > 0:
		return logs.Types
	}
	return logTypes()
}

// webhookPorts returns the ports of pods that the control plane can call in addition to ownPorts.
func (a *ClusterArgs) webhookPorts() []int {
	switch {
	case a.WebhookAccess == WebhooksNone:
		return nil
	case len(a.WebhookPorts) > 0:
		return a.WebhookPorts
	}
	return []int{4443, 6443, 8443, 9443, 10251}
}

// conditions returns the properties of the cluster that add-ons depend on.
func (a *ClusterArgs) conditions() conditions {
	return conditions{
		nodes: len(a.NodeGroups) > 0, fargate: len(a.FargateProfiles) > 0, ipv6: a.IPFamily == IPv6,
		issuer: value(a.IdentityProvider), tainted: a.tainted(), systemFargate: a.systemFargate(),
	}
}

// tainted reports whether all nodes have taints that pods of system add-ons do not tolerate. They tolerate
// CriticalAddonsOnly. Karpenter may create others.
func (a *ClusterArgs) tainted() bool {
	closed := func(t NodeTaint) bool { return t.Effect != PreferNoSchedule && t.Key != "CriticalAddonsOnly" }
	for _, g := range a.NodeGroups {
		if !slices.ContainsFunc(g.Taints, closed) {
			return false
		}
	}
	return len(a.NodeGroups) > 0 && a.Karpenter == nil
}

// systemFargate reports whether a Fargate profile selects the namespace of system add-ons.
func (a *ClusterArgs) systemFargate() bool {
	for _, p := range a.FargateProfiles {
		for _, s := range p.Selectors {
			if ok, err := path.Match(s.Namespace, systemNamespace); ok && err == nil {
				return true
			}
		}
	}
	return false
}
