package network_test

import (
	"encoding/json"
	"testing"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
	"github.com/stretchr/testify/require"

	"github.com/ashlar-iac/ashlar/aws/internal/fixture"
	"github.com/ashlar-iac/ashlar/aws/network"
	"github.com/ashlar-iac/ashlar/core/config"
	"github.com/ashlar-iac/ashlar/core/pulumitest"
)

// networks is a section of configuration with networks in it.
type networks struct {
	Networks config.Named[network.SecureVPCSettings] `pulumi:"networks"`
}

// Everything that a person chooses about a network can be written in a stack file.
func TestNetworksAreReadFromConfiguration(t *testing.T) {
	t.Parallel()
	type m = map[string]any
	text, err := json.Marshal(m{"networks": m{
		"least": m{"cidr": "10.0.0.0/16", "zones": 3},
		"most": m{
			"ipam": m{"poolId": "ipam-pool-0123456789abcdef0", "netmaskLength": 18}, "secondaryCidrs": m{"pods": m{"cidr": "100.64.0.0/16"}},
			"ipv6": true, "zoneNames": []string{"euw1-az1", "-", "eu-west-1c"}, "nat": "single", "natTier": "public",
			"natAllocations": m{"eu-west-1a": "eipalloc-0123456789abcdef0"}, "avoid": []string{"10.0.0.0/28"}, "clusters": []string{"shop"},
			"transitGateways": m{"hub": m{"id": "tgw-0123456789abcdef0", "tier": "isolated", "propagation": false}},
			"flowLogs":        m{"enabled": false}, "endpoints": m{"bundles": []string{"ssm"}}, "endpointsTier": "private", "tags": m{"team": "network"},
			"tiers": m{
				"public":   m{"publicAddresses": true, "acl": m{"internetPorts": []int{443}}},
				"private":  m{"karpenter": "shop", "size": "/22"},
				"isolated": m{"routes": m{"wall": m{"destination": "192.0.2.0/24", "endpointIds": m{"eu-west-1a": "vpce-1", "eu-west-1c": "vpce-2"}}}},
				"pods": m{"slot": 4, "block": "pods", "size": "3/4", "gatewayEndpoints": false, "acl": m{
					"rules": m{"dns": m{"number": 2000, "action": "allow", "protocol": "udp", "ports": "53", "cidr": "192.0.2.0/24"}},
				}},
			},
		},
		"recorded": m{
			"cidr": "10.1.0.0/16", "zoneNames": []string{"eu-west-1a"}, "recorded": m{"private": m{"eu-west-1a": "10.1.8.0/21"}},
			"tiers": m{"private": m{"slot": 1, "egress": false}},
		},
	}})
	require.NoError(t, err)
	r := pulumitest.Run(t, func(ctx *pulumi.Context) error {
		m, err := config.Load(ctx, []config.Section{config.NewSection[networks]("parts", nil)})
		if err != nil {
			return err
		}
		got, err := config.Get[*networks](m, "parts")
		if err != nil {
			return err
		}
		for name, settings := range got.Networks {
			if _, err := network.NewSecureVPC(ctx, name, &network.SecureVPCArgs{SecureVPCSettings: settings}); err != nil {
				return err
			}
		}
		return nil
	}, fixture.Cloud(), addresses(), pulumitest.WithConfig(map[string]string{"ashlar:parts": string(text)}))
	input := func(typ, name, key string) string {
		made, ok := r.Find(typ, name)
		require.True(t, ok, name)
		value, ok := made.Input(key)
		require.True(t, ok, key)
		return value.StringValue()
	}
	require.Equal(t, "10.64.0.0/22", input("aws:ec2/subnet:Subnet", "most-public-eu-west-1a", "cidrBlock"))
	require.Equal(t, "100.64.0.0/18", input("aws:ec2/subnet:Subnet", "most-pods-eu-west-1a", "cidrBlock"))
	require.Equal(t, "10.1.8.0/21", input("aws:ec2/subnet:Subnet", "recorded-private-eu-west-1a", "cidrBlock"))
	require.Equal(t, "eipalloc-0123456789abcdef0", input("aws:ec2/natGateway:NatGateway", "most-nat-eu-west-1a", "allocationId"))
	require.Equal(t, "vpce-2", input("aws:ec2/route:Route", "most-isolated-eu-west-1c-wall", "vpcEndpointId"))
	require.Equal(t, "tgw-0123456789abcdef0", input("aws:ec2transitgateway/vpcAttachment:VpcAttachment", "most-hub", "transitGatewayId"))
	require.Equal(t, "10.0.0.0/20", input("aws:ec2/subnet:Subnet", "least-public-eu-west-1a", "cidrBlock"))
}
