// Package route53 simulates Route 53: hosted zones and records. Names are not resolved.
//
// The sources of its rules are aws_route53_zone and aws_route53_record in terraform-provider-aws, the API reference of
// Route 53 and "Supported DNS record types". Messages of errors without another source are from memory.
package route53
