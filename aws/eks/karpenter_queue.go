package eks

import (
	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/cloudwatch"
	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/sqs"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/ashlar-iac/ashlar/aws/internal/names"
	"github.com/ashlar-iac/ashlar/aws/internal/tags"
	"github.com/ashlar-iac/ashlar/aws/policy"
	"github.com/ashlar-iac/ashlar/core/canonical"
	"github.com/ashlar-iac/ashlar/core/naming"
)

// retention is how long an interruption is worth hearing of, in seconds: the machine is gone by then.
const retention = 300

// interruptions are the events that tell of machines that AWS takes back or takes care of, by short names. Source: "Interruption" in
// "Disruption", Karpenter.
func interruptions() map[string]map[string][]string {
	return map[string]map[string][]string{
		"health": {"source": {"aws.health"}, "detail-type": {"AWS Health Event"}},
		"machines": {"source": {"aws.ec2"}, "detail-type": {
			"EC2 Spot Instance Interruption Warning", "EC2 Instance Rebalance Recommendation", "EC2 Instance State-change Notification",
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

// queue makes the queue of interruptions, and the rules that fill it.
func (k *Karpenter) queue(ctx *pulumi.Context, name string, args *KarpenterArgs) (*sqs.Queue, error) {
	logical, err := names.Logical(name, "aws:sqs/queue:Queue")
	if err != nil {
		return nil, err
	}
	queue, err := sqs.NewQueue(ctx, logical, &sqs.QueueArgs{
		MessageRetentionSeconds: pulumi.Int(retention), SqsManagedSseEnabled: pulumi.Bool(true), Tags: tags.Named(name, args.Tags),
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
		Effect: policy.Allow, Sid: "Events", Principals: &policy.Principals{Services: []string{"events.amazonaws.com"}}, Actions: []string{"sqs:SendMessage"},
		Resources: pulumi.StringArray{queue.Arn}, Conditions: []policy.Condition{policy.SourceARN(rules)},
	}, {
		Sid: "TLS", Effect: policy.Deny, Principals: &policy.Principals{Everyone: true}, Actions: []string{"sqs:*"},
		Resources: pulumi.StringArray{queue.Arn}, Conditions: []policy.Condition{{
			Operator: "Bool", Key: pulumi.String("aws:SecureTransport"), Values: pulumi.StringArray{pulumi.String("false")},
		}},
	}}}
	text, err := document.JSON(policy.Queue)
	if err != nil {
		return nil, err
	}
	_, err = sqs.NewQueuePolicy(ctx, name, &sqs.QueuePolicyArgs{QueueUrl: queue.Url, Policy: text}, k.Child())
	return queue, err
}

// rule makes a rule that sends events to the queue.
func (k *Karpenter) rule(ctx *pulumi.Context, name, key string, queue *sqs.Queue, args *KarpenterArgs) (*cloudwatch.EventRule, error) {
	pattern, err := canonical.CompactJSON(interruptions()[key])
	if err != nil {
		return nil, err
	}
	logical, err := naming.Name{Parts: []string{name}, Flat: true, Reserve: naming.ReserveBridged}.For(eventRuleName())
	if err != nil {
		return nil, err
	}
	rule, err := cloudwatch.NewEventRule(ctx, logical, &cloudwatch.EventRuleArgs{
		Description: pulumi.String("Tells Karpenter of " + args.Target.Name + " about " + key), EventPattern: pulumi.String(string(pattern)),
		Tags: tags.Named(name, args.Tags),
	}, k.Child())
	if err != nil {
		return nil, err
	}
	_, err = cloudwatch.NewEventTarget(ctx, name, &cloudwatch.EventTargetArgs{Rule: rule.Name, Arn: queue.Arn}, k.Child())
	return rule, err
}
