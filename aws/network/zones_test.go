package network_test

import (
	"testing"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
	"github.com/stretchr/testify/require"

	"github.com/ashlar-iac/ashlar/aws/internal/fixture"
	"github.com/ashlar-iac/ashlar/aws/network"
	"github.com/ashlar-iac/ashlar/core/config"
	"github.com/ashlar-iac/ashlar/core/pulumitest"
)

// region answers look-ups of zones: names with IDs.
func region(zones ...[2]string) pulumitest.Option {
	var names, ids []string
	for _, z := range zones {
		names, ids = append(names, z[0]), append(ids, z[1])
	}
	return regions(names, ids)
}

// virginia is us-east-1, in which EKS has no control plane in use1-az3.
func virginia() pulumitest.Option {
	return region([2]string{"us-east-1a", "use1-az6"}, [2]string{"us-east-1b", "use1-az1"}, [2]string{"us-east-1c", "use1-az2"},
		[2]string{"us-east-1d", "use1-az4"}, [2]string{"us-east-1e", "use1-az3"}, [2]string{"us-east-1f", "use1-az5"})
}

// zonesIn returns the zones of a network.
func zonesIn(t *testing.T, args *network.SecureVPCArgs, cloud pulumitest.Option) ([]string, error) {
	t.Helper()
	r, err := pulumitest.Record(func(ctx *pulumi.Context) error {
		_, err := network.NewSecureVPC(ctx, "main", args)
		return err
	}, fixture.Cloud(), addresses(), cloud)
	return zonesOf(r, "public"), err
}

func TestDefaultZonesCanHoldClusters(t *testing.T) {
	t.Parallel()
	for name, tc := range map[string]struct {
		reason string
		cloud  pulumitest.Option
		zones  int
		want   []string
	}{
		"us-east-1":    {"use1-az3 has no control plane", virginia(), 0, []string{"us-east-1b", "us-east-1c", "us-east-1d"}},
		"us-east-1, 2": {"those with the lowest numbers", virginia(), 2, []string{"us-east-1b", "us-east-1c"}},
		"us-west-1": {"usw1-az2 has none", region([2]string{"us-west-1a", "usw1-az3"}, [2]string{"us-west-1b", "usw1-az2"},
			[2]string{"us-west-1c", "usw1-az1"}), 0, []string{"us-west-1c", "us-west-1a"}},
		"ca-central-1": {"cac1-az3 has none", region([2]string{"ca-central-1a", "cac1-az1"}, [2]string{"ca-central-1b", "cac1-az2"},
			[2]string{"ca-central-1c", "cac1-az3"}, [2]string{"ca-central-1d", "cac1-az4"}), 0,
			[]string{"ca-central-1a", "ca-central-1b", "ca-central-1d"}},
		"Local Zones": {"they have none", region([2]string{"us-west-2a", "usw2-az1"}, [2]string{"us-west-2-lax-1a", "usw2-lax1-az1"},
			[2]string{"us-west-2b", "usw2-az2"}), 0, []string{"us-west-2a", "us-west-2b"}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			got, err := zonesIn(t, &network.SecureVPCArgs{CIDR: "10.0.0.0/16", Zones: tc.zones}, tc.cloud)
			require.NoError(t, err, tc.reason)
			require.ElementsMatch(t, tc.want, got, tc.reason)
		})
	}
}

func TestZonesWithoutControlPlaneCanBeNamed(t *testing.T) {
	t.Parallel()
	args := &network.SecureVPCArgs{CIDR: "10.0.0.0/16", ZoneNames: []string{"use1-az3", "us-east-1a"}}
	got, err := zonesIn(t, args, virginia())
	require.NoError(t, err)
	require.ElementsMatch(t, []string{"us-east-1e", "us-east-1a"}, got)
}

func TestAdviceOnZonesCanBeFollowed(t *testing.T) {
	t.Parallel()
	two := region([2]string{"us-west-1a", "usw1-az3"}, [2]string{"us-west-1b", "usw1-az2"}, [2]string{"us-west-1c", "usw1-az1"})
	for name, tc := range map[string]struct {
		args     network.SecureVPCArgs
		cloud    pulumitest.Option
		want     string
		followed func(*network.SecureVPCArgs)
	}{
		"more than the region": {network.SecureVPCArgs{Zones: 3}, two,
			"zones: the region has 2 zones for clusters, us-west-1a, us-west-1c: use at most 2, or set zoneNames to some of " +
				"us-west-1a, us-west-1b, us-west-1c", func(a *network.SecureVPCArgs) { a.Zones = 2 }},
		"all zones by name": {network.SecureVPCArgs{Zones: 3}, two, "or set zoneNames to some of", func(a *network.SecureVPCArgs) {
			a.Zones, a.ZoneNames = 0, []string{"us-west-1c", "us-west-1b", "us-west-1a"}
		}},
		"no zone for clusters": {network.SecureVPCArgs{}, region([2]string{"us-west-1b", "usw1-az2"}),
			"zones: the region has no zones for clusters: set zoneNames to some of us-west-1b",
			func(a *network.SecureVPCArgs) { a.ZoneNames = []string{"us-west-1b"} }},
		"no zones": {network.SecureVPCArgs{}, region(),
			"zones: the region has no availability zones for this account: use another region, or enable this one in the account", nil},
		"no zones, some requested": {network.SecureVPCArgs{Zones: 2}, region(), "zones: the region has no availability zones", nil},
		"no zones, some named": {network.SecureVPCArgs{ZoneNames: []string{"us-west-1a"}}, region(),
			"zones: the region has no availability zones", nil},
		"unknown name": {network.SecureVPCArgs{ZoneNames: []string{"us-west-1a", "us-west-1x"}}, two,
			`zoneNames[1]: unknown zone "us-west-1x" in this region, did you mean "us-west-1`,
			func(a *network.SecureVPCArgs) { a.ZoneNames[1] = "us-west-1c" }},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			args := tc.args
			args.CIDR = "10.0.0.0/16"
			_, err := zonesIn(t, &args, tc.cloud)
			var invalid *config.Error
			require.ErrorAs(t, err, &invalid)
			require.Len(t, invalid.Findings, 1, "%v", err)
			require.Contains(t, invalid.Findings[0].String(), tc.want)
			if tc.followed != nil {
				tc.followed(&args)
				_, err = zonesIn(t, &args, tc.cloud)
				require.NoError(t, err, "the advice is followed")
			}
		})
	}
}

func TestAdviceOnSmallNetworksCanBeFollowed(t *testing.T) {
	t.Parallel()
	for _, length := range []string{"/25", "/26", "/27", "/28"} {
		args := &network.SecureVPCArgs{CIDR: "10.0.0.0" + length}
		_, err := zonesIn(t, args, region([2]string{"eu-west-1a", "euw1-az1"}))
		require.ErrorContains(t, err, "the block is too small for all tiers, use 10.0.0.0/24 or a larger one", length)
	}
	_, err := zonesIn(t, &network.SecureVPCArgs{CIDR: "10.0.0.0/24"}, region([2]string{"eu-west-1a", "euw1-az1"}))
	require.NoError(t, err)
}
