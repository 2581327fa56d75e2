package alarms

import (
	"encoding/json"
	"math"
	"regexp"
	"slices"
	"strings"

	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/cloudwatch"

	"github.com/ashlar-iac/ashlar/integration/cloud"
	"github.com/ashlar-iac/ashlar/integration/cloud/aws/kernel"
)

const (
	alarmToken     = "aws:cloudwatch/metricAlarm:MetricAlarm"
	dashboardToken = "aws:cloudwatch/dashboard:Dashboard"
)

func alarm() *cloud.Type {
	names := kernel.Names{Pattern: regexp.MustCompile(`^[^\x00-\x1f]+$`), Longest: 255, Says: "no control characters"}
	return &cloud.Type{
		Token: alarmToken, Args: cloudwatch.MetricAlarmArgs{}, Resource: &cloudwatch.MetricAlarm{},
		Name:     "name",
		Replaces: []string{"name"},
		Sets:     []string{"alarmActions", "insufficientDataActions", "metricQueries", "okActions"},
		Defaults: map[string]any{"actionsEnabled": true, "treatMissingData": "missing"},
		Check: func(c *cloud.Checker) {
			names.Check(c, "name")
			checkMetric(c)
		},
		Create: func(c *cloud.Call) error {
			// PutMetricAlarm overwrites an alarm of the same name.
			c.Object.ID = c.Text("name")
			c.Set("arn", kernel.ARN(c, "cloudwatch", "alarm:"+c.Object.ID))
			return setAlarm(c)
		},
		Update: setAlarm,
	}
}

func checkMetric(c *cloud.Checker) {
	c.OneOf("comparisonOperator", "GreaterThanOrEqualToThreshold", "GreaterThanThreshold", "LessThanThreshold",
		"LessThanOrEqualToThreshold", "LessThanLowerOrGreaterThanUpperThreshold", "LessThanLowerThreshold",
		"GreaterThanUpperThreshold")
	c.OneOf("statistic", "SampleCount", "Average", "Sum", "Minimum", "Maximum")
	c.OneOf("treatMissingData", "breaching", "notBreaching", "ignore", "missing")
	c.OneOf("evaluateLowSampleCountPercentiles", "evaluate", "ignore")
	c.Between("evaluationPeriods", 1, math.MaxInt32)
	c.Between("datapointsToAlarm", 1, math.MaxInt32)
	if v, ok := c.Number("period"); ok && v != 10 && v != 20 && v != 30 && (v < 60 || math.Mod(v, 60) != 0) {
		c.Add("period", "expected period to be 10, 20, 30 or a multiple of 60, got %v", v)
	}
	for _, property := range []string{"metricName", "dimensions", "extendedStatistic", "namespace", "period", "statistic",
		"unit"} {
		c.Conflict("metricQueries", property)
	}
	c.Conflict("extendedStatistic", "statistic")
	c.Conflict("threshold", "thresholdMetricId")
	if !c.Has("metricQueries") && (!c.Has("extendedStatistic") && !c.Has("statistic") || !c.Has("metricName")) {
		c.Add("metricName", "one of `metricQueries,metricName` must be specified, and `statistic` or `extendedStatistic` "+
			"with metricName")
	}
	kernel.CheckARNs(c, "alarmActions", "insufficientDataActions", "okActions")
}

// setAlarm rejects what the API rejects.
//
// Source: API reference of PutMetricAlarm: an alarm looks back at most one day, and seven days with periods of an hour
// or more; its actions are in its region.
func setAlarm(c *cloud.Call) error {
	c.SetDefault("evaluateLowSampleCountPercentiles", "")
	c.SetDefault("insufficientDataActions", []any{})
	invalid := func(format string, args ...any) error { return kernel.Refuse("ValidationError", format, args...) }
	if c.Text("metricName") != "" && (c.Text("namespace") == "" || c.Object.Number("period") == 0) {
		return invalid("Namespace and Period are required with MetricName")
	}
	periods, period := c.Object.Number("evaluationPeriods"), c.Object.Number("period")
	day := 86400.0
	if longest := map[bool]float64{false: day, true: 7 * day}[period >= 3600]; periods*period > longest {
		return invalid("Metrics cannot be checked across more than %v seconds (EvaluationPeriods * Period must be <= %v)",
			longest, longest)
	}
	if v := c.Object.Number("datapointsToAlarm"); v > periods {
		return invalid("DatapointsToAlarm %v must be less than or equal to EvaluationPeriods %v", v, periods)
	}
	for _, property := range []string{"alarmActions", "insufficientDataActions", "okActions"} {
		arns := c.Texts(property)
		if len(arns) > 5 {
			return invalid("%s: at most 5 actions are allowed", property)
		}
		for _, arn := range arns {
			if region := strings.Split(arn, ":")[3]; region != "" && region != c.Scope.Values["region"] {
				return invalid("Invalid region %s specified. Only %s is supported.", region, c.Scope.Values["region"])
			}
		}
	}
	if c.Text("thresholdMetricId") == "" && c.Object.Outputs["threshold"] == nil {
		return invalid("Threshold is required")
	}
	return nil
}

func dashboard() *cloud.Type {
	names := kernel.Names{Pattern: regexp.MustCompile(`^[0-9A-Za-z_-]+$`), Longest: 255,
		Says: "alphanumeric characters, hyphens and underscores"}
	return &cloud.Type{
		Token: dashboardToken, Args: cloudwatch.DashboardArgs{}, Resource: &cloudwatch.Dashboard{},
		Replaces: []string{"dashboardName"}, Same: kernel.JSON("dashboardBody"),
		Check: func(c *cloud.Checker) {
			names.Check(c, "dashboardName")
			if text, ok := c.Text("dashboardBody"); ok && !json.Valid([]byte(text)) {
				c.Add("dashboardBody", "%q contains an invalid JSON", "dashboardBody")
			}
		},
		Create: func(c *cloud.Call) error {
			c.Object.ID = c.Text("dashboardName")
			c.Set("dashboardArn", kernel.GlobalARN(c, "cloudwatch", "dashboard/"+c.Object.ID))
			return checkBody(c)
		},
		Update: checkBody,
	}
}

// checkBody rejects a body whose widgets have no known type or no properties.
//
// Source: "Dashboard body structure and syntax".
func checkBody(c *cloud.Call) error {
	var body struct {
		Widgets []struct {
			Type       string         `json:"type"`
			Properties map[string]any `json:"properties"`
		} `json:"widgets"`
	}
	problem := ""
	if err := json.Unmarshal([]byte(c.Text("dashboardBody")), &body); err != nil {
		problem = err.Error()
	}
	for _, w := range body.Widgets {
		switch {
		case !slices.Contains([]string{"metric", "text", "log", "alarm", "explorer", "custom"}, w.Type):
			problem = "Should be one of metric, text, log, alarm, explorer or custom: type " + w.Type
		case w.Properties == nil:
			problem = "Should have required property 'properties'"
		}
	}
	if problem != "" {
		return kernel.Refuse("InvalidParameterInput", "The dashboard body is invalid: %s", problem)
	}
	return nil
}
