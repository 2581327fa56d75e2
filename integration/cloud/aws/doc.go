// Package aws is a simulated AWS: types and functions of the provider "aws", with what they compute and what
// AWS refuses, in AWS's own words.
//
// It covers networks and what stands in them, identities, keys, logs, buckets and machines. What AWS holds as objects of their own,
// such as a rule of a security group or a route, is an object of its own here too: resources that list such objects inline
// (see [cloud.Type.Refresh]) show what is there, whoever made it.
package aws
