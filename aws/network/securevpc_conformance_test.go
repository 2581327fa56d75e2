package network_test

import (
	"testing"

	"github.com/pulumi/pulumi/sdk/v3/go/common/resource"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/ashlar-iac/ashlar/aws/internal/fixture"
	"github.com/ashlar-iac/ashlar/aws/network"
	"github.com/ashlar-iac/ashlar/core/config"
	"github.com/ashlar-iac/ashlar/core/failure"
	"github.com/ashlar-iac/ashlar/core/pulumitest"
)

// addresses gives what AWS gives networks: blocks of IPv6, and those of pools.
func addresses() pulumitest.Option {
	return pulumitest.WithOutputs(func(r pulumitest.Registration) resource.PropertyMap {
		out := map[string]any{}
		switch r.Type {
		case "aws:ec2/vpc:Vpc":
			out["ipv6CidrBlock"] = "2001:db8:1234:5600::/56"
		case "aws:ec2/vpcIpv4CidrBlockAssociation:VpcIpv4CidrBlockAssociation":
		default:
			return nil
		}
		if _, pool := r.Inputs["ipv4IpamPoolId"]; pool {
			out["cidrBlock"] = "10.64.0.0/16"
			if r.Type != "aws:ec2/vpc:Vpc" {
				out["cidrBlock"] = "100.80.0.0/16"
			}
		}
		return resource.NewPropertyMapFromMap(out)
	})
}

// plainVPC has a block alone.
func plainVPC(*pulumi.Context) *network.VPCArgs {
	return &network.VPCArgs{VPCSettings: network.VPCSettings{Block: network.Block{CIDR: "10.0.0.0/16"}}}
}

// fullVPC has every option.
func fullVPC(ctx *pulumi.Context) *network.VPCArgs {
	return &network.VPCArgs{VPCSettings: network.VPCSettings{
		Block: network.Block{IPAM: network.IPAM{PoolID: fixture.Text(ctx, "ipam-pool-0123456789abcdef0"), NetmaskLength: at(16)}},
		SecondaryCIDRs: config.Named[network.Block]{
			"pods": {CIDR: "100.64.0.0/16"},
			"pool": {IPAM: network.IPAM{PoolID: fixture.Text(ctx, "ipam-pool-0123456789abcdef1"), NetmaskLength: at(16)}},
		},
		IPv6: true, Tenancy: "dedicated", AddressUsageMetrics: true, Tags: map[string]string{"team": "network"},
	}}
}

func TestVPCConforms(t *testing.T) {
	t.Parallel()
	for name, args := range map[string]func(*pulumi.Context) *network.VPCArgs{"full": fullVPC} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			pulumitest.Conform(t, pulumitest.Suite[network.VPCArgs, *network.VPC]{
				Token: network.VPCToken, New: network.NewVPC, Args: args,
				RefusesNil: failure.Configuration,
				Defaults:   []string{"dnsSupport", "dnsHostnames", "tenancy", "emptyDefaultSecurityGroup"},
				Metadata:   fixture.Metadata(),
				Options:    []pulumitest.Option{fixture.Cloud(), addresses()},
			})
		})
	}
}

// plain has a block alone.
func plain(*pulumi.Context) *network.SecureVPCArgs {
	return &network.SecureVPCArgs{SecureVPCSettings: network.SecureVPCSettings{VPCSettings: network.VPCSettings{Block: network.Block{CIDR: "10.0.0.0/16"}}}}
}

// dual has a block, and IPv6.
func dual(ctx *pulumi.Context) *network.SecureVPCArgs {
	args := plain(ctx)
	args.IPv6 = true
	return args
}

func at(n int) *int { return &n }

func off() *bool { return new(bool) }

// everything has every option that goes with the others.
func everything(ctx *pulumi.Context) *network.SecureVPCArgs {
	args := plain(ctx)
	args.SecondaryCIDRs = config.Named[network.Block]{"pods": {CIDR: "100.64.0.0/16"}}
	args.IPv6 = true
	args.ZoneNames = []string{"euw1-az1", "-", "eu-west-1c"}
	args.Tiers = config.Named[network.Tier]{
		"public": {Slot: at(1), Size: "/22", PublicAddresses: true, ACL: network.ACL{
			InternetPorts: []int{443},
			Rules: config.Named[network.ACLRule]{
				"blocked": {Number: at(10), Action: "deny", Protocol: "all", CIDR: "198.51.100.0/24"},
				"dns":     {Number: at(2000), Action: "allow", Protocol: "udp", Ports: "53", CIDR: "2001:db8::/32"},
			},
		}},
		"private": {Slot: at(2), Size: "4000 hosts", Karpenter: "shop", Clusters: []string{"extra"}, Tags: map[string]string{"tier": "private"}},
		"data":    {Slot: at(3), Size: "1/8", IPv6: off(), Routes: config.Named[network.Route]{"corp": {Destination: "172.16.0.0/12", TransitGateway: "hub"}}},
		"pods":    {Slot: at(4), Block: "pods", Kind: "private", Size: "3/4", LoadBalancers: off()},
		"old":     {Slot: at(5), Size: "/24", Retired: true},
		"transit": {Slot: at(6), Size: "/28", Kind: "private", GatewayEndpoints: off(), Routes: config.Named[network.Route]{
			"all":    {Destination: "0.0.0.0/0", TransitGatewayID: fixture.Text(ctx, "tgw-0123456789abcdef1")},
			"peer":   {Destination: "172.20.0.0/16", PeeringID: fixture.Text(ctx, "pcx-0123456789abcdef0")},
			"list":   {PrefixListID: fixture.Text(ctx, "pl-0123456789abcdef0"), NetworkInterfaceID: fixture.Text(ctx, "eni-0123456789abcdef0")},
			"office": {Destination: "192.0.2.0/24", VPNGatewayID: fixture.Text(ctx, "vgw-0123456789abcdef0")},
			"wall": {Destination: "203.0.113.0/24", EndpointIDs: map[string]pulumi.StringInput{
				"eu-west-1a": fixture.Text(ctx, "vpce-0123456789abcdef0"), "eu-west-1c": fixture.Text(ctx, "vpce-0123456789abcdef1"),
			}},
		}},
	}
	args.NAT, args.NATTier = "single", "public"
	args.NATAllocations = map[string]pulumi.StringInput{"eu-west-1a": fixture.Text(ctx, "eipalloc-0123456789abcdef0")}
	args.TransitGateways = config.Named[network.TransitGateway]{
		"hub": {ID: fixture.Text(ctx, "tgw-0123456789abcdef0"), Tier: "transit", ApplianceMode: true, Propagation: off()},
	}
	args.Clusters = []string{"shop"}
	args.Endpoints.Bundles = []string{"ssm"}
	args.EndpointsTier = "private"
	args.Avoid = []string{"10.0.64.0/20"}
	args.Tags = map[string]string{"team": "network"}
	return args
}

func TestSecureVPCConforms(t *testing.T) {
	t.Parallel()
	for name, args := range map[string]func(*pulumi.Context) *network.SecureVPCArgs{"dual": dual, "everything": everything} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			pulumitest.Conform(t, pulumitest.Suite[network.SecureVPCArgs, *network.SecureVPC]{
				Token: network.SecureVPCToken, New: network.NewSecureVPC, Args: args,
				RefusesNil: failure.Configuration,
				Defaults:   []string{"zoneSlots", "nat", "lockDefaults", "flowLogs", "endpoints", "dnsHostnames"},
				Metadata:   fixture.Metadata(),
				Options:    []pulumitest.Option{fixture.Cloud(), addresses()},
			})
		})
	}
}
