// Package routing simulates route tables and the targets of routes: gateways, Elastic IP addresses, VPC peering
// connections and transit gateways.
package routing
