package network_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
	"github.com/stretchr/testify/require"

	"github.com/ashlar-iac/ashlar/core/config"
	"github.com/ashlar-iac/ashlar/kubernetes/network"
)

// routes are arguments of two entries of one Gateway.
type routes struct {
	Hosts  pulumi.StringArrayInput
	First  []network.RouteRule
	Second []network.RouteRule
	Ports  map[string][]int
}

func (r *routes) Validate(report *config.Report) {
	network.ClaimPaths(report, []string{"first"}, "the Gateway", r.Hosts, r.First)
	network.ClaimPaths(report, []string{"second"}, "the Gateway", r.Hosts, r.Second)
	network.CheckBackends(report, []string{"first"}, r.First, r.Ports)
}

// requireFindings requires the findings of arguments, in their order.
func requireFindings(t *testing.T, args *routes, want ...string) {
	t.Helper()
	var got []string
	if err := config.Check("routes", args); err != nil {
		var invalid *config.Error
		require.ErrorAs(t, err, &invalid)
		for _, f := range invalid.Findings {
			got = append(got, f.Path+": "+f.Message)
		}
	}
	require.Empty(t, cmp.Diff(want, got))
}

func TestPathsAreClaimedOnce(t *testing.T) {
	t.Parallel()
	hosts := pulumi.StringArray{pulumi.String("a.example.com"), pulumi.Sprintf("b.example.com")}
	requireFindings(t, &routes{
		Hosts: hosts,
		First: []network.RouteRule{{}, {Path: "/v2"}, {Path: "/v3", Headers: map[string]string{"X-Version": "3"}}},
		Second: []network.RouteRule{
			{Path: "/", PathType: network.PathPrefix}, {Path: "/v2", PathType: network.PathExact}, {Path: "/v3"},
			{Path: "/v3", PathType: network.PathPrefix, Headers: map[string]string{"x-version": "3"}},
		},
	},
		`second: duplicate route "a.example.com/" in the Gateway, same as first: use another name`,
		`second: duplicate route "a.example.com/v3 x-version=3" in the Gateway, same as first: use another name`,
	)
}

func TestBackendsHavePortsOfTheirServices(t *testing.T) {
	t.Parallel()
	backends := []network.Backend{
		{Service: pulumi.String("web"), Port: 80}, {Service: pulumi.String("web"), Port: 81},
		{Service: pulumi.String("unknown"), Port: 81}, {Service: pulumi.Sprintf("web"), Port: 81},
		{Service: pulumi.String("batch"), Port: 80},
	}
	requireFindings(t, &routes{
		First: []network.RouteRule{{Path: "/none"}, {Backends: backends}},
		Ports: map[string][]int{"web": {9090, 80}, "batch": nil},
	},
		`first[1].backends[1].port: the Service "web" has no port 81: use one of 80, 9090`,
		`first[1].backends[4].port: the Service "batch" has no port: remove the backend, or give the Service a port`,
	)
}
