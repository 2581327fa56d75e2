package eks

import (
	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/cloudwatch"
	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/eks"
	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/sqs"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/ashlar-iac/ashlar/aws/iam"
	"github.com/ashlar-iac/ashlar/aws/internal/compliancecontrols"
	"github.com/ashlar-iac/ashlar/aws/internal/logicalname"
	"github.com/ashlar-iac/ashlar/aws/internal/lookup"
	"github.com/ashlar-iac/ashlar/aws/internal/tagging"
	"github.com/ashlar-iac/ashlar/aws/policy"
	"github.com/ashlar-iac/ashlar/core"
	"github.com/ashlar-iac/ashlar/core/canonical"
	"github.com/ashlar-iac/ashlar/core/compliance"
	"github.com/ashlar-iac/ashlar/core/component"
	"github.com/ashlar-iac/ashlar/core/config"
	"github.com/ashlar-iac/ashlar/core/naming"
)

// KarpenterToken is the type of the component [Karpenter].
const KarpenterToken = "ashlar-aws:eks:Karpenter"

// Karpenter has the AWS resources that Karpenter needs to create nodes: the identity of its controller, a role for its
// nodes, and a queue of interruptions. It does not install Karpenter itself.
type Karpenter struct {
	pulumi.ResourceState
	component.Base

	// ControllerRoleARN is the ARN of the role of Karpenter's controller.
	ControllerRoleARN pulumi.StringOutput `pulumi:"controllerRoleArn"`
	// NodeRoleName is the name of the role of nodes, for spec.role of an EC2NodeClass.
	NodeRoleName pulumi.StringOutput `pulumi:"nodeRoleName"`
	// NodeRoleARN is the ARN of the role of nodes.
	NodeRoleARN pulumi.StringOutput `pulumi:"nodeRoleArn"`
	// QueueName is the name of the interruption queue, for settings.interruptionQueue of Karpenter's chart.
	QueueName pulumi.StringOutput `pulumi:"queueName"`
	// QueueARN is the ARN of the interruption queue.
	QueueARN pulumi.StringOutput `pulumi:"queueArn"`
}

// KarpenterArgs describes a [Karpenter].
type KarpenterArgs struct {
	// Cluster is the cluster, such as a [Cluster]. Required, unless ClusterName is set. Changing it replaces nearly all
	// resources.
	Cluster core.Cluster `config:"program"`
	// ClusterName is the name of the cluster, instead of Cluster. Changing it replaces nearly all resources.
	ClusterName pulumi.StringInput `pulumi:"clusterName,optional" config:"program,plain"`
	// Namespace is the namespace of Karpenter. Changing it replaces the association of its service account.
	Namespace string `pulumi:"namespace,optional" jsonschema:"default=karpenter"`
	// ServiceAccount is the service account of Karpenter's controller. Changing it replaces its association.
	ServiceAccount string `pulumi:"serviceAccount,optional" jsonschema:"default=karpenter"`
	// NodeRole is the IAM role of the nodes that Karpenter creates.
	NodeRole *NodeRole `pulumi:"nodeRole,optional"`
	// PermissionsBoundary is the permissions boundary of the controller's role: the ARN of a policy, or the name of an
	// AWS managed policy. Default: none. Changing it updates the role.
	PermissionsBoundary pulumi.StringInput `pulumi:"permissionsBoundary,optional" config:"plain"`
	// Tags are added to all taggable resources. Default: none. Changing them updates the resources.
	Tags pulumi.StringMapInput `pulumi:"tags,optional" config:"plain"`
}

var (
	_ config.Validator          = (*KarpenterArgs)(nil)
	_ config.ArgumentsValidator = (*KarpenterArgs)(nil)
	_ compliance.Declarer       = (*KarpenterArgs)(nil)
)

// Validate implements config.Validator.
func (a *KarpenterArgs) Validate(report *config.Report) {
	checkNamespace(report, []string{"namespace"}, a.Namespace)
	checkServiceAccount(report, []string{"serviceAccount"}, a.ServiceAccount)
	tagging.CheckWithRoles(report, []string{"tags"}, a.Tags)
}

