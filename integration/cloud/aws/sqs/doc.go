// Package sqs simulates SQS: queues and their policies.
package sqs
