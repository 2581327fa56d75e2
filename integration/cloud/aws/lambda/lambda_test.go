package lambda_test

import (
	"testing"

	provider "github.com/pulumi/pulumi-go-provider"
	"github.com/pulumi/pulumi/sdk/v3/go/common/resource"
	"github.com/pulumi/pulumi/sdk/v3/go/common/resource/archive"
	"github.com/pulumi/pulumi/sdk/v3/go/common/resource/asset"
	"github.com/stretchr/testify/require"

	"github.com/ashlar-iac/ashlar/integration/cloud/aws/awstest"
	"github.com/ashlar-iac/ashlar/integration/cloud/aws/kernel"
)

// in are the inputs of a resource.
type in = map[string]any

const (
	aliasToken       = "aws:lambda/alias:Alias"
	attachmentToken  = "aws:iam/rolePolicyAttachment:RolePolicyAttachment"
	eventSourceToken = "aws:lambda/eventSourceMapping:EventSourceMapping"
	objectToken      = "aws:s3/bucketObjectv2:BucketObjectv2"
	targetToken      = "aws:lb/targetGroupAttachment:TargetGroupAttachment"
	urlToken         = "aws:lambda/functionUrl:FunctionUrl"
)

// code returns an archive with a file.
func code(t *testing.T, text string) *archive.Archive {
	t.Helper()
	file, err := asset.FromText(text)
	require.NoError(t, err)
	out, err := archive.FromAssets(map[string]any{"index.js": file})
	require.NoError(t, err)
	return out
}

func common() []awstest.Step {
	attach := func(name, role, policy string) awstest.Step {
		return awstest.Step{Name: name, Type: attachmentToken, Inputs: in{"role": role,
			"policyArn": "arn:aws:iam::aws:policy/service-role/" + policy}}
	}
	return append(awstest.PublicNetwork(),
		awstest.Step{Name: "role", Type: kernel.RoleToken,
			Inputs: in{"name": "fn", "assumeRolePolicy": awstest.TrustPolicy("lambda.amazonaws.com")}},
		awstest.Step{Name: "wide", Type: kernel.RoleToken,
			Inputs: in{"name": "wide", "assumeRolePolicy": awstest.TrustPolicy("lambda.amazonaws.com")}},
		attach("vpc", "wide", "AWSLambdaVPCAccessExecutionRole"), attach("sqs", "wide", "AWSLambdaSQSQueueExecutionRole"),
		attach("streams", "wide", "AWSLambdaDynamoDBExecutionRole"),
		awstest.Step{Name: "other", Type: kernel.RoleToken,
			Inputs: in{"name": "other", "assumeRolePolicy": awstest.TrustPolicy("ec2.amazonaws.com")}},
		awstest.Step{Name: "bucket", Type: awstest.BucketToken, Inputs: in{"bucket": "code"}},
		awstest.Step{Name: "object", Type: objectToken, Inputs: in{"bucket": "code", "key": "fn.zip", "content": "zip"}},
		awstest.Step{Name: "queue", Type: awstest.QueueToken, Inputs: in{"name": "work"}},
		awstest.Step{Name: "table", Type: kernel.TableToken, Inputs: in{"name": "orders", "hashKey": "id",
			"billingMode": "PAY_PER_REQUEST", "attributes": []any{in{"name": "id", "type": "S"}}}},
		awstest.Step{Name: "targets", Type: kernel.TargetGroupToken, Inputs: in{"targetType": "lambda"}})
}

func function(more in) awstest.Step {
	inputs := awstest.Merge(in{"name": "fn", "role": awstest.RoleARN("fn"), "runtime": "nodejs22.x", "handler": "index.handler",
		"s3Bucket": "code", "s3Key": "fn.zip"}, more)
	return awstest.Step{Name: "fn", Type: kernel.FunctionToken, Inputs: inputs}
}

