package network_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
	"github.com/stretchr/testify/require"

	"github.com/ashlar-iac/ashlar/aws/internal/fixture"
	"github.com/ashlar-iac/ashlar/aws/network"
	"github.com/ashlar-iac/ashlar/aws/policy"
	"github.com/ashlar-iac/ashlar/core/config"
	"github.com/ashlar-iac/ashlar/core/pulumitest"
)

func TestEndpointsGolden(t *testing.T) {
	t.Parallel()
	for file, args := range map[string]func(*pulumi.Context) *network.EndpointsArgs{
		"endpoints-default": gateways, "endpoints-full": withInterfaces,
	} {
		t.Run(file, func(t *testing.T) {
			t.Parallel()
			golden(t, file, func(ctx *pulumi.Context) error {
				_, err := network.NewEndpoints(ctx, "main", args(ctx))
				return err
			})
		})
	}
}

// endpoints runs a program with endpoints called main that have route tables, subnets and blocks of addresses.
func endpoints(t *testing.T, settings network.EndpointsSettings, opts ...pulumitest.Option) *pulumitest.Recording {
	t.Helper()
	return pulumitest.Run(t, func(ctx *pulumi.Context) error {
		_, err := network.NewEndpoints(ctx, "main", reachable(settings))
		return err
	}, append([]pulumitest.Option{fixture.Cloud()}, opts...)...)
}

func reachable(settings network.EndpointsSettings) *network.EndpointsArgs {
	return &network.EndpointsArgs{
		VpcID:             pulumi.String("vpc-0a1b2c3d4e5f60718"),
		EndpointsSettings: settings,
		RouteTables:       map[string]pulumi.StringInput{"private": pulumi.String("rtb-1")},
		Subnets:           map[string]pulumi.StringInput{"eu-west-1a": pulumi.String("subnet-1")},
		CIDRs:             pulumi.StringArray{pulumi.String("10.0.0.0/16"), pulumi.String("2001:db8::/56")},
	}
}

const endpointType = "aws:ec2/vpcEndpoint:VpcEndpoint"

// made returns the names of the endpoints.
func made(r *pulumitest.Recording) []string {
	var out []string
	for _, e := range r.Of(endpointType) {
		out = append(out, strings.TrimPrefix(e.Name, "main-"))
	}
	slices.Sort(out)
	return out
}

func TestWhichEndpointsThereAre(t *testing.T) {
	t.Parallel()
	off := false
	none := network.GatewayEndpoints{S3: &off, DynamoDB: &off}
	tests := map[string]struct {
		reason   string
		settings network.EndpointsSettings
		want     []string
	}{
		"Default": {"gateway endpoints cost nothing", network.EndpointsSettings{}, []string{"gateway-dynamodb", "gateway-s3"}},
		"None":    {"they can be left out", network.EndpointsSettings{Gateways: none}, nil},
		"ssm":     {"what Session Manager needs", network.EndpointsSettings{Gateways: none, Bundles: []string{"ssm"}}, []string{"ec2messages", "ssm", "ssmmessages"}},
		"eks": {
			"what a private cluster needs, once, though images are in two bundles and in services",
			network.EndpointsSettings{Bundles: []string{"eks", "ecr"}, Services: []string{"ecr.api", "com.amazonaws.eu-west-1.sts"}},
			[]string{
				"autoscaling", "ec2", "ecr.api", "ecr.dkr", "eks", "eks-auth", "elasticloadbalancing", "gateway-dynamodb", "gateway-s3", "logs", "sts",
			},
		},
	}
	for name, tc := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			require.Equal(t, tc.want, made(endpoints(t, tc.settings)), tc.reason)
		})
	}
}

// endpoint returns an endpoint by its name without main-.
func endpoint(t *testing.T, r *pulumitest.Recording, name string) *pulumitest.Registration {
	t.Helper()
	e, ok := r.Find(endpointType, "main-"+name)
	require.True(t, ok, name)
	return e
}

func TestInterfaceEndpointsAreReachedFromTheBlocksAlone(t *testing.T) {
	t.Parallel()
	r := endpoints(t, network.EndpointsSettings{Services: []string{"kms"}})
	group := r.One(t, "aws:ec2/securityGroup:SecurityGroup")
	ingress, _ := group.Input("ingress")
	require.Equal(t, []any{map[string]any{
		"description": "HTTPS", "protocol": "tcp", "fromPort": 443.0, "toPort": 443.0,
		"cidrBlocks": []any{"10.0.0.0/16"}, "ipv6CidrBlocks": []any{"2001:db8::/56"},
	}}, ingress.Mappable())
	_, ok := group.Input("egress")
	require.False(t, ok, "endpoints ask for nothing")
	require.Empty(t, endpoints(t, network.EndpointsSettings{}).Of("aws:ec2/securityGroup:SecurityGroup"), "gateways have none")
}

