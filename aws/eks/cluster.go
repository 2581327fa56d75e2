package eks

import (
	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/eks"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/ashlar-iac/ashlar/aws/ec2"
	"github.com/ashlar-iac/ashlar/aws/internal/lookup"
	"github.com/ashlar-iac/ashlar/core"
	"github.com/ashlar-iac/ashlar/core/component"
)

// ClusterToken is the type of the component [Cluster].
const ClusterToken = "ashlar-aws:eks:Cluster"

// Cluster is a Kubernetes cluster on Amazon EKS: the control plane with its role, keys, logs and security groups, who may use it, and what runs
// on it from the start.
type Cluster struct {
	pulumi.ResourceState
	component.Base

	// Name is the cluster's name in the account and the region.
	Name pulumi.StringOutput `pulumi:"name"`
	// ARN is the cluster's.
	ARN pulumi.StringOutput `pulumi:"arn"`
	// Version is the minor version of the control plane.
	Version pulumi.StringOutput `pulumi:"version"`
	// Endpoint is the URL of the API server.
	Endpoint pulumi.StringOutput `pulumi:"endpoint"`
	// CertificateAuthority is the certificate by which the API server is known, in Base64.
	CertificateAuthority pulumi.StringOutput `pulumi:"certificateAuthority"`
	// Issuer is the address of the identity provider of the cluster's service accounts.
	Issuer pulumi.StringOutput `pulumi:"issuer"`
	// IssuerARN is this identity provider in IAM. It is empty where IAM does not know it.
	IssuerARN pulumi.StringOutput `pulumi:"issuerArn"`
	// RoleARN is the role of the control plane.
	RoleARN pulumi.StringOutput `pulumi:"roleArn"`
	// SecurityGroupID is the security group of the control plane that admits nodes, and whom else api names.
	SecurityGroupID pulumi.StringOutput `pulumi:"securityGroupId"`
	// ClusterSecurityGroupID is the security group that EKS makes, which the control plane has, and pods on Fargate.
	ClusterSecurityGroupID pulumi.StringOutput `pulumi:"clusterSecurityGroupId"`
	// NodeSecurityGroupID is the security group of nodes and pods.
	NodeSecurityGroupID pulumi.StringOutput `pulumi:"nodeSecurityGroupId"`
	// NodeRoleARN is the role that node groups share. It is empty without node groups.
	NodeRoleARN pulumi.StringOutput `pulumi:"nodeRoleArn"`
	// KeyARN is the key that encrypts the objects of Kubernetes. It is empty where AWS owns it.
	KeyARN pulumi.StringOutput `pulumi:"keyArn"`
	// LogGroupName is the log group of the control plane. It is empty where nothing is logged.
	LogGroupName pulumi.StringOutput `pulumi:"logGroupName"`
	// Kubeconfig is a kubeconfig for the cluster, which holds no credential. Who uses it waits for all parts of the cluster, and goes before them.
	Kubeconfig pulumi.StringOutput `pulumi:"kubeconfig"`

	// Karpenter is what Karpenter needs. Nil unless it is asked for.
	Karpenter *Karpenter

	info   core.ClusterInfo
	target Target
}

var _ core.Cluster = (*Cluster)(nil)

// ClusterInfo implements core.Cluster. Who uses it waits for nodes, add-ons and access entries, and goes before them.
func (c *Cluster) ClusterInfo() core.ClusterInfo { return c.info }

// Target returns the cluster for further parts: node groups, add-ons and identities. They wait for the control plane, who may use it, and the
// add-ons that nodes need. What is deployed to the cluster by its kubeconfig does not wait for them: name them in the options of the provider.
func (c *Cluster) Target() Target { return c.target }

// builder makes the parts of a cluster.
type builder struct {
	ctx     *pulumi.Context
	name    string
	args    *ClusterArgs
	cluster *Cluster
	where   lookup.Scope
	place   place
	// absent tells that EKS was asked, and does not have the cluster yet.
	absent bool

	control             *eks.Cluster
	plane, nodes        *ec2.SecurityGroup
	role, key, logGroup pulumi.StringOutput
	// nodeRole is empty without node groups.
	nodeRole pulumi.StringOutput
	// parts are what who uses the cluster waits for.
	parts []pulumi.Resource
}

// wait makes who uses the cluster wait for a part of it.
func (b *builder) wait(parts ...pulumi.Resource) { b.parts = append(b.parts, parts...) }

// NewCluster makes a cluster. Nil args are refused: it takes a version, a network, and somebody who may use it.
func NewCluster(ctx *pulumi.Context, name string, args *ClusterArgs, opts ...pulumi.ResourceOption) (*Cluster, error) {
	c := &Cluster{}
	given := ClusterArgs{}
	if args != nil {
		given = *args
	}
	if given.Name == "" {
		given.Name = name
	}
	args, err := component.Register(ctx, ClusterToken, name, c, &given, opts...)
	if err != nil {
		return nil, err
	}
	where, err := lookup.Of(ctx, c.Invoke())
	if err != nil {
		return nil, err
	}
	b := &builder{ctx: ctx, name: name, args: args, cluster: c, where: where, place: args.place(), nodeRole: pulumi.String("").ToStringOutput()}
	for _, step := range []func() error{
		b.preflight, b.makeRole, b.makeKey, b.makeLogs, b.makeGroups, b.makeControlPlane, b.makeAccess, b.makeIssuer, b.makeEndpoints,
		b.joinFargate, b.makeParts, b.protect,
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
	c, made := b.cluster, b.control
	c.Name, c.ARN, c.Version, c.Endpoint = made.Name, made.Arn, made.Version, made.Endpoint
	c.CertificateAuthority = made.CertificateAuthority.Data().Elem()
	c.RoleARN, c.KeyARN, c.LogGroupName = b.role, b.key, b.logGroup
	c.NodeRoleARN = b.nodeRole
	c.SecurityGroupID, c.NodeSecurityGroupID, c.ClusterSecurityGroupID = b.plane.ID, b.nodes.ID, b.clusterGroup()
	c.Kubeconfig = b.kubeconfig()
	c.info = core.ClusterInfo{
		Name: b.name, Platform: "eks", Version: c.Version, Server: b.after(c.Endpoint), Kubeconfig: c.Kubeconfig,
	}
}

// after returns a value whose users wait for all parts of the cluster. What is known of it stays known in a preview.
func (b *builder) after(value pulumi.StringOutput) pulumi.StringOutput {
	return pulumi.OutputWithDependencies(b.ctx.Context(), value, component.Resources(b.parts...)...).(pulumi.StringOutput)
}
