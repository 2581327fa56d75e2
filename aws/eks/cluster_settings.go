package eks

import (
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/ashlar-iac/ashlar/aws/ec2"
	"github.com/ashlar-iac/ashlar/core/config"
)

// ClusterSettings are the choices that people make about a cluster.
type ClusterSettings struct {
	// Name is the cluster's name in the account and the region. Default: the name of the component. Changing it replaces the cluster and
	// all that runs on it.
	Name string `pulumi:"name"`
	// Version is the minor version of Kubernetes, in quotes, such as "1.36". Required: a default would upgrade clusters with this library.
	// A cluster goes up by one minor version at a time, and never back. Changing it updates the control plane, then add-ons and nodes
	// that name no version of their own.
	Version string `pulumi:"version" jsonschema:"required"`
	// Preflight asks EKS which versions it supports, and which one the cluster has and where it stands, before anything is changed. Without
	// it, what EKS refuses shows only when it does.
	Preflight *bool `pulumi:"preflight" jsonschema:"default=true"`
	// Support says what happens when standard support of the version ends: with extended, EKS charges more for the cluster and goes on
	// for a year; with standard, EKS upgrades the cluster unasked. Changing it updates the cluster.
	Support string `pulumi:"support" jsonschema:"default=extended,enum=extended,enum=standard"`
	// ForceUpgrade upgrades although EKS has found what the new version may break. Default: false.
	ForceUpgrade bool `pulumi:"forceUpgrade"`
	// DeletionProtection keeps operations of this stack from deleting or replacing the cluster: they fail before they delete any part of it.
	// It does not keep what is deployed to the cluster. It is kept in the state of the stack, so turning it off takes an update before the
	// cluster can go.
	DeletionProtection *bool `pulumi:"deletionProtection" jsonschema:"default=true"`
	// API says from where the API server is reached.
	API API `pulumi:"api"`
	// Encryption says what encrypts the objects of Kubernetes, secrets among them.
	Encryption Encryption `pulumi:"encryption"`
	// Logs are the logs of the control plane.
	Logs Logs `pulumi:"logs"`
	// Administrators are the ARNs of roles and users who may do everything in the cluster, under names of your choice. Required, unless
	// creatorAdmin is set. Changing one replaces its access entry; another name for the same one takes two runs.
	Administrators config.Named[pulumi.StringInput] `pulumi:"administrators" config:"plain"`
	// CreatorAdmin makes whoever creates the cluster its administrator, for as long as it exists, and cannot have another entry then. Only the
	// creation looks at it: changing it later changes nothing. Default: false.
	CreatorAdmin bool `pulumi:"creatorAdmin"`
	// Access are further roles and users who may use the cluster, under names of your choice. Default: none.
	Access config.Named[AccessEntry] `pulumi:"access"`
	// IdentityProvider makes the issuer of the cluster's service accounts known to IAM, so that roles can trust them (IRSA). Pod Identity
	// does without. Changing it creates or deletes the provider.
	IdentityProvider *bool `pulumi:"identityProvider" jsonschema:"default=true"`
	// Role is the role of the control plane.
	Role ClusterRole `pulumi:"role"`
	// Tier is the tier of the network that the interfaces of the control plane stand in, when a network is given. EKS wants subnets in
	// two zones or more, and takes up to five addresses of them. Changing it updates the cluster.
	Tier string `pulumi:"tier" jsonschema:"default=private"`
	// Zones are the zones of this tier that the control plane has interfaces in, such as eu-west-1a: two or more. EKS keeps them for as long
	// as the cluster exists, so that other subnets have to be in the same zones. Default: all of the tier.
	Zones []string `pulumi:"zones"`
	// NodeTier is the tier of the network that nodes stand in. Default: tier. Changing it replaces node groups.
	NodeTier string `pulumi:"nodeTier"`
	// IPFamily is whether pods and services have addresses of IPv4 or of IPv6. For IPv6, the subnets need blocks of it. Changing it
	// replaces the cluster.
	IPFamily string `pulumi:"ipFamily" jsonschema:"default=ipv4,enum=ipv4,enum=ipv6"`
	// ServiceCIDR is the block of the IPv4 addresses of services, from a /24 to a /12 in private space, such as 172.20.0.0/16. It must not
	// overlap with the network. Default: 10.100.0.0/16 or 172.20.0.0/16, which EKS chooses. Changing it replaces the cluster.
	ServiceCIDR string `pulumi:"serviceCidr"`
	// NodeSecurityGroup says who else may talk to nodes and pods, and to whom they may talk. Nodes talk to each other and the control plane
	// in any case. Default: nobody else, and HTTPS to everybody.
	NodeSecurityGroup ec2.SecurityGroupArgs `pulumi:"nodeSecurityGroup"`
	// WebhookPorts are the ports of pods that the control plane calls, beside 443 and the kubelet's. Default: 4443, 6443, 8443, 9443 and
	// 10251, which the usual webhooks and metrics servers listen to. Changing them adds and removes rules.
	WebhookPorts []int `pulumi:"webhookPorts"`
	// Endpoints makes interface endpoints in the subnets of nodes for all services that a cluster without a way to the internet needs:
	// the bundle eks of the network's endpoints, and S3, where the layers of images are. Leave it out where the network has them. Each costs
	// an hourly fee in every zone. Default: false. Changing it creates or deletes them.
	Endpoints bool `pulumi:"endpoints"`
	// ZonalShift lets Application Recovery Controller move traffic of the cluster away from a zone. Changing it updates the cluster.
	// Default: false.
	ZonalShift bool `pulumi:"zonalShift"`
	// Addons are the add-ons of EKS in the cluster.
	Addons AddonsSettings `pulumi:"addons"`
	// NodeGroups are groups of nodes that EKS manages, by name. Default: none; CoreDNS then needs something else to run on.
	NodeGroups config.Named[NodeGroupSettings] `pulumi:"nodeGroups"`
	// NodeRole is the role that node groups share which have none of their own.
	NodeRole NodeRole `pulumi:"nodeRole"`
	// FargateProfiles say which pods run on Fargate, by name. Default: none.
	FargateProfiles config.Named[FargateProfileSettings] `pulumi:"fargateProfiles"`
	// Karpenter makes what Karpenter needs of AWS, and tags the security group of nodes for it; the tier of nodes gets its tag from the network.
	// Default: nothing.
	Karpenter *KarpenterSettings `pulumi:"karpenter"`
	// Kubeconfig says how the output kubeconfig signs in.
	Kubeconfig Kubeconfig `pulumi:"kubeconfig"`
	// Tags are added to everything that can carry them. Changing them updates it, and replaces nodes the way that update of their group says.
	Tags map[string]string `pulumi:"tags"`
}

