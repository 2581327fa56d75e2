package aks

import (
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/ashlar-iac/ashlar/azure/authorization"
	"github.com/ashlar-iac/ashlar/core"
	"github.com/ashlar-iac/ashlar/core/config"
)

// ClusterArgs are the arguments of a [Cluster].
type ClusterArgs struct {
	// ResourceGroupName is the name of the resource group. Required for the constructor. Changing it replaces the cluster and
	// everything that runs on it.
	ResourceGroupName pulumi.StringInput `pulumi:"resourceGroupName,optional" config:"plain"`
	// Name is the name of the cluster, unique in the resource group. Default: the name of the component. Changing it replaces
	// the cluster and everything that runs on it.
	Name string `pulumi:"name,optional" config:"name"`
	// Location is the location, in its short form, such as westeurope: that of the network. Default: the location of the
	// provider. It cannot change.
	Location string `pulumi:"location,optional" jsonschema:"example=westeurope"`
	// Version is the minor version of Kubernetes, in quotes, such as "1.36". Required: a default would upgrade clusters whenever
	// this library is updated. A cluster is upgraded by one minor version at a time, and is not downgraded. With the channels
	// stable and rapid, it is the version at creation only. Changing it upgrades the control plane, then the pools that do not
	// set a version of their own.
	Version string `pulumi:"version" jsonschema:"required"`
	// Network is the network of the cluster: tier selects the subnet of the nodes. Required, unless SubnetID is set. It cannot
	// change.
	Network core.Network `config:"program"`
	// SubnetID is the resource ID of the subnet of the nodes, which must not be delegated. Mutually exclusive with a network.
	// Default: see tier. Changing it replaces the pools: also change their generation, so that the new ones are created before
	// the previous ones are deleted. AKS rejects another network.
	SubnetID pulumi.StringInput `pulumi:"subnetId,optional" config:"plain"`
	// Tier is the tier of the network for the nodes. Changing it rotates the pools.
	Tier string `pulumi:"tier,optional" jsonschema:"default=private"`
	// Outbound is how nodes access the internet: natGateway through the NAT gateway of their subnet, which has to be there before
	// the cluster; loadBalancer through public addresses that AKS creates; userDefinedRouting through the appliance to which the
	// route table of their subnet leads. It cannot change.
	Outbound Outbound `pulumi:"outbound,optional" jsonschema:"default=natGateway,enum=natGateway,enum=loadBalancer,enum=userDefinedRouting"`
	// PodCIDR is the CIDR block of pods. Each node uses a /24 of it. It must not overlap with the network, the services or
	// connectedCidrs; several clusters can have the same one. It cannot change.
	PodCIDR string `pulumi:"podCidr,optional" jsonschema:"default=100.64.0.0/16"`
	// ServiceCIDR is the CIDR block of services, smaller than /12. It must not overlap with the network, the pods or
	// connectedCidrs. The tenth address of it is that of DNS. It cannot change.
	ServiceCIDR string `pulumi:"serviceCidr,optional" jsonschema:"default=172.16.0.0/16"`
	// ConnectedCIDRs are the CIDR blocks that are accessible through the network, such as those of peered networks and of a
	// VPN: podCidr and serviceCidr are checked against them. Default: none. Changing them changes nothing in Azure.
	ConnectedCIDRs []string `pulumi:"connectedCidrs,optional"`
	// Preflight checks the version and an existing cluster before any resource changes. Without it, a version that AKS rejects
	// fails during the update, and changes of options that cannot change have no effect.
	Preflight *bool `pulumi:"preflight,optional" jsonschema:"default=true"`
	// DeletionProtection prevents this stack from deleting or replacing the cluster: such an operation fails before it deletes
	// any of its resources. It does not protect what is deployed to the cluster. It is part of the state of the stack: to delete
	// the cluster, turn it off and run an update first.
	DeletionProtection *bool `pulumi:"deletionProtection,optional" jsonschema:"default=true"`
	// API is how the API server is accessible.
	API *API `pulumi:"api,optional" config:"group"`
	// Administrators are principals of Microsoft Entra ID with full access to the cluster, under names of your choice, such as a
	// group and the principal that deploys applications. Required. Changing one replaces its role assignments.
	Administrators config.Named[Principal] `pulumi:"administrators,optional"`
	// Access are roles of other principals in the cluster, under names of your choice. Default: none.
	Access config.Named[AccessEntry] `pulumi:"access,optional"`
	// LocalAccounts allows certificates of AKS, which authenticate without Microsoft Entra ID and are not removed with a
	// principal. Default: false. Changing it updates the cluster.
	LocalAccounts bool `pulumi:"localAccounts,optional"`
	// RunCommand allows kubectl commands through Azure Resource Manager, without network access to the API server. Default:
	// false. Changing it updates the cluster.
	RunCommand bool `pulumi:"runCommand,optional"`
	// SystemPool is the first pool, which runs the pods of AKS. It has the mode System.
	SystemPool *NodePoolArgs `pulumi:"systemPool,optional" config:"group"`
	// DedicatedSystemPool keeps pods of applications away from systemPool with the taint CriticalAddonsOnly. Default: true if
	// nodePools has a pool of the mode User. Changing it updates the pool.
	DedicatedSystemPool *bool `pulumi:"dedicatedSystemPool,optional"`
	// NodePools are the other pools by name. Default: none; applications run on systemPool.
	NodePools config.Named[NodePoolArgs] `pulumi:"nodePools,optional"`
	// RegistryIDs are the resource IDs of container registries from which nodes can pull, under names of your choice. Default:
	// none.
	RegistryIDs config.Named[pulumi.StringInput] `pulumi:"registryIds,optional" config:"plain"`
	// DiskEncryptionSetID is the resource ID of a disk encryption set with a customer-managed key for the disks of nodes.
	// Default: keys that Microsoft manages. It cannot change.
	DiskEncryptionSetID pulumi.StringInput `pulumi:"diskEncryptionSetId,optional" config:"plain"`
	// NodeResourceGroup is the name of the resource group that AKS creates for the nodes. Default: MC_ with the names of the
	// resource group, the cluster and the location. It cannot change.
	NodeResourceGroup string `pulumi:"nodeResourceGroup,optional"`
	// LockNodeResourceGroup rejects changes of the resources in that group, except by AKS. Changing it updates the cluster.
	LockNodeResourceGroup *bool `pulumi:"lockNodeResourceGroup,optional" jsonschema:"default=true"`
	// PricingTier is Free without an SLA, for tests; Standard; or Premium, which long-term support requires. Changing it updates
	// the cluster.
	PricingTier PricingTier `pulumi:"pricingTier,optional" jsonschema:"default=Standard,enum=Free,enum=Standard,enum=Premium"`
	// LongTermSupport supports the version for one more year. Requires the pricingTier Premium. Default: false. Changing it
	// updates the cluster.
	LongTermSupport bool `pulumi:"longTermSupport,optional"`
	// Upgrades are the automatic upgrades.
	Upgrades *Upgrades `pulumi:"upgrades,optional" config:"group"`
	// AzurePolicy installs Azure Policy for Kubernetes. It checks objects only if policies are assigned. Changing it updates the
	// cluster.
	AzurePolicy *bool `pulumi:"azurePolicy,optional" jsonschema:"default=true"`
	// KeyVaultSecrets mounts secrets of key vaults as files of pods.
	KeyVaultSecrets *KeyVaultSecrets `pulumi:"keyVaultSecrets,optional" config:"group"`
	// ImageCleaner removes unused images with vulnerabilities from nodes.
	ImageCleaner *ImageCleaner `pulumi:"imageCleaner,optional" config:"group"`
	// Diagnostics are the logs of the control plane. Default: they are not sent anywhere.
	Diagnostics *Diagnostics `pulumi:"diagnostics,optional"`
	// Kubeconfig is how the kubeconfig of the cluster authenticates.
	Kubeconfig *Kubeconfig `pulumi:"kubeconfig,optional" config:"group"`
	// Tags are added to all taggable resources. Default: none. Changing them updates the resources.
	Tags pulumi.StringMapInput `pulumi:"tags,optional" config:"plain"`
}

