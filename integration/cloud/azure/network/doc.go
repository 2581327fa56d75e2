// Package network simulates virtual networks: subnets, security groups, route tables, NAT gateways, public addresses,
// peerings, private endpoints and private DNS zones. Nothing is routed.
//
// Sources: "Azure Virtual Network FAQ" (addresses), "Azure network security groups overview", the pages of the services
// whose subnets have reserved names, and errors in public issues, which comments name. Codes and messages without another
// source are from memory.
package network
