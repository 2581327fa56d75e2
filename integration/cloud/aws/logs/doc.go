// Package logs simulates CloudWatch Logs: log groups and resource policies.
package logs
