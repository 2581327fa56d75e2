// Package lb simulates Elastic Load Balancing: application, network and gateway load balancers with their listeners,
// rules and target groups.
//
// The sources of its rules are the resources of the same names in terraform-provider-aws, which the real provider is
// built from, and the API reference of Elastic Load Balancing version 2015-12-01. Messages of errors without another
// source are from memory.
package lb
