package network_test

import (
	"encoding/json"
	"testing"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
	"github.com/stretchr/testify/require"

	"github.com/ashlar-iac/ashlar/aws/internal/fixture"
	"github.com/ashlar-iac/ashlar/aws/network"
	"github.com/ashlar-iac/ashlar/aws/policy"
	"github.com/ashlar-iac/ashlar/core/config"
	"github.com/ashlar-iac/ashlar/core/pulumitest"
)

// networks is a section with networks.
type networks struct {
	Networks config.Named[*network.SecureVPCArgs] `pulumi:"networks"`
}

type object = map[string]any

// load reads networks from a stack file.
func load(ctx *pulumi.Context) (*config.Manager, *networks, error) {
	m, err := config.Load(ctx, []config.Section{config.NewSection[networks]("parts", nil)})
	if err != nil {
		return nil, nil, err
	}
	got, err := config.Get[*networks](m, "parts")
	return m, got, err
}

// stackFile is the option of a run with networks in the stack file.
func stackFile(t *testing.T, all object) pulumitest.Option {
	t.Helper()
	text, err := json.Marshal(object{"networks": all})
	require.NoError(t, err)
	return pulumitest.WithConfig(map[string]string{"ashlar:parts": string(text)})
}

func TestNetworksOfAStackFile(t *testing.T) {
	t.Parallel()
	file := stackFile(t, object{
		"least": object{"cidr": "10.0.0.0/16", "zones": 3},
		"most": object{
			"ipam":           object{"poolId": "ipam-pool-0123456789abcdef0", "netmaskLength": 18},
			"secondaryCidrs": object{"pods": object{"cidr": "100.64.0.0/16"}},
			"ipv6":           true, "zoneNames": []string{"euw1-az1", "-", "eu-west-1c"}, "nat": "single", "natTier": "public",
			"natAllocations": object{"eu-west-1a": "eipalloc-0123456789abcdef0"}, "avoid": []string{"10.0.0.0/28"}, "clusters": []string{"shop"},
			"transitGateways": object{"hub": object{"id": "tgw-0123456789abcdef0", "tier": "isolated", "propagation": false}},
			"flowLogs":        object{"enabled": false}, "endpoints": object{"bundles": []string{"ssm"}}, "endpointsTier": "private",
			"tags": object{"team": "network"},
			"tiers": object{
				"public":  object{"publicAddresses": true, "acl": object{"internetPorts": []int{443}}},
				"private": object{"karpenter": "shop", "size": "/22"},
				"isolated": object{"routes": object{"wall": object{
					"destination": "192.0.2.0/24", "endpointIds": object{"eu-west-1a": "vpce-1", "eu-west-1c": "vpce-2"},
				}}},
				"pods": object{"slot": 4, "block": "pods", "size": "3/4", "gatewayEndpoints": false, "acl": object{
					"rules": object{"dns": object{"number": 2000, "action": "allow", "protocol": "udp", "ports": "53", "cidr": "192.0.2.0/24"}},
				}},
			},
		},
		"recorded": object{
			"cidr": "10.1.0.0/16", "zoneNames": []string{"eu-west-1a"}, "recorded": object{"private": object{"eu-west-1a": "10.1.8.0/21"}},
			"tiers": object{"private": object{"slot": 1, "egress": false}},
		},
	})
	r := fixture.Run(t, func(ctx *pulumi.Context) error {
		m, got, err := load(ctx)
		if err != nil {
			return err
		}
		for name, args := range got.Networks {
			if _, err := network.NewSecureVPC(m.Context(ctx), name, args); err != nil {
				return err
			}
		}
		return nil
	}, fixture.Cloud(), addresses(), file)
	input := func(typ, name, key string) string {
		resource, ok := r.Find(typ, name)
		require.True(t, ok, name)
		value, ok := resource.Input(key)
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

func TestFlowLogsAndEndpointsOfAStackFile(t *testing.T) {
	t.Parallel()
	file := stackFile(t, object{"main": object{
		"cidr": "10.0.0.0/16",
		"flowLogs": object{
			"traffic": "REJECT", "intervalSeconds": 60, "format": "extended", "destination": "s3",
			"bucket": object{"arn": "arn:aws:s3:::logs", "perHour": false},
		},
		"endpoints": object{
			"gateways": object{"dynamodb": false}, "bundles": []string{"eks"}, "services": []string{"kms"}, "privateDns": false,
			"organization": "o-a1b2c3d4e5", "accounts": []string{"210987654321"}, "unrestricted": []string{"logs"},
			"policies": object{"kms": object{"statements": []any{object{
				"effect": "Allow", "principals": object{"everyone": true}, "actions": []string{"kms:Decrypt"}, "resources": []string{"*"},
			}}}},
		},
	}})
	fixture.Run(t, func(ctx *pulumi.Context) error {
		_, got, err := load(ctx)
		require.NoError(t, err)
		require.Equal(t, &network.FlowLogsArgs{
			Enabled: ptr(true), Traffic: network.TrafficReject, IntervalSeconds: ptr(60), Format: network.LogFormatExtended,
			Destination: network.LogDestinationS3,
			LogGroup:    &network.FlowLogGroup{RetentionDays: ptr(90), OwnKey: ptr(true), Class: network.LogGroupStandard},
			Bucket: &network.FlowLogBucket{
				ARN: pulumi.String("arn:aws:s3:::logs"), FileFormat: network.LogFileParquet, HivePartitions: ptr(true), PerHour: off(),
			},
		}, got.Networks["main"].FlowLogs)
		require.Equal(t, &network.EndpointsArgs{
			Gateways: &network.GatewayEndpoints{S3: ptr(true), DynamoDB: off()},
			Bundles:  []network.EndpointBundle{network.EndpointBundleEKS}, Services: []string{"kms"}, PrivateDNS: off(),
			IPAddressType: network.IPAddressIPv4, Organization: "o-a1b2c3d4e5", Accounts: []string{"210987654321"},
			Unrestricted: []string{"logs"},
			Policies: map[string]policy.Document{"kms": {Statements: []policy.Statement{{
				Effect: policy.Allow, Principals: &policy.Principals{Everyone: true}, Actions: []string{"kms:Decrypt"},
				Resources: pulumi.StringArray{pulumi.String("*")},
			}}}},
		}, got.Networks["main"].Endpoints)
		return nil
	}, file)
}

func TestSubnetsOfAStackFileArePlannedWhenItIsLoaded(t *testing.T) {
	t.Parallel()
	fixture.Run(t, func(ctx *pulumi.Context) error {
		_, _, err := load(ctx)
		require.ErrorContains(t, err, "10.0.0.0/16 is too small")
		return nil
	}, stackFile(t, object{"main": object{
		"cidr": "10.0.0.0/16", "tiers": object{"private": object{"size": "/17"}, "public": object{"size": "/17"}},
	}}))
}

func TestArgumentsOfTheParentAreRejectedInNestedArguments(t *testing.T) {
	t.Parallel()
	for key, args := range map[string]*network.SecureVPCArgs{
		"flowLogs.vpcId":          {CIDR: "10.0.0.0/16", FlowLogs: &network.FlowLogsArgs{VpcID: pulumi.String("vpc-1")}},
		"endpoints.vpcId":         {CIDR: "10.0.0.0/16", Endpoints: &network.EndpointsArgs{VpcID: pulumi.String("vpc-1")}},
		"endpoints.routeTableIds": {CIDR: "10.0.0.0/16", Endpoints: &network.EndpointsArgs{RouteTableIDs: map[string]pulumi.StringInput{"a": pulumi.String("x")}}},
	} {
		require.ErrorContains(t, config.Check("arguments", args), key+": unknown key")
	}
}