func TestRejectedFunctions(t *testing.T) {
	t.Parallel()
	one := func(more in) []awstest.Step { return []awstest.Step{function(more)} }
	with := func(s ...awstest.Step) []awstest.Step { return append(one(in{"role": awstest.RoleARN("wide")}), s...) }
	permit := func(more in) awstest.Step {
		return awstest.Step{Name: "permit", Type: kernel.FunctionPermissionToken, Inputs: awstest.Merge(in{
			"statementId": "lb", "function": "$fn", "action": "lambda:InvokeFunction",
			"principal": "elasticloadbalancing.amazonaws.com"}, more)}
	}
	source := func(more in) awstest.Step {
		return awstest.Step{Name: "source", Type: eventSourceToken, Inputs: awstest.Merge(in{"functionName": "$fn",
			"eventSourceArn": "arn:aws:sqs:eu-west-1:123456789012:work"}, more)}
	}
	target := awstest.Step{Name: "target", Type: targetToken, Inputs: in{"targetGroupArn": "$targets",
		"targetId": "arn:aws:lambda:eu-west-1:123456789012:function:fn"}}
	network := in{"subnetIds": []any{"$a", "$b"}, "securityGroupIds": []any{"$group"}}
	wide := in{"role": awstest.RoleARN("wide"), "vpcConfig": network}
	variables := func(v in) in { return in{"environment": in{"variables": v}} }
	awstest.RunRefusals(t, common(), map[string]awstest.Refusal{
		"a function":                  {Steps: one(nil)},
		"a name":                      {Steps: one(in{"name": "a.b"}), Want: "invalid value for name"},
		"a duplicate":                 {Steps: append(one(nil), one(nil)...), Want: "api error ResourceConflictException: Function already exist: fn"},
		"no code":                     {Steps: one(in{"s3Bucket": nil, "s3Key": nil}), Want: "one of `code,imageUri,s3Bucket` must be specified"},
		"code in no bucket":           {Steps: one(in{"s3Bucket": "none"}), Want: "S3 Error Code: NoSuchBucket"},
		"code in no object":           {Steps: one(in{"s3Key": "none"}), Want: "S3 Error Code: NoSuchKey"},
		"no runtime":                  {Steps: one(in{"runtime": nil}), Want: "runtime must be set when packageType is Zip"},
		"an unknown runtime":          {Steps: one(in{"runtime": "node22"}), Want: "Value node22 at 'runtime' failed to satisfy constraint"},
		"a retired runtime":           {Steps: one(in{"runtime": "nodejs14.x"}), Want: "The runtime parameter of nodejs14.x is no longer supported"},
		"a newer runtime":             {Steps: one(in{"runtime": "nodejs26.x"})},
		"an image without packaging":  {Steps: one(in{"s3Bucket": nil, "s3Key": nil, "imageUri": "a/b:c"}), Want: "imageUri must be set when packageType is Image"},
		"an image":                    {Steps: one(in{"s3Bucket": nil, "s3Key": nil, "runtime": nil, "handler": nil, "imageUri": "a/b:c", "packageType": "Image"})},
		"too little memory":           {Steps: one(in{"memorySize": 64.0}), Want: "in the range (128 - 10240), got 64"},
		"a long timeout":              {Steps: one(in{"timeout": 901.0}), Want: "in the range (1 - 900), got 901"},
		"a role of another service":   {Steps: one(in{"role": awstest.RoleARN("other")}), Want: "api error InvalidParameterValueException: The role defined for the function cannot be assumed by Lambda."},
		"a reserved variable":         {Steps: one(variables(in{"AWS_REGION": "a"})), Want: "Reserved keys used in this request: AWS_REGION"},
		"a name of a variable":        {Steps: one(variables(in{"a-b": "a"})), Want: "Map keys must satisfy constraint"},
		"a network":                   {Steps: one(wide)},
		"a network without a role":    {Steps: one(in{"vpcConfig": network}), Want: "does not have permissions to call CreateNetworkInterface on EC2"},
		"a network without groups":    {Steps: one(awstest.Merge(wide, in{"vpcConfig": in{"subnetIds": []any{"$a"}, "securityGroupIds": []any{}}})), Want: "SubnetIds and SecurityIds must coexist"},
		"a subnet that is missing":    {Steps: one(awstest.Merge(wide, in{"vpcConfig": in{"subnetIds": []any{"subnet-0"}, "securityGroupIds": []any{"$group"}}})), Want: "EC2 Error Code: InvalidSubnetID.NotFound"},
		"a subnet of a function":      {Steps: append(one(wide), awstest.Step{Name: "-a"}), Want: "api error DependencyViolation"},
		"a permission":                {Steps: with(permit(nil))},
		"a permission of nothing":     {Steps: with(permit(in{"function": "none"})), Want: "api error ResourceNotFoundException: Function not found: arn:aws:lambda:eu-west-1:123456789012:function:none"},
		"a permission twice":          {Steps: with(permit(nil), permit(nil)), Want: "api error ResourceConflictException: The statement id (lb) provided already exists."},
		"a principal":                 {Steps: with(permit(in{"principal": "elb"})), Want: "The provided principal was invalid."},
		"an action":                   {Steps: with(permit(in{"action": "InvokeFunction"})), Want: "invalid value for action"},
		"a target":                    {Steps: with(permit(nil), target)},
		"a target without permission": {Steps: with(target), Want: "api error AccessDenied: elasticloadbalancing principal does not have permission to invoke arn:aws:lambda:eu-west-1:123456789012:function:fn from target group $targets"},
		"a target of another group":   {Steps: with(permit(in{"sourceArn": "arn:aws:elasticloadbalancing:eu-west-1:123456789012:targetgroup/none/0"}), target), Want: "api error AccessDenied"},
		"a queue":                     {Steps: with(source(nil))},
		"a queue twice":               {Steps: with(source(nil), source(nil)), Want: "api error ResourceConflictException: The event source arn"},
		"a queue that is missing":     {Steps: with(source(in{"eventSourceArn": "arn:aws:sqs:eu-west-1:123456789012:none"})), Want: "does not exist"},
		"a queue with a position":     {Steps: with(source(in{"startingPosition": "LATEST"})), Want: "StartingPosition is required for streams"},
		"a queue without permission":  {Steps: append(one(nil), source(nil)), Want: "The provided execution role does not have permissions to call ReceiveMessage on SQS"},
		"a queue that is impatient":   {Steps: append(one(in{"role": awstest.RoleARN("wide"), "timeout": 60.0}), source(nil)), Want: "Queue visibility timeout: 30 seconds is less than Function timeout: 60 seconds"},
		"a URL":                       {Steps: with(awstest.Step{Name: "url", Type: urlToken, Inputs: in{"functionName": "$fn", "authorizationType": "NONE"}})},
		"an alias of no version":      {Steps: with(awstest.Step{Name: "alias", Type: aliasToken, Inputs: in{"functionName": "$fn", "name": "live", "functionVersion": "7"}}), Want: "api error ResourceNotFoundException"},
	})
}

