// Package aws is a simulated AWS: types and functions of the provider "aws", with what they compute and what
// AWS refuses, in AWS's own words.
//
// It covers networks, identities and policies, keys, log groups, buckets, machines and parameters: the page "A simulated AWS" of the
// documentation lists the types.
package aws