// Outbound is how nodes access the internet.
type Outbound string

// The ways to the internet.
const (
	OutboundNATGateway         Outbound = "natGateway"
	OutboundLoadBalancer       Outbound = "loadBalancer"
	OutboundUserDefinedRouting Outbound = "userDefinedRouting"
)

// PricingTier is the pricing tier of a cluster.
type PricingTier string

// The pricing tiers.
const (
	PricingFree     PricingTier = "Free"
	PricingStandard PricingTier = "Standard"
	PricingPremium  PricingTier = "Premium"
)

// API is how the API server is accessible. Callers always have to authenticate.
type API struct {
	// PublicCIDRs are public CIDR blocks from which the API server is accessible over the internet. Include those of the
	// network's NAT gateway, through which nodes access it then. Default: none, the API server has a private address only.
	// AKS rejects a change from none to some, or back; other changes update the cluster.
	PublicCIDRs []string `pulumi:"publicCidrs,optional"`
	// AllowInternet allows public CIDR blocks larger than /8, such as 0.0.0.0/0. Default: false.
	AllowInternet bool `pulumi:"allowInternet,optional"`
	// PrivateDNSZone is the private DNS zone with the name of a private API server: system for one that AKS creates, or the
	// resource ID of a zone such as privatelink.westeurope.azmk8s.io. Mutually exclusive with publicCidrs. Default: system. It
	// cannot change.
	PrivateDNSZone pulumi.StringInput `pulumi:"privateDnsZone,optional" config:"plain"`
	// PublicFQDN also gives a private API server a public name, which resolves to its private address. Default: false. Changing
	// it updates the cluster.
	PublicFQDN bool `pulumi:"publicFqdn,optional"`
}