func TestFunctionOfAnArchive(t *testing.T) {
	t.Parallel()
	h := awstest.NewAccount(t, true).Use(in{"region": "eu-west-1"}).History().All(common()...)
	inputs := func(text string) resource.PropertyMap {
		out := resource.ToResourcePropertyMap(awstest.Properties(function(in{"s3Bucket": nil, "s3Key": nil, "publish": true}).Inputs))
		out["code"] = resource.NewProperty(code(t, text))
		return out
	}
	urn := awstest.URN(kernel.FunctionToken)
	checked, err := h.Check(t.Context(), provider.CheckRequest{Urn: urn, Inputs: resource.FromResourcePropertyMap(inputs("one"))})
	require.NoError(t, err)
	require.Empty(t, checked.Failures)
	made, err := h.Create(t.Context(), provider.CreateRequest{Urn: urn, Properties: checked.Inputs})
	require.NoError(t, err)
	outputs := resource.ToResourcePropertyMap(made.Properties)
	require.True(t, outputs["code"].IsArchive())
	require.Equal(t, "1", outputs["version"].StringValue())
	require.Equal(t, "arn:aws:lambda:eu-west-1:123456789012:function:fn:1", outputs["qualifiedArn"].StringValue())
	read, err := h.Read(t.Context(), provider.ReadRequest{Urn: urn, ID: "fn", Inputs: checked.Inputs, Properties: made.Properties})
	require.NoError(t, err)
	diff, err := h.Diff(t.Context(), provider.DiffRequest{Urn: urn, ID: "fn", OldInputs: read.Inputs, State: read.Properties, Inputs: checked.Inputs})
	require.NoError(t, err)
	require.False(t, diff.HasChanges, "a refresh finds no drift: %v", diff.DetailedDiff)

	checked, err = h.Check(t.Context(), provider.CheckRequest{Urn: urn, State: checked.Inputs, Inputs: resource.FromResourcePropertyMap(inputs("two"))})
	require.NoError(t, err)
	diff, err = h.Diff(t.Context(), provider.DiffRequest{Urn: urn, ID: "fn", OldInputs: read.Inputs, State: read.Properties, Inputs: checked.Inputs})
	require.NoError(t, err)
	require.True(t, diff.HasChanges, "other code is a change")
	updated, err := h.Update(t.Context(), provider.UpdateRequest{Urn: urn, ID: "fn", Inputs: checked.Inputs})
	require.NoError(t, err)
	require.Equal(t, "2", resource.ToResourcePropertyMap(updated.Properties)["version"].StringValue())
}
