package sqs_test

import (
	"testing"

	"github.com/ashlar-iac/ashlar/integration/cloud/aws/awstest"
)

func TestRejectedQueueAttributes(t *testing.T) {
	t.Parallel()
	queue := func(more in) []awstest.Step {
		return awstest.One("it", awstest.QueueToken, awstest.Merge(in{"name": "work"}, more))
	}
	fifo := func(more in) []awstest.Step {
		return queue(awstest.Merge(in{"name": "work.fifo", "fifoQueue": true}, more))
	}
	dead := awstest.Step{Name: "dead", Type: awstest.QueueToken, Inputs: in{"name": "dead"}}
	redrive := func(count string) in {
		return in{"redrivePolicy": `{"deadLetterTargetArn": "arn:aws:sqs:eu-west-1:123456789012:dead", "maxReceiveCount": ` + count + `}`}
	}
	with := func(steps []awstest.Step) []awstest.Step { return append([]awstest.Step{dead}, steps...) }
	policy := func(statement in) []awstest.Step {
		return queue(in{"policy": awstest.Document(awstest.Merge(in{"Effect": "Allow",
			"Principal": in{"Service": "events.amazonaws.com"}, "Action": "sqs:SendMessage", "Resource": "*"}, statement))})
	}
	awstest.RunRefusals(t, nil, map[string]awstest.Refusal{
		"deduplication by message group": {Steps: fifo(in{"deduplicationScope": "messageGroup",
			"fifoThroughputLimit": "perMessageGroupId"})},
		"a deduplication scope without FIFO": {Steps: queue(in{"deduplicationScope": "queue"}),
			Want: "api error InvalidAttributeName: You can specify the DeduplicationScope only when FifoQueue is set to true."},
		"a throughput limit without FIFO": {Steps: queue(in{"fifoThroughputLimit": "perQueue"}),
			Want: "api error InvalidAttributeName: You can specify the FifoThroughputLimit only"},
		"a throughput limit of groups without their scope": {Steps: fifo(in{"fifoThroughputLimit": "perMessageGroupId"}),
			Want: "api error InvalidAttributeValue: The perMessageGroupId value"},
		"a FIFO queue without a name":         {Steps: awstest.One("it", awstest.QueueToken, in{"fifoQueue": true})},
		"a FIFO queue with a name's prefix":   {Steps: awstest.One("it", awstest.QueueToken, in{"fifoQueue": true, "namePrefix": "a-"})},
		"a dead-letter queue":                 {Steps: with(queue(redrive("3")))},
		"a count as a text":                   {Steps: with(queue(redrive(`"1000"`)))},
		"no attempts":                         {Steps: with(queue(redrive("0"))), Want: "Reason: Invalid value for maxReceiveCount: 0, valid values are from 1 to 1000 both inclusive."},
		"too many attempts":                   {Steps: with(queue(redrive("1001"))), Want: "valid values are from 1 to 1000"},
		"a dead-letter queue of another type": {Steps: with(fifo(redrive("3"))), Want: "Reason: Dead-letter queue must be same type of queue as the source."},
		"all sources":                         {Steps: queue(in{"redriveAllowPolicy": `{"redrivePermission": "allowAll"}`})},
		"one source":                          {Steps: queue(in{"redriveAllowPolicy": `{"redrivePermission": "byQueue", "sourceQueueArns": ["arn:aws:sqs:eu-west-1:123456789012:a"]}`})},
		"sources without any":                 {Steps: queue(in{"redriveAllowPolicy": `{"redrivePermission": "byQueue"}`}), Want: "for parameter RedriveAllowPolicy is invalid"},
		"an unknown permission":               {Steps: queue(in{"redriveAllowPolicy": `{"redrivePermission": "all"}`}), Want: "for parameter RedriveAllowPolicy is invalid"},
		"an action of the service":            {Steps: policy(nil)},
		"all actions of the service":          {Steps: policy(in{"Action": "SQS:*"})},
		"an unknown action":                   {Steps: policy(in{"Action": "sqs:SendMessages"}), Want: "api error InvalidAttributeValue: Invalid value for the parameter Policy: unknown action."},
		"a service that does not exist":       {Steps: policy(in{"Principal": in{"Service": "evnts.amazonaws.com"}}), Want: "api error InvalidAttributeValue: Invalid principal in policy"},
		"a delay":                             {Steps: queue(in{"delaySeconds": 901.0}), Want: "expected delaySeconds to be in the range (0 - 900)"},
	})
}
