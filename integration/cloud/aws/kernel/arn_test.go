package kernel_test

import (
	"testing"

	"github.com/ashlar-iac/ashlar/integration/cloud/aws/awstest"
)

func TestARNsOfInputs(t *testing.T) {
	t.Parallel()
	target := func(arn string) []awstest.Step {
		return []awstest.Step{{Name: "rule", Type: awstest.EventRuleToken, Inputs: map[string]any{"name": "on", "scheduleExpression": "rate(1 day)"}},
			{Name: "target", Type: awstest.EventTargetToken, Inputs: map[string]any{"rule": "on", "arn": arn}}}
	}
	const invalid = "is an invalid ARN: "
	awstest.RunRefusals(t, nil, map[string]awstest.Refusal{
		"an ARN":                {Steps: target("arn:aws:sqs:eu-west-1:123456789012:work")},
		"an ARN of China":       {Steps: target("arn:aws-cn:sqs:cn-north-1:123456789012:work")},
		"an ARN of GovCloud":    {Steps: target("arn:aws-us-gov:lambda:us-gov-west-1:123456789012:function:work")},
		"an ARN without region": {Steps: target("arn:aws:iam::123456789012:role/work")},
		"a name":                {Steps: target("work"), Want: invalid + "arn: invalid prefix"},
		"a part":                {Steps: target("arn:aws:sqs:work"), Want: invalid + "arn: not enough sections"},
		"a partition":           {Steps: target("arn:amazon:sqs:eu-west-1:123456789012:work"), Want: invalid + "invalid partition value"},
		"no service":            {Steps: target("arn:aws::eu-west-1:123456789012:work"), Want: invalid + "missing service value"},
		"a zone":                {Steps: target("arn:aws:sqs:eu-west-1a:123456789012:work"), Want: invalid + "invalid region value"},
		"an account":            {Steps: target("arn:aws:sqs:eu-west-1:1234:work"), Want: invalid + "invalid account ID value"},
		"no resource":           {Steps: target("arn:aws:sqs:eu-west-1:123456789012:"), Want: invalid + "missing resource value"},
	})
}
