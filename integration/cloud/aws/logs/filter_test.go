package logs_test

import (
	"testing"

	"github.com/ashlar-iac/ashlar/integration/cloud/aws/awstest"
	"github.com/ashlar-iac/ashlar/integration/cloud/aws/kernel"
)

const (
	metricFilterToken       = "aws:cloudwatch/logMetricFilter:LogMetricFilter"
	streamToken             = "aws:cloudwatch/logStream:LogStream"
	subscriptionFilterToken = "aws:cloudwatch/logSubscriptionFilter:LogSubscriptionFilter"
)

func TestRejectedFilters(t *testing.T) {
	t.Parallel()
	common := []awstest.Step{
		{Name: "group", Type: kernel.LogGroupToken, Inputs: in{"name": "app"}},
		{Name: "role", Type: kernel.RoleToken, Inputs: in{"name": "fn", "assumeRolePolicy": awstest.TrustPolicy("lambda.amazonaws.com")}},
		{Name: "shipper", Type: kernel.RoleToken, Inputs: in{"name": "shipper", "assumeRolePolicy": awstest.TrustPolicy("logs.amazonaws.com")}},
		{Name: "fn", Type: kernel.FunctionToken, Inputs: in{"name": "fn", "role": awstest.RoleARN("fn"), "packageType": "Image", "imageUri": "a/b:c"}},
	}
	metric := func(more in) []awstest.Step {
		return awstest.One("it", metricFilterToken, awstest.Merge(in{"logGroupName": "$group", "pattern": "ERROR",
			"metricTransformation": in{"name": "errors", "namespace": "app", "value": "1"}}, more))
	}
	subscribe := func(more in) awstest.Step {
		return awstest.Step{Name: "it", Type: subscriptionFilterToken, Inputs: awstest.Merge(in{"logGroup": "$group", "filterPattern": "",
			"destinationArn": "arn:aws:lambda:eu-west-1:123456789012:function:fn"}, more)}
	}
	stream := in{"destinationArn": "arn:aws:kinesis:eu-west-1:123456789012:stream/logs", "roleArn": awstest.RoleARN("shipper")}
	permit := awstest.Step{Name: "permit", Type: kernel.FunctionPermissionToken, Inputs: in{"function": "$fn",
		"action": "lambda:InvokeFunction", "principal": "logs.amazonaws.com",
		"sourceArn": "arn:aws:logs:eu-west-1:123456789012:log-group:app:*"}}
	one := func(s ...awstest.Step) []awstest.Step { return s }
	awstest.RunRefusals(t, common, map[string]awstest.Refusal{
		"a metric":            {Steps: metric(nil)},
		"a metric of nothing": {Steps: metric(in{"logGroupName": "none"}), Want: "api error ResourceNotFoundException: The specified log group does not exist: none"},
		"a pattern":           {Steps: metric(in{"pattern": `{ $.level = "error"`}), Want: "api error InvalidParameterException: Invalid filter pattern"},
		"a stream twice": {Steps: one(awstest.Step{Name: "s", Type: streamToken, Inputs: in{"logGroupName": "$group", "name": "a"}},
			awstest.Step{Name: "t", Type: streamToken, Inputs: in{"logGroupName": "$group", "name": "a"}}),
			Want: "api error ResourceAlreadyExistsException: The specified log stream already exists"},
		"a stream's name":               {Steps: awstest.One("s", streamToken, in{"logGroupName": "$group", "name": "a:b"}), Want: "invalid value for name"},
		"a function":                    {Steps: one(permit, subscribe(nil))},
		"a function without permission": {Steps: one(subscribe(nil)), Want: "Make sure you have given CloudWatch Logs permission to execute your function."},
		"a stream":                      {Steps: one(subscribe(stream))},
		"a role of another service":     {Steps: one(subscribe(awstest.Merge(stream, in{"roleArn": awstest.RoleARN("fn")}))), Want: "Could not assume the role"},
		"three filters": {Steps: one(subscribe(stream), subscribe(awstest.Merge(stream, in{"name": "b"})), subscribe(awstest.Merge(stream, in{"name": "c"}))),
			Want: "api error LimitExceededException: Resource limit exceeded."},
	})
}
