package aks

import (
	"slices"
	"time"

	containerservice "github.com/pulumi/pulumi-azure-native-sdk/containerservice/v2/v20240901"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/ashlar-iac/ashlar/azure/identity"
	"github.com/ashlar-iac/ashlar/azure/internal/compliancecontrols"
	"github.com/ashlar-iac/ashlar/core"
	"github.com/ashlar-iac/ashlar/core/compliance"
	"github.com/ashlar-iac/ashlar/core/component"
	"github.com/ashlar-iac/ashlar/core/config"
)

// ClusterToken is the type of the component [Cluster].
const ClusterToken = "ashlar-azure:aks:Cluster"

// Cluster is a Kubernetes cluster on Azure Kubernetes Service: the control plane with its identities, roles, maintenance
// windows and diagnostics, the principals with access to it, and its node pools.
type Cluster struct {
	pulumi.ResourceState
	component.Base

	// Name is the name of the cluster.
	Name pulumi.StringOutput `pulumi:"name"`
	// ID is the resource ID of the cluster.
	ID pulumi.StringOutput `pulumi:"id"`
	// Version is the version of Kubernetes of the control plane, such as 1.36.2.
	Version pulumi.StringOutput `pulumi:"version"`
	// Endpoint is the URL of the API server.
	Endpoint pulumi.StringOutput `pulumi:"endpoint"`
	// CertificateAuthority is the certificate authority of the API server, Base64-encoded.
	CertificateAuthority pulumi.StringOutput `pulumi:"certificateAuthority"`
	// Issuer is the URL of the OIDC issuer of the cluster's service accounts, with a slash at the end.
	Issuer pulumi.StringOutput `pulumi:"issuer"`
	// NodeResourceGroup is the name of the resource group that AKS creates for the nodes.
	NodeResourceGroup pulumi.StringOutput `pulumi:"nodeResourceGroup"`
	// PrincipalID is the object ID of the identity of the control plane, for role assignments.
	PrincipalID pulumi.StringOutput `pulumi:"principalId"`
	// KubeletPrincipalID is the object ID of the identity with which nodes pull images, for role assignments.
	KubeletPrincipalID pulumi.StringOutput `pulumi:"kubeletPrincipalId"`
	// Kubeconfig is a kubeconfig for the cluster, without credentials. Its dependents are created after, and deleted before,
	// all resources of the cluster.
	Kubeconfig pulumi.StringOutput `pulumi:"kubeconfig"`
	// AdminKubeconfig is a kubeconfig with a certificate that has full access. It is nil unless kubeconfig.admin is set.
	AdminKubeconfig pulumi.StringPtrOutput `pulumi:"adminKubeconfig,optional"`

	info    core.ClusterInfo
	details details
}

var (
	_ core.Cluster        = (*Cluster)(nil)
	_ detailed            = (*Cluster)(nil)
	_ compliance.Declarer = (*ClusterArgs)(nil)
)

// ClusterInfo implements core.Cluster. Dependents of its outputs are created after, and deleted before, the node pools and
// role assignments of the cluster.
func (c *Cluster) ClusterInfo() core.ClusterInfo {
	if c == nil {
		return core.ClusterInfo{}
	}
	return c.info
}

func (c *Cluster) clusterDetails() details {
	if c == nil {
		return details{}
	}
	return c.details
}

// Evidence implements compliance.Declarer. Identities, role assignments and node pools declare their own.
func (a *ClusterArgs) Evidence() []compliance.Evidence {
	api, upgrades := value(a.API), value(a.Upgrades)
	public := "none"
	if len(api.PublicCIDRs) > 0 {
		public = config.List(api.PublicCIDRs)
	}
	list, audited := "none", false
	if a.Diagnostics != nil {
		all := a.categories()
		list = config.List(texts(all))
		audited = slices.Contains(all, LogGuard) && (slices.Contains(all, LogAudit) || slices.Contains(all, LogAuditAdmin))
	}
	protected, policy, locked := value(a.DeletionProtection), value(a.AzurePolicy), value(a.LockNodeResourceGroup)
	cleaned, host := value(value(a.ImageCleaner).Enabled), value(value(a.SystemPool).EncryptionAtHost)
	out := []compliance.Evidence{
		compliance.Check("api.publicCidrs", public, len(api.PublicCIDRs) == 0, "none", compliancecontrols.PrivateEndpoint...),
		compliance.Check("api.allowInternet", api.AllowInternet, !api.AllowInternet, "false", compliancecontrols.ClusterEndpoint...),
		compliance.Check("localAccounts", a.LocalAccounts, !a.LocalAccounts, "false", compliancecontrols.ClusterAccounts...),
		compliance.Always("aadProfile.enableAzureRBAC", true, compliancecontrols.ClusterAuthorization...),
		compliance.Check("runCommand", a.RunCommand, !a.RunCommand, "false", compliancecontrols.LeastPrivilege...),
		compliance.Always("securityProfile.workloadIdentity", true, compliancecontrols.Federation...),
		compliance.Always("networkProfile.networkPolicy", "cilium", compliancecontrols.NetworkPolicies...),
		compliance.Check("systemPool.encryptionAtHost", host, host, "true", compliancecontrols.EncryptionAtRest...),
		compliance.Check("diskEncryptionSetId", a.DiskEncryptionSetID != nil, a.DiskEncryptionSetID != nil, "a disk encryption set",
			compliancecontrols.CustomerKeys...),
		compliance.Check("diagnostics.categories", list, audited, "guard, and kube-audit-admin or kube-audit",
			compliancecontrols.ClusterLogs...),
		compliance.Check("upgrades.channel", upgrades.Channel, upgrades.Channel != ChannelNone, "patch", compliancecontrols.Patches...),
		compliance.Check("upgrades.nodeImages", upgrades.NodeImages, upgrades.NodeImages != NodeImagesNone, "NodeImage",
			compliancecontrols.Patches...),
		compliance.Check("imageCleaner.enabled", cleaned, cleaned, "true", compliancecontrols.Patches...),
		compliance.Check("azurePolicy", policy, policy, "true", compliancecontrols.AccessControl...),
		compliance.Check("lockNodeResourceGroup", locked, locked, "true", compliancecontrols.LeastPrivilege...),
		compliance.Check("deletionProtection", protected, protected, "true", compliancecontrols.Recovery...),
	}
	if len(a.RegistryIDs) > 0 {
		out = append(out, compliance.Always("registryIds", "AcrPull", compliancecontrols.ImagePulls...))
	}
	return out
}