// Principal is a principal of Microsoft Entra ID.
type Principal struct {
	// PrincipalID is the object ID of the principal, which is not the ID of its application. Required.
	PrincipalID pulumi.StringInput `pulumi:"principalId" jsonschema:"required" config:"plain"`
	// PrincipalType is the type of the principal. Managed identities are service principals.
	PrincipalType authorization.PrincipalType `pulumi:"principalType,optional" jsonschema:"default=Group,enum=ServicePrincipal,enum=Group,enum=User,enum=ForeignGroup"`
}

// AccessEntry is a role of a principal in the cluster. Changing it replaces its role assignments.
type AccessEntry struct {
	// PrincipalID is the object ID of the principal. Required.
	PrincipalID pulumi.StringInput `pulumi:"principalId" jsonschema:"required" config:"plain"`
	// PrincipalType is the type of the principal. Managed identities are service principals.
	PrincipalType authorization.PrincipalType `pulumi:"principalType,optional" jsonschema:"default=Group,enum=ServicePrincipal,enum=Group,enum=User,enum=ForeignGroup"`
	// Role is what the principal can do: reader sees most objects except secrets; writer also changes them and reads secrets;
	// admin also grants access within namespaces. Required.
	Role AccessRole `pulumi:"role" jsonschema:"required,enum=reader,enum=writer,enum=admin"`
	// Namespaces are the namespaces that the role is for. Default: all namespaces.
	Namespaces []string `pulumi:"namespaces,optional" jsonschema:"minItems=1"`
}

// AccessRole is a role in a cluster.
type AccessRole string

// The roles.
const (
	AccessReader AccessRole = "reader"
	AccessWriter AccessRole = "writer"
	AccessAdmin  AccessRole = "admin"
)

