// Package alarms simulates CloudWatch: alarms on metrics and dashboards. Metrics have no values: no alarm goes off.
//
// The sources of its rules are aws_cloudwatch_metric_alarm and aws_cloudwatch_dashboard in terraform-provider-aws, and
// the API reference of PutMetricAlarm and PutDashboard. Messages of errors without another source are from memory.
package alarms
