package core

import "github.com/pulumi/pulumi/sdk/v3/go/pulumi"

// Network is a private network in a cloud, whoever made it. Components that
// create or look up a network implement it; components that are placed in a
// network, such as clusters and machines, consume it.
type Network interface {
	// NetworkInfo returns what a consumer needs to place something in the
	// network. It may be called as soon as the constructor of the component has
	// returned.
	NetworkInfo() NetworkInfo
}

// NetworkInfo describes a network to those who place something in it.
type NetworkInfo struct {
	// Name identifies the network within the program. Required.
	Name string
	// Platform is the cloud, "aws" or "azure". Required.
	Platform string
	// ID is what the cloud calls the network: a VPC ID, or the resource ID of
	// a virtual network. Required.
	ID pulumi.StringInput
	// CIDRs are the network's blocks of addresses, the first one first given.
	// Optional: nil means unknown.
	CIDRs pulumi.StringArrayInput
	// Subnets are the subnets, tier by tier and in each tier zone by zone, in an
	// order that is the same on every run. They are known early, except for what
	// the cloud makes up.
	Subnets []Subnet
}

// Subnet is a part of a network.
type Subnet struct {
	// Tier is what the subnet is for, such as "public", "private" or "isolated".
	// Required.
	Tier string
	// Zone is the availability zone, such as "eu-west-1a". Empty where a subnet
	// spans all zones, as on Azure.
	Zone string
	// ID is what the cloud calls the subnet. Required.
	ID pulumi.StringInput
	// CIDR is the subnet's block of addresses. Optional: nil means unknown.
	CIDR pulumi.StringInput
}

// Tiers returns the names of the tiers, each once, in the order of the subnets.
func (n NetworkInfo) Tiers() []string {
	var out []string
	seen := map[string]bool{}
	for _, s := range n.Subnets {
		if !seen[s.Tier] {
			seen[s.Tier] = true
			out = append(out, s.Tier)
		}
	}
	return out
}

// Tier returns the subnets of a tier in their order. It is nil when the network
// has no such tier: [NetworkInfo.Tiers] lists those it has.
func (n NetworkInfo) Tier(name string) []Subnet {
	var out []Subnet
	for _, s := range n.Subnets {
		if s.Tier == name {
			out = append(out, s)
		}
	}
	return out
}
