package network_test

import (
	"flag"
	"testing"

	"github.com/pulumi/pulumi/sdk/v3/go/common/resource"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
	"github.com/stretchr/testify/require"

	"github.com/ashlar-iac/ashlar/aws/internal/fixture"
	"github.com/ashlar-iac/ashlar/core/config"
	"github.com/ashlar-iac/ashlar/core/pulumitest"
)

var _ = flag.Bool("update", false, "rewrite the golden files")

// golden compares what a program registers with testdata/FILE.txt.
func golden(t *testing.T, file string, program pulumi.RunFunc) {
	t.Helper()
	fixture.Run(t, program, fixture.Cloud(), addresses()).Golden(t, "testdata/"+file+".txt")
}

// addresses assigns IPv6 CIDR blocks and CIDR blocks of pools, as AWS does.
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

// requireFindings fails unless an error has exactly these findings.
func requireFindings(t *testing.T, err error, reason string, want []string) {
	t.Helper()
	var invalid *config.Error
	require.ErrorAs(t, err, &invalid, reason)
	require.Len(t, invalid.Findings, len(want), "%s: %v", reason, err)
	for _, w := range want {
		require.ErrorContains(t, err, w, reason)
	}
}

func ptr[T any](v T) *T { return &v }

func off() *bool { return ptr(false) }

// tags are those of a team.
func tags() pulumi.StringMap { return pulumi.StringMap{"team": pulumi.String("network")} }