func TestNamesThatLeadToEndpoints(t *testing.T) {
	t.Parallel()
	off := false
	const other = "com.amazonaws.vpce.eu-west-1.vpce-svc-0a1b2c3d4e5f60718"
	r := endpoints(t, network.EndpointsSettings{Services: []string{"kms", "s3", "dynamodb", other}})
	for name, want := range map[string]bool{"kms": true, "s3": true, "dynamodb": false, "vpce-svc-0a1b2c3d4e5f60718": false} {
		private, _ := endpoint(t, r, name).Input("privateDnsEnabled")
		require.Equal(t, want, private.BoolValue(), name)
	}
	inbound, _ := endpoint(t, r, "s3").Input("dnsOptions.privateDnsOnlyForInboundResolverEndpoint")
	require.True(t, inbound.BoolValue(), "what is in the VPC uses the gateway")
	require.Contains(t, endpoint(t, r, "s3").Dependencies, endpoint(t, r, "gateway-s3").URN, "AWS asks for the gateway first")

	r = endpoints(t, network.EndpointsSettings{Services: []string{"s3"}, Gateways: network.GatewayEndpoints{S3: &off}})
	inbound, _ = endpoint(t, r, "s3").Input("dnsOptions.privateDnsOnlyForInboundResolverEndpoint")
	require.False(t, inbound.BoolValue(), "there is no gateway to use")

	r = endpoints(t, network.EndpointsSettings{Services: []string{"kms", "s3"}, PrivateDNS: &off})
	private, _ := endpoint(t, r, "kms").Input("privateDnsEnabled")
	require.False(t, private.BoolValue())
	_, ok := endpoint(t, r, "s3").Input("dnsOptions.privateDnsOnlyForInboundResolverEndpoint")
	require.False(t, ok, "without names there is nothing to say about who uses them")

	r = endpoints(t, network.EndpointsSettings{Services: []string{"kms"}, IPAddressType: "dualstack"})
	records, _ := endpoint(t, r, "kms").Input("dnsOptions.dnsRecordIpType")
	require.Equal(t, "dualstack", records.StringValue(), "names lead to all addresses")
}

func TestNamesOfServices(t *testing.T) {
	t.Parallel()
	china := pulumitest.WithInvoke(place("aws-cn", "cn-north-1", "cn.com.amazonaws"))
	for name, tc := range map[string]struct {
		opts     []pulumitest.Option
		services map[string]string
	}{
		"Ireland": {nil, map[string]string{
			"gateway-s3": "com.amazonaws.eu-west-1.s3", "ecr.api": "com.amazonaws.eu-west-1.ecr.api", "ssm": "com.amazonaws.eu-west-1.ssm",
		}},
		"China": {[]pulumitest.Option{china}, map[string]string{
			"gateway-s3": "com.amazonaws.cn-north-1.s3", "ecr.api": "cn.com.amazonaws.cn-north-1.ecr.api", "ssm": "com.amazonaws.cn-north-1.ssm",
		}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			r := endpoints(t, network.EndpointsSettings{Bundles: []string{"ssm", "ecr"}}, tc.opts...)
			for endpointName, want := range tc.services {
				got, _ := endpoint(t, r, endpointName).Input("serviceName")
				require.Equal(t, want, got.StringValue())
			}
		})
	}
}

func TestTwoSetsOfEndpointsLiveInOneStack(t *testing.T) {
	t.Parallel()
	r := pulumitest.Run(t, func(ctx *pulumi.Context) error {
		for _, name := range []string{"one", "two"} {
			if _, err := network.NewEndpoints(ctx, name, reachable(network.EndpointsSettings{Bundles: []string{"ssm"}})); err != nil {
				return err
			}
		}
		return nil
	}, fixture.Cloud())
	require.Len(t, r.Of(endpointType), 10)
}

