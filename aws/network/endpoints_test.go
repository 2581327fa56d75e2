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
	"github.com/ashlar-iac/ashlar/core/failure"
	"github.com/ashlar-iac/ashlar/core/pulumitest"
)

// defaultEndpoints sets only the VPC and route tables.
func defaultEndpoints(ctx *pulumi.Context) *network.EndpointsArgs {
	return &network.EndpointsArgs{
		VpcID: fixture.Text(ctx, "vpc-0a1b2c3d4e5f60718"),
		RouteTableIDs: map[string]pulumi.StringInput{
			"private-eu-west-1b": fixture.Text(ctx, "rtb-2"), "private-eu-west-1a": fixture.Text(ctx, "rtb-1"),
		},
	}
}

// fullEndpoints sets every option.
func fullEndpoints(ctx *pulumi.Context) *network.EndpointsArgs {
	args := defaultEndpoints(ctx)
	args.Bundles = []network.EndpointBundle{"ssm", "ecr", "eks"}
	args.Services = []string{"s3", "kms", "ecs-agent", "com.amazonaws.eu-west-1.freetier", "com.amazonaws.vpce.eu-west-1.vpce-svc-0a1b2c3d4e5f60718"}
	args.IPAddressType = "dualstack"
	args.Organization = "o-a1b2c3d4e5"
	args.Accounts = []string{"210987654321"}
	args.Policies = map[string]policy.Document{"kms": {Statements: []policy.Statement{{
		Effect: policy.Allow, Principals: &policy.Principals{Everyone: true}, Actions: []string{"kms:Decrypt"},
		Resources: pulumi.StringArray{fixture.Text(ctx, "arn:aws:kms:eu-west-1:123456789012:key/1")},
	}}}}
	args.Unrestricted = []string{"logs"}
	args.SubnetIDs = map[string]pulumi.StringInput{
		"eu-west-1b": fixture.Text(ctx, "subnet-2"), "eu-west-1a": fixture.Text(ctx, "subnet-1"),
	}
	args.CIDRs = pulumi.StringArray{fixture.Text(ctx, "10.0.0.0/16"), pulumi.String("2001:db8::/56")}
	args.Tags = tags()
	return args
}

func allEndpoints() map[string]func(*pulumi.Context) *network.EndpointsArgs {
	return map[string]func(*pulumi.Context) *network.EndpointsArgs{"default": defaultEndpoints, "full": fullEndpoints}
}

func TestEndpointsConform(t *testing.T) {
	t.Parallel()
	for name, args := range allEndpoints() {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			pulumitest.Conform(t, pulumitest.Suite[network.EndpointsArgs, *network.Endpoints]{
				Token: network.EndpointsToken, New: network.NewEndpoints, Args: args,
				RefusesNil: failure.Configuration,
				Defaults:   []string{"gateways", "privateDns"},
				Metadata:   fixture.Metadata(),
				Options:    []pulumitest.Option{fixture.Cloud()},
			})
		})
	}
}

func TestEndpointsGolden(t *testing.T) {
	t.Parallel()
	for name, args := range allEndpoints() {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			golden(t, "endpoints-"+name, func(ctx *pulumi.Context) error {
				_, err := network.NewEndpoints(ctx, "main", args(ctx))
				return err
			})
		})
	}
}

// endpoints runs a program with endpoints main, with the route tables, subnets and CIDR blocks of withTargets.
func endpoints(t *testing.T, args network.EndpointsArgs, opts ...pulumitest.Option) *pulumitest.Recording {
	t.Helper()
	return fixture.Run(t, func(ctx *pulumi.Context) error {
		_, err := network.NewEndpoints(ctx, "main", withTargets(args))
		return err
	}, append([]pulumitest.Option{fixture.Cloud()}, opts...)...)
}

// withTargets adds the VPC, route tables, subnets and CIDR blocks.
func withTargets(args network.EndpointsArgs) *network.EndpointsArgs {
	args.VpcID = pulumi.String("vpc-0a1b2c3d4e5f60718")
	args.RouteTableIDs = map[string]pulumi.StringInput{"private": pulumi.String("rtb-1")}
	args.SubnetIDs = map[string]pulumi.StringInput{"eu-west-1a": pulumi.String("subnet-1")}
	args.CIDRs = pulumi.StringArray{pulumi.String("10.0.0.0/16"), pulumi.String("2001:db8::/56")}
	return &args
}

const endpointType = "aws:ec2/vpcEndpoint:VpcEndpoint"

// endpointNames returns the names of the endpoints without main-.
func endpointNames(r *pulumitest.Recording) []string {
	var out []string
	for _, e := range r.OfType(endpointType) {
		out = append(out, strings.TrimPrefix(e.Name, "main-"))
	}
	slices.Sort(out)
	return out
}

