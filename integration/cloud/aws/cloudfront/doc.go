// Package cloudfront simulates CloudFront: distributions, and the identities with which they read buckets. Nothing is
// delivered.
//
// The sources of its rules are the resources of the same names in terraform-provider-aws, and the API reference of
// CloudFront. Messages of errors without another source are from memory.
package cloudfront