// Upgrades are the automatic upgrades of a cluster.
type Upgrades struct {
	// Channel upgrades the version of Kubernetes: patch to patches of the minor version; stable and rapid also to later minor
	// versions, with which later changes of the argument version have no effect; none leaves it to you. Changing it updates the
	// cluster.
	Channel Channel `pulumi:"channel,optional" jsonschema:"default=patch,enum=none,enum=patch,enum=stable,enum=rapid"`
	// NodeImages upgrades the operating system of nodes: NodeImage with new images every week, which replace the nodes;
	// SecurityPatch with security patches, most of which need no restart; None leaves it to you. Changing it updates the cluster.
	NodeImages NodeImages `pulumi:"nodeImages,optional" jsonschema:"default=NodeImage,enum=NodeImage,enum=SecurityPatch,enum=None"`
	// Window is when the channel upgrades the cluster.
	Window *MaintenanceWindow `pulumi:"window,optional" config:"group"`
	// NodeImageWindow is when nodeImages upgrades the nodes.
	NodeImageWindow *MaintenanceWindow `pulumi:"nodeImageWindow,optional" config:"group"`
}

// Channel is a channel of upgrades of Kubernetes.
type Channel string

// The channels.
const (
	ChannelNone   Channel = "none"
	ChannelPatch  Channel = "patch"
	ChannelStable Channel = "stable"
	ChannelRapid  Channel = "rapid"
)

// moves reports whether AKS moves the cluster to other minor versions.
func (c Channel) moves() bool { return c == ChannelStable || c == ChannelRapid }

// NodeImages is a channel of upgrades of the operating system of nodes.
type NodeImages string

// The channels.
const (
	NodeImagesNodeImage     NodeImages = "NodeImage"
	NodeImagesSecurityPatch NodeImages = "SecurityPatch"
	NodeImagesNone          NodeImages = "None"
)

// MaintenanceWindow is a weekly maintenance window. Changing it updates the window. Source: "Use planned maintenance to
// schedule and control upgrades for your Azure Kubernetes Service (AKS) cluster".
type MaintenanceWindow struct {
	// Day is the day of the week.
	Day string `pulumi:"day,optional" jsonschema:"default=Sunday,enum=Monday,enum=Tuesday,enum=Wednesday,enum=Thursday,enum=Friday,enum=Saturday,enum=Sunday"` //nolint:lll // A tag is one line.
	// Weeks is the number of weeks from one window to the next.
	Weeks *int `pulumi:"weeks,optional" jsonschema:"default=1,minimum=1,maximum=4"`
	// Start is the time at which the window begins.
	Start string `pulumi:"start,optional" jsonschema:"default=02:00,pattern=^([01][0-9]|2[0-3]):[0-5][0-9]$"`
	// UTCOffset is the difference of start to UTC, such as +01:00.
	UTCOffset string `pulumi:"utcOffset,optional" jsonschema:"default=+00:00,pattern=^[+-](0[0-9]|1[0-4]):[0-5][0-9]$"`
	// Hours is the duration of the window.
	Hours *int `pulumi:"hours,optional" jsonschema:"default=4,minimum=4,maximum=24"`
}

// KeyVaultSecrets is the Secrets Store CSI driver with the provider for Azure Key Vault. Changing it updates the cluster.
type KeyVaultSecrets struct {
	// Enabled installs the driver.
	Enabled *bool `pulumi:"enabled,optional" jsonschema:"default=true"`
	// Rotation updates mounted secrets that have changed.
	Rotation *bool `pulumi:"rotation,optional" jsonschema:"default=true"`
	// RotationInterval is how often secrets are read, such as 2m.
	RotationInterval string `pulumi:"rotationInterval,optional" jsonschema:"default=2m,format=go-duration"`
}

// ImageCleaner removes unused images with vulnerabilities. Changing it updates the cluster.
type ImageCleaner struct {
	// Enabled installs it.
	Enabled *bool `pulumi:"enabled,optional" jsonschema:"default=true"`
	// IntervalHours is the number of hours from one run to the next.
	IntervalHours *int `pulumi:"intervalHours,optional" jsonschema:"default=168,minimum=24,maximum=2160"`
}

