// Package acm simulates ACM: certificates, and their validation by DNS records.
//
// The sources of its rules are aws_acm_certificate and aws_acm_certificate_validation in terraform-provider-aws, and the
// API reference of ACM. Messages of errors without another source are from memory.
package acm
