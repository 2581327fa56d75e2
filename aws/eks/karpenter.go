package eks

import (
	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/eks"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/ashlar-iac/ashlar/aws/iam"
	"github.com/ashlar-iac/ashlar/aws/internal/lookup"
	"github.com/ashlar-iac/ashlar/aws/internal/tags"
	"github.com/ashlar-iac/ashlar/core/component"
)

// KarpenterToken is the type of the component [Karpenter].
const KarpenterToken = "ashlar-aws:eks:Karpenter"

// Karpenter is what Karpenter needs of AWS to make nodes for pods: an identity for its controller, a role for its nodes, and a queue that tells of
// machines that AWS takes back. Karpenter itself is software of the cluster, and is not part of it.
type Karpenter struct {
	pulumi.ResourceState
	component.Base

	// ControllerRoleARN is the role of Karpenter's controller.
	ControllerRoleARN pulumi.StringOutput `pulumi:"controllerRoleArn"`
	// NodeRoleName is the role of the nodes, for spec.role of an EC2NodeClass.
	NodeRoleName pulumi.StringOutput `pulumi:"nodeRoleName"`
	// NodeRoleARN is the same role.
	NodeRoleARN pulumi.StringOutput `pulumi:"nodeRoleArn"`
	// QueueName is the queue of interruptions, for settings.interruptionQueue of Karpenter's chart.
	QueueName pulumi.StringOutput `pulumi:"queueName"`
	// QueueARN is the same queue.
	QueueARN pulumi.StringOutput `pulumi:"queueArn"`
}

// NewKarpenter makes what Karpenter needs.
func NewKarpenter(ctx *pulumi.Context, name string, args *KarpenterArgs, opts ...pulumi.ResourceOption) (*Karpenter, error) {
	k := &Karpenter{}
	args, err := component.Register(ctx, KarpenterToken, name, k, args, opts...)
	if err != nil {
		return nil, err
	}
	where, err := lookup.Of(ctx, k.Invoke())
	if err != nil {
		return nil, err
	}
	nodes, err := newNodeRole(ctx, name, args.NodeRole, args.Tags, k.Child())
	if err != nil {
		return nil, err
	}
	// Groups of nodes get their entry from EKS.
	entry, err := eks.NewAccessEntry(ctx, name+"-nodes", &eks.AccessEntryArgs{
		ClusterName: args.Target.clusterName(), PrincipalArn: nodes.ARN, Type: pulumi.String("EC2_LINUX"), Tags: tags.Named(name, args.Tags),
	}, k.Child())
	if err != nil {
		return nil, err
	}
	queue, err := k.queue(ctx, name, args)
	if err != nil {
		return nil, err
	}
	k.Made(entry, queue)
	controller, err := k.controller(ctx, name, args, controllerOf{where: where, cluster: args.Target.Name, nodes: nodes.ARN, queue: queue.Arn})
	if err != nil {
		return nil, err
	}
	k.ControllerRoleARN, k.NodeRoleName, k.NodeRoleARN = controller.ARN, nodes.Name, nodes.ARN
	k.QueueName, k.QueueARN = queue.Name, queue.Arn
	return component.Finish(ctx, k)
}

// controller makes the role of Karpenter's controller, and gives it to its service account.
func (k *Karpenter) controller(ctx *pulumi.Context, name string, args *KarpenterArgs, of controllerOf) (*iam.Role, error) {
	trust := iam.Trust{PodIdentity: &iam.PodIdentityTrust{
		Clusters: pulumi.StringArray{pulumi.String(of.clusterARN())}, Namespaces: []string{args.Namespace}, ServiceAccounts: []string{args.ServiceAccount},
	}}
	role, err := newRole(ctx, name+"-controller", &iam.RoleArgs{
		Description: "Karpenter of " + args.Target.Name, Trust: trust, InlinePolicies: of.policies(),
		PermissionsBoundary: args.PermissionsBoundary, Tags: pulumi.ToStringMap(args.Tags),
	}, k.Child())
	if err != nil {
		return nil, err
	}
	association, err := eks.NewPodIdentityAssociation(ctx, name, &eks.PodIdentityAssociationArgs{
		ClusterName: args.Target.clusterName(), Namespace: pulumi.String(args.Namespace), ServiceAccount: pulumi.String(args.ServiceAccount),
		RoleArn: role.ARN, Tags: tags.Named(name, args.Tags),
	}, k.Child())
	if err != nil {
		return nil, err
	}
	k.Made(association)
	return role, nil
}
