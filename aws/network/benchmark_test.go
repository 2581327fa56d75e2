package network_test

import (
	"testing"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/ashlar-iac/ashlar/aws/internal/fixture"
	"github.com/ashlar-iac/ashlar/aws/network"
	"github.com/ashlar-iac/ashlar/core/config"
	"github.com/ashlar-iac/ashlar/core/pulumitest"
)

// BenchmarkArguments measures what a network costs before its first resource is registered: defaults, validation and
// the plan of subnets.
func BenchmarkArguments(b *testing.B) {
	b.ReportAllocs()
	_, err := pulumitest.Record(func(ctx *pulumi.Context) error {
		for b.Loop() {
			if _, _, err := config.Arguments(ctx, "arguments", "main", plain(ctx)); err != nil {
				return err
			}
		}
		return nil
	}, fixture.Cloud())
	if err != nil {
		b.Fatal(err)
	}
}

// BenchmarkSecureVPC measures the construction of a network with default arguments.
func BenchmarkSecureVPC(b *testing.B) {
	b.ReportAllocs()
	for b.Loop() {
		_, err := pulumitest.Record(func(ctx *pulumi.Context) error {
			_, err := network.NewSecureVPC(ctx, "main", plain(ctx))
			return err
		}, fixture.Cloud(), addresses())
		if err != nil {
			b.Fatal(err)
		}
	}
}