// builder creates the resources of a cluster.
type builder struct {
	ctx     *pulumi.Context
	name    string
	args    *ClusterArgs
	cluster *Cluster
	now     time.Time

	controlPlane, kubelet *identity.UserAssigned
	control               *containerservice.ManagedCluster
	// found is the [existing] cluster, and fails if preflight reports a problem.
	found pulumi.Output
	// resources are those that dependents of the cluster wait for.
	resources []pulumi.Resource
}

// created adds resources that dependents of the cluster wait for.
func (b *builder) created(resources ...pulumi.Resource) {
	b.resources = append(b.resources, resources...)
}

// NewCluster creates a cluster. A resource group, a version, a network and an administrator are required.
func NewCluster(ctx *pulumi.Context, name string, args *ClusterArgs, opts ...pulumi.ResourceOption) (*Cluster, error) {
	c := &Cluster{}
	args, err := component.Register(ctx, ClusterToken, name, c, args, opts...)
	if err != nil {
		return nil, err
	}
	b := &builder{ctx: ctx, name: name, args: args, cluster: c, now: time.Now()}
	for _, step := range []func() error{
		b.preflight, b.createIdentities, b.createRoles, b.createControlPlane, b.createAccess, b.createWindows, b.createDiagnostics,
		b.createPools, b.protect,
	} {
		if err := step(); err != nil {
			return nil, err
		}
	}
	b.describe()
	return component.Finish(ctx, c)
}

// describe assigns the outputs.
func (b *builder) describe() {
	c, control := b.cluster, b.control
	c.Name, c.ID, c.Version = control.Name, control.ID().ToStringOutput(), control.CurrentKubernetesVersion
	c.NodeResourceGroup = control.NodeResourceGroup.ApplyT(text).(pulumi.StringOutput)
	c.PrincipalID, c.KubeletPrincipalID = b.controlPlane.PrincipalID, b.kubelet.PrincipalID
	b.connect()
	c.info = core.ClusterInfo{
		Name: b.name, Platform: Platform, Version: c.Version, Server: b.after(c.Endpoint), Kubeconfig: c.Kubeconfig,
		OIDCIssuer: c.Issuer,
	}
}

// after returns a value whose dependents wait for all resources of the cluster. Known values stay known in a preview.
func (b *builder) after(value pulumi.StringOutput) pulumi.StringOutput {
	return pulumi.OutputWithDependencies(b.ctx.Context(), value, component.Resources(b.resources...)...).(pulumi.StringOutput)
}

// text returns an optional text, or "".
func text(s *string) string { return value(s) }

// texts returns typed constants as strings.
func texts[T ~string](values []T) []string {
	var out []string
	for _, v := range values {
		out = append(out, string(v))
	}
	return out
}

// protect creates a resource that depends on all others and is protected together with the cluster. Without it, a destroy
// would delete node pools and role assignments before it fails at the cluster. The resource exists in the state of the stack
// only.
func (b *builder) protect() error {
	opts := []pulumi.ResourceOption{component.DependsOn(b.resources...)}
	if value(b.args.DeletionProtection) {
		opts = append(opts, pulumi.Protect(true))
	}
	_, err := pulumi.NewStash(b.ctx, b.name+"-deletion-protection", &pulumi.StashArgs{Input: pulumi.String(b.args.Name)},
		b.cluster.Child(opts...))
	return err
}
