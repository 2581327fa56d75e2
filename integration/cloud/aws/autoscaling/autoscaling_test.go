package autoscaling_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/ashlar-iac/ashlar/integration/cloud/aws/awstest"
	"github.com/ashlar-iac/ashlar/integration/cloud/aws/kernel"
)

// in are the inputs of a resource.
type in = map[string]any

const (
	attachmentToken = "aws:autoscaling/attachment:Attachment"
	hookToken       = "aws:autoscaling/lifecycleHook:LifecycleHook"
	policyToken     = "aws:autoscaling/policy:Policy"
	scheduleToken   = "aws:autoscaling/schedule:Schedule"
)

// network returns a network with a launch template.
func network(t *testing.T) []awstest.Step {
	t.Helper()
	h := awstest.NewAccount(t, true).Use(in{"region": "eu-west-1"}).History()
	image, err := h.Call("aws:ssm/getParameter:getParameter", in{"name": awstest.AmazonLinuxParameter + "x86_64"})
	require.NoError(t, err)
	return append(awstest.PublicNetwork(),
		awstest.Step{Name: "template", Type: kernel.LaunchTemplateToken, Inputs: in{"name": "web",
			"imageId": image["value"], "instanceType": "t3.micro", "vpcSecurityGroupIds": []any{"$group"}}},
		awstest.Step{Name: "bare", Type: kernel.LaunchTemplateToken, Inputs: in{"name": "bare", "instanceType": "t3.micro"}},
		awstest.Step{Name: "arm", Type: kernel.LaunchTemplateToken, Inputs: in{"name": "arm", "instanceType": "t4g.micro",
			"imageId": image["value"]}},
		awstest.Step{Name: "targets", Type: kernel.TargetGroupToken,
			Inputs: in{"port": 80.0, "protocol": "HTTP", "vpcId": "$net"}})
}

func group(more in) awstest.Step {
	inputs := awstest.Merge(in{"name": "web", "minSize": 1.0, "maxSize": 4.0, "launchTemplate": in{"id": "$template"},
		"vpcZoneIdentifiers": []any{"$a", "$b"}}, more)
	return awstest.Step{Name: "it", Type: kernel.AutoScalingGroupToken, Inputs: inputs}
}

