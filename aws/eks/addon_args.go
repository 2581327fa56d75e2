package eks

import (
	"maps"
	"strconv"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/ashlar-iac/ashlar/aws/iam"
	"github.com/ashlar-iac/ashlar/aws/internal/tagging"
	"github.com/ashlar-iac/ashlar/aws/policy"
	"github.com/ashlar-iac/ashlar/core"
	"github.com/ashlar-iac/ashlar/core/config"
)

// AddonArgs describes an [Addon]. The version that EKS recommends for the Kubernetes version of the cluster is looked
// up when the add-on is created, and kept in the state of the stack: later versions change nothing until another
// release or another Kubernetes version selects them.
type AddonArgs struct {
	// Cluster is the cluster, such as a [Cluster]. Required, unless ClusterName is set. Changing it replaces the
	// add-on.
	Cluster core.Cluster `config:"program"`
	// ClusterName is the name of the cluster, instead of Cluster. Changing it replaces the add-on.
	ClusterName pulumi.StringInput `pulumi:"clusterName,optional" config:"program,plain"`
	// ClusterVersion is the minor version of the control plane, such as "1.36". It has to be known before the update,
	// because the version that is looked up for it is kept under its name. Required with clusterName, unless version is
	// set.
	ClusterVersion string `pulumi:"clusterVersion,optional" config:"program"`
	// ClusterARN is the ARN of the cluster, which restricts the trust policy of a created role to this cluster.
	// Default: with clusterName, the role trusts the service accounts of all clusters in the account. Changing it
	// updates the role.
	ClusterARN pulumi.StringInput `pulumi:"clusterArn,optional" config:"program,plain"`
	// OIDCIssuer is the URL of the OIDC issuer of the cluster. Required for IRSA with clusterName. Changing it updates
	// the role.
	OIDCIssuer pulumi.StringInput `pulumi:"oidcIssuer,optional" config:"program,plain"`
	// OIDCProviderARN is the ARN of the cluster's OIDC provider in IAM. Required for IRSA with clusterName. Changing it
	// updates the role.
	OIDCProviderARN pulumi.StringInput `pulumi:"oidcProviderArn,optional" config:"program,plain"`
	// Enabled installs the add-on. It is for add-ons of a cluster's arguments only. Default: true.
	Enabled *bool `pulumi:"enabled,optional"`
	// AddonName is the name of the add-on in EKS, such as aws-efs-csi-driver. Default: for add-ons of a cluster's
	// arguments, the name of the entry; otherwise it is required. Changing it replaces the add-on.
	AddonName string `pulumi:"addonName,optional" jsonschema:"pattern=^[a-z0-9][a-z0-9_-]*$,example=aws-efs-csi-driver,maxLength=100"`
	// Version pins a version of the add-on, such as v1.20.4-eksbuild.2. It is mutually exclusive with newest and
	// release. Default: the version that EKS recommends. Changing it updates the add-on.
	Version string `pulumi:"version,optional" jsonschema:"pattern=^[A-Za-z0-9][A-Za-z0-9.+_-]{0\\,127}$,example=v1.20.4-eksbuild.2"`
	// Release triggers an upgrade to the version that EKS recommends at that time when it changes. It is any text, such
	// as the date. Default: none. Changing it updates the add-on.
	Release string `pulumi:"release,optional" jsonschema:"pattern=^[A-Za-z0-9._-]{0\\,64}$,example=2026-11-01"`
	// Newest selects the newest version instead of the recommended one. Default: false. Changing it updates the add-on.
	Newest bool `pulumi:"newest,optional"`
	// Configuration has configuration values of the add-on, as listed by aws eks describe-addon-configuration. They
	// override the values of other options. They must not contain secrets. Default: none. Changing them updates the
	// add-on.
	Configuration map[string]any `pulumi:"configuration,optional"`
	// Identity is the IAM identity of the add-on.
	Identity *AddonIdentity `pulumi:"identity,optional" config:"group"`
	// Preserve keeps the software in the cluster, unmanaged, when the add-on is deleted. Default: false. Changing it
	// has no effect on the cluster.
	Preserve bool `pulumi:"preserve,optional"`
	// ConflictsOnCreate is what happens if the software already exists in the cluster: overwrite replaces it, refuse
	// fails. Changing it takes effect at the next update.
	ConflictsOnCreate ConflictResolution `pulumi:"conflictsOnCreate,optional" jsonschema:"default=overwrite,enum=overwrite,enum=refuse"`
	// ConflictsOnUpdate is what an update does to values that have been changed in the cluster: overwrite resets them,
	// preserve keeps them, refuse fails. Changing it takes effect at the next update.
	ConflictsOnUpdate ConflictResolution `pulumi:"conflictsOnUpdate,optional" jsonschema:"default=overwrite,enum=overwrite,enum=preserve,enum=refuse"` //nolint:lll // A tag is one line.
	// Tags are added to the add-on and its role. Default: none. Changing them updates both.
	Tags pulumi.StringMapInput `pulumi:"tags,optional" config:"plain"`
}

