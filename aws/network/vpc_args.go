package network

import (
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/ashlar-iac/ashlar/core/config"
)

// VPCArgs describes a [VPC].
type VPCArgs struct {
	VPCSettings
}

// VPCSettings are the choices that people make about a VPC.
type VPCSettings struct {
	Block
	// SecondaryCIDRs are further blocks of IPv4 addresses, by name: up to four. Default: none. Adding one changes nothing else; one that is
	// removed or changed must not have subnets any more.
	SecondaryCIDRs config.Named[Block] `pulumi:"secondaryCidrs"`
	// IPv6 gives the VPC a /56 of Amazon's IPv6 addresses. Turning it on updates the VPC. Before it is turned off, no subnet may have
	// addresses of it any more. Default: false.
	IPv6 bool `pulumi:"ipv6"`
	// DNSSupport answers DNS queries at the second address of the VPC. Changing it updates the VPC.
	DNSSupport *bool `pulumi:"dnsSupport" jsonschema:"default=true"`
	// DNSHostnames gives machines with public addresses names in the public DNS, and makes private names of endpoints possible. Changing it
	// updates the VPC.
	DNSHostnames *bool `pulumi:"dnsHostnames" jsonschema:"default=true"`
	// Tenancy is whose machines share the hardware with those of the VPC: everybody's, or those of the account alone. Changing it to default
	// updates the VPC, to dedicated replaces it.
	Tenancy string `pulumi:"tenancy" jsonschema:"default=default,enum=default,enum=dedicated"`
	// AddressUsageMetrics counts the VPC's addresses in CloudWatch. Changing it updates the VPC. Default: false.
	AddressUsageMetrics bool `pulumi:"addressUsageMetrics"`
	// EmptyDefaultSecurityGroup takes all rules out of the security group that machines get which name none, and keeps them out. Turning it
	// off leaves the group as it is, without rules.
	EmptyDefaultSecurityGroup *bool `pulumi:"emptyDefaultSecurityGroup" jsonschema:"default=true"`
	// Tags are added to everything that can carry them. Changing them updates it.
	Tags map[string]string `pulumi:"tags"`
}

// Block is a block of IPv4 addresses: written, or from a pool.
type Block struct {
	// CIDR is the block, from /16 to /28: 10.0.0.0/16. Required, unless ipam says where it comes from. Changing it replaces what has it.
	CIDR string `pulumi:"cidr" jsonschema:"format=cidr"`
	// IPAM takes a block from a pool of IP Address Manager instead.
	IPAM IPAM `pulumi:"ipam"`
}

// IPAM asks a pool of IP Address Manager for a block.
type IPAM struct {
	// PoolID is the pool, such as ipam-pool-0123456789abcdef0. Its locale is the region. Changing it replaces what has the block.
	PoolID pulumi.StringInput `pulumi:"poolId" config:"plain"`
	// NetmaskLength is the size of the block, from 16 to 28. Required with poolId. Changing it replaces what has the block.
	NetmaskLength *int `pulumi:"netmaskLength" jsonschema:"minimum=16,maximum=28"`
}