func TestRejectedGroups(t *testing.T) {
	t.Parallel()
	one := func(more in) []awstest.Step { return []awstest.Step{group(more)} }
	with := func(typ string, inputs in) []awstest.Step {
		return []awstest.Step{group(nil), {Name: "part", Type: typ,
			Inputs: awstest.Merge(in{"autoscalingGroupName": "$it"}, inputs)}}
	}
	policy := func(inputs in) []awstest.Step { return with(policyToken, inputs) }
	awstest.RunRefusals(t, network(t), map[string]awstest.Refusal{
		"a group":              {Steps: one(nil)},
		"a template by name":   {Steps: one(in{"launchTemplate": in{"name": "web", "version": "$Latest"}})},
		"a name with a colon":  {Steps: one(in{"name": "a:b"}), Want: "invalid value for name"},
		"no template":          {Steps: one(in{"launchTemplate": nil}), Want: "one of launchConfiguration, launchTemplate, mixedInstancesPolicy must be specified"},
		"zones and subnets":    {Steps: one(in{"availabilityZones": []any{"eu-west-1a"}}), Want: "conflicts with vpcZoneIdentifiers"},
		"a malformed duration": {Steps: one(in{"waitForCapacityTimeout": "ten"}), Want: "cannot be parsed as a duration"},
		"id and name of a template": {Steps: one(in{"launchTemplate": in{"id": "$template", "name": "web"}}),
			Want: "conflicts with launchTemplate.name"},
		"a template that does not exist": {Steps: one(in{"launchTemplate": in{"id": "lt-0"}}),
			Want: "api error ValidationError: You must use a valid fully-formed launch template. "},
		"a version that does not exist": {Steps: one(in{"launchTemplate": in{"id": "$template", "version": "2"}}),
			Want: "Could not find launch template version 2 for launch template $template."},
		"a template without an image": {Steps: one(in{"launchTemplate": in{"id": "$bare"}}),
			Want: "The request must contain the parameter ImageId"},
		"instances that cannot start": {Steps: one(in{"launchTemplate": in{"id": "$arm"}}),
			Want: "waiting for Auto Scaling Group (web) capacity satisfied: scaling activity: Failed: api error InvalidParameterValue: The architecture"},
		"no instances": {Steps: one(in{"launchTemplate": in{"id": "$arm"}, "minSize": 0.0})},
		"no zones": {Steps: one(in{"vpcZoneIdentifiers": nil}),
			Want: "api error ValidationError: At least one Availability Zone or VPC Subnet is required."},
		"a zone that does not exist": {Steps: one(in{"vpcZoneIdentifiers": nil, "availabilityZones": []any{"eu-west-1z"}}),
			Want: "api error ValidationError: Invalid availability zones [eu-west-1z]"},
		"a subnet that does not exist": {Steps: one(in{"vpcZoneIdentifiers": []any{"subnet-0"}}),
			Want: "api error ValidationError: The subnet ID 'subnet-0' does not exist"},
		"limits in the wrong order": {Steps: one(in{"minSize": 5.0}),
			Want: "api error ValidationError: Max bound, 4, must be greater than or equal to min bound, 5"},
		"a capacity above the limits": {Steps: one(in{"desiredCapacity": 5.0}),
			Want: "Desired capacity:5 must be between the specified min size:1 and max size:4"},
		"target groups that do not exist": {Steps: one(in{"targetGroupArns": []any{"arn:aws:elasticloadbalancing:eu-west-1:123456789012:targetgroup/none/0"}}),
			Want: "api error ValidationError: Provided Target Groups may not be valid."},
		"a duplicate": {Steps: append(one(nil), awstest.Step{Name: "again", Type: kernel.AutoScalingGroupToken,
			Inputs: group(nil).Inputs}), Want: "api error AlreadyExists: AutoScalingGroup by this name already exists"},
		"a launch configuration": {Steps: awstest.One("old", "aws:ec2/launchConfiguration:LaunchConfiguration",
			in{"imageId": "ami-0", "instanceType": "t3.micro"}),
			Want: "api error UnsupportedOperation: The Launch Configuration creation operation is not available in your account."},
		"a maintenance policy": {Steps: one(in{"instanceMaintenancePolicy": in{"minHealthyPercentage": 90.0,
			"maxHealthyPercentage": 300.0}}), Want: "in the range (100 - 200)"},
		"overrides": {Steps: one(in{"launchTemplate": nil, "mixedInstancesPolicy": in{"launchTemplate": in{
			"launchTemplateSpecification": in{"launchTemplateId": "$template"},
			"overrides":                   []any{in{"instanceType": "t3.small"}}}}})},
		"instance requirements": {Steps: one(in{"launchTemplate": nil, "mixedInstancesPolicy": in{"launchTemplate": in{
			"launchTemplateSpecification": in{"launchTemplateId": "$template"},
			"overrides":                   []any{in{"instanceRequirements": in{"memoryMib": in{"min": 1.0}, "vcpuCount": in{"min": 1.0}}}}}}}),
			Want: "does not cover instanceRequirements"},

		"a simple policy":               {Steps: policy(in{"adjustmentType": "ChangeInCapacity", "scalingAdjustment": 1.0})},
		"a policy without adjustment":   {Steps: policy(in{"adjustmentType": "ChangeInCapacity"}), Want: "scalingAdjustment is required for policy type SimpleScaling"},
		"an adjustment without a type":  {Steps: policy(in{"scalingAdjustment": 1.0}), Want: "You must specify an AdjustmentType for policy type: SimpleScaling"},
		"tracking":                      {Steps: policy(in{"policyType": "TargetTrackingScaling", "targetTrackingConfiguration": in{"targetValue": 50.0, "predefinedMetricSpecification": in{"predefinedMetricType": "ASGAverageCPUUtilization"}}})},
		"tracking without its settings": {Steps: policy(in{"policyType": "TargetTrackingScaling"}), Want: "targetTrackingConfiguration is required"},
		"settings of another type": {Steps: policy(in{"policyType": "TargetTrackingScaling", "scalingAdjustment": 1.0,
			"targetTrackingConfiguration": in{"targetValue": 50.0}}),
			Want: "scalingAdjustment is only supported for policy type SimpleScaling"},
		"a policy of a missing group": {Steps: []awstest.Step{{Name: "part", Type: policyToken,
			Inputs: in{"autoscalingGroupName": "none", "adjustmentType": "ChangeInCapacity", "scalingAdjustment": 1.0}}},
			Want: "api error ValidationError: AutoScalingGroup name not found - AutoScalingGroup 'none' not found"},

		"a schedule": {Steps: with(scheduleToken, in{"scheduledActionName": "night", "recurrence": "0 20 * * *",
			"minSize": 0.0, "desiredCapacity": 0.0})},
		"a schedule with six fields": {Steps: with(scheduleToken, in{"scheduledActionName": "night",
			"recurrence": "0 20 * * ? *", "minSize": 0.0}), Want: "Given recurrence string: 0 20 * * ? * is invalid"},
		"a schedule without sizes": {Steps: with(scheduleToken, in{"scheduledActionName": "night",
			"recurrence": "0 20 * * *", "minSize": -1.0}), Want: "At least one of the DesiredCapacity, MinSize and MaxSize"},
		"a schedule without a time": {Steps: with(scheduleToken, in{"scheduledActionName": "night", "minSize": 0.0}),
			Want: "At least one of StartTime and Recurrence"},
		"a time without a zone": {Steps: with(scheduleToken, in{"scheduledActionName": "night", "minSize": 0.0,
			"startTime": "2026-11-01T10:00:00"}), Want: "cannot be parsed as iso8601 Timestamp Format"},

		"a hook": {Steps: with(hookToken, in{"lifecycleTransition": "autoscaling:EC2_INSTANCE_LAUNCHING"})},
		"a hook with a short timeout": {Steps: with(hookToken, in{"heartbeatTimeout": 10.0,
			"lifecycleTransition": "autoscaling:EC2_INSTANCE_LAUNCHING"}), Want: "in the range (30 - 7200), got 10"},
		"an attachment": {Steps: with(attachmentToken, in{"lbTargetGroupArn": "$targets"})},
		"an attachment of a missing target group": {Steps: with(attachmentToken, in{"lbTargetGroupArn": "none"}),
			Want: "Provided Target Groups may not be valid."},
		"a subnet with instances": {Steps: []awstest.Step{group(nil), {Name: "-a"}}, Want: "api error DependencyViolation"},
	})
}

