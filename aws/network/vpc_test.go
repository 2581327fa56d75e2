package network_test

import (
	"testing"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
	"github.com/stretchr/testify/require"

	"github.com/ashlar-iac/ashlar/aws/internal/fixture"
	"github.com/ashlar-iac/ashlar/aws/network"
	"github.com/ashlar-iac/ashlar/core/config"
	"github.com/ashlar-iac/ashlar/core/failure"
	"github.com/ashlar-iac/ashlar/core/pulumitest"
)

// defaultVPC sets only a CIDR block.
func defaultVPC(*pulumi.Context) *network.VPCArgs { return &network.VPCArgs{CIDR: "10.0.0.0/16"} }

// fullVPC sets every option.
func fullVPC(ctx *pulumi.Context) *network.VPCArgs {
	return &network.VPCArgs{
		IPAM: &network.IPAM{PoolID: fixture.Text(ctx, "ipam-pool-0123456789abcdef0"), NetmaskLength: 16},
		SecondaryCIDRs: config.Named[network.CIDRBlock]{
			"pods": {CIDR: "100.64.0.0/16"},
			"pool": {IPAM: &network.IPAM{PoolID: fixture.Text(ctx, "ipam-pool-0123456789abcdef1"), NetmaskLength: 16}},
		},
		IPv6: true, Tenancy: network.TenancyDedicated, AddressUsageMetrics: true, Tags: tags(),
	}
}

func vpcs() map[string]func(*pulumi.Context) *network.VPCArgs {
	return map[string]func(*pulumi.Context) *network.VPCArgs{"default": defaultVPC, "everything": fullVPC}
}

func TestVPCConforms(t *testing.T) {
	t.Parallel()
	for name, args := range vpcs() {
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

func TestVPCGolden(t *testing.T) {
	t.Parallel()
	for name, args := range vpcs() {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			golden(t, "vpc-"+name, func(ctx *pulumi.Context) error {
				_, err := network.NewVPC(ctx, "main", args(ctx))
				return err
			})
		})
	}
}

func TestTagsCanBeOutputs(t *testing.T) {
	t.Parallel()
	r := fixture.Run(t, func(ctx *pulumi.Context) error {
		args := defaultVPC(ctx)
		args.Tags = pulumi.StringMap{"team": fixture.Text(ctx, "network")}.ToStringMapOutput()
		_, err := network.NewVPC(ctx, "main", args)
		return err
	}, fixture.Cloud())
	got, _ := r.One(t, "aws:ec2/vpc:Vpc").Input("tags")
	require.Equal(t, map[string]any{"Name": "main", "team": "network"}, got.Mappable())
}

func TestFormerTypesAreAliases(t *testing.T) {
	t.Parallel()
	r := fixture.Run(t, func(ctx *pulumi.Context) error {
		_, err := network.NewSecureVPC(ctx, "main", plain(ctx))
		return err
	}, fixture.Cloud())
	for token, former := range map[string]string{
		network.SecureVPCToken: "ashlar-aws:network:SecureVpc", network.VPCToken: "ashlar-aws:network:Vpc",
	} {
		aliases := r.One(t, token).Aliases
		require.Len(t, aliases, 1)
		require.Equal(t, former, aliases[0].Type)
	}
}