// ConflictResolution is how an add-on resolves conflicts with existing values.
type ConflictResolution string

// The conflict resolutions. ConflictPreserve is for updates only.
const (
	ConflictOverwrite ConflictResolution = "overwrite"
	ConflictPreserve  ConflictResolution = "preserve"
	ConflictRefuse    ConflictResolution = "refuse"
)

// name returns the conflict resolution as EKS names it.
func (c ConflictResolution) name() string {
	return map[ConflictResolution]string{
		ConflictOverwrite: "OVERWRITE", ConflictPreserve: "PRESERVE", ConflictRefuse: "NONE",
	}[c]
}

// AddonIdentity is the IAM identity of an add-on: by default a role of its own with the policies that AWS recommends,
// if the add-on is known to need it.
type AddonIdentity struct {
	// Method is how the pods of the add-on get credentials: with EKS Pod Identity, which needs its agent, with an IAM
	// role for service accounts (IRSA), or none: they use the role of their nodes, which does not get the policies.
	// Changing it updates the add-on and the trust policy of its role.
	Method IdentityMethod `pulumi:"method,optional" jsonschema:"default=podIdentity,enum=podIdentity,enum=irsa,enum=none"`
	// SuggestedPolicies attaches the policies that AWS recommends for the add-on. Changing it updates the role.
	SuggestedPolicies *bool `pulumi:"suggestedPolicies,optional" jsonschema:"default=true"`
	// ManagedPolicies are additional policies of the role, under names of your choice: ARNs, or names of AWS managed
	// policies. Default: none. Adding, changing or removing one does not affect the others.
	ManagedPolicies config.Named[pulumi.StringInput] `pulumi:"managedPolicies,optional" config:"plain"`
	// InlinePolicies are inline policies of the role by name. Default: none. Changing one updates it.
	InlinePolicies config.Named[policy.Document] `pulumi:"inlinePolicies,optional"`
	// AllowBroadPolicies allows AWS managed policies that allow every action of a service, or of all services. Default:
	// false.
	AllowBroadPolicies bool `pulumi:"allowBroadPolicies,optional"`
	// PermissionsBoundary is the permissions boundary of the role: the ARN of a policy, or the name of an AWS managed
	// policy. Default: none. Changing it updates the role.
	PermissionsBoundary pulumi.StringInput `pulumi:"permissionsBoundary,optional" config:"plain"`
	// ServiceAccounts are the names of the add-on's service accounts. Required with policies for unknown add-ons.
	// Default: those of a known add-on that access AWS. Changing them updates the add-on and the trust policy of its
	// role.
	ServiceAccounts []string `pulumi:"serviceAccounts,optional"`
	// Namespace is the namespace of the add-on. Default: that of a known add-on, otherwise kube-system. Changing it
	// updates the trust policy of the role.
	Namespace string `pulumi:"namespace,optional"`
	// RoleARN is the ARN of an existing role that trusts the service accounts. It is mutually exclusive with policies
	// and permissionsBoundary. Default: a role is created. Changing it updates the add-on.
	RoleARN pulumi.StringInput `pulumi:"roleArn,optional" config:"plain"`
}