func TestServicesWithEndpoints(t *testing.T) {
	t.Parallel()
	off := false
	none := &network.GatewayEndpoints{S3: &off, DynamoDB: &off}
	tests := map[string]struct {
		reason string
		args   network.EndpointsArgs
		want   []string
	}{
		"Default": {"gateway endpoints are free of charge", network.EndpointsArgs{}, []string{"gateway-dynamodb", "gateway-s3"}},
		"None":    {"gateway endpoints can be disabled", network.EndpointsArgs{Gateways: none}, nil},
		"ssm":     {"Session Manager", network.EndpointsArgs{Gateways: none, Bundles: []network.EndpointBundle{"ssm"}}, []string{"ec2messages", "ssm", "ssmmessages"}},
		"eks": {
			"a private cluster: a service in several bundles has one endpoint",
			network.EndpointsArgs{Bundles: []network.EndpointBundle{"eks", "ecr"}, Services: []string{"ecr.api", "com.amazonaws.eu-west-1.sts"}},
			[]string{
				"autoscaling", "ec2", "ecr.api", "ecr.dkr", "eks", "eks-auth", "elasticloadbalancing", "gateway-dynamodb", "gateway-s3", "logs", "sts",
			},
		},
	}
	for name, tc := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			require.Equal(t, tc.want, endpointNames(endpoints(t, tc.args)), tc.reason)
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

func TestInterfaceEndpointsAreAccessibleFromTheCIDRBlocks(t *testing.T) {
	t.Parallel()
	r := endpoints(t, network.EndpointsArgs{Services: []string{"kms"}})
	group := r.One(t, "aws:ec2/securityGroup:SecurityGroup")
	ingress, _ := group.Input("ingress")
	require.Equal(t, []any{map[string]any{
		"description": "HTTPS", "protocol": "tcp", "fromPort": 443.0, "toPort": 443.0,
		"cidrBlocks": []any{"10.0.0.0/16"}, "ipv6CidrBlocks": []any{"2001:db8::/56"},
	}}, ingress.Mappable())
	_, ok := group.Input("egress")
	require.False(t, ok, "endpoints open no connections")
	require.Empty(t, endpoints(t, network.EndpointsArgs{}).OfType("aws:ec2/securityGroup:SecurityGroup"), "gateway endpoints have no security group")
}

func TestPrivateDNSOfEndpoints(t *testing.T) {
	t.Parallel()
	off := false
	const other = "com.amazonaws.vpce.eu-west-1.vpce-svc-0a1b2c3d4e5f60718"
	r := endpoints(t, network.EndpointsArgs{Services: []string{"kms", "s3", "dynamodb", other}})
	for name, want := range map[string]bool{"kms": true, "s3": true, "dynamodb": false, "vpce-svc-0a1b2c3d4e5f60718": false} {
		private, _ := endpoint(t, r, name).Input("privateDnsEnabled")
		require.Equal(t, want, private.BoolValue(), name)
	}
	inbound, _ := endpoint(t, r, "s3").Input("dnsOptions.privateDnsOnlyForInboundResolverEndpoint")
	require.True(t, inbound.BoolValue(), "in the VPC, the gateway endpoint is used")
	require.Contains(t, endpoint(t, r, "s3").Dependencies, endpoint(t, r, "gateway-s3").URN, "AWS requires the gateway endpoint first")

	r = endpoints(t, network.EndpointsArgs{Services: []string{"s3"}, Gateways: &network.GatewayEndpoints{S3: &off}})
	inbound, _ = endpoint(t, r, "s3").Input("dnsOptions.privateDnsOnlyForInboundResolverEndpoint")
	require.False(t, inbound.BoolValue(), "there is no gateway endpoint")

	r = endpoints(t, network.EndpointsArgs{Services: []string{"kms", "s3"}, PrivateDNS: &off})
	private, _ := endpoint(t, r, "kms").Input("privateDnsEnabled")
	require.False(t, private.BoolValue())
	_, ok := endpoint(t, r, "s3").Input("dnsOptions.privateDnsOnlyForInboundResolverEndpoint")
	require.False(t, ok, "private DNS is disabled")

	r = endpoints(t, network.EndpointsArgs{Services: []string{"kms"}, IPAddressType: "dualstack"})
	records, _ := endpoint(t, r, "kms").Input("dnsOptions.dnsRecordIpType")
	require.Equal(t, "dualstack", records.StringValue(), "DNS records of both address types")
}

func TestServiceNames(t *testing.T) {
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
			r := endpoints(t, network.EndpointsArgs{Bundles: []network.EndpointBundle{"ssm", "ecr"}}, tc.opts...)
			for endpointName, want := range tc.services {
				got, _ := endpoint(t, r, endpointName).Input("serviceName")
				require.Equal(t, want, got.StringValue())
			}
		})
	}
}

func TestEndpointsOfTwoVPCsInOneStack(t *testing.T) {
	t.Parallel()
	r := fixture.Run(t, func(ctx *pulumi.Context) error {
		for _, name := range []string{"one", "two"} {
			if _, err := network.NewEndpoints(ctx, name, withTargets(network.EndpointsArgs{Bundles: []network.EndpointBundle{"ssm"}})); err != nil {
				return err
			}
		}
		return nil
	}, fixture.Cloud())
	require.Len(t, r.OfType(endpointType), 10)
}

