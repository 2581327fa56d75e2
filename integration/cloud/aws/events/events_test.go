package events_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/ashlar-iac/ashlar/integration/cloud/aws/awstest"
	"github.com/ashlar-iac/ashlar/integration/cloud/aws/events"
)

// in are the inputs of a resource.
type in = map[string]any

func TestValidSchedule(t *testing.T) {
	t.Parallel()
	tests := map[string]struct {
		reason string
		want   bool
	}{
		"rate(1 minute)":                   {"one is singular", true},
		"rate(1 day)":                      {"one is singular", true},
		"rate(5 minutes)":                  {"others are plural", true},
		"rate(24 hours)":                   {"others are plural", true},
		"rate(1 minutes)":                  {"one is singular", false},
		"rate(5 minute)":                   {"others are plural", false},
		"rate(0 minutes)":                  {"a rate is positive", false},
		"rate(10 seconds)":                 {"minutes are the smallest unit", false},
		"rate(1.5 hours)":                  {"rates are whole numbers", false},
		"rate(2 weeks)":                    {"there is no such unit", false},
		"every day":                        {"it is neither a rate nor a cron expression", false},
		"cron(0 10 * * ? *)":               {"every day at ten", true},
		"cron(15 12 * * ? *)":              {"every day at a quarter past twelve", true},
		"cron(0 18 ? * MON-FRI *)":         {"a range of names", true},
		"cron(0 8 1 * ? *)":                {"a day of the month", true},
		"cron(0/15 * * * ? *)":             {"steps", true},
		"cron(0/10 8-17 ? * MON,WED 2027)": {"lists, ranges and a year", true},
		"cron(0 9 L * ? *)":                {"the last day of the month", true},
		"cron(0 9 3W * ? *)":               {"the weekday closest to a day", true},
		"cron(0 9 ? * 2#1 *)":              {"the first Monday", true},
		"cron(0 9 ? * 6L *)":               {"the last Friday", true},
		"cron(0 10 * * *)":                 {"the year is missing", false},
		"cron(0 10 * * * *)":               {"one of the days is a question mark", false},
		"cron(0 10 ? * ? *)":               {"not both are", false},
		"cron(60 10 * * ? *)":              {"minutes end at 59", false},
		"cron(0 24 * * ? *)":               {"hours end at 23", false},
		"cron(0 10 32 * ? *)":              {"no month has 32 days", false},
		"cron(0 10 1 13 ? *)":              {"there are twelve months", false},
		"cron(0 10 ? * 0 *)":               {"days of the week start with 1", false},
		"cron(0 10 ? * MOM *)":             {"a misspelt day", false},
		"cron(0 10 ? * FRI-MON *)":         {"a range that ends before it starts", false},
		"cron(0 10 * * ? 1969)":            {"years start in 1970", false},
		"cron(*/0 10 * * ? *)":             {"a step is positive", false},
		"cron(0 10 * * ? *":                {"a parenthesis is missing", false},
		"cron()":                           {"all fields are missing", false},
	}
	for text, tc := range tests {
		t.Run(text, func(t *testing.T) {
			t.Parallel()
			require.Equal(t, tc.want, events.ValidSchedule(text), tc.reason)
		})
	}
}

func TestRejectedRules(t *testing.T) {
	t.Parallel()
	rule := func(more in) []awstest.Step {
		return awstest.One("it", awstest.EventRuleToken, awstest.Merge(in{"name": "on"}, more))
	}
	pattern := func(text string) []awstest.Step { return rule(in{"eventPattern": text}) }
	target := func(more in) []awstest.Step {
		return append(pattern(awstest.InterruptionPattern), awstest.Step{Name: "target", Type: awstest.EventTargetToken,
			Inputs: awstest.Merge(in{"rule": "on", "arn": "arn:aws:sqs:eu-west-1:123456789012:work"}, more)})
	}
	awstest.RunRefusals(t, nil, map[string]awstest.Refusal{
		"a rate of one": {Steps: rule(in{"scheduleExpression": "rate(1 minutes)"}),
			Want: "api error ValidationException: Parameter ScheduleExpression is not valid."},
		"a cron expression": {Steps: rule(in{"scheduleExpression": "cron(0 6 ? * MON-FRI *)"})},
		"comparisons": {Steps: pattern(`{"detail": {"state": [{"prefix": "run"}, {"anything-but": ["a", "b"]}, null, 3],
			"c": [{"exists": false}], "ip": [{"cidr": "10.0.0.0/8"}], "n": [{"numeric": [">", 0, "<=", 5]}]}}`)},
		"alternatives": {Steps: pattern(`{"$or": [{"source": ["aws.ec2"]}, {"detail": {"a": [1]}}]}`)},
		"an unknown comparison": {Steps: pattern(`{"detail": {"state": [{"starts-with": "run"}]}}`),
			Want: "api error InvalidEventPatternException: Event pattern is not valid. Reason: Unrecognized match type starts-with"},
		"two comparisons in one": {Steps: pattern(`{"detail": {"state": [{"prefix": "a", "suffix": "b"}]}}`),
			Want: "Only one key allowed in match expression"},
		"exists with a text":      {Steps: pattern(`{"detail": {"state": [{"exists": "yes"}]}}`), Want: "must be either true or false"},
		"numeric with a number":   {Steps: pattern(`{"detail": {"n": [{"numeric": 1}]}}`), Want: "must be an array"},
		"a list within a list":    {Steps: pattern(`{"source": [["aws.ec2"]]}`), Want: "Match value must be String"},
		"a pattern within $or":    {Steps: pattern(`{"$or": ["a"]}`), Want: `"$or" must be an array of objects`},
		"a description":           {Steps: rule(in{"scheduleExpression": "rate(1 day)", "description": string(make([]byte, 513))}), Want: "(0 - 512)"},
		"a target":                {Steps: target(nil)},
		"input and inputPath":     {Steps: target(in{"input": "{}", "inputPath": "$.detail"}), Want: "conflicts with inputPath"},
		"retries":                 {Steps: target(in{"retryPolicy": in{"maximumRetryAttempts": 186.0}}), Want: "expected maximumRetryAttempts to be in the range (0 - 185)"},
		"the age of events":       {Steps: target(in{"retryPolicy": in{"maximumEventAgeInSeconds": 30.0}}), Want: "(60 - 86400)"},
		"an age within the range": {Steps: target(in{"retryPolicy": in{"maximumEventAgeInSeconds": 60.0}})},
	})
}