// Diagnostics are the logs of the control plane in a Log Analytics workspace.
type Diagnostics struct {
	// WorkspaceID is the resource ID of the workspace. Required for the constructor. Changing it updates the diagnostics.
	WorkspaceID pulumi.StringInput `pulumi:"workspaceId,optional" config:"plain"`
	// Categories are the categories of logs: cloud-controller-manager, cluster-autoscaler, csi-azuredisk-controller,
	// csi-azurefile-controller, csi-snapshot-controller, guard, kube-apiserver, kube-audit, kube-audit-admin,
	// kube-controller-manager and kube-scheduler. kube-audit has all requests, also those that only read, and often costs more
	// than the cluster. Default: guard, kube-apiserver and kube-audit-admin, which has the requests that change something.
	// Changing them updates the diagnostics.
	Categories []LogCategory `pulumi:"categories,optional" jsonschema:"minItems=1"`
	// Metrics also sends the metrics of the control plane. Default: false. Changing it updates the diagnostics.
	Metrics bool `pulumi:"metrics,optional"`
}

// LogCategory is a category of logs of the control plane. Source: "Monitor Azure Kubernetes Service (AKS) control plane
// resource logs".
type LogCategory string

// The categories of logs.
const (
	LogCloudControllerManager LogCategory = "cloud-controller-manager"
	LogClusterAutoscaler      LogCategory = "cluster-autoscaler"
	LogCSIDisk                LogCategory = "csi-azuredisk-controller"
	LogCSIFile                LogCategory = "csi-azurefile-controller"
	LogCSISnapshot            LogCategory = "csi-snapshot-controller"
	LogGuard                  LogCategory = "guard"
	LogAPIServer              LogCategory = "kube-apiserver"
	LogAudit                  LogCategory = "kube-audit"
	LogAuditAdmin             LogCategory = "kube-audit-admin"
	LogControllerManager      LogCategory = "kube-controller-manager"
	LogScheduler              LogCategory = "kube-scheduler"
)

// logCategories are all categories.
func logCategories() []LogCategory {
	return []LogCategory{
		LogCloudControllerManager, LogClusterAutoscaler, LogCSIDisk, LogCSIFile, LogCSISnapshot, LogGuard, LogAPIServer, LogAudit,
		LogAuditAdmin, LogControllerManager, LogScheduler,
	}
}

// Kubeconfig is how a kubeconfig authenticates. It contains no token and no secret: kubectl and the Kubernetes provider run
// kubelogin get-token with the credentials of their user.
type Kubeconfig struct {
	// Login is the method of kubelogin: azurecli for those of az login; workloadidentity, spn and msi for a service principal
	// with the environment variables AZURE_FEDERATED_TOKEN_FILE or AZURE_CLIENT_SECRET, or a managed identity; azurepipelines;
	// devicecode for a person with a browser. Changing it updates the kubeconfig.
	Login Login `pulumi:"login,optional" jsonschema:"default=azurecli,enum=azurecli,enum=workloadidentity,enum=spn,enum=msi,enum=azurepipelines,enum=devicecode"` //nolint:lll // A tag is one line.
	// ClientID is the client ID of the service principal or the user-assigned identity. Required with spn. Default: that of the
	// environment. Changing it updates the kubeconfig.
	ClientID pulumi.StringInput `pulumi:"clientId,optional" config:"plain"`
	// Admin adds the output adminKubeconfig, with a certificate that has full access and does not expire with a principal.
	// Requires localAccounts. Default: false.
	Admin bool `pulumi:"admin,optional"`
}

// Login is a method of kubelogin. Source: "Use kubelogin to authenticate users in Azure Kubernetes Service (AKS)".
type Login string

// The methods.
const (
	LoginAzureCLI         Login = "azurecli"
	LoginWorkloadIdentity Login = "workloadidentity"
	LoginServicePrincipal Login = "spn"
	LoginManagedIdentity  Login = "msi"
	LoginAzurePipelines   Login = "azurepipelines"
	LoginDeviceCode       Login = "devicecode"
)
