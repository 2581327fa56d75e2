// Package sns simulates SNS: topics, their policies and subscriptions.
//
// The sources of its rules are aws_sns_topic, aws_sns_topic_policy and aws_sns_topic_subscription in
// terraform-provider-aws, and the API reference of SNS. Messages of errors without another source are from memory.
package sns
