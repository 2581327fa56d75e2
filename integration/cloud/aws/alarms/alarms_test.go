package alarms_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/ashlar-iac/ashlar/integration/cloud/aws/awstest"
)

// in are the inputs of a resource.
type in = map[string]any

const (
	alarmToken     = "aws:cloudwatch/metricAlarm:MetricAlarm"
	dashboardToken = "aws:cloudwatch/dashboard:Dashboard"
)

func busy(more in) in {
	return awstest.Merge(in{"comparisonOperator": "GreaterThanThreshold", "evaluationPeriods": 2.0, "metricName": "CPUUtilization",
		"namespace": "AWS/EC2", "period": 120.0, "statistic": "Average", "threshold": 80.0}, more)
}

func TestRejectedAlarms(t *testing.T) {
	t.Parallel()
	alarm := func(more in) []awstest.Step { return awstest.One("it", alarmToken, busy(more)) }
	dashboard := func(body string) []awstest.Step {
		return awstest.One("it", dashboardToken, in{"dashboardName": "web", "dashboardBody": body})
	}
	awstest.RunRefusals(t, nil, map[string]awstest.Refusal{
		"an alarm":                   {Steps: alarm(in{"alarmActions": []any{"arn:aws:sns:eu-west-1:123456789012:pages", "arn:aws:automate:eu-west-1:ec2:stop"}})},
		"the same alarm":             {Steps: append(alarm(in{"name": "busy"}), alarm(in{"name": "busy"})...)},
		"an operator":                {Steps: alarm(in{"comparisonOperator": ">"}), Want: "expected comparisonOperator to be one of"},
		"a statistic":                {Steps: alarm(in{"statistic": "Mean"}), Want: "expected statistic to be one of"},
		"no statistic":               {Steps: awstest.One("it", alarmToken, in{"comparisonOperator": "GreaterThanThreshold", "evaluationPeriods": 1.0}), Want: "one of `metricQueries,metricName` must be specified"},
		"a period":                   {Steps: alarm(in{"period": 90.0}), Want: "expected period to be 10, 20, 30 or a multiple of 60, got 90"},
		"a period that is too long":  {Steps: alarm(in{"period": 1800.0, "evaluationPeriods": 49.0}), Want: "api error ValidationError: Metrics cannot be checked across more than"},
		"a week":                     {Steps: alarm(in{"period": 86400.0, "evaluationPeriods": 7.0})},
		"two statistics":             {Steps: alarm(in{"extendedStatistic": "p99"}), Want: "conflicts with statistic"},
		"more points than periods":   {Steps: alarm(in{"datapointsToAlarm": 3.0}), Want: "DatapointsToAlarm 3 must be less than or equal to EvaluationPeriods 2"},
		"an action elsewhere":        {Steps: alarm(in{"alarmActions": []any{"arn:aws:sns:us-east-1:123456789012:pages"}}), Want: "api error ValidationError: Invalid region us-east-1 specified. Only eu-west-1 is supported."},
		"an action without an ARN":   {Steps: alarm(in{"okActions": []any{"pages"}}), Want: "is an invalid ARN"},
		"missing data":               {Steps: alarm(in{"treatMissingData": "bad"}), Want: "expected treatMissingData to be one of"},
		"a dashboard":                {Steps: dashboard(`{"widgets": [{"type": "text", "properties": {"markdown": "a"}}]}`)},
		"no JSON":                    {Steps: dashboard("{"), Want: "contains an invalid JSON"},
		"an unknown widget":          {Steps: dashboard(`{"widgets": [{"type": "graph", "properties": {}}]}`), Want: "api error InvalidParameterInput: The dashboard body is invalid"},
		"a widget of nothing":        {Steps: dashboard(`{"widgets": [{"type": "text"}]}`), Want: "Should have required property 'properties'"},
		"a dashboard's name":         {Steps: awstest.One("it", dashboardToken, in{"dashboardName": "a b", "dashboardBody": "{}"}), Want: "invalid value for dashboardName"},
		"a metric without namespace": {Steps: awstest.One("it", alarmToken, in{"comparisonOperator": "GreaterThanThreshold", "evaluationPeriods": 1.0, "metricName": "a", "statistic": "Sum", "threshold": 1.0}), Want: "Namespace and Period are required with MetricName"},
	})
}

func TestAlarm(t *testing.T) {
	t.Parallel()
	h := awstest.NewAccount(t, true).Use(in{"region": "eu-west-1"}).History().All(
		awstest.Step{Name: "alarm", Type: alarmToken, Inputs: busy(in{"name": "busy"})},
		awstest.Step{Name: "board", Type: dashboardToken, Inputs: in{"dashboardName": "web", "dashboardBody": `{"widgets": []}`}})
	require.Equal(t, "arn:aws:cloudwatch:eu-west-1:123456789012:alarm:busy", h.Output("alarm", "arn"))
	require.Equal(t, "arn:aws:cloudwatch::123456789012:dashboard/web", h.Output("board", "dashboardArn"))
	require.Equal(t, "missing", h.Output("alarm", "treatMissingData"))
	h.All(awstest.Step{Name: "~alarm", Inputs: busy(in{"name": "busy", "threshold": 90.0})}, awstest.Step{Name: "-alarm"})
}