func TestInvalidEndpoints(t *testing.T) {
	t.Parallel()
	off := false
	open := policy.Document{Statements: []policy.Statement{{
		Effect: policy.Allow, Principals: &policy.Principals{Everyone: true}, Actions: []string{"kms:Decrypt"}, Resources: pulumi.StringArray{pulumi.String("*")},
	}}}
	vpc := pulumi.String("vpc-0a1b2c3d4e5f60718")
	tests := map[string]struct {
		reason string
		args   *network.EndpointsArgs
		want   []string
	}{
		"Nothing": {"no VPC and no route tables", nil, []string{"vpcId: required", "routeTableIds: required with gateway endpoints"}},
		"Unreachable": {
			"inaccessible endpoints",
			&network.EndpointsArgs{VpcID: vpc, Services: []string{"kms"}},
			[]string{"routeTableIds: required", "subnetIds: required", "cidrs: required"},
		},
		"Unknown": {
			"similar names are suggested",
			withTargets(network.EndpointsArgs{
				Bundles: []network.EndpointBundle{"ekss"}, Services: []string{"secretmanager", "KMS", "com.amazonaws.kms", "kms", "com.amazonaws.eu-west-1.kms"},
			}),
			[]string{
				`bundles[0]: unknown bundle "ekss", did you mean "eks"?`,
				`services[0]: unknown service "secretmanager", did you mean "secretsmanager"?`,
				`services[1]: unknown service "KMS", did you mean "kms"?`,
				`services[2]: unknown service "com.amazonaws.kms", expected one such as kms; use the full name for other services`,
				"services[4]: duplicate service kms",
			},
		},
		"Layers": {
			"image layers are not accessible",
			withTargets(network.EndpointsArgs{Bundles: []network.EndpointBundle{"ecr"}, Gateways: &network.GatewayEndpoints{S3: &off}}),
			[]string{"gateways.s3: required to pull images"},
		},
		"Accounts": {
			"invalid IDs",
			withTargets(network.EndpointsArgs{Accounts: []string{"12345678901"}, Organization: "acme"}),
			[]string{"accounts[0]: found", "organization: found the string \"acme\""},
		},
		"Policies": {
			"policies of endpoints that do not exist, or do not support them",
			withTargets(network.EndpointsArgs{
				Services: []string{"kms", "ecs-agent"}, Unrestricted: []string{"kms", "sns"},
				Policies: map[string]policy.Document{"kms": open, "ecs-agent": open, "km": open},
			}),
			[]string{
				"policies.kms: policies and unrestricted are mutually exclusive", "policies.ecs-agent: endpoints of ecs-agent do not support policies",
				`policies.km: no endpoint of service "km", did you mean "kms"?`, `unrestricted[1]: no endpoint of service "sns", expected one of: dynamodb, ecs-agent, kms, s3`,
			},
		},
		"Document": {
			"invalid policy documents",
			withTargets(network.EndpointsArgs{Policies: map[string]policy.Document{"s3": {Statements: []policy.Statement{{
				Effect: policy.Allow, Actions: []string{"s3"}, Resources: pulumi.StringArray{pulumi.String("*")},
			}}}}}),
			[]string{"policies.s3.statements[0].principals: required in an endpoint policy", "policies.s3.statements[0].actions[0]: invalid action"},
		},
		"CIDRs": {
			"invalid CIDR blocks and tags",
			&network.EndpointsArgs{
				VpcID: vpc, Services: []string{"kms"},
				RouteTableIDs: map[string]pulumi.StringInput{"private": pulumi.String("rtb-1")},
				SubnetIDs:     map[string]pulumi.StringInput{"eu-west-1a": pulumi.String("subnet-1")},
				CIDRs:         pulumi.StringArray{pulumi.String("10.0.0.1/16"), pulumi.String("10.0.0.1")},
				Tags:          pulumi.StringMap{"aws:x": pulumi.String("y")},
			},
			[]string{`cidrs[0]: invalid CIDR block "10.0.0.1/16"`, `cidrs[1]: invalid CIDR block "10.0.0.1"`, `tags["aws:x"]: `},
		},
	}
	for name, tc := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			r := fixture.Run(t, func(ctx *pulumi.Context) error {
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
		reason string
		args   network.EndpointsArgs
		want   map[string]bool
	}{
		"Default":      {"generated policies", network.EndpointsArgs{}, map[string]bool{"none": true}},
		"Unrestricted": {"unrestricted access", network.EndpointsArgs{Unrestricted: []string{"s3", "dynamodb"}}, map[string]bool{"dynamodb, s3": false}},
		"None":         {"no endpoints", network.EndpointsArgs{Gateways: &network.GatewayEndpoints{S3: &off, DynamoDB: &off}}, map[string]bool{}},
	}
	for name, tc := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			args, err := config.WithDefaults(withTargets(tc.args))
			require.NoError(t, err)
			got := map[string]bool{}
			for _, e := range args.Evidence() {
				got[e.Value] = e.Met
			}
			require.Empty(t, cmp.Diff(tc.want, got), "%s (-want +got)", tc.reason)
		})
	}
}
