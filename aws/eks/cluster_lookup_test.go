package eks_test

import (
	"testing"

	"github.com/pulumi/pulumi/sdk/v3/go/common/resource"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
	"github.com/stretchr/testify/require"

	"github.com/ashlar-iac/ashlar/aws/eks"
	"github.com/ashlar-iac/ashlar/core"
	"github.com/ashlar-iac/ashlar/core/config"
	"github.com/ashlar-iac/ashlar/core/pulumitest"
)

// place is a network in us-east-1, whose zone e is use1-az3, and a Local Zone.
type place struct{ zones []string }

func (p place) NetworkInfo() core.NetworkInfo {
	info := core.NetworkInfo{Name: "main", Platform: "aws", ID: pulumi.String("vpc-1")}
	for _, zone := range p.zones {
		info.Subnets = append(info.Subnets, core.Subnet{Tier: "private", Zone: zone, ID: pulumi.String("subnet-private-" + zone)})
	}
	return info
}

// virginia answers look-ups of zones and instance types. p6-b200.48xlarge is in zone b only.
func virginia() pulumitest.Option {
	return pulumitest.WithInvoke(func(i pulumitest.Invocation) (resource.PropertyMap, error) {
		switch i.Token {
		case "aws:index/getAvailabilityZones:getAvailabilityZones":
			return resource.NewPropertyMapFromMap(map[string]any{
				"id":      "us-east-1",
				"names":   []any{"us-east-1a", "us-east-1b", "us-east-1e", "us-east-1-bos-1a"},
				"zoneIds": []any{"use1-az1", "use1-az2", "use1-az3", "use1-bos1-az1"},
			}), nil
		case "aws:ec2/getInstanceTypeOfferings:getInstanceTypeOfferings":
			return resource.NewPropertyMapFromMap(map[string]any{
				"id":            "us-east-1",
				"instanceTypes": []any{"m6i.large", "m6i.large", "m6i.large", "m7g.large", "p6-b200.48xlarge"},
				"locations":     []any{"us-east-1a", "us-east-1b", "us-east-1e", "us-east-1a", "us-east-1b"},
			}), nil
		}
		return nil, nil
	})
}

func TestClustersAndNodesAreInZonesThatHaveThem(t *testing.T) {
	t.Parallel()
	types := func(types ...string) func(*eks.ClusterArgs) {
		return func(a *eks.ClusterArgs) {
			a.NodeGroups = config.Named[eks.NodeGroupArgs]{"main": {InstanceTypes: types}}
		}
	}
	for name, tc := range map[string]struct {
		reason   string
		zones    []string
		change   func(*eks.ClusterArgs)
		want     string
		followed func(*eks.ClusterArgs)
	}{
		"zones of the region": {reason: "EKS takes them", zones: []string{"us-east-1a", "us-east-1b"}},
		"zone without control plane": {reason: "EKS rejects it", zones: []string{"us-east-1a", "us-east-1b", "us-east-1e"},
			want:     "zones: EKS has no control plane in us-east-1e (use1-az3): set zones to us-east-1a, us-east-1b",
			followed: func(a *eks.ClusterArgs) { a.Zones = []string{"us-east-1a", "us-east-1b"} }},
		"requested zone": {reason: "the finding is at the zone", zones: []string{"us-east-1a", "us-east-1b", "us-east-1e"},
			change: func(a *eks.ClusterArgs) { a.Zones = []string{"us-east-1e", "us-east-1a"} },
			want:   "zones[0]: EKS has no control plane in us-east-1e (use1-az3): use a network with two other zones"},
		"Local Zone": {reason: "the control plane cannot be there", zones: []string{"us-east-1a", "us-east-1b", "us-east-1-bos-1a"},
			want: "zones: EKS has no control plane in us-east-1-bos-1a (use1-bos1-az1): set zones to us-east-1a, us-east-1b"},
		"by subnet": {reason: "without a network, zones are keys", zones: nil, change: func(a *eks.ClusterArgs) {
			a.Network, a.VpcID = nil, pulumi.String("vpc-1")
			a.SubnetIDs = map[string]pulumi.StringInput{"us-east-1a": pulumi.String("subnet-1"), "us-east-1e": pulumi.String("subnet-2")}
		}, want: "subnetIds.us-east-1e: EKS has no control plane in us-east-1e (use1-az3): use subnets in other zones"},
		"new type": {reason: "what AWS has is accepted", zones: []string{"us-east-1a", "us-east-1b"},
			change: func(a *eks.ClusterArgs) {
				a.NodeGroups = config.Named[eks.NodeGroupArgs]{"main": {InstanceTypes: []string{"p6-b200.48xlarge"}, Zones: []string{"us-east-1b"}}}
			}},
		"type in another zone": {reason: "nodes would not start", zones: []string{"us-east-1a", "us-east-1b"},
			change: types("p6-b200.48xlarge"),
			want: "nodeGroups.main.instanceTypes[0]: not available in us-east-1a, found p6-b200.48xlarge: set zones to us-east-1b, " +
				"or use another type",
			followed: func(a *eks.ClusterArgs) {
				a.NodeGroups["main"] = eks.NodeGroupArgs{InstanceTypes: []string{"p6-b200.48xlarge"}, Zones: []string{"us-east-1b"}}
			}},
		"one of two types": {reason: "each zone has one", zones: []string{"us-east-1a", "us-east-1b"},
			change: types("p6-b200.48xlarge", "m6i.large")},
		"unknown type": {reason: "the region does not have it", zones: []string{"us-east-1a", "us-east-1b"},
			change: types("m6i.lrge"), want: `nodeGroups.main.instanceTypes[0]: the region has no instance type m6i.lrge, did you mean "m6i.large"?`},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			args := plainCluster()
			args.Network = place{tc.zones}
			if tc.change != nil {
				tc.change(args)
			}
			r, err := pulumitest.Record(clusterOf(args), append(clusterOptions(control{}), virginia())...)
			if tc.want == "" {
				require.NoError(t, err, tc.reason)
				return
			}
			require.ErrorContains(t, err, tc.want, tc.reason)
			require.Len(t, r.Resources, 1, "only the component is registered")
			if tc.followed == nil {
				return
			}
			tc.followed(args)
			_, err = pulumitest.Record(clusterOf(args), append(clusterOptions(control{}), virginia())...)
			require.NoError(t, err, "the advice is followed")
		})
	}
}
