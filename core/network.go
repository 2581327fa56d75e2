package core

import "github.com/pulumi/pulumi/sdk/v3/go/pulumi"

// Network is a private network in any cloud. Components that create or look up a network implement it; components in a
// network, such as clusters and instances, use it.
type Network interface {
	// NetworkInfo describes the network. It may be called as soon as the constructor of the component has returned.
	NetworkInfo() NetworkInfo
}

// NetworkInfo describes a network and its subnets.
type NetworkInfo struct {
	// Name is the unique name of the network in the program. Required.
	Name string
	// Platform is the cloud, "aws" or "azure". Required.
	Platform string
	// ID is the cloud's ID of the network: a VPC ID, or the resource ID of a virtual network. Required.
	ID pulumi.StringInput
	// CIDRs are the network's CIDR blocks, the primary one first. Optional: nil means unknown.
	CIDRs pulumi.StringArrayInput
	// Subnets are the subnets, ordered by tier and within a tier by zone. The order is the same on every run. Names and
	// zones are known early; IDs are outputs.
	Subnets []Subnet
}

// Subnet is a subnet of a network.
type Subnet struct {
	// Tier is the purpose of the subnet, such as "public", "private" or "isolated". Required.
	Tier string
	// Zone is the availability zone, such as "eu-west-1a". Empty for a subnet that spans all zones, as on Azure.
	Zone string
	// ID is the cloud's ID of the subnet. Required.
	ID pulumi.StringInput
	// CIDR is the subnet's CIDR block. Optional: nil means unknown.
	CIDR pulumi.StringInput
}

// Tiers returns the names of the tiers in the order of the subnets.
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

// Tier returns the subnets of a tier in their order. It is nil for an unknown tier: see [NetworkInfo.Tiers].
func (n NetworkInfo) Tier(name string) []Subnet {
	var out []Subnet
	for _, s := range n.Subnets {
		if s.Tier == name {
			out = append(out, s)
		}
	}
	return out
}