// ValidateArguments implements config.ArgumentsValidator.
func (a *KarpenterArgs) ValidateArguments(report *config.Report) {
	checkCluster(report, a.Cluster, a.ClusterName, nil)
}

// Evidence implements compliance.Declarer. The roles declare their own.
func (a *KarpenterArgs) Evidence() []compliance.Evidence {
	return []compliance.Evidence{
		compliance.Always("sqsManagedSseEnabled", true, compliancecontrols.EncryptionAtRest...),
		compliance.Always("policy", "TLS only", compliancecontrols.EncryptionInTransit...),
	}
}

func (a *KarpenterArgs) cluster() details { return detailsOf(a.Cluster, details{name: a.ClusterName}) }

// NewKarpenter creates the AWS resources for Karpenter. A cluster is required.
func NewKarpenter(ctx *pulumi.Context, name string, args *KarpenterArgs, opts ...pulumi.ResourceOption) (*Karpenter,
	error) {
	k := &Karpenter{}
	args, err := component.Register(ctx, KarpenterToken, name, k, args, opts...)
	if err != nil {
		return nil, err
	}
	where, err := lookup.GetScope(ctx, k.Invoke())
	if err != nil {
		return nil, err
	}
	nodes, err := newNodeRole(ctx, name, value(args.NodeRole), args.Tags, k.Child())
	if err != nil {
		return nil, err
	}
	// EKS creates the access entries of managed node groups only.
	entry, err := eks.NewAccessEntry(ctx, name+"-nodes", &eks.AccessEntryArgs{
		ClusterName: args.cluster().name, PrincipalArn: nodes.ARN, Type: pulumi.String("EC2_LINUX"),
		Tags: tagging.Named(name, args.Tags),
	}, k.Child())
	if err != nil {
		return nil, err
	}
	queue, err := k.queue(ctx, name, args)
	if err != nil {
		return nil, err
	}
	k.AddChildren(entry, queue)
	controller, err := k.controller(ctx, name, args, controllerPolicies{where, args.cluster(), nodes.ARN, queue.Arn})
	if err != nil {
		return nil, err
	}
	k.ControllerRoleARN, k.NodeRoleName, k.NodeRoleARN = controller.ARN, nodes.Name, nodes.ARN
	k.QueueName, k.QueueARN = queue.Name, queue.Arn
	return component.Finish(ctx, k)
}

// controller creates the role of Karpenter's controller, and gives it to its service account.
func (k *Karpenter) controller(ctx *pulumi.Context, name string, args *KarpenterArgs,
	policies controllerPolicies) (*iam.Role, error) {
	trust := iam.Trust{PodIdentity: &iam.PodIdentityTrust{
		Clusters: pulumi.StringArray{policies.clusterARN()}, Namespaces: []string{args.Namespace},
		ServiceAccounts: []string{args.ServiceAccount},
	}}
	role, err := newRole(ctx, name+"-controller", &iam.RoleArgs{
		Description: policies.cluster.describe("Karpenter", " of "), Trust: trust, InlinePolicies: policies.documents(),
		PermissionsBoundary: args.PermissionsBoundary, Tags: args.Tags,
	}, k.Child())
	if err != nil {
		return nil, err
	}
	association, err := eks.NewPodIdentityAssociation(ctx, name, &eks.PodIdentityAssociationArgs{
		ClusterName: policies.cluster.name, Namespace: pulumi.String(args.Namespace),
		ServiceAccount: pulumi.String(args.ServiceAccount),
		RoleArn:        role.ARN, Tags: tagging.Named(name, args.Tags),
	}, k.Child())
	if err != nil {
		return nil, err
	}
	k.AddChildren(association)
	return role, nil
}

// retention is the retention period of interruptions in seconds. The instance no longer exists afterwards.
const retention = 300

