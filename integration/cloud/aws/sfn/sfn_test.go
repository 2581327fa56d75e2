package sfn_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/ashlar-iac/ashlar/integration/cloud/aws/awstest"
	"github.com/ashlar-iac/ashlar/integration/cloud/aws/kernel"
)

// in are the inputs of a resource.
type in = map[string]any

func TestRejectedStateMachines(t *testing.T) {
	t.Parallel()
	common := []awstest.Step{
		{Name: "role", Type: kernel.RoleToken, Inputs: in{"name": "machine", "assumeRolePolicy": awstest.TrustPolicy("states.amazonaws.com")}},
		{Name: "other", Type: kernel.RoleToken, Inputs: in{"name": "other", "assumeRolePolicy": awstest.TrustPolicy("ec2.amazonaws.com")}}}
	machine := func(definition string, more in) []awstest.Step {
		return awstest.One("it", "aws:sfn/stateMachine:StateMachine", awstest.Merge(in{"name": "orders",
			"roleArn": awstest.RoleARN("machine"), "definition": definition}, more))
	}
	const works = `{"StartAt": "a", "States": {"a": {"Type": "Pass", "Next": "b"}, "b": {"Type": "Succeed"}}}`
	awstest.RunRefusals(t, common, map[string]awstest.Refusal{
		"a machine":           {Steps: machine(works, nil)},
		"a duplicate":         {Steps: append(machine(works, nil), machine(works, nil)...), Want: "api error StateMachineAlreadyExists"},
		"a name":              {Steps: machine(works, in{"name": "a.b"}), Want: "invalid value for name"},
		"another role":        {Steps: machine(works, in{"roleArn": awstest.RoleARN("other")}), Want: "api error AccessDeniedException: Neither the global service principal states.amazonaws.com"},
		"no JSON":             {Steps: machine("{", nil), Want: "api error InvalidDefinition: Invalid State Machine Definition: 'INVALID_JSON_DESCRIPTION"},
		"no beginning":        {Steps: machine(`{"StartAt": "x", "States": {"a": {"Type": "Succeed"}}}`, nil), Want: "Missing 'Next' target: x at /StartAt"},
		"a missing target":    {Steps: machine(`{"StartAt": "a", "States": {"a": {"Type": "Pass", "Next": "x"}}}`, nil), Want: "Missing 'Next' target: x at /States/a"},
		"no end":              {Steps: machine(`{"StartAt": "a", "States": {"a": {"Type": "Pass"}}}`, nil), Want: "The state needs either Next or End at /States/a"},
		"a type":              {Steps: machine(`{"StartAt": "a", "States": {"a": {"Type": "Pas", "End": true}}}`, nil), Want: "Value is not valid at /States/a/Type"},
		"a task of nothing":   {Steps: machine(`{"StartAt": "a", "States": {"a": {"Type": "Task", "End": true}}}`, nil), Want: "'Resource' is required"},
		"a branch of nothing": {Steps: machine(`{"StartAt": "a", "States": {"a": {"Type": "Parallel", "End": true, "Branches": [{"StartAt": "x", "States": {}}]}}}`, nil), Want: "Missing 'Next' target: x"},
	})
	h := awstest.NewAccount(t, true).Use(in{"region": "eu-west-1"}).History().All(common...).All(machine(works, nil)...)
	require.Equal(t, "arn:aws:states:eu-west-1:123456789012:stateMachine:orders", h.IDs["it"])
}
