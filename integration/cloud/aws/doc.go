// Package aws is a simulated AWS: types and functions of the provider "aws", with what they compute and what
// AWS refuses, in AWS's own words.
//
// So far it covers VPCs, subnets, routes, gateways and addresses, security groups and network ACLs without their rules, and what a program asks of its account, region and zones.
package aws