var (
	_ config.Validator          = (*AddonArgs)(nil)
	_ config.ArgumentsValidator = (*AddonArgs)(nil)
	_ config.Validator          = (*AddonIdentity)(nil)
)

// Validate implements config.Validator.
func (a *AddonArgs) Validate(report *config.Report) {
	checkVersionChoice(report, a.Version, a.Release, a.Newest)
	if a.AddonName != "" {
		value(a.Identity).check(report, []string{"identity"}, a.AddonName)
	}
	tagging.CheckWithRoles(report, []string{"tags"}, a.Tags)
}

// ValidateArguments implements config.ArgumentsValidator.
func (a *AddonArgs) ValidateArguments(report *config.Report) {
	if a.AddonName == "" {
		report.Add([]string{"addonName"}, "required, but missing")
	}
	if a.Enabled != nil && !*a.Enabled {
		report.Add([]string{"enabled"},
			"applies to add-ons of a cluster's arguments only: do not create the add-on instead")
	}
	checkCluster(report, a.Cluster, a.ClusterName, inputs{
		"clusterVersion": a.ClusterVersion != "", "clusterArn": a.ClusterARN != nil,
		"oidcIssuer": a.OIDCIssuer != nil, "oidcProviderArn": a.OIDCProviderARN != nil,
	})
	if a.ClusterName != nil && a.ClusterVersion == "" && a.Version == "" {
		report.Add([]string{"clusterVersion"}, "required, but missing: set it, or version")
	}
	checkMinor(report, []string{"clusterVersion"}, a.ClusterVersion)
	checkOIDC(report, value(a.Identity).Method, a.Cluster, a.cluster())
}

// checkVersionChoice reports more than one choice of an add-on's version.
func checkVersionChoice(report *config.Report, version, release string, newest bool) {
	for option, given := range map[string]bool{"newest": newest, "release": release != ""} {
		if given && version != "" {
			report.Add([]string{option}, "mutually exclusive with version: omit one of them")
		}
	}
}

// cluster returns the details of the cluster.
func (a *AddonArgs) cluster() details {
	return detailsOf(a.Cluster, details{
		name: a.ClusterName, version: a.ClusterVersion, arn: a.ClusterARN, issuer: a.OIDCIssuer,
		issuerARN: a.OIDCProviderARN,
	})
}

func (i *AddonIdentity) permissions() *iam.Permissions {
	return &iam.Permissions{
		ManagedPolicies: i.ManagedPolicies, InlinePolicies: i.InlinePolicies,
		AllowBroadPolicies: i.AllowBroadPolicies, PermissionsBoundary: i.PermissionsBoundary,
	}
}

// Validate implements config.Validator.
func (i *AddonIdentity) Validate(report *config.Report) {
	permissions := i.permissions()
	permissions.Validate(report)
	checkNamespace(report, []string{"namespace"}, i.Namespace)
	for n, name := range i.ServiceAccounts {
		checkServiceAccount(report, []string{"serviceAccounts", strconv.Itoa(n)}, name)
	}
	checkRoleARN(report, []string{"roleArn"}, i.RoleARN, permissions)
	if i.Method == MethodNone && (permissions.IsSet() || i.RoleARN != nil) {
		report.Add([]string{"method"}, "none is mutually exclusive with policies and roleArn: omit one of them")
	}
}

// check reports an add-on whose service accounts are unknown.
func (i AddonIdentity) check(report *config.Report, at []string, addon string) {
	if who := i.of(addon); who.wanted && len(who.accounts) == 0 {
		report.Add(append(at[:len(at):len(at)], "serviceAccounts"),
			"required, but missing: the service accounts of %s are unknown", addon)
	}
}

// identity is the identity of a particular add-on.
type identity struct {
	method      IdentityMethod
	namespace   string
	accounts    []string
	permissions *iam.Permissions
	// wanted is true if the add-on has permissions, and so an identity of its own.
	wanted bool
}

