package aws_test

import (
	"testing"

	"github.com/stretchr/testify/require"
)

const (
	queueType    = "aws:sqs/queue:Queue"
	ruleType     = "aws:cloudwatch/eventRule:EventRule"
	targetType   = "aws:cloudwatch/eventTarget:EventTarget"
	queuePolicy  = "aws:sqs/queuePolicy:QueuePolicy"
	interruption = `{"source": ["aws.ec2"], "detail-type": ["EC2 Spot Instance Interruption Warning"]}`
)

func TestAWSRefusesQueuesAndEvents(t *testing.T) {
	t.Parallel()
	queue := func(more in) []step { return one("it", queueType, merged(in{"name": "work"}, more)) }
	rule := func(more in) []step {
		return one("it", ruleType, merged(in{"name": "on", "eventPattern": interruption}, more))
	}
	with := func(first []step, then ...step) []step { return append(first, then...) }
	target := step{"target", targetType, in{"rule": "on", "targetId": "queue", "arn": "arn:aws:sqs:eu-west-1:123456789012:work"}}
	send := doc(in{"Effect": "Allow", "Principal": in{"Service": "events.amazonaws.com"}, "Action": "sqs:SendMessage", "Resource": "*"})
	several := rule(nil)
	for _, id := range []string{"a", "b", "c", "d", "e"} {
		several = append(several, step{id, targetType, merged(target.inputs, in{"targetId": id})})
	}
	runRefusals(t, nil, map[string]refusal{
		"a queue's name":        {queue(in{"name": "a b"}), "invalid queue name: a b"},
		"a FIFO queue's name":   {queue(in{"fifoQueue": true}), "that of a FIFO queue ends in .fifo"},
		"a FIFO queue":          {queue(in{"fifoQueue": true, "name": "work.fifo", "contentBasedDeduplication": true}), ""},
		"deduplication":         {queue(in{"contentBasedDeduplication": true}), "can only be set for FIFO queue"},
		"a queue again":         {with(queue(nil), step{"again", queueType, in{"name": "work"}}), "api error QueueAlreadyExists"},
		"a long retention":      {queue(in{"messageRetentionSeconds": 1209601.0}), "expected messageRetentionSeconds to be in the range"},
		"two kinds of keys":     {queue(in{"kmsMasterKeyId": "alias/aws/sqs", "sqsManagedSseEnabled": true}), "conflicts with sqsManagedSseEnabled"},
		"no such key":           {queue(in{"kmsMasterKeyId": "nothing"}), "api error KMS.NotFoundException"},
		"AWS's key":             {queue(in{"kmsMasterKeyId": "alias/aws/sqs"}), ""},
		"nowhere to redrive to": {queue(in{"redrivePolicy": `{"deadLetterTargetArn": "arn:aws:sqs:eu-west-1:123456789012:dead", "maxReceiveCount": 3}`}), "Reason: Dead letter target does not exist."},
		"no redrive policy":     {queue(in{"redrivePolicy": `{}`}), "Redrive policy is not a valid JSON map"},
		"a policy for others":   {with(queue(nil), step{"policy", queuePolicy, in{"queueUrl": "$it", "policy": doc(in{"Effect": "Allow", "Principal": "*", "Action": "s3:*", "Resource": "*"})}}), "api error InvalidAttributeValue: Invalid value for the parameter Policy"},
		"a policy of no queue":  {one("policy", queuePolicy, in{"queueUrl": "https://sqs/none", "policy": send}), "api error AWS.SimpleQueueService.NonExistentQueue"},

		"a rule's name":           {rule(in{"name": "a b"}), "expected name to be 1 to 64 letters"},
		"no JSON":                 {rule(in{"eventPattern": "{"}), "contains an invalid JSON"},
		"a pattern without lists": {rule(in{"eventPattern": `{"source": "aws.ec2"}`}), `api error InvalidEventPatternException: Event pattern is not valid. Reason: "source" must be an object or an array`},
		"an empty pattern":        {rule(in{"eventPattern": `{}`}), "Reason: Empty objects are not allowed"},
		"an empty list":           {rule(in{"eventPattern": `{"detail": {"state": []}}`}), "Reason: Empty arrays are not allowed: state"},
		"neither nor":             {one("it", ruleType, in{"name": "on"}), "one of `eventPattern,scheduleExpression` must be specified"},
		"a schedule":              {one("it", ruleType, in{"name": "on", "scheduleExpression": "every day"}), "Parameter ScheduleExpression is not valid."},
		"every day":               {one("it", ruleType, in{"name": "on", "scheduleExpression": "rate(1 day)"}), ""},
		"another bus":             {rule(in{"eventBusName": "own"}), `the simulated AWS has the bus "default" only`},
		"a rule with targets":     {with(rule(nil), target, step{"-it", "", nil}), "api error ValidationException: Rule can't be deleted since it has targets."},
		"a target of nothing":     {[]step{target}, "api error ResourceNotFoundException: Rule on does not exist on EventBus default."},
		"six targets":             {with(several, target), "api error LimitExceededException"},
		"no ARN":                  {with(rule(nil), step{"target", targetType, in{"rule": "on", "arn": "work"}}), "is an invalid ARN"},
	})
}

func TestAQueueOfEvents(t *testing.T) {
	t.Parallel()
	h := newAccount(t, true).use(in{"region": "eu-west-1"}).history()
	send := doc(in{"Effect": "Allow", "Principal": in{"Service": "events.amazonaws.com"}, "Action": "sqs:SendMessage", "Resource": "arn:aws:sqs:eu-west-1:123456789012:work"})
	h.all(
		step{"dead", queueType, in{"name": "dead"}},
		step{"work", queueType, in{"name": "work", "redrivePolicy": `{"deadLetterTargetArn": "arn:aws:sqs:eu-west-1:123456789012:dead", "maxReceiveCount": 3}`}},
		step{"policy", queuePolicy, in{"queueUrl": "$work", "policy": send}},
		step{"rule", ruleType, in{"name": "on", "eventPattern": interruption}},
		step{"target", targetType, in{"rule": "on", "arn": "arn:aws:sqs:eu-west-1:123456789012:work"}},
	)
	require.Equal(t, "https://sqs.eu-west-1.amazonaws.com/123456789012/work", h.ids["work"])
	require.Equal(t, true, h.out("work", "sqsManagedSseEnabled"))
	h.read("work")
	require.Equal(t, send, h.out("work", "policy"))
	require.Equal(t, "arn:aws:events:eu-west-1:123456789012:rule/on", h.out("rule", "arn"))
	answer, err := h.call("aws:sqs/getQueue:getQueue", in{"name": "work"})
	require.NoError(t, err)
	require.Equal(t, h.ids["work"], answer["url"])
	h.all(step{"~work", "", in{"name": "work", "visibilityTimeoutSeconds": 60.0}})
	require.Equal(t, send, h.out("work", "policy"), "a change of the queue leaves its policy")
	h.all(step{"-policy", "", nil})
	h.read("work")
	require.Empty(t, h.out("work", "policy"))
	h.all(step{"-target", "", nil}, step{"-rule", "", nil}, step{"-work", "", nil}, step{"-dead", "", nil})
	left, err := h.store.List("")
	require.NoError(t, err)
	require.Empty(t, left)
}
