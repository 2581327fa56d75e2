package eks

import (
	"slices"

	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/eks"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/ashlar-iac/ashlar/aws/ec2"
	"github.com/ashlar-iac/ashlar/aws/internal/compliancecontrols"
	"github.com/ashlar-iac/ashlar/aws/internal/lookup"
	"github.com/ashlar-iac/ashlar/core"
	"github.com/ashlar-iac/ashlar/core/canonical"
	"github.com/ashlar-iac/ashlar/core/compliance"
	"github.com/ashlar-iac/ashlar/core/component"
	"github.com/ashlar-iac/ashlar/core/config"
	"github.com/ashlar-iac/ashlar/core/metadata"
)

// ClusterToken is the type of the component [Cluster].
const ClusterToken = "ashlar-aws:eks:Cluster"

// Cluster is a Kubernetes cluster on Amazon EKS: the control plane with its role, encryption, logs, security groups and
// access entries, and its add-ons, node groups and Fargate profiles.
type Cluster struct {
	pulumi.ResourceState
	component.Base

	// Name is the name of the cluster in the account and region.
	Name pulumi.StringOutput `pulumi:"name"`
	// ARN is the ARN of the cluster.
	ARN pulumi.StringOutput `pulumi:"arn"`
	// Version is the Kubernetes minor version of the control plane.
	Version pulumi.StringOutput `pulumi:"version"`
	// Endpoint is the URL of the API server.
	Endpoint pulumi.StringOutput `pulumi:"endpoint"`
	// CertificateAuthority is the certificate authority of the API server, Base64-encoded.
	CertificateAuthority pulumi.StringOutput `pulumi:"certificateAuthority"`
	// Issuer is the URL of the OIDC issuer of the cluster's service accounts.
	Issuer pulumi.StringOutput `pulumi:"issuer"`
	// IssuerARN is the ARN of the OIDC provider in IAM. It is nil without identityProvider.
	IssuerARN pulumi.StringPtrOutput `pulumi:"issuerArn,optional"`
	// RoleARN is the ARN of the role of the control plane.
	RoleARN pulumi.StringOutput `pulumi:"roleArn"`
	// SecurityGroupID is the ID of the control plane security group. It allows ingress from nodes and from
	// api.privateCidrs.
	SecurityGroupID pulumi.StringOutput `pulumi:"securityGroupId"`
	// ClusterSecurityGroupID is the ID of the cluster security group that EKS creates for the control plane and for
	// pods on Fargate.
	ClusterSecurityGroupID pulumi.StringOutput `pulumi:"clusterSecurityGroupId"`
	// NodeSecurityGroupID is the ID of the security group of nodes and pods.
	NodeSecurityGroupID pulumi.StringOutput `pulumi:"nodeSecurityGroupId"`
	// NodeRoleARN is the ARN of the role that node groups share. It is nil without node groups.
	NodeRoleARN pulumi.StringPtrOutput `pulumi:"nodeRoleArn,optional"`
	// KeyARN is the ARN of the KMS key that encrypts Kubernetes objects. It is nil if a key owned by AWS encrypts them.
	KeyARN pulumi.StringPtrOutput `pulumi:"keyArn,optional"`
	// LogGroupName is the name of the log group of the control plane. It is nil if logs are not enabled.
	LogGroupName pulumi.StringPtrOutput `pulumi:"logGroupName,optional"`
	// Kubeconfig is a kubeconfig for the cluster, without credentials. Its dependents are created after, and deleted
	// before, all resources of the cluster.
	Kubeconfig pulumi.StringOutput `pulumi:"kubeconfig"`

	// Karpenter has the AWS resources for Karpenter. It is nil unless the argument karpenter is set.
	Karpenter *Karpenter

	info    core.ClusterInfo
	details details
}

var (
	_ core.Cluster        = (*Cluster)(nil)
	_ detailed            = (*Cluster)(nil)
	_ compliance.Declarer = (*ClusterArgs)(nil)
)

// ClusterInfo implements core.Cluster. Dependents of its outputs are created after, and deleted before, the nodes,
// add-ons and access entries of the cluster.
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

// Evidence implements compliance.Declarer. Keys, security groups, roles and other components declare their own.
func (a *ClusterArgs) Evidence() []compliance.Evidence {
	api, logged, protected := value(a.API), a.logTypes(), value(a.DeletionProtection)
	public := "none"
	if len(api.PublicCIDRs) > 0 {
		public = config.List(api.PublicCIDRs)
	}
	key := "a key owned by AWS"
	if a.encrypted() {
		key = "a key of the account"
	}
	list := "none"
	if len(logged) > 0 {
		list = config.List(texts(logged))
	}
	audited := slices.Contains(logged, LogAudit) && slices.Contains(logged, LogAuthenticator)
	out := []compliance.Evidence{
		compliance.Check("api.publicCidrs", public, len(api.PublicCIDRs) == 0, "none",
			compliancecontrols.PublicAddress...),
		compliance.Check("encryption", key, a.encrypted(), "a key of the account",
			compliancecontrols.EncryptionAtRest...),
		compliance.Check("logs.types", list, audited, "audit and authenticator", compliancecontrols.AccessLogs...),
		compliance.Check("creatorAdmin", a.CreatorAdmin, !a.CreatorAdmin, "false",
			compliancecontrols.LeastPrivilege...),
		compliance.Check("deletionProtection", protected, protected, "true", compliancecontrols.DeletionProtection...),
	}
	if days := value(value(a.Logs).RetentionDays); len(logged) > 0 {
		out = append(out,
			compliance.Check("logs.retentionDays", days, days == 0 || days >= 90, "at least 90",
				compliancecontrols.LogRetention...),
			compliance.Always("logs", "encrypted", compliancecontrols.EncryptionAtRest...))
	}
	return out
}

