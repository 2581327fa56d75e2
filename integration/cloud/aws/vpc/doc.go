// Package vpc simulates the networks of EC2: VPCs, subnets, network interfaces, DHCP options, IPAM, prefix lists, zones
// and flow logs.
//
// The other packages of the EC2 API are networkacl, securitygroup, routing, endpoint and ec2.
package vpc
