package network_test

import (
	"testing"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/ashlar-iac/ashlar/aws/internal/fixture"
	"github.com/ashlar-iac/ashlar/aws/network"
	"github.com/ashlar-iac/ashlar/aws/policy"
	"github.com/ashlar-iac/ashlar/core/failure"
	"github.com/ashlar-iac/ashlar/core/pulumitest"
)

// gateways are the arguments of endpoints that have nothing but route tables.
func gateways(ctx *pulumi.Context) *network.EndpointsArgs {
	return &network.EndpointsArgs{
		VpcID: fixture.Text(ctx, "vpc-0a1b2c3d4e5f60718"),
		RouteTables: map[string]pulumi.StringInput{
			"private-eu-west-1b": fixture.Text(ctx, "rtb-2"), "private-eu-west-1a": fixture.Text(ctx, "rtb-1"),
		},
	}
}

// withInterfaces are the arguments of endpoints that use every option.
func withInterfaces(ctx *pulumi.Context) *network.EndpointsArgs {
	args := gateways(ctx)
	args.EndpointsSettings = network.EndpointsSettings{
		Bundles:       []string{"ssm", "ecr", "eks"},
		Services:      []string{"s3", "kms", "ecs-agent", "com.amazonaws.eu-west-1.freetier", "com.amazonaws.vpce.eu-west-1.vpce-svc-0a1b2c3d4e5f60718"},
		IPAddressType: "dualstack",
		Organization:  "o-a1b2c3d4e5",
		Accounts:      []string{"210987654321"},
		Policies: map[string]policy.Document{"kms": {Statements: []policy.Statement{{
			Effect: policy.Allow, Principals: &policy.Principals{Everyone: true}, Actions: []string{"kms:Decrypt"},
			Resources: pulumi.StringArray{fixture.Text(ctx, "arn:aws:kms:eu-west-1:123456789012:key/1")},
		}}}},
		Unrestricted: []string{"logs"},
	}
	args.Subnets = map[string]pulumi.StringInput{
		"eu-west-1b": fixture.Text(ctx, "subnet-2"), "eu-west-1a": fixture.Text(ctx, "subnet-1"),
	}
	args.CIDRs = pulumi.StringArray{fixture.Text(ctx, "10.0.0.0/16"), pulumi.String("2001:db8::/56")}
	args.Tags = map[string]string{"team": "network"}
	return args
}

func TestEndpointsConform(t *testing.T) {
	t.Parallel()
	pulumitest.Conform(t, pulumitest.Suite[network.EndpointsArgs, *network.Endpoints]{
		Token: network.EndpointsToken, New: network.NewEndpoints, Args: withInterfaces,
		RefusesNil: failure.Configuration,
		Defaults:   []string{"gateways", "privateDns"},
		Metadata:   fixture.Metadata(),
		Options:    []pulumitest.Option{fixture.Cloud()},
	})
}