// builder creates the resources of a cluster.
type builder struct {
	ctx     *pulumi.Context
	name    string
	args    *ClusterArgs
	cluster *Cluster
	where   lookup.Scope
	place   place
	// absent is true if preflight has found that the cluster does not exist yet.
	absent bool

	control      *eks.Cluster
	plane, nodes *ec2.SecurityGroup
	role         pulumi.StringOutput
	// resources are those that dependents of the cluster wait for.
	resources []pulumi.Resource
}

// created adds resources that dependents of the cluster wait for.
func (b *builder) created(resources ...pulumi.Resource) {
	b.resources = append(b.resources, resources...)
}

// NewCluster creates a cluster. A version, a network and an administrator are required.
func NewCluster(ctx *pulumi.Context, name string, args *ClusterArgs, opts ...pulumi.ResourceOption) (*Cluster, error) {
	c := &Cluster{}
	args, err := component.Register(ctx, ClusterToken, name, c, args, opts...)
	if err != nil {
		return nil, err
	}
	where, err := lookup.GetScope(ctx, c.Invoke())
	if err != nil {
		return nil, err
	}
	b := &builder{ctx: ctx, name: name, args: args, cluster: c, where: where, place: args.place()}
	for _, step := range []func() error{
		b.preflight, b.createRole, b.createKey, b.createLogs, b.createSecurityGroups, b.createControlPlane,
		b.createAccess,
		b.createIssuer, b.createEndpoints, b.connectFargate, b.createParts, b.protect,
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
	c.Name, c.ARN, c.Version, c.Endpoint = control.Name, control.Arn, control.Version, control.Endpoint
	c.CertificateAuthority, c.RoleARN = control.CertificateAuthority.Data().Elem(), b.role
	c.SecurityGroupID, c.NodeSecurityGroupID, c.ClusterSecurityGroupID = b.plane.ID, b.nodes.ID, b.clusterSecurityGroup()
	c.Kubeconfig = b.kubeconfig()
	c.info = core.ClusterInfo{
		Name: b.name, Platform: Platform, Version: c.Version, Server: b.after(c.Endpoint), Kubeconfig: c.Kubeconfig,
	}
}

// after returns a value whose dependents wait for all resources of the cluster. Known values stay known in a preview.
func (b *builder) after(value pulumi.StringOutput) pulumi.StringOutput {
	return pulumi.OutputWithDependencies(b.ctx.Context(), value,
		component.Resources(b.resources...)...).(pulumi.StringOutput)
}

// kubeconfig returns a kubeconfig for the cluster. Its text depends on the cluster only: it contains no token, path,
// profile or environment variable. Source: "Connect kubectl to an EKS cluster by creating a kubeconfig file", Amazon
// EKS User Guide.
func (b *builder) kubeconfig() pulumi.StringOutput {
	role := pulumi.String("").ToStringOutput()
	if arn := value(b.args.Kubeconfig).RoleARN; arn != nil {
		role = arn.ToStringOutput()
	}
	all := pulumi.All(b.cluster.Endpoint, b.cluster.CertificateAuthority, role)
	text := all.ApplyT(func(all []any) (string, error) {
		out, err := canonical.YAML(kubeconfig(b.args.Name, b.where.Region, all[0].(string), all[1].(string),
			all[2].(string)))
		return string(out), err
	}).(pulumi.StringOutput)
	return pulumi.ToSecret(b.after(text)).(pulumi.StringOutput)
}

// kubeconfig returns the content of a kubeconfig.
func kubeconfig(name, region, server, authority, role string) map[string]any {
	args := []string{"--region", region, "eks", "get-token", "--cluster-name", name, "--output", "json"}
	if role != "" {
		args = append(args, "--role-arn", role)
	}
	return map[string]any{
		"apiVersion": "v1", "kind": "Config", "current-context": name,
		"clusters": []any{map[string]any{
			"name": name, "cluster": map[string]any{"server": server, "certificate-authority-data": authority},
		}},
		"contexts": []any{map[string]any{"name": name, "context": map[string]any{"cluster": name, "user": name}}},
		"users": []any{map[string]any{"name": name, "user": map[string]any{"exec": map[string]any{
			"apiVersion": "client.authentication.k8s.io/v1beta1", "command": "aws", "args": args,
			"interactiveMode": "Never", "provideClusterInfo": false,
		}}}},
	}
}

// createParts creates the add-ons, node groups, Fargate profiles and Karpenter's resources. Each is created after what
// it needs: nodes become ready once they have the VPC CNI, which gets its credentials from the Pod Identity agent; the
// other add-ons run on nodes.
func (b *builder) createParts() error {
	base, has := b.cluster.details.after(b.ctx, b.resources...), b.args.conditions()
	addons := value(b.args.Addons)
	first, err := b.addonsInSequence(addons.before(has), base)
	if err != nil {
		return err
	}
	b.created(first...)
	ready := base.after(b.ctx, first...)
	b.cluster.details = ready
	nodes, err := b.createNodeGroups(ready)
	if err != nil {
		return err
	}
	profiles, err := b.createFargateProfiles(ready)
	if err != nil {
		return err
	}
	nodes = append(nodes, profiles...)
	b.created(nodes...)
	if err := b.createKarpenter(ready); err != nil {
		return err
	}
	second, err := b.addonsInParallel(addons.after(has), ready.after(b.ctx, nodes...))
	if err != nil {
		return err
	}
	b.created(second...)
	return nil
}

// at returns the cluster for its parts, with details of its own.
func (b *builder) at(d details) core.Cluster { return &clusterAt{b.cluster, d} }

// clusterAt is a cluster of which some resources exist: parts that get it wait for these.
type clusterAt struct {
	*Cluster
	d details
}

func (c *clusterAt) clusterDetails() details { return c.d }

// addonsInSequence installs add-ons, each after the one before.
func (b *builder) addonsInSequence(plans []plan, at details) ([]pulumi.Resource, error) {
	var out []pulumi.Resource
	for _, p := range plans {
		addon, err := b.install(p, at.after(b.ctx, out...))
		if err != nil {
			return nil, err
		}
		out = append(out, addon)
	}
	return out, nil
}

// addonsInParallel installs add-ons that do not need each other.
func (b *builder) addonsInParallel(plans []plan, at details) ([]pulumi.Resource, error) {
	var out []pulumi.Resource
	for _, p := range plans {
		addon, err := b.install(p, at)
		if err != nil {
			return nil, err
		}
		out = append(out, addon)
	}
	return out, nil
}

func (b *builder) install(p plan, at details) (*Addon, error) {
	args := p.args
	args.Cluster, args.Tags = b.at(at), b.tags(args.Tags)
	return NewAddon(b.ctx, b.name+"-"+p.key, &args, b.cluster.Child())
}

// tags returns the tags of a component of the cluster: those of the cluster, overridden by its own.
func (b *builder) tags(own pulumi.StringMapInput) pulumi.StringMapInput {
	if b.args.Tags == nil {
		return own
	}
	return metadata.MergeTags(b.args.Tags, own)
}

// createNodeGroups creates the node groups and the role that they share.
func (b *builder) createNodeGroups(ready details) ([]pulumi.Resource, error) {
	if len(b.args.NodeGroups) == 0 {
		return nil, nil
	}
	role, err := newNodeRole(b.ctx, b.name, value(b.args.NodeRole), b.args.Tags, b.cluster.Child())
	if err != nil {
		return nil, err
	}
	b.cluster.NodeRoleARN = role.ARN.ToStringPtrOutput()
	var out []pulumi.Resource
	for _, name := range b.args.NodeGroups.Names() {
		args := b.args.NodeGroups[name]
		of := ready
		of.checked = true
		args.Cluster, args.SecurityGroupIDs = b.at(of), pulumi.StringArray{b.nodes.ID}
		args.Tags = b.tags(args.Tags)
		if args.Role == nil {
			args.RoleARN = role.ARN
		}
		group, err := NewNodeGroup(b.ctx, b.name+"-"+name, &args, b.cluster.Child())
		if err != nil {
			return nil, err
		}
		out = append(out, group)
	}
	return out, nil
}

// createFargateProfiles creates the Fargate profiles.
func (b *builder) createFargateProfiles(ready details) ([]pulumi.Resource, error) {
	var out []pulumi.Resource
	for _, name := range b.args.FargateProfiles.Names() {
		args := b.args.FargateProfiles[name]
		args.Cluster, args.Tags = b.at(ready), b.tags(args.Tags)
		profile, err := NewFargateProfile(b.ctx, b.name+"-"+name, &args, b.cluster.Child())
		if err != nil {
			return nil, err
		}
		out = append(out, profile)
	}
	return out, nil
}

// createKarpenter creates the AWS resources for Karpenter, if it is configured.
func (b *builder) createKarpenter(ready details) error {
	if b.args.Karpenter == nil {
		return nil
	}
	args := *b.args.Karpenter
	args.Cluster, args.Tags = b.at(ready), b.tags(args.Tags)
	var err error
	b.cluster.Karpenter, err = NewKarpenter(b.ctx, b.name+"-karpenter", &args, b.cluster.Child())
	if err == nil {
		b.created(b.cluster.Karpenter)
	}
	return err
}