func TestEndpointsRefuse(t *testing.T) {
	t.Parallel()
	off := false
	open := policy.Document{Statements: []policy.Statement{{
		Principals: &policy.Principals{Everyone: true}, Actions: []string{"kms:Decrypt"}, Resources: pulumi.StringArray{pulumi.String("*")},
	}}}
	vpc := pulumi.String("vpc-0a1b2c3d4e5f60718")
	tests := map[string]struct {
		reason string
		args   *network.EndpointsArgs
		want   []string
	}{
		"Nothing": {"endpoints are in a VPC, and reached", nil, []string{"vpcId: required, but missing", "routeTables: missing"}},
		"Unreachable": {
			"endpoints that nobody reaches cost all the same",
			&network.EndpointsArgs{VpcID: vpc, EndpointsSettings: network.EndpointsSettings{Services: []string{"kms"}}},
			[]string{"routeTables: missing", "subnets: missing", "cidrs: missing"},
		},
		"Unknown": {
			"slips are told",
			reachable(network.EndpointsSettings{
				Bundles: []string{"ekss"}, Services: []string{"secretmanager", "KMS", "com.amazonaws.kms", "kms", "com.amazonaws.eu-west-1.kms"},
			}),
			[]string{
				`bundles[0]: unknown bundle "ekss", did you mean "eks"?`,
				`services[0]: unknown service "secretmanager", did you mean "secretsmanager"?`,
				`services[1]: unknown service "KMS", did you mean "kms"?`,
				`services[2]: unknown service "com.amazonaws.kms", expected one such as kms; write one that is not known here in full`,
				"services[4]: kms stands here twice",
			},
		},
		"Layers": {
			"images would begin to be pulled, and fail",
			reachable(network.EndpointsSettings{Bundles: []string{"ecr"}, Gateways: network.GatewayEndpoints{S3: &off}}),
			[]string{"gateways.s3: images cannot be pulled"},
		},
		"Accounts": {
			"an account has twelve digits, an organization a form",
			reachable(network.EndpointsSettings{Accounts: []string{"12345678901"}, Organization: "acme"}),
			[]string{"accounts[0]: found", "organization: found the string \"acme\""},
		},
		"Policies": {
			"policies of endpoints that there are not, or that have none, would be lost",
			reachable(network.EndpointsSettings{
				Services: []string{"kms", "ecs-agent"}, Unrestricted: []string{"kms", "sns"},
				Policies: map[string]policy.Document{"kms": open, "ecs-agent": open, "km": open},
			}),
			[]string{
				"policies.kms: kms is among unrestricted", "policies.ecs-agent: endpoints of ecs-agent have no policy",
				`policies.km: there is no endpoint of km, did you mean "kms"?`, "unrestricted[1]: there is no endpoint of sns, expected one of: dynamodb, ecs-agent, kms, s3",
			},
		},
		"Document": {
			"documents are checked before anything is made",
			reachable(network.EndpointsSettings{Policies: map[string]policy.Document{"s3": {Statements: []policy.Statement{{
				Actions: []string{"s3"}, Resources: pulumi.StringArray{pulumi.String("*")},
			}}}}}),
			[]string{"policies.s3.statements[0].principals: missing", "policies.s3.statements[0].actions[0]: found"},
		},
		"CIDRs": {
			"AWS takes blocks without bits of hosts",
			&network.EndpointsArgs{
				VpcID: vpc, EndpointsSettings: network.EndpointsSettings{Services: []string{"kms"}},
				RouteTables: map[string]pulumi.StringInput{"private": pulumi.String("rtb-1")},
				Subnets:     map[string]pulumi.StringInput{"eu-west-1a": pulumi.String("subnet-1")},
				CIDRs:       pulumi.StringArray{pulumi.String("10.0.0.1/16"), pulumi.String("10.0.0.1")},
				Tags:        map[string]string{"aws:x": "y"},
			},
			[]string{`cidrs[0]: found "10.0.0.1/16"`, `cidrs[1]: found "10.0.0.1"`, `tags["aws:x"]: `},
		},
	}
	for name, tc := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			r := pulumitest.Run(t, func(ctx *pulumi.Context) error {
				_, err := network.NewEndpoints(ctx, "main", tc.args)
				requireFindings(t, err, tc.reason, tc.want)
				return nil
			}, fixture.Cloud())
			require.Empty(t, r.Resources, "nothing is registered")
		})
	}
}

func TestEvidenceOfEndpoints(t *testing.T) {
	t.Parallel()
	off := false
	tests := map[string]struct {
		reason   string
		settings network.EndpointsSettings
		want     map[string]bool
	}{
		"Default":      {"policies are made", network.EndpointsSettings{}, map[string]bool{"none": true}},
		"Unrestricted": {"data can leave", network.EndpointsSettings{Unrestricted: []string{"s3", "dynamodb"}}, map[string]bool{"dynamodb, s3": false}},
		"None":         {"there is nothing to say", network.EndpointsSettings{Gateways: network.GatewayEndpoints{S3: &off, DynamoDB: &off}}, map[string]bool{}},
	}
	for name, tc := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			args, err := config.WithDefaults(reachable(tc.settings))
			require.NoError(t, err)
			got := map[string]bool{}
			for _, e := range args.Evidence() {
				got[e.Value] = e.Met
			}
			require.Empty(t, cmp.Diff(tc.want, got), "%s (-want +got)", tc.reason)
		})
	}
}