// of returns the identity of an add-on.
func (i AddonIdentity) of(addon string) identity {
	known := knownAddons()[addon]
	out := identity{method: i.Method, namespace: i.Namespace, accounts: i.ServiceAccounts, permissions: i.permissions()}
	if out.namespace == "" {
		out.namespace = known.namespace
	}
	if out.namespace == "" {
		out.namespace = systemNamespace
	}
	if len(out.accounts) == 0 {
		out.accounts = known.accounts
	}
	if value(i.SuggestedPolicies) && i.RoleARN == nil {
		managed := config.Named[pulumi.StringInput]{}
		for name, policy := range known.policies {
			managed[name] = pulumi.String(policy)
		}
		maps.Copy(managed, i.ManagedPolicies)
		out.permissions.ManagedPolicies = managed
	}
	out.wanted = i.Method != MethodNone &&
		(i.RoleARN != nil || len(out.permissions.ManagedPolicies) > 0 || len(out.permissions.InlinePolicies) > 0)
	return out
}

// The add-ons that clusters have by default.
const (
	agentAddon     = "eks-pod-identity-agent"
	vpcCNIAddon    = "vpc-cni"
	kubeProxyAddon = "kube-proxy"
	coreDNSAddon   = "coredns"
	ebsCSIAddon    = "aws-ebs-csi-driver"
)

// knownAddon is an add-on that accesses AWS.
type knownAddon struct {
	// namespace is its namespace. Empty means kube-system.
	namespace string
	// accounts are its service accounts that access AWS.
	accounts []string
	// policies are the AWS managed policies that it needs, by the names under which they are attached. Those that allow
	// all actions of a service are missing: the arguments have to name narrower ones.
	policies map[string]string
}

// knownAddons returns the known add-ons by name. Sources: "AWS add-ons", "Community add-ons" and "AWS managed policies
// for Amazon Elastic Kubernetes Service", Amazon EKS User Guide; the AWS Managed Policy Reference Guide.
func knownAddons() map[string]knownAddon {
	return map[string]knownAddon{
		vpcCNIAddon: {accounts: []string{"aws-node"}, policies: map[string]string{"cni": "AmazonEKS_CNI_Policy"}},
		// The second version of the policy restricts the driver to its own volumes.
		ebsCSIAddon: {accounts: []string{"ebs-csi-controller-sa"},
			policies: map[string]string{"driver": "AmazonEBSCSIDriverPolicyV2"}},
		"aws-efs-csi-driver": {
			accounts: []string{"efs-csi-controller-sa"},
			policies: map[string]string{"driver": "service-role/AmazonEFSCSIDriverPolicy"},
		},
		"aws-fsx-csi-driver":           {accounts: []string{"fsx-csi-controller-sa"}},
		"aws-mountpoint-s3-csi-driver": {accounts: []string{"s3-csi-driver-sa"}},
		"amazon-cloudwatch-observability": {
			namespace: "amazon-cloudwatch", accounts: []string{"cloudwatch-agent"},
			policies: map[string]string{"agent": "CloudWatchAgentServerPolicy", "traces": "AWSXrayWriteOnlyAccess"},
		},
		"aws-network-flow-monitoring-agent": {
			namespace: "amazon-network-flow-monitor",
			accounts:  []string{"aws-network-flow-monitor-agent-service-account"},
			policies:  map[string]string{"agent": "CloudWatchNetworkFlowMonitorAgentPublishPolicy"},
		},
		"aws-privateca-connector-for-kubernetes": {
			namespace: "aws-privateca-issuer", accounts: []string{"aws-privateca-issuer"},
			policies: map[string]string{"connector": "AWSPrivateCAConnectorForKubernetesPolicy"},
		},
		"external-dns": {namespace: "external-dns", accounts: []string{"external-dns"}},
		"cert-manager": {namespace: "cert-manager", accounts: []string{"cert-manager"}},
	}
}
