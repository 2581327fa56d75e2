package network_test

import (
	"testing"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/ashlar-iac/ashlar/core/failure"
	"github.com/ashlar-iac/ashlar/core/pulumitest"
	"github.com/ashlar-iac/ashlar/kubernetes/internal/fixture"
	"github.com/ashlar-iac/ashlar/kubernetes/network"
)

func TestServiceConforms(t *testing.T) {
	t.Parallel()
	pulumitest.Conform(t, pulumitest.Suite[network.ServiceArgs, *network.Service]{
		Token: network.ServiceToken,
		New:   network.NewService,
		Args: func(ctx *pulumi.Context) *network.ServiceArgs {
			port := 443
			return &network.ServiceArgs{
				Namespace:  fixture.Text(ctx, "team"),
				Selector:   map[string]string{"app.kubernetes.io/name": "web"},
				TargetPort: 8080,
				ServiceSettings: network.ServiceSettings{
					Type: "LoadBalancer", Port: &port, Annotations: map[string]string{"example.com/scheme": "internal"},
				},
				SkipAwait: true,
				Labels:    map[string]string{"team": "payments"},
			}
		},
		RefusesNil: failure.Configuration,
		Defaults:   []string{"name"},
		Metadata:   fixture.Metadata(),
		Options:    []pulumitest.Option{fixture.Cluster()},
	})
}

func TestIsolationConforms(t *testing.T) {
	t.Parallel()
	pulumitest.Conform(t, pulumitest.Suite[network.IsolationArgs, *network.Isolation]{
		Token: network.IsolationToken,
		New:   network.NewIsolation,
		Args: func(ctx *pulumi.Context) *network.IsolationArgs {
			return &network.IsolationArgs{
				Namespace: fixture.Text(ctx, "team"),
				Selector:  map[string]string{"app.kubernetes.io/name": "web"},
				Port:      8080,
				Connections: network.Connections{
					AllowFrom: []network.Peer{
						{Namespace: "ingress", Pods: map[string]string{"role": "proxy"}}, {CIDR: "10.0.0.0/8", Ports: []int{9090}},
					},
					AllowTo: []network.Peer{{Namespace: "database", Ports: []int{5432}}},
				},
				Labels: map[string]string{"team": "payments"},
			}
		},
		RefusesNil: failure.Configuration,
		Defaults:   []string{"name"},
		Metadata:   fixture.Metadata(),
		Options:    []pulumitest.Option{fixture.Cluster()},
	})
}