// API says from where the API server of a cluster is reached. Whoever reaches it has to sign in.
type API struct {
	// Private reaches it from the network, and from networks that are connected with it. Nodes use it. Changing it updates the cluster.
	Private *bool `pulumi:"private" jsonschema:"default=true"`
	// PrivateCIDRs are ranges of private addresses that reach it within the network, beside the nodes, such as that of a VPN. Default: none.
	// Adding or removing one adds or removes a rule.
	PrivateCIDRs []string `pulumi:"privateCidrs"`
	// SecurityGroupIDs are further security groups of the interfaces of the control plane. Default: its own one alone. Changing them
	// updates the cluster.
	SecurityGroupIDs pulumi.StringArrayInput `pulumi:"securityGroupIds" config:"plain"`
	// PublicCIDRs are ranges of public addresses that reach it over the internet. Without private, those of the network's NAT gateways have
	// to be among them. Default: none, and the internet does not reach it. Changing them updates the cluster.
	PublicCIDRs []string `pulumi:"publicCidrs"`
	// AllowInternet admits public ranges that are larger than a /8, such as 0.0.0.0/0. Default: false.
	AllowInternet bool `pulumi:"allowInternet"`
}

// Encryption says what encrypts the objects of Kubernetes in the control plane.
type Encryption struct {
	// OwnKey encrypts them with a key of the cluster's own, which rotates every year and which the cluster's role alone uses. Without one,
	// and without keyArn, a key that AWS owns encrypts them. Turning it on updates the cluster; turning it off replaces it.
	OwnKey *bool `pulumi:"ownKey" jsonschema:"default=true"`
	// KeyARN is the KMS key that encrypts them instead. Its policy has to let the cluster's role use it, and the deployment make grants.
	// Default: see ownKey. Changing it replaces the cluster.
	KeyARN pulumi.StringInput `pulumi:"keyArn" config:"plain"`
}

// Logs are the logs of the control plane, in a log group of CloudWatch whose name EKS prescribes. It is deleted with the cluster.
type Logs struct {
	// Types are what is logged: api, audit, authenticator, controllerManager, scheduler. An empty list logs nothing. Default: all of them.
	// Changing them updates the cluster.
	Types []string `pulumi:"types"`
	// RetentionDays is for how many days records are kept; 0 is for ever. CloudWatch has no other numbers than these. Changing it updates
	// the group; what is older is deleted.
	RetentionDays *int `pulumi:"retentionDays" jsonschema:"default=365,enum=0,enum=1,enum=3,enum=5,enum=7,enum=14,enum=30,enum=60,enum=90,enum=120,enum=150,enum=180,enum=365,enum=400,enum=545,enum=731,enum=1096,enum=1827,enum=2192,enum=2557,enum=2922,enum=3288,enum=3653"` //nolint:lll // A tag is one line.
	// OwnKey encrypts the group with a key of its own. Without one, and without keyArn, a key that AWS owns encrypts it. Changing it
	// updates the group: what was written before stays encrypted as it was.
	OwnKey *bool `pulumi:"ownKey" jsonschema:"default=true"`
	// KeyARN is the KMS key that encrypts the group instead. Its policy has to let CloudWatch Logs use it. Default: see ownKey.
	KeyARN pulumi.StringInput `pulumi:"keyArn" config:"plain"`
}

// ClusterRole is the role that the control plane acts with.
type ClusterRole struct {
	// ARN is a role that exists, instead of one that is made. EKS has to be able to assume it, and it has to have the policy
	// AmazonEKSClusterPolicy. Unless it may not make log groups, the cluster's log group comes back when the cluster is deleted. Changing it
	// replaces the cluster.
	ARN pulumi.StringInput `pulumi:"arn" config:"plain"`
	// PermissionsBoundary is the policy that says what the role that is made can be allowed at most: an ARN, or the name of one of AWS's
	// own. Default: none. Changing it updates the role.
	PermissionsBoundary pulumi.StringInput `pulumi:"permissionsBoundary" config:"plain"`
}

// Kubeconfig says how a kubeconfig signs in. It holds no token: kubectl and the Kubernetes provider call aws eks get-token with the
// credentials of whoever uses it.
type Kubeconfig struct {
	// RoleARN is the role that is assumed for it. Default: none, the credentials of whoever uses it count. Changing it updates the
	// kubeconfig.
	RoleARN pulumi.StringInput `pulumi:"roleArn" config:"plain"`
}

// logTypes are the logs that a control plane has. Source: "Send control plane logs to CloudWatch Logs", Amazon EKS User Guide.
func logTypes() []string {
	return []string{"api", "audit", "authenticator", "controllerManager", "scheduler"}
}

func webhookPorts() []int { return []int{4443, 6443, 8443, 9443, 10251} }
