package network_test

import (
	"errors"
	"fmt"
	"regexp"
	"testing"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
	"github.com/stretchr/testify/require"

	"github.com/ashlar-iac/ashlar/aws/internal/fixture"
	"github.com/ashlar-iac/ashlar/aws/network"
	"github.com/ashlar-iac/ashlar/core/config"
	"github.com/ashlar-iac/ashlar/core/pulumitest"
)

// newVPC creates a VPC with secondary CIDR blocks a, b and so on.
func newVPC(primary string, secondary ...string) error {
	_, err := pulumitest.Record(func(ctx *pulumi.Context) error {
		args := &network.VPCArgs{CIDR: primary, SecondaryCIDRs: config.Named[network.CIDRBlock]{}}
		for i, cidr := range secondary {
			args.SecondaryCIDRs[string(rune('a'+i))] = network.CIDRBlock{CIDR: cidr}
		}
		_, err := network.NewVPC(ctx, "main", args)
		return err
	}, fixture.Cloud(), addresses())
	return err
}

func TestSecondaryCIDRBlocksFollowTheTableOfAWS(t *testing.T) {
	t.Parallel()
	for _, tc := range []struct {
		primary   string
		secondary []string
		rejected  string
		reason    string
	}{
		{"10.2.0.0/16", []string{"10.3.0.0/16", "10.1.0.0/16"}, "", "other blocks of 10.0.0.0/8 are permitted"},
		{"10.2.0.0/16", []string{"10.0.0.0/16"}, "", "10.0.0.0/16 is permitted without another one of 10.0.0.0/15"},
		{"10.0.0.0/16", []string{"10.1.0.0/16"}, "", "only 10.0.0.0/16 is restricted"},
		{"10.1.0.0/16", []string{"10.0.0.0/16"}, "10.0.0.0/16", "a block of 10.0.0.0/15 is associated"},
		{"10.1.128.0/20", []string{"10.0.7.0/24"}, "10.0.0.0/16", "parts of the ranges are restricted, too"},
		{"10.0.0.0/24", []string{"10.0.1.0/24"}, "10.0.0.0/16", "10.0.0.0/16 is itself in 10.0.0.0/15"},
		{"10.2.0.0/16", []string{"10.1.0.0/24", "10.0.0.0/24"}, "10.0.0.0/16", "a secondary block of 10.0.0.0/15 counts"},
		{"10.2.0.0/16", []string{"172.16.0.0/16"}, "172.16.0.0/12", "other private range"},
		{"10.2.0.0/16", []string{"192.168.0.0/24"}, "192.168.0.0/16", "other private range"},
		{"10.2.0.0/16", []string{"198.19.0.0/24"}, "198.19.0.0/16", "range of benchmarks"},
		{"10.2.0.0/16", []string{"100.64.0.0/16", "203.0.113.0/24", "198.18.0.0/16"}, "", "shared and public ranges"},
		{"172.16.0.0/16", []string{"172.20.0.0/16", "100.64.0.0/16", "203.0.113.0/24"}, "", "permitted ranges"},
		{"172.16.0.0/16", []string{"172.31.0.0/16"}, "172.31.0.0/16", "range of default VPCs"},
		{"172.31.0.0/17", []string{"172.31.128.0/17"}, "172.31.0.0/16", "range of default VPCs"},
		{"172.31.0.0/16", []string{"172.30.0.0/16"}, "", "the primary block may be that of default VPCs"},
		{"172.16.0.0/16", []string{"10.2.0.0/16"}, "10.0.0.0/8", "other private range"},
		{"192.168.0.0/20", []string{"192.168.16.0/20", "100.64.0.0/16"}, "", "permitted ranges"},
		{"192.168.0.0/20", []string{"172.31.0.0/16"}, "172.16.0.0/12", "other private range"},
		{"198.19.0.0/20", []string{"100.64.0.0/16", "203.0.113.0/24"}, "", "permitted ranges"},
		{"198.19.0.0/20", []string{"10.2.0.0/16"}, "10.0.0.0/8", "private range"},
		{"100.64.0.0/16", []string{"100.65.0.0/16", "203.0.113.0/24"}, "", "permitted ranges"},
		{"100.64.0.0/16", []string{"10.2.0.0/16"}, "10.0.0.0/8", "a private block is associated first"},
		{"203.0.113.0/24", []string{"192.168.0.0/24"}, "192.168.0.0/16", "a private block is associated first"},
		{"203.0.113.0/24", []string{"198.19.0.0/24"}, "198.19.0.0/16", "range of benchmarks"},
		{"203.0.113.0/24", []string{"198.51.100.0/24", "100.64.0.0/16"}, "", "permitted ranges"},
	} {
		err := newVPC(tc.primary, tc.secondary...)
		if tc.rejected == "" {
			require.NoError(t, err, "%s with %v: %s", tc.primary, tc.secondary, tc.reason)
			continue
		}
		require.ErrorContains(t, err, "AWS does not add CIDR blocks from "+tc.rejected, "%s with %v: %s", tc.primary, tc.secondary, tc.reason)
	}
}

func TestTheQuotaOfCIDRBlocksCanBeRaised(t *testing.T) {
	t.Parallel()
	_, err := pulumitest.Record(func(ctx *pulumi.Context) error {
		args := &network.VPCArgs{CIDR: "10.2.0.0/16", MaxCIDRs: ptr(6), SecondaryCIDRs: config.Named[network.CIDRBlock]{}}
		for i := range 5 {
			args.SecondaryCIDRs[string(rune('a'+i))] = network.CIDRBlock{CIDR: fmt.Sprintf("100.%d.0.0/16", 64+i)}
		}
		_, err := network.NewVPC(ctx, "main", args)
		return err
	}, fixture.Cloud())
	require.NoError(t, err)
}

func TestTheSuggestedSecondaryCIDRBlockIsAccepted(t *testing.T) {
	t.Parallel()
	suggested := regexp.MustCompile(`such as ([0-9./]+)`)
	blocks := []string{
		"10.0.0.0/24", "10.0.1.0/24", "10.1.0.0/16", "10.2.0.0/16", "172.16.0.0/16", "172.31.0.0/16", "192.168.0.0/16",
		"198.19.0.0/16", "100.64.0.0/16", "203.0.113.0/24",
	}
	for _, primary := range blocks {
		t.Run(primary, func(t *testing.T) {
			t.Parallel()
			for i := range blocks {
				secondary := []string{blocks[i], blocks[(i+1)%len(blocks)]}
				var invalid *config.Error
				for errors.As(newVPC(primary, secondary...), &invalid) {
					first := invalid.Findings[0]
					m := suggested.FindStringSubmatch(first.Message)
					require.NotNil(t, m, first)
					index := first.Path[len("secondaryCidrs.")] - 'a'
					require.NotEqual(t, secondary[index], m[1], "the suggestion was applied")
					secondary[index], invalid = m[1], nil
				}
				require.NoError(t, newVPC(primary, secondary...), "%v", secondary)
			}
		})
	}
}
