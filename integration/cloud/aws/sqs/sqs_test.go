package sqs_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/ashlar-iac/ashlar/integration/cloud/aws/awstest"
)

// in are the inputs of a resource.
type in = map[string]any

func TestRejectedQueuesAndEvents(t *testing.T) {
	t.Parallel()
	queue := func(more in) []awstest.Step {
		return awstest.One("it", awstest.QueueToken, awstest.Merge(in{"name": "work"}, more))
	}
	rule := func(more in) []awstest.Step {
		return awstest.One("it", awstest.EventRuleToken,
			awstest.Merge(in{"name": "on", "eventPattern": awstest.InterruptionPattern}, more))
	}
	with := func(first []awstest.Step, then ...awstest.Step) []awstest.Step { return append(first, then...) }
	target := awstest.Step{Name: "target", Type: awstest.EventTargetToken,
		Inputs: in{"rule": "on", "targetId": "queue", "arn": "arn:aws:sqs:eu-west-1:123456789012:work"}}
	send := awstest.Document(in{"Effect": "Allow", "Principal": in{"Service": "events.amazonaws.com"},
		"Action": "sqs:SendMessage", "Resource": "*"})
	several := rule(nil)
	for _, id := range []string{"a", "b", "c", "d", "e"} {
		several = append(several, awstest.Step{Name: id, Type: awstest.EventTargetToken,
			Inputs: awstest.Merge(target.Inputs, in{"targetId": id})})
	}
	awstest.RunRefusals(t, nil, map[string]awstest.Refusal{
		"a queue's name":      {Steps: queue(in{"name": "a b"}), Want: "invalid queue name: a b"},
		"a FIFO queue's name": {Steps: queue(in{"fifoQueue": true}), Want: "that of a FIFO queue ends in .fifo"},
		"a FIFO queue": {Steps: queue(in{"fifoQueue": true, "name": "work.fifo",
			"contentBasedDeduplication": true})},
		"deduplication": {Steps: queue(in{"contentBasedDeduplication": true}),
			Want: "can only be set for FIFO queue"},
		"a queue again": {Steps: with(queue(nil),
			awstest.Step{Name: "again", Type: awstest.QueueToken, Inputs: in{"name": "work"}}),
			Want: "api error QueueAlreadyExists"},
		"a long retention": {Steps: queue(in{"messageRetentionSeconds": 1209601.0}),
			Want: "expected messageRetentionSeconds to be in the range"},
		"two kinds of keys": {Steps: queue(in{"kmsMasterKeyId": "alias/aws/sqs", "sqsManagedSseEnabled": true}),
			Want: "conflicts with sqsManagedSseEnabled"},
		"no such key": {Steps: queue(in{"kmsMasterKeyId": "nothing"}),
			Want: "api error KMS.NotFoundException"},
		"AWS's key":                   {Steps: queue(in{"kmsMasterKeyId": "alias/aws/sqs"})},
		"a missing dead-letter queue": {Steps: queue(in{"redrivePolicy": `{"deadLetterTargetArn": "arn:aws:sqs:eu-west-1:123456789012:dead", "maxReceiveCount": 3}`}), Want: "Reason: Dead letter target does not exist."},
		"a malformed redrive policy": {Steps: queue(in{"redrivePolicy": `{}`}),
			Want: "Redrive policy is not a valid JSON map"},
		"a policy with actions of another service": {Steps: with(queue(nil),
			awstest.Step{Name: "policy", Type: awstest.QueuePolicyToken,
				Inputs: in{"queueUrl": "$it", "policy": awstest.Document(in{"Effect": "Allow", "Principal": "*",
					"Action": "s3:*", "Resource": "*"})}}),
			Want: "api error InvalidAttributeValue: Invalid value for the parameter Policy"},
		"a policy of a missing queue": {Steps: awstest.One("policy", awstest.QueuePolicyToken,
			in{"queueUrl": "https://sqs/none", "policy": send}),
			Want: "api error AWS.SimpleQueueService.NonExistentQueue"},

		"a rule's name": {Steps: rule(in{"name": "a b"}), Want: "expected name to be 1 to 64 letters"},
		"no JSON":       {Steps: rule(in{"eventPattern": "{"}), Want: "contains an invalid JSON"},
		"a pattern without lists": {Steps: rule(in{"eventPattern": `{"source": "aws.ec2"}`}),
			Want: `api error InvalidEventPatternException: Event pattern is not valid. Reason: "source" must be an object or an array`},
		"an empty pattern": {Steps: rule(in{"eventPattern": `{}`}), Want: "Reason: Empty objects are not allowed"},
		"an empty list": {Steps: rule(in{"eventPattern": `{"detail": {"state": []}}`}),
			Want: "Reason: Empty arrays are not allowed: state"},
		"a rule without pattern and schedule": {Steps: awstest.One("it", awstest.EventRuleToken, in{"name": "on"}),
			Want: "one of `eventPattern,scheduleExpression` must be specified"},
		"a schedule": {Steps: awstest.One("it", awstest.EventRuleToken,
			in{"name": "on", "scheduleExpression": "every day"}), Want: "Parameter ScheduleExpression is not valid."},
		"every day": {Steps: awstest.One("it", awstest.EventRuleToken,
			in{"name": "on", "scheduleExpression": "rate(1 day)"})},
		"another bus": {Steps: rule(in{"eventBusName": "own"}),
			Want: `the simulated AWS covers the event bus "default" only`},
		"a rule with targets": {Steps: with(rule(nil), target, awstest.Step{Name: "-it"}),
			Want: "api error ValidationException: Rule can't be deleted since it has targets."},
		"a target of a missing rule": {Steps: []awstest.Step{target},
			Want: "api error ResourceNotFoundException: Rule on does not exist on EventBus default."},
		"six targets": {Steps: with(several, target), Want: "api error LimitExceededException"},
		"no ARN": {Steps: with(rule(nil),
			awstest.Step{Name: "target", Type: awstest.EventTargetToken, Inputs: in{"rule": "on", "arn": "work"}}),
			Want: "is an invalid ARN"},
	})
}