func TestGroupKeepsItsInstances(t *testing.T) {
	t.Parallel()
	h := awstest.NewAccount(t, true).Use(in{"region": "eu-west-1"}).History().All(network(t)...)
	instances := func() int {
		all, err := h.Store.List(kernel.InstanceToken)
		require.NoError(t, err)
		return len(all)
	}
	tags := in{"tags": []any{in{"key": "Name", "value": "web", "propagateAtLaunch": true}}}
	h.All(group(awstest.Merge(tags, in{"desiredCapacity": 3.0})))
	require.Equal(t, "web", h.IDs["it"])
	require.Regexp(t, `^arn:aws:autoscaling:eu-west-1:123456789012:autoScalingGroup:[0-9a-f]{8}-[0-9a-f-]{27}:autoScalingGroupName/web$`,
		h.Output("it", "arn"))
	require.Equal(t, []any{"eu-west-1a", "eu-west-1b"}, h.Output("it", "availabilityZones"))
	require.Equal(t, in{"id": h.IDs["template"], "name": "web", "version": "$Default"}, h.Output("it", "launchTemplate"))
	require.Equal(t, 3, instances())
	all, err := h.Store.List(kernel.InstanceToken)
	require.NoError(t, err)
	require.Equal(t, "web", all[0].Outputs["tags"].(in)["Name"])
	require.Equal(t, []any{h.IDs["group"]}, all[0].Outputs["vpcSecurityGroupIds"])

	h.All(awstest.Step{Name: "attached", Type: attachmentToken,
		Inputs: in{"autoscalingGroupName": "$it", "lbTargetGroupArn": "$targets"}})
	before := h.Inputs["it"]
	require.NotContains(t, h.Refreshed("it"), "targetGroupArns", "an attachment is no drift")
	require.Equal(t, []any{h.IDs["targets"]}, h.Output("it", "targetGroupArns"))
	require.Equal(t, before, h.Inputs["it"])

	again := group(awstest.Merge(tags, in{"maxSize": 2.0}))
	again.Name = "~it"
	h.All(again)
	require.InDelta(t, 2.0, h.Output("it", "desiredCapacity"), 0, "the current capacity stays within the limits")
	require.Equal(t, 2, instances())
	policy := func(of string) awstest.Step {
		return awstest.Step{Name: "cpu-" + of, Type: policyToken, Inputs: in{"name": "cpu", "autoscalingGroupName": of,
			"adjustmentType": "ChangeInCapacity", "scalingAdjustment": 1.0}}
	}
	second := group(in{"name": "second", "minSize": 0.0})
	second.Name = "second"
	h.All(second, policy("web"), policy("second"))
	require.Equal(t, "cpu", h.IDs["cpu-web"])
	h.Refreshed("cpu-web")
	require.Equal(t, "web", h.Output("cpu-web", "autoscalingGroupName"), "each group has policies of its own")
	h.All(awstest.Step{Name: "-second"})
	h.All(awstest.Step{Name: "-attached"}, awstest.Step{Name: "-it"})
	require.Zero(t, instances())
	h.All(awstest.Step{Name: "-a"}, awstest.Step{Name: "-b"}, awstest.Step{Name: "-group"})
}
