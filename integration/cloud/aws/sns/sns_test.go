package sns_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/ashlar-iac/ashlar/integration/cloud/aws/awstest"
)

// in are the inputs of a resource.
type in = map[string]any

const (
	topicToken        = "aws:sns/topic:Topic"
	policyToken       = "aws:sns/topicPolicy:TopicPolicy"
	subscriptionToken = "aws:sns/topicSubscription:TopicSubscription"

	queueARN = "arn:aws:sqs:eu-west-1:123456789012:work"
)

func TestRejectedTopics(t *testing.T) {
	t.Parallel()
	common := []awstest.Step{{Name: "topic", Type: topicToken, Inputs: in{"name": "orders"}}}
	topic := func(inputs in) []awstest.Step { return awstest.One("it", topicToken, inputs) }
	subscribe := func(protocol, endpoint string, more in) []awstest.Step {
		return awstest.One("it", subscriptionToken, awstest.Merge(in{"topic": "$topic", "protocol": protocol,
			"endpoint": endpoint}, more))
	}
	allow := awstest.Document(in{"Effect": "Allow", "Principal": in{"Service": "events.amazonaws.com"},
		"Action": "sns:Publish", "Resource": "*"})
	awstest.RunRefusals(t, common, map[string]awstest.Refusal{
		"a name with a dot":           {Steps: topic(in{"name": "a.b"}), Want: "invalid value for name"},
		"a FIFO topic's name":         {Steps: topic(in{"name": "a", "fifoTopic": true}), Want: "that of a FIFO topic, and of no other one, ends in .fifo"},
		"a FIFO topic":                {Steps: topic(in{"name": "a.fifo", "fifoTopic": true, "contentBasedDeduplication": true})},
		"a FIFO topic without a name": {Steps: topic(in{"fifoTopic": true})},
		"a FIFO topic with a prefix":  {Steps: topic(in{"fifoTopic": true, "namePrefix": "a-"})},
		"deduplication":               {Steps: topic(in{"contentBasedDeduplication": true}), Want: "can only be set for FIFO topics"},
		"no JSON":                     {Steps: topic(in{"policy": "{"}), Want: "contains an invalid JSON policy"},
		"no such key":                 {Steps: topic(in{"kmsMasterKeyId": "none"}), Want: "api error KMSNotFound: Invalid key: none"},
		"AWS's key":                   {Steps: topic(in{"kmsMasterKeyId": "alias/aws/sns"})},
		"a duplicate":                 {Steps: topic(in{"name": "orders"}), Want: "api error InvalidParameter: Invalid parameter: Attributes Reason: Topic already exists"},
		"a policy":                    {Steps: awstest.One("it", policyToken, in{"arn": "$topic", "policy": allow})},
		"a policy of no topic":        {Steps: awstest.One("it", policyToken, in{"arn": "arn:aws:sns:eu-west-1:123456789012:none", "policy": allow}), Want: "api error NotFound: Topic does not exist"},
		"a queue":                     {Steps: subscribe("sqs", queueARN, in{"rawMessageDelivery": true, "filterPolicy": `{"a": ["b"]}`})},
		"a queue's URL":               {Steps: subscribe("sqs", "https://sqs.eu-west-1.amazonaws.com/123456789012/work", nil), Want: "api error InvalidParameter: Invalid parameter: SQS endpoint ARN"},
		"a FIFO queue":                {Steps: subscribe("sqs", queueARN+".fifo", nil), Want: "FIFO SQS Queues can not be subscribed to standard SNS topics"},
		"an address":                  {Steps: subscribe("email", "somebody", nil), Want: "Invalid parameter: Email address"},
		"another scheme":              {Steps: subscribe("https", "http://example.com", nil), Want: "Endpoint must match the specified protocol"},
		"an unknown protocol":         {Steps: subscribe("mail", "a@b", nil), Want: "expected protocol to be one of"},
		"raw messages of mail":        {Steps: subscribe("email", "a@b.c", in{"rawMessageDelivery": true}), Want: "does not support raw message delivery"},
		"a filter that is none":       {Steps: subscribe("sqs", queueARN, in{"filterPolicy": "{"}), Want: "contains an invalid JSON"},
		"a subscription of none":      {Steps: subscribe("sqs", queueARN, in{"topic": "arn:aws:sns:eu-west-1:123456789012:none"}), Want: "api error NotFound: Topic does not exist"},
		"firehose without a role":     {Steps: subscribe("firehose", "arn:aws:firehose:eu-west-1:123456789012:deliverystream/a", nil), Want: "requires subscriptionRoleArn"},
	})
}

func TestTopic(t *testing.T) {
	t.Parallel()
	h := awstest.NewAccount(t, true).Use(in{"region": "eu-west-1", "defaultTags": `{"tags": {"owner": "platform"}}`}).History().All(
		awstest.Step{Name: "topic", Type: topicToken, Inputs: in{"name": "orders", "tags": in{"a": "b"}}},
		awstest.Step{Name: "queue", Type: subscriptionToken, Inputs: in{"topic": "$topic", "protocol": "sqs", "endpoint": queueARN}},
		awstest.Step{Name: "mail", Type: subscriptionToken, Inputs: in{"topic": "$topic", "protocol": "email", "endpoint": "a@b.c"}})
	require.Equal(t, "arn:aws:sns:eu-west-1:123456789012:orders", h.IDs["topic"])
	require.Equal(t, in{"a": "b", "owner": "platform"}, h.Output("topic", "tagsAll"))
	require.Regexp(t, "^"+h.IDs["topic"]+":[0-9a-f]{8}-", h.Output("queue", "arn"))
	require.Equal(t, false, h.Output("queue", "pendingConfirmation"))
	require.Equal(t, true, h.Output("mail", "pendingConfirmation"))
	def := h.Output("topic", "policy")
	require.Contains(t, def, "__default_policy_ID")
	own := awstest.Document(in{"Effect": "Allow", "Principal": "*", "Action": "sns:Publish", "Resource": "*"})
	h.All(awstest.Step{Name: "policy", Type: policyToken, Inputs: in{"arn": "$topic", "policy": own}})
	require.NotContains(t, h.Refreshed("topic"), "policy")
	require.Equal(t, own, h.Output("topic", "policy"))
	h.All(awstest.Step{Name: "~topic", Inputs: in{"name": "orders", "displayName": "Orders"}})
	require.Equal(t, own, h.Output("topic", "policy"), "a change of the topic leaves its policy")
	h.All(awstest.Step{Name: "-policy"})
	h.Refreshed("topic")
	require.Equal(t, def, h.Output("topic", "policy"))
	found, err := h.Call("aws:sns/getTopic:getTopic", in{"name": "orders"})
	require.NoError(t, err)
	require.Equal(t, h.IDs["topic"], found["arn"])
	h.All(awstest.Step{Name: "-topic"})
	left, err := h.Store.List("")
	require.NoError(t, err)
	require.Empty(t, left, "subscriptions go with their topic")
}
