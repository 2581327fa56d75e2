package network_test

import (
	"testing"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/ashlar-iac/ashlar/aws/internal/fixture"
	"github.com/ashlar-iac/ashlar/aws/network"
	"github.com/ashlar-iac/ashlar/core/pulumitest"
)

// run runs a program with a network called main.
func run(t *testing.T, args func(*pulumi.Context) *network.SecureVPCArgs, opts ...pulumitest.Option) *pulumitest.Recording {
	t.Helper()
	return pulumitest.Run(t, func(ctx *pulumi.Context) error {
		_, err := network.NewSecureVPC(ctx, "main", args(ctx))
		return err
	}, append([]pulumitest.Option{fixture.Cloud(), addresses()}, opts...)...)
}

func TestSecureVPCGolden(t *testing.T) {
	t.Parallel()
	for file, args := range map[string]func(*pulumi.Context) *network.SecureVPCArgs{
		"securevpc-default": plain, "securevpc-everything": everything,
	} {
		t.Run(file, func(t *testing.T) {
			t.Parallel()
			run(t, args).Golden(t, "testdata/"+file+".txt")
		})
	}
}

func TestVPCGolden(t *testing.T) {
	t.Parallel()
	for file, args := range map[string]func(*pulumi.Context) *network.VPCArgs{"vpc-default": plainVPC, "vpc-everything": fullVPC} {
		t.Run(file, func(t *testing.T) {
			t.Parallel()
			pulumitest.Run(t, func(ctx *pulumi.Context) error {
				_, err := network.NewVPC(ctx, "main", args(ctx))
				return err
			}, fixture.Cloud(), addresses()).Golden(t, "testdata/"+file+".txt")
		})
	}
}