func TestQueueOfEvents(t *testing.T) {
	t.Parallel()
	h := awstest.NewAccount(t, true).Use(in{"region": "eu-west-1"}).History()
	send := awstest.Document(in{"Effect": "Allow", "Principal": in{"Service": "events.amazonaws.com"},
		"Action": "sqs:SendMessage", "Resource": "arn:aws:sqs:eu-west-1:123456789012:work"})
	h.All(
		awstest.Step{Name: "dead", Type: awstest.QueueToken, Inputs: in{"name": "dead"}},
		awstest.Step{Name: "work", Type: awstest.QueueToken,
			Inputs: in{"name": "work",
				"redrivePolicy": `{"deadLetterTargetArn": "arn:aws:sqs:eu-west-1:123456789012:dead", "maxReceiveCount": 3}`}},
		awstest.Step{Name: "policy", Type: awstest.QueuePolicyToken, Inputs: in{"queueUrl": "$work", "policy": send}},
		awstest.Step{Name: "rule", Type: awstest.EventRuleToken,
			Inputs: in{"name": "on", "eventPattern": awstest.InterruptionPattern}},
		awstest.Step{Name: "target", Type: awstest.EventTargetToken,
			Inputs: in{"rule": "on", "arn": "arn:aws:sqs:eu-west-1:123456789012:work"}},
	)
	require.Equal(t, "https://sqs.eu-west-1.amazonaws.com/123456789012/work", h.IDs["work"])
	require.Equal(t, true, h.Output("work", "sqsManagedSseEnabled"))
	h.Refreshed("work")
	require.Equal(t, send, h.Output("work", "policy"))
	require.Equal(t, "arn:aws:events:eu-west-1:123456789012:rule/on", h.Output("rule", "arn"))
	answer, err := h.Call("aws:sqs/getQueue:getQueue", in{"name": "work"})
	require.NoError(t, err)
	require.Equal(t, h.IDs["work"], answer["url"])
	h.All(awstest.Step{Name: "~work", Inputs: in{"name": "work", "visibilityTimeoutSeconds": 60.0}})
	require.Equal(t, send, h.Output("work", "policy"), "a change of the queue leaves its policy")
	h.All(awstest.Step{Name: "-policy"})
	h.Refreshed("work")
	require.Empty(t, h.Output("work", "policy"))
	h.All(awstest.Step{Name: "-target"}, awstest.Step{Name: "-rule"}, awstest.Step{Name: "-work"},
		awstest.Step{Name: "-dead"})
	left, err := h.Store.List("")
	require.NoError(t, err)
	require.Empty(t, left)
}