// interruptions are the events about interruptions of instances, by short names. Source: "Interruption" in
// "Disruption", Karpenter.
func interruptions() map[string]map[string][]string {
	return map[string]map[string][]string{
		"health": {"source": {"aws.health"}, "detail-type": {"AWS Health Event"}},
		"machines": {"source": {"aws.ec2"}, "detail-type": {
			"EC2 Spot Instance Interruption Warning", "EC2 Instance Rebalance Recommendation",
			"EC2 Instance State-change Notification",
			"EC2 Capacity Reservation Instance Interruption Warning",
		}},
	}
}

// eventRuleName is the rule for names of event rules.
func eventRuleName() naming.Rule {
	return naming.Rule{
		Kind: "event rule", Source: "PutRule, Amazon EventBridge API Reference", Scope: naming.Region, Min: 1, Max: 64,
		Characters: "a-zA-Z0-9._-", Separator: "-",
	}
}

// queue creates the interruption queue, and the event rules that fill it.
func (k *Karpenter) queue(ctx *pulumi.Context, name string, args *KarpenterArgs) (*sqs.Queue, error) {
	logical, err := logicalname.For(name, "aws:sqs/queue:Queue")
	if err != nil {
		return nil, err
	}
	queue, err := sqs.NewQueue(ctx, logical, &sqs.QueueArgs{
		MessageRetentionSeconds: pulumi.Int(retention), SqsManagedSseEnabled: pulumi.Bool(true),
		Tags: tagging.Named(name, args.Tags),
	}, k.Child())
	if err != nil {
		return nil, err
	}
	var rules pulumi.StringArray
	for _, key := range []string{"health", "machines"} {
		rule, err := k.rule(ctx, name+"-"+key, key, queue, args)
		if err != nil {
			return nil, err
		}
		rules = append(rules, rule.Arn)
	}
	document := policy.Document{Statements: []policy.Statement{{
		Sid: "Events", Effect: policy.Allow, Principals: &policy.Principals{Services: []string{"events.amazonaws.com"}},
		Actions: []string{"sqs:SendMessage"}, Resources: pulumi.StringArray{queue.Arn},
		Conditions: []policy.Condition{policy.SourceARN(rules)},
	}, {
		Sid: "TLS", Effect: policy.Deny, Principals: &policy.Principals{Everyone: true}, Actions: []string{"sqs:*"},
		Resources: pulumi.StringArray{queue.Arn}, Conditions: []policy.Condition{{
			Operator: "Bool", Key: pulumi.String("aws:SecureTransport"),
			Values: pulumi.StringArray{pulumi.String("false")},
		}},
	}}}
	text, err := document.JSON(policy.Queue)
	if err != nil {
		return nil, err
	}
	_, err = sqs.NewQueuePolicy(ctx, name, &sqs.QueuePolicyArgs{QueueUrl: queue.Url, Policy: text}, k.Child())
	return queue, err
}

// rule creates an event rule that sends events to the queue.
func (k *Karpenter) rule(ctx *pulumi.Context, name, key string, queue *sqs.Queue,
	args *KarpenterArgs) (*cloudwatch.EventRule, error) {
	pattern, err := canonical.CompactJSON(interruptions()[key])
	if err != nil {
		return nil, err
	}
	logical, err := naming.Name{Parts: []string{name}, Flat: true, Reserve: naming.ReserveBridged}.For(eventRuleName())
	if err != nil {
		return nil, err
	}
	rule, err := cloudwatch.NewEventRule(ctx, logical, &cloudwatch.EventRuleArgs{
		Description: args.cluster().text("Tells Karpenter of %s about " +
			key), EventPattern: pulumi.String(string(pattern)),
		Tags: tagging.Named(name, args.Tags),
	}, k.Child())
	if err != nil {
		return nil, err
	}
	_, err = cloudwatch.NewEventTarget(ctx, name, &cloudwatch.EventTargetArgs{Rule: rule.Name, Arn: queue.Arn},
		k.Child())
	return rule, err
}
